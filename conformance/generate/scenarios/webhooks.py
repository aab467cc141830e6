"""Calls that are made for the webhooks that the server sends about them."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator

from conformance.generate.scenarios.base import Session, Steps, call_of
from conformance.generate.scenarios.creating import CREATES
from conformance.model import JSON, Case, Exchange
from conformance.seams import Inbox

_GIVEN: JSON = {
    "metadata": {"customer": "Zoë Ünïcode 你好 🙂", "quote": "\"'\\/<&>", "visits": 3, "deep": {"a": [None, True]}},
    "retell_llm_dynamic_variables": {"customer_name": "Zoë 你好", "empty": ""},
}
_NOT_ANSWERED = "+14155550199"
"""A fictional number that nobody answers, where the server under test knows how to play that."""
_MOST_FETCHED = 20


def webhooks(session: Session) -> Steps:
    """Some calls are made, their webhooks awaited, and the calls fetched that webhooks were about.

    Where order can be judged, on this machine, some more are made once no answer is held back any longer, which would
    leave their order in doubt.
    """
    inbox, known = session.inbox, session.knowledge
    if inbox is None:
        return
    made = yield from _make(session)
    if not inbox.settle(made):
        known.why_not["webhooks"] = f"no webhook came to {inbox.address}: is the server set to send them there?"
        return
    if session.local and all("call_analyzed" in _events(inbox, [call_id]) for call_id in made):
        made += yield from _make(session)
        inbox.settle(made)
    events = _events(inbox, inbox.calls)
    known.why_not["webhooks"] = f"the webhooks that came do not exercise it: {', '.join(events) or 'none of a call'}"
    if not session.offers("get-call"):
        return
    own = {call_id for ids in known.created.values() for call_id in ids}
    about = [call_id for call_id in inbox.calls if call_id not in known.deleted]
    about.sort(key=lambda call_id: call_id not in made)
    for call_id in about[:_MOST_FETCHED]:
        yield session.cases.valid(
            "get-call",
            title="a call that webhooks were about",
            call_id=call_id,
            known=call_id in own,
            group=f"delivered {call_id}",
            delivered=tuple(inbox.about(call_id)),
            unanswered=dict(inbox.unanswered(call_id)),
            made=call_id in own,
            fresh=call_id in made,
        )


def _events(inbox: Inbox, calls: Iterable[str]) -> list[str]:
    return sorted({each.case.operation for call_id in calls for each in inbox.about(call_id)})


def _make(session: Session) -> Generator[Case, Exchange | None, list[str]]:
    """Makes the calls that the guard lets pass; their ids."""
    made = []
    for operation, body, proven in [] if session.profile.reads_only else _bodies(session):
        case = session.cases.valid(operation, body, title="a call for its webhooks", proven=proven)
        call = call_of((yield case))
        if call is not None:
            made.append(call["call_id"])
    return made


def _bodies(session: Session) -> Iterator[tuple[str, dict[str, JSON], bool]]:
    """Operation and body of each call, and whether a body much like it was accepted."""
    known_bodies = session.knowledge.working_bodies
    working = {name: body for name, body in known_bodies.items() if name in CREATES and session.offers(name)}
    if len(working) > 1:
        working.pop("register-phone-call", None)  # it waits five minutes to be dialled
    for operation, base in working.items():
        bundle = session.contract.schemas.bundle(session.contract.operation(operation).request or "")
        known = bundle["$defs"][bundle["$ref"].rsplit("/", 1)[-1]]["properties"]
        yield operation, {**base, **{name: value for name, value in _GIVEN.items() if name in known}}, True
        if operation == "create-phone-call" and session.local and _NOT_ANSWERED not in base.values():
            yield operation, {**base, "to_number": _NOT_ANSWERED}, False
