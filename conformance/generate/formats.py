"""Strings of a format, from bytes. Numbers, hosts and people are fictional and reserved for that."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from types import MappingProxyType

FORMAT_WIDTH = 8
"""Bytes that one formatted string is made from; a `uuid` takes them twice."""
_AREAS = (415, 212, 213, 303, 305, 312, 404, 512, 617, 702, 206, 503, 602, 713, 808, 907)
_BEGINNING = dt.datetime(2024, 7, 1, tzinfo=dt.UTC)
_YEARS = 3 * 365 * 24 * 3600
_WORDS = ("a", "calls", "hook", "voice-1", "b_2", "x.y", "webhook", "2024")


def _number(data: bytes) -> int:
    return int.from_bytes(data, "big")


def _e164(data: bytes) -> str:
    return f"+1{_AREAS[data[0] % len(_AREAS)]}55501{data[1] % 100:02}"


def _moment(data: bytes) -> dt.datetime:
    return _BEGINNING + dt.timedelta(seconds=_number(data[:4]) % _YEARS)


def _date_time(data: bytes) -> str:
    fraction = f".{data[5]:03}" if data[4] & 1 else ""
    return f"{_moment(data):%Y-%m-%dT%H:%M:%S}{fraction}Z"


def _word(byte: int) -> str:
    return _WORDS[byte % len(_WORDS)]


def _uri(data: bytes) -> str:
    path = "/".join(_word(each) for each in data[2 : 2 + data[1] % 4])
    query = f"?id={data[6]}" if data[7] & 1 else ""
    return f"https://{'hooks.' if data[0] & 1 else ''}example.com/{path}{query}"


def _email(data: bytes) -> str:
    tag = f"+{data[2]}" if data[1] & 1 else ""
    return f"{_word(data[0]).replace('_', '')}{tag}@example.com"


def _uuid(data: bytes) -> str:
    digits = (data + data[::-1]).hex()
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-8{digits[17:20]}-{digits[20:32]}"


FORMATS: Mapping[str, Callable[[bytes], str]] = MappingProxyType(
    {
        "date": lambda data: f"{_moment(data):%Y-%m-%d}",
        "date-time": _date_time,
        "e164": _e164,
        "email": _email,
        "uri": _uri,
        "uuid": _uuid,
    }
)
"""From `FORMAT_WIDTH` bytes to a string, by the name of the format; zeros give the simplest."""
