"""Faults of refusals: ERR, AUTH, REQ. Each lets one wrong request pass, or words its refusal wrongly."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.mockvendor.faults.base import MockFault
from conformance.mockvendor.faults.hooks import CREATES, after, waived
from conformance.model import JSON, Level

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.mockvendor.wire import Ask, Problem, Reply

__all__ = ["FAULTS"]

_CREATES = tuple(CREATES)


def _worded(change: Callable[[JSON], JSON], *, status: int | None = None) -> Callable[[Ask, Reply], Reply]:
    """An `after` hook that changes the bodies of refusals, or of those with one status."""
    return after(
        lambda reply: replace(reply, value=change(reply.value)),
        when=lambda reply: reply.problem is not None and status in {None, reply.status},
    )


def _without(name: str) -> Callable[[JSON], JSON]:
    return lambda body: {key: value for key, value in body.items() if key != name}


def _is_scalar(value: JSON) -> bool:
    return not isinstance(value, dict | list)


def _is_text(value: JSON) -> bool:
    return isinstance(value, str)


def _header_form(fits: Callable[[list[str]], bool]) -> Callable[[Ask, Problem], bool]:
    """A `waive` hook for malformed Authorization headers of one form."""
    return lambda ask, problem: problem.kind == "malformed-key" and fits(ask.headers["authorization"].split())


def _weaker_status(reply: Reply) -> Reply:
    return replace(reply, status=409)


_FROM_SCHEMA = frozenset({"missing", "null", "type", "empty", "enum", "surplus", "schema"})

_ERRORS = (
    MockFault(
        name="error-body-without-message",
        breaks="ERR-001",
        text="Error bodies carry no message.",
        after=_worded(_without("message")),
    ),
    MockFault(
        name="error-message-under-detail",
        breaks="ERR-001",
        text="A body that is refused with 400 is told what is wrong under `detail`.",
        after=_worded(lambda body: {"status": "error", "detail": body["message"]}, status=400),
    ),
    MockFault(
        name="error-message-is-empty",
        breaks="ERR-001",
        text="What is not found is told in an empty message.",
        after=_worded(lambda body: {**body, "message": ""}, status=422),
    ),
    MockFault(
        name="error-message-is-a-list",
        breaks="ERR-001",
        text="The message of a refused body is a list.",
        after=_worded(lambda body: {**body, "message": [body["message"]]}, status=400),
    ),
    MockFault(
        name="unauthorised-body-is-a-string",
        breaks="ERR-001",
        text="The body of a 401 is a JSON string.",
        after=_worded(lambda body: body["message"], status=401),
    ),
    MockFault(
        name="v1-error-body-without-message",
        breaks="ERR-003",
        text="Error bodies of V1 carry no error_message.",
        edition="v1",
        after=_worded(_without("error_message")),
    ),
    MockFault(
        name="error-body-without-status",
        breaks="ERR-002",
        text="Error bodies carry no status.",
        level=Level.SHOULD,
        after=_worded(_without("status")),
    ),
    MockFault(
        name="error-status-is-a-number",
        breaks="ERR-002",
        text="The status in error bodies is a number.",
        level=Level.SHOULD,
        after=_worded(lambda body: {**body, "status": 400}, status=400),
    ),
)

_AUTH = (
    MockFault(
        name="missing-key-accepted",
        breaks="AUTH-001",
        text="No key is needed.",
        waive=waived("no-key"),
    ),
    MockFault(
        name="missing-key-accepted-for-lists",
        breaks="AUTH-001",
        text="list-calls needs no key.",
        waive=waived("no-key", "list-calls"),
    ),
    MockFault(
        name="missing-key-answers-403",
        breaks="AUTH-001",
        text="A missing key is answered with 403.",
        after=after(
            lambda reply: replace(reply, status=403),
            when=lambda reply: reply.problem is not None and reply.problem.kind == "no-key",
        ),
    ),
    MockFault(
        name="wrong-key-accepted",
        breaks="AUTH-002",
        text="Every key is let in.",
        waive=waived("wrong-key"),
    ),
    MockFault(
        name="wrong-key-may-read",
        breaks="AUTH-002",
        text="Every key may read calls.",
        waive=waived("wrong-key", "get-call", "list-calls"),
    ),
    MockFault(
        name="wrong-key-answers-404",
        breaks="AUTH-002",
        text="A wrong key is answered with 404.",
        after=after(
            lambda reply: replace(reply, status=404),
            when=lambda reply: reply.problem is not None and reply.problem.kind == "wrong-key",
        ),
    ),
    MockFault(
        name="malformed-authorization-accepted",
        breaks="AUTH-003",
        text="A header of any form is let in.",
        waive=waived("malformed-key"),
    ),
    MockFault(
        name="key-without-bearer-accepted",
        breaks="AUTH-003",
        text="A key without a scheme is let in.",
        waive=_header_form(lambda parts: len(parts) == 1 and parts[0].lower() != "bearer"),
    ),
    MockFault(
        name="malformed-authorization-answers-400",
        breaks="AUTH-003",
        text="A malformed Authorization header is answered with 400.",
        level=Level.SHOULD,
        after=after(
            lambda reply: replace(reply, status=400),
            when=lambda reply: reply.problem is not None and reply.problem.kind == "malformed-key",
        ),
    ),
)


def _accepts(
    name: str, breaks: str, kind: str, *on: str, at: str = "", value: Callable[[JSON], bool] | None = None
) -> MockFault:
    """A fault that lets one kind of wrong body pass; its name ends in `-accepted`."""
    words = name.removesuffix("-accepted").replace("-", " ")
    operations = ", ".join(on) if set(on) != CREATES else "the operations that create calls"
    return MockFault(
        name=name,
        breaks=breaks,
        text=f"{words.capitalize()}: accepted by {operations or 'every operation'}.",
        level=Level.SHOULD if breaks in _SHOULDS else Level.MUST,
        waive=waived(kind, *on, at=at, value=_is_text if kind == "enum" and value is None else value),
    )


_SHOULDS = frozenset({"REQ-008", "REQ-010", "REQ-011", "REQ-012"})

_BODIES = (
    _accepts("missing-agent-id-accepted", "REQ-001", "missing", "create-web-call", at="/agent_id"),
    _accepts("missing-agent-id-on-register-accepted", "REQ-001", "missing", "register-phone-call", at="/agent_id"),
    _accepts("missing-to-number-accepted", "REQ-001", "missing", "create-phone-call", at="/to_number"),
    _accepts("missing-from-number-accepted", "REQ-001", "missing", "create-phone-call", at="/from_number"),
    _accepts("null-agent-id-accepted", "REQ-002", "null", "create-web-call", at="/agent_id"),
    _accepts("agent-id-of-another-type-accepted", "REQ-002", "type", "register-phone-call", at="/agent_id"),
    _accepts("to-number-of-another-type-accepted", "REQ-002", "type", "create-phone-call", at="/to_number"),
    _accepts("null-from-number-accepted", "REQ-002", "null", "create-phone-call", at="/from_number"),
    _accepts("empty-agent-id-accepted", "REQ-003", "empty", "create-web-call", at="/agent_id"),
    _accepts("empty-agent-id-on-register-accepted", "REQ-003", "empty", "register-phone-call", at="/agent_id"),
    _accepts("empty-to-number-accepted", "REQ-003", "empty", "create-phone-call", at="/to_number"),
    _accepts("broken-json-accepted", "REQ-004", "not-json", *_CREATES),
    _accepts("broken-json-in-lists-accepted", "REQ-004", "not-json", "list-calls"),
    _accepts("array-body-accepted", "REQ-005", "no-object", *_CREATES),
    _accepts("array-body-in-lists-accepted", "REQ-005", "no-object", "list-calls"),
    _accepts("unknown-direction-accepted", "REQ-006", "enum", "register-phone-call", at="/direction"),
    _accepts("unknown-sort-order-accepted", "REQ-006", "enum", "list-calls", at="/sort_order"),
    _accepts("unknown-call-type-filter-accepted", "REQ-006", "enum", "list-calls", at="/filter_criteria/call_type"),
    _accepts("unknown-direction-filter-accepted", "REQ-006", "enum", "list-calls", at="/filter_criteria/direction"),
    _accepts(
        "unknown-sentiment-filter-accepted",
        "REQ-006",
        "enum",
        "list-calls",
        at="/filter_criteria/user_sentiment",
    ),
    _accepts("unknown-storage-setting-accepted", "REQ-006", "enum", "update-call", at="/data_storage_setting"),
    _accepts("scalar-metadata-accepted", "REQ-007", "type", *_CREATES, at="/metadata", value=_is_scalar),
    _accepts(
        "scalar-metadata-in-update-accepted",
        "REQ-007",
        "type",
        "update-call",
        at="/metadata",
        value=_is_scalar,
    ),
    _accepts(
        "scalar-dynamic-variables-accepted",
        "REQ-007",
        "type",
        "create-phone-call",
        at="/retell_llm_dynamic_variables",
        value=_is_scalar,
    ),
    _accepts(
        "scalar-filter-criteria-accepted",
        "REQ-007",
        "type",
        "list-calls",
        at="/filter_criteria",
        value=_is_scalar,
    ),
    _accepts(
        "limit-as-a-list-accepted",
        "REQ-007",
        "type",
        "list-calls",
        at="/limit",
        value=lambda value: not _is_scalar(value),
    ),
    _accepts("null-metadata-accepted", "REQ-008", "null", *_CREATES, at="/metadata"),
    _accepts(
        "limit-as-a-string-accepted",
        "REQ-008",
        "type",
        "list-calls",
        at="/limit",
        value=lambda value: isinstance(value, str),
    ),
    _accepts("unknown-field-in-update-accepted", "REQ-009", "surplus", "update-call"),
    _accepts("national-to-number-accepted", "REQ-010", "e164", "create-phone-call", at="/to_number"),
    _accepts("unknown-agent-accepted", "REQ-011", "unknown-agent", *_CREATES),
    _accepts("missing-body-accepted", "REQ-012", "no-body"),
    MockFault(
        name="refused-bodies-answer-409",
        breaks="REQ-013",
        text="A body that its schema refuses is answered with 409.",
        level=Level.SHOULD,
        after=after(
            _weaker_status,
            when=lambda reply: reply.problem is not None and reply.problem.kind in _FROM_SCHEMA,
        ),
    ),
)

FAULTS = (*_ERRORS, *_AUTH, *_BODIES)
