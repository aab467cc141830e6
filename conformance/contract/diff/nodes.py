"""A schema at one place, read as what it accepts: references followed, `allOf` joined, choices listed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from conformance.contract.schemas import SchemaSet
from conformance.model import JSON

__all__ = ["LOWER", "UPPER", "Node", "Part", "Variants", "node_of"]

LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
_FORMS = ("pattern", "format", "multipleOf", "uniqueItems")
_READ = frozenset(
    {"$ref", "allOf", "if", "then", "type", "enum", "const", "properties", "required", "additionalProperties", "items"}
    | {"default", "title", "description", "$defs", *LOWER, *UPPER, *_FORMS}
)
_JSON_TYPES = ((bool, "boolean"), (int, "integer"), (float, "number"), (str, "string"), (list, "array"))


class Part(NamedTuple):
    """One of the schemas that hold at a place, and where it is declared: `call-core/call_status`."""

    schema: Mapping[str, JSON]
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Variants:
    """An object whose form is chosen by the value of one of its properties."""

    name: str
    forms: Mapping[JSON, Node]


class Node:
    """Everything that holds at one place of a body.

    Args:
        schemas: The edition, in which references are looked up.
        parts: The schemas as they are declared, the nearest first. None at all allows everything.
        above: The sources of what it is in, where it names none itself.
    """

    def __init__(self, schemas: SchemaSet, parts: Iterable[Part] = (), above: tuple[str, ...] = ()) -> None:
        self._schemas, self._above = schemas, above
        self.declared = tuple(parts)
        self._choices: list[Part] = []
        self.parts = tuple(self._expanded(self.declared))

    def _expanded(self, parts: Iterable[Part]) -> Iterator[Part]:
        for part in parts:
            yield part
            if "if" in part.schema:
                self._choices.append(part)
            for each in part.schema.get("allOf", ()):
                yield from self._expanded([Part(each, part.origin)])
            if "$ref" in part.schema:
                name = part.schema["$ref"].rsplit("/", 1)[-1]
                yield from self._expanded([Part(self._schemas.definition(name), name)])

    def origins(self, *keywords: str) -> tuple[str, ...]:
        """Where what is said by some keywords is declared; without keywords, where the place itself is."""
        if not keywords:
            return tuple(dict.fromkeys(part.origin for part in self.declared))
        return tuple(dict.fromkeys(part.origin for part in self.parts if any(each in part.schema for each in keywords)))

    @property
    def key(self) -> tuple[str, ...]:
        """The same for two nodes that are made of the same schemas."""
        return tuple(part.origin for part in self.parts)

    @cached_property
    def types(self) -> frozenset[str] | None:
        """The JSON types that are allowed, an enum's included; None if all are."""
        found = [_types(part.schema["type"]) for part in self.parts if "type" in part.schema]
        if self.values is not None:
            found.append(frozenset(type_of(value) for value in self.values))
        if not found:
            return None
        joined = found[0]
        for each in found[1:]:
            joined = _both(joined, each)
        return joined

    @cached_property
    def values(self) -> tuple[JSON, ...] | None:
        """The values that are allowed, in the order of the schema; None if they are not listed."""
        lists = [_listed(part.schema) for part in self.parts if "enum" in part.schema or "const" in part.schema]
        if not lists:
            return None
        return tuple(value for value in lists[0] if all(value in each for each in lists[1:]))

    @property
    def growing(self) -> bool:
        """Whether the list of values grows."""
        return any(part.schema.get("x-growing") for part in self.parts)

    @cached_property
    def limits(self) -> Mapping[str, JSON]:
        """Bounds and forms by keyword, the tightest of each."""
        found: dict[str, JSON] = {}
        for part in self.parts:
            for keyword in (*LOWER, *UPPER, *_FORMS):
                if keyword in part.schema:
                    value = part.schema[keyword]
                    tighter = max if keyword in LOWER else min
                    known = keyword in found and keyword not in _FORMS
                    found[keyword] = tighter(found[keyword], value) if known else found.get(keyword, value)
        return found

    @cached_property
    def default(self) -> tuple[JSON, ...]:
        """The default, alone in a tuple; empty if there is none."""
        return next(((part.schema["default"],) for part in self.parts if "default" in part.schema), ())

    @cached_property
    def unread(self) -> Mapping[str, JSON]:
        """Keywords that nothing here understands."""
        return {
            name: value
            for part in self.parts
            for name, value in part.schema.items()
            if name not in _READ and not name.startswith("x-")
        }

    @cached_property
    def required(self) -> frozenset[str]:
        """The names that an object must have."""
        return frozenset(name for part in self.parts for name in part.schema.get("required", ()))

    @cached_property
    def members(self) -> Mapping[str, Node]:
        """The properties by name, in the order of the schema; those that are only required allow everything."""
        found: dict[str, list[Part]] = {}
        for part in self.parts:
            for name, schema in part.schema.get("properties", {}).items():
                found.setdefault(name, []).append(Part(_schema(schema), f"{part.origin}/{name}"))
        for name in sorted(self.required):
            found.setdefault(name, [])
        return {name: Node(self._schemas, parts, self.sources) for name, parts in found.items()}

    @cached_property
    def others(self) -> Node | None:
        """What further properties must be; None if there may be none."""
        parts = [
            Part(_schema(part.schema["additionalProperties"]), f"{part.origin}/*")
            for part in self.parts
            if "additionalProperties" in part.schema
        ]
        if any(part.schema.get("additionalProperties") is False for part in self.parts):
            return None
        return Node(self._schemas, parts, self.sources)

    @cached_property
    def items(self) -> Node:
        """What the items of an array must be."""
        parts = [
            Part(_schema(part.schema["items"]), f"{part.origin}/*") for part in self.parts if "items" in part.schema
        ]
        return Node(self._schemas, parts, self.sources)

    @cached_property
    def sources(self) -> tuple[str, ...]:
        """Where the nearest schema says that it comes from."""
        named = (tuple(part.schema["x-source"]) for part in self.parts if part.schema.get("x-source"))
        return next(named, self._above)

    @cached_property
    def variants(self) -> Variants | None:
        """The forms of the object by the value that chooses among them; None if nothing does."""
        choices = [(_condition(part.schema), part) for part in self._choices]
        names = {name for (name, _), _ in choices}
        if len(names) != 1 or names == {""}:
            return None
        name = names.pop()
        base = [part for part in self.parts if "if" not in part.schema]
        chooser = self.members.get(name)
        listed = (chooser.values if chooser else None) or tuple(value for (_, each), _ in choices for value in each)
        forms = {}
        for value in listed:
            chosen = [Part(part.schema["then"], part.origin) for (_, fits), part in choices if value in fits]
            forms[value] = Node(self._schemas, [*(Part(_flat(part.schema), part.origin) for part in base), *chosen])
        return Variants(name=name, forms=forms)

    def at(self, path: str) -> Node | None:
        """What a pointer of property names leads to; None if it leads to nothing."""
        node: Node | None = self
        for name in path.split("/")[1:]:
            node = node.members.get(name) if node else None
        return node

    def fragment(self, depth: int = 1) -> dict[str, JSON]:
        """A short schema of what is allowed: constraints, and properties to a depth."""
        found: dict[str, JSON] = {}
        if self.values is not None:
            found["enum"] = list(self.values)
        elif self.types is not None:
            names = sorted(self.types)
            found["type"] = names[0] if len(names) == 1 else names
        found |= self.limits
        if self.default:
            found["default"] = self.default[0]
        if self.required:
            found["required"] = sorted(self.required)
        if depth and self.members:
            found["properties"] = {name: node.fragment(depth - 1) for name, node in self.members.items()}
        if depth and self.items.parts:
            found["items"] = self.items.fragment(depth - 1)
        return found


def node_of(schemas: SchemaSet, name: str) -> Node:
    """The node of a definition."""
    return Node(schemas, [Part(schemas.definition(name), name)])


def type_of(value: JSON) -> str:
    """The JSON type of a value."""
    if value is None:
        return "null"
    return next((name for kind, name in _JSON_TYPES if isinstance(value, kind)), "object")


def _schema(schema: JSON) -> Mapping[str, JSON]:
    return schema if isinstance(schema, Mapping) else {}


def _flat(schema: Mapping[str, JSON]) -> dict[str, JSON]:
    """A part as it is, without what was already made parts of their own."""
    return {key: value for key, value in schema.items() if key not in {"allOf", "$ref"}}


def _types(names: str | Sequence[str]) -> frozenset[str]:
    return frozenset([names] if isinstance(names, str) else names)


def _both(one: frozenset[str], other: frozenset[str]) -> frozenset[str]:
    """The types that both allow; an integer is a number."""
    both = one & other
    if "integer" in one | other and "number" in one | other and "integer" in one ^ other:
        both |= {"integer"}
    return both


def _listed(schema: Mapping[str, JSON]) -> tuple[JSON, ...]:
    return (schema["const"],) if "const" in schema else tuple(schema["enum"])


def _condition(schema: Mapping[str, JSON]) -> tuple[str, tuple[JSON, ...]]:
    """The name and the values of a condition on one property; "" if it is any other condition."""
    properties = schema["if"].get("properties", {})
    if len(properties) != 1 or "then" not in schema or "else" in schema:
        return "", ()
    name, wanted = next(iter(properties.items()))
    if not {"const", "enum"} & wanted.keys():
        return "", ()
    return name, _listed(wanted)
