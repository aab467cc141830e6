"""The nodes of objects and arrays."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from conformance.generate.nodes import Node, varied_bytes
from conformance.generate.source import Source
from conformance.model import JSON

# Out of 256, how likely an optional field is present; chosen for each object by its first byte. Never
# certain, so that a zero leaves a field out whatever the first byte is, and each can shrink away alone.
_DENSITIES = (40, 40, 90, 90, 128, 128, 170, 255)
_DENSITIES_OF_LARGE = (12, 25, 25, 50, 50, 90, 128, 255)
_LARGE = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries:
    """The undeclared members of an object.

    Attributes:
        names: Makes a name.
        values: Makes a value, by the pattern or rule that the name falls under.
    """

    names: Node
    values: Node
    most: int

    @property
    def width(self) -> int:
        """Bytes for all of them."""
        return 1 + self.most * (self.names.width + self.values.width)

    def build(self, data: bytes, at: int, source: Source, *, least: int) -> Iterator[tuple[str, JSON]]:
        """Up to `most` members; a name may come twice."""
        count, place = max(data[at] * (self.most + 1) >> 8, least), at + 1
        for index in range(count):
            if index < self.most:
                place = at + 1 + index * (self.names.width + self.values.width)
            name = self.names.build(data, place, source)
            yield (
                name if index < self.most else f"{name}{index}",
                self.values.build(data, place + self.names.width, source),
            )


@dataclass(slots=True, kw_only=True)
class ObjectNode:
    """Objects with declared members and perhaps others.

    Attributes:
        required: Always there.
        optional: Each there or not, as one byte of the block says.
        dependent: What must be there too, by the name of a member.
    """

    required: Mapping[str, Node]
    optional: Mapping[str, Node]
    entries: Entries | None = None
    dependent: Mapping[str, tuple[str, ...]]
    least: int = 0
    most: int | None = None
    width: int = 0

    def __post_init__(self) -> None:
        members = (*self.required.values(), *self.optional.values())
        self.width = 1 + len(self.optional) + sum(each.width for each in members)
        self.width += self.entries.width if self.entries else 0

    @property
    def height(self) -> int:
        """One more than the highest required member."""
        return 1 + max((each.height for each in self.required.values()), default=0)

    def build(self, data: bytes, at: int, source: Source) -> dict[str, JSON]:
        """The object that the bytes stand for."""
        wanted, at = self._wanted(data, at + 1, data[at]), at + 1 + len(self.optional)
        found: dict[str, JSON] = {}
        for name, node in self.required.items():
            found[name] = node.build(data, at, source)
            at += node.width
        for name, node in self.optional.items():
            if name in wanted:
                found[name] = node.build(data, at, source)
            at += node.width
        if self.entries:
            missing = self.least - len(found)
            for name, value in self.entries.build(data, at, source, least=missing):
                if self.most is None or len(found) < self.most:
                    found.setdefault(name, value)
        if len(found) < self.least:
            source.reject()
        return found

    def _wanted(self, data: bytes, at: int, density: int) -> set[str]:
        table = _DENSITIES if len(self.optional) <= _LARGE else _DENSITIES_OF_LARGE
        share = 256 - table[density >> 5]
        names = list(self.optional)
        wanted = {name for index, name in enumerate(names) if data[at + index] >= share}
        missing = self.least - len(self.required) - len(wanted)
        if missing > 0:
            wanted.update([name for name in names if name not in wanted][:missing])
        if self.most is not None:
            room = self.most - len(self.required)
            wanted = {name for name in names if name in wanted and (room := room - 1) >= 0}
        if self.dependent:
            self._complete(wanted)
        return wanted

    def _complete(self, wanted: set[str]) -> None:
        waiting = [*self.required, *wanted]
        while waiting:
            for name in self.dependent.get(waiting.pop(), ()):
                if name in self.optional and name not in wanted:
                    wanted.add(name)
                    waiting.append(name)


@dataclass(slots=True, kw_only=True)
class ArrayNode:
    """Arrays of `low` to `high` items: those of `prefix` first, then others alike.

    Attributes:
        needed: One item that `contains` asks for, put last, or None.
    """

    prefix: tuple[Node, ...]
    item: Node | None
    needed: Node | None = None
    low: int = 0
    high: int
    unique: bool = False
    width: int = 0

    def __post_init__(self) -> None:
        self.width = 1 + sum(node.width for node in self._nodes(self.high))

    @property
    def height(self) -> int:
        """One more than the highest item that must be there."""
        return 1 + max((node.height for node in self._nodes(self.low)), default=0)

    def build(self, data: bytes, at: int, source: Source) -> list[JSON]:
        """The array that the bytes stand for."""
        count, at = self.low + (data[at] * (self.high - self.low + 1) >> 8), at + 1
        found: list[JSON] = []
        seen: set[str] = set()
        for node in self._nodes(count):
            for value in self._tries(node, data, at, source):
                mark = json.dumps(value, sort_keys=True) if self.unique else ""
                if not self.unique or mark not in seen:
                    seen.add(mark)
                    found.append(value)
                    break
            at += node.width
        if len(found) < self.low:
            source.reject()
        return found

    def _nodes(self, count: int) -> tuple[Node, ...]:
        last = () if self.needed is None else (self.needed,)
        rest = max(count - len(self.prefix) - len(last), 0)
        filling = () if self.item is None else (self.item,) * rest
        return (*self.prefix[: max(count - len(last), 0)], *filling, *last)

    def _tries(self, node: Node, data: bytes, at: int, source: Source) -> Iterator[JSON]:
        yield node.build(data, at, source)
        if self.unique:
            own = data[at : at + node.width]
            for attempt in range(1, 17):
                yield node.build(varied_bytes(own, attempt), 0, source)
