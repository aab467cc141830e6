"""From exchanges to results: what is joined, what is told, what is left out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from exchanges import answered, cases, contract, created, fetched, listed, phone_call, web_call

from conformance.checks import Verdicts
from conformance.errors import UnknownName
from conformance.model import Exchange, Flaw, Outcome

MAKE = cases()


def verdicts(*requirements):
    chosen = contract().narrowed(suites=(), requirements=requirements)
    return Verdicts(chosen, lambda exchange: f"repeat {exchange.case.url_path}")


def result(asked, *, reasons=None, unfinished=None):
    (found,) = asked.results(reasons or {}, unfinished=unfinished)
    return found


class TestOutcome:
    def test_a_requirement_that_nothing_exercised_is_skipped_with_a_reason(self):
        found = result(verdicts("OBJ-007"))
        assert (found.outcome, found.cases, found.reason) == (
            Outcome.SKIPPED,
            0,
            "nothing that was sent exercises it",
        )

    def test_what_is_known_of_its_operations_is_the_reason(self):
        reasons = {"create-web-call": "no agent is known", "list-calls": "another"}
        assert result(verdicts("SPLIT-002"), reasons=reasons).reason == "no agent is known"

    def test_so_is_what_cut_the_run_short(self):
        assert result(verdicts("OBJ-007"), unfinished="not reached: interrupted").reason == "not reached: interrupted"

    def test_one_that_holds_has_passed(self):
        asked = verdicts("OBJ-007")
        assert asked.take(fetched(phone_call())) == ()
        assert (result(asked).outcome, result(asked).cases, result(asked).reason) == (Outcome.PASSED, 1, None)

    def test_one_that_does_not_has_failed_and_is_told_at_once(self):
        asked = verdicts("OBJ-007")
        (finding,) = asked.take(fetched(phone_call(start_timestamp=1)))
        assert (finding.operation, finding.outcome, finding.seen) == ("get-call", Outcome.FAILED, 1)
        assert finding.repeat == "repeat /v2/get-call/call_phone"
        assert result(asked).findings == (finding,)

    def test_a_should_only_warns(self):
        asked = verdicts("OBJ-006")
        (finding,) = asked.take(fetched(web_call(transcript=None)))
        assert finding.outcome is result(asked).outcome is Outcome.WARNED

    def test_the_gravest_finding_decides(self):
        asked = verdicts("STAT-001")
        asked.take(created(status=200))
        assert result(asked).outcome is Outcome.WARNED
        asked.take(created(status=202))
        assert result(asked).outcome is Outcome.FAILED

    def test_a_check_that_nobody_wrote_is_told_with_its_place(self):
        broken = replace(contract().requirement("OBJ-007"), check="timestamp", suite="mine.suite.yaml", line=7)
        with pytest.raises(UnknownName) as caught:
            Verdicts(replace(contract(), requirements=(broken,)), str)
        assert str(caught.value) == "mine.suite.yaml:7: There is no check 'timestamp'. Did you mean 'timestamps'?"


class TestJoining:
    def test_the_same_cause_is_one_finding_shown_by_the_smallest_exchange(self):
        asked = verdicts("OBJ-007")
        small, large = phone_call(start_timestamp=1), phone_call(start_timestamp=2, metadata={"x": "y" * 99})
        assert len(asked.take(listed([large, large]))) == 1
        assert asked.take(listed([small])) == ()
        (finding,) = result(asked).findings
        assert (finding.seen, finding.mismatch.pointer) == (2, "/0/start_timestamp")
        assert finding.exchange.response.json() == [small]

    def test_another_operation_is_another_finding(self):
        asked = verdicts("OBJ-007")
        asked.take(listed([phone_call(start_timestamp=1)]))
        asked.take(fetched(phone_call(start_timestamp=1)))
        assert [finding.operation for finding in result(asked).findings] == ["list-calls", "get-call"]

    def test_many_places_of_one_operation_are_told_once(self):
        asked = verdicts("OBJ-003")
        fields = ("transcript", "recording_url", "public_log_url", "end_timestamp", "call_analysis", "latency")
        asked.take(fetched(web_call(**dict.fromkeys(fields, True))))
        (finding,) = result(asked).findings
        assert "more alike: " in finding.mismatch.message
        assert finding.seen >= 4

    def test_what_yields_to_a_requirement_that_failed_is_not_told(self):
        asked = verdicts("LIST-008", "LIST-012")
        parameters = {"call_type": ["web_call"], "agent_id": ["agent_1"]}
        asked.take(listed([phone_call()], {"filter_criteria": parameters}, expected=()))
        assert [each.outcome for each in asked.results({})] == [Outcome.SKIPPED, Outcome.FAILED]
        asked.take(listed([phone_call()], {"filter_criteria": {"call_type": ["web_call"]}}, expected=()))
        assert [each.outcome for each in asked.results({})] == [Outcome.FAILED, Outcome.PASSED]


class TestWithoutAnAnswer:
    def lost(self, **changes):
        flaw = Flaw(kind="null", pointer="/x", text="x is null")
        return Exchange(case=MAKE.invalid("create-web-call", {}, flaw), url="http://x", error="it hung up.", **changes)

    def test_a_connection_that_gives_no_answer_is_as_bad_as_a_server_error(self):
        asked = verdicts("OPS-003", "OBJ-007")
        (finding,) = asked.take(self.lost())
        assert finding.requirement.id == "OPS-003"
        assert finding.mismatch.message == "no answer to a body in which x is null"
        assert (finding.mismatch.expected, finding.mismatch.actual) == ("an answer", "it hung up.")

    def test_a_server_that_cannot_be_reached_breaks_nothing(self):
        asked = verdicts("OPS-003")
        assert asked.take(self.lost(unreachable=True)) == ()
        assert result(asked).outcome is Outcome.SKIPPED


class TestSeveralTogether:
    def test_they_are_judged_at_the_end(self):
        asked = verdicts("OPS-001")
        assert asked.take(created({"status": "error"}, 404)) == ()
        (finding,) = asked.conclude()
        assert finding.operation == "create-web-call"
        assert result(asked).outcome is Outcome.FAILED

    def test_each_operation_by_itself(self):
        asked = verdicts("OPS-001")
        asked.take(created({"status": "error"}, 404))
        asked.take(listed([]))
        assert [finding.operation for finding in asked.conclude()] == ["create-web-call"]
        assert result(asked).cases == 2


class TestForShrinking:
    def test_whether_an_exchange_breaks_a_requirement_is_asked_without_counting(self):
        asked = verdicts("OBJ-007")
        requirement = contract().requirement("OBJ-007")
        assert asked.breaks(fetched(phone_call(start_timestamp=1)), requirement)
        assert not asked.breaks(fetched(phone_call()), requirement)
        assert not asked.breaks(fetched(web_call()), contract().requirement("OPS-001"))
        assert result(asked).cases == 0

    def test_a_mild_mismatch_does_not_break_a_must(self):
        assert not verdicts("STAT-001").breaks(created(status=200), contract().requirement("STAT-001"))

    def test_a_smaller_exchange_takes_the_place_of_a_finding(self):
        asked = verdicts("OBJ-007")
        (finding,) = asked.take(fetched(phone_call(start_timestamp=1, metadata={"a": 1})))
        smaller = fetched(phone_call(start_timestamp=2))
        asked.swap(finding, asked.shown_by(finding, smaller))
        (shown,) = result(asked).findings
        assert (shown.exchange, shown.mismatch.actual, shown.seen) == (smaller, "integer 2", 1)


def test_a_case_of_an_operation_that_the_edition_lacks_breaks_nothing():
    asked = Verdicts(contract("v2-launch"), str)
    case = cases("v2").valid("update-call", {"metadata": {}}, title="a change", call_id="call_1")
    assert [each.requirement.id for each in asked.take(answered(case, 201, web_call()))] == []
