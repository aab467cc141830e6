"""Which webhooks a call sends, and when: worked out from its timeline, without a clock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conformance.mockvendor.record import Record

__all__ = ["DEFAULT", "EVENTS", "Due", "planned"]

DEFAULT = ("call_started", "call_ended", "call_analyzed")
"""What is sent unless somebody chooses [openapi 2026-04 AgentRequest.webhook_events]."""

_LATER = ("transcript_updated", "transfer_started", "transfer_bridged", "transfer_cancelled", "transfer_ended")

EVENTS: Mapping[str, Sequence[str]] = {
    "v1": DEFAULT,
    "v2-launch": DEFAULT,
    "v2-2025": DEFAULT,
    "v2": (*DEFAULT, *_LATER),
}
"""Every event that can be chosen, by edition."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A webhook that a call will send, if its life goes on as it looks now.

    Attributes:
        event: The name of the event.
        at_ms: When it is sent, in milliseconds by the clock of the mock vendor.
        shown_ms: The time at which the call inside is looked at.
        number: Tells the webhooks of one event apart; 0 for events that come once.
    """

    event: str
    at_ms: int
    shown_ms: int
    number: int = 0

    @property
    def key(self) -> tuple[str, int]:
        """What no other webhook of the call has."""
        return self.event, self.number


def planned(record: Record) -> list[Due]:
    """Every webhook of a call as its life looks now, in order of time."""
    return sorted(_every(record), key=lambda due: due.at_ms)


def _every(record: Record) -> Iterator[Due]:
    line = record.timeline
    if line.starts_ms is not None:
        yield _due("call_started", line.starts_ms)
        yield from _turns(record, line.starts_ms)
        yield from _transfer(record)
    yield _due("call_ended", line.ends_ms)
    yield _due("call_analyzed", line.ends_ms + line.analysis_ms)
    if line.transfers_ms is not None and line.reason == "call_transfer":
        yield _due("transfer_ended", line.ends_ms + line.leg_ms)


def _turns(record: Record, starts_ms: int) -> Iterator[Due]:
    line = record.timeline
    third = (line.expected_ms - starts_ms) // 3
    for number in (1, 2):
        if starts_ms + number * third < line.ends_ms:
            yield _due("transcript_updated", starts_ms + number * third, number)
    yield _due("transcript_updated", line.ends_ms, 3)


def _transfer(record: Record) -> Iterator[Due]:
    line = record.timeline
    if line.transfers_ms is None or line.transfers_ms > line.ends_ms:
        return
    yield _due("transfer_started", line.transfers_ms)
    yield _due("transfer_bridged" if line.reason == "call_transfer" else "transfer_cancelled", line.ends_ms)


def _due(event: str, at_ms: int, number: int = 0) -> Due:
    return Due(event=event, at_ms=at_ms, shown_ms=at_ms, number=number)
