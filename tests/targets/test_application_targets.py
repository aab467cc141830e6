"""ASGI and WSGI applications in this process."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading

import pytest

from conformance.errors import TargetError
from conformance.mockvendor import MockVendor
from conformance.model import Case, Effect
from conformance.targets import open_target

KEY = "key_test_5d7a"
HERE = __name__


def case(path="/x", method="POST", body=b'{"a": 1}', query="q=1"):
    headers = (("Content-Type", "application/json"),)
    return Case(
        operation="x",
        purpose="valid",
        method=method,
        path=path,
        query=query,
        effect=Effect.READ,
        headers=headers,
        body=body,
    )


@contextlib.contextmanager
def target(attribute, *, timeout=5.0):
    opened = open_target(f"app:{HERE}:{attribute}", key=KEY, timeout_seconds=timeout)
    try:
        yield opened
    finally:
        opened.close()


def ask(attribute, asked=None, **settings):
    with target(attribute, **settings) as opened:
        return opened.send(asked or case())


async def _answer(send, body, status=200, parts=1):
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", b"text/plain")]})
    for index in range(parts):
        await send({"type": "http.response.body", "body": body, "more_body": index + 1 < parts})


async def asgi_mirror(scope, receive, send):
    """Tells what it was asked."""
    if scope["type"] != "http":
        raise NotImplementedError
    message = await receive()
    told = {
        **{name: scope[name] for name in ("method", "path", "scheme", "http_version")},
        "query": scope["query_string"].decode(),
        "raw_path": scope["raw_path"].decode(),
        "headers": [[name.decode(), value.decode()] for name, value in scope["headers"]],
        "body": message["body"].decode(),
    }
    await _answer(send, json.dumps(told).encode(), 201)


async def asgi_in_parts(scope, receive, send):
    del receive
    assert scope["type"] == "http"
    await _answer(send, b"ab", parts=3)


async def asgi_raises(scope, receive, send):
    del scope, receive, send
    raise ValueError("broken inside")


async def asgi_hangs(scope, receive, send):
    del receive, send
    if scope["type"] == "lifespan":
        raise NotImplementedError
    await asyncio.Event().wait()


async def asgi_says_nothing(scope, receive, send):
    del scope, receive, send


async def asgi_waits_for_the_end(scope, receive, send):
    """Answers, then waits until the client is gone, as streaming applications do."""
    if scope["type"] == "lifespan":
        raise NotImplementedError
    await receive()
    await _answer(send, b"done")
    assert (await receive())["type"] == "http.disconnect"


async def asgi_does_not_start(scope, receive, send):
    del scope
    await receive()
    await send({"type": "lifespan.startup.failed", "message": "no database"})


async def asgi_never_starts(scope, receive, send):
    del scope, receive, send
    await asyncio.Event().wait()


def with_lifespan(events, end="lifespan.shutdown.complete"):
    async def app(scope, receive, send):
        if scope["type"] != "lifespan":
            events.append("request")
            await _answer(send, b"ok")
            return
        events.append((await receive())["type"])
        await send({"type": "lifespan.startup.complete"})
        events.append((await receive())["type"])
        if end:
            await send({"type": end, "message": "stuck"})
        else:
            await asyncio.Event().wait()

    return app


def wsgi_mirror(environ, start_response):
    body = environ["wsgi.input"].read().decode()
    told = [environ["REQUEST_METHOD"], environ["PATH_INFO"], environ["QUERY_STRING"], environ["HTTP_AUTHORIZATION"]]
    start_response("201 Created", [("content-type", "application/json"), ("x-a", "1"), ("x-a", "2")])
    return [json.dumps([*told, body]).encode()]


def wsgi_raises(environ, start_response):
    del environ, start_response
    raise ValueError("broken inside")


def wsgi_raises_midway(environ, start_response):
    del environ
    start_response("200 OK", [])
    yield b"half"
    raise ValueError("broken inside")


def wsgi_says_nothing(environ, start_response):
    del environ, start_response
    return []


FREE = threading.Event()


def wsgi_hangs(environ, start_response):
    del environ
    FREE.wait(10)
    start_response("200 OK", [])
    return [b""]


class Service:
    """Applications are often objects, and often inside others."""

    class inner:  # noqa: N801 - an attribute like those of frameworks
        async def __call__(self, scope, receive, send):
            await asgi_in_parts(scope, receive, send)

    app = inner()


class TestAsgi:
    def test_it_is_asked_as_a_server_would(self):
        exchange = ask("asgi_mirror", case(path="/v2/get-call/a%2Fb", query="x=1&y=%20"))
        told = exchange.response.json()
        headers = dict(told.pop("headers"))
        assert told == {
            "method": "POST",
            "path": "/v2/get-call/a/b",
            "raw_path": "/v2/get-call/a%2Fb",
            "scheme": "http",
            "http_version": "1.1",
            "query": "x=1&y=%20",
            "body": '{"a": 1}',
        }
        assert headers["authorization"] == f"Bearer {KEY}"
        assert headers["content-type"] == "application/json"
        assert exchange.response.status == 201

    def test_it_is_on_this_machine_and_called_as_it_was_named(self):
        with target("asgi_mirror") as opened:
            assert (opened.name, opened.local) == (f"app:{HERE}:asgi_mirror", True)

    @pytest.mark.parametrize("attribute", ["asgi_in_parts", "Service.app"])
    def test_the_parts_of_an_answer_are_joined(self, attribute):
        assert ask(attribute).response.body == b"ababab"

    def test_an_exception_is_a_server_error(self):
        answer = ask("asgi_raises").response
        assert (answer.status, answer.body) == (500, b"ValueError: broken inside")

    def test_an_application_that_hangs_is_no_answer(self):
        exchange = ask("asgi_hangs", timeout=0.1)
        assert exchange.error == "no answer within the time limit. Raise --timeout if the server is slow."
        assert not exchange.unreachable

    def test_one_that_returns_without_an_answer_is_none_either(self):
        exchange = ask("asgi_says_nothing", case(method="GET", body=None))
        assert exchange.error == "the application raised RuntimeError: it returned without an answer."

    def test_one_that_waits_for_the_client_to_go_is_told(self):
        assert ask("asgi_waits_for_the_end").response.body == b"done"

    def test_it_works_inside_a_loop_that_runs_already(self):
        async def notebook():
            return ask("asgi_in_parts").response.status

        assert asyncio.run(notebook()) == 200

    def test_the_mock_vendor_is_one(self, monkeypatch):
        vendor = MockVendor(calls=2)
        monkeypatch.setitem(globals(), "vendor_app", vendor.app)
        answer = ask("vendor_app", case(path="/v2/list-calls")).response
        assert (answer.status, answer.json()["status"]) == (401, "error")

    def test_no_thread_is_left(self):
        ask("asgi_hangs", timeout=0.05)
        assert not [each for each in threading.enumerate() if each.name.startswith("conformance-asgi")]


class TestLifespan:
    def test_it_is_started_before_and_shut_down_after(self, monkeypatch):
        events = []
        monkeypatch.setitem(globals(), "living", with_lifespan(events))
        with target("living") as opened:
            assert events == ["lifespan.startup"]
            opened.send(case())
        assert events == ["lifespan.startup", "request", "lifespan.shutdown"]

    @pytest.mark.parametrize("end", ["lifespan.shutdown.failed", None], ids=["fails", "hangs"])
    def test_one_that_cannot_shut_down_is_left_behind(self, monkeypatch, end):
        monkeypatch.setitem(globals(), "living", with_lifespan([], end))
        assert ask("living", timeout=0.2).response.body == b"ok"
        assert not [each for each in threading.enumerate() if each.name.startswith("conformance-asgi")]

    @pytest.mark.parametrize(
        ("attribute", "why"),
        [
            ("asgi_does_not_start", "the application did not start: no database"),
            ("asgi_never_starts", "it did not start in time"),
        ],
    )
    def test_one_that_does_not_start_cannot_be_used(self, attribute, why):
        with pytest.raises(TargetError) as caught:
            open_target(f"app:{HERE}:{attribute}", key=KEY, timeout_seconds=0.1)
        assert str(caught.value) == f"app:{HERE}:{attribute} cannot be used: {why}."
        assert not [each for each in threading.enumerate() if each.name.startswith("conformance-asgi")]


class TestWsgi:
    def test_it_is_asked_as_a_server_would(self):
        answer = ask("wsgi_mirror").response
        assert answer.status == 201
        assert answer.json() == ["POST", "/x", "q=1", f"Bearer {KEY}", '{"a": 1}']
        assert [value for name, value in answer.headers if name.lower() == "x-a"] == ["1", "2"]

    @pytest.mark.parametrize("attribute", ["wsgi_raises", "wsgi_raises_midway"])
    def test_an_exception_is_a_server_error(self, attribute):
        answer = ask(attribute).response
        assert (answer.status, answer.body) == (500, b"ValueError: broken inside")

    def test_one_that_returns_without_an_answer_is_a_server_error(self):
        assert ask("wsgi_says_nothing").response.status == 500

    def test_an_application_that_hangs_is_no_answer(self):
        try:
            exchange = ask("wsgi_hangs", timeout=0.1)
        finally:
            FREE.set()
        assert exchange.error == "no answer within the time limit. Raise --timeout if the server is slow."
