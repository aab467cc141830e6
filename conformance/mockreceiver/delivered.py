"""What a receiver sees of a delivery, and the form of its faults."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from conformance.contract.signature import verify
from conformance.model import JSON, Level

_LENIENT = re.compile(r"v=(\d+),d=(.*)", re.ASCII)
HANG, DROP = -1, 0
"""In place of a status: never answer, and end without an answer."""


@dataclass(slots=True, kw_only=True)
class Delivered:
    """One delivery as a receiver sees it.

    Attributes:
        known: `event` and `call_id` of what was accepted before.
        open: The same of what is being worked on just now, this one included.
        signatures: Every signature header that was accepted before.
    """

    body: bytes
    header: str | None
    key: str
    now_ms: int
    known: set[tuple[str, str]] = field(default_factory=set)
    open: list[tuple[str, str]] = field(default_factory=list)
    signatures: set[str] = field(default_factory=set)

    @property
    def payload(self) -> dict[str, JSON]:
        """The body; an empty object if it is none."""
        try:
            value = json.loads(self.body)
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}

    @property
    def call(self) -> dict[str, JSON]:
        """The call in it; an empty object if there is none."""
        call = self.payload.get("call")
        return call if isinstance(call, dict) else {}

    @property
    def event(self) -> str:
        """Its event, or ""."""
        return str(self.payload.get("event", ""))

    @property
    def identity(self) -> tuple[str, str]:
        """What copies of one delivery share."""
        return self.event, str(self.call.get("call_id"))

    @property
    def genuine(self) -> bool:
        """Whether a correct receiver believes it."""
        return verify(self.body, self.key, self.header, now_ms=self.now_ms)

    def parsed(self) -> tuple[int, str] | None:
        """Timestamp and digest of the header, read with little care."""
        found = _LENIENT.search(self.header or "")
        return (int(found[1]), found[2]) if found else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiverFault:
    """One defect.

    Attributes:
        breaks: The requirement that it breaks.
        believes: Verifies in place of a correct receiver.
        answers: The status for what is believed; None is the usual one.
        refuses: The status for what is not believed; None is the usual one.
        level: How binding the requirement is where the fault shows; a `should` only warns.
        lingers: Whether it works on each call_ended for a moment, so that several can be open at once.
    """

    name: str
    breaks: str
    text: str
    believes: Callable[[Delivered], bool] | None = None
    answers: Callable[[Delivered], int | None] | None = None
    refuses: Callable[[Delivered], int | None] | None = None
    level: Level = Level.MUST
    lingers: bool = False


def when(status: int, condition: Callable[[Delivered], object]) -> Callable[[Delivered], int | None]:
    """Answer so where the condition holds."""
    return lambda delivered: status if condition(delivered) else None


def signs(delivered: Delivered, body: bytes) -> bool:
    """Whether its signature is right for a body."""
    return verify(body, delivered.key, delivered.header, now_ms=delivered.now_ms)
