"""The mock vendor behind a gate: one request is held until the test lets it go on."""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager

from conformance.mockvendor import MockVendor
from conformance.serving import Server

PATIENCE_S = 20.0
NEVER = 0
"""The number of a request that does not come."""


class Gate:
    """Holds the request of a number, and counts all of them."""

    def __init__(self, number):
        self.number, self.seen = number, 0
        self.reached, self.opened = threading.Event(), threading.Event()

    def around(self, app):
        """The application behind the gate."""

        async def gated(scope, receive, send):
            if scope["type"] == "http":
                self.seen += 1
                if self.seen == self.number:
                    self.reached.set()
                    await asyncio.to_thread(self.opened.wait, PATIENCE_S)
            await app(scope, receive, send)

        return gated


@contextmanager
def gated_vendor(number, *, port=0, **options):
    """A mock vendor on a real socket; yields its URL, its key and the gate."""
    vendor, gate = MockVendor(calls=12, **options), Gate(number)
    server = Server(gate.around(vendor.app), port=port)
    try:
        yield server.url, vendor.api_key, gate
    finally:
        gate.opened.set()
        server.stop()
