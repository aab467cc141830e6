"""A receiver of webhooks on a real socket: keeps what came, reads the signatures, answers as told."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, MutableMapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from conformance.serving import Server
from conformance.webhooks.answering import Answer, Answering, Script
from conformance.webhooks.arriving import Book, Request, Told
from conformance.webhooks.lateness import Lateness

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from conformance.model import Exchange
    from conformance.seams import Clock

__all__ = ["WallClock", "WebhookReceiver"]

_LARGEST_BODY = 16 * 1024 * 1024
_READING = frozenset({"GET", "HEAD", "OPTIONS"})

_Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
_Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class WallClock:
    """The clock on the wall."""

    def now_ms(self) -> int:
        """Milliseconds since the Unix epoch."""
        return time.time_ns() // 1_000_000


class WebhookReceiver:
    """Receives webhooks from the moment it is made until it is closed; a context manager.

        with WebhookReceiver(key) as receiver:
            ...  # let something send to receiver.url
            delivery = receiver.wait_for(event="call_ended")

    Args:
        key: The API key that signs.
        port: 0 for any free port.
        path: Where webhooks are taken; other paths are answered 404.
        answering: Answers what `answer_with` says nothing about; by default everything is accepted with 204.
        clock: What signatures are held against; by default the wall clock.
        timeout_ms: How long a sender is to wait for an answer; a later acceptance is none.
        sure_key: False if another key may be the one that signs.
        local: Whether the sender is on this machine.

    Raises:
        TargetError: The port is taken.
    """

    def __init__(
        self,
        key: str,
        *,
        port: int = 0,
        host: str = "127.0.0.1",
        path: str = "/webhook",
        answering: Answering | None = None,
        clock: Clock | None = None,
        timeout_ms: int = 10_000,
        sure_key: bool = True,
        local: bool = True,
    ) -> None:
        self.path = path
        self._clock = clock or WallClock()
        told = Told(key=key, timeout_ms=timeout_ms, sure_key=sure_key, local=local)
        self._lateness = Lateness()
        self._book = Book(told, self._lateness.within_ms)
        self._script = Script(answering)
        self._changed = threading.Condition()
        self._deliveries: list[Exchange] = []
        self._strangers = self._waiting = 0
        self._began = time.monotonic()
        try:
            self._server = Server(self._application(), port=port, host=host)
        except BaseException:
            self._lateness.close()
            raise
        self.port: int = self._server.port
        self.url = f"{self._server.url}{path}"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Free the port. What was received stays. May be called twice."""
        self._server.stop()
        self._lateness.close()

    @property
    def deliveries(self) -> tuple[Exchange, ...]:
        """What was received and answered, in that order."""
        with self._changed:
            return tuple(self._deliveries)

    @property
    def waiting(self) -> int:
        """How many deliveries are not answered yet."""
        with self._changed:
            return self._waiting

    @property
    def notes(self) -> tuple[str, ...]:
        """What else came to the port."""
        with self._changed:
            strangers = self._strangers
        if not strangers:
            return ()
        one = strangers == 1
        told = "1 request came" if one else f"{strangers} requests came"
        rest = "was no webhook; it is" if one else "were no webhooks; they are"
        return (f"{told} to the listener that {rest} not judged.",)

    def answer_with(
        self,
        status: int,
        delay_s: float = 0.0,
        body: bytes = b"",
        *,
        times: int | None = None,
        event: str | None = None,
    ) -> None:
        """Answer so from now on: so many times (None: always), and to one event only (None: every)."""
        self._script.tell(Answer(status=status, delay_s=delay_s, body=body), times=times, event=event)

    def wait_for(
        self, *, event: str | None = None, call_id: str | None = None, count: int = 1, timeout: float = 10.0
    ) -> tuple[Exchange, ...]:
        """The first deliveries of an event and a call (None: any), once there are so many.

        Args:
            timeout: Seconds to wait at most.

        Raises:
            TimeoutError: They did not come in time; the message says what did.
        """

        def found() -> list[Exchange]:
            return [each for each in self._deliveries if _is_about(each, event, call_id)]

        with self._changed:
            if not self._changed.wait_for(lambda: len(found()) >= count, timeout):
                came = ", ".join(each.case.operation for each in self._deliveries) or "nothing"
                about = f" of {call_id}" if call_id is not None else ""
                raise TimeoutError(
                    f"{len(found())} of {count} {event or 'webhook'}{about} came to {self.url} within {timeout:g} s;"
                    f" what came: {came}."
                )
            return tuple(found()[:count])

    def wait_until(self, holds: Callable[[], bool], timeout: float) -> bool:
        """Wait until something holds that may change with each delivery, at most so many seconds; whether it does."""
        with self._changed:
            return self._changed.wait_for(holds, timeout)

    def _application(self) -> ASGIApp:
        async def application(scope: MutableMapping[str, Any], receive: _Receive, send: _Send) -> None:
            await self._app(scope, receive, send)

        return application  # a method would be taken for an older kind of application

    async def _app(self, scope: MutableMapping[str, Any], receive: _Receive, send: _Send) -> None:
        if scope["type"] != "http":
            return
        body = await _read(receive)
        if body is None:
            return
        request = _request(scope, body, self._clock.now_ms())
        refusal = self._refusal(request)
        if refusal is not None:
            with self._changed:
                self._strangers += 1
            await _answer(send, Answer(status=refusal))
            return
        await self._deliver(request, receive, send)

    def _refusal(self, request: Request) -> int | None:
        """How a request is refused that is no webhook; None if it is one."""
        if request.path.rstrip("/") != self.path.rstrip("/"):
            return 404
        if request.method in _READING:
            return 405
        if len(request.body) > _LARGEST_BODY:
            return 413
        return None if request.is_webhook else 404

    async def _deliver(self, request: Request, receive: _Receive, send: _Send) -> None:
        began = time.monotonic()
        with self._changed:
            self._waiting += 1
            entry = self._book.enter(request)
        try:
            answer = self._script(entry.arrival)
            wait_s = answer.delay_s if answer.hold_s is None else answer.hold_s
            gave_up = wait_s > 0 and await _hung_up(receive, wait_s)
            seconds = time.monotonic() - began
            at = time.monotonic() - self._began
            with self._changed:  # before the answer is sent: who was answered finds it here
                self._deliveries.append(self._book.exchange(entry, answer, gave_up=gave_up, seconds=seconds, at=at))
        finally:
            with self._changed:
                self._waiting -= 1
                self._changed.notify_all()
        if not gave_up:
            await _answer(send, answer)


def _is_about(delivery: Exchange, event: str | None, call_id: str | None) -> bool:
    facts = delivery.case.facts["delivery"]
    return event in {None, delivery.case.operation} and call_id in {None, facts["call_id"]}


def _request(scope: MutableMapping[str, Any], body: bytes, received_ms: int) -> Request:
    return Request(
        method=scope["method"],
        path=scope["path"],
        query=scope["query_string"].decode("latin-1"),
        host=next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "127.0.0.1"),
        headers=tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]),
        body=body,
        received_ms=received_ms,
    )


async def _read(receive: _Receive) -> bytes | None:
    """The whole body, or a little more than the largest that is taken; None if the sender hung up before its end."""
    found = bytearray()
    while len(found) <= _LARGEST_BODY:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        found += message.get("body", b"")
        if not message.get("more_body"):
            break
    return bytes(found)


async def _hung_up(receive: _Receive, seconds: float) -> bool:
    """Wait so long, or until the sender closes the connection; whether it did."""
    try:
        async with asyncio.timeout(seconds):
            while (await receive())["type"] != "http.disconnect":
                pass
    except TimeoutError:
        return False
    return True


async def _answer(send: _Send, answer: Answer) -> None:
    headers = [] if answer.status == 204 else [(b"content-length", str(len(answer.body)).encode())]  # noqa: PLR2004 - the status without a body
    if answer.status == 405:  # noqa: PLR2004 - the status that says what is allowed
        headers.append((b"allow", b"POST"))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body if answer.status != 204 else b""})  # noqa: PLR2004 - the same
