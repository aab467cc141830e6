"""Ctrl-C and SIGTERM while a run goes on: once, it ends between two requests; twice, at once."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from types import FrameType
from typing import TextIO

__all__ = ["Interruption", "interruptible"]

_REASONS = {signal.SIGINT: "interrupted", signal.SIGTERM: "ended by SIGTERM"}
_SLICE_SECONDS = 0.1
_ONCE = "stopping after this request, then writing what was found. Once more stops at once."
_WRITING = "writing what was found. Once more leaves it unwritten."


class Interruption:
    """Whether somebody asked a run to end, and how urgently.

    Nothing here takes a lock: a handler may come at any point of the thread that it interrupts.

    Args:
        say: Told one line for people, from inside a signal handler.
    """

    def __init__(self, say: Callable[[str], None] = lambda _: None) -> None:
        self._say = say
        self._reason: str | None = None
        self._asked = 0
        self._writing = False

    def reason(self) -> str | None:
        """Why the run is to end before its next request, or None if it may go on."""
        return self._reason

    def ask(self, number: int) -> None:
        """Ask for the end, as a signal of this number does.

        Raises:
            KeyboardInterrupt: It was asked for before: whatever is going on ends here.
        """
        self._asked += 1
        if self._asked > 1:
            raise KeyboardInterrupt
        if not self._writing:
            self._reason = self._reason or _REASONS.get(signal.Signals(number), "interrupted")
        self._say(_WRITING if self._writing else _ONCE)

    def pause(self, seconds: float) -> None:
        """Wait, but no longer than until somebody asks for the end."""
        end = time.monotonic() + seconds
        while self._reason is None and (left := end - time.monotonic()) > 0:
            time.sleep(min(left, _SLICE_SECONDS))

    def written_now(self) -> None:
        """The run is over and its reports are written: an impatient second Ctrl-C must not leave them out."""
        self._asked, self._writing = 0, True


@contextlib.contextmanager
def interruptible(stream: TextIO) -> Iterator[Interruption]:
    """Take the signals that ask for an end while this is open, and give them back to whom they belonged.

    What the process was told to ignore stays ignored, as behind `nohup`. Outside of the main thread nothing is taken.

    Args:
        stream: Where a person is told what happens.
    """
    asked = Interruption(lambda line: _say(stream, line))
    before = {}

    def handle(number: int, frame: FrameType | None) -> None:
        del frame
        asked.ask(number)

    try:
        if threading.current_thread() is threading.main_thread():
            for number in _REASONS:
                if signal.getsignal(number) is not signal.SIG_IGN:
                    before[number] = signal.signal(number, handle)
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _say(stream: TextIO, line: str) -> None:
    """Write past the buffers of the stream: they may be in use where the signal came."""
    with contextlib.suppress(OSError, ValueError):
        os.write(stream.fileno(), f"\nconformance: {line}\n".encode())
