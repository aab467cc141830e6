"""From the bytes of a request to a body that fits its schema: refused, or read, or (with a fault) mended."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from conformance.mockvendor.wire import Ask, loads

if TYPE_CHECKING:
    from conformance.contract.schemas import SchemaError, SchemaSet
    from conformance.model import JSON, Operation

__all__ = ["authorise", "parse_query", "read_body"]

_KINDS = {
    "required": "missing",
    "minLength": "empty",
    "enum": "enum",
    "const": "enum",
    "additionalProperties": "surplus",
    "type": "type",
}
_LISTS = frozenset({"agent_id"})
_NUMBERS = frozenset(
    [
        "limit",
        "after_start_timestamp",
        "before_start_timestamp",
        "after_end_timestamp",
        "before_end_timestamp",
    ]
)
_DEEPEST = 8


def authorise(ask: Ask, api_key: str) -> None:
    """Let only the right key in.

    Raises:
        Refused: 401 without a key, with a header of another form, or with another key.
    """
    header = ask.headers.get("authorization")
    if header is None:
        ask.refuse("no-key", 401, "No API key was sent.")
        return
    scheme, *rest = header.split()[:3] or [""]
    if scheme.lower() != "bearer" or len(rest) != 1:
        ask.refuse("malformed-key", 401, "The Authorization header is not of the form Bearer KEY.")
    elif rest[0] != api_key:
        ask.refuse("wrong-key", 401, "The API key is unknown.")


def read_body(ask: Ask, operation: Operation, schemas: SchemaSet) -> None:
    """Set `ask.body` to what was sent, valid by its schema, without fields that the schema does not know.

    Raises:
        Refused: 400 for anything else.
    """
    if operation.request is None:
        return
    ask.body = parse_query(ask.query) if ask.method == "GET" else _object(ask)
    if ask.body is None:
        ask.body = {}
        return
    for error in schemas.validate(operation.request, ask.body):
        kind = "null" if error.keyword == "type" and error.value is None else _KINDS.get(error.keyword, "schema")
        ask.refuse(kind, 400, _message(error), error.pointer, value=error.value)
        ask.body = _without(ask.body, error.pointer)
    known = schemas.definition(operation.request)["properties"]
    ask.body = {name: value for name, value in ask.body.items() if name in known}


def _object(ask: Ask) -> dict[str, JSON] | None:
    """The JSON object in the body; None if there is none and a fault does not mind."""
    if not ask.raw.strip():
        ask.refuse("no-body", 400, "The body is missing.")
        return None
    try:
        body = loads(ask.raw)
    except ValueError:
        ask.refuse("not-json", 400, "The body is no JSON.")
        return None
    if not isinstance(body, dict):
        ask.refuse("no-object", 400, "The body is no JSON object.")
        return None
    return body


def _message(error: SchemaError) -> str:
    if error.keyword == "required":
        return f"{error.pointer[1:]} is missing."
    return f"{error.pointer[1:]}: expected {error.expected}."


def _without(body: JSON, pointer: str) -> JSON:
    """The body without the innermost object member that the pointer leads through."""
    steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
    mended = copy.deepcopy(body)
    node, drop = mended, None
    for step in steps:
        if isinstance(node, dict):
            drop = (node, step)
        node = _below(node, step)
    if drop is not None:
        drop[0].pop(drop[1], None)
    return mended


def _below(node: JSON, step: str) -> JSON:
    if isinstance(node, dict):
        return node.get(step)
    return node[int(step)] if isinstance(node, list) and step.isdigit() and int(step) < len(node) else None


def parse_query(query: str) -> dict[str, JSON]:
    """A query as a nested value: `a[b][]=1&a[b][]=2` is the same as `a[b]=1,2`."""
    found: dict[str, JSON] = {}
    for key, text in parse_qsl(query, keep_blank_values=True):
        first, *inner = key.replace("]", "").split("[", _DEEPEST)
        _put(found, [first, *inner], text)
    return found


def _put(found: dict[str, JSON], steps: list[str], text: str) -> None:
    name, *rest = steps
    if rest and rest != [""]:
        below = found.setdefault(name, {})
        if isinstance(below, dict):
            _put(below, rest, text)
        return
    if rest or name in _LISTS:
        held = found.setdefault(name, [])
        if isinstance(held, list):
            held.extend([text] if rest else text.split(","))
    else:
        found[name] = int(text) if name in _NUMBERS and _is_whole(text) else text


def _is_whole(text: str) -> bool:
    return text.removeprefix("-").isascii() and text.removeprefix("-").isdigit() and len(text) < 20  # noqa: PLR2004
