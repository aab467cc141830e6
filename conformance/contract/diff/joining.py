"""The same change in several bodies becomes one, with every place where people meet it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from conformance.contract.diff.clauses import Clauses
from conformance.contract.diff.found import Found
from conformance.contract.diff.values import AREAS, Change, Kind
from conformance.contract.diff.words import listed, sentence

__all__ = ["Place", "joined"]


_FIRST = frozenset({Kind.SPLIT, Kind.JOINED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The body, or the operation itself, that a change is in.

    Attributes:
        reads: The operation only reads; what its answers share with others is told there.
        also: Other names under which people look for it.
    """

    area: str
    operation: str
    reads: bool = False
    also: tuple[str, ...] = ()


def joined(found: Iterable[tuple[Place, Found]], ranks: Mapping[str, int], clauses: Clauses) -> tuple[Change, ...]:
    """Changes in the order in which people read them.

    Args:
        ranks: The order of operations and events.
    """
    groups: dict[object, list[tuple[Place, Found]]] = {}
    for place, each in found:
        groups.setdefault(_same(place, each), []).append((place, each))
    changes = [_change(group, ranks, clauses) for group in groups.values()]
    return tuple(
        sorted(
            changes,
            key=lambda each: (ranks[each.operation], not each.breaks, each.kind not in _FIRST, AREAS.index(each.area)),
        )
    )


def _same(place: Place, found: Found) -> object:
    """What is declared once is one change wherever it is met; so is what all events have beside the call."""
    if place.area == "webhook" and found.pointer.count("/") <= 1:
        return place.area, found.pointer, replace(found, origin=((), ())).facts
    if any(found.origin):
        return found.facts
    return place.area, place.operation, found.pointer, found.facts


def _change(group: Sequence[tuple[Place, Found]], ranks: Mapping[str, int], clauses: Clauses) -> Change:
    place, found = min(group, key=lambda each: _rank(each[0], each[1], ranks))
    clause, sources = clauses.of(place.area, place.operation, found)
    met = [(each.area, name, one.pointer) for each, one in group for name in (each.operation, *each.also)]
    return Change(
        area=place.area,
        operation=place.operation,
        pointer=found.pointer,
        kind=found.kind,
        before=found.before,
        after=found.after,
        text=sentence(found.text),
        breaks=found.breaks,
        clause=clause,
        sources=sources,
        met=tuple(dict.fromkeys([(place.area, place.operation, found.pointer), *met])),
        when=f"{found.when[0]} is {listed(found.when[1], joint='or')}" if found.when else "",
        note=found.note,
    )


def _rank(place: Place, found: Found, ranks: Mapping[str, int]) -> tuple[int, bool, int]:
    """Where a change is told: as far up in a body as may be, then where one only reads, then in order."""
    return found.pointer.count("/"), not place.reads, ranks[place.operation]
