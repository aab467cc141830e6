"""Requests without a valid key."""

from __future__ import annotations

from conformance.generate.scenarios.base import Session, Steps
from conformance.model import JSON

_WRONG = "Bearer key_00000000000000000000000000000000"
_MALFORMED = ("Bearer", "Basic a2V5OnNlY3JldA==", "key_00000000000000000000000000000000", "Token token=abc")
_CALL_OPERATIONS = (
    "list-calls",
    "get-call",
    "create-web-call",
    "create-phone-call",
    "register-phone-call",
    "register-call",
    "update-call",
    "delete-call",
)


def strangers(session: Session) -> Steps:
    """Every operation without a key, with a wrong one, and with headers that are no bearer credentials."""
    operations = [name for name in _CALL_OPERATIONS if session.offers(name)]
    if session.profile.reads_only:
        operations = ["list-calls", "get-call"]
    for index, name in enumerate(operations):
        body, call_id, known = _request(session, name)
        for credentials, authorization in (
            ("none", None),
            ("wrong", _WRONG),
            ("malformed", _MALFORMED[index % len(_MALFORMED)]),
        ):
            yield session.cases.stranger(
                name, body, credentials=credentials, authorization=authorization, call_id=call_id, known=known
            )


def _request(session: Session, operation: str) -> tuple[JSON, str | None, bool]:
    """Body, call id, and whether that call exists.

    What would be accepted with a valid key, where that can do no harm.
    """
    known = session.knowledge
    if operation in {"get-call", "update-call", "delete-call"}:
        call_id = next(iter(known.calls), None) if operation == "get-call" else session.own_call()
        harmless = operation == "get-call" or session.local
        chosen = call_id if harmless else None
        empty: JSON = {} if operation == "update-call" else None
        return empty, chosen or session.unknown_id(operation), chosen is not None
    if session.contract.operation(operation).request_in == "query":
        return None, None, True
    if operation == "list-calls":
        return {"limit": 1}, None, True
    body = known.working_bodies.get(operation)
    return (dict(body) if body is not None and session.local else {}), None, True
