"""The receiver, over real sockets."""

from __future__ import annotations

import concurrent.futures
import json
import threading

import httpx
import pytest

from conformance.contract.signature import HEADER, sign
from conformance.errors import TargetError
from conformance.webhooks import WebhookReceiver

KEY = "key_test_5d7a"
NOW_MS = 1_775_120_400_000


class Still:
    """A clock that stands."""

    def now_ms(self):
        return NOW_MS


@pytest.fixture
def receiver():
    with WebhookReceiver(KEY, clock=Still()) as listening:
        yield listening


def webhook(event="call_ended", call_id="call_1", **more):
    return json.dumps({"event": event, "call": {"call_id": call_id}, **more}, ensure_ascii=False).encode()


def post(url, body=None, *, key=KEY, at_ms=NOW_MS, **settings):
    content = webhook() if body is None else body
    headers = {"content-type": "application/json", HEADER: sign(content, key, at_ms)}
    return httpx.post(url, content=content, headers=headers, trust_env=False, **settings)


def facts(delivery):
    return delivery.case.facts["delivery"]


class TestWhatComes:
    def test_is_accepted_and_kept_byte_by_byte(self, receiver):
        body = '{"event": "call_ended",  "call": {"call_id": "call_ü", "x": "\\u4f60 你"}}'.encode()
        assert post(f"{receiver.url}?a=1", body).status_code == 204
        (delivery,) = receiver.deliveries
        assert (delivery.received, delivery.case.body, delivery.case.method) == (True, body, "POST")
        assert (delivery.case.operation, delivery.case.url_path) == ("call_ended", "/webhook?a=1")
        assert delivery.url == f"{receiver.url}?a=1"
        assert delivery.response.status == 204
        assert dict(delivery.sent)["content-type"] == "application/json"
        assert delivery.case.facts["group"] == "delivered call_ü"
        told = facts(delivery)
        assert told.pop("late_ms") >= 0
        assert told == {
            "event": "call_ended",
            "call_id": "call_ü",
            "identity": "call_ended call_ü",
            "attempt": 1,
            "after_accepted": False,
            "received_ms": NOW_MS,
            "signature": {"problem": None, "timestamp_ms": NOW_MS, "age_ms": 0, "genuine": True},
            "sure_key": True,
            "before": None,
            "earlier": (),
            "answer": "accepted",
            "held_ms": None,
            "gave_up": False,
            "timeout_ms": 10_000,
            "local": True,
            "since_ms": None,
        }

    def test_is_counted_by_attempts(self, receiver):
        receiver.answer_with(500, times=1)
        for body in (webhook(), webhook("call_started"), webhook(), webhook(), webhook(call_id="call_2")):
            post(receiver.url, body)
        told = [facts(each) for each in receiver.deliveries]
        assert [each["attempt"] for each in told] == [1, 1, 2, 3, 1]
        assert [each["answer"] for each in told] == ["refused", "accepted", "accepted", "accepted", "accepted"]
        assert [each["before"] for each in told] == [None, None, "refused", "accepted", None]
        assert [each["after_accepted"] for each in told] == [False, False, False, True, False]
        assert [each["since_ms"] for each in told] == [None, None, 0, 0, None]
        assert told[2]["earlier"] == ("call_ended", "call_started")

    def test_transfers_to_two_numbers_are_two_webhooks(self, receiver):
        for number in ("+14155550101", "+14155550102", "+14155550101"):
            post(receiver.url, webhook("transfer_started", transfer_destination={"number": number}))
        assert [facts(each)["attempt"] for each in receiver.deliveries] == [1, 1, 2]

    @pytest.mark.parametrize(
        ("settings", "problem"),
        [({"key": "key_other"}, "wrong digest"), ({"at_ms": NOW_MS - 300_001}, "stale"), ({"at_ms": 5}, "in seconds")],
    )
    def test_is_accepted_whatever_its_signature_says(self, receiver, settings, problem):
        assert post(receiver.url, **settings).status_code == 204
        assert facts(receiver.deliveries[0])["signature"]["problem"] == problem

    @pytest.mark.parametrize(
        ("method", "body", "headers", "event"),
        [
            ("PUT", b'{"event": "x"}', {}, "x"),
            ("POST", b"event=x", {HEADER: "v=1,d=2"}, "webhook"),
            ("POST", b"", {HEADER: ""}, "webhook"),
            ("POST", b'{"data": 5}', {}, "webhook"),
            ("POST", b'{"event": 5}', {}, "webhook"),
            ("POST", b'{"event": "\\ud800"}', {}, "\ud800"),
            ("POST", b"[" * 100_000, {HEADER: "v"}, "webhook"),
        ],
    )
    def test_may_be_wrong_in_any_way(self, receiver, method, body, headers, event):
        assert httpx.request(method, receiver.url, content=body, headers=headers, trust_env=False).status_code == 204
        assert [each.case.operation for each in receiver.deliveries] == [event]

    def test_at_the_same_time_is_all_kept(self, receiver):
        bodies = [webhook(call_id=f"call_{number}") for number in range(20)]
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            assert {each.status_code for each in pool.map(lambda body: post(receiver.url, body), bodies)} == {204}
        assert sorted(each.case.body for each in receiver.deliveries) == sorted(bodies)


class TestStrangers:
    @pytest.mark.parametrize(
        ("method", "path", "body", "status"),
        [
            ("GET", "/webhook", b"", 405),
            ("HEAD", "/webhook", b"", 405),
            ("POST", "/", webhook(), 404),
            ("POST", "/webhook", b"{}", 404),
            ("POST", "/webhook", b'{"jsonrpc": "2.0"}', 404),
            ("POST", "/webhook", b"a=b", 404),
        ],
    )
    def test_are_turned_away(self, receiver, method, path, body, status):
        url = receiver.url.removesuffix("/webhook") + path
        assert httpx.request(method, url, content=body, trust_env=False).status_code == status
        assert receiver.deliveries == ()
        assert receiver.notes == ("1 request came to the listener that was no webhook; it is not judged.",)

    def test_are_counted(self, receiver):
        for _ in range(3):
            httpx.get(receiver.url, trust_env=False)
        assert receiver.notes == ("3 requests came to the listener that were no webhooks; they are not judged.",)

    def test_with_more_than_is_taken(self, receiver):
        assert httpx.post(receiver.url, content=b"x" * (16 * 1024 * 1024 + 1), trust_env=False).status_code == 413
        assert receiver.deliveries == ()


class TestAnswers:
    def test_as_told_the_last_first(self, receiver):
        receiver.answer_with(503)
        receiver.answer_with(200, body=b"ok", times=1, event="call_started")
        answers = [post(receiver.url, webhook(event)) for event in ("call_started", "call_started", "call_ended")]
        assert [(each.status_code, each.content) for each in answers] == [(200, b"ok"), (503, b""), (503, b"")]
        assert [facts(each)["answer"] for each in receiver.deliveries] == ["accepted", "refused", "refused"]

    def test_late_and_the_sender_hangs_up(self, receiver):
        receiver.answer_with(200, delay_s=30, times=1)
        with pytest.raises(httpx.ReadTimeout):
            post(receiver.url, timeout=0.3)
        (delivery,) = receiver.wait_for(event="call_ended")
        told = facts(delivery)
        assert (told["answer"], told["gave_up"]) == ("held", True)
        assert 250 <= told["held_ms"] < 5_000
        assert delivery.error.startswith("not answered: the sender hung up after ")
        assert post(receiver.url).status_code == 204
        assert facts(receiver.deliveries[-1])["after_accepted"] is False

    def test_too_late_are_no_acceptance(self):
        with WebhookReceiver(KEY, timeout_ms=1) as receiver:
            receiver.answer_with(204, delay_s=0.02)
            post(receiver.url)
            post(receiver.url)
            assert [facts(each)["after_accepted"] for each in receiver.deliveries] == [False, False]


class TestWaiting:
    def test_for_some_of_one_event_and_call(self, receiver):
        bodies = [webhook("call_started"), webhook(call_id="call_2"), webhook(), webhook()]
        sender = threading.Thread(target=lambda: [post(receiver.url, body) for body in bodies])
        sender.start()
        found = receiver.wait_for(event="call_ended", call_id="call_1", count=2)
        sender.join()
        assert [each.case.body for each in found] == [webhook(), webhook()]

    def test_in_vain_says_what_came(self, receiver):
        post(receiver.url, webhook("call_started"))
        with pytest.raises(TimeoutError) as caught:
            receiver.wait_for(event="call_ended", call_id="call_1", timeout=0.01)
        assert str(caught.value) == (
            f"0 of 1 call_ended of call_1 came to {receiver.url} within 0.01 s; what came: call_started."
        )

    def test_a_port_that_is_taken_is_told(self, receiver):
        with pytest.raises(TargetError) as caught:
            WebhookReceiver(KEY, port=receiver.port)
        assert str(caught.value) == (
            f"Port {receiver.port} cannot be used: Address already in use. Choose another one, or 0 for any."
        )
