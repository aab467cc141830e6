"""Calls in time: what fits together inside one call, and what may change between two looks at it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from exchanges import (
    GONE,
    START_MS,
    TO,
    answered,
    cases,
    created,
    fetched,
    judged,
    listed,
    phone_call,
    related,
    said,
    web_call,
)

from conformance.model import Level


def span(length, **changes):
    return phone_call(end_timestamp=START_MS + length, **changes)


class TestCallEndsAfterItStarts:
    @pytest.mark.parametrize("length", [0, 1, 60_000])
    def test_an_end_at_or_after_the_start_is_accepted(self, length):
        assert judged("ends-after-start", fetched(span(length))) == []

    def test_an_end_before_it_is_reported(self):
        assert said(judged("ends-after-start", fetched(span(-1)))) == [
            (
                "the call ends before it starts",
                f"not before start_timestamp {START_MS}",
                f"integer {START_MS - 1}",
                "/end_timestamp",
            )
        ]

    @pytest.mark.parametrize("end", [None, "soon", True])
    def test_it_does_not_apply_without_both(self, end):
        assert judged("ends-after-start", fetched(phone_call(end_timestamp=end))) is None


class TestDurationFits:
    @pytest.mark.parametrize(("length", "duration"), [(60_000, 60_000), (60_000, 56_000), (100_000, 109_000), (0, 10)])
    def test_about_the_time_between_is_accepted(self, length, duration):
        assert judged("duration-fits", fetched(span(length, duration_ms=duration))) == []

    def test_seconds_are_reported(self):
        (mismatch,) = judged("duration-fits", fetched(span(60_000, duration_ms=60)))
        assert said([mismatch]) == [
            ("`duration_ms` looks like seconds", "about 60000 ms", "integer 60", "/duration_ms")
        ]
        assert mismatch.level is None

    def test_another_length_is_only_warned_about(self):
        (mismatch,) = judged("duration-fits", fetched(span(60_000, duration_ms=90_000)))
        assert mismatch.message == "`duration_ms` does not fit start and end"
        assert mismatch.level is Level.SHOULD

    def test_a_negative_one_is_not_only_warned_about(self):
        (mismatch,) = judged("duration-fits", fetched(span(60_000, duration_ms=-60_000)))
        assert mismatch.level is None

    @pytest.mark.parametrize(
        "changes", [{}, {"duration_ms": "60"}, {"duration_ms": 60, "transfer_end_timestamp": START_MS}]
    )
    def test_it_does_not_apply_without_a_number_or_after_a_transfer(self, changes):
        assert judged("duration-fits", fetched(span(60_000, **changes))) is None


class TestNothingOfTheEndBeforeIt:
    FIELDS = ("end_timestamp", "duration_ms")

    def ask(self, **changes):
        return judged("nothing-before-the-end", fetched(phone_call(**changes)), fields=self.FIELDS)

    @pytest.mark.parametrize("changes", [{}, {"end_timestamp": None}])
    def test_a_call_that_goes_on_without_it_is_accepted(self, changes):
        assert self.ask(call_status="ongoing", **changes) == []

    @pytest.mark.parametrize("status", ["registered", "ongoing"])
    def test_a_call_that_already_has_it_is_reported(self, status):
        assert said(self.ask(call_status=status, duration_ms=5)) == [
            (
                f"a call that is {status} already has `duration_ms`",
                "absent until the call has ended",
                "integer 5",
                "/duration_ms",
            )
        ]

    @pytest.mark.parametrize("status", ["ended", "error", "not_connected", "unheard-of", None, []])
    def test_it_does_not_apply_to_other_states(self, status):
        assert self.ask(call_status=status, duration_ms=5) is None


class TestReasonFitsStatus:
    REASONS = {"ended": ["user_hangup"], "not_connected": ["dial_busy"]}  # noqa: RUF012 - only read

    def ask(self, reason, status):
        call = phone_call(disconnection_reason=reason, call_status=status)
        return judged("reason-fits-status", fetched(call), reasons=self.REASONS)

    def test_its_own_status_is_accepted(self):
        assert self.ask("dial_busy", "not_connected") == []

    def test_another_is_reported(self):
        assert said(self.ask("dial_busy", "ended")) == [
            ("a call that ended by dial_busy is ended", "not_connected", 'string "ended"', "/call_status")
        ]

    def test_a_status_that_nobody_documents_is_told_elsewhere(self):
        assert self.ask("dial_busy", "gone") == []

    @pytest.mark.parametrize(
        ("reason", "status"), [("unheard-of", "ended"), (None, "ended"), ("dial_busy", 5), ([], "x")]
    )
    def test_it_does_not_apply_to_reasons_that_no_status_is_known_for(self, reason, status):
        assert self.ask(reason, status) is None


class TestFieldOnlyWithItsReason:
    def ask(self, **changes):
        given = {"field": "transfer_destination", "reasons": ["call_transfer"]}
        return judged("only-with-reason", fetched(phone_call(**changes)), **given)

    def test_with_its_reason_it_is_accepted(self):
        assert self.ask(transfer_destination=TO, disconnection_reason="call_transfer") == []

    @pytest.mark.parametrize("reason", ["user_hangup", None, []])
    def test_without_it_is_reported(self, reason):
        assert said(self.ask(transfer_destination=TO, disconnection_reason=reason)) == [
            (
                "`transfer_destination` stands on a call that was not transferred",
                "absent unless disconnection_reason is call_transfer",
                f'string "{TO}"',
                "/transfer_destination",
            )
        ]

    def test_it_does_not_apply_where_it_is_absent_or_null(self):
        assert self.ask() is None
        assert self.ask(transfer_destination=None) is None


class TestPercentilesRise:
    def ask(self, **stats):
        return judged("percentiles-rise", fetched(phone_call(latency={"e2e": stats})))

    @pytest.mark.parametrize(
        "stats", [{"p50": 1, "p90": 1, "p99": 2.5}, {"p50": 1}, {}, {"p50": 9, "p90": "x", "num": 1}]
    )
    def test_rising_ones_are_accepted(self, stats):
        assert self.ask(**stats) == []

    def test_falling_ones_are_reported(self):
        assert said(self.ask(max=9, min=1, p50=5, p90=4)) == [
            ("`p90` of the latency is lower than `p50`", "at least 5", "integer 4", "/latency/e2e/p90")
        ]

    @pytest.mark.parametrize("latency", [None, 5, {}, {"e2e": None}])
    def test_it_does_not_apply_without_any(self, latency):
        assert judged("percentiles-rise", fetched(phone_call(latency=latency))) is None


class TestNewCallIsRegistered:
    def test_a_registered_one_is_accepted(self):
        assert judged("registered-at-first", created()) == []

    def test_any_other_known_state_is_reported(self):
        assert said(judged("registered-at-first", created(web_call(call_status="ended")))) == [
            ("a call that was just created is not `registered`", "registered", 'string "ended"', "/call_status")
        ]

    @pytest.mark.parametrize("status", ["gone", None, 5, []])
    def test_it_does_not_apply_to_what_is_no_state(self, status):
        assert judged("registered-at-first", created(web_call(call_status=status))) is None


class TestStatusMovesForward:
    def ask(self, *states):
        return related("status-moves-forward", [fetched(web_call(call_status=each)) for each in states])

    @pytest.mark.parametrize(
        "states",
        [
            ("registered", "ongoing", "ended"),
            ("ongoing", "ongoing"),
            ("registered", "error"),
            ("ended", "x", 5, "ended"),
        ],
    )
    def test_forward_is_accepted(self, states):
        assert self.ask(*states) == []

    @pytest.mark.parametrize("states", [("ongoing", "registered"), ("ended", "ongoing"), ("ended", "error")])
    def test_back_or_from_a_final_one_is_reported(self, states):
        assert said(self.ask(*states)) == [
            (
                "the status of a call went back",
                f"{states[0]} or what follows it",
                f'string "{states[1]}"',
                "/call_status",
            )
        ]

    def test_each_call_by_itself(self):
        calls = [web_call(call_id="a", call_status="ended"), web_call(call_id="b")]
        assert related("status-moves-forward", [fetched(call) for call in calls]) == []

    def test_it_does_not_apply_to_lists_which_may_lag(self):
        assert related("status-moves-forward", [listed([web_call()])]) is None


class TestTypeStays:
    def test_the_same_type_is_accepted(self):
        assert related("type-stays", [listed([web_call(), phone_call()]), fetched(web_call())]) == []

    def test_another_is_reported(self):
        other = phone_call(call_id="call_web")
        assert said(related("type-stays", [fetched(web_call()), listed([phone_call(), other])])) == [
            ("a call changed its type", "web_call", 'string "phone_call"', "/1/call_type")
        ]

    def test_it_does_not_apply_without_a_call(self):
        assert related("type-stays", [listed([])]) is None


class TestCreationsDiffer:
    def ask(self, *calls):
        given = {"creates": ["create-web-call"], "fields": ["call_id", "access_token"]}
        return related("creations-differ", [created(call) for call in calls], **given)

    def test_new_ids_and_tokens_are_accepted(self):
        assert self.ask(web_call(), web_call(call_id="call_2", access_token="other")) == []  # noqa: S106 - shaped like one, opens nothing

    def test_the_same_are_reported_and_the_token_is_not_told(self):
        assert said(self.ask(web_call(), web_call())) == [
            (
                "two creations answered the same `call_id`",
                "a new call_id for each call",
                'string "call_web"',
                "/call_id",
            ),
            (
                "two creations answered the same `access_token`",
                "a new access_token for each call",
                "one that an earlier call has",
                "/access_token",
            ),
        ]

    def test_values_that_are_absent_are_told_elsewhere(self):
        bare = web_call(call_id=5, access_token=GONE)
        assert self.ask(bare, bare) == []


class TestDeletedCallIsGone:
    def ask(self, status, *, last):
        case = cases().valid("get-call", title="a deleted call", call_id="call_1", known=False, last=last)
        return judged("deleted-is-gone", answered(replace(case, purpose="deleted"), status, web_call()))

    @pytest.mark.parametrize("status", [404, 422])
    def test_a_refusal_is_accepted(self, status):
        assert self.ask(status, last=False) == []

    def test_an_answer_is_reported_at_the_last_try(self):
        assert said(self.ask(200, last=True)) == [
            ("a call that was deleted is still there", "status 422", "status 200", "")
        ]

    def test_it_does_not_apply_before_that(self):
        assert self.ask(200, last=False) is None


class TestDeletedCallIsNotListed:
    def ask(self, *calls, last):
        case = cases().listing({"limit": 5}, title="a deleted call", deleted="call_web", last=last)
        return judged("deleted-not-listed", answered(case, 200, list(calls)))

    def test_a_list_without_it_is_accepted(self):
        assert self.ask(web_call(call_id="call_other"), last=False) == []
        assert self.ask(last=True) == []

    def test_a_list_that_holds_it_is_reported_at_the_last_try(self):
        assert said(self.ask(web_call(call_id="call_web"), last=True)) == [
            ("a call that was deleted is still listed", "no call call_web", "call call_web", "")
        ]

    def test_it_does_not_apply_before_that(self):
        assert self.ask(web_call(call_id="call_web"), last=False) is None
