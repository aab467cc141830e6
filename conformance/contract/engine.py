"""One compiled schema and what is wrong with a value by it.

The engine (jsonschema-rs, or jsonschema where that is missing) only says which keyword failed where;
everything else is read from the schema and the value, so that both engines tell the same.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from conformance.model import JSON

Path: TypeAlias = tuple[str | int, ...]
Places: TypeAlias = Callable[[JSON], Iterable[tuple[Path, Path]]]
"""For a value: where in the value a keyword failed, and the place of that keyword in the bundle."""

_DEEPEST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaError:
    """One way in which a value is not what its schema says.

    Attributes:
        pointer: JSON pointer to the wrong place; for a missing or surplus field, to the field itself.
        keyword: The JSON Schema keyword that failed; `number`, `text` for what JSON, Unicode cannot hold.
        expected: A few words: "string", "one of web_call, phone_call", "present".
        value: The offending value; None for a missing field.
        schema_pointer: JSON pointer to the keyword in the bundle of the schema.
        growing: True if the field is an enum whose list grows.
        known: Values that other editions have in that enum.
        field: The name of the missing or surplus field, else "".
    """

    pointer: str
    keyword: str
    expected: str
    value: JSON = None
    schema_pointer: str = ""
    growing: bool = False
    known: tuple[JSON, ...] = ()
    field: str = ""


class Validator:
    """A compiled bundle. No JSON value makes it raise, nor any other that Python's parser can return."""

    def __init__(self, bundle: JSON, places: Places, opaque: frozenset[str] = frozenset()) -> None:
        self._bundle, self._places, self._opaque = bundle, places, opaque

    def errors(self, value: JSON, *, plain: bool = False) -> tuple[SchemaError, ...]:
        """Every error of the value, in the order of the schema."""
        unfit: list[SchemaError] = []
        if not plain and not _is_plain(value):
            value = _cleaned(value, (), self._opaque, unfit)
        # An engine names the same place once for each missing field.
        found = dict.fromkeys(self._places(value))
        told = (error for at, place in found for error in _told(self._bundle, value, at, place))
        return (*unfit, *told)


def rust_places(bundle: JSON) -> Places:
    """Compile with jsonschema-rs. Raises ImportError if it is not installed."""
    import jsonschema_rs  # noqa: PLC0415 - costly, and not needed to read a contract

    compiled = jsonschema_rs.Draft202012Validator(bundle)

    def places(value: JSON) -> Iterable[tuple[Path, Path]]:
        found = [(tuple(each.instance_path), tuple(each.schema_path)) for each in compiled.iter_errors(value)]
        # jsonschema-rs loses empty names from a path and makes numbers of names that look like one.
        return python_places(bundle)(value) if found and _has_ambiguous_name(value) else found

    return places


def python_places(bundle: JSON) -> Places:
    """Compile with jsonschema: slower, for places where jsonschema-rs has no build."""
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - costly, and rarely needed

    compiled = Draft202012Validator(bundle)

    def places(value: JSON) -> Iterator[tuple[Path, Path]]:
        for error in compiled.iter_errors(value):
            yield tuple(error.absolute_path), _canonical(bundle, error.absolute_schema_path)

    return places


def fastest_places(bundle: JSON) -> Places:
    """Compile with the fastest engine that is installed."""
    try:
        return rust_places(bundle)
    except ImportError:
        return python_places(bundle)


def pointer(path: Iterable[str | int]) -> str:
    """The JSON pointer (RFC 6901) to a path."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in path)


def _told(bundle: JSON, whole: JSON, at: Path, place: Path) -> Iterator[SchemaError]:
    """What failed at one place, told in words: one error for each missing or surplus field."""
    schema, keyword = _at(bundle, place[:-1]), str(place[-1])
    value, limit = _at(whole, at), schema[keyword]
    schema_pointer = pointer(place)
    if keyword == "required":
        for name in limit:
            if name not in value:
                yield SchemaError(
                    pointer=pointer((*at, name)),
                    keyword=keyword,
                    expected="present",
                    schema_pointer=schema_pointer,
                    field=name,
                )
    elif keyword == "additionalProperties":
        for name in value:
            if name not in schema.get("properties", {}):
                yield SchemaError(
                    pointer=pointer((*at, name)),
                    keyword=keyword,
                    expected="absent",
                    value=value[name],
                    schema_pointer=schema_pointer,
                    field=name,
                )
    else:
        yield SchemaError(
            pointer=pointer(at),
            keyword=keyword,
            expected=_words(keyword, limit),
            value=value,
            schema_pointer=schema_pointer,
            growing=bool(schema.get("x-growing")),
            known=tuple(schema.get("x-known", ())),
        )


_PHRASES: Mapping[str, str] = {
    "const": "{}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minItems": "at least {} items",
    "maxItems": "at most {} items",
    "minimum": "at least {}",
    "maximum": "at most {}",
    "exclusiveMinimum": "more than {}",
    "exclusiveMaximum": "less than {}",
    "pattern": "text that matches {}",
}


def _words(keyword: str, limit: JSON) -> str:
    if keyword == "type":
        return limit if isinstance(limit, str) else " or ".join(limit)
    if keyword == "enum":
        return f"one of {', '.join('null' if each is None else str(each) for each in limit)}"
    return _PHRASES.get(keyword, f"{keyword} {{}}").format(limit)


def _at(node: JSON, path: Iterable[str | int]) -> JSON:
    for step in path:
        node = node[step]
    return node


def _canonical(bundle: JSON, evaluated: Iterable[str | int]) -> Path:
    """The place that a path of jsonschema leads to; such a path leaves out the references it followed."""
    node, place = bundle, list[str | int]()
    for step in evaluated:
        while isinstance(node, Mapping) and step not in node and "$ref" in node:
            place = list(node["$ref"].removeprefix("#/").split("/"))
            node = _at(bundle, place)
        place.append(step)
        node = node[step]
    return tuple(place)


def _is_plain(value: JSON) -> bool:
    """Whether JSON and UTF-8 can hold the value, and no engine trips over its depth."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
        text.encode()
    except (ValueError, TypeError, RecursionError):
        return False
    return max(text.count("["), text.count("{")) <= _DEEPEST or not _is_deep(value)


def _is_deep(value: JSON) -> bool:
    """Whether something lies deeper than `_DEEPEST`, found level by level."""
    level = [value]
    for _ in range(_DEEPEST):
        level = [
            inner
            for each in level
            if isinstance(each, dict | list)
            for inner in (each.values() if isinstance(each, dict) else each)
        ]
        if not level:
            return False
    return True


def _cleaned(value: JSON, at: Path, opaque: frozenset[str], unfit: list[SchemaError]) -> JSON:
    """A copy in which everything is JSON. What had to be replaced is told in `unfit`, and fits its type."""
    if len(at) > _DEEPEST:
        return None
    if isinstance(value, Mapping):
        return {
            _plain_text(str(name)): _cleaned(each, (*at, _plain_text(str(name))), opaque, unfit)
            for name, each in value.items()
        }
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [_cleaned(each, (*at, index), opaque, unfit) for index, each in enumerate(value)]
    if isinstance(value, float) and not math.isfinite(value):
        unfit.append(SchemaError(pointer=pointer(at), keyword="number", expected="finite number", value=value))
        return 0.0
    if isinstance(value, str) and _plain_text(value) != value:
        if opaque.isdisjoint(at):
            unfit.append(SchemaError(pointer=pointer(at), keyword="text", expected="Unicode text", value=value))
        return _plain_text(value)
    return value


def _has_ambiguous_name(value: JSON) -> bool:
    """Whether a name somewhere in the value is empty or reads as an index."""
    if isinstance(value, dict):
        names = any(not name.lstrip("+").strip("0123456789") for name in value)
        return names or any(_has_ambiguous_name(each) for each in value.values())
    return isinstance(value, list) and any(_has_ambiguous_name(each) for each in value)


def _plain_text(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
