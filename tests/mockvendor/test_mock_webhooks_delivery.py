"""How the mock vendor delivers webhooks: tries, patience, order, and receivers that misbehave."""

import random
import re
import socket
import threading
from contextlib import contextmanager

import pytest
from mock_client import NOW_MS, frozen
from webhook_receiver import live, pass_by, sending, timeline, until

from conformance.contract.signature import HEADER, WINDOW_MS, read
from conformance.errors import UnknownName, UsageError
from conformance.mockvendor import MockVendor

LIFE = ["call_started", "call_ended", "call_analyzed"]


def joined(client):
    """A web call that is going on."""
    call_id = client.web().json["call_id"]
    client.vendor.join(call_id)
    return call_id


@pytest.fixture
def client(receiver):
    with sending(receiver.url) as found:
        yield found


def tries(client, event="call_started"):
    """Each attempt of an event: which, when it was sent, and what came of it."""
    found = [each for each in client.vendor.deliveries if each.event == event]
    return [(each.attempt, each.at_ms - NOW_MS, each.status or each.error) for each in found]


class TestRetries:
    @pytest.mark.parametrize("status", [200, 201, 204, 299])
    def test_any_2xx_is_enough(self, client, receiver, status):
        receiver.answer = lambda _: status
        joined(client)
        pass_by(client, 0, 5_000)
        assert tries(client) == [(1, 0, status)]

    @pytest.mark.parametrize("status", [400, 401, 404, 500, 503])
    def test_a_refusal_is_tried_again_three_times(self, client, receiver, status):
        receiver.answer = lambda _: status
        joined(client)
        pass_by(client, *[0, 1_000, 1_000, 1_000, 1_000, 1_000])
        assert tries(client) == [(1, 0, status), (2, 1_000, status), (3, 2_000, status), (4, 3_000, status)]
        assert len({got.body for got in receiver.got}) == 1

    def test_it_is_not_tried_again_too_soon(self, client, receiver):
        receiver.answer = lambda _: 500
        joined(client)
        pass_by(client, 0, 999)
        assert len(receiver.got) == 1
        pass_by(client, 1)
        assert len(receiver.got) == 2

    def test_the_delay_can_be_chosen(self, receiver):
        receiver.answer = lambda _: 500
        with sending(receiver.url, webhook_retry_ms=50) as client:
            joined(client)
            pass_by(client, 0, 50, 50, 50, 50)
            assert [at_ms for _, at_ms, _ in tries(client)] == [0, 50, 100, 150]

    def test_it_is_tried_until_it_is_accepted(self, client, receiver):
        answers = iter([500, 404, 200])
        receiver.answer = lambda _: next(answers)
        joined(client)
        pass_by(client, 0, 1_000, 1_000, 1_000)
        assert [status for _, _, status in tries(client)] == [500, 404, 200]

    def test_every_attempt_is_signed_anew(self, client, receiver):
        receiver.answer = lambda _: 500
        joined(client)
        pass_by(client, 0, 1_000)
        first, second = (int(re.match(r"v=(\d+)", got.headers[HEADER])[1]) for got in receiver.got)
        assert first < second
        for got, at_ms in zip(receiver.got, (first, second), strict=True):
            found = read(got.body, client.vendor.api_key, got.headers[HEADER], now_ms=at_ms)
            assert (found.problem, found.genuine) == (None, True)
        assert abs(second - first) < WINDOW_MS

    def test_a_redirect_is_a_failure_and_not_followed(self, client, receiver):
        receiver.answer, receiver.headers = lambda _: 307, [(b"location", b"/elsewhere")]
        joined(client)
        pass_by(client, 0, 1_000)
        assert tries(client) == [(1, 0, 307), (2, 1_000, 307)]
        assert {got.path for got in receiver.got} == {"/webhook"}

    def test_a_deleted_call_is_not_tried_again(self, client, receiver):
        receiver.answer = lambda _: 500
        call_id = joined(client)
        pass_by(client, 0)
        client.delete(call_id)
        pass_by(client, 1_000, 10_000)
        assert len(receiver.got) == 1

    def test_what_fails_does_not_hold_back_the_next(self, client, receiver):
        receiver.answer = lambda got: 500 if got.event == "call_started" else 204
        joined(client)
        live(client)
        accepted = [each.event for each in client.vendor.deliveries if each.status == 204]
        assert accepted == ["call_ended", "call_analyzed"]


class TestPatience:
    def test_no_answer_within_the_time_is_a_failure(self, client, receiver):
        receiver.answer = lambda _: None
        joined(client)
        assert until(lambda: receiver.got)
        client.vendor.clock.advance(9_999)
        assert not client.vendor.settled(0.1)
        for count in (1, 2, 3, 4):
            assert until(lambda count=count: len(receiver.got) == count)
            client.vendor.clock.advance(10_000)
            assert client.vendor.settled()
            client.vendor.clock.advance(1_000)
        assert client.vendor.settled()
        assert [error for _, _, error in tries(client)] == ["no answer within 10000 ms"] * 4

    def test_the_time_can_be_chosen(self, receiver):
        receiver.answer = lambda _: None
        with sending(receiver.url, webhook_timeout_ms=500) as client:
            joined(client)
            assert until(lambda: receiver.got)
            client.vendor.clock.advance(500)
            assert client.vendor.settled()
            assert tries(client) == [(1, 0, "no answer within 500 ms")]

    def test_the_next_event_waits_a_little_and_no_longer(self, client, receiver):
        receiver.answer = lambda got: None if got.event == "call_started" else 204
        call_id = joined(client)
        assert until(lambda: receiver.got)
        client.vendor.hang_up(call_id)
        assert not client.vendor.settled(0.1)
        assert receiver.events() == ["call_started"]
        client.vendor.clock.advance(300)
        assert until(lambda: len(receiver.got) == 2)
        assert receiver.events() == ["call_started", "call_ended"]

    def test_events_that_come_due_together_leave_in_order(self, client, receiver):
        receiver.answer = lambda _: None
        joined(client)
        client.vendor.clock.advance(400_000)
        for count in (1, 2, 3):
            assert until(lambda count=count: len(receiver.got) == count)
            client.vendor.clock.advance(300)
        assert receiver.events() == LIFE


@contextmanager
def answering(raw):
    """Whoever connects is told these bytes, and hung up on; None hangs up at once, with a reset."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(10)

        def serve():
            for _ in range(2):
                with listening.accept()[0] as caller:
                    caller.settimeout(10)
                    if raw is None:
                        caller.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                    else:
                        caller.recv(65_536)
                        caller.sendall(raw)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
        thread.join(10)
        assert not thread.is_alive()


class TestReceiversThatMisbehave:
    @pytest.mark.parametrize(
        "raw",
        [None, b"", b"\0\xff\xfe garbage\r\n\r\n", b"HTTP/1.1 2", b"HTTP/1.1 999999 OK\r\n\r\n", b"SSH-2.0-x\r\n"],
        ids=["reset", "nothing", "garbage", "cut off", "no status", "another protocol"],
    )
    def test_what_is_no_answer_is_told_and_tried_again(self, raw):
        with answering(raw) as url, sending(url) as client:
            joined(client)
            pass_by(client, 0, 1_000)
            assert [each.status for each in client.vendor.deliveries] == [None, None]
            assert all(each.error for each in client.vendor.deliveries)

    def test_nobody_there_is_told_and_tried_again(self, closed_port):
        with sending(f"http://127.0.0.1:{closed_port}/") as client:
            joined(client)
            pass_by(client, 0, 1_000, 1_000, 1_000, 1_000)
            assert [found for _, _, found in tries(client)] == ["All connection attempts failed"] * 4

    def test_a_body_that_breaks_off_takes_nothing_from_the_status(self):
        with answering(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nabc") as url, sending(url) as client:
            joined(client)
            pass_by(client, 0)
            assert tries(client) == [(1, 0, 200)]
            client.vendor.hang_up(client.vendor.calls[0]["call_id"])
            pass_by(client, 0)

    @pytest.mark.parametrize("seed", range(20))
    def test_slow_and_failing_at_times_nothing_is_lost(self, receiver, seed):
        rng = random.Random(seed)  # noqa: S311 - made-up answers, no secrets
        receiver.answer = lambda _: rng.choice((204, 200, 200, 500, 429, None))
        with sending(receiver.url, webhook_timeout_ms=400, webhook_retry_ms=100, seed=seed) as client:
            ids = [joined(client), *(client.phone(to_number=f"+1415555{last}").json["call_id"] for last in FATES)]
            wanted = {call_id: LIFE if timeline(client, call_id).starts_ms else LIFE[1:] for call_id in ids}
            for span_ms in (3_000, 200_000, 4_000):
                client.vendor.clock.advance(span_ms)
                client.vendor.settled(0.03)
            assert until(lambda: client.vendor.clock.advance(100) or finished(client, wanted))
            deliveries = client.vendor.deliveries
        for call_id, events in wanted.items():
            assert [each.event for each in deliveries if (each.call_id, each.attempt) == (call_id, 1)] == events
        for copies in by_webhook(deliveries):
            assert [each.attempt for each in copies] == list(range(1, len(copies) + 1))
            assert len(copies) <= 4
            assert not any(accepted(each) for each in copies[:-1])


FATES = ("0123", "0196", "0199")


def accepted(delivery):
    return delivery.status in {200, 204}


def by_webhook(deliveries):
    """The attempts of each webhook, in the order of sending."""
    found = {}
    for each in deliveries:
        found.setdefault((each.call_id, each.event), []).append(each)
    return list(found.values())


def finished(client, wanted):
    """Whether each webhook was accepted or tried four times to the end."""
    ends = by_webhook(client.vendor.deliveries)
    over = [accepted(copies[-1]) or (len(copies) == 4 and (copies[-1].status or copies[-1].error)) for copies in ends]
    return all(over) and len(over) == sum(map(len, wanted.values()))


def senders():
    return [thread.name for thread in threading.enumerate() if thread.name == "sending webhooks"]


class TestBeginningAndEnd:
    def test_being_served_is_sending(self, receiver):
        with MockVendor(calls=0, webhook_url=receiver.url, pace=0.001) as vendor:
            assert senders() == ["sending webhooks"]
            with pytest.raises(RuntimeError, match="being served already"):
                vendor.start()
            assert vendor.start_sending() is vendor
            assert senders() == ["sending webhooks"]
        assert senders() == []

    def test_by_a_clock_that_runs_webhooks_come_by_themselves(self, receiver):
        client = frozen(clock=None, calls=0, webhook_url=receiver.url, pace=0.001)
        with client.vendor:
            call_id = joined(client)
            assert until(lambda: len(receiver.got) == 3)
        assert receiver.events(call_id) == LIFE

    def test_the_end_gives_up_what_is_under_way_and_leaves_nothing(self, receiver):
        receiver.answer = lambda _: None
        with sending(receiver.url) as client:
            joined(client)
            assert until(lambda: receiver.got)
            client.vendor.stop()
            assert senders() == []
            assert tries(client) == [(1, 0, "the mock vendor was stopped")]
            assert client.vendor.settled()

    def test_what_came_due_meanwhile_is_sent_when_it_begins_again(self, client, receiver):
        call_id = joined(client)
        pass_by(client, 0)
        client.vendor.stop()
        client.vendor.hang_up(call_id)
        client.vendor.clock.advance(10_000)
        assert receiver.events() == ["call_started"]
        client.vendor.start_sending()
        assert client.vendor.settled()
        assert receiver.events() == LIFE

    def test_without_an_address_nothing_is_sent(self):
        client = frozen(calls=0)
        client.vendor.start_sending()
        joined(client)
        assert senders() == []
        assert client.vendor.settled()
        assert client.vendor.deliveries == []

    def test_one_call_after_the_other_is_remembered(self, client, receiver):
        ids = [joined(client) for _ in range(3)]
        pass_by(client, 0)
        assert [each.call_id for each in client.vendor.deliveries] == ids
        # Three calls send at once: in what order they arrive is nobody's promise.
        assert sorted(each.body for each in client.vendor.deliveries) == sorted(got.body for got in receiver.got)


class TestWrongSettings:
    @pytest.mark.parametrize(
        ("url", "message"),
        [
            ("ftp://127.0.0.1/x", "The webhook URL 'ftp://127.0.0.1/x' is none. Give one such as {example}."),
            ("", "The webhook URL '' is none. Give one such as {example}."),
            ("127.0.0.1:9100/x", "The webhook URL '127.0.0.1:9100/x' is none. Give one such as {example}."),
            ("http:///x", "The webhook URL 'http:///x' is none. Give one such as {example}."),
            ("http://127.0.0.1:0/", "The webhook URL 'http://127.0.0.1:0/' is none. Give one such as {example}."),
            ("http://[::1", "The webhook URL 'http://[::1' cannot be read: Invalid port: ':1'."),
            (
                "http://ada:secret@127.0.0.1/",
                "The webhook URL carries a name or a password. Leave them out: webhooks are signed.",
            ),
        ],
    )
    def test_a_url_that_is_none_is_told(self, url, message):
        with pytest.raises(UsageError) as caught:
            MockVendor(calls=0, webhook_url=url)
        assert str(caught.value) == message.format(example="http://127.0.0.1:9100/webhook")

    def test_an_event_that_the_edition_does_not_have_is_told(self):
        with pytest.raises(UnknownName) as caught:
            MockVendor(calls=0, edition="v2-2025", webhook_events=["transfer_started"])
        assert str(caught.value) == (
            "Edition v2-2025: There is no webhook event 'transfer_started'. Did you mean 'call_started'?"
        )

    @pytest.mark.parametrize(
        ("setting", "message"),
        [
            ({"pace": 0}, "The pace is 0; it must be above 0 and at most 100."),
            ({"pace": float("nan")}, "The pace is nan; it must be above 0 and at most 100."),
            ({"webhook_timeout_ms": 0}, "The webhook timeout is 0 ms; it must be at least 1."),
            ({"webhook_retry_ms": -1}, "The webhook retry delay is -1 ms; it cannot be negative."),
        ],
    )
    def test_a_number_out_of_range_is_told(self, setting, message):
        with pytest.raises(UsageError) as caught:
            MockVendor(calls=0, **setting)
        assert str(caught.value) == message
