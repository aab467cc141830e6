"""A run from its first request to its last."""

from __future__ import annotations

import json

import httpx
import pytest
from spying import answer, lost, runner

from conformance.errors import TargetError
from conformance.mockvendor import MockVendor
from conformance.model import Effect, Outcome
from conformance.targets.http import HttpTarget

HARMLESS = {Effect.READ}


class TestTheSameSeed:
    @pytest.mark.parametrize(("edition", "profile"), [("v2", "standard"), ("v1", "smoke"), ("v2-launch", "smoke")])
    def test_sends_the_same_requests_to_the_same_server(self, spy, edition, profile):
        first, second = spy(edition=edition), spy(edition=edition)
        for target in (first, second):
            runner(target, edition=edition, profile=profile, seed=3, requests=250).run()
        assert first.sent == second.sent
        assert len(first.sent) > 20

    def test_another_seed_sends_others(self, spy):
        first, second = spy(), spy()
        runner(first, seed=1).run()
        runner(second, seed=2).run()
        assert first.sent != second.sent


class TestTooManyRequests:
    LIMIT = b'{"status": "error", "message": "Too many."}'

    def test_are_waited_out_and_are_no_finding(self, spy):
        pauses = []
        target = spy(
            first=lambda number, case: (
                answer(case, 429, self.LIMIT, [("retry-after", "2")]) if number % 3 == 2 else None
            )
        )
        run = runner(target, pauses=pauses, requests=100).run()
        assert run.complete
        assert [result for result in run.results if result.findings] == []
        assert set(pauses) == {2.0}
        assert len(pauses) == len(target.cases) // 3 + (len(target.cases) % 3 == 2)
        assert run.requests == len(target.cases)

    @pytest.mark.parametrize(
        ("told", "seconds"),
        [
            ("0", 0.05),
            ("1.5", 1.5),
            ("-3", 0.05),
            ("9999", 30.0),
            ("inf", 30.0),
            ("nan", 1.0),
            ("Fri, 31 Dec 2027 23:59:59 GMT", 1.0),
            ("", 1.0),
            (None, 1.0),
        ],
    )
    def test_are_waited_out_for_a_reasonable_time_whatever_the_server_says(self, spy, told, seconds):
        headers = [] if told is None else [("Retry-After", told)]
        pauses = []
        target = spy(first=lambda number, case: answer(case, 429, self.LIMIT, headers) if number == 2 else None)
        runner(target, pauses=pauses, requirements=["LIST-001"]).run()
        assert pauses == [seconds]

    def test_without_end_are_given_up(self, spy):
        target = spy(first=lambda number, case: answer(case, 429, self.LIMIT) if number > 1 else None)
        run = runner(target, requests=30).run()
        assert [result for result in run.results if result.outcome is Outcome.FAILED] == []


class TestCutShort:
    def test_a_lost_connection_ends_the_run_with_what_was_found_so_far(self, spy):
        target = spy(faults=["list-calls-answers-206"], first=lambda number, case: lost(case) if number > 6 else None)
        told = Told()
        run = runner(target, reporters=[told]).run()
        assert not run.complete
        assert run.stopped == "the connection was lost: no connection to mock.localhost:80: Connection refused."
        assert len(target.cases) == 9
        assert [finding.requirement.id for finding in told.found_] == ["STAT-002"]
        assert run.count(Outcome.FAILED) == 1
        assert {result.reason for result in run.results if result.outcome is Outcome.SKIPPED} == {
            f"not reached: {run.stopped}"
        }

    def test_a_server_that_comes_back_is_gone_on_with(self, spy):
        target = spy(first=lambda number, case: lost(case) if number in {4, 5} else None)
        run = runner(target).run()
        assert run.complete
        assert run.count(Outcome.FAILED) == 0

    def test_an_interruption_ends_it_likewise(self, spy):
        def interrupt(number, _case):
            if number == 7:
                raise KeyboardInterrupt

        told = Told()
        run = runner(spy(faults=["list-calls-answers-206"], first=interrupt), reporters=[told]).run()
        assert (run.complete, run.stopped) == (False, "interrupted")
        assert [finding.requirement.id for finding in told.found_] == ["STAT-002"]
        assert told.order[-1] == "finished"

    def test_so_does_the_budget(self, spy):
        target = spy()
        run = runner(target, requests=7).run()
        assert (run.complete, run.stopped) == (False, "the budget of 7 requests is used up")
        assert (run.requests, len(target.cases)) == (7, 7)

    def test_so_does_the_time(self, spy):
        target, ticks = spy(), iter(range(10_000))
        judged = runner(target, seconds=8.0)
        judged.monotonic = lambda: float(next(ticks))
        run = judged.run()
        assert (run.complete, run.stopped) == (False, "the time of 8 s is used up")
        assert len(target.cases) == 7

    def test_what_runs_out_while_findings_are_made_smaller_leaves_the_run_complete(self, spy, monkeypatch):
        everything = spy(faults=["metadata-lost"])
        judged = runner(everything, profile="standard", requirements=["SEQ-001"])
        shrunk = []
        monkeypatch.setattr(judged, "_shrink", lambda: shrunk.append(len(everything.cases)))
        judged.run()
        again = spy(faults=["metadata-lost"])
        run = runner(again, profile="standard", requirements=["SEQ-001"], requests=shrunk[0]).run()
        assert (run.complete, run.count(Outcome.FAILED), run.requests) == (True, 1, shrunk[0])

    @pytest.mark.parametrize(
        ("exchange", "reason"),
        [
            (lost, "no connection to mock.localhost:80: Connection refused."),
            (
                lambda case: answer(case, 401, b"{}"),
                "the key was refused (401). Set the right one in the environment; see --api-key-env.",
            ),
            (
                lambda case: lost(case, unreachable=False, error="it said key_mock_0123456789abcdef."),
                "it said [hidden].",
            ),
        ],
    )
    def test_where_nothing_can_be_judged_that_is_told_instead(self, spy, exchange, reason):
        with pytest.raises(TargetError) as caught:
            runner(spy(first=lambda _number, case: exchange(case))).run()
        assert str(caught.value) == f"http://mock.localhost: {reason}"


class Told:
    """A reporter that remembers."""

    def __init__(self):
        self.order, self.found_, self.run = [], [], None

    def started(self, target, edition, ceiling):
        self.order.append(("started", target, edition, ceiling))

    def exchanged(self, operation, done):
        self.order.append((operation, done))

    def found(self, finding):
        self.found_.append(finding)

    def finished(self, run):
        self.run = run
        self.order.append("finished")


class TestReporters:
    def test_are_told_the_ceiling_first_each_request_and_the_end_last(self, spy):
        target, told = spy(), Told()
        run = runner(target, reporters=[told]).run()
        assert told.order[0] == ("started", "http://mock.localhost", "v2", 40)
        assert [done for _, done in told.order[1:-1]] == list(range(1, len(target.cases) + 1))
        assert told.run is run

    def test_are_told_nothing_secret(self, spy):
        target, told = spy(faults=["limit-one-too-many"]), Told()
        run = runner(target, reporters=[told]).run()
        assert run.count(Outcome.FAILED) == 1
        said = repr((told.order, told.found_, run))
        hidden = [target.vendor.api_key]
        for name in ("access_token", "transcript", "recording_url"):
            hidden += [call[name] for call in target.vendor.calls if call.get(name)]
        assert len(hidden) > 20
        assert not [text for text in hidden if text in said]


class TestElsewhere:
    @pytest.mark.parametrize("profile", ["smoke", "standard"])
    @pytest.mark.parametrize("edition", ["v1", "v2-launch", "v2-2025", "v2"])
    def test_no_case_with_an_effect_is_ever_sent(self, spy, edition, profile):
        target = spy(local=False, edition=edition)
        before = target.vendor.calls
        run = runner(target, edition=edition, profile=profile).run()
        assert {case.effect for case in target.cases} == HARMLESS
        assert target.vendor.calls == before
        assert run.created == ()
        assert run.count(Outcome.FAILED) == 0

    def test_nor_to_a_server_that_accepts_whatever_comes(self, spy):
        accepting = json.dumps({"call_id": "call_1", "agent_id": "agent_1"}).encode()

        def accept(_number, case):
            return None if "list" in case.facts else answer(case, 200, accepting)

        target = spy(local=False, first=accept)
        runner(target, profile="standard").run()
        assert {case.effect for case in target.cases} == HARMLESS

    def test_what_was_not_sent_is_skipped_with_the_flag_that_allows_it(self, spy):
        run = runner(spy(local=False), profile="standard").run()
        reasons = {result.requirement.id: result.reason for result in run.results}
        assert reasons["SPLIT-002"] == "needs --allow create-web-call"
        assert reasons["SPLIT-008"] == "needs --allow create-phone-call"

    def test_only_what_was_allowed_is_sent_and_is_tagged(self, spy):
        target = spy(local=False)
        run = runner(target, profile="standard", allow=["create-web-call"]).run()
        made = [case for case in target.cases if case.effect is not Effect.READ]
        assert {case.operation for case in made} == {"create-web-call"}
        assert {case.effect for case in made} == {Effect.BILLS}
        tagged = [case for case in made if case.purpose == "valid"]
        assert all(case.json()["metadata"]["conformance_run"] == "seed-1" for case in tagged)
        assert len(tagged) <= 25
        assert set(run.created) <= {call["call_id"] for call in target.vendor.calls}

    def test_only_the_given_number_is_dialled(self, spy):
        number = "+14155550142"
        target = spy(local=False)
        runner(target, profile="standard", allow=["create-phone-call"], to_numbers=[number]).run()
        dialled = [case for case in target.cases if case.effect is Effect.DIALS]
        assert {case.json()["to_number"] for case in dialled} == {number}


def test_a_run_against_a_real_socket_ends_when_the_server_goes_away():
    with MockVendor(calls=10) as vendor:
        target = HttpTarget(vendor.url, key=vendor.api_key, timeout_seconds=5)
        sent = []

        class Going:
            name, local = target.name, True

            def send(self, case):
                sent.append(case)
                if len(sent) == 8:
                    vendor.stop()
                return target.send(case)

            def close(self):
                target.close()

        run = runner(Going(), secrets=(vendor.api_key,)).run()
        target.close()
    assert not run.complete
    assert run.stopped.startswith("the connection was lost: no connection to 127.0.0.1:")
    assert run.count(Outcome.FAILED) == 0
    assert httpx.URL(run.target).host == "127.0.0.1"
