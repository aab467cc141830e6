"""What changed between two runs in the shapes that a target answers with."""

from __future__ import annotations

import json

import pytest
from answered import PHONE, WEB, delivery, seen
from drifting import shapes

from conformance.history.chance import Share, chance, is_telling
from conformance.history.drift import drift
from conformance.history.drift_text import NOTHING, drift_json, drift_lines, drift_markdown
from conformance.history.fingerprint import Fingerprint, Group, Trace


@pytest.fixture(scope="module")
def before():
    return shapes(seed=1)


def told(found):
    return [(each.kind, each.path, each.breaking) for each in found]


class TestNoDrift:
    @pytest.mark.parametrize("seed", range(2, 12))
    def test_between_runs_of_other_seeds(self, before, seed):
        assert drift(before, shapes(seed=seed)) == []

    @pytest.mark.parametrize("account", [1, 2])
    def test_between_accounts(self, before, account):
        assert drift(before, shapes(account=account)) == []

    def test_between_profiles(self, before):
        standard = shapes(profile="standard")
        assert drift(before, standard) == []
        assert drift(standard, before) == []

    def test_of_a_run_with_itself(self, before):
        assert drift(before, before) == []

    def test_where_one_run_saw_nothing(self, before):
        nothing = Fingerprint(edition="v2")
        assert drift(before, nothing) == drift(nothing, before) == []


def null_log(call):
    if "public_log_url" in call:
        call["public_log_url"] = None


def new_status(call):
    if call.get("call_status") == "ended":
        call["call_status"] = "wrapped_up"


def no_name(call):
    call.pop("agent_name", None)


class TestWhatChanged:
    def test_a_field_that_became_null(self, before):
        after = shapes(null_log)
        (found,) = drift(before, after)
        shown = found.example.split(":")[0]
        assert shown in after.groups[found.operation, found.call_type, False].ids
        assert found.sentence == (
            "list-calls (phone_call): /public_log_url became null: string, null in none of 16 calls before, null in"
            " 16 of 16 now. Breaks a client made from the contract: the contract allows string only."
        )
        assert found.example == f"{shown}: /public_log_url is null"
        assert "list-calls (web_call)" in found.also

    def test_a_new_value_of_a_list_that_grows(self, before):
        found = drift(before, shapes(new_status))
        (new,) = [each for each in found if each.kind == "new enum value"]
        assert (new.path, new.breaking) == ("/call_status", False)
        assert new.example.endswith(': /call_status is "wrapped_up"')
        assert new.sentence.endswith("No client made from the contract breaks: the list grows.")

    def test_a_new_value_of_a_list_that_is_closed(self, before):
        found = drift(before, shapes(lambda call: call.update(call_type="sms_call")))
        assert told(found) == [("new enum value", "/call_type", True)]
        assert found[0].call_type == "other"
        assert found[0].example.endswith(': /call_type is "sms_call"')

    def test_an_optional_field_that_vanished(self, before):
        (found,) = drift(before, shapes(no_name))
        assert (found.kind, found.path, found.breaking) == ("vanished", "/agent_name", False)
        assert found.after.startswith("in none of ")
        assert found.example.endswith(": /agent_name is not there")
        assert found.sentence.endswith("No client made from the contract breaks: the field is optional.")

    def test_a_required_field_that_vanished(self, before):
        (found,) = drift(before, shapes(lambda call: call.pop("agent_version", None)))
        assert (found.kind, found.path, found.breaking) == ("vanished", "/agent_version", True)

    def test_a_field_that_no_edition_knows(self, before):
        (found,) = drift(before, shapes(lambda call: call.update(voice_print={"Maria Lopez": "+14155550123"})))
        assert (found.kind, found.path, found.breaking) == ("appeared", "/voice_print", False)
        assert found.example.endswith(": /voice_print is an object")

    def test_another_type(self, before):
        found = drift(before, shapes(lambda call: call.update(agent_version=str(call.get("agent_version")))))
        assert told(found) == [("type changed", "/agent_version", True)]
        assert found[0].example.endswith(": /agent_version is a string (digits)")

    def test_milliseconds_that_became_seconds(self, before):
        found = drift(before, shapes(faults=["timestamps-in-seconds"]))
        assert ("format changed", "/start_timestamp", True) in told(found)
        assert {each.kind for each in found} == {"format changed"}

    def test_a_required_field_that_is_there_only_sometimes(self, before):
        def drop(call):
            if call["call_id"][-1] in "01234567":
                call.pop("agent_id")

        found = drift(before, shapes(drop))
        assert told(found) == [("presence dropped", "/agent_id", True)]

    def test_an_inner_field(self, before):
        def drop(call):
            for each in call.get("call_cost", {}).get("product_costs", ()):
                each["unit_price"] = None

        found = drift(before, shapes(drop))
        assert told(found) == [("became null", "/call_cost/product_costs/*/unit_price", True)]

    def test_what_comes_back_as_it_was(self, before):
        after = shapes(null_log)
        (found,) = drift(after, before)
        assert (found.kind, found.path, found.breaking) == ("null no longer", "/public_log_url", False)

    def test_an_undocumented_status(self, before):
        found = drift(before, shapes(faults=["list-calls-answers-206"]))
        assert len(found) == 1
        assert found[0].sentence == (
            "list-calls: the answer to a valid request changed: 200 in 22 before, 206 in 22 of 22 now."
            " No client made from the contract breaks."
        )

    def test_another_content_type(self, before):
        found = drift(before, shapes(faults=["get-call-says-text"]))
        assert [(each.kind, each.operation, each.breaking, each.example) for each in found] == [
            ("content type changed", "get-call", True, "text/plain")
        ]

    def test_a_list_in_an_envelope(self, before):
        found = drift(before, shapes(faults=["list-in-an-envelope"]))
        assert told(found) == [("type changed", "", True)]


def heard(event="call_ended", **changed):
    """What is remembered of 30 webhooks about phone calls and 30 about web calls."""
    calls = [
        {**call, "call_id": f"call_{n:017}", "transcript": "", **changed} for n in range(30) for call in (WEB, PHONE)
    ]
    return seen(*(delivery({"event": event, "call": call}) for call in calls))


class TestWebhooks:
    def test_a_field_that_became_null(self):
        (found,) = drift(heard(), heard(transcript=None))
        assert (found.kind, found.path, found.breaking) == ("became null", "/transcript", True)
        assert found.sentence == (
            "call_ended (phone_call): /transcript became null: string, null in none of 30 webhooks before, null in"
            " 30 of 30 now. Breaks a client made from the contract: the contract allows string only."
        )
        assert found.also == ("call_ended (web_call)",)

    def test_an_event_that_nobody_knows(self):
        (found,) = drift(heard(), heard("call_paused"))
        assert (found.kind, found.path, found.breaking) == ("new enum value", "/event", False)
        assert found.example == '/event is "call_paused"'

    def test_the_same_is_no_drift(self):
        assert drift(heard(), heard()) == []


def fingerprint(paths, *, operation="list-calls", call_type="web_call"):
    """A fingerprint of one group, of calls in one state."""
    of = {"ended": max(each.count for each in paths.values())}
    traces = {"": Trace(types={"object": [of["ended"], 0]}, seen={"ended": [of["ended"], 0]}, of=of), **paths}
    group = Group(pictures=of["ended"], ids=["call_0123456789abcdef0"], shown={"ended": 0}, paths=traces)
    return Fingerprint(edition="v2", groups={(operation, call_type, False): group})


def trace(count, kind="string", **more):
    return Trace(types={kind: [count, 0]}, seen={"ended": [count, 0]}, **more)


class TestWhatChanceExplains:
    def anchor(self, count):
        return {"/call_id": trace(count)}

    @pytest.mark.parametrize(
        ("was", "calls", "told"), [(60, 60, True), (6, 60, False), (11, 11, False), (12, 12, True)]
    )
    def test_an_optional_field_vanished_only_if_chance_does_not(self, was, calls, told):
        earlier = fingerprint({**self.anchor(calls), "/agent_name": trace(was)})
        assert bool(drift(earlier, fingerprint(self.anchor(calls)))) is told

    @pytest.mark.parametrize(("calls", "now", "told"), [(60, 30, True), (60, 57, False), (19, 1, False)])
    def test_an_optional_field_that_is_not_always_there_any_more(self, calls, now, told):
        earlier = fingerprint({**self.anchor(calls), "/agent_name": trace(calls)})
        later = fingerprint({**self.anchor(calls), "/agent_name": trace(now)})
        assert [each.kind for each in drift(earlier, later)] == ["presence dropped"] * told

    def test_what_requests_may_not_have_given_is_not_missed(self):
        earlier = fingerprint({**self.anchor(60), "/metadata": trace(60, "object")})
        assert drift(earlier, fingerprint(self.anchor(60))) == []

    def test_a_documented_value_that_was_rare_is_no_drift(self):
        earlier = fingerprint({"/disconnection_reason": trace(60, values={"user_hangup": [60, 0]})})
        later = fingerprint({"/disconnection_reason": trace(60, values={"dial_busy": [60, 0]})})
        assert drift(earlier, later) == []

    def test_a_null_that_the_contract_allows_may_come_and_go(self):
        setting = "/data_storage_setting"
        earlier = fingerprint({setting: trace(60)})
        some = Trace(types={"string": [50, 0], "null": [10, 0]}, seen={"ended": [60, 0]})
        every = Trace(types={"null": [60, 0]}, seen={"ended": [60, 0]})
        assert drift(earlier, fingerprint({setting: some})) == []
        assert told(drift(earlier, fingerprint({setting: every}))) == [("became null", setting, False)]

    def test_a_whole_number_is_a_number(self):
        cost = "/call_cost/combined_cost"
        paths = {"/call_cost": trace(60, "object", of={"ended": 60})}
        earlier, later = (fingerprint({**paths, cost: trace(60, kind)}) for kind in ("integer", "number"))
        assert drift(earlier, later) == drift(later, earlier) == []

    def test_the_odds_are_those_of_fishers_test(self):
        assert chance(Share(some=10, all=10), Share(some=0, all=10)) == pytest.approx(1 / 184_756)
        assert chance(Share(some=0, all=3), Share(some=3, all=3)) == pytest.approx(1 / 20)
        assert chance(Share(some=5, all=10), Share(some=5, all=10)) > 0.5
        assert chance(Share(some=0, all=0), Share(some=5, all=5)) == 1.0

    def test_what_the_contract_forbids_needs_little(self):
        none, all_ = Share(some=0, all=3), Share(some=3, all=3)
        assert is_telling(chance(none, all_), none, all_, allowed=False)
        assert not is_telling(chance(none, all_), none, all_, allowed=True)
        two = Share(some=2, all=2)
        assert not is_telling(chance(Share(some=0, all=2), two), Share(some=0, all=2), two, allowed=False)


class TestHowItIsTold:
    def found(self):
        calls = {"/call_id": trace(30)}
        earlier = fingerprint({**calls, "/public_log_url": trace(30), "/agent_name": trace(30)})
        later = fingerprint({**calls, "/public_log_url": trace(30, "null")})
        return drift(earlier, later)

    def test_as_lines(self):
        assert drift_lines(self.found()) == [
            "! list-calls (web_call): /public_log_url became null: string, null in none of 30",
            "  calls before, null in 30 of 30 now. Breaks a client made from the contract:",
            "  the contract allows string only.",
            "  Example: call_0123456789abcdef0: /public_log_url is null",
            "- list-calls (web_call): /agent_name vanished: in 30 of 30 calls before, in none",
            "  of 30 now. No client made from the contract breaks: the field is optional.",
            "  Example: call_0123456789abcdef0: /agent_name is not there",
        ]

    def test_as_json(self):
        first = drift_json(self.found())[0]
        assert json.loads(json.dumps(first)) == first
        assert first == {
            "operation": "list-calls",
            "call_type": "web_call",
            "path": "/public_log_url",
            "kind": "became null",
            "before": "string, null in none of 30 calls",
            "after": "null in 30 of 30",
            "example": "call_0123456789abcdef0: /public_log_url is null",
            "breaking": True,
            "sentence": (
                "list-calls (web_call): /public_log_url became null: string, null in none of 30 calls before, null in"
                " 30 of 30 now. Breaks a client made from the contract: the contract allows string only."
            ),
            "also": [],
        }

    def test_as_markdown(self):
        assert drift_markdown(self.found()).splitlines() == [
            "| breaks clients | where | what | before | now | example |",
            "| --- | --- | --- | --- | --- | --- |",
            (
                "| **yes** | list-calls (web\\_call) | `/public_log_url` became null | string, null in none of 30 calls"
                " | null in 30 of 30 | `call_0123456789abcdef0: /public_log_url is null` |"
            ),
            (
                "| no | list-calls (web\\_call) | `/agent_name` vanished | in 30 of 30 calls | in none of 30"
                " | `call_0123456789abcdef0: /agent_name is not there` |"
            ),
        ]

    def test_nothing_is_said_in_words(self):
        assert drift_lines([]) == [NOTHING]
        assert drift_json([]) == []
        assert drift_markdown([]) == f"{NOTHING}\n"
