"""Follows a run from the thread that it goes on in, and tells a view about it, not too often."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from conformance.model import Exchange, Finding, Run
from conformance.notebook.runner.board import Board
from conformance.reports.estimate import Estimate
from conformance.reports.html.escape import word_count

__all__ = ["Latency", "Progress", "Times", "Watch"]

_EVERY_S = 0.12
"""So seldom is told what changes all the time; a page cannot draw more often while a kernel is at work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a run is.

    Attributes:
        share: From 0 to 1.
        text: The same in words.
    """

    requests: int
    share: float
    text: str


class Watch:
    """A reporter: counts, guesses what is left, and collects the findings for the board.

    Args:
        tell: Told how far it is, and which requirements have new findings.
        monotonic: The clock, in seconds.
    """

    def __init__(
        self,
        board: Board,
        tell: Callable[[Progress, Sequence[str]], None],
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._board, self._tell, self._monotonic = board, tell, monotonic
        self._estimate = Estimate(monotonic)
        self._operation, self._done = "", 0
        self._changed: dict[str, None] = {}
        self._told_at = -math.inf

    def started(self, target: str, edition: str, ceiling: int) -> None:
        """The first byte has not been sent yet."""
        del target, edition, ceiling
        self._estimate.reached(0.0)
        self._say()

    def exchanged(self, operation: str, done: int) -> None:
        """One more request."""
        self._operation, self._done = operation, done
        self._say()

    def reached(self, share: float) -> None:
        """So much is done, from 0 to 1."""
        self._estimate.reached(share)

    def found(self, finding: Finding) -> None:
        """One more finding, already redacted."""
        self._board.take(finding)
        self._changed[finding.requirement.id] = None
        self._say()

    def finished(self, run: Run) -> None:
        """The run itself comes to whoever asked for it."""
        del run

    def _say(self) -> None:
        now = self._monotonic()
        if now - self._told_at < _EVERY_S:
            return
        self._told_at = now
        changed, self._changed = tuple(self._changed), {}
        self._tell(self.progress(), changed)

    def progress(self) -> Progress:
        """How far it is now."""
        found = self._board.found
        parts = (
            word_count(self._done, "request"),
            f"{self._estimate.share:.0%}",
            self._estimate.words(),
            word_count(found, "finding") if found else "",
            self._operation,
        )
        return Progress(requests=self._done, share=self._estimate.share, text=" · ".join(filter(None, parts)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """How long the answers of one operation took, in milliseconds.

    Attributes:
        p50: Half of them took at most so long.
        p95: Nineteen of twenty took at most so long.
    """

    operation: str
    answers: int
    p50: float
    p95: float
    longest: float


class Times:
    """A recorder: keeps how long each answer took, and nothing of it."""

    def __init__(self) -> None:
        self._ms: dict[str, list[float]] = {}

    def take(self, exchange: Exchange) -> None:
        """One more exchange; what the target sent by itself is no answer."""
        if exchange.response is not None and not exchange.received:
            self._ms.setdefault(exchange.case.operation, []).append(1000 * exchange.seconds)

    def latencies(self, order: Mapping[str, object] | Sequence[str] = ()) -> tuple[Latency, ...]:
        """By operation.

        Args:
            order: Which operations come first; the others follow as they were asked.
        """
        names = [*(name for name in order if name in self._ms), *(name for name in self._ms if name not in order)]
        return tuple(_latency(name, sorted(self._ms[name])) for name in names)


def _latency(operation: str, took: Sequence[float]) -> Latency:
    p50, p95 = (took[max(math.ceil(part * len(took)) - 1, 0)] for part in (0.5, 0.95))
    return Latency(operation=operation, answers=len(took), p50=p50, p95=p95, longest=took[-1])
