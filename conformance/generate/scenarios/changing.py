"""Scenarios that change or delete calls that this run made, and nobody else's."""

from __future__ import annotations

from conformance.generate.scenarios.base import Session, Steps, call_of, ids_of, status_of
from conformance.model import JSON

_TRIES, _LAG_SECONDS = 3, 0.4
_METADATA: JSON = {
    "customer": "Zoë Ünïcode 你好",
    "visits": 3,
    "tags": ["a", ""],
    "open": True,
    "none": None,
    "deep": {"a": {"b": {}}},
}


def updates(session: Session) -> Steps:
    """Metadata of a call that was made, changed and read again.

    Some servers only take ended calls: a refusal proves nothing.
    """
    if not session.offers("update-call"):
        return
    call_id = session.own_call()
    if call_id is None:
        session.knowledge.why_not.setdefault("update-call", "no call was made that could be changed")
        return
    tag = dict(session.cases.tag or {})
    first = yield session.cases.valid(
        "update-call", {"metadata": {"step": "1", **tag}}, title="new metadata", call_id=call_id, known=True
    )
    if status_of(first) not in range(200, 300):
        session.knowledge.why_not["update-call"] = f"a change of metadata was answered {status_of(first)}"
        return
    session.knowledge.working_bodies["update-call"] = {"metadata": {"step": "1", **tag}}
    second = yield session.cases.valid(
        "update-call",
        {"metadata": {**_METADATA, **tag}},
        title="metadata with Unicode and nesting",
        call_id=call_id,
        known=True,
        proven=True,
        field="metadata",
    )
    changed = call_of(second)
    if changed is not None:
        yield session.cases.valid(
            "get-call",
            title="a call after its change",
            call_id=call_id,
            known=True,
            proven=True,
            created=changed,
        )


def unknown_calls(session: Session) -> Steps:
    """Changing and deleting a call that nobody has."""
    for operation, body in (("update-call", {"metadata": {}}), ("delete-call", None)):
        if session.offers(operation):
            yield session.cases.unknown_call(operation, session.unknown_id(operation), body)


def deletions(session: Session) -> Steps:
    """One call of each create operation is deleted."""
    if not session.offers("delete-call"):
        return
    for operation, made in list(session.knowledge.created.items()):
        ids = [call_id for call_id in made if call_id not in session.knowledge.deleted]
        if not session.cases.has(operation) or not ids:
            continue
        exchange = yield session.cases.valid(
            "delete-call", title="a call that was made here", call_id=ids[-1], known=True
        )
        if status_of(exchange) in range(200, 300):
            yield from _gone(session, ids[-1])
    if not session.knowledge.created:
        session.knowledge.why_not.setdefault("delete-call", "no call was made that could be deleted")


def _gone(session: Session, call_id: str) -> Steps:
    """It can neither be fetched nor be found, at the latest after some tries: a list may lag a little behind."""
    for attempt in range(1, _TRIES + 1):
        exchange = yield session.cases.deleted(call_id, last=attempt == _TRIES)
        if status_of(exchange) not in range(200, 300):
            break
        session.pause(_LAG_SECONDS)
    if "call_id" not in session.contract.filters():
        return
    for attempt in range(1, _TRIES + 1):
        exchange = yield session.cases.listing(
            {"filter_criteria": {"call_id": [call_id]}, "limit": 5},
            title="the call that was just deleted, by its id",
            deleted=call_id,
            last=attempt == _TRIES,
        )
        if call_id not in ids_of(exchange):
            return
        session.pause(_LAG_SECONDS)


def clean_up(session: Session) -> Steps:
    """Every call that this run made is deleted; only when the user asked for it."""
    if session.offers("delete-call"):
        for call_id in session.knowledge.remaining:
            yield session.cases.valid("delete-call", title="cleaning up", call_id=call_id, known=True)
