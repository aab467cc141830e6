"""Lists of calls: which ones match, in which order, which page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conformance.mockvendor.record import Record
    from conformance.model import JSON

__all__ = ["ListQuery", "Row", "ill_shaped", "matches", "page"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A call in a list: the record, and how it looks now."""

    record: Record
    call: Mapping[str, JSON]
    order: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListQuery:
    """What a list is asked for.

    Attributes:
        filters: The filter criteria as they were given.
        ascending: True for oldest first.
        limit: The most calls that a page may hold.
        after: The row that the page comes after, or None for the first page.
        ordered: True if an order was asked for.
        inclusive: True if that row itself belongs to the page: nobody asks for that, a fault does.
        overlap: How many calls of the page before are repeated: as above.
    """

    filters: Mapping[str, JSON] = field(default_factory=dict)
    ascending: bool = False
    limit: int = 50
    after: Row | None = None
    ordered: bool = False
    inclusive: bool = False
    overlap: int = 0


def page(rows: Iterable[Row], query: ListQuery) -> list[Row]:
    """The rows that match, sorted, behind the pagination key, at most `limit`."""
    chosen = sorted(
        (row for row in rows if matches(row.call, query.filters)),
        key=lambda row: row.order,
        reverse=not query.ascending,
    )
    if query.after is not None:
        before, behind = _parted(chosen, query.after, query)
        chosen = [*before[max(0, len(before) - query.overlap) :], *behind]
    return chosen[: query.limit]


def _parted(rows: Sequence[Row], key: Row, query: ListQuery) -> tuple[list[Row], list[Row]]:
    """The rows before a key and those behind it."""
    before, behind = list[Row](), list[Row]()
    for row in rows:
        if row.order != key.order:
            (behind if (row.order > key.order) is query.ascending else before).append(row)
        elif query.inclusive:
            behind.append(row)
    return before, behind


def ill_shaped(filters: Mapping[str, JSON]) -> str | None:
    """The first criterion that cannot be applied, for those that the schema of the edition does not know."""
    return next((name for name, wanted in filters.items() if not _well_shaped(name, wanted)), None)


def _well_shaped(name: str, wanted: JSON) -> bool:
    section, dot, _ = name.partition(".")
    if name in _ANY_OF or (dot and section in _SECTIONS):
        return isinstance(wanted, list)
    if name in _WITHIN:
        return isinstance(wanted, dict) and all(map(_is_number, wanted.values()))
    if name in _BOUNDS:
        return _is_number(wanted)
    return name not in _SECTIONS or _is_tree(wanted)


def _is_number(value: JSON) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_tree(value: JSON) -> bool:
    return isinstance(value, dict) and all(isinstance(each, list) or _is_tree(each) for each in value.values())


def matches(call: Mapping[str, JSON], filters: Mapping[str, JSON]) -> bool:
    """Whether a call meets every criterion. Unknown criteria and empty lists leave everything in."""
    return all(_meets(call, name, wanted) for name, wanted in filters.items())


def _meets(call: Mapping[str, JSON], name: str, wanted: JSON) -> bool:
    if name in _ANY_OF:
        return not wanted or _ANY_OF[name](call) in wanted
    if name in _WITHIN:
        return _within(_WITHIN[name](call), wanted)
    if name in _BOUNDS:
        return _bounded(call, *_BOUNDS[name], wanted)
    section, dot, path = name.partition(".")
    if section in _SECTIONS:
        return _inside(call.get(_SECTIONS[section]), {path: wanted} if dot else wanted, section)
    return True


def _field(*path: str) -> Callable[[Mapping[str, JSON]], JSON]:
    def read(call: Mapping[str, JSON]) -> JSON:
        value: JSON = call
        for step in path:
            value = value.get(step) if isinstance(value, Mapping) else None
        return value

    return read


_ANY_OF: Mapping[str, Callable[[Mapping[str, JSON]], JSON]] = {
    **{
        name: _field(name)
        for name in [
            "call_id",
            "agent_id",
            "call_type",
            "call_status",
            "direction",
            "disconnection_reason",
            "from_number",
            "to_number",
            "batch_call_id",
        ]
    },
    "version": _field("agent_version"),
    "in_voicemail": _field("call_analysis", "in_voicemail"),
    "call_successful": _field("call_analysis", "call_successful"),
    "user_sentiment": _field("call_analysis", "user_sentiment"),
}
_WITHIN: Mapping[str, Callable[[Mapping[str, JSON]], JSON]] = {
    "start_timestamp": _field("start_timestamp"),
    "end_timestamp": _field("end_timestamp"),
    "duration_ms": _field("duration_ms"),
    "e2e_latency_p50": _field("latency", "e2e", "p50"),
}
_BOUNDS = {
    "after_start_timestamp": ("start_timestamp", True),
    "before_start_timestamp": ("start_timestamp", False),
    "after_end_timestamp": ("end_timestamp", True),
    "before_end_timestamp": ("end_timestamp", False),
}
_SECTIONS = {"metadata": "metadata", "dynamic_variables": "retell_llm_dynamic_variables"}


def _within(value: JSON, wanted: Mapping[str, JSON]) -> bool:
    """Both thresholds include their own value; a call without the value meets none."""
    lower, upper = wanted.get("lower_threshold"), wanted.get("upper_threshold")
    if lower is None and upper is None:
        return True
    return value is not None and (lower is None or value >= lower) and (upper is None or value <= upper)


def _bounded(call: Mapping[str, JSON], name: str, lower: bool, wanted: int) -> bool:  # noqa: FBT001 - a table row
    """The launch form: `after_` includes its own value, `before_` does not."""
    value = call.get(name)
    return value is not None and (value >= wanted if lower else value < wanted)


def _inside(held: JSON, wanted: Mapping[str, JSON], section: str) -> bool:
    return all(_holds(held, path.removeprefix(f"{section}."), values) for path, values in wanted.items())


def _holds(held: JSON, path: str, wanted: JSON) -> bool:
    if isinstance(wanted, Mapping):
        below = _step(held, path)
        return all(_holds(below, each, values) for each, values in wanted.items())
    return not wanted or _text(_step(held, path)) in wanted


def _step(held: JSON, path: str) -> JSON:
    """The value at a dotted path; a key that has dots itself comes first."""
    if not isinstance(held, Mapping):
        return None
    if path in held:
        return held[path]
    first, _, rest = path.partition(".")
    return _step(held.get(first), rest) if rest else None


def _text(value: JSON) -> str | None:
    """A value as the text that filters compare; None for what no filter can name."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, str | int | float) else None
