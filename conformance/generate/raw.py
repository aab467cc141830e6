"""Whole bodies that are no JSON, or JSON but no object."""

from __future__ import annotations

import json
from collections.abc import Iterator

from conformance.generate.encode import encode
from conformance.generate.mutation import IsValid, Mutation
from conformance.model import JSON


def raw_mutations(valid: JSON, *, is_valid: IsValid | None = None) -> Iterator[Mutation]:
    """Whole-body faults of a valid body, each proven to be one.

    Args:
        valid: A body that is valid.
        is_valid: Judges a value by the schema; without it, all objects are taken to be valid, `{}` too.

    Yields:
        An empty body and null are not firm where `{}` is valid: a server may read them as that.
    """
    is_valid = is_valid or _is_object
    empty_is_valid = is_valid({})
    compact = encode(valid)
    texts = {
        "is cut off": compact[:-1],
        "has a comma too many": _with_comma(compact),
        "has single quotes": _single_quoted(valid),
        "is plain text": b"hello",
        "is a form": b"agent_id=1",
        "is empty": b"",
    }
    for text, raw in texts.items():
        if not _is_json(raw):
            firm = bool(raw) or not empty_is_valid
            yield Mutation(kind="not-json", pointer="", text=f"the body {text}", raw=raw, firm=firm)
    values: dict[str, JSON] = {
        "an array": [],
        "an array of the body": [valid],
        "a string": "hello",
        "a number": 1,
        "true": True,
        "null": None,
    }
    for name, value in values.items():
        if not is_valid(value):
            firm = value is not None or not empty_is_valid
            text = f"the body is {name} instead of an object"
            yield Mutation(kind="not-an-object", pointer="", text=text, value=value, raw=encode(value), firm=firm)


def _with_comma(compact: bytes) -> bytes:
    return compact[:-1] + b"," + compact[-1:]


def _single_quoted(valid: JSON) -> bytes:
    names = list(valid) if isinstance(valid, dict) else []
    members = {name: valid[name] for name in names} or {"agent_id": "1"}
    return encode(members).replace(b'"', b"'")


def _is_object(value: JSON) -> bool:
    return isinstance(value, dict)


def _is_json(raw: bytes) -> bool:
    try:
        json.loads(raw)
    except ValueError:
        return False
    return True
