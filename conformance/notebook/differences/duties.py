"""What whoever sends, and whoever reads, has to change: short, in the order of the migration guide."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from conformance.contract.diff.values import Change, Difference, Kind, Party

__all__ = ["Duty", "duties"]

_MOST = 6
_OF_A_FIELD = re.compile(r"(`[^`]+`)( .*)")
_GUIDE = "migration-guide"
_KINDS_OF_CALL = frozenset({"call_type", "access_token", "from_number", "to_number", "direction"})
_COMES_OR_GOES = frozenset({Kind.ADDED, Kind.REMOVED, Kind.REQUIRED, Kind.OPTIONAL})
_SENDS = frozenset({"operation", "request"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """One thing to change in code that was written for the earlier edition.

    Attributes:
        title: What it is about, as in `Removed fields`.
        changes: What it is made of, the guide's own first.
    """

    title: str
    changes: tuple[Change, ...]

    @property
    def told(self) -> tuple[str, ...]:
        """The sentences that tell it; what is said of several fields is one sentence."""
        return tuple(_sentences(self.changes))

    @property
    def clause(self) -> str:
        """Where it is said: the guide if it says so."""
        return next((each.clause for each in self.changes if each.clause), "")


def _sentences(changes: Sequence[Change]) -> Iterator[str]:
    several = len({each.operation for each in changes}) > 1
    tails: dict[tuple[str, str], dict[str, None]] = {}
    for each in changes:
        found = _OF_A_FIELD.match(each.text)
        name, tail = (found[1], found[2]) if found else ("", _named(each) if several else each.text)
        tails.setdefault((tail.removesuffix("."), _where(each.when)), {})[name] = None
    for (tail, when), names in tails.items():
        yield f"{_joined(list(names))}{_plural(tail) if len(names) > 1 else tail}{when}."


def _where(when: str) -> str:
    name, _, values = when.partition(" is ")
    return f" where `{name}` is {values}" if when else ""


def _named(change: Change) -> str:
    """A sentence that says which operation it is about."""
    if change.kind not in {Kind.PATH, Kind.METHOD, Kind.STATUS, Kind.LOCATION}:
        return change.text
    return f"`{change.operation}`: {change.text[:1].lower()}{change.text[1:]}"


def _plural(tail: str) -> str:
    many = f" are {tail.removeprefix(' is ')}" if tail.startswith(" is ") else tail
    return many.replace("; it ", "; they ")


def _joined(names: Sequence[str]) -> str:
    if len(names) > _MOST:
        return f"{', '.join(names[:_MOST])} and {len(names) - _MOST} more"
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)


def duties(difference: Difference, party: Party) -> tuple[Duty, ...]:
    """What a party has to change; empty if nothing breaks for it."""
    concerned = [each for each in difference if _concerns(each, party)]
    left, found = concerned, []
    for title, belongs in _TOPICS:
        own = [each for each in left if belongs(each)]
        left = [each for each in left if not belongs(each)]
        if own:
            found.append((title, own))
    found.sort(key=lambda each: _ORDER.index(each[0]))
    return tuple(Duty(title=title, changes=tuple(_guide_first(own))) for title, own in found)


def _concerns(change: Change, party: Party) -> bool:
    """What breaks it, and what the guide asks of it although nothing breaks at once."""
    if party in change.breaks:
        return True
    sends = change.area in _SENDS
    told = _GUIDE in change.sources and change.kind in {*_COMES_OR_GOES, Kind.SPLIT, Kind.JOINED}
    return told and not change.breaks and sends == (party is Party.SENDER)


def _guide_first(changes: Sequence[Change]) -> list[Change]:
    return sorted(changes, key=lambda each: _GUIDE not in each.sources)


def _is_split(change: Change) -> bool:
    if change.kind in {Kind.SPLIT, Kind.JOINED}:
        return True
    told = change.area not in _SENDS and change.kind in _COMES_OR_GOES
    return told and change.pointer.rsplit("/", 1)[-1] in _KINDS_OF_CALL


def _is_of_register_call(change: Change) -> bool:
    return change.area == "operation" and "/register-" in f"/{change.operation} {change.before} {change.after}"


def _is_removed(change: Change) -> bool:
    return change.kind is Kind.REMOVED


_TOPICS: tuple[tuple[str, Callable[[Change], bool]], ...] = (
    ("Two kinds of call", _is_split),
    ("Webhooks", lambda change: change.area == "webhook"),
    ("Register call", _is_of_register_call),
    ("List of calls", lambda change: change.operation == "list-calls" and change.area in _SENDS),
    ("Operations", lambda change: change.area == "operation"),
    ("Removed fields", _is_removed),
    ("Everything else", lambda _change: True),
)
"""The first that fits takes a change."""
_ORDER = (
    "Two kinds of call",
    "Operations",
    "Removed fields",
    "List of calls",
    "Register call",
    "Webhooks",
    "Everything else",
)
"""The order of the migration guide."""
