"""Calls in time: what fits together inside one call, and what may change between two looks at it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from conformance.checks.registry import Given, check, relation
from conformance.checks.view import View
from conformance.checks.words import describe
from conformance.model import JSON, Level, Mismatch

_RANK = {"registered": 0, "ongoing": 1, "ended": 2, "error": 2, "not_connected": 2}
_FINAL = 2
_TOLERANCE_MS, _TOLERANCE = 5_000, 0.1
_LONG_ENOUGH_MS = 10_000
_LARGEST = 2**53
"""What floats can tell apart; a server may send an integer of any length."""
_PERCENTILES = ("min", "p50", "p90", "p95", "p99", "max")


def _number(call: Mapping[str, JSON], field: str) -> float | None:
    value = call.get(field)
    number = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _LARGEST
    return value if number else None


def _text(call: Mapping[str, JSON], field: str) -> str | None:
    value = call.get(field)
    return value if isinstance(value, str) else None


@check(
    "ends-after-start",
    when=lambda view, _: any(_span(call) is not None for _, call in view.calls),
)
def call_ends_after_it_starts(view: View, given: Given) -> Iterator[Mismatch]:
    """`end_timestamp` is not before `start_timestamp`."""
    del given
    for at, call in view.calls:
        span = _span(call)
        if span is not None and span < 0:
            yield Mismatch(
                message="the call ends before it starts",
                expected=f"not before start_timestamp {call['start_timestamp']}",
                actual=describe(call["end_timestamp"]),
                pointer=f"{at}/end_timestamp",
            )


def _span(call: Mapping[str, JSON]) -> float | None:
    start, end = _number(call, "start_timestamp"), _number(call, "end_timestamp")
    return None if start is None or end is None else end - start


@check("duration-fits", when=lambda view, _: any(_judged_duration(call) for _, call in view.calls))
def duration_fits(view: View, given: Given) -> Iterator[Mismatch]:
    """`duration_ms` is about the time between start and end; a thousandth of it is seconds."""
    del given
    for at, call in view.calls:
        if not _judged_duration(call):
            continue
        span, duration = _span(call) or 0.0, _number(call, "duration_ms") or 0.0
        if abs(duration - span) <= max(_TOLERANCE_MS, _TOLERANCE * span):
            continue
        seconds = span > _LONG_ENOUGH_MS and abs(duration * 1000 - span) <= _TOLERANCE * span + 1000
        negative = duration < 0
        yield Mismatch(
            message="`duration_ms` looks like seconds" if seconds else "`duration_ms` does not fit start and end",
            expected=f"about {span:.0f} ms",
            actual=describe(call["duration_ms"]),
            pointer=f"{at}/duration_ms",
            level=None if seconds or negative else Level.SHOULD,
            cause="seconds" if seconds else "other",
        )


def _judged_duration(call: Mapping[str, JSON]) -> bool:
    span = _span(call)
    plain = _number(call, "duration_ms") is not None and call.get("transfer_end_timestamp") is None
    return plain and span is not None and span >= 0


@check("nothing-before-the-end", when=lambda view, _: any(_is_going_on(call) for _, call in view.calls))
def nothing_of_the_end_before_it(view: View, given: Given) -> Iterator[Mismatch]:
    """A call that is registered or going on has nothing that only an ended call has."""
    for at, call in view.calls:
        if not _is_going_on(call):
            continue
        for field in given["fields"]:
            if call.get(field) is not None:
                yield Mismatch(
                    message=f"a call that is {call['call_status']} already has `{field}`",
                    expected="absent until the call has ended",
                    actual=describe(call[field]),
                    pointer=f"{at}/{field}",
                )


def _is_going_on(call: Mapping[str, JSON]) -> bool:
    return _RANK.get(_text(call, "call_status") or "", _FINAL) < _FINAL


@check("reason-fits-status", when=lambda view, given: any(_known_reason(call, given) for _, call in view.calls))
def reason_fits_status(view: View, given: Given) -> Iterator[Mismatch]:
    """A disconnection reason goes with its status."""
    for at, call in view.calls:
        if not _known_reason(call, given):
            continue
        expected = next(
            status for status, reasons in given["reasons"].items() if call["disconnection_reason"] in reasons
        )
        if call["call_status"] != expected and call["call_status"] in _RANK:
            yield Mismatch(
                message=f"a call that ended by {call['disconnection_reason']} is {call['call_status']}",
                expected=expected,
                actual=describe(call["call_status"]),
                pointer=f"{at}/call_status",
                cause=f"{call['disconnection_reason']} {call['call_status']}",
            )


def _known_reason(call: Mapping[str, JSON], given: Given) -> bool:
    reason = _text(call, "disconnection_reason")
    return _text(call, "call_status") is not None and any(reason in reasons for reasons in given["reasons"].values())


@check("only-with-reason", when=lambda view, given: any(call.get(given["field"]) is not None for _, call in view.calls))
def field_only_with_its_reason(view: View, given: Given) -> Iterator[Mismatch]:
    """A field that is filled in for one disconnection reason alone."""
    for at, call in view.calls:
        if call.get(given["field"]) is not None and call.get("disconnection_reason") not in given["reasons"]:
            yield Mismatch(
                message=f"`{given['field']}` stands on a call that was not transferred",
                expected=f"absent unless disconnection_reason is {' or '.join(given['reasons'])}",
                actual=describe(call[given["field"]]),
                pointer=f"{at}/{given['field']}",
            )


@check("percentiles-rise", when=lambda view, _: any(True for _, call in view.calls for _ in _latencies(call)))
def percentiles_rise(view: View, given: Given) -> Iterator[Mismatch]:
    """Of latencies, a higher percentile is not lower than a lower one."""
    del given
    for at, call in view.calls:
        for name, stats in _latencies(call):
            ordered = [(each, stats[each]) for each in _PERCENTILES if _number(stats, each) is not None]
            for (low, below), (high, above) in pairwise(ordered):
                if below > above:
                    yield Mismatch(
                        message=f"`{high}` of the latency is lower than `{low}`",
                        expected=f"at least {below}",
                        actual=describe(above),
                        pointer=f"{at}/latency/{name}/{high}",
                    )


def _latencies(call: Mapping[str, JSON]) -> Iterator[tuple[str, Mapping[str, JSON]]]:
    latency = call.get("latency")
    if isinstance(latency, dict):
        yield from ((name, stats) for name, stats in latency.items() if isinstance(stats, dict))


@check(
    "registered-at-first",
    when=lambda view, _: any(_text(call, "call_status") in _RANK for _, call in view.calls),
)
def new_call_is_registered(view: View, given: Given) -> Iterator[Mismatch]:
    """The answer of a creation shows a call that has only been registered."""
    del given
    for at, call in view.calls:
        if call.get("call_status") in _RANK and call["call_status"] != "registered":
            yield Mismatch(
                message="a call that was just created is not `registered`",
                expected="registered",
                actual=describe(call["call_status"]),
                pointer=f"{at}/call_status",
            )


@relation(
    "status-moves-forward", group="run", when=lambda view, _: view.case.operation == "get-call" and bool(view.calls)
)
def status_moves_forward(views: Sequence[View], given: Given) -> Iterator[Mismatch]:
    """Between two fetches of a call its status does not go back, and a final one does not change."""
    del given
    seen: dict[str, str] = {}
    for view in views:
        call = view.calls[0][1]
        call_id, status = _text(call, "call_id"), _text(call, "call_status")
        if call_id is None or status not in _RANK:
            continue
        before = seen.get(call_id)
        if before is not None and (_RANK[status] < _RANK[before] or (_RANK[before] == _FINAL and status != before)):
            yield Mismatch(
                message="the status of a call went back",
                expected=f"{before} or what follows it",
                actual=describe(status),
                pointer="/call_status",
                exchange=view.exchange,
                cause="back",
            )
        seen[call_id] = status


@relation("type-stays", group="run", when=lambda view, _: bool(view.calls))
def type_stays(views: Sequence[View], given: Given) -> Iterator[Mismatch]:
    """A call has the same type wherever it is shown."""
    del given
    seen: dict[str, str] = {}
    for view in views:
        for at, call in view.calls:
            call_id, kind = _text(call, "call_id"), _text(call, "call_type")
            if call_id is None or kind not in {"web_call", "phone_call"}:
                continue
            if seen.setdefault(call_id, kind) != kind:
                yield Mismatch(
                    message="a call changed its type",
                    expected=seen[call_id],
                    actual=describe(kind),
                    pointer=f"{at}/call_type",
                    exchange=view.exchange,
                    cause="type",
                )


@relation(
    "creations-differ",
    group="run",
    when=lambda view, given: view.accepted and view.case.operation in given["creates"] and bool(view.calls),
)
def creations_differ(views: Sequence[View], given: Given) -> Iterator[Mismatch]:
    """No two creations answer the same `call_id` or the same `access_token`."""
    for field in given["fields"]:
        seen: set[str] = set()
        for view in views:
            value = _text(view.calls[0][1], field)
            if value and value in seen:
                yield Mismatch(
                    message=f"two creations answered the same `{field}`",
                    expected=f"a new {field} for each call",
                    actual="one that an earlier call has" if field == "access_token" else describe(value),
                    pointer=f"/{field}",
                    exchange=view.exchange,
                    cause=field,
                )
            seen.add(value or "")


@check(
    "deleted-is-gone",
    when=lambda view, _: view.case.purpose == "deleted" and bool(view.case.facts.get("last") or not view.ok),
)
def deleted_call_is_gone(view: View, given: Given) -> Iterator[Mismatch]:
    """A call that was deleted can no longer be fetched."""
    del given
    if view.ok:
        yield Mismatch(
            message="a call that was deleted is still there",
            expected="status 422",
            actual=f"status {view.status}",
            cause="still there",
        )


@check(
    "deleted-not-listed",
    when=lambda view, _: (
        view.listing is not None
        and "deleted" in view.case.facts
        and (bool(view.case.facts["last"]) or not _lists(view, view.case.facts["deleted"]))
    ),
)
def deleted_call_is_not_listed(view: View, given: Given) -> Iterator[Mismatch]:
    """A call that was deleted is in no list."""
    del given
    wanted = view.case.facts["deleted"]
    if _lists(view, wanted):
        yield Mismatch(
            message="a call that was deleted is still listed",
            expected=f"no call {wanted}",
            actual=f"call {wanted}",
            cause="still listed",
        )


def _lists(view: View, call_id: JSON) -> bool:
    return any(call.get("call_id") == call_id for _, call in view.calls)
