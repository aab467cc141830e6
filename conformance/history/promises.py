"""What the contract says of each place in an answer, as a tree: which fields, of which types, required or not."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from conformance.model import JSON

if TYPE_CHECKING:
    from conformance.contract.schemas import SchemaSet

OTHER = "other"
"""The label of what no branch of the contract knows."""
_DEEPEST = 24
_KEPT_NOTES = ("x-growing", "x-known", "x-unit", "x-populated", "x-opaque", "x-privacy", "x-lenient")


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What the contract says of one place.

    Attributes:
        known: False where it says nothing at all.
        types: The JSON types that it allows, or None for any.
        lenient: Further types that some source allows.
        required: Whether its parent always has it.
        values: The values that it lists, or None.
        elsewhere: The values that only other editions list.
        growing: Whether that list grows.
        unit: The unit of a number, as in `ms-epoch`.
        populated: When it is filled in.
        closed: Whether nothing inside may be looked at: user data, and maps with any keys.
        private: Whether it, or what it stands in, holds a secret or personal data.
        members: The fields of an object by name.
        items: The items of an array.
        chooser: The field that chooses among the branches.
        branches: By the value of the chooser: the name of the branch, and what it promises.
    """

    known: bool = True
    types: frozenset[str] | None = None
    lenient: frozenset[str] = frozenset()
    required: bool = False
    values: tuple[JSON, ...] | None = None
    elsewhere: tuple[JSON, ...] = ()
    growing: bool = False
    unit: str = ""
    populated: str = ""
    closed: bool = False
    private: bool = False
    members: Mapping[str, Promise] = field(default_factory=dict)
    items: Promise | None = None
    chooser: str = ""
    branches: Mapping[JSON, tuple[str, Promise]] = field(default_factory=dict)

    def branch(self, value: JSON) -> tuple[str, Promise]:
        """The branch that a value chooses: its name ("" where there is no choice) and what it promises."""
        if not self.chooser:
            return "", self
        chosen = value.get(self.chooser) if isinstance(value, dict) else None
        return self.branches.get(chosen, (OTHER, self)) if isinstance(chosen, str) else (OTHER, self)

    def at(self, path: str) -> Promise:
        """What is promised at a path of a fingerprint: `/transcript_object/*/words`, `/entries/*<dtmf>/digit`."""
        found = self
        for step in path.split("/")[1:]:
            found = found.step(step)
        return found

    def step(self, step: str) -> Promise:
        """What is promised one step further down."""
        if not step.startswith("*"):
            return self.members.get(step, UNKNOWN)
        items = self.items or UNKNOWN
        name = step[2:-1]
        return next((inner for label, inner in items.branches.values() if label == name), items)


UNKNOWN = Promise(known=False, closed=True)
"""Of a place that the contract does not know. Its inside could be a map with any keys, so it stays closed."""


@functools.lru_cache(maxsize=64)
def promises(schemas: SchemaSet, name: str) -> Promise:
    """What a definition promises, all the way down.

    Raises:
        UnknownName: If no definition has that name in this edition.
    """
    return _compiled(schemas, schemas.definition(name), private=False, depth=0)


@dataclass(slots=True)
class _Flat:
    """A schema with its references and its `allOf` joined."""

    types: frozenset[str] | None = None
    values: tuple[JSON, ...] | None = None
    members: dict[str, list[JSON]] = field(default_factory=dict)
    required: set[str] = field(default_factory=set)
    items: JSON = None
    notes: dict[str, JSON] = field(default_factory=dict)
    choices: list[tuple[str, list[JSON], JSON]] = field(default_factory=list)


def _compiled(schemas: SchemaSet, *parts: JSON, private: bool, depth: int) -> Promise:
    flat = _Flat()
    for part in parts:
        _join(schemas, part, flat)
    notes = flat.notes
    private = private or bool(notes.get("x-privacy"))
    values = flat.values
    plain = Promise(
        types=flat.types if values is None else frozenset(map(type_of, values)),
        lenient=frozenset(notes.get("x-lenient", ())),
        values=values,
        elsewhere=tuple(notes.get("x-known", ())),
        growing=bool(notes.get("x-growing")),
        unit=notes.get("x-unit", ""),
        populated=notes.get("x-populated", ""),
        closed=bool(notes.get("x-opaque"))
        or depth >= _DEEPEST
        or (not flat.members and "object" in (flat.types or ())),
        private=private,
    )
    if plain.closed:
        return plain
    inner = depth + 1
    members = {
        name: replace(_compiled(schemas, *each, private=private, depth=inner), required=name in flat.required)
        for name, each in flat.members.items()
    }
    items = None if flat.items is None else _compiled(schemas, flat.items, private=private, depth=inner)
    promise = replace(plain, members=members, items=items)
    if not flat.choices:
        return promise
    unchosen = [_without_choices(schemas, part) for part in parts]
    branches = {
        value: (label, _compiled(schemas, *unchosen, then, private=private, depth=inner))
        for label, values_, then in _labelled(flat)
        for value in values_
    }
    return replace(promise, chooser=flat.choices[0][0], branches=branches)


def _labelled(flat: _Flat) -> Iterator[tuple[str, list[JSON], JSON]]:
    for _, values, then in flat.choices:
        label = then["$ref"].rsplit("/", 1)[-1] if "$ref" in then else str(values[0])
        yield label, values, then


def _join(schemas: SchemaSet, schema: JSON, flat: _Flat) -> None:
    """Take a schema over into `flat`; what comes later is closer, and wins."""
    if "$ref" in schema:
        _join(schemas, schemas.resolved({"$ref": schema["$ref"]}), flat)
    for part in schema.get("allOf", ()):
        if "if" in part:
            chooser, choice = next(iter(part["if"]["properties"].items()))
            flat.choices.append((chooser, list(choice.get("enum", (choice.get("const"),))), part["then"]))
        else:
            _join(schemas, part, flat)
    if "type" in schema:
        told = schema["type"]
        flat.types = frozenset([told] if isinstance(told, str) else told)
    if "enum" in schema or "const" in schema:
        flat.values = tuple(schema.get("enum", (schema.get("const"),)))
    for name, each in schema.get("properties", {}).items():
        flat.members.setdefault(name, []).append(each)
    flat.required.update(schema.get("required", ()))
    flat.items = schema.get("items", flat.items)
    flat.notes.update({note: schema[note] for note in _KEPT_NOTES if note in schema})


def _without_choices(schemas: SchemaSet, schema: JSON) -> JSON:
    """The same schema without its conditions, so that a branch is compiled once."""
    found = {**schemas.resolved({"$ref": schema["$ref"]}), **schema} if "$ref" in schema else dict(schema)
    found.pop("$ref", None)
    found["allOf"] = [part for part in found.get("allOf", ()) if "if" not in part]
    return found


def type_of(value: JSON) -> str:
    """The JSON type of a value; a number with a fraction is a `number`, one without an `integer`."""
    return _TYPES.get(type(value), "object")


_TYPES = {
    type(None): "null",
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    list: "array",
    dict: "object",
}
