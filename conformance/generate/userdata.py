"""The user's own data from bytes: any JSON object, Unicode in keys and values, deep, long, empty."""

from __future__ import annotations

from dataclasses import dataclass

from conformance.generate.numeric import SAFE_INTEGER
from conformance.generate.source import Source
from conformance.generate.text import PLAIN, TEXT_WIDTH, TextPolicy, spread, text, wide_characters
from conformance.model import JSON

KEY_WIDTH = 8
"""Bytes that one key is made from."""
_SLOTS = 4
_SLOT = 48  # bytes for one member of the outermost object: whether it is there, its name, its value
_DEEPEST = 12
_FORBIDDEN = frozenset({"__proto__", ""})
_KEY_LETTERS = PLAIN + "_-"
# One letter for each of 32 shares; the first is the simplest.
_KINDS = "ssssssssiiiiiffbbnnEElllddddddcL"


def key(data: bytes, at: int, policy: TextPolicy, *, plain: bool = False) -> str:
    """A key of the user's own data: letters of any script, digits, `_` and `-`; never empty."""
    length = 1 + data[at] % 12 if data[at] < 250 else 40  # noqa: PLR2004 - a share of 256
    wide = policy.unicode and not plain and data[at + 1] >= 200  # noqa: PLR2004
    letters = wide_characters() if wide else _KEY_LETTERS
    found = spread(data, at + 2, KEY_WIDTH - 2, length, letters)
    return "".join(each for each in found if each.isalnum() or each in "_-") or "k"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyNode:
    """Keys; `plain` ones are ASCII letters, digits, `_` and `-`."""

    policy: TextPolicy
    plain: bool
    width: int = KEY_WIDTH
    height: int = 0

    def build(self, data: bytes, at: int, _source: Source) -> str:
        """The key that the bytes stand for."""
        return key(data, at, self.policy, plain=self.plain)


@dataclass(frozen=True, slots=True, kw_only=True)
class UserDataNode:
    """Any JSON object; with `anything`, any JSON value."""

    policy: TextPolicy
    anything: bool = False
    width: int = 0
    height: int = 1

    def build(self, _data: bytes, _at: int, source: Source) -> JSON:
        """A value from a block of its own."""
        data = source.open(_SLOTS * _SLOT)
        tape = _Tape(data, source, self.policy)
        found = tape.value(1) if self.anything else self._members(data, source)
        source.close()
        return found

    def _members(self, data: bytes, source: Source) -> dict[str, JSON]:
        """The outermost members, each from a slot of its own, so that one can go and the others stay."""
        found: dict[str, JSON] = {}
        for at in range(0, len(data), _SLOT):
            name = key(data, at + 1, self.policy)
            if data[at] >= 128 and name not in _FORBIDDEN:  # noqa: PLR2004 - half of 256
                value = data[at + 1 + KEY_WIDTH : at + _SLOT]
                found[name] = _Tape(value, source, self.policy).value(2)
        return found


class _Tape:
    """Bytes read from front to end; zeros after that, so that it always ends."""

    def __init__(self, data: bytes, source: Source, policy: TextPolicy) -> None:
        self.data, self.at, self.source, self.policy = data + bytes(TEXT_WIDTH), 0, source, policy

    def take(self, count: int = 1) -> int:
        """The place of the next `count` bytes."""
        found = min(self.at, len(self.data) - TEXT_WIDTH)
        self.at += count
        return found

    def number(self, count: int) -> int:
        place = self.take(count)
        return int.from_bytes(self.data[place : place + count], "big")

    def members(self, depth: int) -> dict[str, JSON]:
        found: dict[str, JSON] = {}
        for _ in range(self.number(1) % 5):
            name = key(self.data, self.take(KEY_WIDTH), self.policy)
            if name not in _FORBIDDEN:
                found[name] = self.value(depth + 1)
        return found

    def value(self, depth: int) -> JSON:
        kind = _KINDS[self.number(1) >> 3]
        if kind in "ldcE":
            return self._nested(kind, depth) if depth <= _DEEPEST else None
        return self._plain(kind)

    def _nested(self, kind: str, depth: int) -> JSON:
        if kind == "l":
            return [self.value(depth + 1) for _ in range(self.number(1) % 4)]
        if kind == "E":
            return [] if self.number(1) & 1 else {}
        return self.members(depth) if kind == "d" else self._chain(depth)

    def _plain(self, kind: str) -> JSON:
        match kind:
            case "i":
                return self._integer()
            case "f":
                return (self.number(3) - 2**23) / 1000
            case "b":
                return self.number(1) & 1 == 1
            case "n":
                return None
            case "L":
                return self._long()
            case _:
                return text(self.data, self.take(TEXT_WIDTH), 0, None, self.policy)

    def _integer(self) -> int:
        style = self.number(1)
        if style < 160:  # noqa: PLR2004 - shares of 256
            return style
        if style < 176:  # noqa: PLR2004
            return SAFE_INTEGER if style & 1 else -SAFE_INTEGER
        return self.number(4) - 2**31

    def _chain(self, depth: int) -> JSON:
        """Arrays and objects in each other, down to the deepest level."""
        found = self.value(_DEEPEST + 1)
        style = self.number(1)
        for level in range(_DEEPEST + 1 - depth - style % 3, 0, -1):
            found = [found] if (style >> level % 8) & 1 else {"in": found}
        return found

    def _long(self) -> str:
        letters = wide_characters() if self.number(1) & 1 and self.policy.unicode else PLAIN + " "
        most = min(self.source.text_room, self.policy.longest)
        share, place = self.number(1) + 1, self.take(8)
        found = spread(self.data, place, 8, most * share >> 8, letters)
        found = found.encode()[: most * share >> 8].decode(errors="ignore")
        self.source.text_room -= len(found.encode())
        return found
