"""Faults of lists: LIST."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.mockvendor.faults.base import MockFault
from conformance.mockvendor.faults.hooks import after

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from conformance.mockvendor.listing import ListQuery, Row
    from conformance.mockvendor.wire import Ask, Reply
    from conformance.model import JSON

__all__ = ["FAULTS"]

_MOST = 1000
_LARGE = 30


def _ignoring(name: str, when: Callable[[ListQuery], bool] = lambda _: True) -> Callable[[ListQuery], ListQuery]:
    """A `query` hook that overlooks a filter."""
    return lambda query: _filtered(query, {k: v for k, v in query.filters.items() if k != name or not when(query)})


def _first_only(name: str) -> Callable[[ListQuery], ListQuery]:
    """A `query` hook that sees only the first of several values of a filter."""
    return lambda query: _filtered(query, {k: v[:1] if k == name else v for k, v in query.filters.items()})


def _filtered(query: ListQuery, filters: Mapping[str, JSON]) -> ListQuery:
    return replace(query, filters=filters)


def _value(change: Callable[[JSON], JSON]) -> Callable[[Ask, Reply], Reply]:
    """An `after` hook that changes the value of a list."""
    return after(lambda reply: replace(reply, value=change(reply.value)), "list-calls")


def _is_later(query: ListQuery) -> bool:
    return query.after is not None


def _skipping(rows: list[Row], query: ListQuery) -> list[Row]:
    return rows[1:] if _is_later(query) else rows


def _without_same_moment(rows: list[Row], query: ListQuery) -> list[Row]:
    """What a page loses that asks for calls older than the last one: its equals."""
    if query.after is None:
        return rows
    moment = query.after.order[0]
    return [row for row in rows if row.order[0] != moment]


def _counted(ask: Ask, reply: Reply) -> Reply:
    """The number of calls as the last item, where the limit leaves room for it."""
    if ask.operation != "list-calls" or not isinstance(reply.value, list):
        return reply
    room = len(reply.value) < ask.body.get("limit", 50)
    return replace(reply, value=[*reply.value, len(reply.value)]) if room else reply


def _oldest_first(query: ListQuery) -> ListQuery:
    return query if query.ordered else replace(query, ascending=True)


def _empty_later(rows: list[Row], query: ListQuery) -> list[Row]:
    return [] if _is_later(query) else rows


def _not_made_here(rows: Sequence[Row]) -> Sequence[Row]:
    return [row for row in rows if not row.record.made_here]


def _not_registered(rows: Sequence[Row]) -> Sequence[Row]:
    return [row for row in rows if row.call["call_status"] != "registered"]


def _statuses(query: ListQuery) -> ListQuery:
    wanted = query.filters.get("call_status", [])
    if "ended" not in wanted:
        return query
    return _filtered(query, {**query.filters, "call_status": [*wanted, "error"]})


def _agents(query: ListQuery) -> ListQuery:
    return _ignoring("agent_id")(query) if len(query.filters) > 1 else query


def _ids(query: ListQuery) -> ListQuery:
    if "call_id" not in query.filters:
        return query
    return _filtered(query, {**query.filters, "call_id": ["call_"]})


def _skipping_when_large(rows: list[Row], query: ListQuery) -> list[Row]:
    return rows[1:] if _is_later(query) and query.limit >= _LARGE else rows


FAULTS = (
    MockFault(
        name="large-pages-lose-a-call",
        breaks="LIST-007",
        text="Pages of 30 calls and more leave out the first call behind the page before.",
        page=_skipping_when_large,
    ),
    MockFault(
        name="list-in-an-envelope",
        breaks="LIST-001",
        text="list-calls answers with an object that holds the array.",
        after=_value(lambda calls: {"items": calls, "has_more": False}),
    ),
    MockFault(
        name="empty-list-is-an-object",
        breaks="LIST-001",
        text="list-calls answers with an empty object if nothing matches.",
        after=_value(lambda calls: calls or {}),
    ),
    MockFault(
        name="empty-list-answers-404",
        breaks="OPS-002",
        text="list-calls answers 404 if nothing matches.",
        after=after(
            lambda reply: replace(reply, status=404, value={"status": "error", "message": "No calls."}),
            "list-calls",
            when=lambda reply: reply.value == [],
        ),
    ),
    MockFault(
        name="single-match-is-no-list",
        breaks="LIST-001",
        text="list-calls answers with the call itself if just one matches.",
        after=_value(lambda calls: calls[0] if len(calls) == 1 else calls),
    ),
    MockFault(
        name="empty-list-holds-null",
        breaks="LIST-002",
        text="list-calls answers with [null] if nothing matches.",
        after=_value(lambda calls: calls or [None]),
    ),
    MockFault(
        name="list-ends-with-its-length",
        breaks="LIST-002",
        text="The last item of a list is the number of calls, where the limit leaves room for it.",
        after=_counted,
    ),
    MockFault(
        name="limit-ignored",
        breaks="LIST-003",
        text="list-calls overlooks the limit.",
        query=lambda query: replace(query, limit=_MOST),
    ),
    MockFault(
        name="limit-one-too-many",
        breaks="LIST-003",
        text="list-calls answers with one call more than the limit.",
        query=lambda query: replace(query, limit=query.limit + 1),
    ),
    MockFault(
        name="limit-ignored-under-a-filter",
        breaks="LIST-003",
        text="list-calls overlooks the limit where there is a filter.",
        query=lambda query: replace(query, limit=_MOST) if query.filters else query,
    ),
    MockFault(
        name="list-oldest-first",
        breaks="LIST-004",
        text="Lists begin with the oldest call, unless asked otherwise.",
        query=_oldest_first,
    ),
    MockFault(
        name="list-oldest-first-under-a-filter",
        breaks="LIST-004",
        text="Lists with a filter begin with the oldest call, unless asked otherwise.",
        query=lambda query: _oldest_first(query) if query.filters else query,
    ),
    MockFault(
        name="ascending-ignored",
        breaks="LIST-005",
        text="Lists begin with the newest call even if asked for ascending order.",
        query=lambda query: replace(query, ascending=False),
    ),
    MockFault(
        name="ascending-ignored-under-a-filter",
        breaks="LIST-005",
        text="Lists with a filter begin with the newest call even if asked for ascending order.",
        query=lambda query: replace(query, ascending=query.ascending and not query.filters),
    ),
    MockFault(
        name="pagination-key-inclusive",
        breaks="LIST-006",
        text="A page begins with the call that its pagination_key names.",
        query=lambda query: replace(query, inclusive=True),
    ),
    MockFault(
        name="pagination-key-inclusive-when-ascending",
        breaks="LIST-006",
        text="A page in ascending order begins with the call that its pagination_key names.",
        query=lambda query: replace(query, inclusive=query.ascending),
    ),
    MockFault(
        name="page-skips-a-call",
        breaks="LIST-007",
        text="Between two pages, a call is lost.",
        page=_skipping,
    ),
    MockFault(
        name="page-repeats-a-call",
        breaks="LIST-007",
        text="A page begins with a call of the page before, though not with its last.",
        query=lambda query: replace(query, overlap=1 if query.limit > 1 else 0),
    ),
    MockFault(
        name="equal-moments-lost-between-pages",
        breaks="LIST-007",
        text="Calls that began in the same millisecond as the last of a page are on no page.",
        page=_without_same_moment,
    ),
    MockFault(
        name="later-pages-empty",
        breaks="LIST-007",
        text="There is nothing behind the first page.",
        page=_empty_later,
    ),
    MockFault(
        name="call-type-filter-ignored",
        breaks="LIST-008",
        text="The filter call_type is overlooked.",
        query=_ignoring("call_type"),
    ),
    MockFault(
        name="call-type-filter-ignored-on-later-pages",
        breaks="LIST-008",
        text="The filter call_type is overlooked behind the first page.",
        query=_ignoring("call_type", _is_later),
    ),
    MockFault(
        name="call-type-filter-sees-only-the-first",
        breaks="LIST-008",
        text="Of several values of the filter call_type, only the first counts.",
        query=_first_only("call_type"),
    ),
    MockFault(
        name="agent-filter-ignored",
        breaks="LIST-009",
        text="The filter agent_id is overlooked.",
        query=_ignoring("agent_id"),
    ),
    MockFault(
        name="agent-filter-sees-only-the-first",
        breaks="LIST-009",
        text="Of several values of the filter agent_id, only the first counts.",
        query=_first_only("agent_id"),
    ),
    MockFault(
        name="agent-filter-ignored-beside-another",
        breaks="LIST-012",
        text="The filter agent_id is overlooked where there is another one, too.",
        query=_agents,
    ),
    MockFault(
        name="status-filter-ignored",
        breaks="LIST-010",
        text="The filter call_status is overlooked.",
        query=_ignoring("call_status"),
    ),
    MockFault(
        name="ended-filter-lets-errors-in",
        breaks="LIST-010",
        text="Who asks for ended calls gets those with errors, too.",
        query=_statuses,
    ),
    MockFault(
        name="new-calls-missing-from-lists",
        breaks="LIST-011",
        text="A call that was just created is in no list.",
        pool=_not_made_here,
    ),
    MockFault(
        name="registered-calls-missing-from-lists",
        breaks="LIST-011",
        text="A call that has not started is in no list.",
        pool=_not_registered,
    ),
    MockFault(
        name="call-id-filter-finds-nothing",
        breaks="LIST-023",
        text="The filter call_id matches no call.",
        query=_ids,
    ),
)
