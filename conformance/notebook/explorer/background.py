"""Asking the target without holding up the kernel: one thing at a time, and somebody may stop waiting."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import TypeVar

from conformance.errors import UsageError
from conformance.notebook.parts import Job

__all__ = ["Background"]

_Some = TypeVar("_Some")
_POLL_S, _ENDING_S = 0.05, 0.2


class Background:
    """What is under way.

    Args:
        failed: Told what went wrong.
        busy: Told what begins, in words, and None when it has ended.
        stopped: Told that somebody stopped waiting.
    """

    def __init__(
        self, failed: Callable[[Exception], None], busy: Callable[[str | None], None], stopped: Callable[[], None]
    ) -> None:
        self._job = Job("explorer", failed)
        self._busy, self._stopped = busy, stopped

    def begin(self, words: str, work: Callable[[], None]) -> None:
        """Do something in a thread.

        Raises:
            UsageError: Something else is under way.
        """
        if not self._job.wait(_ENDING_S):
            raise UsageError("Something is under way already. Wait for it, or cancel it.")
        self._busy(words)
        self._job.start(lambda: self._working(work))

    def _working(self, work: Callable[[], None]) -> None:
        try:
            work()
        except _StoppedError:
            self._stopped()
        finally:
            self._busy(None)

    def answer(self, ask: Callable[[], _Some]) -> _Some:
        """What a question is answered. Asked from what is under way; if that is cancelled, nobody waits any longer.

        The question itself cannot be stopped, and goes on in a thread of its own.
        """
        answers: queue.SimpleQueue[_Some | Exception] = queue.SimpleQueue()

        def asking() -> None:
            try:
                answers.put(ask())
            except Exception as error:  # noqa: BLE001 - raised again where it is waited for
                answers.put(error)

        threading.Thread(target=asking, name="explorer asks", daemon=True).start()
        while not self._job.cancelled:
            try:
                found = answers.get(timeout=_POLL_S)
            except queue.Empty:
                continue
            if isinstance(found, Exception):
                raise found
            return found
        raise _StoppedError

    def wait(self, timeout_s: float) -> bool:
        """Wait until nothing is under way; whether that is so."""
        return self._job.wait(timeout_s)

    def cancel(self) -> None:
        """Stop waiting for an answer."""
        self._job.cancel()


class _StoppedError(Exception):
    """Somebody stopped waiting."""
