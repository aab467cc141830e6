"""What a schema is compiled to: a tree of nodes, each a pure function from bytes to a value.

A leaf reads its few bytes from the block of the container that it stands in, always at the same place,
whichever of its neighbours are there; so one choice of Hypothesis holds a whole object, and leaving one field
out moves no other. Zeros always give the simplest value.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from conformance.errors import ContractError
from conformance.generate.formats import FORMAT_WIDTH, FORMATS
from conformance.generate.patterns import PATTERN_WIDTH, matching
from conformance.generate.source import Source
from conformance.generate.text import TEXT_WIDTH, TextPolicy, text
from conformance.model import JSON

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

ENDLESS = 1_000
"""The height of what never ends."""
_INLINE = 56
_TRIES = 8


class Node(Protocol):
    """Makes one value."""

    @property
    def width(self) -> int:
        """How many bytes it reads from the block of the container that it stands in."""
        ...

    @property
    def height(self) -> int:
        """How deep its simplest value is; `ENDLESS` if it has none."""
        ...

    def build(self, data: bytes, at: int, source: Source) -> JSON:
        """The value that `width` bytes at `at` stand for. What is larger opens blocks of its own."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class OneOfNode:
    """One of several values; the first is the simplest."""

    values: tuple[JSON, ...]
    width: int = 1
    height: int = 0

    def build(self, data: bytes, at: int, _source: Source) -> JSON:
        """The value that one byte stands for."""
        count = len(self.values)
        found = self.values[data[at] * count >> 8] if count > 1 else self.values[0]
        return copy.deepcopy(found) if isinstance(found, dict | list) else found


@dataclass(frozen=True, slots=True, kw_only=True)
class TextNode:
    """Any string of `low` to `high` characters."""

    low: int
    high: int | None
    policy: TextPolicy
    width: int = TEXT_WIDTH
    height: int = 0

    def build(self, data: bytes, at: int, _source: Source) -> str:
        """The string that the bytes stand for."""
        return text(data, at, self.low, self.high, self.policy)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShapedTextNode:
    """Strings of a format, or that match patterns, of `low` to `high` characters."""

    format: str | None
    patterns: tuple[str, ...]
    low: int
    high: int | None
    height: int = 0

    @property
    def width(self) -> int:
        """Bytes that one string is made from."""
        return FORMAT_WIDTH if self.format else PATTERN_WIDTH

    def build(self, data: bytes, at: int, source: Source) -> str:
        """The string that the bytes stand for."""
        own, count = data[at : at + self.width], max(len(self.patterns), 1)
        for attempt in range(_TRIES * count):
            varied = varied_bytes(own, attempt)
            if self.format:
                found = FORMATS[self.format](varied)
            else:
                found = matching(self.patterns[attempt % count], varied, attempt // count)
            if self._fits(found):
                return found
        return source.reject()

    def _fits(self, found: str) -> bool:
        long_enough = self.low <= len(found) and (self.high is None or len(found) <= self.high)
        return long_enough and all(re.search(each, found) for each in self.patterns)


@dataclass(slots=True, kw_only=True)
class PickNode:
    """What one of several nodes makes; null, where it is one of them, now and then."""

    options: tuple[Node, ...]
    width: int = 0

    def __post_init__(self) -> None:
        self.width = 1 + max(each.width for each in self.options)

    @property
    def height(self) -> int:
        """That of the lowest option."""
        return min(each.height for each in self.options)

    def lowest_first(self) -> None:
        """Put first what ends soonest, so that zeros end."""
        self.options = tuple(sorted(self.options, key=lambda each: each.height))

    def build(self, data: bytes, at: int, source: Source) -> JSON:
        """The value of the option that the first byte stands for."""
        count, byte = len(self.options), data[at]
        if count == 2 and self.options[1] == NULL:  # noqa: PLR2004 - a nullable field
            return None if byte >= 224 else self.options[0].build(data, at + 1, source)  # noqa: PLR2004
        return self.options[byte * count >> 8].build(data, at + 1, source)


NULL = OneOfNode(values=(None,))


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedNode:
    """What `inner` makes, tried again until `accepts` says yes."""

    inner: Node
    accepts: Callable[[JSON], bool]

    @property
    def width(self) -> int:
        """That of `inner`."""
        return self.inner.width

    @property
    def height(self) -> int:
        """That of `inner`."""
        return self.inner.height

    def build(self, data: bytes, at: int, source: Source) -> JSON:
        """The first value that is accepted."""
        before, own = source.filler, data[at : at + self.width]
        for attempt in range(_TRIES):
            source.filler = (before + attempt * 37) & 255
            found = self.inner.build(varied_bytes(own, attempt), 0, source)
            source.filler = before
            if self.accepts(found):
                return found
        return source.reject()


@dataclass(slots=True, kw_only=True)
class BoxNode:
    """A node in a block of its own: for what is large, and for what is recursive and known only later."""

    inner: Node | None = None
    _asked: bool = field(default=False, repr=False)
    width: int = 0

    @property
    def height(self) -> int:
        """That of its content; endless while that is being asked for."""
        if self._asked or self.inner is None:
            return ENDLESS
        self._asked = True
        found = self.inner.height
        self._asked = False
        return found

    def build(self, _data: bytes, _at: int, source: Source) -> JSON:
        """A value of its content."""
        if self.inner is None:
            raise ContractError("A schema was used before it was complete.")
        found = self.inner.build(source.open(self.inner.width), 0, source)
        source.close()
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenNode:
    """Values of a strategy that the user gave."""

    strategy: SearchStrategy[JSON]
    width: int = 0
    height: int = 0

    def build(self, _data: bytes, _at: int, source: Source) -> JSON:
        """What the strategy draws."""
        return source.value(self.strategy)


def varied_bytes(data: bytes, attempt: int) -> bytes:
    """Other bytes for each further attempt; the first gets them as they are."""
    return bytes((each + attempt * 37) & 255 for each in data) if attempt else data


def boxed(node: Node) -> Node:
    """The node itself if it is small, else in a block of its own."""
    return node if node.width <= _INLINE else BoxNode(inner=node)
