"""What a schema says about one place, all in one.

References are followed, `allOf` and `x-send` merged, branches listed.

Schemas of the places below (properties, items) are kept as they stand, or as an `allOf` of several.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from conformance.errors import ContractError
from conformance.generate.keywords import resolve
from conformance.model import JSON

Schema: TypeAlias = Mapping[str, JSON] | bool

TYPES = ("string", "integer", "number", "boolean", "object", "array", "null")
_LEAST = frozenset({"minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"})
_MOST = frozenset({"maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"})
_DEEPEST_REFERENCES = 50


@dataclass(slots=True, kw_only=True)
class Choice:
    """One of several schemas applies; `checked` if exactly one of them must (`oneOf`)."""

    branches: tuple[Schema, ...]
    checked: bool = False


@dataclass(slots=True, kw_only=True)
class Flat:
    """Everything that is said about one place.

    Attributes:
        types: The JSON types allowed; `number` comes with `integer`.
        enum: The values allowed, or None for all.
        excluded: Values that a `not` forbids.
        limits: The narrowest `minLength`, `maximum`, … by keyword.
        items: The schemas of the items after those of `prefix`.
        choices: `anyOf`, `oneOf`, `if`/`then`/`else`, not yet decided.
        refused: Schemas that the value must not match.
        notes: The `x-…` annotations; the outermost one wins.
    """

    types: frozenset[str] = frozenset(TYPES)
    enum: tuple[JSON, ...] | None = None
    excluded: tuple[JSON, ...] = ()
    properties: dict[str, Schema] = field(default_factory=dict)
    patterned: dict[str, Schema] = field(default_factory=dict)
    additional: Schema = True
    names: Schema = True
    required: tuple[str, ...] = ()
    dependent: dict[str, tuple[str, ...]] = field(default_factory=dict)
    limits: dict[str, float] = field(default_factory=dict)
    patterns: tuple[str, ...] = ()
    format: str | None = None
    multiples: tuple[float, ...] = ()
    prefix: tuple[Schema, ...] = ()
    items: Schema = True
    contains: tuple[Schema, int] | None = None
    unique: bool = False
    choices: tuple[Choice, ...] = ()
    refused: tuple[Schema, ...] = ()
    notes: dict[str, JSON] = field(default_factory=dict)

    def values(self) -> tuple[JSON, ...] | None:
        """The values that are left of an enum, or None if there is none."""
        if self.enum is None:
            return None
        return tuple(each for each in self.enum if self._fits(each))

    def _fits(self, value: JSON) -> bool:
        if json_type(value) not in self.types or any(same(value, each) for each in self.excluded):
            return False
        if isinstance(value, str):
            return all(re.search(each, value) for each in self.patterns) and self._within(len(value), "Length")
        if isinstance(value, int | float) and not isinstance(value, bool):
            low, high = number_bounds(self)
            return (low is None or value >= low) and (high is None or value <= high)
        return True

    def _within(self, size: int, what: str) -> bool:
        return self.limits.get(f"min{what}", 0) <= size <= self.limits.get(f"max{what}", size)


def flatten(schema: Schema, root: JSON, *, send: bool) -> Flat:
    """All that a schema says about the place that it stands for.

    Args:
        schema: A part of `root`, or made of its parts.
        root: The document that references point into.
        send: Whether `x-send` narrows it.
    """
    flat = Flat()
    add(flat, schema, root, send=send)
    return flat


def branch(flat: Flat, schema: Schema, root: JSON, *, send: bool) -> Flat:
    """A copy of `flat` whose first choice was decided for `schema`."""
    result = copy.copy(flat)
    result.properties, result.patterned = dict(flat.properties), dict(flat.patterned)
    result.dependent, result.limits, result.notes = dict(flat.dependent), dict(flat.limits), dict(flat.notes)
    result.choices = flat.choices[1:]
    add(result, schema, root, send=send)
    return result


def add(flat: Flat, schema: Schema, root: JSON, *, send: bool, depth: int = 0) -> None:
    """Narrow `flat` by one more schema for the same place."""
    if depth > _DEEPEST_REFERENCES:
        raise ContractError("A $ref leads back to itself. Break the circle with a property between.")
    if isinstance(schema, bool):
        if not schema:
            flat.types = frozenset()
        return
    for name, value in schema.items():
        if name.startswith("x-"):
            flat.notes.setdefault(name, value)
    inner = [resolve(root, schema["$ref"])] if "$ref" in schema else []
    inner += schema.get("allOf", [])
    if send and "x-send" in schema:
        inner.append(schema["x-send"])
    for each in inner:
        add(flat, each, root, send=send, depth=depth + 1)
    _add_values(flat, schema)
    _add_members(flat, schema)
    _add_items(flat, schema)
    _add_choices(flat, schema)
    if "not" in schema:
        _add_not(flat, schema["not"], root, send=send, depth=depth + 1)


def both(first: Schema, second: Schema) -> Schema:
    """A schema that says what two say."""
    if first is True or first == second:
        return second
    if second is True:
        return first
    if first is False or second is False:
        return False
    return {"allOf": [first, second]}


def json_type(value: JSON) -> str:
    """The narrowest JSON type of a value; whole numbers are `integer` however they are written."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "integer" if value == int(value) else "number"
    return "string" if isinstance(value, str) else "array" if isinstance(value, list) else "object"


def same(first: JSON, second: JSON) -> bool:
    """Whether two JSON values are equal; true is not 1."""
    if isinstance(first, bool) or isinstance(second, bool):
        return first is second
    if isinstance(first, list) and isinstance(second, list):
        return len(first) == len(second) and all(map(same, first, second))
    if isinstance(first, Mapping) and isinstance(second, Mapping):
        return first.keys() == second.keys() and all(same(first[key], second[key]) for key in first)
    return bool(first == second)


def number_bounds(flat: Flat) -> tuple[float | None, float | None]:
    """The lowest and the highest number, those of exclusive limits included."""
    lows = [flat.limits[name] for name in ("minimum", "exclusiveMinimum") if name in flat.limits]
    highs = [flat.limits[name] for name in ("maximum", "exclusiveMaximum") if name in flat.limits]
    return max(lows, default=None), min(highs, default=None)


def types_of(schema: Mapping[str, JSON]) -> frozenset[str]:
    """The JSON types that its own `type` allows."""
    named = schema.get("type", TYPES)
    types = frozenset((named,) if isinstance(named, str) else named)
    return types | {"integer"} if "number" in types else types


def _add_values(flat: Flat, schema: Mapping[str, JSON]) -> None:
    flat.types &= types_of(schema)
    for listed in ([schema["const"]] if "const" in schema else None, schema.get("enum")):
        if listed is not None:
            flat.enum = tuple(
                each for each in listed if flat.enum is None or any(same(each, other) for other in flat.enum)
            )
    for name in _LEAST & schema.keys():
        flat.limits[name] = max(flat.limits.get(name, schema[name]), schema[name])
    for name in _MOST & schema.keys():
        flat.limits[name] = min(flat.limits.get(name, schema[name]), schema[name])
    if "multipleOf" in schema:
        flat.multiples += (schema["multipleOf"],)
    if "pattern" in schema and schema["pattern"] not in flat.patterns:
        flat.patterns += (schema["pattern"],)
    flat.format = schema.get("format", flat.format)


def _add_members(flat: Flat, schema: Mapping[str, JSON]) -> None:
    properties, patterned = schema.get("properties", {}), schema.get("patternProperties", {})
    additional = schema.get("additionalProperties", True)
    merged = {
        name: both(value, properties[name] if name in properties else _rest(name, patterned, additional))
        for name, value in flat.properties.items()
    }
    for name, value in properties.items():
        if name not in merged:
            merged[name] = both(_rest(name, flat.patterned, flat.additional), value)
    flat.properties = merged
    for name, value in patterned.items():
        flat.patterned[name] = both(flat.patterned.get(name, True), value)
    flat.additional = both(flat.additional, additional)
    flat.names = both(flat.names, schema.get("propertyNames", True))
    flat.required = tuple(dict.fromkeys((*flat.required, *schema.get("required", ()))))
    for name, needed in schema.get("dependentRequired", {}).items():
        flat.dependent[name] = (*flat.dependent.get(name, ()), *needed)


def _rest(name: str, patterned: Mapping[str, Schema], additional: Schema) -> Schema:
    """What `additionalProperties` says about a name that `properties` does not have."""
    return True if any(re.search(each, name) for each in patterned) else additional


def _add_items(flat: Flat, schema: Mapping[str, JSON]) -> None:
    prefix, items = schema.get("prefixItems", ()), schema.get("items", True)
    longest = max(len(prefix), len(flat.prefix))
    flat.prefix = tuple(
        both(
            flat.prefix[at] if at < len(flat.prefix) else flat.items,
            prefix[at] if at < len(prefix) else items,
        )
        for at in range(longest)
    )
    flat.items = both(flat.items, items)
    flat.unique = flat.unique or bool(schema.get("uniqueItems"))
    if "contains" in schema:
        flat.contains = (schema["contains"], schema.get("minContains", 1))


def _add_choices(flat: Flat, schema: Mapping[str, JSON]) -> None:
    if "anyOf" in schema:
        flat.choices += (Choice(branches=tuple(schema["anyOf"])),)
    if "oneOf" in schema:
        flat.choices += (Choice(branches=tuple(schema["oneOf"]), checked=True),)
    if "if" in schema and ("then" in schema or "else" in schema):
        condition = schema["if"]
        chosen = both(condition, schema.get("then", True))
        otherwise = both({"not": condition}, schema.get("else", True))
        flat.choices += (Choice(branches=(chosen, otherwise)),)


def _add_not(flat: Flat, schema: Schema, root: JSON, *, send: bool, depth: int) -> None:
    """Forbid what `schema` describes: exactly where that is easy, else by trying."""
    while isinstance(schema, Mapping) and "$ref" in schema and len(schema) == 1:
        schema = resolve(root, schema["$ref"])
    plain = {key: value for key, value in schema.items() if key != "title"} if isinstance(schema, Mapping) else {}
    if isinstance(schema, bool) or not plain:
        flat.types = frozenset() if schema is not False else flat.types
    elif plain.keys() == {"const"} or plain.keys() == {"enum"}:
        flat.excluded += tuple(plain.get("enum", [plain.get("const")]))
    elif plain.keys() <= {"type", "properties", "required"} and plain.get("type", "object") == "object":
        options = tuple(_members_refused(plain))
        if len(options) == 1:
            add(flat, options[0], root, send=send, depth=depth)
        else:
            flat.choices += (Choice(branches=options),)
    elif plain.keys() == {"anyOf"}:
        for each in plain["anyOf"]:
            _add_not(flat, each, root, send=send, depth=depth)
    else:
        flat.refused += (schema,)


def _members_refused(schema: Mapping[str, JSON]) -> Iterator[Schema]:
    """Each way in which an object can break one sentence of a schema of `properties` and `required`."""
    properties, required = schema.get("properties", {}), schema.get("required", ())
    for name in required:
        if name not in properties:
            yield {"properties": {name: False}}
    for name, value in properties.items():
        denied = {"properties": {name: {"not": value}}}
        yield denied if name in required else {**denied, "required": [name]}
    if not properties and not required:
        yield False  # it only asks for an object
