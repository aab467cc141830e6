"""Whether an answer is what a step of a written-out scenario expects. Pure: asked by checks, and by who plays it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.agreement import same_value
from conformance.contract.engine import SchemaError, Validator, fastest_places
from conformance.contract.scenarios import Earlier, Expect, Step, Trial
from conformance.model import JSON, Response

if TYPE_CHECKING:
    from conformance.contract.contract import Contract

ABSENT = object()
_TOO_MANY = 429
_LONGEST = 60
_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "null": type(None),
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "string": str,
    "array": list,
    "object": dict,
}
_PHONE_FIELDS = frozenset({"/from_number", "/to_number", "/direction"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """The first thing in an answer that is not as expected.

    Attributes:
        what: In a few words, after the name of the step.
        value: What stands there, or ABSENT; `words` instead, where it is no value of the answer.
        soft: True where the sources leave it open, so that it only warns.
    """

    what: str
    expected: str
    pointer: str = ""
    value: JSON = ABSENT
    words: str = ""
    soft: bool = False


def first_gap(trial: Trial, response: Response, contract: Contract) -> Gap | None:
    """What is not as the step expects; what is left open by the sources only if there is nothing firm. None if all is.

    Args:
        trial: Its step has every `$name` replaced.
    """
    soft = None
    for gap in _gaps(trial.step, response, contract):
        if not gap.soft:
            return gap
        soft = soft or gap
    return soft


def is_limited(trial: Trial, response: Response) -> bool:
    """Whether the answer only says that too much was asked for, which a step seldom expects."""
    return response.status == _TOO_MANY and not _has_status(trial.step.expect, _TOO_MANY)


def lookup(value: JSON, pointer: str) -> JSON:
    """What a JSON pointer leads to, or ABSENT."""
    for raw in pointer.split("/")[1:]:
        step = raw.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict) and step in value:
            value = value[step]
        elif isinstance(value, list) and re.fullmatch("0|[1-9][0-9]{0,8}", step) and int(step) < len(value):
            value = value[int(step)]
        else:
            return ABSENT
    return value


def _has_status(expect: Expect, status: int) -> bool:
    return status in expect.statuses or f"{status // 100}xx" in expect.statuses


def _gaps(step: Step, response: Response, contract: Contract) -> Iterator[Gap]:
    expect = step.expect
    if not _has_status(expect, response.status):
        wanted = " or ".join(str(each) for each in expect.statuses)
        yield Gap(
            what=f"the answer is {response.status}", expected=f"status {wanted}", words=f"status {response.status}"
        )
        return
    answer = response.json(ABSENT)
    if answer is ABSENT and _asks_for_json(step):
        yield Gap(what="the answer is not JSON", expected="JSON", words=_kind(response))
        return
    yield from _by_schema(step, answer, contract)
    for pointer in (*expect.present, *step.capture.values()):
        if lookup(answer, pointer) is ABSENT:
            yield Gap(what=f"{_place(pointer)} is missing", expected="present", pointer=pointer)
    for pointer in expect.absent:
        if (found := lookup(answer, pointer)) is not ABSENT:
            yield Gap(what=f"{_place(pointer)} is there", expected="absent", pointer=pointer, value=found)
    yield from _by_value(expect, answer)
    yield from _by_relation(expect, answer)
    yield from _by_item(expect, answer)


def _asks_for_json(step: Step) -> bool:
    expect = step.expect
    asked = (expect.schema, expect.json_schema, expect.has_item, expect.has_no_item, expect.same_as)
    return bool(step.capture or expect.present or expect.values) or any(each is not None for each in asked)


def _kind(response: Response) -> str:
    if not response.body:
        return "an empty body"
    return response.header("content-type") or "no content type"


def _place(pointer: str) -> str:
    return pointer or "the answer"


def _by_schema(step: Step, answer: JSON, contract: Contract) -> Iterator[Gap]:
    if step.expect.schema is not None:
        for error in contract.schemas.validate(step.expect.schema, answer):
            yield _schema_gap(error, f"is not as `{step.expect.schema}` says", soft=_is_open(error, step, contract))
    if step.expect.json_schema is not None:
        bundle = step.expect.json_schema
        for error in Validator(bundle, fastest_places(bundle)).errors(answer):
            yield _schema_gap(error, "is not as `json_schema` says", soft=False)


def _is_open(error: SchemaError, step: Step, contract: Contract) -> bool:
    """Where built-in requirements only warn, a schema that a scenario names does not fail either."""
    if error.growing and isinstance(error.value, str):
        return not contract.chosen or error.value in error.known
    return step.operation == "register-phone-call" and error.pointer in _PHONE_FIELDS and error.value is None


def _schema_gap(error: SchemaError, what: str, *, soft: bool) -> Gap:
    missing = error.keyword == "required"
    return Gap(
        what=f"{_place(error.pointer)} is missing" if missing else f"{_place(error.pointer)} {what}",
        expected=error.expected,
        pointer=error.pointer,
        value=ABSENT if missing else error.value,
        soft=soft,
    )


def _by_value(expect: Expect, answer: JSON) -> Iterator[Gap]:
    for pointer, comparisons in expect.values:
        found = lookup(answer, pointer)
        for name, wanted in comparisons.items():
            if found is ABSENT or not COMPARISONS[name](found, wanted):
                what = f"{_place(pointer)} is {'missing' if found is ABSENT else 'not as expected'}"
                yield Gap(what=what, expected=_wanted(name, wanted), pointer=pointer, value=found)
                break


def _by_relation(expect: Expect, answer: JSON) -> Iterator[Gap]:
    for earlier, alike in ((expect.same_as, True), (expect.differs_from, False)):
        for pointer, shown in _pairs(earlier):
            found = lookup(answer, pointer)
            if _alike(found, shown) is not alike:
                before = _earlier_words(shown)
                verb, expected = ("differs from", before) if alike else ("is the same as", f"not {before}")
                what = f"{_place(pointer)} {verb} that of step {earlier.step + 1 if earlier else ''}"
                yield Gap(what=what, expected=expected, pointer=pointer, value=found)


def _earlier_words(shown: JSON) -> str:
    if shown is ABSENT:
        return "absent"
    if isinstance(shown, dict | list):
        return f"the same {'object' if isinstance(shown, dict) else 'array'}"
    return _json(shown)


def _pairs(earlier: Earlier | None) -> Iterator[tuple[str, JSON]]:
    if earlier is not None:
        yield from zip(earlier.at, earlier.shown, strict=True)


def _alike(one: JSON, other: JSON) -> bool:
    if one is ABSENT or other is ABSENT:
        return one is other
    return same_value(one, other)


def _by_item(expect: Expect, answer: JSON) -> Iterator[Gap]:
    for members, there in ((expect.has_item, True), (expect.has_no_item, False)):
        if members is None:
            continue
        if not isinstance(answer, list):
            yield Gap(what="the answer is no list", expected="array", value=answer)
            return
        place = next((index for index, item in enumerate(answer) if _has_members(item, members)), None)
        if there and place is None:
            yield Gap(what="no item is like that", expected=f"an item with {_json(members)}", words=_count(answer))
        elif not there and place is not None:
            yield Gap(
                what="an item is like that",
                expected=f"no item with {_json(members)}",
                pointer=f"/{place}",
                value=answer[place],
            )


def _count(answer: list[JSON]) -> str:
    return f"none of {len(answer)} items" if answer else "an empty list"


def _has_members(item: JSON, members: Mapping[str, JSON]) -> bool:
    return isinstance(item, dict) and all(name in item and same_value(item[name], members[name]) for name in members)


def _is_number(value: JSON) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_of_type(value: JSON, wanted: JSON) -> bool:
    if wanted in {"integer", "number"} and not _is_number(value):
        return False
    if wanted == "integer":
        return isinstance(value, int) or bool(value.is_integer())
    return isinstance(value, _TYPES[wanted])


def _has_length(value: JSON, wanted: JSON) -> bool:
    if not isinstance(value, str | list | dict):
        return False
    if isinstance(wanted, dict):
        return bool(wanted.get("at_least", 0) <= len(value) <= wanted.get("at_most", len(value)))
    return bool(len(value) == wanted)


def _contains(value: JSON, wanted: JSON) -> bool:
    if isinstance(value, str):
        return isinstance(wanted, str) and wanted in value
    if isinstance(value, dict):
        return isinstance(wanted, dict) and _has_members(value, wanted)
    if isinstance(value, list):
        return any(
            _has_members(item, wanted) if isinstance(wanted, dict) else same_value(item, wanted) for item in value
        )
    return False


COMPARISONS: Mapping[str, Callable[[JSON, JSON], bool]] = {
    "equals": same_value,
    "one_of": lambda value, wanted: any(same_value(value, each) for each in wanted),
    "matches": lambda value, wanted: isinstance(value, str) and re.search(wanted, value) is not None,
    "at_least": lambda value, wanted: _is_number(value) and _is_number(wanted) and bool(value >= wanted),
    "at_most": lambda value, wanted: _is_number(value) and _is_number(wanted) and bool(value <= wanted),
    "type": lambda value, wanted: any(
        _is_of_type(value, each) for each in (wanted if isinstance(wanted, list) else [wanted])
    ),
    "length": _has_length,
    "contains": _contains,
}
"""Whether a value and what was wanted fit, by the name of the comparison."""


def _wanted(name: str, wanted: JSON) -> str:
    if name == "equals":
        return _json(wanted)
    if name == "one_of":
        return f"one of {', '.join(_json(each) for each in wanted)}"
    if name == "type":
        return " or ".join(wanted) if isinstance(wanted, list) else str(wanted)
    if name == "matches":
        return f"text that matches {wanted}"
    if name == "length" and isinstance(wanted, dict):
        return "length " + " and ".join(f"{each.replace('_', ' ')} {bound}" for each, bound in wanted.items())
    return f"{name.replace('_', ' ')} {_json(wanted)}"


def _json(value: JSON) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
