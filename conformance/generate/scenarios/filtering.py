"""Lists by criteria, with values that were seen, judged against the whole account as it was read before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations

from conformance.contract.filters import FINAL_STATUSES, left_out, matches
from conformance.generate.scenarios.base import Session, Steps, call_of, items_of
from conformance.model import JSON

_SMALL, _PAGE = 5, 50
_MOST_VALUES, _CONFIRMED = 6, 2


def filters(session: Session) -> Steps:
    """Each criterion alone, two values of it, and pairs of criteria."""
    for criteria in _criteria(session):
        for window in _windows(criteria):
            yield from listed_exactly(session, {"filter_criteria": criteria, **window})


def _criteria(session: Session) -> Iterator[dict[str, JSON]]:
    singles = {field: _values(session, field) for field in ("call_type", "call_status", "agent_id")}
    for field, values in singles.items():
        for value in values:
            yield {field: [value]}
        if len(values) > 1:
            yield {field: values[:2]}
    for (first, ones), (second, others) in combinations(singles.items(), 2):
        if ones and others:
            yield {first: [ones[-1]], second: [others[0]]}


def _windows(criteria: Mapping[str, JSON]) -> tuple[dict[str, JSON], ...]:
    if list(criteria) == ["call_type"]:
        return {"limit": _SMALL}, {"limit": _SMALL, "sort_order": "ascending"}, {"limit": _PAGE}
    return ({"limit": _PAGE},)


def _values(session: Session, field: str) -> list[str]:
    if field not in session.contract.filters():
        return []
    seen = sorted({call[field] for call in session.knowledge.listed() if isinstance(call.get(field), str)})
    allowed = session.contract.schemas.resolved(session.contract.filters()[field].get("items", {})).get("enum")
    return [value for value in seen if allowed is None or value in allowed][:_MOST_VALUES]


def listed_exactly(session: Session, parameters: Mapping[str, JSON]) -> Steps:
    """One list by criteria. If a call seems to be left out, it is fetched, and the list asked for once more."""
    criteria = parameters["filter_criteria"]
    expected = expected_calls(session, criteria)
    title = f"a list filtered by {', '.join(criteria)}"
    exchange = yield session.cases.listing(parameters, title=title, expected=expected)
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
        yield session.cases.listing(parameters, title=title, expected=tuple(confirmed), last=True)


def expected_calls(session: Session, criteria: Mapping[str, JSON]) -> tuple[Mapping[str, JSON], ...]:
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
    """Pages under a criterion: it holds on every one of them."""
    for field in ("call_type",):
        for value in _values(session, field)[:2]:
            key = None
            for _ in range(3):
                parameters = {"filter_criteria": {field: [value]}, "limit": _SMALL} | (
                    {"pagination_key": key} if key else {}
                )
                exchange = yield session.cases.listing(parameters, title=f"a page of the list filtered by {field}")
                items = items_of(exchange)
                if len(items) < _SMALL or not isinstance(items[-1].get("call_id"), str):
                    break
                key = items[-1]["call_id"]
