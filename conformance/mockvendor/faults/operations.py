"""Faults of operations and their statuses: OPS, STAT, GONE."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

from conformance.mockvendor.faults.base import Call, MockFault
from conformance.mockvendor.faults.hooks import (
    CREATES,
    after,
    answering,
    crash,
    refusing,
    shown,
    status,
    waived,
)
from conformance.mockvendor.wire import Ask, Reply
from conformance.model import JSON, Level

__all__ = ["FAULTS"]

_DEEP = 6
_LONG = 500
_MANY = 1000


def _reply(code: int, message: str) -> Reply:
    return Reply(status=code, value={"status": "error", "message": message})


def _no_path() -> Reply:
    return _reply(404, "There is no such path.")


def _no_method() -> Reply:
    return _reply(405, "This path does not take that method.")


def _depth(value: JSON) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(_depth, inner), default=0)


def _texts(value: JSON) -> list[str]:
    if isinstance(value, dict):
        return [*value, *(text for each in value.values() for text in _texts(each))]
    if isinstance(value, list):
        return [text for each in value for text in _texts(each)]
    return [value] if isinstance(value, str) else []


def _metadata(body: JSON) -> JSON:
    return body.get("metadata") if isinstance(body, dict) else None


def _letters(body: JSON) -> str:
    return "".join(_texts(_metadata(body)))


def _filters(body: JSON) -> JSON:
    found = body.get("filter_criteria") if isinstance(body, dict) else None
    return found if isinstance(found, dict) else {}


def _variables(body: JSON) -> JSON:
    found = body.get("retell_llm_dynamic_variables")
    return found if isinstance(found, dict) else {}


def _crashing(*on: str, when: Callable[[Ask], bool]) -> Callable[[Ask], Reply | None]:
    """A `before` hook that answers 500 to some requests, whatever their bodies are worth."""
    return lambda ask: crash() if (not on or ask.operation in on) and when(ask) else None


def _has_bytes(*signs: bytes) -> Callable[[Ask], bool]:
    return lambda ask: any(sign in ask.raw for sign in signs)


def _is_typed_otherwise(ask: Ask) -> bool:
    return bool(ask.raw) and "json" not in ask.headers.get("content-type", "")


def _empty_body_crashes(ask: Ask) -> Reply | None:
    wants_body = ask.method in {"POST", "PATCH"} and ask.operation != "stop-call"
    return crash() if wants_body and not ask.raw.strip() else None


def _nan(call: Call) -> None:
    call["latency"] = {**call["latency"], "tts": {"p50": math.nan}}


_CREATES = tuple(CREATES)

FAULTS = (
    MockFault(
        name="register-phone-call-without-prefix",
        breaks="OPS-001",
        text="register-phone-call is not found under its /v2 path.",
        before=answering(_no_path, "register-phone-call"),
    ),
    MockFault(
        name="create-web-call-without-prefix",
        breaks="OPS-001",
        text="create-web-call is not found under its /v2 path.",
        before=answering(_no_path, "create-web-call"),
    ),
    MockFault(
        name="update-call-takes-only-put",
        breaks="OPS-001",
        text="PATCH is not allowed on update-call.",
        before=answering(_no_method, "update-call"),
    ),
    MockFault(
        name="delete-call-takes-only-post",
        breaks="OPS-001",
        text="DELETE is not allowed on delete-call.",
        before=answering(_no_method, "delete-call"),
    ),
    MockFault(
        name="metadata-with-unicode-refused",
        breaks="OPS-002",
        text="Metadata with non-ASCII characters is refused by the operations that create calls.",
        before=refusing(*_CREATES, when=lambda body: not _letters(body).isascii()),
    ),
    MockFault(
        name="deep-metadata-refused",
        breaks="OPS-002",
        text=f"Metadata nested deeper than {_DEEP - 1} is refused.",
        before=refusing(*_CREATES, when=lambda body: _depth(_metadata(body)) > _DEEP),
    ),
    MockFault(
        name="long-metadata-refused",
        breaks="OPS-002",
        text=f"A text of more than {_LONG} characters in the metadata is refused.",
        before=refusing(*_CREATES, when=lambda body: any(len(t) > _LONG for t in _texts(_metadata(body)))),
    ),
    MockFault(
        name="empty-metadata-refused",
        breaks="OPS-002",
        text="create-web-call refuses metadata without members.",
        before=refusing("create-web-call", when=lambda body: _metadata(body) == {}),
    ),
    MockFault(
        name="agent-version-refused",
        breaks="OPS-002",
        text="register-phone-call refuses agent_version.",
        before=refusing("register-phone-call", when=lambda body: "agent_version" in body),
    ),
    MockFault(
        name="agent-override-refused",
        breaks="OPS-002",
        text="create-phone-call refuses agent_override.",
        before=refusing("create-phone-call", when=lambda body: "agent_override" in body),
    ),
    MockFault(
        name="empty-dynamic-variable-refused",
        breaks="OPS-002",
        text="A dynamic variable with an empty value is refused.",
        before=refusing(*_CREATES, when=lambda body: "" in _variables(body).values()),
    ),
    MockFault(
        name="list-without-filters-refused",
        breaks="OPS-002",
        text="list-calls refuses the empty object.",
        before=refusing("list-calls", when=lambda body: body == {}),
    ),
    MockFault(
        name="two-filters-at-once-refused",
        breaks="OPS-002",
        text="list-calls refuses more than one filter at once.",
        before=refusing("list-calls", when=lambda body: len(_filters(body)) > 1),
    ),
    MockFault(
        name="end-timestamp-filter-refused",
        breaks="OPS-002",
        text="list-calls refuses the filter end_timestamp.",
        before=refusing("list-calls", when=lambda body: "end_timestamp" in _filters(body)),
    ),
    MockFault(
        name="empty-body-crashes",
        breaks="OPS-003",
        text="A request without a body is answered with 500.",
        before=_empty_body_crashes,
    ),
    MockFault(
        name="nul-character-crashes",
        breaks="OPS-003",
        text="A NUL character anywhere in a body is answered with 500.",
        before=_crashing(when=_has_bytes(b"\\u0000")),
    ),
    MockFault(
        name="half-surrogate-in-lists-crashes",
        breaks="OPS-003",
        text="Half a surrogate pair in the body of list-calls is answered with 500.",
        before=_crashing("list-calls", when=_has_bytes(b"\\ud800")),
    ),
    MockFault(
        name="huge-number-crashes",
        breaks="OPS-003",
        text="A number beyond all floats is answered with 500.",
        before=_crashing("create-web-call", when=_has_bytes(b"1e400")),
    ),
    MockFault(
        name="broken-utf-8-crashes",
        breaks="OPS-003",
        text="Bytes that are no UTF-8 are answered with 500.",
        before=_crashing(when=_has_bytes(b"\xff\xfe")),
    ),
    MockFault(
        name="deep-nesting-crashes",
        breaks="OPS-003",
        text="A body of some thousand levels is answered with 500.",
        before=_crashing("create-web-call", when=lambda ask: ask.raw.count(b"{") > _MANY),
    ),
    MockFault(
        name="other-content-type-crashes",
        breaks="OPS-003",
        text="A body that is not said to be JSON is answered with 500.",
        before=_crashing("create-web-call", when=_is_typed_otherwise),
    ),
    MockFault(
        name="deep-metadata-crashes",
        breaks="OPS-003",
        text=f"Metadata nested deeper than {_DEEP - 1} is answered with 500.",
        before=answering(crash, *_CREATES, when=lambda body: _depth(_metadata(body)) > _DEEP),
    ),
    MockFault(
        name="emoji-crashes",
        breaks="OPS-003",
        text="A character outside the basic plane in the metadata is answered with 500.",
        before=answering(crash, *_CREATES, when=lambda body: max(_letters(body), default="") > "\uffff"),
    ),
    MockFault(
        name="array-body-crashes",
        breaks="OPS-003",
        text="A body that is a JSON array is answered with 500.",
        before=answering(crash, *_CREATES, "list-calls", when=lambda body: isinstance(body, list)),
    ),
    MockFault(
        name="metadata-as-string-crashes",
        breaks="OPS-003",
        text="Metadata that is a string is answered with 500.",
        before=answering(crash, *_CREATES, when=lambda body: isinstance(_metadata(body), str)),
    ),
    MockFault(
        name="create-web-call-answers-202",
        breaks="STAT-001",
        text="create-web-call answers 202.",
        after=status(202, "create-web-call"),
    ),
    MockFault(
        name="create-phone-call-answers-202",
        breaks="STAT-001",
        text="create-phone-call answers 202.",
        after=status(202, "create-phone-call"),
    ),
    MockFault(
        name="register-phone-call-answers-202",
        breaks="STAT-001",
        text="register-phone-call answers 202.",
        after=status(202, "register-phone-call"),
    ),
    MockFault(
        name="creates-answer-200",
        breaks="STAT-001",
        text="The operations that create calls answer 200.",
        level=Level.SHOULD,
        after=status(200, *_CREATES),
    ),
    MockFault(
        name="get-call-answers-203",
        breaks="STAT-002",
        text="get-call answers 203.",
        after=status(203, "get-call"),
    ),
    MockFault(
        name="list-calls-answers-206",
        breaks="STAT-002",
        text="list-calls answers 206.",
        after=status(206, "list-calls"),
    ),
    MockFault(
        name="update-call-answers-201",
        breaks="STAT-002",
        text="update-call answers 201.",
        after=status(201, "update-call"),
    ),
    MockFault(
        name="delete-call-answers-200",
        breaks="STAT-003",
        text="delete-call answers 200 with a body.",
        after=status(200, "delete-call", value={"success": True}),
    ),
    MockFault(
        name="delete-call-answers-202",
        breaks="STAT-003",
        text="delete-call answers 202 without a body.",
        after=status(202, "delete-call"),
    ),
    MockFault(
        name="unknown-call-id-answers-200",
        breaks="STAT-004",
        text="get-call answers any id with a call.",
        waive=waived("unknown-call", "get-call"),
    ),
    MockFault(
        name="unknown-call-id-updated",
        breaks="STAT-004",
        text="update-call answers any id with a call.",
        waive=waived("unknown-call", "update-call"),
    ),
    MockFault(
        name="unknown-call-id-deleted",
        breaks="STAT-004",
        text="delete-call answers any id with 204.",
        waive=waived("unknown-call", "delete-call"),
    ),
    MockFault(
        name="unknown-call-id-answers-404",
        breaks="STAT-004",
        text="An unknown call id is answered with 404.",
        level=Level.SHOULD,
        after=after(
            lambda reply: replace(reply, status=404),
            when=lambda reply: reply.problem is not None and reply.problem.kind == "unknown-call",
        ),
    ),
    MockFault(
        name="get-call-says-text",
        breaks="STAT-005",
        text="get-call says that its JSON is plain text.",
        after=after(lambda reply: replace(reply, content_type="text/plain; charset=utf-8"), "get-call"),
    ),
    MockFault(
        name="list-calls-without-content-type",
        breaks="STAT-005",
        text="list-calls does not say what it answers with.",
        after=after(lambda reply: replace(reply, content_type=None), "list-calls"),
    ),
    MockFault(
        name="errors-say-html",
        breaks="STAT-005",
        text="Error bodies are JSON but said to be HTML.",
        after=after(
            lambda reply: replace(reply, content_type="text/html"),
            when=lambda reply: reply.problem is not None,
        ),
    ),
    MockFault(
        name="latency-is-nan",
        breaks="STAT-005",
        text="get-call writes NaN, which is no JSON, where there are no latencies to average.",
        show=shown(_nan, "get-call", when=lambda call, _: "latency" in call),
    ),
    MockFault(
        name="v1-register-call-still-answers",
        breaks="GONE-001",
        text="POST /register-call still makes calls.",
        waive=waived("gone", "register-call"),
    ),
    MockFault(
        name="v1-create-phone-call-still-answers",
        breaks="GONE-002",
        text="POST /create-phone-call still makes calls.",
        waive=waived("gone", "create-phone-call"),
    ),
    MockFault(
        name="v1-get-call-still-answers",
        breaks="GONE-003",
        text="GET /get-call/{call_id} still answers.",
        waive=waived("gone", "get-call"),
    ),
    MockFault(
        name="v1-list-calls-still-answers",
        breaks="GONE-004",
        text="GET /list-calls still answers.",
        waive=waived("gone", "list-calls"),
    ),
    MockFault(
        name="get-on-v2-list-calls-answers",
        breaks="GONE-005",
        text="GET /v2/list-calls answers beside POST.",
        waive=lambda ask, problem: (
            problem.kind == "wrong-method" and ask.method == "GET" and ask.operation == "list-calls"
        ),
    ),
)
