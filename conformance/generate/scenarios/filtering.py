"""Lists by criteria, with values that were seen, judged against the whole account as it was read before."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations

from conformance.agreement import FINAL_STATUSES
from conformance.contract.filters import (
    LAUNCH_BOUNDS,
    LISTS,
    RANGES,
    USER_DATA,
    left_out,
    matches,
    numbers_of,
    texts_of,
    values_of,
)
from conformance.generate.scenarios.base import Session, Steps, call_of, items_of
from conformance.model import JSON

_SMALL, _PAGE, _WHOLE = 5, 20, 1000
_CONFIRMED, _ENOUGH = 2, 4
_DAY_MS = 86_400_000
_EVERY_VALUE = frozenset({"call_type", "call_status", "direction"})
_CLOSED = frozenset({"call_type", "direction"})

_TYPES = {"string": str, "integer": int, "boolean": bool}

Criteria = Mapping[str, JSON]


def filters(session: Session) -> Steps:
    """Each criterion alone with several values, two values of it, pairs of criteria, and no criteria at all.

    Where all calls have the same value, a list by it tells nothing: they are asked for by one that none has.
    """
    singles = {field: list(_singles(session, field)) for field in session.contract.filters()}
    alone = [
        {"filter_criteria": criteria, **window}
        for found in singles.values()
        for criteria in found
        for window in _windows(session, criteria)
    ]
    for parameters in alone[:: max(1, len(alone) // session.profile.filters)][: session.profile.filters]:
        yield from listed_exactly(session, parameters)
    if not session.profile.pairs:
        return
    for field in LISTS:
        if field in singles and len(values_of(session.knowledge.listed(), field)) == 1:
            yield from _by_what_none_has(session, field)
    for criteria in _before_all(session):
        yield from listed_exactly(session, {"filter_criteria": criteria, "limit": _PAGE})
    for criteria in _pairs(session, singles):
        yield from listed_exactly(session, {"filter_criteria": criteria, "limit": _PAGE})
    for parameters in _without_criteria():
        yield from listed_exactly(session, parameters)
    if session.contract.operation("list-calls").request_in == "body":
        yield from listed_exactly(session, {"limit": _SMALL}, query="limit=1&sort_order=ascending")


def _without_criteria() -> tuple[dict[str, JSON], ...]:
    return (
        {"filter_criteria": {}, "limit": _SMALL},
        {"limit": 2 * _SMALL, "sort_order": "ascending"},
        {"limit": _WHOLE},
    )


def _windows(session: Session, criteria: Criteria) -> tuple[dict[str, JSON], ...]:
    """Limits and orders in which what a criterion should keep out would show first."""
    from_the_start: dict[str, JSON] = {"limit": _PAGE, "sort_order": "ascending"}
    if list(criteria) == ["call_type"] and session.profile.pairs:
        return {"limit": _SMALL}, {"limit": _SMALL, "sort_order": "ascending"}, {"limit": _PAGE}
    bounds = {bound for wanted in criteria.values() if isinstance(wanted, Mapping) for bound in wanted}
    if bounds == {"lower_threshold"} or next(iter(criteria)).startswith("after_"):
        return (from_the_start,)
    if len(bounds) > 1:
        return {"limit": _PAGE}, from_the_start
    return ({"limit": _PAGE},)


def _singles(session: Session, field: str) -> Iterator[dict[str, JSON]]:
    """Criteria of one field with values that calls of the account have."""
    calls = session.knowledge.listed()
    if field in LISTS:
        values = _allowed(session, field, values_of(calls, field))
        most = len(values) if field in _EVERY_VALUE else session.profile.values
        yield from ({field: [value]} for value in values[:most])
        if len(values) > 1:
            yield {field: values[:2]}
    elif field in RANGES:
        yield from ({field: bounds} for bounds in _ranges(numbers_of(calls, field)))
    elif field in LAUNCH_BOUNDS:
        numbers = numbers_of(calls, field)
        if len(numbers) >= _ENOUGH:
            yield {field: _between(numbers, len(numbers) // 2)}


def _allowed(session: Session, field: str, values: Sequence[JSON]) -> list[JSON]:
    items = session.contract.schemas.resolved(session.contract.filters()[field].get("items", {}))
    whole = [int(each) if isinstance(each, float) and each.is_integer() else each for each in values]
    kind = _TYPES.get(items.get("type", "string"), str)
    return [value for value in whole if type(value) is kind and value in items.get("enum", [value])]


def _before_all(session: Session) -> Iterator[dict[str, JSON]]:
    """Criteria that list nothing: a time before every call."""
    offered, starts = session.contract.filters(), numbers_of(session.knowledge.listed(), "start_timestamp")
    if starts and "start_timestamp" in offered:
        yield {"start_timestamp": {"upper_threshold": int(starts[0]) - _DAY_MS}}
    elif starts and "before_start_timestamp" in offered:
        yield {"before_start_timestamp": int(starts[0]) - _DAY_MS}


def _by_what_none_has(session: Session, field: str) -> Steps:
    """Where nobody can know the value beforehand, it may be refused."""
    seen = values_of(session.knowledge.listed(), field)
    items = session.contract.schemas.resolved(session.contract.filters()[field].get("items", {}))
    values = [True, False] if items.get("type") == "boolean" else items.get("enum", [])
    strange = next((value for value in values if value not in seen), None)
    if field == "agent_id":
        strange = session.unknown_agent()
    if strange is not None:
        parameters = {"filter_criteria": {field: [strange]}, "limit": _PAGE}
        facts: dict[str, JSON] = {} if field in _CLOSED else {"proven": False}
        yield from listed_exactly(session, parameters, **facts)


def _ranges(numbers: Sequence[float]) -> Iterator[dict[str, JSON]]:
    """Below, above and between, with thresholds that no call stands on."""
    if len(numbers) < _ENOUGH:
        return
    low, high = _between(numbers, len(numbers) // 3), _between(numbers, 2 * len(numbers) // 3)
    yield {"lower_threshold": low, "upper_threshold": high}
    yield {"lower_threshold": high}
    yield {"upper_threshold": low}


def _between(numbers: Sequence[float], index: int) -> int:
    return int((numbers[index - 1] + numbers[index]) // 2)


def _pairs(session: Session, singles: Mapping[str, list[dict[str, JSON]]]) -> Iterator[dict[str, JSON]]:
    """Two criteria that some call meets together, the same for equal seeds."""
    calls = session.knowledge.listed()
    every = [(one, other) for one, other in combinations(singles, 2) if singles[one] and singles[other]]
    chosen = random.Random(session.seed)  # noqa: S311 - a plan, not a secret
    chosen.shuffle(every)
    first = [pair for pair in every if set(pair) <= {"call_type", "call_status", "agent_id"}]
    left = session.profile.pairs
    for one, other in [*first, *(pair for pair in every if pair not in first)]:
        meets = (
            {**ours, **theirs}
            for ours in singles[one]
            for theirs in singles[other]
            if any(matches(call, {**ours, **theirs}) for call in calls)
            and any(matches(call, ours) != matches(call, theirs) for call in calls)
        )
        criteria = next(meets, None)
        if criteria is not None and left:
            left -= 1
            yield criteria


def user_data(session: Session) -> Steps:
    """Metadata and dynamic variables as criteria, in both spellings: flat dotted keys, and nested objects."""
    for field in USER_DATA if session.profile.pairs else ():
        if field not in session.contract.filters():
            continue
        for index, (path, text) in enumerate(_short(texts_of(session.knowledge.listed(), field))[:1]):
            for criteria in ({f"{field}.{path}": [text]}, {field: {path: [text]}}):
                yield from listed_exactly(
                    session,
                    {"filter_criteria": criteria, "limit": _PAGE},
                    group=f"spellings {field} {index}",
                    proven=False,
                )


def _short(found: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(path, text) for path, text in found if len(text) < 60 and "." not in path and text.isprintable()]  # noqa: PLR2004 - a plain text


def listed_exactly(session: Session, parameters: Mapping[str, JSON], *, query: str = "", **facts: JSON) -> Steps:
    """One list by criteria. If a call seems to be left out, it is fetched, and the list asked for once more.

    Args:
        query: A query string that must not matter.
    """
    facts |= {"beside": query, "served": bool(session.knowledge.account)}
    criteria = parameters.get("filter_criteria", {})
    expected = expected_calls(session, criteria)
    title = f"a list filtered by {', '.join(criteria)}" if criteria else "a list without criteria"
    case = session.cases.listing(parameters, title=title, expected=expected, **facts)
    exchange = yield replace(case, query=query or case.query)
    missing = _missing(items_of(exchange), expected, parameters)
    if not missing:
        return
    confirmed = []
    for call in missing[:_CONFIRMED]:
        again = yield session.cases.valid(
            "get-call", title="a call that a list left out", call_id=call["call_id"], known=True
        )
        shown = call_of(again)
        if shown is not None and matches(shown, criteria) and shown.get("call_status") in FINAL_STATUSES:
            confirmed.append(shown)
    if confirmed:
        case = session.cases.listing(parameters, title=title, expected=tuple(confirmed), last=True, **facts)
        yield replace(case, query=query or case.query)


def expected_calls(session: Session, criteria: Criteria) -> tuple[Mapping[str, JSON], ...]:
    """The calls of the account that must be listed: they match for certain and no longer change."""
    if not session.knowledge.complete:
        return ()
    return tuple(
        call
        for call in session.knowledge.account
        if call.get("call_status") in FINAL_STATUSES and matches(call, criteria)
    )


def _missing(
    listed: list[dict[str, JSON]], expected: tuple[Mapping[str, JSON], ...], parameters: Mapping[str, JSON]
) -> tuple[Mapping[str, JSON], ...]:
    ascending = parameters.get("sort_order") == "ascending"
    return left_out(listed, expected, limit=parameters["limit"], ascending=ascending)


def filtered_pages(session: Session) -> Steps:
    """Pages under a criterion: it holds on every one of them, and they join."""
    if "call_type" not in session.contract.filters() or not session.profile.pairs:
        return
    for value in _allowed(session, "call_type", values_of(session.knowledge.listed(), "call_type")):
        group = f"pages filtered {value}"
        whole: dict[str, JSON] = {"filter_criteria": {"call_type": [value]}, "limit": 3 * _SMALL}
        yield session.cases.listing(whole, title="a window of a filtered list", group=group, role="before")
        key = None
        for _ in range(3):
            parameters = {**whole, "limit": _SMALL} | ({"pagination_key": key} if key else {})
            page = yield session.cases.listing(parameters, title="a page of a filtered list", group=group, role="page")
            items = items_of(page)
            if len(items) < _SMALL or not isinstance(items[-1].get("call_id"), str):
                break
            key = items[-1]["call_id"]
        yield session.cases.listing(whole, title="that window again", group=group, role="after")
