"""The receiver that the lab brings along: a right one on loopback, whose mistakes can be chosen while it listens."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from typing import Any

from conformance.mockreceiver import MockReceiver, ReceiverFault, faults
from conformance.serving import Server

__all__ = ["OwnReceiver", "known_faults"]

_LOOK_S = 0.1
"""How soon what is kept waiting is let go once it is closed."""
_FIRST = "RCV-030"
"""What believes too much comes first: that is what people come to see."""


def known_faults() -> tuple[ReceiverFault, ...]:
    """What it can do wrong, those first that believe what is forged."""
    return tuple(sorted(faults(), key=lambda fault: (fault.breaks < _FIRST, fault.breaks)))


class OwnReceiver:
    """Listens from the moment it is made until it is closed, always at the same address.

    Args:
        key: What deliveries are signed with.
        chosen: Names of the faults that it has at first.
        clock: Milliseconds since the Unix epoch.

    Raises:
        UnknownName: There is no such fault.
    """

    def __init__(self, key: str, chosen: Sequence[str], clock: Callable[[], int]) -> None:
        self._key, self._clock, self._ended = key, clock, False
        self.faults: tuple[str, ...] = ()
        self.behave(chosen)

        async def application(scope: Any, receive: Any, send: Any) -> None:
            answering = asyncio.ensure_future(self._mock.app(scope, receive, send))
            while not answering.done() and not self._ended:
                await asyncio.wait({answering}, timeout=_LOOK_S)
            if answering.done():
                await answering
                return
            answering.cancel()  # it kept somebody waiting, and the server would tell of it as of a crash
            with contextlib.suppress(asyncio.CancelledError):
                await answering
            await send({"type": "http.response.start", "status": 503, "headers": []})
            await send({"type": "http.response.body", "body": b""})

        self._server = Server(application)
        self.url = f"{self._server.url}/webhook"

    def behave(self, chosen: Sequence[str]) -> None:
        """Have these faults from now on, and no others; what came before is forgotten.

        Raises:
            UnknownName: There is no such fault.
        """
        self._mock = MockReceiver(self._key, faults=chosen, clock=self._clock)
        self.faults = tuple(chosen)

    def close(self) -> None:
        """Free the port. May be called twice."""
        self._ended = True
        self._server.stop()
