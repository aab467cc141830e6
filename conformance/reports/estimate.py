"""How long a run may still take, from what is done of it."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

__all__ = ["Estimate"]

_ENOUGH_SECONDS, _ENOUGH_SHARE = 2.0, 0.05
_FEW_SECONDS, _STEP_SECONDS, _MINUTE_SECONDS, _HOUR_SECONDS = 10.0, 5, 60.0, 3600.0


class Estimate:
    """An honest guess: nothing is said before there is something to guess from, and nothing exact after.

    It is made from what was done since it was first told anything: what an earlier run had done took no time now.

    Args:
        monotonic: The clock, in seconds.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._first: tuple[float, float] | None = None
        self.share = 0.0

    def reached(self, share: float) -> None:
        """So much is done, from 0 to 1. What was told once is not taken back."""
        if self._first is None:
            self._first = (self._monotonic(), share)
        self.share = max(self.share, min(share, 1.0))

    def seconds(self) -> float | None:
        """Seconds left, or None where nobody can know yet."""
        if self._first is None:
            return None
        began, before = self._first
        passed, done = self._monotonic() - began, self.share - before
        if passed < _ENOUGH_SECONDS or done < _ENOUGH_SHARE:
            return None
        return passed * (1 - self.share) / done

    def words(self) -> str:
        """What is left in words, or "" where nobody can know yet."""
        left = self.seconds()
        return "" if left is None else _words(left)


def _words(seconds: float) -> str:
    if seconds < _FEW_SECONDS:
        return "a few seconds left"
    if seconds <= _MINUTE_SECONDS - _STEP_SECONDS:
        return f"about {math.ceil(seconds / _STEP_SECONDS) * _STEP_SECONDS} s left"
    if seconds <= _HOUR_SECONDS - _MINUTE_SECONDS:
        return f"about {math.ceil(seconds / _MINUTE_SECONDS)} min left"
    return "more than an hour left" if seconds >= _HOUR_SECONDS else "about an hour left"
