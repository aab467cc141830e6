"""Where the choices behind a generated value come from: blocks of bytes.

A value is a pure function of bytes, and zeros give the simplest one. Hypothesis draws few large choices far
faster than many small ones. Blocks are longer than any constant that Hypothesis picks up from the modules
that happen to be loaded (at most 50 bytes), so that equal seeds give equal values in every process.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, NoReturn, Protocol

from conformance.errors import ContractError
from conformance.model import JSON

if TYPE_CHECKING:
    from random import Random

    from hypothesis.strategies import DrawFn, SearchStrategy

BLOCK = 64
"""The size of a block in bytes; larger ones are multiples of it."""
_MOST = 6_000  # Hypothesis gives up on an example beyond 8 kB of choices
_DEEPEST = 16


class Drawer(Protocol):
    """What blocks are drawn from."""

    def block(self, size: int) -> bytes:
        """So many bytes."""
        ...

    def value(self, strategy: SearchStrategy[JSON]) -> JSON:
        """A value of a strategy that the user gave."""
        ...

    def reject(self) -> NoReturn:
        """Nothing valid can be made of what was drawn; try another example."""
        ...


class Source:
    """The choices behind one value: bytes while there is room, then zeros, so that every value ends.

    Attributes:
        filler: The byte that stands for "simplest"; another one where the simplest will not do.
        text_room: How many bytes of long text may still be made.
    """

    __slots__ = ("_depth", "_drawer", "_room", "filler", "text_room")

    def __init__(self, drawer: Drawer, *, text_room: int = 3_000) -> None:
        self._drawer, self._room, self._depth = drawer, _MOST, 0
        self.filler, self.text_room = 0, text_room

    def open(self, size: int) -> bytes:
        """A block of at least `size` bytes for one container; `close` it afterwards."""
        size = -(-size // BLOCK) * BLOCK
        self._depth += 1
        if self._depth > _DEEPEST or size > self._room:
            return bytes((self.filler,)) * size
        self._room -= size
        return self._drawer.block(size)

    def close(self) -> None:
        """The container of the last open block is complete."""
        self._depth -= 1

    def value(self, strategy: SearchStrategy[JSON]) -> JSON:
        """A value of a strategy that the user gave."""
        return self._drawer.value(strategy)

    def reject(self) -> NoReturn:
        """Give up on this value."""
        self._drawer.reject()


class HypothesisDrawer:
    """Draws from inside a Hypothesis strategy."""

    __slots__ = ("_draw",)

    def __init__(self, draw: DrawFn) -> None:
        self._draw = draw

    def block(self, size: int) -> bytes:
        """One choice of Hypothesis."""
        return self._draw(_binary(size))

    def value(self, strategy: SearchStrategy[JSON]) -> JSON:
        """A value of the strategy."""
        return self._draw(strategy)

    def reject(self) -> NoReturn:
        """Tell Hypothesis that this example is none."""
        from hypothesis import reject  # noqa: PLC0415 - costly, and loaded by now

        reject()


class NothingFits(Exception):
    """Raised outside Hypothesis in place of its `reject`; no error, caught where another value is tried."""


class RandomDrawer:
    """Draws from a seeded generator, without Hypothesis: many times faster, and nothing shrinks."""

    __slots__ = ("_random",)

    def __init__(self, random: Random) -> None:
        self._random = random

    def block(self, size: int) -> bytes:
        """Uniform bytes."""
        return self._random.randbytes(size)

    def value(self, strategy: SearchStrategy[JSON]) -> JSON:  # noqa: ARG002 - the Protocol's argument
        """Strategies need Hypothesis."""
        raise ContractError("An override that is a strategy can only be drawn by Hypothesis. Give a value.")

    def reject(self) -> NoReturn:
        """Try the next value."""
        raise NothingFits


class ZeroDrawer(RandomDrawer):
    """Always the simplest value."""

    __slots__ = ()

    def __init__(self) -> None:
        """Needs no generator."""

    def block(self, size: int) -> bytes:
        """Zeros."""
        return bytes(size)


@functools.cache
def _binary(size: int) -> SearchStrategy[bytes]:
    from hypothesis import strategies as st  # noqa: PLC0415 - costly; only where something is drawn

    return st.binary(min_size=size, max_size=size)
