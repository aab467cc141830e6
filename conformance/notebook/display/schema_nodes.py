"""A schema as a tree of its fields: type, required or not, meaning, unit, when it is there, how private, from where."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from conformance.contract.schemas import Schema
from conformance.model import JSON
from conformance.notebook.display.nodes import Mark, Node
from conformance.notebook.display.places import Choice, Place, place_of
from conformance.notebook.display.readable import UNITS

__all__ = ["field_text", "limits_text", "place_of_schema", "remarks", "schema_node", "sorted_members"]

_DEEPEST = 8
_VALUES_SHOWN = 9
_REQUIRED = Mark(text="", kind="tag", word="required")
_POPULATED = {
    "given": "there if the request gave it",
    "start": "there once the call began",
    "end": "there once the call ended",
    "analysis": "there once the call was analyzed",
}
_PRIVACY = {"secret": "secret: never shown", "personal": "personal"}


def place_of_schema(schema: Schema) -> Place:
    """What a schema says of a whole value."""
    return place_of(schema.bundle["$defs"], schema.bundle)


def schema_node(place: Place, name: str, *, sources: bool = True, deepest: int = _DEEPEST) -> Node:
    """The tree of a schema. What stands in several places is told once.

    Args:
        sources: Whether each field says where it is read from, a level below it.
        deepest: How many levels of fields are told.
    """
    return _Telling(sources=sources, deepest=deepest).node(place, name, required=False, depth=0)


class _Telling:
    def __init__(self, *, sources: bool, deepest: int) -> None:
        self._sources, self._deepest = sources, deepest
        self._told: set[str] = set()

    def node(self, place: Place, name: str, *, required: bool, depth: int) -> Node:
        """A field, with those below it."""
        children = list(self._children(place, depth)) if depth < self._deepest else []
        if self._sources and place.sources and depth:
            children.append(Node(key="", kind="source", text=f"from {', '.join(place.sources)}"))
        more = "; ".join(remarks(place))
        return Node(
            key=name,
            kind="type",
            text=field_text(place),
            children=tuple(children),
            note=" ".join(filter(None, [place.meaning, more and f"({more})"])),
            marks=(_REQUIRED,) if required else (),
        )

    def _children(self, place: Place, depth: int) -> Iterator[Node]:
        inner = place.item() or place
        known = inner.name if inner.member_schemas else ""
        if known in self._told:
            yield Node(key="", kind="source", text=f'as above; contract.schema("{known}") shows it')
        elif inner is not place:
            yield from self._children(inner, depth)
        else:
            self._told.update({known} if known else ())
            yield from self._members(place, depth)

    def _members(self, place: Place, depth: int) -> Iterator[Node]:
        common, branches = _shared(place)
        chosen = {choice.field for choice in place.choices}
        whole = place.taking(place.choices[0]) if place.choices else place
        for name, each, required in sorted_members(whole, common):
            told = (place.member(name) if name in chosen else None) or each
            yield self.node(told, name, required=required, depth=depth + 1)
        for choice, branch in branches:
            names = [name for name in branch.member_schemas if name not in {*common, choice.field}]
            members = [
                self.node(each, name, required=required, depth=depth + 1)
                for name, each, required in sorted_members(branch, names)
            ]
            values = " or ".join(json.dumps(value) for value in choice.values)
            label = f"only where {choice.field} is {values}"
            yield Node(key=label, kind="type", text="", note=branch.meaning, children=tuple(members))


def sorted_members(place: Place, names: Sequence[str] | None = None) -> list[tuple[str, Place, bool]]:
    """The members of an object, the required ones first: name, what is said of it, whether it is required."""
    found = []
    for name in place.member_schemas if names is None else names:
        each = place.member(name)
        if each is not None:
            found.append((name, each, name in place.required))
    return sorted(found, key=lambda member: not member[2])


def _shared(place: Place) -> tuple[list[str], list[tuple[Choice, Place]]]:
    """The members that are alike in all branches, and the branches."""
    branches = [(choice, place.branch(choice)) for choice in place.choices]
    chosen = list(dict.fromkeys(choice.field for choice in place.choices))
    names = [name for name in place.member_schemas if name not in chosen]
    if branches:
        first, *others = (branch for _, branch in branches)
        names += [
            name
            for name in first.member_schemas
            if name not in {*names, *chosen} and all(_alike(first, other, name) for other in others)
        ]
    return [*chosen, *names], branches


def _alike(one: Place, other: Place, name: str) -> bool:
    same = one.member_schemas[name] == other.member_schemas.get(name)
    return same and (name in one.required) == (name in other.required)


def field_text(place: Place) -> str:
    """The type of a field in words, or its values."""
    if place.values is not None:
        shown = ", ".join(json.dumps(value, ensure_ascii=False) for value in place.values[:_VALUES_SHOWN])
        left = len(place.values) - _VALUES_SHOWN
        more = f" and {left} more" if left > 0 else ""
        return f"{place.kind} {shown}{more}"
    item = place.item()
    return f"{place.kind} of {item.kind}" if item is not None and place.types == ("array",) else place.kind


def remarks(place: Place) -> Iterator[str]:
    """What else there is to say of a field, in a few words each."""
    populated, unit, needs = place.note("x-populated"), place.note("x-unit"), place.note("x-needs")
    if populated not in {"", "always"}:
        when, *more = populated.split("; ")
        yield ", ".join([_POPULATED.get(when, f"there once {when}"), *more])
    if unit:
        yield UNITS.get(unit, unit)
    yield from limits_text(place)
    if place.growing:
        yield "the list grows"
    privacy = place.note("x-privacy")
    if privacy:
        yield _PRIVACY.get(privacy, privacy)
    if place.opaque:
        yield "your own data"
    if needs:
        yield f"needs {needs[:1].lower()}{needs[1:].rstrip('.')}"


def limits_text(place: Place) -> Iterator[str]:
    """How large a value may be, and its default."""
    said = _limits(place)
    least, most = said.get("minimum"), said.get("maximum")
    if least is not None and most is not None:
        yield f"{least} to {most}"
    elif least is not None or most is not None:
        yield f"at least {least}" if most is None else f"at most {most}"
    if said.get("minLength"):
        yield "not empty" if said["minLength"] == 1 else f"at least {said['minLength']} characters"
    if "maxLength" in said:
        yield f"at most {said['maxLength']} characters"
    if "pattern" in said:
        yield f"as `{said['pattern']}`"
    if said.get("default") is not None:
        yield f"{json.dumps(said['default'])} by default"


def _limits(place: Place) -> Mapping[str, JSON]:
    found: dict[str, JSON] = {}
    for part in place.parts:
        sent = part.get("x-send")
        for each in (part, sent if isinstance(sent, Mapping) else {}):
            for name in ("minimum", "maximum", "minLength", "maxLength", "pattern", "default"):
                if name in each:
                    found.setdefault(name, each[name])
    return found
