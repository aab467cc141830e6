"""What the contract says of a place in a value: its type, what it means, its unit, when it is there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from conformance.model import JSON

__all__ = ["Choice", "Place", "place_of"]

_DEEPEST_REFERENCES = 40


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A branch of a schema: what holds where a field has one of some values.

    Attributes:
        field: The field that chooses, as in `call_type`.
        values: What it has there.
    """

    field: str
    values: tuple[JSON, ...]
    then: Mapping[str, JSON]


@dataclass(frozen=True, kw_only=True)
class Place:
    """All that is said about one place, references followed.

    Attributes:
        parts: The schemas that hold there, the nearest first.
        choices: The branches that are not decided.
        definitions: What references lead to, by name.
    """

    parts: tuple[Mapping[str, JSON], ...]
    choices: tuple[Choice, ...]
    definitions: Mapping[str, JSON]

    @cached_property
    def name(self) -> str:
        """The name of the definition that it refers to, or ""."""
        return str(self._first("$ref", "")).rpartition("/")[2]

    @cached_property
    def meaning(self) -> str:
        """A sentence or two, or ""."""
        return str(self._first("description", ""))

    @cached_property
    def types(self) -> tuple[str, ...]:
        """The JSON types that it may have; empty if any, or if its values are listed."""
        told = self._first("type", ())
        return (told,) if isinstance(told, str) else tuple(told)

    @cached_property
    def values(self) -> tuple[JSON, ...] | None:
        """The values that are allowed, or None if they are not listed."""
        lists = [tuple(part.get("enum", (part.get("const"),))) for part in self.parts if {"enum", "const"} & set(part)]
        return min(lists, key=len, default=None)

    @cached_property
    def kind(self) -> str:
        """The types in words; of listed values that they are."""
        if self.values is not None:
            return "one of" if len(self.values) > 1 else "always"
        return " or ".join(self.types) or "any value"

    @cached_property
    def sources(self) -> tuple[str, ...]:
        """Where it is read from."""
        return tuple(dict.fromkeys(tag for part in self.parts for tag in part.get("x-source", ())))

    @cached_property
    def required(self) -> frozenset[str]:
        """The members that are always there."""
        return frozenset(name for part in self.parts for name in part.get("required", ()))

    @cached_property
    def member_schemas(self) -> Mapping[str, Sequence[Mapping[str, JSON]]]:
        """Members by name, in the order of the schema."""
        found: dict[str, list[Mapping[str, JSON]]] = {}
        for part in self.parts:
            for name, schema in part.get("properties", {}).items():
                found.setdefault(name, []).append(schema)
        return found

    def note(self, name: str) -> str:
        """An annotation, such as `x-unit`; "" if there is none."""
        told = self._first(name, "")
        return told if isinstance(told, str) else ""

    @cached_property
    def opaque(self) -> bool:
        """Whether the user's own data lives here."""
        return bool(self._first("x-opaque", default=False))

    @cached_property
    def growing(self) -> bool:
        """Whether the list of its values grows."""
        return bool(self._first("x-growing", default=False))

    def _first(self, name: str, default: JSON) -> JSON:
        return next((part[name] for part in self.parts if name in part), default)

    def member(self, name: str) -> Place | None:
        """A member of an object, or None if nothing is said of it."""
        schemas = self.member_schemas.get(name) or [
            part["additionalProperties"]
            for part in self.parts
            if isinstance(part.get("additionalProperties"), Mapping) and part["additionalProperties"]
        ]
        return place_of(self.definitions, *schemas) if schemas else None

    def item(self) -> Place | None:
        """An item of an array, or None if nothing is said of it."""
        schemas = [part["items"] for part in self.parts if isinstance(part.get("items"), Mapping)]
        return place_of(self.definitions, *schemas) if schemas else None

    def decided(self, value: JSON) -> Place:
        """The same with the branches that a value chooses."""
        if not self.choices or not isinstance(value, Mapping):
            return self
        chosen = [each for each in self.choices if value.get(each.field) in each.values]
        return self.taking(chosen[0]) if chosen else self

    def taking(self, choice: Choice) -> Place:
        """The same in one of its branches."""
        return place_of(self.definitions, *self.parts, choice.then, choosing=False)

    def branch(self, choice: Choice) -> Place:
        """What holds in one branch alone."""
        return place_of(self.definitions, choice.then)


def place_of(definitions: Mapping[str, JSON], *schemas: Mapping[str, JSON], choosing: bool = True) -> Place:
    """The place that these schemas all describe, the nearest first.

    Args:
        definitions: What references lead to, by name.
        choosing: Whether the choices that stand directly in them are still open.
    """
    parts: list[Mapping[str, JSON]] = []
    choices: list[Choice] = []
    for schema in schemas:
        for part in _joined(definitions, schema, 0):
            if "if" in part and "then" in part:
                choices += _choice(part)
            elif not any(part is each for each in parts):
                parts.append(part)
    if not choosing:
        choices = []
    return Place(parts=tuple(parts), choices=tuple(choices), definitions=definitions)


def _joined(definitions: Mapping[str, JSON], schema: Mapping[str, JSON], depth: int) -> Iterator[Mapping[str, JSON]]:
    if depth > _DEEPEST_REFERENCES:
        return
    yield schema
    if "$ref" in schema:
        yield from _joined(definitions, definitions[schema["$ref"].rsplit("/", 1)[-1]], depth + 1)
    for each in schema.get("allOf", ()):
        yield from _joined(definitions, each, depth + 1)


def _choice(part: Mapping[str, JSON]) -> Iterator[Choice]:
    for name, told in part["if"].get("properties", {}).items():
        yield Choice(field=name, values=tuple(told.get("enum", (told.get("const"),))), then=part["then"])
