"""The fields of a definition, and what may be given for one of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TYPE_CHECKING, TypeAlias

from hypothesis.strategies import SearchStrategy

from conformance.contract.engine import Validator, fastest_places
from conformance.errors import UnknownName, UsageError
from conformance.generate.nodes import GivenNode, Node
from conformance.generate.source import Source
from conformance.model import JSON

if TYPE_CHECKING:
    from conformance.contract.schemas import SchemaSet

Change: TypeAlias = Callable[[JSON], JSON]
_LONGEST = 60


class MappedNode:
    """What `inner` makes, passed through a function."""

    __slots__ = ("_change", "_inner")

    def __init__(self, inner: Node, change: Change) -> None:
        self._inner, self._change = inner, change

    @property
    def width(self) -> int:
        """That of `inner`."""
        return self._inner.width

    @property
    def height(self) -> int:
        """That of `inner`."""
        return self._inner.height

    def build(self, data: bytes, at: int, source: Source) -> JSON:
        """The changed value."""
        return self._change(self._inner.build(data, at, source))


def definitions_of(schemas: SchemaSet, name: str) -> tuple[str, ...]:
    """The definitions that one is made of: itself, and those that it takes over."""
    found: dict[str, None] = {}
    waiting = [name]
    while waiting:
        each = waiting.pop(0)
        found[each] = None
        parts = schemas.definition(each).get("allOf", ())
        waiting.extend(part["$ref"].rsplit("/", 1)[-1] for part in parts if "$ref" in part)
    return tuple(found)


def fields_of(schemas: SchemaSet, name: str) -> dict[str, list[JSON]]:
    """The schemas of each field that a definition knows."""
    found: dict[str, list[JSON]] = {}
    for each in definitions_of(schemas, name):
        for field, schema in schemas.definition(each).get("properties", {}).items():
            found.setdefault(field, []).append(schema)
    return found


def check_names(maker: str, given: Iterable[str], known: Collection[str]) -> None:
    """Whether every keyword is a field.

    Raises:
        UnknownName: One is not; the message names the closest field.
    """
    for name in given:
        if name not in known:
            raise UnknownName(
                "field", name, known, where=f"{maker}(): ", otherwise=f"Known: {', '.join(sorted(known))}."
            )


def narrowing(
    maker: str, given: Mapping[str, JSON], schemas: SchemaSet, definition: str
) -> dict[str, Node | dict[str, JSON]]:
    """What is given for fields, as overrides of a compiled schema.

    Raises:
        UsageError: The schema forbids a value. Of a strategy that is known only when it is drawn from.
    """
    known = fields_of(schemas, definition)
    found: dict[str, Node | dict[str, JSON]] = {}
    for name, value in given.items():
        checked = _Checked(f"{maker}({name}=…)", schemas, definition, known[name])
        if isinstance(value, SearchStrategy):
            found[name] = MappedNode(GivenNode(strategy=value), checked)
        else:
            found[name] = {"const": checked(value)}
    return found


class _Checked:
    """Gives a value back if its schema allows it."""

    def __init__(self, where: str, schemas: SchemaSet, definition: str, parts: list[JSON]) -> None:
        bundle = {"$defs": schemas.bundle(definition)["$defs"], "allOf": parts}
        self._where, self._validator = where, Validator(bundle, fastest_places(bundle), schemas.opaque_fields())

    def __call__(self, value: JSON) -> JSON:
        for error in self._validator.errors(value):
            place = f" at {error.pointer}" if error.pointer else ""
            shown = repr(error.value)
            shown = shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}…"
            actual = "absent" if error.keyword == "required" else shown
            raise UsageError(f"{self._where}: the schema expects {error.expected}{place}, not {actual}.")
        return value
