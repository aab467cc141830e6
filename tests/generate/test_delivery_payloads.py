"""What is sent to receivers: payloads that fit the schemas of their era, and signatures wrong in one way."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.contract.schemas import load_schemas
from conformance.contract.signature import HEADER, WINDOW_MS, Problem, read, sign
from conformance.generate.deliveries import (
    CALL_TYPES,
    ERAS,
    EVENTS,
    FORGERIES,
    PROFILES,
    Delivering,
    DeliveryMaker,
    Payloads,
    bodies,
    deliver,
    events_of,
)
from conformance.generate.encode import encode
from conformance.model import Exchange, Response

KEY = "key_fictional_0001"
NOW = 1_767_261_600_000
KINDS = [(era, call_type, event) for era in ERAS for call_type in CALL_TYPES for event in events_of(era)]
MAKERS = [Payloads.ordinary, Payloads.minimal, Payloads.full]


def errors(era, payload):
    return [(each.pointer, each.expected) for each in load_schemas(era).validate("webhook", payload)]


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize(("era", "call_type", "event"), KINDS)
def test_every_payload_fits_the_schema_of_its_era(make, era, call_type, event):
    payload = make(Payloads(seed=1), era, call_type, event)
    assert errors(era, payload) == []
    assert ("data" in payload) is (era == "v2-launch")
    assert payload["call"].get("data", None) is None


@given(seed=st.integers(0, 10_000))
@settings(max_examples=6, deadline=None)
@pytest.mark.parametrize("era", ERAS)
def test_drawn_payloads_fit_the_schema_of_their_era(era, seed):
    for event, payload in Payloads(seed=seed).drawn(era, "phone_call", EVENTS, count=6):
        assert errors(era, payload) == []
        assert (payload["event"], "call_analysis" in payload["call"]) == (event, event == "call_analyzed")
        assert payload["call"]["call_id"].startswith("call_")


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize("event", ["call_ended", "call_analyzed"])
def test_a_call_that_never_connected_has_neither_start_nor_transcript(era, event):
    payload = Payloads(seed=1).unconnected(era, "phone_call", event, "dial_no_answer")
    assert errors(era, payload) == []
    assert payload["call"].keys().isdisjoint({"start_timestamp", "transcript", "transcript_object", "duration_ms"})


def test_a_call_that_goes_on_has_no_end_and_one_that_ended_no_analysis():
    for make in MAKERS:
        started = make(Payloads(seed=1), "v2", "phone_call", "call_started")["call"]
        ended = make(Payloads(seed=1), "v2", "phone_call", "call_ended")["call"]
        assert started.keys().isdisjoint({"end_timestamp", "duration_ms", "disconnection_reason", "call_analysis"})
        assert "call_analysis" not in ended
        assert "call_analysis" in make(Payloads(seed=1), "v2", "phone_call", "call_analyzed")["call"]


def test_the_ordinary_payload_is_short_ascii_without_numbers_that_are_written_in_two_ways():
    body = encode(Payloads(seed=1).ordinary("v2", "phone_call", "call_ended"))
    assert body.isascii()
    assert len(body) < 1_000
    assert json.dumps(json.loads(body), separators=(",", ":")).encode() == body


def test_the_large_payload_has_a_million_bytes_and_fits_the_schema():
    payload = bodies.large(Payloads(seed=1).ordinary("v2", "phone_call", "call_ended"))
    assert len(encode(payload)) == 1_000_000
    assert errors("v2", payload) == []


WRITERS = {
    "JavaScript": encode,
    "Python": lambda value: json.dumps(value, separators=(",", ":")).encode(),
    "Python, unescaped": lambda value: json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode(),
    "Go": lambda value: json.dumps(value, separators=(",", ":"), sort_keys=True).encode(),
}


@pytest.mark.parametrize("writer", WRITERS)
def test_whoever_writes_json_again_stumbles_over_a_spelling(writer):
    payload = Payloads(seed=1).ordinary("v2", "phone_call", "call_ended")
    bodies_written = [spell(payload) for spell in bodies.SPELLINGS.values()]
    assert all(errors("v2", json.loads(body)) == [] for body in bodies_written)
    assert sum(WRITERS[writer](json.loads(body)) != body for body in bodies_written) >= 2


@pytest.mark.parametrize("name", FORGERIES)
def test_no_forgery_is_a_good_signature_even_if_the_header_is_searched(name):
    body = b'{"event":"call_ended"}'
    header = FORGERIES[name].make(body, KEY, NOW)
    assert read(body, KEY, header, now_ms=NOW).problem is not None
    assert header != sign(body, KEY, NOW)


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("missing", Problem.MISSING),
        ("last-character", Problem.WRONG_DIGEST),
        ("half-digest", Problem.MALFORMED),
        ("wrong-key", Problem.WRONG_DIGEST),
        ("other-time", Problem.WRONG_DIGEST),
        ("stale", Problem.STALE),
        ("hour-ahead", Problem.FUTURE),
        ("seconds", Problem.IN_SECONDS),
        ("blank", Problem.MALFORMED),
    ],
)
def test_a_forgery_is_wrong_in_its_one_way(name, problem):
    body = b'{"event":"call_ended"}'
    assert read(body, KEY, FORGERIES[name].make(body, KEY, NOW), now_ms=NOW).problem is problem


def test_times_are_far_enough_out_of_the_window_for_clocks_that_differ_by_half_a_minute():
    for name in ("stale", "future"):
        reading = read(b"", KEY, FORGERIES[name].make(b"", KEY, NOW), now_ms=NOW)
        assert abs(reading.age_ms) == WINDOW_MS + 30_000


def played(seed, status=lambda case: 204 if case.purpose == "valid" else 401, profile="standard"):
    """Every case of a script against a receiver that answers so."""
    maker = DeliveryMaker(key=KEY, path="/hook", timeout_ms=1000, now_ms=lambda: NOW)
    session = Delivering(payloads=Payloads(seed=seed), cases=maker, profile=PROFILES[profile])
    steps, cases = deliver(session), []
    batch = next(steps)
    while batch:
        cases += batch
        answers = tuple(Exchange(case=each, url="", response=Response(status=status(each))) for each in batch)
        try:
            batch = steps.send(answers)
        except StopIteration:
            break
    return session, cases


def test_equal_seeds_send_equal_payloads_and_others_do_not():
    one, same, other = ([each.body for each in played(seed)[1]] for seed in (1, 1, 2))
    assert one == same
    assert one != other


def test_a_standard_run_stays_small():
    assert len(played(1)[1]) <= 150


def test_what_must_be_accepted_is_rightly_signed():
    for case in played(1)[1]:
        header = dict(case.headers).get(HEADER)
        problem = read(case.body, KEY, header, now_ms=NOW).problem
        assert (problem is None) is (case.purpose == "valid"), case.title


def test_where_nothing_is_accepted_little_more_is_sent():
    session, cases = played(1, status=lambda _: 401)
    assert len(cases) == len(ERAS) * len(CALL_TYPES) * len(EVENTS) + len(bodies.SPELLINGS) + 3
    assert session.why_not == {"": "no correctly signed delivery was accepted, so this would tell nothing"}


def test_later_deliveries_build_on_an_era_and_type_that_were_accepted():
    def only_web(case):
        return 204 if case.purpose == "valid" and b"web_call" in case.body else 401

    cases = played(1, status=only_web)[1][len(ERAS) * len(CALL_TYPES) * len(EVENTS) :]
    assert all(b"web_call" in case.body for case in cases)
