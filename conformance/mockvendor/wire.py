"""What goes over the wire: the request as asked, the reply, and JSON as JavaScript writes it."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.model import JSON

__all__ = ["Ask", "Problem", "Refused", "Reply", "dumps", "loads"]

_EXACT = 2**53
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a request is refused.

    Attributes:
        kind: In a word: `missing`, `null`, `type`, `empty`, `enum`, `surplus` or `schema` for a body
            that its schema refuses; `no-body`, `not-json`, `no-object`, `no-key`, `unknown-call`, `gone`, …
        status: The HTTP status of the refusal.
        message: One sentence for people.
        pointer: JSON pointer to the wrong place in the body, or "".
        value: What stands there.
    """

    kind: str
    status: int
    message: str
    pointer: str = ""
    value: JSON = None


class Refused(Exception):
    """Raised where a request ends in a refusal; never leaves the mock vendor."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(slots=True, kw_only=True)
class Ask:
    """A request on its way through the mock vendor.

    Attributes:
        edition: The edition that the operation belongs to.
        operation: Its name, as in the contract.
        parameters: What stands in the path.
        headers: By lower-case name.
        raw: The body as it came.
        body: The body as a value, once it has been read; a query counts as a body.
        waives: Asked for each problem; True if a fault lets it pass.
    """

    edition: str
    operation: str
    method: str
    path: str
    parameters: Mapping[str, str]
    query: str
    headers: Mapping[str, str]
    raw: bytes
    waives: Callable[[Ask, Problem], bool]
    body: JSON = field(default=None)

    def refuse(self, kind: str, status: int, message: str, pointer: str = "", *, value: JSON = None) -> None:
        """Refuse the request, unless a fault lets it pass: then return, and go on as well as possible.

        The arguments are those of `Problem`.

        Raises:
            Refused: If it does not pass.
        """
        problem = Problem(kind=kind, status=status, message=message, pointer=pointer, value=value)
        if not self.waives(self, problem):
            raise Refused(problem)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What goes back: a value that is written as JSON, or exact bytes, or nothing."""

    status: int
    value: JSON = None
    raw: bytes | None = None
    content_type: str | None = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    problem: Problem | None = None

    @property
    def empty(self) -> bool:
        """True if no body is sent."""
        return self.status == 204 and self.raw is None  # noqa: PLR2004 - No Content

    def content(self) -> bytes:
        """The bytes of the body."""
        if self.empty:
            return b""
        return dumps(self.value) if self.raw is None else self.raw


def dumps(value: JSON) -> bytes:
    """Compact JSON with non-ASCII characters as they are; a lone surrogate is escaped."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return _LONE_SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text).encode()


def loads(raw: bytes) -> JSON:
    """Read strict JSON: UTF-8, no NaN or Infinity, no key twice. Whole numbers become int, as in JavaScript.

    Raises:
        ValueError: If it is none, or nested too deep to be read.
    """
    try:
        return json.loads(raw.decode(), parse_float=_number, parse_constant=_no_constant, object_pairs_hook=_object)
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def _number(text: str) -> int | float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"{text} is too large")
    return int(number) if number.is_integer() and abs(number) < _EXACT else number


def _no_constant(text: str) -> JSON:
    raise ValueError(f"{text} is no JSON")


def _object(pairs: list[tuple[str, JSON]]) -> dict[str, JSON]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice in one object")
    return found
