"""How late this process is kept by a busy machine, so that what a listener read too late accuses nobody."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

__all__ = ["Lateness"]

_PERIOD_S = 0.05
_KEPT_S = 120.0


class Lateness:
    """Notes how much later than it asked a thread is woken up, from when it is made until it is closed.

    Args:
        monotonic: Seconds that never go back.
        wait: Waits so many seconds, and tells whether it is over.
    """

    def __init__(
        self, *, monotonic: Callable[[], float] = time.monotonic, wait: Callable[[float], bool] | None = None
    ) -> None:
        self._over = threading.Event()
        self._monotonic, self._wait = monotonic, wait or self._over.wait
        self._noted: deque[tuple[float, float]] = deque()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._watch, name="lateness of webhooks", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the thread. May be called twice."""
        self._over.set()
        self._thread.join()

    def within_ms(self, seconds: float) -> int:
        """Milliseconds of lateness in the last so many seconds, added up."""
        since = self._monotonic() - seconds
        with self._lock:
            return round(sum(late for at, late in self._noted if at >= since) * 1000)

    def _watch(self) -> None:
        before = self._monotonic()
        while not self._wait(_PERIOD_S):
            now = self._monotonic()
            late = now - before - _PERIOD_S
            with self._lock:
                if late > _PERIOD_S:
                    self._noted.append((now, late))
                while self._noted and self._noted[0][0] < now - _KEPT_S:
                    self._noted.popleft()
            before = now
