"""The WebhookLab without a browser: what was sent is sent again, and what was opened is closed."""

import socket
import threading

import pytest

from conformance.errors import ConformanceError, UnknownName, UsageError
from conformance.notebook import WebhookLab


class Time:
    """A clock that stands until it is moved."""

    def __init__(self):
        self.ms = 1_800_000_000_000

    def __call__(self):
        return self.ms


@pytest.fixture
def fresh():
    with WebhookLab(timeout_s=5.0) as made:
        yield made


def header_of(exchange):
    return next((value for name, value in exchange.case.headers if name == "x-retell-signature"), None)


class TestReplayed:
    def test_it_is_the_same_bytes_and_the_same_header(self, fresh):
        first = fresh.send()
        fresh.payload = "{}"
        again = fresh.replay(1)
        assert (again.case.body, header_of(again)) == (first.case.body, header_of(first))
        assert fresh.sent[-1].replay_of == 1
        assert fresh.sent[-1].verdict.cites[0].id == "RCV-019"

    def test_a_forged_one_stays_forged(self, fresh):
        fresh.send("wrong-key")
        fresh.sending.replay.click()
        assert fresh.wait(10)
        assert [each.verdict.word for each in fresh.sent] == ["refused", "refused"]

    def test_a_right_one_that_is_too_old_by_now_must_be_refused(self):
        clock = Time()
        with WebhookLab(clock=clock) as lab:
            lab.send()
            clock.ms += 300_000
            lab.replay(1)
            clock.ms += 60_000
            lab.replay(1)
            assert [each.verdict.word for each in lab.sent] == ["accepted", "accepted", "refused"]
            assert lab.sent[-1].verdict.cites[0].id == "RCV-036"
            lab.behave("no-window")
            lab.replay(1)
            assert "although it was signed 6 minutes ago: whoever kept a copy" in lab.sent[-1].verdict.text

    def test_what_was_not_sent_cannot_be_replayed(self, fresh):
        with pytest.raises(UsageError, match="Nothing with the number 1 was sent"):
            fresh.replay(1)


class TestOpenedAndClosed:
    def test_nothing_is_left_when_it_is_closed(self):
        before = set(threading.enumerate())
        lab = WebhookLab()
        lab.send("repeated")
        lab.answer_with("none")
        lab.make_call("web_call")
        ports = [int(url.rpartition(":")[2].partition("/")[0]) for url in (lab.url, lab.watch.url)]
        lab.close()
        lab.close()
        assert set(threading.enumerate()) <= before
        for port in ports:
            with socket.socket() as free:
                free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                free.bind(("127.0.0.1", port))
        assert "It is closed" in lab._repr_mimebundle_()["text/plain"]

    def test_it_is_closed_while_a_receiver_does_not_answer(self):
        before = set(threading.enumerate())
        lab = WebhookLab(faults=["hangs-on-forged"], timeout_s=30.0)
        lab.send("missing", wait=False)
        lab.close()
        assert set(threading.enumerate()) <= before

    @pytest.mark.parametrize("receiver", ["nonsense", "ftp://127.0.0.1/x", 7])
    def test_what_is_no_receiver_is_told_and_leaves_nothing_open(self, receiver):
        before = set(threading.enumerate())
        with pytest.raises(UsageError):
            WebhookLab(receiver)
        assert set(threading.enumerate()) <= before

    def test_wrong_arguments_are_told_and_leave_nothing_open(self):
        before = set(threading.enumerate())
        with pytest.raises(UnknownName):
            WebhookLab(edition="v9")
        with pytest.raises(UnknownName):
            WebhookLab(faults=["nonsense"])
        with pytest.raises(UsageError, match="own receiver only"):
            WebhookLab("http://127.0.0.1:1/x", faults=["unsigned"])
        assert set(threading.enumerate()) <= before

    def test_where_no_widget_is_shown_it_says_what_was_sent(self, fresh):
        fresh.send("wrong-key")
        told = fresh._repr_mimebundle_()
        assert told["text/plain"].startswith("WebhookLab: sends to its own receiver; 1 sent, 0 arrived.")
        assert "It refused a forged webhook with 401, as it must." in told["text/html"]

    def test_without_widgets_it_works_and_says_what_is_missing(self, monkeypatch):
        monkeypatch.setattr("conformance.notebook.parts.panel.find_spec", lambda _: None)
        with WebhookLab() as lab:
            assert lab.send("missing").response.status == 401
            assert "pip install" in lab._repr_mimebundle_()["text/html"]


class TestReplayedInTime:
    """What was forged by its time alone is judged by what it is when it is sent again."""

    @pytest.mark.parametrize(("name", "ahead_ms"), [("future", 330_000), ("hour-ahead", 3_600_000)])
    def test_a_time_that_has_come_is_no_forgery_any_more(self, name, ahead_ms):
        clock = Time()
        with WebhookLab(clock=clock) as lab:
            lab.send()
            lab.send(name)
            for passed in (ahead_ms - 300_000, 31_000, 500_000, 100_000):
                clock.ms += passed
                lab.replay(2)
            told = [(each.verdict.kind, each.exchange.response.status) for each in lab.sent[1:]]
            assert told == [("passed", 401), ("skipped", 204), ("skipped", 204), ("skipped", 204), ("passed", 401)]
            assert "clocks decide" in lab.sent[2].verdict.text
            told = "Its time lay ahead when it was first sent, and has come by now, so it may be accepted."
            assert lab.sent[3].verdict.text == f"It answered 204. {told}"
            assert lab.sent[5].verdict.cites[0].id == "RCV-036"

    @pytest.mark.parametrize("fault", [(), ("two-minutes",), ("no-window",)])
    def test_near_the_limit_nothing_is_judged(self, fault):
        clock = Time()
        with WebhookLab(clock=clock, faults=fault) as lab:
            lab.send()
            for passed in (270_001, 29_998, 2, 29_998):
                clock.ms += passed
                lab.replay(1)
            assert [each.verdict.kind for each in lab.sent] == ["passed", *["skipped"] * 4]

    @pytest.mark.parametrize("name", ["missing", "wrong-key", "other-time", "seconds", "longer-digest", "far-future"])
    def test_what_is_wrong_otherwise_stays_so(self, name):
        clock = Time()
        with WebhookLab(clock=clock) as lab:
            lab.send()
            lab.send(name)
            clock.ms += 400_000
            lab.replay(2)
            assert (lab.sent[-1].verdict.kind, lab.sent[-1].exchange.case.flaw.kind) == ("passed", name)


class TestUsedAfterItWasClosed:
    def test_it_says_so(self):
        lab = WebhookLab()
        lab.send()
        lab.close()
        for act in (lab.send, lambda: lab.replay(1), lab.make_call):
            with pytest.raises(ConformanceError, match="The lab is closed"):
                act()

    def test_what_the_receiver_keeps_waiting_ends_without_a_word(self, capfd, caplog):
        with WebhookLab(faults=["never-answers"], timeout_s=0.2) as lab:
            lab.send()
            assert lab.sent[-1].verdict.cites[0].id == "RCV-024"
        assert "".join(capfd.readouterr()) == ""
        assert caplog.text == ""


def test_what_does_not_come_in_time_is_told_in_one_line(fresh):
    with pytest.raises(TimeoutError, match="0 of 1 call_ended came") as told:
        fresh.wait_for("call_ended", timeout_s=0.05)
    assert isinstance(told.value, ConformanceError)
