"""Cases over real sockets on the loopback interface."""

from __future__ import annotations

import contextlib
import re
import ssl

import pytest
import trustme
from raw_server import RawServer, http

from conformance.model import Case, Effect, Response
from conformance.targets import open_target
from conformance.targets.http import HttpTarget

KEY = "key_test_5d7a"


def case(**changes):
    settings = {"operation": "get-call", "purpose": "valid", "method": "GET", "path": "/v2/x", "effect": Effect.READ}
    return Case(**{**settings, **changes})


def post(body, **changes):
    return case(method="POST", body=body, headers=(("content-type", "application/json"),), **changes)


@contextlib.contextmanager
def target(url, *, timeout=5.0):
    opened = open_target(url, key=KEY, timeout_seconds=timeout)
    try:
        yield opened
    finally:
        opened.close()


def sent_by(asked):
    """Request line, headers in order and body, as a server read them."""
    with RawServer([http()]) as server, target(server.url) as opened:
        exchange = opened.send(asked)
    head, _, body = server.received[0].partition(b"\r\n\r\n")
    line, *headers = head.decode("latin-1").split("\r\n")
    pairs = [tuple(header.split(": ", 1)) for header in headers]
    return exchange, line, [(name.lower(), value) for name, value in pairs], body


class TestWhatIsSent:
    def test_the_body_goes_out_byte_for_byte(self):
        body = b'{"agent_id" :\t"a\xc3\xa9", "agent_id": 1e2}\n '
        _, line, headers, received = sent_by(post(body))
        assert received == body
        assert line == "POST /v2/x HTTP/1.1"
        assert [value for name, value in headers if name == "content-type"] == ["application/json"]
        assert ("content-length", str(len(body))) in headers

    @pytest.mark.parametrize("body", [b"", b"\xff\x00not json", b"[1]" * 50_000])
    def test_so_do_an_empty_one_bytes_that_are_no_text_and_a_large_one(self, body):
        assert sent_by(post(body))[3] == body

    def test_a_case_without_a_body_sends_none(self):
        _, line, headers, body = sent_by(case(query="limit=1&x%5B%5D=a"))
        assert (line, body) == ("GET /v2/x?limit=1&x%5B%5D=a HTTP/1.1", b"")
        assert {"content-type", "content-length"}.isdisjoint(dict(headers))

    def test_the_path_goes_out_as_it_was_encoded(self):
        assert sent_by(case(path="/v2/get-call/a%2Fb%20c"))[1] == "GET /v2/get-call/a%2Fb%20c HTTP/1.1"

    def test_the_key_stands_in_the_authorization_header_and_nowhere_else(self):
        _, line, headers, body = sent_by(post(b'{"key": "{key}"}', query="k={key}"))
        assert [pair for pair in headers if KEY in pair[1]] == [("authorization", f"Bearer {KEY}")]
        assert KEY not in line
        assert KEY.encode() not in body

    def test_a_case_without_credentials_sends_no_such_header(self):
        assert "authorization" not in dict(sent_by(case(authorization=None))[2])

    def test_other_credentials_are_sent_as_they_are(self):
        assert ("authorization", "Basic abc") in sent_by(case(authorization="Basic abc"))[2]

    def test_the_exchange_holds_every_header_that_went_out(self):
        exchange, _, headers, _ = sent_by(post(b"{}"))
        assert sorted((name.lower(), value) for name, value in exchange.sent) == sorted(headers)
        assert ("user-agent", "call-conformance") in headers
        assert ("accept", "application/json") in headers

    def test_proxy_settings_of_the_environment_are_not_read(self, monkeypatch, closed_port):
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{closed_port}")
        monkeypatch.setenv("ALL_PROXY", f"http://127.0.0.1:{closed_port}")
        assert sent_by(case())[0].response.status == 200


class TestWhatComesBack:
    def answer(self, raw, asked=None):
        with RawServer([raw]) as server, target(server.url) as opened:
            exchange = opened.send(asked or case())
        assert exchange.url == f"{server.url}/v2/x"
        return exchange

    def test_status_headers_in_order_and_raw_body(self):
        exchange = self.answer(http("422 Nope", b"\xff{", "X-A: 1", "x-a: 2", "content-type: text/html"))
        assert exchange.response == Response(
            status=422,
            headers=(("content-length", "2"), ("X-A", "1"), ("x-a", "2"), ("content-type", "text/html")),
            body=b"\xff{",
        )
        assert (exchange.error, exchange.unreachable) == (None, False)
        assert 0 < exchange.seconds < 5
        assert exchange.at > 0

    def test_a_redirect_is_an_answer_and_is_not_followed(self):
        with RawServer([http("302 Found", b"", "location: /elsewhere"), None]) as server, target(server.url) as opened:
            exchange = opened.send(case())
        assert (exchange.response.status, exchange.response.header("Location")) == (302, "/elsewhere")
        assert len(server.received) == 1

    def test_a_body_that_is_not_what_its_encoding_says_is_no_answer(self):
        exchange = self.answer(http("200 OK", b"not gzip", "content-encoding: gzip"))
        assert exchange.response is None
        assert exchange.error == "Error -3 while decompressing data: incorrect header check."


class TestNoAnswer:
    def test_nothing_listens(self, closed_port):
        with target(f"http://127.0.0.1:{closed_port}") as opened:
            exchange = opened.send(case())
        nowhere = f"127.0.0.1:{closed_port}"
        assert exchange.error == f"no connection to {nowhere}: Connection refused. Is the server running there?"
        assert exchange.unreachable
        assert exchange.response is None

    def test_it_takes_too_long(self):
        with RawServer([None]) as server, target(server.url, timeout=0.1) as opened:
            exchange = opened.send(case())
        assert exchange.error == "no answer within the time limit. Raise --timeout if the server is slow."
        assert not exchange.unreachable
        assert 0.1 <= exchange.seconds < 2

    def test_it_stops_in_the_middle_of_the_body(self):
        with RawServer([b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf"]) as server, target(server.url) as opened:
            exchange = opened.send(post(b"{}"))
        assert exchange.error == (
            "the server broke the HTTP protocol: peer closed connection without sending complete message body"
            " (received 4 bytes, expected 10)."
        )
        assert not exchange.unreachable

    def test_it_does_not_speak_http(self):
        with RawServer([b"220 mail.example ESMTP\r\n"]) as server, target(server.url) as opened:
            exchange = opened.send(post(b"{}"))
        assert exchange.error.startswith("the server broke the HTTP protocol: ")
        assert "\n" not in exchange.error
        assert not exchange.unreachable

    def test_it_closes_without_a_word(self):
        with RawServer([b""]) as server, target(server.url) as opened:
            exchange = opened.send(post(b"{}"))
        assert exchange.error == "the server broke the HTTP protocol: Server disconnected without sending a response."
        assert len(server.received) == 1

    @pytest.mark.parametrize("path", ["/a\nb", "/a\x7f"])
    def test_a_request_that_no_client_can_send_is_an_error_and_not_a_crash(self, path, closed_port):
        with target(f"http://127.0.0.1:{closed_port}") as opened:
            exchange = opened.send(case(path=path))
        assert exchange.error == (
            "the request cannot be sent: Invalid non-printable ASCII character in URL,"
            f" {path[2]!r} at position {len(opened.name) + 2}."
        )
        assert exchange.unreachable

    def test_an_answer_beyond_all_bounds_is_not_read_to_its_end(self, monkeypatch):
        monkeypatch.setattr("conformance.targets.http._LARGEST_ANSWER", 3 * 1024 * 1024)
        with RawServer([http("200 OK", b"x" * 4 * 1024 * 1024)]) as server, target(server.url) as opened:
            exchange = opened.send(case())
        assert re.fullmatch(r"the answer is larger than \d+ MiB; it was not read to its end\.", exchange.error)


class TestTls:
    @pytest.fixture
    def context(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
        return context

    def test_a_certificate_that_nobody_vouches_for_is_told_in_words(self, context):
        with RawServer([http()], tls=context) as server, target(server.url) as opened:
            exchange = opened.send(case())
        assert exchange.error == (
            f"TLS with 127.0.0.1:{server.port} failed: unable to get local issuer certificate."
            " Check the certificate, or use http://."
        )
        assert exchange.unreachable
        assert server.received == []

    def test_a_server_without_tls_behind_https_is_told_in_words(self):
        plain = RawServer([b"HTTP/1.1 400 Bad Request\r\n\r\n"], whole=False)
        with plain as server, target(server.url.replace("http:", "https:")) as opened:
            exchange = opened.send(case())
        assert exchange.error.startswith(f"TLS with 127.0.0.1:{server.port} failed: ")
        assert exchange.error.endswith(". Check the certificate, or use http://.")


class TestKeepAlive:
    def test_one_connection_serves_many_cases(self):
        with RawServer([http()] * 3) as server, target(server.url) as opened:
            answers = [opened.send(case()).response.status for _ in range(3)]
        assert answers == [200, 200, 200]

    @pytest.mark.parametrize("second", [case(), post(b"{}")], ids=["GET", "POST"])
    def test_a_connection_that_the_server_closed_meanwhile_is_opened_again(self, second):
        with RawServer([http()], [http("201 Created")]) as server, target(server.url) as opened:
            first = opened.send(case()).response.status
            assert server.closed.acquire(timeout=5)
            again = opened.send(second).response
        assert (first, again and again.status) == (200, 201)
        assert len(server.received) == 2

    def test_a_reading_request_to_a_connection_that_breaks_is_sent_once_more(self):
        with RawServer([b""], [http()]) as server, target(server.url) as opened:
            assert opened.send(case()).response.status == 200
        assert len(server.received) == 2

    def test_any_other_request_is_not(self):
        with RawServer([b""], [http()]) as server, target(server.url) as opened:
            assert opened.send(post(b"{}")).response is None
        assert len(server.received) == 1


class TestItself:
    def test_it_is_called_by_its_url_without_a_last_slash(self):
        with target("http://127.0.0.1:8787/base/") as opened:
            assert (opened.name, opened.local) == ("http://127.0.0.1:8787/base", True)

    def test_elsewhere_is_not_this_machine(self):
        with target("https://api.example.invalid") as opened:
            assert not opened.local

    def test_name_and_place_can_be_told(self):
        opened = HttpTarget("http://app.example.invalid", key=KEY, name="app:x:y", local=True)
        assert (opened.name, opened.local) == ("app:x:y", True)
        opened.close()

    def test_it_may_be_closed_twice(self):
        opened = open_target("http://127.0.0.1:1", key=KEY, timeout_seconds=1)
        opened.close()
        opened.close()
