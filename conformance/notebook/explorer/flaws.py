"""In which way a body is wrong: one that was made so on purpose, or one that somebody typed."""

from __future__ import annotations

import itertools
import json
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from conformance.checks.words import type_name
from conformance.contract.contract import Contract
from conformance.contract.schemas import SchemaError
from conformance.model import JSON, Flaw
from conformance.notebook.explorer.form import ABSENT, LARGEST, read
from conformance.notebook.look import json_text

__all__ = ["Flawed", "edge_of", "flaw_of", "readable", "strict", "survives", "told"]

_KINDS = {
    "required": "missing",
    "enum": "outside-enum",
    "const": "outside-enum",
    "minLength": "too-short",
    "maxLength": "too-long",
    "minItems": "too-few",
    "maxItems": "too-many",
    "minimum": "below-minimum",
    "exclusiveMinimum": "below-minimum",
    "maximum": "above-maximum",
    "exclusiveMaximum": "above-maximum",
    "pattern": "pattern",
    "additionalProperties": "unknown-field",
}
"""What a run calls a body in which a keyword fails."""
_DEEPEST, _LONGEST = 60, 64_000
_ODD = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Flawed:
    """A body that is wrong in exactly one way, as text, and that way."""

    text: str
    flaw: Flaw


def readable(body: bytes) -> str:
    """A body for an editor: JSON with a line for each member, anything else as it is."""
    text = body.decode(errors="replace")
    value, broken = read(text)
    return text if broken else json_text(value)


def flaw_of(document: JSON, contract: Contract, operation: str, known: Sequence[Flawed]) -> Flaw | None:
    """In which way a body is wrong, or None if the contract calls it valid.

    Args:
        document: The parsed body, or ABSENT where the text is no JSON.
        known: Flaws of the operation: one of the same place and value tells how sure it is that it must be refused.
    """
    schema = contract.operation(operation).request or ""
    if document is ABSENT:
        return Flaw(kind="not-json", pointer="", text="the body is no JSON")
    if not isinstance(document, dict):
        firm = document is not None or bool(contract.schemas.validate(schema, {}))
        return Flaw(kind="not-an-object", pointer="", text="the body is no object", firm=firm)
    errors = contract.schemas.validate(schema, document)
    if not errors:
        return None
    judged = [(_is_firm(each, known), each) for each in errors]
    firm, first = next((each for each in judged if each[0]), judged[0])
    more = f", and {len(errors) - 1} more" if len(errors) > 1 else ""
    required = any(each.flaw.required and each.flaw.pointer == first.pointer for each in known)
    kind = "null" if first.keyword == "type" and first.value is None else _KINDS.get(first.keyword, "wrong-type")
    return Flaw(kind=kind, pointer=first.pointer, text=f"{told(first)}{more}", firm=firm, required=required)


def told(error: SchemaError) -> str:
    """What is wrong with a body, in words: `limit must be integer, and is string`."""
    place = error.pointer.removeprefix("/").replace("/", ".") or "the body"
    if error.keyword == "required":
        return f"{place} is missing"
    if error.keyword == "additionalProperties":
        return f"{place} is not a documented field"
    if error.keyword == "minLength" and error.value == "":
        return f"{place} is empty"
    found = f", and is {type_name(error.value)}" if error.keyword == "type" else ""
    return f"{place} must be {error.expected}{found}"


def _is_firm(error: SchemaError, known: Sequence[Flawed]) -> bool:
    """Whether every correct server refuses it, by the flaw that is most like it."""
    here = [(each.flaw.firm, _at(each.text, error.pointer)) for each in known if each.flaw.pointer == error.pointer]
    value = ABSENT if error.keyword == "required" else error.value
    for firm, other in here:
        if type(other) is type(value) and other == value:
            return firm
    return any(firm and _type(other) == _type(value) for firm, other in here)


def _at(text: str, pointer: str) -> JSON:
    value, _ = read(text)
    for each in pointer.split("/")[1:]:
        step = each.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict) and step in value:
            value = value[step]
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            return ABSENT
    return value


def _type(value: JSON) -> str:
    return "absent" if value is ABSENT else type_name(value)


def strict(text: str) -> bool:
    """Whether a text is JSON in which no object has a name twice, so that all readers read the same."""

    def unique(members: list[tuple[str, JSON]]) -> dict[str, JSON]:
        if len({name for name, _ in members}) < len(members):
            raise ValueError
        return dict(members)

    try:
        json.loads(text, object_pairs_hook=unique)
    except (ValueError, RecursionError):
        return False
    return True


def survives(text: str) -> bool:
    """Whether a text says the same when it is read and written anew: it has no name twice, and no number too large."""
    return strict(text) and "Infinity" not in json.dumps(json.loads(text))


def edge_of(text: str) -> str:
    """What of a body stands at an edge of JSON, in a few words; "" if nothing does.

    Correct servers differ there, so that any answer will do but a crash, as in a run.
    """
    odd: list[str] = ["a byte order mark"] * text.startswith("\ufeff")
    odd += ["a very long body"] * (len(text) > _LONGEST)

    def members(pairs: list[tuple[str, JSON]]) -> dict[str, JSON]:
        odd.extend(["a name that stands twice"] * (len(dict(pairs)) < len(pairs)))
        return dict(pairs)

    try:
        value = json.loads(text, object_pairs_hook=members, parse_constant=odd.append)
    except json.JSONDecodeError:
        return odd[0] if text.startswith("\ufeff") else ""
    except RecursionError:
        return "nesting of many levels"
    except ValueError:
        return "a huge whole number"
    return next(itertools.chain(odd, _edges(value, 0)), "")


def _edges(value: JSON, depth: int) -> Iterator[str]:
    if depth > _DEEPEST:
        yield "nesting of many levels"
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from (*_edges(name, depth), *(["the name __proto__"] * (name == "__proto__")))
            yield from _edges(each, depth + 1)
    elif isinstance(value, list):
        for each in value:
            yield from _edges(each, depth + 1)
    elif isinstance(value, str) and (found := _ODD.search(value)):
        yield "a NUL character" if found[0] == "\0" else "half a character"
    elif isinstance(value, float) and not math.isfinite(value):
        yield "a number beyond all floats"
    elif isinstance(value, int) and abs(value) > LARGEST:
        yield "a huge whole number"
