"""Work in a thread of its own, so that the kernel stays free; it can be cancelled and waited for."""

from __future__ import annotations

import threading
from collections.abc import Callable

__all__ = ["Job"]


class Job:
    """One piece of work at a time.

    Args:
        name: What the thread is called.
        failed: Told what went wrong where the work raised; in a notebook nobody sees what a thread prints.
    """

    def __init__(self, name: str, failed: Callable[[Exception], None]) -> None:
        self._name, self._failed = name, failed
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._cancelled = threading.Event()

    @property
    def running(self) -> bool:
        """Whether something is under way."""
        with self._lock:
            return self._thread is not None and self._thread.is_alive()

    @property
    def cancelled(self) -> bool:
        """Whether the work under way is to end; the work asks this itself, often."""
        return self._cancelled.is_set()

    def start(self, work: Callable[[], None]) -> bool:
        """Begin, unless something is under way; whether it began."""
        with self._lock:
            if self._thread is not None and self._thread.is_alive():
                return False
            self._cancelled.clear()
            self._thread = threading.Thread(target=self._work, args=(work,), name=self._name, daemon=True)
            self._thread.start()
        return True

    def cancel(self) -> None:
        """Ask the work to end."""
        self._cancelled.set()

    def wait(self, timeout_s: float = 60.0) -> bool:
        """Wait until nothing is under way; whether that is so."""
        with self._lock:
            thread = self._thread
        if thread is not None:
            thread.join(timeout_s)
        return not self.running

    def _work(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001 - shown by whoever began it; nothing else would show it
            self._failed(error)
