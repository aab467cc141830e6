"""A value judged alone, by the checks of a run and by its schema."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.checks.judging import Judgement
from conformance.checks.registry import CHECKS
from conformance.checks.view import View
from conformance.checks.words import describe
from conformance.model import JSON, Case, Effect, Exchange, Level, Mismatch, Requirement, Response

if TYPE_CHECKING:
    from conformance.contract.contract import Contract
    from conformance.contract.schemas import SchemaError, SchemaSet

_OF_ONE_VALUE = frozenset(
    {
        "call-shape",
        "timestamps",
        "foreign-fields",
        "removed-field",
        "ends-after-start",
        "duration-fits",
        "nothing-before-the-end",
        "reason-fits-status",
        "only-with-reason",
        "percentiles-rise",
        "delivery-envelope",
        "delivery-has",
        "delivery-event",
        "delivery-members",
        "no-analysis-yet",
        "analysis-is-there",
        "status-fits-event",
        "event-carries",
    }
)
"""The checks that need nothing but the value: neither the request, nor what came before, nor a clock."""
_TYPES = {"web-call": "web_call", "phone-call": "phone_call"}
_CALLS = frozenset({"call", *_TYPES})


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A mismatch, whether it breaks something that must hold, and where that is written.

    Attributes:
        clause: The place in the sources, or "" where the schema alone tells it.
    """

    mismatch: Mismatch
    grave: bool
    clause: str = ""


def judged(value: JSON, kind: str, contract: Contract) -> tuple[Told, ...]:
    """What is wrong with a value of a kind, sorted by place.

    Args:
        value: As `json.loads` gives it.
        kind: The name of a schema.

    Raises:
        UnknownName: The edition has no such schema.
    """
    contract.schemas.definition(kind)
    found = list(_by_checks(value, kind, contract))
    of_type = _of_the_other_type(value, kind, contract)
    if of_type:
        found = [*of_type, *(each for each in found if each.mismatch.pointer != "/call_type")]
    else:
        found += _by_schema(value, kind, contract, {each.mismatch.pointer for each in found})
    return tuple(sorted(found, key=_place))


def _place(told: Told) -> tuple[list[tuple[int, str]], str]:
    """Places in the order of a document: the tenth item after the second."""
    steps = told.mismatch.pointer.split("/")
    return [(int(step), "") if step.isdecimal() else (-1, step) for step in steps], told.mismatch.expected


def _by_checks(value: JSON, kind: str, contract: Contract) -> Iterator[Told]:
    exchange = _exchange(value, kind, contract.schemas)
    if exchange is None:
        return
    view = View(exchange, contract)
    judgements = [
        Judgement(requirement=requirement, mismatch=mismatch, exchange=exchange)
        for requirement in contract.requirements
        if _concerns(requirement, exchange) and CHECKS[requirement.check].when(view, requirement.parameters)
        for mismatch in CHECKS[requirement.check].judge(view, requirement.parameters)
    ]
    closer = {
        outcome: {each.requirement.id for each in judgements if each.outcome.rank >= outcome.rank}
        for outcome in {each.outcome for each in judgements}
    }
    for each in judgements:
        if closer[each.outcome].isdisjoint(each.requirement.yields_to):
            grave = each.outcome.value == "failed"
            yield Told(mismatch=_levelled(each), grave=grave, clause=_clause(each.requirement))


def _levelled(judgement: Judgement) -> Mismatch:
    """The mismatch with the level at which it counts, since it stands without its requirement."""
    mismatch, own = judgement.mismatch, judgement.requirement.level
    level = own if mismatch.level is None or own is not Level.MUST else mismatch.level
    return Mismatch(
        message=mismatch.message,
        expected=mismatch.expected,
        actual=mismatch.actual,
        pointer=mismatch.pointer,
        level=level,
    )


def _clause(requirement: Requirement) -> str:
    return requirement.clause if requirement.check in {"removed-field", "foreign-fields"} else ""


def _concerns(requirement: Requirement, exchange: Exchange) -> bool:
    if requirement.check not in _OF_ONE_VALUE or requirement.judges != "server":
        return False
    return (requirement.deliveries or not exchange.received) and not requirement.operations


def _exchange(value: JSON, kind: str, schemas: SchemaSet) -> Exchange | None:
    """An exchange as if the value had just been answered, or delivered; None for what stands in neither."""
    body = json.dumps(value, separators=(",", ":")).encode()
    if kind in _CALLS:
        return _answered("get-call", body)
    if kind == "call-list":
        return _answered("list-calls", body)
    is_payload = kind.startswith("webhook") and "event" in schemas.definition(kind).get("properties", {})
    return _delivered(value, body) if is_payload else None


def _answered(operation: str, body: bytes) -> Exchange:
    case = Case(operation=operation, purpose="valid", method="GET", path="/", effect=Effect.READ)
    return Exchange(case=case, url="", response=Response(status=200, body=body))


def _delivered(value: JSON, body: bytes) -> Exchange:
    event = value.get("event") if isinstance(value, dict) else None
    case = Case(
        operation=event if isinstance(event, str) else "webhook",
        purpose="valid",
        method="POST",
        path="/",
        effect=Effect.READ,
        body=body,
        facts={"delivery": {"attempt": 1}},
    )
    return Exchange(case=case, url="", response=Response(status=204), received=True)


def _of_the_other_type(value: JSON, kind: str, contract: Contract) -> list[Told]:
    """Whether a web call was asked for and a phone call came; what its own schema says is beside the point then."""
    wanted = _TYPES.get(kind)
    found = value.get("call_type") if isinstance(value, dict) else None
    if wanted is None or found == wanted or found not in _TYPES.values():
        return []
    clause = next((each.clause for each in contract.requirements if each.check == "foreign-fields"), "")
    mismatch = Mismatch(
        message=f"it is a {found}", expected=wanted, actual=describe(found), pointer="/call_type", level=Level.MUST
    )
    return [Told(mismatch=mismatch, grave=True, clause=clause.partition(";")[0])]


def _by_schema(value: JSON, kind: str, contract: Contract, told: set[str]) -> Iterator[Told]:
    bundle = contract.schemas.bundle(kind)
    for error in contract.schemas.validate(kind, value):
        if error.pointer in told:
            continue
        told.add(error.pointer)
        mild = _is_lenient(error, bundle) or _is_growing(error, chosen=contract.chosen)
        mismatch = Mismatch(
            message="it is not what its schema says",
            expected=error.expected,
            actual="absent" if error.keyword == "required" else describe(error.value),
            pointer=error.pointer,
            level=Level.SHOULD if mild else Level.MUST,
        )
        yield Told(mismatch=mismatch, grave=not mild)


def _is_growing(error: SchemaError, *, chosen: bool) -> bool:
    """Whether a value is only missing from a list that grows."""
    return error.growing and isinstance(error.value, str) and (not chosen or error.value in error.known)


def _is_lenient(error: SchemaError, bundle: Mapping[str, JSON]) -> bool:
    """Whether some source allows the type all the same."""
    schema: JSON = bundle
    for each in error.schema_pointer.split("/")[1:-1]:
        step = each.replace("~1", "/").replace("~0", "~")
        schema = schema[int(step)] if isinstance(schema, list) else schema[step]
    lenient = schema.get("x-lenient", ()) if isinstance(schema, Mapping) else ()
    return error.keyword == "type" and describe(error.value).split(" ")[0] in lenient
