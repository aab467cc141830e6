"""What changed between two editions, as values."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from conformance.model import JSON
from conformance.showing import Shown

__all__ = ["AREAS", "EVERY_OPERATION", "Change", "Difference", "Kind", "Party"]

AREAS = ("operation", "request", "response", "webhook")
"""Where a change can be, in the order in which people read them."""

EVERY_OPERATION = "every operation"
"""Stands for an operation where a change is about what all of them answer: the body of a refusal."""


class Party(enum.StrEnum):
    """Whose code a change can break."""

    SENDER = "sender"
    """Who sends requests, or answers the question of an inbound webhook."""
    READER = "reader"
    """Who reads answers, or receives webhooks."""


class Kind(enum.StrEnum):
    """What became of a place."""

    ADDED = "added"
    REMOVED = "removed"
    REPLACED = "replaced"
    MOVED = "moved"
    RENAMED = "renamed"
    PATH = "path"
    METHOD = "method"
    STATUS = "status"
    ERRORS = "errors"
    REQUIRED = "required"
    OPTIONAL = "optional"
    TYPE = "type"
    NULL = "null"
    ENUM = "enum"
    BOUND = "bound"
    FORMAT = "format"
    DEFAULT = "default"
    SPLIT = "split"
    JOINED = "joined"
    LOCATION = "location"
    EXTRA = "extra"
    CONDITION = "condition"

    @property
    def verb(self) -> str:
        """The same in words: `removed`, `other type`."""
        return _VERBS.get(self, str(self))


_VERBS = {
    Kind.PATH: "other path",
    Kind.METHOD: "other method",
    Kind.STATUS: "other status",
    Kind.ERRORS: "other error statuses",
    Kind.REQUIRED: "now required",
    Kind.OPTIONAL: "no longer required",
    Kind.TYPE: "other type",
    Kind.NULL: "other nullability",
    Kind.ENUM: "other values",
    Kind.BOUND: "other bound",
    Kind.FORMAT: "other format",
    Kind.DEFAULT: "other default",
    Kind.SPLIT: "split",
    Kind.JOINED: "joined",
    Kind.LOCATION: "sent otherwise",
    Kind.EXTRA: "other fields beside",
    Kind.CONDITION: "other condition",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change(Shown):
    """One thing that differs between two editions.

    Attributes:
        area: `operation`, `request`, `response` or `webhook`.
        operation: The operation or event, as the later edition calls it; the earlier one's name if it is gone.
        pointer: Where in the body: `/transcript_object/*/words`; `*` is any index, and "" is the whole.
        before: As short as it is exact: a schema fragment, a list of values, a path; None if there was nothing.
        after: The same of the later edition.
        text: One sentence for people.
        breaks: Whose code, written for the earlier edition, stops working because of it.
        clause: Where it is said, for people: source, place, date; "" if no source is named.
        sources: The source tags behind the clause.
        met: Every place where people meet this same change, this one included: (area, operation, pointer) each.
            There are several if it is inside of what several bodies share.
        when: For which kind of object alone it is so: `call_type is web_call`; "" for all.
        note: What a reader should know beside it: that it is only unlikely to break, or why it does not; or "".
    """

    area: str
    operation: str
    pointer: str
    kind: Kind
    before: JSON | None
    after: JSON | None
    text: str
    breaks: frozenset[Party] = frozenset()
    clause: str = ""
    sources: tuple[str, ...] = ()
    met: tuple[tuple[str, str, str], ...] = ()
    when: str = ""
    note: str = ""

    @property
    def breaking(self) -> bool:
        """Whether it breaks anybody."""
        return bool(self.breaks)

    @property
    def place(self) -> str:
        """Where it is, for people: `list-calls response /*/agent_name`."""
        parts = (self.operation, self.area if self.area != "operation" else "", self.pointer)
        return " ".join(part for part in parts if part)

    def document(self) -> dict[str, JSON]:
        """The change as JSON, as `schemas/harness/diff.schema.json` says."""
        return {
            "area": self.area,
            "operation": self.operation,
            "pointer": self.pointer,
            "kind": str(self.kind),
            "before": self.before,
            "after": self.after,
            "text": self.text,
            "breaks": sorted(map(str, self.breaks)),
            "clause": self.clause,
            "sources": list(self.sources),
            "met": [{"area": area, "operation": operation, "pointer": at} for area, operation, at in self.met],
            "when": self.when,
            "note": self.note,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference(Shown):
    """Everything that changed between two editions.

    Attributes:
        before: The id of the earlier one, or of the one that was named first.
        after: The id of the other one.
        changes: By operation in the order of the contract; inside of one, breaking changes first.
    """

    before: str
    after: str
    changes: tuple[Change, ...] = ()

    def __len__(self) -> int:
        return len(self.changes)

    def __iter__(self) -> Iterator[Change]:
        return iter(self.changes)

    def __bool__(self) -> bool:
        return bool(self.changes)

    def breaking(self, party: Party | None = None) -> tuple[Change, ...]:
        """The changes that break a party; None is any."""
        return tuple(each for each in self.changes if (party in each.breaks if party else each.breaks))

    @property
    def operations(self) -> tuple[str, ...]:
        """The operations and events that have changes, in order."""
        return tuple(dict.fromkeys(each.operation for each in self.changes))

    def among(
        self,
        *,
        operation: str | None = None,
        area: str | None = None,
        kind: Kind | str | None = None,
        breaking: bool | Party | None = None,
        words: str = "",
    ) -> Difference:
        """The same difference with only the changes that fit everything that is given.

        Args:
            operation: An operation or event; a change that is met there as well as elsewhere fits.
            area: One of `AREAS`.
            kind: One of `Kind`, or its value.
            breaking: True for those that break anybody, False for those that break nobody, or whom they break.
            words: Each of them must stand in the place, the sentence, the clause or the values; case does not count.
        """
        wanted = words.casefold().split()
        return replace(
            self,
            changes=tuple(
                each
                for each in self.changes
                if _is_at(each, operation, area)
                and kind in {None, each.kind}
                and _breaks(each, breaking)
                and all(word in _words_of(each) for word in wanted)
            ),
        )

    def document(self) -> dict[str, JSON]:
        """The difference as JSON, as `schemas/harness/diff.schema.json` says."""
        return {
            "format": 1,
            "before": self.before,
            "after": self.after,
            "totals": dict(self.totals),
            "changes": [each.document() for each in self.changes],
        }

    @property
    def totals(self) -> Mapping[str, int]:
        """How many changes there are in all, how many break anybody, and each party."""
        return {
            "changes": len(self.changes),
            "breaking": len(self.breaking()),
            "sender": len(self.breaking(Party.SENDER)),
            "reader": len(self.breaking(Party.READER)),
        }


def _is_at(change: Change, operation: str | None, area: str | None) -> bool:
    places = change.met or ((change.area, change.operation, change.pointer),)
    return any(operation in {None, each[1]} and area in {None, each[0]} for each in places)


def _breaks(change: Change, wanted: bool | Party | None) -> bool:  # noqa: FBT001 - the value of a filter
    if wanted is None:
        return True
    return wanted in change.breaks if isinstance(wanted, Party) else change.breaking is wanted


def _words_of(change: Change) -> str:
    at = " ".join(" ".join(place) for place in change.met)
    told = (
        change.place,
        change.text,
        change.clause,
        change.kind.verb,
        change.note,
        change.when,
        at,
        change.before,
        change.after,
    )
    return " ".join(str(each) for each in told if each is not None).casefold()
