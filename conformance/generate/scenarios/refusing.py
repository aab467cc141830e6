"""Bodies that are wrong in exactly one named way, on top of bodies that work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from conformance.generate.mutation import IsValid, Mutation
from conformance.generate.mutations import mutations
from conformance.generate.raw import raw_mutations
from conformance.generate.scenarios.base import Profile, Session, Steps
from conformance.generate.scenarios.creating import CREATES, drawn_bodies
from conformance.model import JSON, Flaw

_TWO_SPELLINGS = ("/filter_criteria/metadata", "/filter_criteria/dynamic_variables")
_NOT_NUMBERS = ("555", "not-a-number", "4155550100")


def refusals(session: Session) -> Steps:
    """Every documented field of every operation wrong in one way; bodies that are no JSON object."""
    for operation in (*CREATES, "list-calls", "update-call"):
        if not session.offers(operation) or session.contract.operation(operation).request_in != "body":
            continue
        call_id = session.own_call() if operation == "update-call" else None
        if operation == "update-call" and call_id is None:
            session.knowledge.why_not.setdefault(operation, "no call was made that could be changed")
            continue
        yield from _raw(session, operation, call_id)
        yield from _fields(session, operation, call_id)
    yield from _unknown_agent(session)
    yield from _not_numbers(session)


def _raw(session: Session, operation: str, call_id: str | None) -> Steps:
    base = dict(_base(session, operation) or {})
    for mutation in raw_mutations(base, is_valid=_accepts(session, operation)):
        flaw = mutation.flaw() if mutation.body else replace(mutation.flaw(), kind="no-body", firm=True)
        yield session.cases.invalid(operation, mutation.body, flaw, call_id=call_id)


def _accepts(session: Session, operation: str) -> IsValid:
    name = session.contract.operation(operation).request or ""
    return lambda value: not session.contract.schemas.validate(name, value)


def _fields(session: Session, operation: str, call_id: str | None) -> Steps:
    base = _base(session, operation)
    if base is None:
        return
    alone = chosen(_every(session, operation, base), session.profile)
    for mutation in (*alone, *_inside_rich(session, operation, base)):
        yield session.cases.invalid(operation, mutation.value, _flaw(session, operation, mutation), call_id=call_id)


def _every(session: Session, operation: str, base: Mapping[str, JSON]) -> list[Mutation]:
    schema = session.contract.schemas.bundle(session.contract.operation(operation).request or "")
    return [_weighed(each) for each in mutations(schema, dict(base), is_valid=_accepts(session, operation))]


def _inside_rich(session: Session, operation: str, base: Mapping[str, JSON]) -> list[Mutation]:
    """The same flaws inside a drawn body that is otherwise valid: the firm ones, as many as the profile allows."""
    rich = drawn_bodies(session, operation, base, session.profile.draws and 1)
    firm = [each for body in rich for each in _every(session, operation, body) if each.firm]
    return firm[:: max(1, len(firm) // max(1, session.profile.rich))][: session.profile.rich]


def _weighed(mutation: Mutation) -> Mutation:
    """Whether a filter over user data is an object or flat dotted keys is open: no server need know both spellings."""
    return replace(mutation, firm=False) if mutation.pointer.startswith(_TWO_SPELLINGS) else mutation


def chosen(every: Sequence[Mutation], profile: Profile) -> list[Mutation]:
    """As many as the profile allows.

    Some firm ones of each place, and doubtful ones, those of the outermost fields first.
    """
    places: dict[tuple[str, str], list[Mutation]] = {}
    for mutation in every:
        if mutation.firm:
            places.setdefault((mutation.pointer, mutation.kind), []).append(mutation)
    kept = [
        each
        for turn, ones in enumerate(places.values())
        for each in (ones[turn % len(ones) :] + ones[: turn % len(ones)])[: profile.firm]
    ]
    doubtful = sorted((each for each in every if not each.firm), key=lambda each: each.pointer.count("/"))
    return kept + doubtful[: profile.doubtful]


def _flaw(session: Session, operation: str, mutation: Mutation) -> Flaw:
    definition = session.contract.schemas.definition(session.contract.operation(operation).request or "")
    required = mutation.field in definition.get("required", ()) and mutation.pointer == f"/{mutation.field}"
    firm = mutation.firm and (required or mutation.kind != "missing")
    return replace(mutation.flaw(), firm=firm, required=required)


def _base(session: Session, operation: str) -> Mapping[str, JSON] | None:
    if operation == "list-calls":
        return {}
    return session.knowledge.working_bodies.get(operation)


def _unknown_agent(session: Session) -> Steps:
    for operation in ("create-web-call", "register-phone-call"):
        if operation in session.knowledge.working_bodies:
            flaw = Flaw(kind="unknown-agent", pointer="/agent_id", text="agent_id names no agent of the account")
            yield session.cases.invalid(operation, {"agent_id": session.unknown_agent()}, flaw)


def _not_numbers(session: Session) -> Steps:
    base = session.knowledge.working_bodies.get("create-phone-call")
    if base is None or not session.cases.has("create-web-call"):
        return
    for number in _NOT_NUMBERS:
        flaw = Flaw(kind="not-e164", pointer="/to_number", text=f"to_number {number!r} is not in E.164 form")
        yield session.cases.invalid("create-phone-call", {**base, "to_number": number}, flaw)
