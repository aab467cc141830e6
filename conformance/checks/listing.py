"""List Calls: the form of the answer, limit, order, filters, pages."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from conformance.checks.registry import Given, check, relation
from conformance.checks.view import ABSENT, View
from conformance.checks.words import describe, type_name
from conformance.contract.filters import USER_DATA, left_out, matches
from conformance.model import JSON, Mismatch

_MOST = 1000
_LONGEST = 200


def _ids(view: View) -> list[str]:
    return [call["call_id"] for _, call in view.calls if isinstance(call.get("call_id"), str)]


@check("bare-array", when=lambda view, _: view.accepted and "list" in view.case.facts and view.json is not ABSENT)
def list_is_a_bare_array(view: View, given: Given) -> Iterator[Mismatch]:
    """list-calls answers an array, not an object around one."""
    del given
    if not isinstance(view.json, list):
        keys = f" with {', '.join(list(view.json)[:4])}" if isinstance(view.json, dict) else ""
        yield Mismatch(
            message="the list comes in an envelope" if isinstance(view.json, dict) else "the list is no array",
            expected="a JSON array of calls",
            actual=f"a JSON {type_name(view.json)}{keys}",
        )


@check("items-are-objects", when=lambda view, _: bool(view.listing is not None and view.json))
def items_are_objects(view: View, given: Given) -> Iterator[Mismatch]:
    """Every item of the list is an object."""
    del given
    for index, item in enumerate(view.json):
        if not isinstance(item, dict):
            yield Mismatch(
                message="an item of the list is no call object",
                expected="object",
                actual=describe(item),
                pointer=f"/{index}",
            )


@check("limit-kept", when=lambda view, _: view.listing is not None)
def limit_is_kept(view: View, given: Given) -> Iterator[Mismatch]:
    """The list holds at most `limit` calls; without one, at most 1000."""
    del given
    limit = (view.listing or {}).get("limit", _MOST)
    if len(view.json) > limit:
        yield Mismatch(
            message="the list is longer than `limit`",
            expected=f"at most {limit} calls",
            actual=f"{len(view.json)} calls",
            cause="limit",
        )


@check(
    "list-order",
    when=lambda view, given: (
        view.listing is not None
        and view.listing.get("sort_order", "descending") == given["order"]
        and len(_starts(view)) > 1
    ),
)
def list_is_in_order(view: View, given: Given) -> Iterator[Mismatch]:
    """Calls stand in the order of `start_timestamp`; calls that have none are passed over."""
    sign = 1 if given["order"] == "ascending" else -1
    for (_, before), (at, after) in pairwise(_starts(view)):
        if sign * before > sign * after:
            yield Mismatch(
                message=f"the list is not {given['order']} by `start_timestamp`",
                expected=f"a start {'not before' if sign > 0 else 'not after'} {before}",
                actual=f"{after}",
                pointer=f"{at}/start_timestamp",
                cause="order",
            )
            return


def _starts(view: View) -> list[tuple[str, float]]:
    return [
        (at, call["start_timestamp"])
        for at, call in view.calls
        if isinstance(call.get("start_timestamp"), int | float) and not isinstance(call["start_timestamp"], bool)
    ]


@check("key-exclusive", when=lambda view, _: bool(view.listing and "pagination_key" in view.listing))
def key_is_exclusive(view: View, given: Given) -> Iterator[Mismatch]:
    """The call named by `pagination_key` is not in the answer."""
    del given
    key = (view.listing or {})["pagination_key"]
    for at, call in view.calls:
        if call.get("call_id") == key:
            yield Mismatch(
                message="the call named by `pagination_key` is in the answer",
                expected=f"no call {key}",
                actual=f"call {key}",
                pointer=f"{at}/call_id",
            )


def _fields(view: View) -> set[str]:
    criteria = (view.listing or {}).get("filter_criteria") or {}
    return {field.split(".")[0] for field in criteria}


def _filters_by(view: View, given: Given) -> bool:
    """Whether the list is filtered by one of the fields alone; by several where none are named; by nothing for []."""
    if view.listing is None or ("expected" not in view.case.facts and not _fields(view)):
        return False
    if bool(view.case.facts.get("beside")) is not given.get("query", False):
        return False
    fields = _fields(view)
    if "fields" not in given:
        return len(fields) > 1
    return fields <= set(given["fields"]) and len(fields) == min(1, len(given["fields"]))


@check("filter-kept", when=_filters_by)
def filter_is_kept(view: View, given: Given) -> Iterator[Mismatch]:
    """Criteria list the calls that meet them, and no others.

    A call that was left out is only told once that is confirmed: fetched, and missing again.
    """
    del given
    criteria = (view.listing or {}).get("filter_criteria") or {}
    words = f"the list filtered by {', '.join(f'`{field}`' for field in criteria)}" if criteria else "the list"
    for at, call in view.calls:
        if matches(call, criteria) is False:
            yield Mismatch(
                message=f"{words} holds a call that does not match",
                expected=_compact(_without_user_data(criteria)),
                actual=_compact(_without_user_data({field: _value(call, field) for field in criteria})),
                pointer=at,
                cause="other calls",
            )
            break
    yield from _left_out(view, words, criteria)


def _left_out(view: View, words: str, criteria: Given) -> Iterator[Mismatch]:
    asked = view.listing or {}
    if not view.case.facts.get("last") or "expected" not in view.case.facts:
        return
    missing = left_out(
        [call for _, call in view.calls],
        view.case.facts["expected"],
        limit=asked.get("limit", _MOST),
        ascending=asked.get("sort_order") == "ascending",
    )
    if missing:
        yield Mismatch(
            message=f"{words} leaves out a call that belongs to it",
            expected=f"call {missing[0].get('call_id')} among those with {_compact(_without_user_data(criteria))}",
            actual=f"{len(view.calls)} other calls" if view.calls else "an empty list",
            cause="left out",
        )


def _spells(view: View, given: Given) -> bool:
    asked = view.case.facts.get("list") or {}
    fields = {field.split(".")[0] for field in asked.get("filter_criteria", {})}
    return bool(fields) and fields <= set(given["fields"]) and view.status not in {401, 402, 403, 429}


@relation("either-spelling", group="spellings", when=_spells)
def either_spelling_filters(views: Sequence[View], given: Given) -> Iterator[Mismatch]:
    """One of the two spellings of a criterion over user data does what it says: the sources show both."""
    told: dict[str, list[Mismatch]] = {}
    for view in views:
        spelling = next(iter(view.case.facts["list"]["filter_criteria"]))
        told.setdefault(spelling, []).extend(
            replace(each, exchange=view.exchange) for each in _spelling_fails(view, given)
        )
    if len(told) > 1 and all(told.values()):
        yield next(iter(told.values()))[0]


def _spelling_fails(view: View, given: Given) -> Iterator[Mismatch]:
    if view.ok:
        yield from filter_is_kept(view, given)
    else:
        yield Mismatch(
            message="both spellings of the filter are refused", expected="a 2xx", actual=f"status {view.status}"
        )


def _without_user_data(criteria: Given) -> Given:
    return {field: "…" if field.split(".")[0] in USER_DATA else value for field, value in criteria.items()}


def _compact(value: JSON) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _value(call: dict[str, JSON], field: str) -> JSON:
    names = {"version": "agent_version", "dynamic_variables": "retell_llm_dynamic_variables"}
    analysis = call.get("call_analysis")
    if isinstance(analysis, dict) and field in analysis:
        return analysis[field]
    latency = call.get("latency") if field.startswith("e2e_latency") else None
    name = field.split(".", maxsplit=1)[0]
    return latency if latency is not None else call.get(names.get(name, name))


@check(
    "filter-finds",
    when=lambda view, _: view.listing is not None and "finds" in view.case.facts and _settled(view),
)
def new_call_is_found(view: View, given: Given) -> Iterator[Mismatch]:
    """A call that was just created is listed when it is asked for by its id."""
    del given
    wanted = view.case.facts["finds"]
    if wanted not in _ids(view):
        yield Mismatch(
            message="a call that was just created is not found by the filter `call_id`",
            expected=f"call {wanted}",
            actual=f"{len(view.calls)} other calls" if view.calls else "an empty list",
            cause="not found",
        )


def _settled(view: View) -> bool:
    """Found, or asked for the last time: a list may lag a little behind."""
    return bool(view.case.facts.get("last")) or view.case.facts["finds"] in _ids(view)


@relation("pages-join", group="pages", when=lambda view, _: view.listing is not None)
def pages_join(views: Sequence[View], given: Given) -> Iterator[Mismatch]:
    """Pages that follow each other neither repeat a call nor leave one out.

    The group is: the calls in one answer, the same in pages, and the same in one answer again. Only calls that both
    answers hold, in the same order, are judged, so that calls which come, go or start meanwhile accuse nobody.
    """
    del given
    roles = {view.case.facts["role"]: view for view in views}
    if not {"before", "after"} <= roles.keys():
        return
    pages = [view for view in views if view.case.facts["role"] == "page"]
    if not pages[1:] or _same_call_twice(roles["before"]):
        return
    steady = _steady(_ids(roles["before"]), _ids(roles["after"]))
    yield from _repeats(pages, set(steady))
    yield from _gaps(pages, steady)


def _same_call_twice(view: View) -> bool:
    return len(set(_ids(view))) < len(_ids(view))


def _steady(before: list[str], after: list[str]) -> list[str]:
    """The calls that stand in both, if they stand in the same order; else none."""
    kept, again = (
        [each for each in before if each in set(after)],
        [each for each in after if each in set(before)],
    )
    return kept if kept == again else []


def _repeats(pages: Sequence[View], steady: Collection[str]) -> Iterator[Mismatch]:
    """A call that is shown twice although no call has moved in between."""
    seen: set[str] = set()
    for page in pages:
        key = page.case.facts["list"].get("pagination_key")
        for at, call in page.calls:
            call_id = call.get("call_id")
            if not isinstance(call_id, str) or call_id == key or call_id not in steady:
                continue
            if call_id in seen:
                yield _repeat(page, at, call_id)
                return
            seen.add(call_id)


def _repeat(page: View, at: str, call_id: str) -> Mismatch:
    return Mismatch(
        message="a later page repeats a call of an earlier one",
        expected="calls that no earlier page held",
        actual=f"call {call_id}",
        pointer=f"{at}/call_id",
        exchange=page.exchange,
        cause="repeat",
    )


def _gaps(pages: Sequence[View], steady: list[str]) -> Iterator[Mismatch]:
    place = {call_id: index for index, call_id in enumerate(steady)}
    for page in pages[1:]:
        key = page.case.facts["list"].get("pagination_key")
        if key not in place:
            continue
        listed = [each for each in _ids(page) if each in place and each != key]
        expected = steady[place[key] + 1 :][: page.case.facts["list"]["limit"]]
        missing = [each for each in expected[: len(listed) or 1] if each not in listed]
        if missing:
            yield Mismatch(
                message="a page leaves out a call that follows the one before it",
                expected=f"call {missing[0]} after call {key}",
                actual=f"call {listed[0]}" if listed else "an empty page",
                pointer="/0/call_id" if listed else "",
                exchange=page.exchange,
                cause="gap",
            )
            return
