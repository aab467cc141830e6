"""Webhooks of one call together: what is reported, and what is left alone."""

from __future__ import annotations

import pytest
from delivered import NOW_MS, delivered, fetched_after
from exchanges import GONE, judged, phone_call, related, said

from conformance.model import Level

MISSED = {"call_status": "not_connected", "disconnection_reason": "dial_no_answer"}


def at(event, ms, **facts):
    signature = {"timestamp_ms": NOW_MS + ms}
    return delivered(event, received_ms=NOW_MS + ms + 2, signature=signature, **facts)


class TestOrder:
    def test_the_order_of_a_life_is_accepted(self):
        events = [at("call_started", 0), at("call_ended", 50), at("call_analyzed", 90)]
        assert related("delivery-order", events) == []

    def test_another_one_is_reported(self):
        found = related("delivery-order", [at("call_analyzed", 0), at("call_ended", 80)])
        assert said(found) == [
            (
                "`call_analyzed` was sent before `call_ended` of the same call",
                "`call_ended` first",
                "`call_analyzed` 80 ms earlier",
                "/event",
            )
        ]
        assert found[0].level is None
        assert found[0].exchange.case.operation == "call_analyzed"

    def test_two_senders_side_by_side_may_swap_a_little(self):
        assert related("delivery-order", [at("call_analyzed", 0), at("call_ended", 15)]) == []

    def test_by_arrival_where_the_signature_tells_nothing(self):
        unsigned = {"genuine": False, "timestamp_ms": None, "problem": "missing"}
        events = [
            delivered("call_ended", received_ms=NOW_MS, signature=unsigned),
            delivered("call_started", received_ms=NOW_MS + 90, signature=unsigned),
        ]
        assert [each.message for each in related("delivery-order", events)] == [
            "`call_ended` was sent before `call_started` of the same call"
        ]

    def test_what_overlaps_on_its_way_is_no_other_order(self):
        slow = at("call_ended", 0, answer="accepted", held_ms=500)
        assert related("delivery-order", [slow, at("call_started", 100)]) == []

    def test_a_second_attempt_tells_nothing(self):
        assert related("delivery-order", [at("call_ended", 0), at("call_started", 900, attempt=2)]) == []

    def test_elsewhere_it_only_warns_since_a_first_attempt_may_have_been_lost(self):
        (mismatch,) = related(
            "delivery-order", [at("call_analyzed", 0, local=False), at("call_ended", 900, local=False)]
        )
        assert mismatch.level is Level.SHOULD

    def test_it_only_warns_where_an_event_of_the_call_was_refused_before(self):
        events = [at("call_started", -99, answer="refused"), at("call_analyzed", 0), at("call_ended", 900)]
        (mismatch,) = related("delivery-order", events)
        assert mismatch.level is Level.SHOULD

    def test_that_they_were_refused_themselves_explains_nothing(self):
        events = [at("call_analyzed", 0, answer="refused"), at("call_ended", 900, answer="refused")]
        (mismatch,) = related("delivery-order", events)
        assert mismatch.level is None

    def test_it_only_warns_where_another_webhook_was_left_unanswered(self):
        other = delivered(
            "call_started", phone_call(call_id="call_other"), received_ms=NOW_MS - 5000, answer="held", held_ms=6000
        )
        (mismatch,) = related("delivery-order", [other, at("call_analyzed", 0), at("call_ended", 900)])
        assert mismatch.level is Level.SHOULD

    @pytest.mark.parametrize(("gap_ms", "late_ms", "told"), [(8_000, 600, 0), (8_000, 0, 1), (7_900, 600, 1)])
    def test_a_first_attempt_that_was_read_too_late_explains_it(self, gap_ms, late_ms, told):
        events = [at("call_analyzed", 0), at("call_ended", gap_ms, late_ms=late_ms)]
        assert len(related("delivery-order", events)) == told


class TestTheStart:
    def test_a_call_that_did_not_connect_has_none(self):
        assert judged("started-only-if-connected", delivered("call_ended", phone_call(**MISSED))) == []

    def test_one_that_has_is_reported(self):
        ended = delivered("call_ended", phone_call(**MISSED), earlier=("call_started",))
        found = judged("started-only-if-connected", ended)
        assert said(found) == [
            (
                "`call_started` was sent for a call that did not connect",
                "`call_ended` and `call_analyzed` alone",
                "the call is not_connected, disconnection_reason dial_no_answer",
                "/call/disconnection_reason",
            )
        ]
        assert found[0].level is None

    def test_a_call_that_nobody_joined_only_warns(self):
        unjoined = phone_call(call_status="error", disconnection_reason="error_user_not_joined")
        (mismatch,) = judged("started-only-if-connected", delivered("call_ended", unjoined, earlier=("call_started",)))
        assert mismatch.level is Level.SHOULD

    def test_it_does_not_apply_to_calls_that_connected(self):
        call = phone_call(disconnection_reason="user_hangup")
        assert judged("started-only-if-connected", delivered("call_ended", call, earlier=("call_started",))) is None


class TestAsGetCallShowsIt:
    def differences(self, sent, shown, event="call_ended", **facts):
        return related("delivered-as-fetched", [fetched_after([delivered(event, sent)], shown, **facts)])

    def test_the_same_is_accepted(self):
        assert self.differences(phone_call(), phone_call(duration_ms=5, call_status="ended")) == []

    @pytest.mark.parametrize("value", [None, GONE, 5])
    def test_what_is_absent_null_or_of_another_type_is_no_difference(self, value):
        assert self.differences(phone_call(from_number=value), phone_call()) == []
        assert self.differences(phone_call(agent_version=GONE, access_token=GONE), phone_call()) == []

    def test_another_agent_is_reported(self):
        found = self.differences(phone_call(agent_id="agent_2"), phone_call())
        assert said(found) == [
            (
                "`agent_id` in a webhook is not what get-call shows",
                'as get-call shows it: string "agent_1"',
                'string "agent_2"',
                "/call/agent_id",
            )
        ]
        assert found[0].exchange.received

    def test_metadata_that_is_lost_is_reported(self):
        shown = phone_call(metadata={"a": 1})
        assert [each.pointer for each in self.differences(phone_call(), shown)] == ["/call/metadata"]

    def test_a_call_that_has_just_started_may_be_described_as_basic(self):
        shown = phone_call(metadata={"a": 1})
        assert self.differences(phone_call(), shown, event="call_started") == []
        changed = phone_call(metadata={"a": 2})
        assert len(self.differences(changed, shown, event="call_started")) == 1

    def test_user_data_that_somebody_may_have_changed_meanwhile_is_no_difference(self):
        assert self.differences(phone_call(), phone_call(metadata={"a": 1}), fresh=False) == []

    def test_a_call_that_somebody_else_made_only_warns(self):
        (mismatch,) = self.differences(phone_call(agent_id="agent_2"), phone_call(), made=False, fresh=False)
        assert mismatch.level is Level.SHOULD

    def test_it_does_not_apply_where_nothing_was_fetched(self):
        assert related("delivered-as-fetched", [delivered()]) is None


class TestAttempts:
    def test_four_are_accepted_and_a_fifth_is_reported(self):
        assert judged("attempts", delivered()) is None
        assert judged("attempts", delivered(attempt=4)) == []
        assert said(judged("attempts", delivered(attempt=5))) == [
            ("a webhook that is refused is sent again and again", "at most 4 attempts", "attempt 5", "")
        ]

    def test_updates_of_a_transcript_are_not_copies(self):
        assert judged("attempts", delivered("transcript_updated", attempt=9)) is None
        assert judged("accepted-once", delivered("transcript_updated", attempt=9, after_accepted=True)) is None

    def test_one_that_was_accepted_does_not_come_again(self):
        assert judged("accepted-once", delivered()) == []
        assert said(judged("accepted-once", delivered(attempt=2, after_accepted=True))) == [
            ("a webhook came again although it had been accepted", "no further attempt after a 2xx", "attempt 2", "")
        ]

    @pytest.mark.parametrize(("since_ms", "late_ms", "told"), [(8_000, 600, 0), (8_000, 0, 1), (100, 600, 1)])
    def test_an_acceptance_that_was_sent_too_late_explains_another_attempt(self, since_ms, late_ms, told):
        again = delivered(attempt=2, after_accepted=True, since_ms=since_ms, late_ms=late_ms)
        assert len(judged("accepted-once", again)) == told

    def test_one_that_was_refused_comes_again(self):
        refused, again = delivered(answer="refused"), delivered(attempt=2, before="refused")
        assert related("refused-comes-again", [refused, again]) == []
        assert related("refused-comes-again", [refused]) is None

    @pytest.mark.parametrize(("waited_ms", "times"), [(4_999, 0), (5_000, 1)])
    def test_only_after_some_waiting_is_it_missed(self, waited_ms, times):
        refused = delivered(answer="refused")
        look = fetched_after([refused], phone_call(), unanswered={"refused": waited_ms})
        expected = ("a webhook that was refused did not come again", "up to three more attempts", "none within 5 s", "")
        assert said(related("refused-comes-again", [refused, look])) == [expected] * times


class TestWaiting:
    def held(self, held_ms, *, gave_up, **facts):
        return delivered(answer="held", held_ms=held_ms, gave_up=gave_up, **facts)

    def test_it_does_not_apply_to_what_was_answered(self):
        assert judged("waits-for-an-answer", delivered()) is None

    @pytest.mark.parametrize(("held_ms", "wrong"), [(10_000, False), (8_000, False), (7_900, True)])
    def test_hanging_up_early_is_reported(self, held_ms, wrong):
        found = judged("waits-for-an-answer", self.held(held_ms, gave_up=True))
        message = (
            "the server does not wait long enough for an answer;"
            " if the agent is set otherwise, --webhook-timeout tells so"
        )
        assert said(found) == ([(message, "10 s", "hung up after 7.9 s", "")] if wrong else [])

    def test_what_was_read_late_waited_longer_than_it_seems(self):
        assert judged("waits-for-an-answer", self.held(7_900, gave_up=True, late_ms=100)) == []

    def test_elsewhere_it_only_warns(self):
        (mismatch,) = judged("waits-for-an-answer", self.held(1_000, gave_up=True, local=False))
        assert mismatch.level is Level.SHOULD

    def test_one_that_is_given_up_and_sent_again_is_accepted(self):
        held, again = self.held(10_000, gave_up=True), delivered(attempt=2, before="held")
        assert related("unanswered-comes-again", [held, again]) == []

    def test_one_that_is_sent_again_while_it_still_waits_is_accepted(self):
        held, again = self.held(15_000, gave_up=False), delivered(attempt=2, before="waiting")
        assert related("unanswered-comes-again", [held, again]) == []

    def test_one_that_is_not_given_up_is_reported(self):
        held, again = self.held(15_000, gave_up=False), delivered(attempt=2, before="held")
        assert said(related("unanswered-comes-again", [held, again])) == [
            (
                "a webhook that is not answered is not given up",
                "another attempt after 10 s",
                "still waiting after 15.0 s",
                "",
            )
        ]

    def test_one_that_does_not_come_again_is_reported(self):
        held = self.held(10_000, gave_up=True)
        look = fetched_after([held], phone_call(), unanswered={"held": 6_000})
        assert said(related("unanswered-comes-again", [held, look])) == [
            (
                "a webhook that was not answered did not come again",
                "up to three more attempts",
                "none within 6 s",
                "",
            )
        ]
