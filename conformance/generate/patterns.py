"""Strings that match a regular expression, from bytes.

A small parser of the part of regular expressions that schemas use: literals, escapes, classes, groups,
alternatives, repetition, anchors. Look-around and back references are refused.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from conformance.errors import ContractError

PATTERN_WIDTH = 24
"""Bytes that one string is made from; longer ones use them again."""
_PRINTABLE = "".join(map(chr, range(97, 123))) + "".join(
    chr(code)
    for code in range(32, 127)
    if not 97 <= code < 123  # noqa: PLR2004 - a to z come first
)
_DIGITS = "0123456789"
_WORD = "".join(each for each in _PRINTABLE if each.isalnum()) + "_"
_CLASSES = {
    "d": _DIGITS,
    "w": _WORD,
    "s": " \t\n",
    "D": "".join(each for each in _PRINTABLE if not each.isdigit()),
    "W": "".join(each for each in _PRINTABLE if each not in _WORD),
    "S": "".join(each for each in _PRINTABLE if each != " "),
}
_CONTROLS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\v"}
_USUAL_REPEATS = 6


@dataclass(frozen=True, slots=True)
class _Repeat:
    part: _Part
    low: int
    high: int | None


@dataclass(frozen=True, slots=True)
class _Alternatives:
    options: tuple[tuple[_Part, ...], ...]


_Part: TypeAlias = "str | _Repeat | _Alternatives"
"""A set of characters, something repeated, or a group."""


def matching(pattern: str, data: bytes, scale: int) -> str:
    """A string that should match; the caller checks it.

    Args:
        pattern: What it should match.
        data: Bytes that decide; zeros give the simplest.
        scale: How often to repeat beyond the least: 0 hardly, higher more often.
    """
    return "".join(_write(parse_pattern(pattern), _tape(data), scale))


@functools.lru_cache(256)
def parse_pattern(pattern: str) -> _Alternatives:
    """Read a regular expression.

    Raises:
        ContractError: If it is wrong, or uses what cannot be generated from.
    """
    try:
        re.compile(pattern)
    except re.error as error:
        raise ContractError(f"{pattern!r} is no regular expression: {error}.") from None
    parser = _Parser(pattern)
    found = parser.alternatives()
    if parser.rest:
        raise parser.refused()
    return found


def _tape(data: bytes) -> Iterator[int]:
    turn = 0
    while True:
        yield from ((each + turn) & 255 if turn and any(data) else each for each in data)
        turn += 31


def _write(part: _Part, tape: Iterator[int], scale: int) -> Iterator[str]:
    if isinstance(part, str):
        yield part[next(tape) * len(part) >> 8] if len(part) > 1 else part
    elif isinstance(part, _Repeat):
        most = part.low + _USUAL_REPEATS * (1 + scale * scale)
        most = most if part.high is None else min(most, part.high)
        fewest = min(part.low + scale * scale, most)
        count = fewest + (next(tape) * (most - fewest + 1) >> 8) if most > fewest else fewest
        for _ in range(count):
            yield from _write(part.part, tape, scale)
    else:
        options = part.options
        chosen = options[next(tape) * len(options) >> 8] if len(options) > 1 else options[0]
        for each in chosen:
            yield from _write(each, tape, scale)


class _Parser:
    def __init__(self, pattern: str) -> None:
        self.pattern, self.rest = pattern, pattern

    def refused(self) -> ContractError:
        return ContractError(
            f"{self.pattern!r} cannot be generated from at {self.rest[:10]!r}. Use a plainer expression."
        )

    def take(self, prefix: str) -> bool:
        if self.rest.startswith(prefix):
            self.rest = self.rest[len(prefix) :]
            return True
        return False

    def char(self) -> str:
        if not self.rest:
            raise self.refused()
        found, self.rest = self.rest[0], self.rest[1:]
        return found

    def alternatives(self) -> _Alternatives:
        options = [self.sequence()]
        while self.take("|"):
            options.append(self.sequence())
        return _Alternatives(tuple(options))

    def sequence(self) -> tuple[_Part, ...]:
        parts: list[_Part] = []
        while self.rest and self.rest[0] not in "|)":
            if self.take("^") or self.take("$") or self.take(r"\Z") or self.take(r"\A"):
                continue
            parts.append(self.repeated(self.atom()))
        return tuple(parts)

    def atom(self) -> _Part:
        if self.take("("):
            if self.rest.startswith("?") and not (self.take("?:") or self._named()):
                raise self.refused()
            group = self.alternatives()
            self.char()
            return group
        if self.take("["):
            return self.characters()
        if self.take("."):
            return _PRINTABLE
        return self.escaped() if self.take("\\") else self.char()

    def _named(self) -> bool:
        found = re.match(r"\?P?<(\w+)>", self.rest)
        self.rest = self.rest[found.end() :] if found else self.rest
        return found is not None

    def repeated(self, part: _Part) -> _Part:
        found = re.match(r"\{(\d+)(,(\d*))?\}", self.rest)
        low: int
        high: int | None
        if found:
            self.rest = self.rest[found.end() :]
            low = int(found[1])
            high = low if found[2] is None else int(found[3]) if found[3] else None
        elif self.take("*"):
            low, high = 0, None
        elif self.take("+"):
            low, high = 1, None
        elif self.take("?"):
            low, high = 0, 1
        else:
            return part
        self.take("?")
        return _Repeat(part, low, high)

    def escaped(self) -> str:
        letter = self.char()
        if letter in _CLASSES:
            return _CLASSES[letter]
        if letter in _CONTROLS:
            return _CONTROLS[letter]
        if letter in "ux":
            width = 4 if letter == "u" else 2
            digits, self.rest = self.rest[:width], self.rest[width:]
            return chr(int(digits, 16))
        if letter.isalnum():
            raise self.refused()
        return letter

    def characters(self) -> str:
        negated, found = self.take("^"), ""
        while not self.take("]"):
            first = self.escaped() if self.take("\\") else self.char()
            if len(first) == 1 and self.rest[:1] == "-" and self.rest[1:2] != "]":
                self.char()
                last = self.escaped() if self.take("\\") else self.char()
                first = "".join(map(chr, range(ord(first), ord(last) + 1)))
            found += first
        if negated:
            found = "".join(each for each in _PRINTABLE if each not in found)
        return "".join(dict.fromkeys(found))
