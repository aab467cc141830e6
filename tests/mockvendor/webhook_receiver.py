"""A receiver of webhooks that all tests share, and a mock vendor that sends there by a clock that is pushed."""

from __future__ import annotations

import functools
import json
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from mock_client import Client, frozen

from conformance.mockvendor.webhooks.outbox import Outbox
from conformance.serving import Server

CHOSEN = (
    "call_started",
    "call_ended",
    "call_analyzed",
    "transcript_updated",
    "transfer_started",
    "transfer_bridged",
    "transfer_cancelled",
    "transfer_ended",
)


@dataclass(frozen=True, kw_only=True)
class Got:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def event(self) -> str:
        return self.json["event"]

    @property
    def call(self) -> Any:
        return self.json["call"]


class Receiver:
    """Keeps what it gets, and answers with the status that `answer` says; None holds the answer for ever."""

    def __init__(self):
        self.forget()

        async def serve(scope, receive, send):
            await self._serve(scope, receive, send)

        self._server = Server(serve)
        self.url = f"{self._server.url}/webhook"

    def forget(self):
        """Be as new."""
        self.got: list[Got] = []
        self.answer: Callable[[Got], int | None] = lambda _: 204
        self.headers: list[tuple[bytes, bytes]] = []

    def stop(self):
        self._server.stop()

    def events(self, call_id=None) -> list[str]:
        """The events that came, in order; those of one call if it is named."""
        return [each.event for each in self.got if call_id in {None, each.call["call_id"]}]

    async def _serve(self, scope, receive, send):
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        got = Got(method=scope["method"], path=scope["path"], headers=headers, body=body)
        self.got.append(got)
        status = self.answer(got)
        if status is None:
            while message["type"] != "http.disconnect":
                message = await receive()
            return
        await send({"type": "http.response.start", "status": status, "headers": self.headers})
        await send({"type": "http.response.body", "body": b""})


@contextmanager
def sending(url, **settings):
    """A client of a mock vendor whose clock stands still, and that sends webhooks to the URL."""
    client = frozen(**{"calls": 0, "webhook_url": url, **settings})
    client.vendor.start_sending()
    try:
        yield client
    finally:
        client.vendor.stop()


@functools.cache
def shared() -> Receiver:
    """The one that all tests share; whoever takes it lets it forget first."""
    return Receiver()


def stop_shared() -> None:
    """Stop it, if there is one."""
    if shared.cache_info().currsize:
        shared().stop()
        shared.cache_clear()


def until(condition, seconds=10):
    """Wait until it holds; False if it did not in time."""
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.005)
    return bool(condition())


def pass_by(client: Client, *spans_ms: int) -> None:
    """Let time pass, and wait each time until all is sent."""
    for span_ms in spans_ms:
        client.vendor.clock.advance(span_ms)
        assert client.vendor.settled(10)


def timeline(client: Client, call_id: str):
    """When the call starts and ends."""
    return client.vendor._state.records[call_id].timeline  # noqa: SLF001 - nobody else is told the future


def outbox(client: Client, events):
    """What its mock vendor would send of those events, without sending it."""
    vendor = client.vendor
    return Outbox(state=vendor._state, lock=vendor._desk.lock, chosen=events)  # noqa: SLF001 - sending takes long


def live(client: Client) -> None:
    """Let every call start, end, be analysed, and every transfer end."""
    pass_by(client, 3_000, 200_000, 4_000, 100_000)
