"""Bodies that are wrong in exactly one named way, enumerated from the schema. Nothing is drawn.

Every documented field is wrong alone, those of nested objects and of array items included: within a valid
body where that has them, else within the least body that has them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from conformance.generate.branches import Branch, Reader
from conformance.generate.encode import encode
from conformance.generate.mutation import IsValid, Mutation, Path, pointer_to, words_for
from conformance.generate.raw import raw_mutations
from conformance.generate.wrong import Place, wrong_values
from conformance.model import JSON

__all__ = ["IsValid", "Mutation", "mutations", "raw_mutations"]

_UNKNOWN = "no_such_field"
_DEEPEST = 8


def mutations(schema: Mapping[str, JSON], valid: JSON, *, is_valid: IsValid) -> Iterator[Mutation]:
    """Every single-fault variant of a valid body, each proven to be invalid.

    Args:
        schema: JSON Schema 2020-12 that needs no other document.
        valid: A body that it allows: the least one, or a rich one.
        is_valid: Judges a value by the whole schema; it is given what a receiver would parse from the bytes.

    Raises:
        ContractError: If the schema uses a keyword that is not supported.
    """
    walk = _Walk(Reader(schema), is_valid)
    seen: set[tuple[str, str, bytes]] = set()
    start = _Site(path=(), schema=schema, value=valid, put=lambda value: value)
    for mutation in walk.inside(start):
        mark = (mutation.kind, mutation.pointer, mutation.body)
        if mark not in seen and not is_valid(json.loads(mutation.body)):
            seen.add(mark)
            yield mutation


@dataclass(frozen=True, slots=True, kw_only=True)
class _Site:
    """A place in a valid body.

    Attributes:
        value: What is there.
        put: The whole body with another value there.
        above: The schemas around it, so that recursive ones end.
    """

    path: Path
    schema: JSON
    value: JSON
    put: Callable[[JSON], JSON]
    required: bool = False
    above: frozenset[str] = frozenset()


class _Walk:
    def __init__(self, reader: Reader, is_valid: IsValid) -> None:
        self.reader, self.is_valid = reader, is_valid

    def at(self, site: _Site) -> Iterator[Mutation]:
        """Everything that can be wrong at a place and inside it."""
        branches = self.reader.branches(site.schema)
        place = Place(
            flats=tuple(each.flat for each in branches),
            required=site.required,
            valid=site.value,
            items=self.reader.item_types(branches),
        )
        for wrong in wrong_values(place):
            yield self._mutation(wrong.kind, site.path, wrong.text, site.put(wrong.value), firm=wrong.firm)
        yield from self.inside(site)

    def inside(self, site: _Site) -> Iterator[Mutation]:
        """Everything that can be wrong below a place, in every shape that it may have."""
        mark = json.dumps(site.schema, sort_keys=True)
        if mark in site.above or len(site.path) > _DEEPEST:
            return
        branches = self.reader.branches(site.schema)
        here = self.reader.matching(branches, site.value)
        for each in branches:
            if each.flat.notes.get("x-opaque"):
                continue
            value = site.value if each is here else self.reader.simplest(each.schema)
            if each is here or (value is not None and site.path and self.is_valid(site.put(value))):
                inner = replace(site, value=value, above=site.above | {mark})
                yield from self._members(inner, each)
                yield from self._items(inner, each)

    def _members(self, site: _Site, found: Branch) -> Iterator[Mutation]:
        flat, value = found.flat, site.value
        if "object" not in flat.types or not isinstance(value, dict):
            return
        for name in flat.required:
            if name in value:
                body = site.put({key: each for key, each in value.items() if key != name})
                yield self._mutation("missing", (*site.path, name), "is missing", body)
        if flat.additional is False and _UNKNOWN not in flat.properties:
            body = site.put({**value, _UNKNOWN: "wrong"})
            yield self._mutation("unknown-field", (*site.path, _UNKNOWN), "is not a documented field", body)
        for name, schema in flat.properties.items():
            if schema is not False:
                yield from self._member(site, name, schema, required=name in flat.required)
        if isinstance(flat.additional, Mapping):
            others = [name for name in value if name not in flat.properties]
            yield from self._member(site, others[0] if others else "entry", flat.additional, required=False)

    def _member(self, site: _Site, name: str, schema: JSON, *, required: bool) -> Iterator[Mutation]:
        around = site.value
        member = around[name] if name in around else self.reader.simplest(schema)
        inner = _Site(
            path=(*site.path, name),
            schema=schema,
            value=member,
            put=lambda value: site.put({**around, name: value}),
            required=required,
            above=site.above,
        )
        if name in around or self.is_valid(inner.put(member)):
            yield from self.at(inner)

    def _items(self, site: _Site, found: Branch) -> Iterator[Mutation]:
        flat, value = found.flat, site.value
        if "array" not in flat.types or not isinstance(value, list):
            return
        schemas = flat.prefix or (flat.items,)
        for index, schema in enumerate(schemas):
            if isinstance(schema, bool):
                continue
            if index < len(value):
                around = list(value)
            elif index == len(value):
                around = [*value, self.reader.simplest(schema)]
            else:
                return
            inner = _Site(
                path=(*site.path, index),
                schema=schema,
                value=around[index],
                put=_putter(site, around, index),
                above=site.above,
            )
            if self.is_valid(inner.put(around[index])):
                yield from self.at(inner)

    def _mutation(self, kind: str, path: Path, text: str, body: JSON, *, firm: bool = True) -> Mutation:
        return Mutation(
            kind=kind,
            pointer=pointer_to(path),
            text=f"{words_for(path)} {text}",
            field=str(path[0]),
            firm=firm,
            value=json.loads(encode(body)),
        )


def _putter(site: _Site, around: list[JSON], index: int) -> Callable[[JSON], JSON]:
    return lambda value: site.put([*around[:index], value, *around[index + 1 :]])
