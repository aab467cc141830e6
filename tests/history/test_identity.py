"""A finding is known again: by requirement, operation and cause, whatever was drawn that night."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nights import finding, night

from conformance.history.identity import causes, handle, steady
from conformance.history.store import History

FAULTS = ["limit-ignored", "list-in-an-envelope", "error-body-without-status"]


@pytest.mark.parametrize(
    ("cause", "kept"),
    [
        ("limit", "limit"),
        ("status 503", "status 5xx"),
        ("wrong-type /agent_id", "wrong-type /agent_id"),
        ("/3/call_id", "/*/call_id"),
        ("/transcript_object/*/words/12/start type", "/transcript_object/*/words/*/start type"),
        ("latency p50", "latency p50"),
        ("call_0123456789abcdef type", "* type"),
        ("9f8b3c2d-1111-4222-8333-444455556666", "*"),
        ("+1********23 called", "* called"),
        ("'Ada' is no status", "* is no status"),
        ("61.5 -7 1,000", "* * *"),
        ("null ['metadata']", "null /metadata"),
        ("wrong-type /ignore_e164_validation", "wrong-type /ignore_e164_validation"),
        ("outside-enum /filter_criteria/call_type/0", "outside-enum /filter_criteria/call_type/*"),
        ("ended_after", "ended_after"),
    ],
)
def test_of_a_cause_only_what_is_the_same_each_night_is_kept(cause, kept):
    assert steady(cause) == kept


@given(st.text(max_size=400))
def test_a_kept_cause_has_no_long_number_and_is_kept_as_it_is(cause):
    once = steady(cause)
    assert not re.search(r"\d{4}", once, re.ASCII)
    assert len(once) <= 160
    assert steady(once) == once


def test_a_finding_without_a_cause_is_told_apart_by_its_place():
    assert causes(finding(cause=None)) == ("/*",)


def test_one_that_stands_for_many_has_the_causes_of_all():
    assert causes(finding(causes=("null /a", "null /b", "null /a"))) == ("null /a", "null /b")


def test_a_handle_depends_on_nothing_else():
    assert handle("LIST-003", "list-calls", "limit") == "LIST-003.bdfd78"
    assert handle("LIST-003", "get-call", "limit") != handle("LIST-003", "list-calls", "limit")


@pytest.mark.parametrize("fault", FAULTS)
def test_the_same_defect_is_the_same_finding_whatever_the_seed_and_the_account(fault, tmp_path):
    with History(tmp_path / "history.sqlite3") as history:
        seen = []
        for day, (seed, account) in enumerate(((1, 0), (2, 1), (3, 2)), start=1):
            name, _ = night(history, f"2026-11-{day:02}", faults=[fault], seed=seed, account=account)
            seen.append({each.handle for each in history.details(history.get(name)).seen.values()})
    assert seen[0]
    assert seen[0] == seen[1] == seen[2]
