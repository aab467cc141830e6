"""Strings from bytes: mostly plain, now and then any script, awkward spaces, look-alikes of other types."""

from __future__ import annotations

import functools
from dataclasses import dataclass

TEXT_WIDTH = 10
"""Bytes that one string is made from."""
_SHORT = 9
PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_ASCII = PLAIN + " .,:;!?'\"\\/-_+*=<>()[]{}@#$%&|~^`\t\n"
_PAGES = (
    (0xA1, 0x17F),  # Latin
    (0x391, 0x3C9),  # Greek
    (0x410, 0x44F),  # Cyrillic
    (0x5D0, 0x5EA),  # Hebrew, right to left
    (0x620, 0x64A),  # Arabic, right to left
    (0x904, 0x939),  # Devanagari
    (0x0E01, 0x0E30),  # Thai
    (0x3041, 0x30FE),  # Kana
    (0x4E00, 0x4FFF),  # Han
    (0xAC00, 0xACFF),  # Hangul
    (0xFF01, 0xFF5E),  # full width
    (0x1D400, 0x1D44F),  # mathematical letters, outside the basic plane
    (0x1F300, 0x1F64F),  # pictures, outside the basic plane
    (0x20000, 0x2007F),  # Han, outside the basic plane
)
_SPECIAL = (
    "true", "null", "0", "-1", "1e3", "undefined", "[]", "{}", "None", "12345678901234567890", "2024-07-01",
    " padded ", "two  spaces", "line\nbreak", "tab\tstop", "\\u0041", "\\n", '"quoted"', "C:\\temp", "../..",
    "<b>&amp;</b>", "100%", "a+b", "a%20b", "O'Brien", "--", "/* */", "caf\u00e9", "e\u0301", "\ufb01",
    "\u0130i", "\u00df", "\u2028", "\u00a0", "\u200d", "\U0001f469\u200d\U0001f52c", "\U0001f1e9\U0001f1ea",
    "\u202eabc",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPolicy:
    """What strings are made of, where the schema leaves it open.

    No policy makes NUL, other control characters than tab and newline, lone surrogates or noncharacters: a
    correct server may refuse those.

    Attributes:
        unicode: Whether any script may occur; False keeps to ASCII.
        usual: The most characters of an ordinary string.
        longest: The most bytes (UTF-8) of a long string in the user's own data.
    """

    unicode: bool = True
    usual: int = 120
    longest: int = 3_000


@functools.cache
def wide_characters() -> str:
    """One string of every character of the chosen scripts, plain letters first."""
    return PLAIN + "".join(chr(code) for low, high in _PAGES for code in range(low, high + 1))


def text(data: bytes, at: int, low: int, high: int | None, policy: TextPolicy) -> str:
    """A string of `low` to `high` characters from the `TEXT_WIDTH` bytes at `at`; zeros give the simplest."""
    style, size = data[at], data[at + 1]
    most = policy.usual + low if high is None else high
    if style >= 232:  # noqa: PLR2004 - shares of 256, here and below
        found = _SPECIAL[data[at + 2] % len(_SPECIAL)]
        if low <= len(found) <= most and (policy.unicode or found.isascii()):
            return found
    length = min(low + _extra(size, most - low), most)
    return spread(data, at + 2, TEXT_WIDTH - 2, length, _alphabet(style, policy))


def spread(data: bytes, at: int, width: int, length: int, alphabet: str) -> str:
    """`length` characters from `width` bytes, which are used again where they do not suffice."""
    count, step = len(alphabet), 2 if len(alphabet) > 256 else 1  # noqa: PLR2004 - values of a byte
    found = [
        alphabet[int.from_bytes(data[place : place + step], "big") % count]
        for place in range(at, at + width, step)[:length]
    ]
    if length > len(found):
        found = (found * (length // len(found) + 1))[:length]
    return "".join(found)


def _extra(size: int, room: int) -> int:
    if size < 200:  # noqa: PLR2004
        return size % _SHORT
    if size < 250:  # noqa: PLR2004
        return size - 200 + _SHORT
    return max(room // (256 - size), 0) if room < 5_000 else size  # noqa: PLR2004


def _alphabet(style: int, policy: TextPolicy) -> str:
    if style < 144:  # noqa: PLR2004
        return PLAIN
    if style < 184 or not policy.unicode:  # noqa: PLR2004
        return _ASCII
    return wide_characters()
