"""Examples of what an operation or an event says in both editions, with what is gone and what is new marked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from conformance.contract.diff.routes import pairings
from conformance.contract.diff.rules import rules
from conformance.contract.diff.values import EVERY_OPERATION, Change, Difference, Kind
from conformance.contract.schemas import SchemaSet, load_schemas
from conformance.model import JSON, Effect, Operation
from conformance.notebook.differences.examples import example
from conformance.notebook.differences.marking import ABSENT, ADDED, CHANGED, REMOVED, excerpt, marked, pair
from conformance.notebook.look import esc

__all__ = ["Illustrations"]

_AREAS = {"request": "request", "response": "answer", "webhook": "webhook"}
_MOVES = frozenset({Kind.RENAMED, Kind.MOVED})
_WHOLE_MARKS = {REMOVED: Kind.REMOVED, ADDED: Kind.ADDED}
"""What is marked with all that it holds; of the rest, what moved included, only the place itself is."""
_LACKS = {REMOVED: Kind.ADDED, ADDED: Kind.REMOVED}
"""What a side does not have."""
_LEGEND = '<p class="cx-quiet">Every field, with invented values: - is gone, + is new, ! has changed.</p>'
_KIND = "call_type"
_TOLD_APART = {REMOVED: Kind.JOINED, ADDED: Kind.SPLIT}
"""Where the kinds of call come in, or go."""
_QUESTION = "call_inbound"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Body:
    """One example: what it is (`v2: web_call`), which kind of call it is about, and the value."""

    title: str
    variant: str
    value: JSON


class Illustrations:
    """The examples of one difference, each made when it is first asked for.

    Args:
        difference: All changes, since they say what is marked.
    """

    def __init__(self, difference: Difference) -> None:
        self._difference = difference
        self._schemas = {REMOVED: load_schemas(difference.before), ADDED: load_schemas(difference.after)}
        self._made: dict[tuple[str, str, str], tuple[_Body, ...]] = {}
        self._marked: dict[tuple[str, str, str, str], dict[str, str]] = {}
        self._met: dict[tuple[str, str], list[Change]] = {}
        for change in difference:
            for area, name, pointer in change.met or ((change.area, change.operation, change.pointer),):
                there = replace(change, area=area, operation=name, pointer=pointer)
                self._met.setdefault((area, name), []).append(there)

    def whole(self, operation: str) -> str:
        """Everything that an operation or an event says, before and after, as HTML; "" if it says nothing."""
        told = []
        for area, name in _AREAS.items():
            sides = {side: self._bodies(side, area, operation) for side in self._schemas}
            if not any(sides.values()):
                continue
            columns = [
                (body.title, marked(body.value, self._marks(side, area, operation, body.variant)))
                for side, bodies in sides.items()
                for body in bodies
            ]
            for side, schemas in self._schemas.items():
                if not sides[side]:
                    columns.insert(0 if side == REMOVED else len(columns), (schemas.edition.id, ABSENT))
            told.append(f"<h4>{esc(name)}</h4>{pair(columns, label=f'example of the {name}, before and after')}")
        return f"{_LEGEND}{''.join(told)}" if told else ""

    def at(self, change: Change) -> str:
        """An example of the place of a change, before and after, as HTML; "" if no example has that place."""
        if change.area not in _AREAS:
            return ""
        columns = [self._column(side, change) for side in self._schemas]
        if all(inner == ABSENT for _, inner in columns):
            return ""
        return f'<div class="cx-examples"><h4>example</h4>{pair(columns, label="example, before and after")}</div>'

    def _column(self, side: str, change: Change) -> tuple[str, str]:
        bodies = sorted(
            self._bodies(side, change.area, change.operation),
            key=lambda body: bool(body.variant) and body.variant not in change.when,
        )
        for body in bodies:
            marks = self._marks(side, change.area, change.operation, body.variant)
            for pointer in self._pointers(side, change):
                piece = excerpt(body.value, pointer)
                if piece is not None:
                    return body.title, marked(piece, marks)
        return self._schemas[side].edition.id, ABSENT

    def _pointers(self, side: str, change: Change) -> tuple[str, ...]:
        """Where a side has the place of a change: what was moved lay elsewhere before."""
        if side == ADDED:
            return (change.pointer,)
        if _earlier(change) != change.pointer:
            return (_earlier(change),)
        moved = [
            _earlier(each) + change.pointer.removeprefix(each.pointer)
            for each in self._met.get((change.area, change.operation), ())
            if each.kind in _MOVES and change.pointer.startswith(f"{each.pointer}/")
        ]
        return (change.pointer, *moved)

    def _marks(self, side: str, area: str, operation: str, variant: str) -> Mapping[str, str]:
        key = (side, area, operation, variant)
        if key not in self._marked:
            found = self._marked[key] = {}
            for change in self._met.get((area, operation), ()):
                if change.kind is _LACKS[side] or (variant and change.when and variant not in change.when):
                    continue
                whole = change.kind is _WHOLE_MARKS[side] and (variant or not change.when)
                mark = side if whole else CHANGED
                for pointer in self._pointers(side, change):
                    if pointer:
                        found.setdefault(pointer, mark)
                    if change.kind is _TOLD_APART[side]:
                        found[f"{pointer}/{_KIND}"] = side
        return self._marked[key]

    def _bodies(self, side: str, area: str, operation: str) -> tuple[_Body, ...]:
        key = (side, area, operation)
        if key not in self._made:
            self._made[key] = tuple(_bodies(self._schemas[side], self._operations(side, operation), area, operation))
        return self._made[key]

    def _operations(self, side: str, name: str) -> Sequence[Operation]:
        """The operations of a side that go by this name, or that the one with this name takes the place of."""
        old, new = self._schemas.values()
        known = rules() if old.edition.order <= new.edition.order else rules().reversed()
        found = [
            each.before if side == REMOVED else each.after
            for each in pairings(old.operations(), new.operations(), known)
            if name in {each.name, each.before.name if each.before else ""}
        ]
        return list({each.name: each for each in found if each}.values())


def _earlier(change: Change) -> str:
    moved = change.kind in _MOVES and isinstance(change.before, str) and change.before.startswith("/")
    return str(change.before) if moved else change.pointer


def _bodies(schemas: SchemaSet, operations: Sequence[Operation], area: str, name: str) -> Iterator[_Body]:
    edition = schemas.edition.id
    for definition in _told_of(schemas, area, name):
        phase = name.removeprefix("call_") if name.startswith("call_") else ""
        yield from _variants(edition, definition, edition, phase=phase)
    for each in operations:
        if area == "request" and each.request:
            where = "query of " if each.request_in == "query" else ""
            value = example(edition, each.request)
            yield _Body(title=f"{edition}: {where}{each.method} {each.path}", variant="", value=value)
        if area == "response" and each.response:
            creates = each.response != "call" and each.effect in {Effect.BILLS, Effect.DIALS}
            phase = "registered" if creates else ""
            yield from _variants(edition, each.response, f"{edition}: {each.name}", phase=phase)


def _told_of(schemas: SchemaSet, area: str, name: str) -> Iterator[str]:
    """The definition of a body that belongs to no operation: a webhook, the question of one, its answer, a refusal."""
    names = {
        ("webhook", name): f"webhook-{name.replace('_', '-')}",
        ("webhook", _QUESTION): "inbound-request",
        ("response", _QUESTION): "inbound-response",
        ("response", EVERY_OPERATION): "error-body",
    }
    found = names.get((area, name), "")
    if found in schemas:
        yield found


def _variants(edition: str, definition: str, title: str, *, phase: str) -> Iterator[_Body]:
    """An example for each kind of call that it can be about."""
    calls = load_schemas(edition).definition("call").get("properties", {}).get("call_type", {})
    made: list[JSON] = []
    for kind in calls.get("enum", ("",)):
        value = example(edition, definition, choose=kind, phase=phase)
        if value not in made:
            made.append(value)
            yield _Body(title=f"{title}, {kind}" if kind and kind in str(value) else title, variant=kind, value=value)
