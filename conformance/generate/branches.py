"""A schema read for its mutations: the shapes that a place may have, and the least value of each."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from conformance.generate.compiler import Compiler, Judge, judge
from conformance.generate.flat import Flat, Schema, both, branch, flatten
from conformance.generate.keywords import check_keywords
from conformance.generate.nodes import ENDLESS, BoxNode
from conformance.generate.source import NothingFits, Source, ZeroDrawer
from conformance.generate.text import TextPolicy
from conformance.model import JSON

_MOST = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """One shape that a place may have: all choices decided.

    Attributes:
        schema: A schema that allows this shape only.
        flat: What it says, as documented: not narrowed by `x-send`.
    """

    schema: Schema
    flat: Flat


class Reader:
    """Reads one self-contained schema. Raises ContractError for keywords that are not supported."""

    def __init__(self, root: Mapping[str, JSON]) -> None:
        check_keywords(root)
        self._root = root
        self._compiler = Compiler(root, TextPolicy(), extra_keys=False)
        self._branches: dict[str, tuple[Branch, ...]] = {}
        self._judges: dict[str, Judge] = {}

    def branches(self, schema: Schema) -> tuple[Branch, ...]:
        """The shapes that a place may have, in the order of the schema."""
        mark = json.dumps(schema, sort_keys=True)
        if mark not in self._branches:
            flat = flatten(schema, self._root, send=False)
            found = [each for each in self._decided(schema, flat) if self._compiler.of(each.schema)]
            self._branches[mark] = tuple(found[:_MOST])
        return self._branches[mark]

    def matching(self, branches: Iterable[Branch], value: JSON) -> Branch | None:
        """The first shape that a value has."""
        found = list(branches)
        if len(found) == 1:
            return found[0]
        return next((each for each in found if self._judge(each.schema)(value)), None)

    def simplest(self, schema: Schema) -> JSON:
        """The least value of a schema, rather not null; None if there is none."""
        for narrowed in (both(schema, {"not": {"type": "null"}}), schema):
            node = self._compiler.of(narrowed)
            self._compiler.settle()
            if node is not None and node.height < ENDLESS:
                try:
                    return BoxNode(inner=node).build(b"", 0, Source(ZeroDrawer()))
                except NothingFits:
                    continue
        return None

    def item_types(self, branches: Iterable[Branch]) -> frozenset[str]:
        """The types that the items of an array may have, in any shape."""
        return frozenset(
            name
            for each in branches
            if "array" in each.flat.types and each.flat.items is not True
            for item in self.branches(each.flat.items)
            for name in item.flat.types
        )

    def _judge(self, schema: Schema) -> Judge:
        mark = json.dumps(schema, sort_keys=True)
        if mark not in self._judges:
            self._judges[mark] = judge(schema, self._root)
        return self._judges[mark]

    def _decided(self, schema: Schema, flat: Flat) -> Iterator[Branch]:
        if not flat.choices:
            yield Branch(schema=schema, flat=flat)
            return
        for each in flat.choices[0].branches:
            narrowed = branch(flat, each, self._root, send=False)
            if narrowed.types:
                yield from self._decided(both(schema, each), narrowed)
