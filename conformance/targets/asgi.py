"""An ASGI application in this process as an httpx transport.

Its own loop in its own thread, so that notebooks work too.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import httpx

Message = MutableMapping[str, Any]
AsgiApp = Callable[[Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]]


class AsgiTransport(httpx.BaseTransport):
    """Drives an ASGI application.

    An exception of the application is raised as a ReadError, as a dropped connection is.
    """

    def __init__(self, app: AsgiApp, *, timeout_seconds: float) -> None:
        self._app, self._timeout = app, timeout_seconds
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True, name="conformance-asgi")
        self._thread.start()
        self._lifespan = _Lifespan(app)
        starting = asyncio.run_coroutine_threadsafe(self._lifespan.start(), self._loop)
        try:
            starting.result(timeout_seconds)
        except BaseException:
            self._end()
            raise

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request through the application and wait for its whole answer."""
        future = asyncio.run_coroutine_threadsafe(self._call(request), self._loop)
        try:
            status, headers, body = future.result(self._timeout)
        except TimeoutError as error:
            future.cancel()
            raise httpx.ReadTimeout("the application did not answer in time", request=request) from error
        except Exception as error:
            text = f"the application raised {type(error).__name__}: {error}"
            raise httpx.ReadError(text, request=request) from error
        return httpx.Response(status, headers=headers, content=body, request=request)

    async def _call(self, request: httpx.Request) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        sent, parts = False, []
        start: Message = {}
        done = asyncio.Event()
        body = request.read()

        async def receive() -> Message:
            nonlocal sent
            if sent:
                await done.wait()
                return {"type": "http.disconnect"}
            sent = True
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            elif message["type"] == "http.response.body":
                parts.append(message.get("body", b""))
                if not message.get("more_body"):
                    done.set()

        try:
            await self._app(_scope(request), receive, send)
        except Exception as error:  # noqa: BLE001 - as servers do: whatever the application raises is a 500
            if not start:
                return 500, [(b"content-type", b"text/plain")], f"{type(error).__name__}: {error}".encode()
        if not start:
            raise RuntimeError("it returned without an answer")
        return start["status"], list(start.get("headers", [])), b"".join(parts)

    def close(self) -> None:
        """Shut the application down and end the loop.

        One that fails to shut down, or takes too long, is left behind.
        """
        if self._loop.is_closed():
            return
        with contextlib.suppress(Exception):
            asyncio.run_coroutine_threadsafe(self._lifespan.stop(), self._loop).result(self._timeout)
        self._end()

    def _end(self) -> None:
        with contextlib.suppress(Exception):
            asyncio.run_coroutine_threadsafe(_cancel_all(), self._loop).result(self._timeout)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(self._timeout)
        self._loop.close()


async def _cancel_all() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


def _scope(request: httpx.Request) -> Message:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": request.url.scheme,
        "path": request.url.path,
        "raw_path": request.url.raw_path.split(b"?")[0],
        "query_string": request.url.query,
        "root_path": "",
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "client": ("127.0.0.1", 0),
        "server": (request.url.host, request.url.port or 80),
    }


class _Lifespan:
    """The start-up and shut-down of an application; one that knows no lifespan is left alone."""

    def __init__(self, app: AsgiApp) -> None:
        self._app = app
        self._task: asyncio.Task[None] | None = None
        self._events: asyncio.Queue[Message] = asyncio.Queue()
        self._answers: asyncio.Queue[Message] = asyncio.Queue()

    async def start(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._run())
        await self._events.put({"type": "lifespan.startup"})
        await self._answer()

    async def stop(self) -> None:
        if self._task is not None and not self._task.done():
            await self._events.put({"type": "lifespan.shutdown"})
            await self._answer()
            await self._task

    async def _run(self) -> None:
        try:
            await self._app({"type": "lifespan", "asgi": {"version": "3.0"}}, self._events.get, self._answers.put)
        except Exception:  # noqa: BLE001 - applications without a lifespan raise whatever they like
            return

    async def _answer(self) -> None:
        waiting = asyncio.ensure_future(self._answers.get())
        tasks = [waiting] if self._task is None else [waiting, self._task]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        if not waiting.done():
            waiting.cancel()
            return
        message = waiting.result()
        if message["type"].endswith(".failed"):
            raise RuntimeError(f"the application did not start: {message.get('message', '')}")
