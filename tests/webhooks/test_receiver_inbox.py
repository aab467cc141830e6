"""The inbox of a run: what it does on purpose, and when it has seen enough."""

from __future__ import annotations

import json

import httpx
import pytest

from conformance.contract.signature import HEADER, sign
from conformance.webhooks import ListeningInbox

KEY = "key_test_5d7a"
NOW_MS = 1_775_120_400_000


class Pushed:
    """A clock that only a test moves."""

    def __init__(self):
        self.ms = NOW_MS

    def now_ms(self):
        return self.ms


@pytest.fixture
def clock():
    return Pushed()


@pytest.fixture
def inbox(clock):
    with ListeningInbox(KEY, timeout_ms=200, wait_s=0.4, patience_s=5, clock=clock) as listening:
        yield listening


def send(inbox, event, call_id="call_1", timeout=5.0):
    body = json.dumps({"event": event, "call": {"call_id": call_id}}).encode()
    headers = {HEADER: sign(body, KEY, NOW_MS)}
    try:
        return httpx.post(inbox.url, content=body, headers=headers, timeout=timeout, trust_env=False).status_code
    except httpx.ReadTimeout:
        return None


def start_and_give_up(inbox):
    """The first event of a run: it is left unanswered."""
    assert send(inbox, "call_started", timeout=0.1) is None
    assert send(inbox, "call_started") == 204


class TestOnPurpose:
    def test_the_first_start_is_left_unanswered_until_the_sender_hangs_up(self, inbox):
        start_and_give_up(inbox)
        assert send(inbox, "call_started", "call_2") == 204

    def test_it_is_refused_in_the_end_if_nobody_hangs_up(self, inbox):
        assert send(inbox, "call_started") == 500

    def test_the_first_end_is_refused_once(self, inbox):
        start_and_give_up(inbox)
        assert [send(inbox, "call_ended", each) for each in ("call_1", "call_2", "call_1")] == [500, 204, 204]

    def test_the_first_analysis_is_refused_always_but_not_for_ever(self, inbox):
        assert [send(inbox, "call_analyzed") for _ in range(9)] == [500] * 8 + [204]
        assert send(inbox, "call_analyzed", "call_2") == 204

    def test_the_end_of_another_call_is_left_unanswered_where_nothing_starts(self, inbox):
        assert [send(inbox, "call_ended", each) for each in ("call_1", "call_2", "call_3")] == [500, 500, 204]

    def test_what_happens_often_or_names_no_call_is_accepted(self, inbox):
        assert [send(inbox, "transcript_updated") for _ in range(3)] == [204, 204, 204]
        assert httpx.post(inbox.url, content=b'{"event": "call_ended"}', trust_env=False).status_code == 204


class TestTaking:
    def test_each_is_taken_once(self, inbox):
        assert inbox.wait(0) is False
        send(inbox, "call_ended")
        assert inbox.wait(5) is True
        assert [each.case.operation for each in inbox.take()] == ["call_ended"]
        assert inbox.take() == []
        assert inbox.wait(0) is False

    def test_webhooks_of_chats_are_noted_and_not_judged(self, inbox):
        for event in ("chat_started", "chat_ended", "chat_started", "call_inbound"):
            assert send(inbox, event) == 204
        assert inbox.take() == []
        (note,) = inbox.notes
        assert note == (
            "Webhooks came that are not about what becomes of a voice call; they are not judged:"
            " 2 chat_started, 1 chat_ended, 1 call_inbound."
        )

    def test_the_calls_that_were_refused_come_first(self, inbox):
        start_and_give_up(inbox)
        for event, call_id in (("transcript_updated", "call_2"), ("call_ended", "call_3")):
            send(inbox, event, call_id)
        assert inbox.calls == ["call_1", "call_3", "call_2"]
        assert [each.case.operation for each in inbox.about("call_3")] == ["call_ended"]


class TestSettling:
    def finish(self, inbox):
        """A whole life: every experiment comes to its end."""
        start_and_give_up(inbox)
        for event, times in (("call_ended", 2), ("call_analyzed", 4)):
            for _ in range(times):
                send(inbox, event)

    def test_nothing_at_all_is_told(self, inbox):
        assert inbox.settle(["call_1"]) is False

    def test_it_ends_once_all_was_analysed_and_what_failed_was_given_up(self, clock):
        with ListeningInbox(KEY, timeout_ms=200, wait_s=60, patience_s=5, clock=clock) as inbox:
            self.finish(inbox)
            clock.ms += 600
            assert inbox.settle(["call_1"]) is True

    def test_what_was_refused_and_did_not_come_again_is_awaited(self, inbox, clock):
        send(inbox, "call_ended")
        clock.ms += 3_000
        assert inbox.unanswered("call_1") == {"refused": 3_000}
        assert inbox.unanswered("call_2") == {}
        assert inbox.settle(["call_1"]) is True
        send(inbox, "call_ended")
        assert inbox.unanswered("call_1") == {}
