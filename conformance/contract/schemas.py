"""The schemas and operations of one edition, ready to validate with."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from conformance.contract.engine import SchemaError, Validator, fastest_places
from conformance.contract.files import data_folder, read_json
from conformance.contract.projection import applies, project
from conformance.errors import ContractError, UnknownName
from conformance.model import JSON, Effect, Operation
from conformance.showing import Shown

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Edition", "Schema", "SchemaError", "SchemaSet", "editions", "load_schemas"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One dated state of the contract.

    Attributes:
        id: What people call it: `v2-launch`.
        folder: The folder below `schemas/` that holds its files.
        order: Its place in time, 0 for the oldest.
        dates: When it was current, in words.
        sources: The tags of the sources that it is read from.
    """

    id: str
    title: str
    folder: str
    order: int
    dates: str = ""
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema(Shown):
    """One definition of an edition, with all that it needs.

    Attributes:
        edition: The id of the edition.
        bundle: A schema that needs no other: a reference to `name`, and under `$defs` all that it reaches.
    """

    name: str
    edition: str
    bundle: Mapping[str, JSON]


class SchemaSet(Shown):
    """Every definition and operation of one edition.

    Args:
        edition: Which one.
        definitions: Schemas by name, already projected; every reference is `#/$defs/<name>`.
        operations: Its operations.
    """

    def __init__(self, *, edition: Edition, definitions: Mapping[str, JSON], operations: tuple[Operation, ...]) -> None:
        self.edition = edition
        self._definitions = dict(definitions)
        self._operations = operations
        self._validators: dict[str, Validator] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all definitions, in alphabetical order."""
        return tuple(sorted(self._definitions))

    def __contains__(self, name: object) -> bool:
        return name in self.names

    def definition(self, name: str) -> dict[str, JSON]:
        """One definition; its references point into a bundle.

        Raises:
            UnknownName: If no definition has that name in this edition.
        """
        if name not in self._definitions:
            raise UnknownName(kind="schema", name=name, known=self._definitions)
        found: dict[str, JSON] = self._definitions[name]
        return found

    def resolved(self, schema: Mapping[str, JSON]) -> Mapping[str, JSON]:
        """What a schema that is nothing but a reference refers to; any other schema as it is."""
        while "$ref" in schema:
            schema = self.definition(schema["$ref"].rsplit("/", 1)[-1])
        return schema

    def bundle(self, name: str) -> dict[str, JSON]:
        """A schema that needs no other: a reference to `name`, and under `$defs` all that it reaches.

        Raises:
            UnknownName: If no definition has that name in this edition.
        """
        reached: dict[str, JSON] = {}
        waiting = [name]
        while waiting:
            each = waiting.pop()
            if each not in reached:
                reached[each] = self.definition(each)
                waiting.extend(_references(reached[each]))
        return {"$ref": f"#/$defs/{name}", "$defs": dict(sorted(reached.items()))}

    def validate(self, name: str, value: JSON, *, plain: bool = False) -> tuple[SchemaError, ...]:
        """What is wrong with a value; empty if nothing is. No value makes it raise.

        Args:
            plain: The value is known to be nothing but JSON and Unicode, and not nested deeply; not looked at again.

        Raises:
            UnknownName: If no definition has that name in this edition.
        """
        if name not in self._validators:
            bundle = self.bundle(name)
            self._validators[name] = Validator(bundle, fastest_places(bundle), self.opaque_fields())
        return self._validators[name].errors(value, plain=plain)

    def operations(self) -> tuple[Operation, ...]:
        """The operations of this edition, in the order of the file."""
        return self._operations

    def privacy_fields(self) -> Mapping[str, str]:
        """`secret` or `personal` by the name of the property. The graver one wins where a name has both."""
        return self._privacy

    def opaque_fields(self) -> frozenset[str]:
        """The names of the properties that hold the user's own data."""
        return self._opaque

    @functools.cached_property
    def _privacy(self) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for name, schema in self._properties():
            grade = schema.get("x-privacy")
            if grade and found.get(name) != "secret":
                found[name] = grade
        return MappingProxyType(found)

    @functools.cached_property
    def _opaque(self) -> frozenset[str]:
        return frozenset(name for name, schema in self._properties() if schema.get("x-opaque"))

    def _properties(self) -> Iterator[tuple[str, Mapping[str, JSON]]]:
        for definition in self._definitions.values():
            for node in _schemas(definition):
                yield from node.get("properties", {}).items()


@functools.cache
def editions() -> tuple[Edition, ...]:
    """All editions, oldest first.

    Raises:
        ContractError: If `editions.json` is missing or wrong.
    """
    rows = read_json(data_folder("schemas") / "editions.json")["editions"]
    return tuple(
        Edition(
            id=row["id"],
            title=row["title"],
            folder=row["folder"],
            order=order,
            dates=row.get("dates", ""),
            sources=tuple(row.get("sources", ())),
        )
        for order, row in enumerate(rows)
    )


@functools.cache
def load_schemas(edition: str) -> SchemaSet:
    """The schemas and operations of an edition.

    Raises:
        UnknownName: If there is no such edition.
        ContractError: If a schema file is missing or wrong.
    """
    found = next((each for each in editions() if each.id == edition), None)
    if found is None:
        raise UnknownName(kind="edition", name=edition, known=(each.id for each in editions()))
    folder = data_folder("schemas") / found.folder
    order = [each.id for each in editions()]
    return SchemaSet(
        edition=found,
        definitions=_definitions(folder, edition, order),
        operations=_operations(folder / "operations.json", edition, order),
    )


def _definitions(folder: Path, edition: str, order: list[str]) -> dict[str, JSON]:
    found: dict[str, JSON] = {}
    for path in sorted(folder.glob("*.json")):
        if path.name == "operations.json":
            continue
        for name, schema in read_json(path)["$defs"].items():
            if name in found:
                message = f"{path}: {name!r} is defined twice in {folder.name}/. Rename one of them."
                raise ContractError(message)
            if applies(schema, edition, order):
                found[name] = _localised(project(schema, edition, order))
    return found


def _localised(node: JSON) -> JSON:
    """The same schema with every reference made one into a bundle; names are unique in a folder."""
    if isinstance(node, list):
        return [_localised(each) for each in node]
    if not isinstance(node, dict):
        return node
    return {
        key: f"#/$defs/{value.rsplit('/', 1)[-1]}" if key == "$ref" and isinstance(value, str) else _localised(value)
        for key, value in node.items()
    }


def _references(node: JSON) -> Iterator[str]:
    for each in _schemas(node):
        if isinstance(each.get("$ref"), str):
            yield each["$ref"].rsplit("/", 1)[-1]


def _schemas(node: JSON) -> Iterator[Mapping[str, JSON]]:
    """Every JSON object below a node, itself included."""
    if isinstance(node, Mapping):
        yield node
        for each in node.values():
            yield from _schemas(each)
    elif isinstance(node, list):
        for each in node:
            yield from _schemas(each)


def _operations(path: Path, edition: str, order: list[str]) -> tuple[Operation, ...]:
    rows = read_json(path)["operations"]
    return tuple(_operation(project(row, edition, order)) for row in rows if applies(row, edition, order))


def _operation(row: Mapping[str, JSON]) -> Operation:
    return Operation(
        name=row["name"],
        method=row["method"],
        path=row["path"],
        effect=Effect(row["effect"]),
        success=row["success"],
        errors=tuple(row["errors"]),
        request=row["request"],
        request_in=row.get("request_in", "body"),
        response=row["response"],
        optional=row.get("optional", False),
        sources=tuple(row.get("x-source", ())),
    )
