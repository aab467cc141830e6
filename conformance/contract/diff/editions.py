"""What changed between two editions: their operations, bodies and webhooks compared."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import replace

from conformance.contract.diff.bodies import Bodies
from conformance.contract.diff.clauses import Clauses
from conformance.contract.diff.found import Found, Way
from conformance.contract.diff.joining import Place, joined
from conformance.contract.diff.nodes import Node, node_of
from conformance.contract.diff.routes import Pairing, pairings, route_changes
from conformance.contract.diff.rules import Rules, rules
from conformance.contract.diff.values import AREAS, EVERY_OPERATION, Change, Difference, Kind, Party
from conformance.contract.schemas import SchemaSet, load_schemas
from conformance.errors import UnknownName
from conformance.model import Effect

__all__ = ["diff", "met_in"]

_ERROR = "error-body"
_WEBHOOK = "webhook"
_QUESTION, _ANSWER, _INBOUND = "inbound-request", "inbound-response", "call_inbound"


@functools.lru_cache(maxsize=16)
def diff(before: str, after: str) -> Difference:
    """What changed from one edition to another one.

    Args:
        before: The id of an edition: `v1`.
        after: The id of any edition, a later or an earlier one, or the same.

    Raises:
        UnknownName: There is no such edition.
    """
    old, new = load_schemas(before), load_schemas(after)
    known = rules() if old.edition.order <= new.edition.order else rules().reversed()
    pairs = pairings(old.operations(), new.operations(), known)
    core = [each for each in pairs if not each.optional]
    rest = [each for each in pairs if each.optional]
    found = [
        *_operations(core, old, new, known),
        *_webhooks(old, new, known),
        *_refusals(old, new, known),
        *_operations(rest, old, new, known),
    ]
    ranks = {name: rank for rank, name in enumerate(dict.fromkeys(place.operation for place, _ in found))}
    return Difference(before=before, after=after, changes=joined(found, ranks, Clauses(old, new, known)))


def met_in(difference: Difference, operation: str) -> Difference:
    """What of a difference people meet in one operation or event, each change where it is met there.

    Raises:
        UnknownName: Neither edition has it.
    """
    known = {EVERY_OPERATION}
    for edition in (difference.before, difference.after):
        schemas = load_schemas(edition)
        known |= {each.name for each in schemas.operations()} | set(_events(schemas)[1])
    if operation not in known:
        raise UnknownName("operation", operation, known)
    found = (_met_at(each, operation) for each in difference.among(operation=operation))
    changes = sorted(found, key=lambda each: (not each.breaks, AREAS.index(each.area), each.pointer.count("/")))
    return replace(difference, changes=tuple(changes))


def _met_at(change: Change, operation: str) -> Change:
    if change.operation == operation:
        return change
    area, _, pointer = next(place for place in change.met if place[1] == operation)
    before = change.before
    if change.kind in {Kind.MOVED, Kind.RENAMED}:
        before = pointer.removesuffix(change.pointer) + str(before)
    return replace(change, area=area, operation=operation, pointer=pointer, before=before)


def _operations(pairs: list[Pairing], old: SchemaSet, new: SchemaSet, known: Rules) -> Iterator[tuple[Place, Found]]:
    for pair in pairs:
        before, after = pair.before, pair.after
        also = (before.name,) if before and before.name != pair.name else ()
        reads = bool(after and after.effect is Effect.READ)
        for each in route_changes(pair):
            yield Place(area="operation", operation=pair.name, reads=reads, also=also), each
        if before is None or after is None:
            continue
        for area, way, one, other in (
            ("request", Way.SENDS, before.request, after.request),
            ("response", Way.READS, before.response, after.response),
        ):
            place = Place(area=area, operation=pair.name, reads=reads, also=also)
            changes = Bodies(way=way, rules=known).changes(_node(old, one), _node(new, other))
            yield from ((place, each) for each in changes)


def _refusals(old: SchemaSet, new: SchemaSet, known: Rules) -> Iterator[tuple[Place, Found]]:
    place = Place(area="response", operation=EVERY_OPERATION)
    changes = Bodies(way=Way.READS, rules=known).changes(node_of(old, _ERROR), node_of(new, _ERROR))
    yield from ((place, each) for each in changes)


def _webhooks(old: SchemaSet, new: SchemaSet, known: Rules) -> Iterator[tuple[Place, Found]]:
    name, before = _events(old)
    _, after = _events(new)
    bodies = Bodies(way=Way.READS, rules=known, chosen=name)
    for event in dict.fromkeys((*after, *before)):
        place = Place(area="webhook", operation=event)
        if event in before and event in after:
            yield from ((place, each) for each in bodies.changes(before[event], after[event]))
        else:
            yield place, _event(event, before.get(event), after.get(event))
    if _INBOUND in before and _INBOUND in after:
        place = Place(area="response", operation=_INBOUND)
        answers = Bodies(way=Way.SENDS, rules=known).changes(node_of(old, _ANSWER), node_of(new, _ANSWER))
        yield from ((place, each) for each in answers)


def _events(schemas: SchemaSet) -> tuple[str, dict[str, Node]]:
    """The bodies of webhooks by event, and the property that names it; the inbound question among them."""
    variants = node_of(schemas, _WEBHOOK).variants
    found = dict(variants.forms) if variants else {}
    if _QUESTION in schemas:
        found[_INBOUND] = node_of(schemas, _QUESTION)
    return variants.name if variants else "", found


def _event(name: str, before: Node | None, after: Node | None) -> Found:
    there = after or before
    inbound = " It asks, and its answer is read." if name == _INBOUND else ""
    return Found(
        kind=Kind.ADDED if after else Kind.REMOVED,
        pointer="",
        before=before.fragment() if before else None,
        after=after.fragment() if after else None,
        text=f"The webhook `{name}` is {'new' if after else 'gone'}.{inbound if after else ''}",
        breaks=frozenset() if after else frozenset({Party.READER}),
        origin=((name,), ()),
        sources=there.parts[-1].schema.get("x-source", ()) if there else (),
    )


def _node(schemas: SchemaSet, name: str | None) -> Node:
    return node_of(schemas, name) if name else Node(schemas)
