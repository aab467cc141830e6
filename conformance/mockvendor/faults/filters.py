"""Faults of the criteria that lists are filtered by, one criterion after the other: LIST."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from conformance.mockvendor.faults.base import MockFault
from conformance.model import Level

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.mockvendor.listing import ListQuery, Row
    from conformance.mockvendor.wire import Ask, Reply
    from conformance.model import JSON

__all__ = ["FAULTS"]


def _changed(name: str, change: Callable[[JSON], JSON]) -> Callable[[ListQuery], ListQuery]:
    """A `query` hook that reads one criterion otherwise than it was meant; None overlooks it."""

    def hook(query: ListQuery) -> ListQuery:
        filters = {
            key: change(wanted) if key.split(".")[0] == name else wanted for key, wanted in query.filters.items()
        }
        return replace(query, filters={key: wanted for key, wanted in filters.items() if wanted is not None})

    return hook


def _overlooked(field: str, breaks: str, edition: str = "v2") -> MockFault:
    return MockFault(
        name=f"{field.replace('_', '-')}-filter-ignored",
        breaks=breaks,
        edition=edition,
        text=f"The filter {field} is overlooked.",
        query=_changed(field, lambda _: None),
    )


def _bound_overlooked(field: str, bound: str, breaks: str) -> MockFault:
    return MockFault(
        name=f"{field.replace('_', '-')}-{bound}-bound-ignored",
        breaks=breaks,
        text=f"The {bound} threshold of the filter {field} is overlooked.",
        query=_changed(
            field,
            lambda wanted: {key: value for key, value in wanted.items() if key != f"{bound}_threshold"},
        ),
    )


def _in_seconds(wanted: JSON) -> JSON:
    return {key: value * 1000 for key, value in wanted.items()}


def _negated(wanted: JSON) -> JSON:
    return [not value for value in wanted]


def _last_only(query: ListQuery) -> ListQuery:
    return replace(query, filters=dict(list(query.filters.items())[-1:]))


def _first_only(query: ListQuery) -> ListQuery:
    return replace(query, filters=dict(list(query.filters.items())[:1])) if len(query.filters) > 1 else query


def _limited_before_sorted(rows: list[Row], query: ListQuery) -> list[Row]:
    """Every second call of a list oldest first."""
    return rows[1::2] if query.ascending and not query.filters and query.after is None else rows


def _by_query(ask: Ask, reply: Reply) -> Reply:
    """What a list that reads its limit from the query string answers."""
    limit = next((value for name, value in parse_qsl(ask.query) if name == "limit"), "")
    cut = ask.operation == "list-calls" and limit.isdigit() and isinstance(reply.value, list)
    return replace(reply, value=reply.value[: int(limit)]) if cut else reply


FAULTS = (
    MockFault(
        name="limit-read-from-the-query",
        breaks="LIST-026",
        text="list-calls reads the limit from the query string.",
        level=Level.SHOULD,
        after=_by_query,
    ),
    _overlooked("direction", "LIST-013"),
    _overlooked("from_number", "LIST-014"),
    _overlooked("to_number", "LIST-014"),
    _overlooked("disconnection_reason", "LIST-015"),
    _overlooked("version", "LIST-016"),
    _overlooked("user_sentiment", "LIST-017"),
    _overlooked("call_successful", "LIST-017"),
    _overlooked("in_voicemail", "LIST-017"),
    MockFault(
        name="in-voicemail-filter-negated",
        breaks="LIST-017",
        text="Who asks for calls in voicemail gets the others.",
        query=_changed("in_voicemail", _negated),
    ),
    _overlooked("start_timestamp", "LIST-018"),
    _bound_overlooked("start_timestamp", "lower", "LIST-018"),
    _bound_overlooked("start_timestamp", "upper", "LIST-018"),
    _overlooked("end_timestamp", "LIST-018"),
    _bound_overlooked("end_timestamp", "upper", "LIST-018"),
    _overlooked("duration_ms", "LIST-019"),
    MockFault(
        name="duration-filter-in-seconds",
        breaks="LIST-019",
        text="The thresholds of the filter duration_ms are read as seconds.",
        query=_changed("duration_ms", _in_seconds),
    ),
    _overlooked("e2e_latency_p50", "LIST-020"),
    _bound_overlooked("e2e_latency_p50", "lower", "LIST-020"),
    _overlooked("metadata", "LIST-021"),
    _overlooked("dynamic_variables", "LIST-022"),
    _overlooked("call_id", "LIST-023"),
    MockFault(
        name="call-id-filter-sees-only-the-first",
        breaks="LIST-023",
        text="Of several values of the filter call_id, only the first counts.",
        query=_changed("call_id", lambda wanted: wanted[:1]),
    ),
    _overlooked("after_start_timestamp", "LIST-024", "v2-launch"),
    _overlooked("before_end_timestamp", "LIST-024", "v2-launch"),
    MockFault(
        name="only-the-last-criterion-counts",
        breaks="LIST-012",
        text="Of several criteria only the last one counts.",
        query=_last_only,
    ),
    MockFault(
        name="only-the-first-criterion-counts",
        breaks="LIST-012",
        text="Of several criteria only the first one counts.",
        query=_first_only,
    ),
    MockFault(
        name="old-calls-missing-from-lists",
        breaks="LIST-025",
        text="A list oldest first without criteria leaves out every second call.",
        page=_limited_before_sorted,
    ),
)
