"""JSON values as bytes: compact as JavaScript writes them, and other bytes for the same value."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator

from conformance.model import JSON

_JAVASCRIPT_WRITES_DIGITS_BELOW = 1e21
_JAVASCRIPT_WRITES_DIGITS_FROM = 1e-6


def encode(value: JSON) -> bytes:
    """Compact UTF-8 as `JSON.stringify` writes it: `1` for 1.0, no space, nothing escaped that need not be.

    Raises:
        ValueError: If a number is infinite or no number.
    """
    text = "".join(_written(value)) if _has_float(value) else _dumps(value)
    return text.encode("utf-8", "backslashreplace")  # lone surrogates, written as \\ud800


def encodings(value: JSON) -> tuple[tuple[str, bytes], ...]:
    """Name and bytes of different ways to write one value; the compact one first."""
    spaced = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=2)
    return (
        ("compact", encode(value)),
        ("spaced", f" {spaced}\r\n".encode("utf-8", "backslashreplace")),
        ("ascii", json.dumps(value, allow_nan=False, separators=(",", ":")).encode()),
        ("reversed", encode(_reversed(value))),
    )


def _dumps(value: JSON) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _has_float(value: JSON) -> bool:
    if isinstance(value, dict):
        return any(map(_has_float, value.values()))
    return any(map(_has_float, value)) if isinstance(value, list) else isinstance(value, float)


def _written(value: JSON) -> Iterator[str]:
    if isinstance(value, dict):
        separator = "{"
        for name, member in value.items():
            yield f"{separator}{_dumps(name)}:"
            yield from _written(member)
            separator = ","
        yield "}" if value else "{}"
    elif isinstance(value, list):
        separator = "["
        for item in value:
            yield separator
            yield from _written(item)
            separator = ","
        yield "]" if value else "[]"
    else:
        yield _number(value) if isinstance(value, float) else _dumps(value)


def _number(value: float) -> str:
    if not math.isfinite(value):
        raise ValueError(f"JSON has no number {value}.")
    size = abs(value)
    if size < _JAVASCRIPT_WRITES_DIGITS_BELOW and value.is_integer():
        return str(int(value))
    found = repr(value)
    if "e" in found and size >= _JAVASCRIPT_WRITES_DIGITS_FROM and size < 1:
        return f"{value:.{len(found) + 6}f}".rstrip("0")
    return re.sub(r"e([+-])0+", r"e\1", found)


def _reversed(value: JSON) -> JSON:
    if isinstance(value, dict):
        return {name: _reversed(member) for name, member in reversed(value.items())}
    return [_reversed(item) for item in value] if isinstance(value, list) else value
