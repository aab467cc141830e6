"""A WSGI application in this process as an httpx transport."""

from __future__ import annotations

import queue
import threading
from typing import Any

import httpx


class WsgiTransport(httpx.BaseTransport):
    """Drives a WSGI application; what it raises is answered as 500, as servers do.

    Each request has a thread of its own, so that one that hangs holds up nothing.
    """

    def __init__(self, app: Any, *, timeout_seconds: float) -> None:
        self._inner = httpx.WSGITransport(app=app, raise_app_exceptions=False)
        self._timeout = timeout_seconds

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request through the application and wait for its whole answer."""
        answers: queue.SimpleQueue[httpx.Response] = queue.SimpleQueue()
        threading.Thread(
            target=lambda: answers.put(self._answer(request)), daemon=True, name="conformance-wsgi"
        ).start()
        try:
            return answers.get(timeout=self._timeout)
        except queue.Empty as error:
            raise httpx.ReadTimeout("the application did not answer in time", request=request) from error

    def _answer(self, request: httpx.Request) -> httpx.Response:
        try:
            answer = self._inner.handle_request(request)
            answer.read()
        except Exception as error:  # noqa: BLE001 - whatever the application raises is a 500
            text = f"{type(error).__name__}: {error}"
            return httpx.Response(500, headers={"content-type": "text/plain"}, text=text, request=request)
        return httpx.Response(answer.status_code, headers=answer.headers.raw, content=answer.content, request=request)
