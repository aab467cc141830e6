"""What is to be sent and what was: the memory of the dispatcher, shared by its thread and those who ask."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.mockvendor.webhooks.events import DEFAULT, planned
from conformance.mockvendor.webhooks.payload import payload
from conformance.mockvendor.webhooks.post import Delivery, Notice
from conformance.mockvendor.wire import dumps

if TYPE_CHECKING:
    import threading
    from collections.abc import Sequence

    from conformance.mockvendor.record import Record
    from conformance.mockvendor.state import State
    from conformance.mockvendor.webhooks.events import Due

__all__ = ["Outbox"]


class Outbox:
    """Which webhooks are due, which are under way, which were sent. Every method may be called from any thread.

    Args:
        lock: What guards the state.
        chosen: The events that are sent; None for the default ones.
    """

    def __init__(self, *, state: State, lock: threading.RLock, chosen: Sequence[str] | None) -> None:
        self._state, self._lock = state, lock
        self._chosen = DEFAULT if chosen is None else tuple(chosen)
        self._sent: dict[str, set[tuple[str, int]]] = {}
        self._done: set[str] = set()
        self._deliveries: list[Delivery] = []
        self._busy = 0
        self._retries: dict[int, int] = {}

    @property
    def deliveries(self) -> list[Delivery]:
        """Every attempt so far, in the order of sending."""
        with self._lock:
            return list(self._deliveries)

    def take(self) -> list[tuple[Notice, bytes]]:
        """The webhooks that are due now, in order, each with its body; from now on they are under way."""
        with self._lock:
            found = []
            for record, due in self._due():
                self._sent.setdefault(record.call_id, set()).add(due.key)
                notice = Notice(event=due.event, record=record, shown_ms=due.shown_ms)
                found.append((notice, dumps(payload(self._state, notice))))
            self._busy += len(found)
            return found

    def known(self, notice: Notice) -> bool:
        """Whether the call is still there: a deleted one sends nothing more."""
        with self._lock:
            return notice.record.call_id in self._state.records

    def sent(self, delivery: Delivery) -> int:
        """Remember an attempt; returns its place."""
        with self._lock:
            self._deliveries.append(delivery)
            return len(self._deliveries) - 1

    def answered(self, place: int, *, status: int | None, error: str | None) -> None:
        """Remember what came of an attempt."""
        with self._lock:
            self._deliveries[place] = replace(self._deliveries[place], status=status, error=error)

    def pause(self, place: int, until_ms: int) -> None:
        """Remember that the webhook of an attempt rests until it is tried again."""
        with self._lock:
            self._retries[place] = until_ms

    def resume(self, place: int) -> None:
        """Remember that it rests no more."""
        with self._lock:
            self._retries.pop(place, None)

    def finished(self) -> None:
        """Remember that one webhook is under way no more."""
        with self._lock:
            self._busy -= 1

    def at_rest(self) -> bool:
        """Whether nothing is due now and no answer is awaited."""
        with self._lock:
            now_ms = self._state.now_ms()
            resting = len(self._retries) == self._busy and all(at_ms > now_ms for at_ms in self._retries.values())
            return resting and not self._due()

    def _due(self) -> list[tuple[Record, Due]]:
        now_ms = self._state.now_ms()
        found: list[tuple[Record, Due]] = []
        chosen = self._state.faults.events(self._chosen)
        for call_id in self._state.made:
            record = self._state.records.get(call_id)
            if record is None or call_id in self._done:
                continue
            plan = self._state.faults.plan(planned(record), record)
            sent = self._sent.get(call_id, set())
            left = [due for due in plan if due.event in chosen and due.key not in sent]
            if not left and record.timeline.ends_ms <= now_ms:
                self._done.add(call_id)
            found.extend((record, due) for due in left if due.at_ms <= now_ms)
        return found
