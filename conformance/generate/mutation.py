"""A value or a body that is wrong in one named way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from conformance.generate.encode import encode
from conformance.model import JSON, Flaw

IsValid: TypeAlias = Callable[[JSON], bool]
Path: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutation:
    """One wrong request body.

    Attributes:
        kind: The named way: `missing`, `wrong-type`, `not-json`, …
        pointer: JSON pointer to the wrong place; "" is the whole body.
        text: For people: "agent_id is missing".
        field: The field of the outermost object that the place is in, or "" for the whole body.
        firm: True if the contract says that it must be refused; False if a correct server may well accept it,
            by turning `"1"` into 1, or by cutting what is too long.
        value: The JSON value; None where there is only `raw`.
        raw: The exact bytes where they are no JSON.
    """

    kind: str
    pointer: str
    text: str
    field: str = ""
    firm: bool = True
    value: JSON = None
    raw: bytes | None = None

    @property
    def body(self) -> bytes:
        """The bytes to send."""
        return encode(self.value) if self.raw is None else self.raw

    def flaw(self) -> Flaw:
        """The same as a part of a case."""
        return Flaw(kind=self.kind, pointer=self.pointer, text=self.text, firm=self.firm)


def pointer_to(path: Sequence[str | int]) -> str:
    """The JSON pointer (RFC 6901) to a path."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in path)


def words_for(path: Sequence[str | int]) -> str:
    """A path as people write it: `filter_criteria.agent_id[0]`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")
