"""Numbers and dates as people say them."""

from __future__ import annotations

import datetime as dt

from conformance.model import JSON

__all__ = ["UNITS", "duration", "moment", "reading"]

UNITS = {
    "ms-epoch": "milliseconds since 1970",
    "ms": "milliseconds",
    "s": "seconds",
    "cents": "cents",
    "cents-per-s": "cents per second",
    "count": "a count",
}
"""What the units of the schemas are called."""
_MS = 1000
_MINUTE_S, _HOUR_S, _DAY_S = 60, 3_600, 86_400
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def reading(value: JSON, unit: str) -> str:
    """A number of a unit for people, or "" where the number says it as well.

    Args:
        unit: As schemas write it: `ms-epoch`, `ms`, `s`, `cents`, …
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    if unit == "ms-epoch":
        return moment(value)
    if unit == "ms" and abs(value) >= _MS:
        return duration(value / _MS)
    if unit == "s" and abs(value) >= _MINUTE_S:
        return duration(value)
    return f"{value:g} cents" if unit == "cents" else ""


def moment(at_ms: float) -> str:
    """Milliseconds since 1970 as `2024-06-10 06:13:20 UTC`; "" if no calendar has them."""
    try:
        told = _EPOCH + dt.timedelta(milliseconds=at_ms)
    except (OverflowError, ValueError):
        return ""
    part = f".{told.microsecond // _MS:03}" if told.microsecond else ""
    return f"{told:%Y-%m-%d %H:%M:%S}{part} UTC"


def duration(seconds: float) -> str:
    """Seconds as `1 min 1 s`, `2 h 5 min`, `12.3 s`; "" if they are no number that people use."""
    if not abs(seconds) < 1e12:  # noqa: PLR2004 - neither infinite nor beyond the age of mankind
        return ""
    sign, left = "-" * (seconds < 0), abs(seconds)
    if left < _MINUTE_S:
        return f"{sign}{left:.3g} s"
    whole = round(left)
    parts = []
    for size, word in ((_DAY_S, "d"), (_HOUR_S, "h"), (_MINUTE_S, "min"), (1, "s")):
        number, whole = divmod(whole, size)
        parts += [f"{number} {word}"] * bool(number)
    return sign + " ".join(parts[:2])
