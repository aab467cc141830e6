"""What a receiver answers: as told, or as an experiment that shows how a sender bears failures."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

__all__ = ["MOST_REFUSALS", "Answer", "Answering", "Arrival", "Experiments", "Script"]

MOST_REFUSALS = 8
"""So often one webhook is refused at most, that a sender that never gives up is not kept busy for ever."""

_REFUSED = 500
_PATIENCE = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A delivery that waits for its answer.

    Attributes:
        event: What it tells, or None if it does not say.
        identity: What copies of one webhook share; "" if that cannot be told.
        attempt: 1 for the first time that this identity came.
        received_ms: When its last byte was there, in milliseconds since the Unix epoch.
    """

    event: str | None
    call_id: str | None
    identity: str
    attempt: int
    received_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """How a delivery is answered.

    Attributes:
        delay_s: Seconds until it is sent.
        hold_s: Not answered until the sender hangs up, and at most so many seconds; None answers.
    """

    status: int = 204
    delay_s: float = 0.0
    body: bytes = b""
    hold_s: float | None = None


Answering: TypeAlias = Callable[[Arrival], Answer]


@dataclass(slots=True, kw_only=True)
class _Rule:
    answer: Answer
    event: str | None
    left: int | None


class Script:
    """Answers as told; the rule that was told last and fits comes first.

    Args:
        otherwise: Answers what no rule fits; by default everything is accepted at once.
    """

    def __init__(self, otherwise: Answering | None = None) -> None:
        self._otherwise, self._rules, self._lock = otherwise, list[_Rule](), threading.Lock()

    def tell(self, answer: Answer, *, times: int | None = None, event: str | None = None) -> None:
        """Add a rule: for so many deliveries (None: all), and for one event (None: every)."""
        with self._lock:
            self._rules.insert(0, _Rule(answer=answer, event=event, left=times))

    def __call__(self, arrival: Arrival) -> Answer:
        """The answer to a delivery; uses up a rule that is told for some times only."""
        with self._lock:
            for rule in self._rules:
                if rule.event in {None, arrival.event} and rule.left != 0:
                    rule.left = rule.left and rule.left - 1
                    return rule.answer
        return self._otherwise(arrival) if self._otherwise else Answer()


class Experiments:
    """What a run does on purpose, each once: it refuses a webhook once, one always, and leaves one unanswered.

    They are kept to one event of a call each, so that a call shows at most one failure of an event.

    Args:
        timeout_ms: How long the sender is to wait for an answer.
    """

    def __init__(self, timeout_ms: int) -> None:
        self._hold_s = timeout_ms / 1000 * _PATIENCE
        self._once: Arrival | None = None
        self._always: Arrival | None = None
        self._held: Arrival | None = None

    def __call__(self, arrival: Arrival) -> Answer:
        """The answer: 500 or none where it is an experiment, else 204."""
        if not arrival.identity or arrival.call_id is None:
            return Answer()
        if self._always is not None and arrival.identity == self._always.identity:
            return Answer(status=_REFUSED if arrival.attempt <= MOST_REFUSALS else 204)
        if arrival.attempt == 1:
            return self._first(arrival)
        return Answer()

    def _first(self, arrival: Arrival) -> Answer:
        """The answer to a first attempt; each experiment takes the first that it can be made with."""
        if arrival.event == "call_ended" and self._once is None:
            self._once = arrival
            return Answer(status=_REFUSED)
        if arrival.event == "call_analyzed" and self._always is None:
            self._always = arrival
            return Answer(status=_REFUSED)
        if arrival.event in {"call_started", "call_ended"} and self._held is None:
            self._held = arrival
            return Answer(status=_REFUSED, hold_s=self._hold_s)
        return Answer()
