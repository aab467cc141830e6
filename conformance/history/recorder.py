"""How long answers took, by operation. Keeps no byte of them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from conformance.history.values import Traffic
from conformance.model import Exchange


class TrafficRecorder:
    """Is shown each exchange as it happens, and tells at the end how often and how fast each operation answered."""

    def __init__(self) -> None:
        self._requests: dict[str, int] = {}
        self._ms: dict[str, list[float]] = {}

    def take(self, exchange: Exchange) -> None:
        """One more exchange; deliveries of the target are none of its answers."""
        if exchange.received:
            return
        operation = exchange.case.operation
        self._requests[operation] = self._requests.get(operation, 0) + 1
        if exchange.response is not None:
            self._ms.setdefault(operation, []).append(1000 * exchange.seconds)

    def traffic(self) -> tuple[Traffic, ...]:
        """What was seen, by operation, in the order of their first requests."""
        return tuple(self._of(operation) for operation in self._requests)

    def _of(self, operation: str) -> Traffic:
        took = sorted(self._ms.get(operation, ()))
        return Traffic(
            operation=operation,
            requests=self._requests[operation],
            p50=_rank(took, 0.5),
            p90=_rank(took, 0.9),
            longest=_rank(took, 1.0),
        )


def _rank(ordered: Sequence[float], part: float) -> float | None:
    """The smallest value that so large a part does not exceed, to a hundredth."""
    return round(ordered[max(math.ceil(part * len(ordered)) - 1, 0)], 2) if ordered else None
