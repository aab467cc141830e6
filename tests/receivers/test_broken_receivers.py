"""What is no receiver, or no longer: a clear outcome, and nothing that was found is lost."""

from __future__ import annotations

import pytest
from broken_servers import accept, be_silent, cut_short, garbage, hang_up, move_away, reset, server

BROKE = "the server broke the HTTP protocol"
LOST = [
    (garbage, f"{BROKE}: illegal status line: bytearray(b'220 mail.example.test ready')"),
    (hang_up, f"{BROKE}: Server disconnected without sending a response"),
    (
        cut_short,
        f"{BROKE}: peer closed connection without sending complete message body (received 3 bytes, expected 100)",
    ),
    (reset, "[Errno 104] Connection reset by peer"),
]


def test_nothing_listens(judge, closed_port):
    judged = judge(f"http://127.0.0.1:{closed_port}/webhook")
    assert judged.err == (
        f"conformance: http://127.0.0.1:{closed_port}/webhook: no connection to 127.0.0.1:{closed_port}:"
        " Connection refused. Is the server running there?\n"
    )
    assert (judged.code, judged.out) == (3, "")


@pytest.mark.parametrize(("deal", "why"), LOST, ids=[deal.__name__ for deal, _ in LOST])
def test_what_is_no_answer_is_told_as_such_and_nothing_else(deal, why, judge):
    with server(deal) as url:
        judged = judge(url)
    assert judged.messages("RCV-026") == [
        f"call_analyzed of a web call got no answer: {why}",
        f"call_ended of a phone call got no answer when the signature is missing: {why}",
        f"call_ended of a web call got no answer: {why}",
        f"call_started of a web call got no answer: {why}",
    ]
    assert (judged.ids("failed"), judged.ids("warned")) == ({"RCV-026"}, set())
    assert judged.code == 1


def test_an_answer_that_does_not_come_in_time_is_told_after_few(judge):
    with server(be_silent) as url:
        judged = judge(url, "--timeout", "0.3")
    assert judged.messages("RCV-024") == [
        "call_analyzed of a phone call was not answered in time",
        "call_ended of a phone call was not answered in time",
        "call_started of a phone call was not answered in time",
    ]
    assert judged.ids("failed") == {"RCV-024"}
    assert judged.report["notes"] == ["Not everything was sent, since too many deliveries were not answered in time."]
    assert judged.report["requests"] < 12
    assert judged.code == 1


def test_a_redirect_is_told_once_and_not_followed(judge):
    with server(move_away) as url:
        judged = judge(url)
    assert judged.messages("RCV-025") == [
        "call_analyzed of a web call was redirected to /login",
        "call_ended of a web call was redirected to /login",
        "call_started of a web call was redirected to /login",
    ]
    assert judged.ids("failed") == {"RCV-025"}
    assert judged.code == 1


def refuse_web_calls(connection, number):
    """The harness sends three deliveries about a phone call, three about a web call, and so on."""
    if (number - 1) // 3 % 2:
        connection.sendall(b"HTTP/1.1 500 Oops\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
    else:
        accept(connection, number)


def test_a_receiver_that_dies_on_the_way_leaves_what_was_found_before(judge):
    with server(refuse_web_calls, ends_after=20) as url:
        judged = judge(url)
    assert judged.ids("failed") == {"RCV-003"}
    assert not judged.report["complete"]
    assert judged.report["stopped"].startswith("the connection was lost: no connection to 127.0.0.1:")
    assert judged.code == 3
