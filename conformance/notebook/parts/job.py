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
        self._cancelled, self._idle = threading.Event(), threading.Event()
        self._idle.set()  # not the thread is asked: one whose `join` was interrupted counts as ended, and goes on

    @property
    def running(self) -> bool:
        """Whether something is under way."""
        return not self._idle.is_set()

    @property
    def cancelled(self) -> bool:
        """Whether the work under way is to end; the work asks this itself, often."""
        return self._cancelled.is_set()

    def start(self, work: Callable[[], None]) -> bool:
        """Begin, unless something is under way; whether it began."""
        with self._lock:
            if self.running:
                return False
            self._cancelled.clear()
            threading.Thread(target=self._work, args=(work,), name=self._name, daemon=True).start()
            self._idle.clear()
        return True

    def cancel(self) -> None:
        """Ask the work to end."""
        self._cancelled.set()

    def wait(self, timeout_s: float = 60.0) -> bool:
        """Wait until nothing is under way; whether that is so."""
        return self._idle.wait(timeout_s)

    def _work(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001 - shown by whoever began it; nothing else would show it
            self._failed(error)
        finally:
            with self._lock:
                self._idle.set()
