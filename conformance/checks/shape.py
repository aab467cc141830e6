"""The call object: its parts by the schema, what belongs to the other kind of call, what V2 took out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from conformance.checks.registry import Given, check
from conformance.checks.view import View
from conformance.checks.words import describe, type_name
from conformance.contract.engine import pointer
from conformance.model import JSON, Level, Mismatch

if TYPE_CHECKING:
    from conformance.contract.schemas import SchemaError

_PHONE_FIELDS = ("from_number", "to_number", "direction")
_IDENTITY = ("call_id", "agent_id", "call_status")
_FIRST_PLAUSIBLE_MS = 10**11


def _has_calls(view: View, given: Given) -> bool:
    del given
    return bool(view.calls)


def part_of(error: SchemaError, call: Mapping[str, JSON]) -> str:
    """Which requirement a schema error of a call belongs to: exactly one, so that one defect is told once."""
    steps = error.pointer.split("/")[1:]
    if len(steps) == 1:
        part = _part_of_field(steps[0], error, call)
        if part:
            return part
    if error.growing and isinstance(error.value, str):
        return "growing"
    if error.keyword == "required":
        return "member"
    if error.value is None:
        return "null"
    return "enum" if error.keyword in {"enum", "const"} else "type"


def _part_of_field(field: str, error: SchemaError, call: Mapping[str, JSON]) -> str | None:
    if field.endswith("_timestamp") and error.value is not None:
        return "timestamp"
    if field in _IDENTITY and not (error.growing and isinstance(error.value, str)):
        return "identity"
    if field in _PHONE_FIELDS and error.value is None and "call_type" in call:
        return "phone-fields"
    return {"call_type": "call-type", "access_token": "token", "agent_version": "version"}.get(field)


@check("call-shape", when=_has_calls)
def call_has_the_part(view: View, given: Given) -> Iterator[Mismatch]:
    """One part of the call object is as its schema says."""
    told: set[str] = set()
    for at, call, error in view.shape_errors:
        if error.keyword == "number":
            continue  # no JSON at all: judged where the form of the answer is
        if part_of(error, call) != given["part"] or at + error.pointer in told:
            continue
        told.add(at + error.pointer)
        yield Mismatch(
            message=_sentence(error),
            expected=error.expected,
            actual="absent" if error.keyword == "required" else describe(error.value),
            pointer=at + error.pointer,
            level=_level(view, given, error),
            cause=f"{_without_indices(error.pointer)} {_kind(error)}",
        )


def _sentence(error: SchemaError) -> str:
    field = error.pointer.rsplit("/", 1)[-1] or "call"
    if error.keyword == "required":
        return f"`{field}` is missing"
    if error.value is None:
        return f"`{field}` is null"
    if error.keyword in {"enum", "const"}:
        return f"`{field}` has a value that is not documented"
    return f"`{field}` is not what its schema says"


def _kind(error: SchemaError) -> str:
    return "absent" if error.keyword == "required" else type_name(error.value)


def _level(view: View, given: Given, error: SchemaError) -> Level | None:
    if given["part"] == "growing":
        documented_elsewhere = error.value in error.known
        return None if view.contract.chosen and not documented_elsewhere else Level.SHOULD
    if given["part"] == "phone-fields" and view.case.operation == "register-phone-call":
        field = error.pointer.rsplit("/", 1)[-1]
        asked = isinstance(view.sent, dict) and field in view.sent
        return None if asked else Level.SHOULD
    return None


def _without_indices(pointer: str) -> str:
    return "/".join("*" if step.isdigit() else step for step in pointer.split("/"))


@check("timestamps", when=_has_calls)
def timestamps_are_milliseconds(view: View, given: Given) -> Iterator[Mismatch]:
    """Every `*_timestamp` of a call is a whole number of milliseconds since the epoch, not of seconds."""
    del given
    for at, call in view.calls:
        for field, value in call.items():
            if not field.endswith("_timestamp") or value is None or field not in documented_fields(view):
                continue
            whole = _is_whole(value)
            if not whole or value < _FIRST_PLAUSIBLE_MS:
                seconds = whole and value > _FIRST_PLAUSIBLE_MS // 1000
                yield Mismatch(
                    message=f"`{field}` {'looks like seconds' if seconds else 'is no time in milliseconds'}",
                    expected="whole milliseconds since 1970, as in 1714608475945",
                    actual=describe(value),
                    pointer=f"{at}/{field}",
                    cause=f"{field} {type_name(value)}",
                )


def _is_whole(value: JSON) -> bool:
    if isinstance(value, bool):
        return False
    return isinstance(value, int) or (isinstance(value, float) and value.is_integer())


def documented_fields(view: View) -> frozenset[str]:
    """The fields that a call of the edition may have, over both kinds."""
    return view.contract.call_fields


@check(
    "foreign-fields",
    when=lambda view, given: any(call.get("call_type") == given["type"] for _, call in view.calls),
)
def no_fields_of_the_other_kind(view: View, given: Given) -> Iterator[Mismatch]:
    """A call of one type carries no field of the other. A null there is only warned about: it says nothing."""
    for at, call in view.calls:
        if call.get("call_type") != given["type"]:
            continue
        for field in given["fields"]:
            if field in call:
                yield Mismatch(
                    message=f"a {given['type']} carries `{field}`",
                    expected="absent",
                    actual=describe(call[field]),
                    pointer=f"{at}/{field}",
                    level=Level.SHOULD if call[field] is None else None,
                    cause=f"{field} {'null' if call[field] is None else 'value'}",
                )


@check("removed-field", when=_has_calls)
def removed_field_is_absent(view: View, given: Given) -> Iterator[Mismatch]:
    """A field that V2 took out is nowhere on a call, not even as null. The user's own data is not searched."""
    field = given["field"]
    if field.encode() not in view.body:
        return
    for at, call in view.calls:
        for place, value, sure in _places(call, field, view):
            yield Mismatch(
                message=f"`{field}` is still there",
                expected="absent",
                actual=describe(value),
                pointer=at + place,
                level=None if sure else Level.SHOULD,
                cause=_without_indices(place),
            )


def _places(call: Mapping[str, JSON], field: str, view: View) -> Iterator[tuple[str, JSON, bool]]:
    if field in call:
        yield f"/{field}", call[field], True
    opaque = view.contract.schemas.opaque_fields()
    for name, value in call.items():
        if name not in opaque and name != field:
            sure = name in documented_fields(view)
            for at, found in _inside(value, field, opaque):
                yield pointer((name,)) + at, found, sure


def _inside(value: JSON, field: str, opaque: frozenset[str]) -> Iterator[tuple[str, JSON]]:
    waiting = [("", value)]  # no recursion: a server may nest as deeply as the parser allows
    while waiting:
        at, each = waiting.pop()
        if isinstance(each, list):
            waiting.extend((f"{at}/{index}", item) for index, item in enumerate(each))
        elif isinstance(each, dict):
            if field in each:
                yield f"{at}/{field}", each[field]
            waiting.extend(
                (f"{at}{pointer((name,))}", member)
                for name, member in each.items()
                if name != field and name not in opaque
            )


@check("creates-type", when=lambda view, _: any("call_type" in call for _, call in view.calls))
def creates_the_right_type(view: View, given: Given) -> Iterator[Mismatch]:
    """A create operation makes the type of call that it is for."""
    other = "phone_call" if given["type"] == "web_call" else "web_call"
    for at, call in view.calls:
        if call.get("call_type") == other:
            yield Mismatch(
                message=f"{view.case.operation} made a {other}",
                expected=given["type"],
                actual=other,
                pointer=f"{at}/call_type",
            )


@check("outbound", when=lambda view, _: any("direction" in call for _, call in view.calls))
def dialled_calls_are_outbound(view: View, given: Given) -> Iterator[Mismatch]:
    """A call that the vendor dials says that it is outbound."""
    del given
    for at, call in view.calls:
        if call.get("direction") == "inbound":
            yield Mismatch(
                message="a call that was just dialled says that it is inbound",
                expected="outbound",
                actual="inbound",
                pointer=f"{at}/direction",
            )


@check("same-call", when=lambda view, _: bool(view.calls) and "call_id" in view.case.facts)
def the_call_that_was_asked_for(view: View, given: Given) -> Iterator[Mismatch]:
    """get-call answers the call whose id stands in the path."""
    del given
    wanted = view.case.facts["call_id"]
    for at, call in view.calls:
        if isinstance(call.get("call_id"), str) and call["call_id"] != wanted:
            yield Mismatch(
                message="another call was answered than the one that was asked for",
                expected=f"call_id {wanted}",
                actual=f"call_id {call['call_id']}",
                pointer=f"{at}/call_id",
            )
