"""A change at one place, before it is known where else people meet it."""

from __future__ import annotations

import enum
import json
from dataclasses import dataclass

from conformance.contract.diff.values import Kind, Party
from conformance.model import JSON

__all__ = ["Found", "Way", "breaking"]


class Way(enum.Enum):
    """Which way a body goes, seen from the user of the API."""

    SENDS = Party.SENDER
    READS = Party.READER

    @property
    def sends(self) -> bool:
        """Whether the user makes the body."""
        return self is Way.SENDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One change in one body.

    Attributes:
        pointer: Into the body.
        origin: What tells it from others: where both editions declare what changed.
        when: The value that chooses the form of the object in which alone it is so, with its name.
    """

    kind: Kind
    pointer: str
    before: JSON | None
    after: JSON | None
    text: str
    origin: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    breaks: frozenset[Party] = frozenset()
    note: str = ""
    sources: tuple[str, ...] = ()
    when: tuple[str, tuple[JSON, ...]] | None = None

    @property
    def facts(self) -> tuple[object, ...]:
        """What must be equal in two places for the change to be the same."""
        told = self.kind in {Kind.MOVED, Kind.RENAMED}  # their values are where they are, which the text says
        shown = "" if told else json.dumps([self.before, self.after], sort_keys=True)
        return self.kind, self.origin, shown, self.text, self.breaks, self.note


def breaking(way: Way, *, narrower: bool = False, wider: bool = False) -> frozenset[Party]:
    """Whom it breaks that less, or more, is allowed.

    What is sent must fit what is allowed later; what is read must fit what was allowed before.
    """
    return frozenset({way.value} if (narrower if way.sends else wider) else ())
