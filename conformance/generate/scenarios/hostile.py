"""What nobody should send and anybody may: bytes at the edges of JSON and of HTTP. Any answer will do but a crash."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace

from conformance.generate.scenarios.base import Session, Steps, call_of
from conformance.generate.scenarios.creating import CREATES
from conformance.model import JSON, Case

_DEPTH, _LONG = 3_000, 100_000
_THOROUGHLY = ("create-web-call", "register-call", "list-calls")
_BRIEFLY = ("register-phone-call", "create-phone-call", "update-call")
_BRIEF = 3


def hostile(session: Session) -> Steps:
    """Bodies at the edges of JSON, and content types that are wrong or missing, for each operation with a body."""
    for operation in (*_THOROUGHLY, *_BRIEFLY):
        if not session.offers(operation) or session.contract.operation(operation).request_in != "body":
            continue
        call_id = session.own_call() if operation == "update-call" else None
        if operation == "update-call" and call_id is None:
            continue
        # Elsewhere a body names nobody to call: what a server makes of bytes at the edge, nobody knows.
        base = dict(session.knowledge.working_bodies.get(operation, {})) if session.local else {}
        brief = operation in _BRIEFLY and session.profile.name != "deep"
        every = tuple(bodies(base, member="filter_criteria" if operation == "list-calls" else "metadata"))
        for name, body in every[:_BRIEF] if brief else every:
            yield from _sent(
                session, session.cases.hostile(operation, body, title=f"a body with {name}", call_id=call_id)
            )
        if not brief:
            yield from _content_types(session, operation, base, call_id)


def _sent(session: Session, case: Case) -> Steps:
    """Send it, and delete at once what it made: not every client of the account can read such a call."""
    call = call_of((yield case))
    if call is not None and case.operation in CREATES and session.offers("delete-call"):
        yield session.cases.valid("delete-call", title="what an odd body made", call_id=call["call_id"], known=True)


def bodies(base: Mapping[str, JSON], *, member: str) -> Iterator[tuple[str, bytes]]:
    """Named bodies; those that are JSON hold the base and a member with something at the edge in it."""
    inner = {
        "a NUL character": b'{"text":"a\\u0000b"}',
        "half a surrogate pair": b'{"text":"\\ud800"}',
        "a huge whole number": b'{"number":' + b"9" * 400 + b"}",
        "a number beyond all floats": b'{"number":1e400}',
        "NaN": b'{"number":NaN}',
        "the name __proto__": b'{"__proto__":{"polluted":true}}',
        "a text of a hundred thousand characters": b'{"text":"' + b"a" * _LONG + b'"}',
    }
    for name, value in inner.items():
        yield name, _with(base, member, value)
    deep = b'{"deep":' * _DEPTH + b"1" + b"}" * _DEPTH
    yield "nesting of some thousand levels", _with({}, member, deep)  # names nobody, so that it is never kept
    whole = json.dumps(dict(base)).encode()
    yield "a name that stands twice", whole[:-1] + (b"," if base else b"") + b'"limit":1,"limit":"x"}'
    yield "bytes that are no UTF-8", _with(base, member, b'{"text":"\xff\xfe"}')
    yield "a byte order mark", b"\xef\xbb\xbf" + whole


def _with(base: Mapping[str, JSON], member: str, value: bytes) -> bytes:
    members = b"".join(
        json.dumps(name).encode() + b":" + json.dumps(each).encode() + b"," for name, each in base.items()
    )
    return b"{" + members + json.dumps(member).encode() + b":" + value + b"}"


def _content_types(session: Session, operation: str, base: Mapping[str, JSON], call_id: str | None) -> Steps:
    body = json.dumps(dict(base)).encode()
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""):
        title = f"a body of content type {kind}" if kind else "a body without a content type"
        case = session.cases.hostile(operation, body, title=title, call_id=call_id)
        yield from _sent(session, _typed(case, kind))


def _typed(case: Case, kind: str) -> Case:
    return replace(case, headers=(("content-type", kind),) if kind else ())
