"""Sends webhooks over HTTP, in a thread with a loop of its own.

All waiting is by the clock of the mock vendor, looked at every few milliseconds, so that pushing it forward makes a
delivery time out or be tried again at once. The signature alone has the wall clock, as its reader does.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import httpx

from conformance.mockvendor.webhooks.post import Delivery, Notice, Policy, Post, Seal, signed

if TYPE_CHECKING:
    from conformance.mockvendor.state import State
    from conformance.mockvendor.webhooks.outbox import Outbox

__all__ = ["Dispatcher"]

_LOOK_S = 0.02
_PATIENCE_S = 10.0
_NEXT_AFTER_MS = 300
"""How long the first attempt of an event holds back that of the next event of the same call."""

_NEVER = httpx.Timeout(None)
_MOST_READ = 65_536
_STOPPED = "the mock vendor was stopped"


@dataclass(slots=True)
class _Turn:
    """How far the first attempt of a webhook has come."""

    left: asyncio.Event = field(default_factory=asyncio.Event)
    answered: asyncio.Event = field(default_factory=asyncio.Event)
    left_ms: int = 0

    def over(self) -> None:
        self.left.set()
        self.answered.set()


class Dispatcher:
    """Sends what is due, until it is stopped.

    Args:
        url: Where to. Redirects are not followed, and no proxy is asked.
        key: What is signed with.
        policy: How often and how long it tries.
    """

    def __init__(self, *, state: State, outbox: Outbox, url: str, key: str, policy: Policy) -> None:
        self._state, self._outbox = state, outbox
        self._url, self._key, self._policy = url, key, policy
        self._last: dict[str, _Turn] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._work, name="sending webhooks", daemon=True)
        self._thread.start()
        self._ready.wait(_PATIENCE_S)

    def stop(self) -> None:
        """End it; what is under way is given up."""
        if self._loop is not None and self._stopping is not None:
            with contextlib.suppress(RuntimeError):  # the loop has ended by itself
                self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(_PATIENCE_S)

    def _work(self) -> None:
        asyncio.run(self._run())

    async def _run(self) -> None:
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        self._ready.set()
        tasks: set[asyncio.Task[None]] = set()
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
        tls = self._url.startswith("https")
        async with httpx.AsyncClient(timeout=_NEVER, trust_env=False, limits=limits, verify=tls) as client:
            while not self._stopping.is_set():
                for notice, body in self._outbox.take():
                    task = asyncio.create_task(self._deliver(client, notice, body, self._turns(notice)))
                    tasks.add(task)
                    task.add_done_callback(tasks.discard)
                await _wait(self._stopping)
            for task in tuple(tasks):
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _turns(self, notice: Notice) -> tuple[_Turn | None, _Turn]:
        """The turn before that of the webhook, and its own."""
        before, own = self._last.get(notice.record.call_id), _Turn()
        self._last[notice.record.call_id] = own
        return before, own

    async def _deliver(
        self, client: httpx.AsyncClient, notice: Notice, body: bytes, turns: tuple[_Turn | None, _Turn]
    ) -> None:
        before, own = turns
        try:
            if before is not None:
                await before.left.wait()
                await self._until(before.left_ms + _NEXT_AFTER_MS, unless=before.answered)
            await self._try(client, notice, body, own)
        finally:
            own.over()
            self._outbox.finished()

    async def _try(self, client: httpx.AsyncClient, notice: Notice, body: bytes, turn: _Turn) -> None:
        policy = self._state.faults.policy(self._policy)
        repeats = policy.repeats
        for attempt in range(1, policy.attempts + 1):
            if not self._outbox.known(notice):
                return
            turn.left_ms = turn.left_ms or self._state.now_ms()
            turn.left.set()
            post = self._post(body)
            place = self._outbox.sent(self._record(notice, attempt, post))
            status = await self._answer(client, post, place, policy.timeout_ms)
            turn.answered.set()
            if policy.accepts(status):
                repeats -= 1
            if (policy.accepts(status) and repeats < 0) or (status is not None and not policy.retries_refused):
                return
            if attempt < policy.attempts:
                await self._rest(place, self._state.now_ms() + policy.retry_ms)

    def _post(self, body: bytes) -> Post:
        seal = Seal(key=self._key, at_ms=time.time_ns() // 1_000_000)
        return self._state.faults.post(signed(body, seal), seal)

    def _record(self, notice: Notice, attempt: int, post: Post) -> Delivery:
        return Delivery(
            event=notice.event,
            call_id=notice.record.call_id,
            attempt=attempt,
            at_ms=self._state.now_ms(),
            method=post.method,
            headers=post.headers,
            body=post.body,
        )

    async def _answer(self, client: httpx.AsyncClient, post: Post, place: int, timeout_ms: int) -> int | None:
        """Send one attempt and remember what came of it; returns the status of the answer."""
        deadline_ms = self._state.now_ms() + timeout_ms
        status: list[int] = []
        task = asyncio.create_task(_send(client, self._url, post, status))
        error: str | None = _STOPPED
        try:
            while not task.done() and self._state.now_ms() < deadline_ms:
                await asyncio.wait({task}, timeout=_LOOK_S)
            error = task.result() if task.done() else f"no answer within {timeout_ms} ms"
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            found = status[0] if status else None
            self._outbox.answered(place, status=found, error=error if found is None else None)
        return found

    async def _rest(self, place: int, until_ms: int) -> None:
        self._outbox.pause(place, until_ms)
        try:
            await self._until(until_ms)
        finally:
            self._outbox.resume(place)

    async def _until(self, at_ms: int, *, unless: asyncio.Event | None = None) -> None:
        """Wait for a time by the clock of the mock vendor, or for something that happens first."""
        while self._state.now_ms() < at_ms and not (unless and unless.is_set()):
            await (asyncio.sleep(_LOOK_S) if unless is None else _wait(unless))


async def _wait(event: asyncio.Event) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_LOOK_S):
            await event.wait()


async def _send(client: httpx.AsyncClient, url: str, post: Post, status: list[int]) -> str | None:
    """Send it and note the status as soon as it is there; returns why there is no answer, if there is none."""
    headers = {"user-agent": "conformance-mock-vendor", "connection": "close", **post.headers}
    request = client.build_request(post.method, url, content=post.body, headers=headers)
    try:
        response = await client.send(request, stream=True, follow_redirects=False)
        status.append(response.status_code)
        read = 0
        try:
            async for chunk in response.aiter_raw():
                read += len(chunk)
                if read > _MOST_READ:
                    break
        finally:
            await response.aclose()
    except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, OSError, ValueError) as error:
        return str(error) or type(error).__name__
    return None
