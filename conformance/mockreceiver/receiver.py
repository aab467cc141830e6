"""A receiver of webhooks that does everything right, but for the faults that it was given."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from types import TracebackType
from typing import Any, Self

from conformance.contract.signature import HEADER
from conformance.mockreceiver.delivered import DROP, HANG, Delivered, ReceiverFault
from conformance.mockreceiver.faults import find_fault
from conformance.serving import Server

_ACCEPTED, _REFUSED = 204, 401
_MOMENT_S = 0.02
_PATIENCE_S = 60.0
_REDIRECTS = range(300, 400)

_Message = MutableMapping[str, Any]
_Receive = Callable[[], Awaitable[_Message]]
_Send = Callable[[_Message], Awaitable[None]]


def _wall_ms() -> int:
    return time.time_ns() // 1_000_000


class MockReceiver:
    """Takes deliveries on any path. `app` is the ASGI application; `start` serves it on 127.0.0.1.

    Args:
        key: What deliveries are signed with.
        faults: Names of the defects that it has.
        clock: Milliseconds since the Unix epoch.

    Attributes:
        app: The ASGI application.
        accepted: The bodies that were believed and answered 2xx.

    Raises:
        UnknownName: There is no such fault.
    """

    def __init__(self, key: str, faults: Sequence[str] = (), clock: Callable[[], int] = _wall_ms) -> None:
        self._key, self._clock = key, clock
        self._faults: tuple[ReceiverFault, ...] = tuple(map(find_fault, faults))
        self._known: set[tuple[str, str]] = set()
        self._signatures: set[str] = set()
        self._open: list[tuple[str, str]] = []
        self._server: Server | None = None
        self.accepted: list[bytes] = []

        async def app(scope: _Message, receive: _Receive, send: _Send) -> None:
            await self._serve(scope, receive, send)

        self.app = app

    @property
    def url(self) -> str:
        """Where it takes deliveries.

        Raises:
            RuntimeError: It was not started.
        """
        if self._server is None:
            raise RuntimeError("the mock receiver was not started")
        return f"{self._server.url}/webhook"

    def start(self, port: int = 0) -> Self:
        """Listen on 127.0.0.1; 0 is any free port. Raises TargetError if the port is taken."""
        self._server = Server(self.app, port=port)
        return self

    def stop(self) -> None:
        """Free the port. May be called twice."""
        if self._server is not None:
            self._server.stop()
            self._server = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    async def _serve(self, scope: _Message, receive: _Receive, send: _Send) -> None:
        if scope["type"] != "http":
            return
        body = await _read(receive)
        if scope["method"] != "POST":
            await _answer(send, 405)
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        delivered = Delivered(
            body=body,
            header=headers.get(HEADER),
            key=self._key,
            now_ms=self._clock(),
            known=self._known,
            open=self._open,
            signatures=self._signatures,
        )
        self._open.append(delivered.identity)
        try:
            status = await self._handle(delivered)
        finally:
            self._open.remove(delivered.identity)
        if status == HANG:
            await asyncio.sleep(_PATIENCE_S)
            status = _ACCEPTED
        if status != DROP:
            await _answer(send, status)

    async def _handle(self, delivered: Delivered) -> int:
        if not self._believed(delivered):
            return next((status for each in self._faults if (status := _told(each.refuses, delivered))), _REFUSED)
        if delivered.event == "call_ended" and any(each.lingers for each in self._faults):
            await asyncio.sleep(_MOMENT_S)
        for fault in self._faults:
            status = _told(fault.answers, delivered)
            if status is not None:
                return status
        self._known.add(delivered.identity)
        self._signatures.add(delivered.header or "")
        self.accepted.append(delivered.body)
        return _ACCEPTED

    def _believed(self, delivered: Delivered) -> bool:
        others = [each.believes(delivered) for each in self._faults if each.believes is not None]
        return all(others) if others else delivered.genuine


def _told(hook: Callable[[Delivered], int | None] | None, delivered: Delivered) -> int | None:
    return hook(delivered) if hook is not None else None


async def _read(receive: _Receive) -> bytes:
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


async def _answer(send: _Send, status: int) -> None:
    headers = [(b"location", b"/elsewhere")] if status in _REDIRECTS else []
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
