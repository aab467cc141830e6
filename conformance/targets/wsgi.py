"""A WSGI application in this process as an httpx transport."""

from __future__ import annotations

from typing import Any

import httpx


class WsgiTransport(httpx.BaseTransport):
    """Drives a WSGI application; what it raises is answered as 500, as servers do."""

    def __init__(self, app: Any) -> None:
        self._inner = httpx.WSGITransport(app=app, raise_app_exceptions=False)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request through the application."""
        try:
            return self._inner.handle_request(request)
        except Exception as error:  # noqa: BLE001 - whatever the application raises is a 500
            text = f"{type(error).__name__}: {error}"
            return httpx.Response(500, headers={"content-type": "text/plain"}, text=text, request=request)
