"""The WebhookLab without a browser: receivers that answer badly or not at all, and webhooks watched as they arrive."""

import json
import socket
import threading

import httpx
import pytest

from conformance.contract.signature import sign
from conformance.errors import UnknownName
from conformance.mockreceiver import MockReceiver
from conformance.notebook import WebhookLab
from conformance.webhooks import WebhookReceiver

KEY = "key_example_0123456789abcdef"
MARKUP = "<img src=x onerror=alert(1)>"


class Raw:
    """Listens, and answers each connection with bytes, or resets it."""

    def __init__(self, answer):
        self._answer = answer
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/webhook"
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self):
        connection, _ = self._socket.accept()
        with connection:
            connection.recv(65536)
            if self._answer is None:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            else:
                connection.sendall(self._answer)

    def close(self):
        self._thread.join(5)
        self._socket.close()


def verdict_of(receiver, forge=None, *, timeout_s=5.0):
    with WebhookLab(receiver, timeout_s=timeout_s) as lab:
        lab.send(forge)
        assert lab.sending.answer.value.count("<h4>") == 1
        return lab.sent[-1].verdict


class TestReceiversThatAnswerBadly:
    def test_nothing_listens(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            url = f"http://127.0.0.1:{taken.getsockname()[1]}/webhook"
        verdict = verdict_of(url)
        assert (verdict.kind, verdict.word) == ("errored", "not reached")
        assert "Connection refused" in verdict.text
        assert verdict.advice == "Start the receiver, or check host, port and path."

    @pytest.mark.parametrize(("forge", "id"), [(None, "RCV-024"), ("missing", "RCV-041")])
    def test_it_does_not_answer_in_time(self, forge, id):  # noqa: A002 - of the requirement
        with WebhookReceiver(KEY) as receiver:
            receiver.answer_with(204, 3.0)
            verdict = verdict_of(receiver.url, forge, timeout_s=0.2)
        assert (verdict.kind, verdict.word, verdict.cites[0].id) == ("failed", "no answer", id)
        assert verdict.advice

    @pytest.mark.parametrize("answer", [None, b"SSH-2.0-nonsense\r\n\r\n", b""])
    def test_it_resets_or_answers_what_is_no_http(self, answer):
        receiver = Raw(answer)
        verdict = verdict_of(receiver.url)
        receiver.close()
        assert (verdict.kind, verdict.word, verdict.cites[0].id) == ("failed", "no answer", "RCV-026")
        assert verdict.text.startswith("Call_ended of a phone call got no answer: ")

    def test_it_redirects_and_that_is_not_followed(self):
        receiver = Raw(b"HTTP/1.1 302 Found\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n")
        verdict = verdict_of(receiver.url)
        receiver.close()
        assert (verdict.word, verdict.cites[0].id) == ("redirected", "RCV-025")
        assert verdict.text == (
            "Call_ended of a phone call was redirected to /elsewhere, and redirects are not followed: it is lost."
        )

    def test_it_crashes_on_what_is_forged(self):
        with MockReceiver(KEY, faults=["crashes-unsigned"]) as receiver:
            verdict = verdict_of(receiver.url, "missing")
        assert (verdict.kind, verdict.word, verdict.cites[0].id) == ("failed", "crashed", "RCV-040")

    def test_it_asks_to_wait(self):
        receiver = Raw(b"HTTP/1.1 429 Too Many Requests\r\ncontent-length: 0\r\n\r\n")
        verdict = verdict_of(receiver.url)
        receiver.close()
        assert (verdict.kind, verdict.word) == ("skipped", "asked to wait")

    @pytest.mark.parametrize(
        "body",
        [MARKUP.encode(), json.dumps({"a": MARKUP}).encode(), b"\xff\xfe", json.dumps({"transcript": "hi"}).encode()],
    )
    def test_what_it_answers_is_shown_without_being_run_and_personal_data_are_hidden(self, body):
        with WebhookReceiver(KEY) as receiver, WebhookLab(receiver.url) as lab:
            receiver.answer_with(200, body=body)
            lab.send()
            shown = lab.sending.answer.value
            assert "<b>200</b>" in shown
            assert "<img" not in shown
            assert "hi&quot;" not in shown


@pytest.fixture(scope="module")
def watched():
    """A lab in which a web call was made whose webhooks were refused the first time."""
    with WebhookLab() as lab:
        lab.answer_with("500-once")
        lab.call_id = lab.make_call("web_call")
        lab.wait_for("call_analyzed", call_id=lab.call_id, count=2)
        yield lab


def shown_rows(lab):
    lab.watching.show()
    return [[each["text"] for each in row] for row in lab.watching.arrived.rows]


class TestWatched:
    def test_the_events_of_a_call_arrive_each_with_its_attempts(self, watched):
        rows = [row for row in shown_rows(watched) if row[2] == f"…{watched.call_id[-6:]}"]
        attempts = {(row[1], row[3]): row for row in rows}
        assert set(attempts) == {
            (event, attempt) for event in ("call_started", "call_ended", "call_analyzed") for attempt in "12"
        }
        for (_, attempt), row in attempts.items():
            assert row[4:7] == (["✓ right", "in order", "✗ 500"] if attempt == "1" else ["✓ right", "again", "✓ 204"])

    def test_the_chosen_one_is_shown_in_full_and_its_made_up_people_too(self, watched):
        shown_rows(watched)
        last = len(watched.watching.arrived.rows) - 1
        watched.watching.arrived.selected = -1
        watched.watching.arrived.selected = last
        detail = watched.watching.detail.value
        assert watched.call_id in detail
        assert "the one before was refused" in detail
        assert "payload as the contract says" in detail
        assert "[hidden]" not in detail

    def test_a_strangers_webhook_is_judged_and_its_people_are_hidden(self, watched):
        call = {
            "call_id": "call_stranger",
            "call_type": "phone_call",
            "from_number": "+14155550123",
            "transcript": "Zoë said",
        }
        body = json.dumps({"event": "call_ended", "call": {**call, "agent_name": MARKUP}}).encode()
        signatures = [
            sign(body, f"{KEY}x", watched.bench.sign().timestamp_ms),
            "nonsense",
            sign(body, KEY, 1_700_000_000_000),
        ]
        with httpx.Client(trust_env=False) as client:
            for each in (*signatures, None):
                headers = {} if each is None else {"x-retell-signature": each}
                client.post(watched.watch.url, content=body, headers=headers)
        rows = [row for row in shown_rows(watched) if row[2] == "…ranger"]
        assert [row[4] for row in rows] == ["✗ wrong digest", "✗ another form", "✗ too old", "✗ missing"]
        watched.watching.arrived.selected = len(watched.watching.arrived.rows) - 1
        detail = watched.watching.detail.value
        assert "payload not as the contract says" in detail
        for each in ("+14155550123", "Zoë said", "<img"):
            assert each not in detail

    def test_an_event_that_comes_too_late_is_told(self, watched):
        for event in ("call_analyzed", "call_started"):
            body = json.dumps({"event": event, "call": {"call_id": "call_turned"}})
            httpx.post(watched.watch.url, content=body, trust_env=False)
        rows = [row for row in shown_rows(watched) if row[2] == "…turned"]
        assert [row[5] for row in rows if row[3] == "1"] == ["in order", "after call_analyzed"]

    def test_a_phone_call_that_nobody_answers_has_no_start(self, watched):
        watched.answer_with("204")
        call_id = watched.make_call("unanswered")
        watched.wait_for("call_analyzed", call_id=call_id)
        events = [row[1] for row in shown_rows(watched) if row[2] == f"…{call_id[-6:]}"]
        assert events == ["call_ended", "call_analyzed"]

    def test_without_an_answer_the_vendor_hangs_up_and_what_waits_is_shown(self, watched):
        waits = threading.Event()

        def look(change):
            if any(cell["text"] == "· waiting" for row in change["new"] for cell in row):
                waits.set()

        watched.watching.arrived.observe(look, "rows")
        watched.answer_with("none")
        call_id = watched.make_call("unanswered")
        assert waits.wait(10)
        watched.wait_for("call_ended", call_id=call_id)
        rows = [row for row in shown_rows(watched) if row[2] == f"…{call_id[-6:]}"]
        assert [row[6] for row in rows if row[1] == "call_ended" and row[3] == "1"] == ["✗ none"]

    def test_news_is_told_by_the_receiver_and_not_asked_for(self):
        with WebhookLab() as lab:
            told = threading.Event()
            lab.watching.arrived.observe(lambda _: told.set(), "rows")
            lab.watching.make.click()
            assert told.wait(10)
            assert lab.wait(10)
            assert lab.deliveries or lab.watch.waiting

    def test_names_that_nobody_knows_are_told(self, watched):
        with pytest.raises(UnknownName, match="kind of call"):
            watched.make_call("fax")
        with pytest.raises(UnknownName, match="way to answer"):
            watched.answer_with("418")
        with pytest.raises(UnknownName, match="way to send"):
            watched.send("politely")

    def test_what_goes_wrong_in_a_callback_is_shown(self, watched):
        watched.to_call.guarded(lambda: 1 / 0)
        assert "ZeroDivisionError: division by zero" in watched.watching.state.value
        watched.to_send.guarded(lambda: json.loads(KEY))
        assert "JSONDecodeError" in watched.sending.state.value
