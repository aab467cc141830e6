"""How checks say what came: short, with the type first, never a whole document."""

from __future__ import annotations

import json

from conformance.model import JSON

_LONGEST = 60
_TYPES = {dict: "object", list: "array", str: "string", bool: "boolean", int: "integer", float: "number"}


def type_name(value: JSON) -> str:
    """The JSON type of a value: `null`, `boolean`, `integer`, `number`, `string`, `array`, `object`."""
    return "null" if value is None else _TYPES.get(type(value), type(value).__name__)


def describe(value: JSON) -> str:
    """A value in a few words: `null`, `string "abc"`, `integer 5`, `object with 3 members`, `array of 2`."""
    kind = type_name(value)
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, dict):
        return f"object with {len(value)} members"
    if isinstance(value, list):
        return f"array of {len(value)}"
    text = json.dumps(value, ensure_ascii=False)
    return f"{kind} {text if len(text) <= _LONGEST else text[:_LONGEST] + '…'}"
