"""A clock that runs like the wall clock and can be pushed forward."""

from __future__ import annotations

import time


class MockClock:
    """Milliseconds since the Unix epoch, with a push.

    Args:
        start_ms: What it shows at first; None for the wall clock.
        moving: False for a clock that only `advance` moves.
    """

    def __init__(self, *, start_ms: int | None = None, moving: bool = True) -> None:
        self._shown_ms = time.time_ns() // 1_000_000 if start_ms is None else start_ms
        self._since = time.monotonic_ns() if moving else None

    def now_ms(self) -> int:
        """What it shows, in milliseconds since the Unix epoch."""
        passed = 0 if self._since is None else (time.monotonic_ns() - self._since) // 1_000_000
        return self._shown_ms + passed

    def advance(self, ms: int) -> None:
        """Push it forward by so many milliseconds."""
        self._shown_ms += ms
