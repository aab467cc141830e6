"""What the criteria of list-calls mean, by the contract: which calls must, must not, or may be listed.

Source: OpenAPI 2026-04, POST /v2/list-calls; sdk 4.0.0 for the launch form. Whether thresholds are inclusive is not
stated, so a value on a threshold may go either way. Analysis that is absent may count as false or as unknown, so that
it may go either way too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from conformance.model import JSON

Call = Mapping[str, JSON]

_PLAIN = {
    "agent_id": "agent_id",
    "call_type": "call_type",
    "call_status": "call_status",
    "call_id": "call_id",
    "direction": "direction",
    "disconnection_reason": "disconnection_reason",
    "from_number": "from_number",
    "to_number": "to_number",
    "version": "agent_version",
}
_MAY_BE_HIDDEN = frozenset({"disconnection_reason"})
_ANALYSIS = ("in_voicemail", "call_successful", "user_sentiment")
_RANGES: Mapping[str, tuple[str, ...]] = {
    "start_timestamp": ("start_timestamp",),
    "end_timestamp": ("end_timestamp",),
    "duration_ms": ("duration_ms",),
    "e2e_latency_p50": ("latency", "e2e", "p50"),
}
_LAUNCH: Mapping[str, tuple[str, Callable[[float, float], bool]]] = {
    "after_start_timestamp": ("start_timestamp", lambda value, bound: value >= bound),
    "before_start_timestamp": ("start_timestamp", lambda value, bound: value < bound),
    "after_end_timestamp": ("end_timestamp", lambda value, bound: value >= bound),
    "before_end_timestamp": ("end_timestamp", lambda value, bound: value < bound),
}
_USER_DATA = {"metadata": "metadata", "dynamic_variables": "retell_llm_dynamic_variables"}


def matches(call: Call, criteria: Mapping[str, JSON]) -> bool | None:
    """Whether a call meets all criteria: True, False, or None where the contract does not tell."""
    verdicts = [_one(call, field, wanted) for field, wanted in criteria.items()]
    if False in verdicts:
        return False
    return None if None in verdicts else True


def _one(call: Call, field: str, wanted: JSON) -> bool | None:
    if field in _PLAIN:
        value = call.get(_PLAIN[field])
        return None if value is None and field in _MAY_BE_HIDDEN else value in wanted
    if field in _ANALYSIS:
        value = _at(call, ("call_analysis", field))
        return None if value is None else value in wanted
    if field in _RANGES:
        return _in_range(_at(call, _RANGES[field]), wanted)
    if field in _LAUNCH:
        name, holds = _LAUNCH[field]
        return holds(call[name], wanted) if _is_number(call.get(name)) else None
    return _user_data(call, field, wanted)


def _user_data(call: Call, field: str, wanted: JSON) -> bool | None:
    """Flat dotted keys and nested objects; only texts are compared, since other values have several spellings."""
    head, _, rest = field.partition(".")
    if head not in _USER_DATA:
        return None
    paths = {rest: wanted} if rest else wanted
    verdicts = [_text_in(_at(call, (_USER_DATA[head], *path.split("."))), values) for path, values in paths.items()]
    if False in verdicts:
        return False
    return None if None in verdicts else True


def _text_in(value: JSON, wanted: Sequence[JSON]) -> bool | None:
    if value is None:
        return False
    return value in wanted if isinstance(value, str) else None


def _in_range(value: JSON, bounds: Mapping[str, JSON]) -> bool | None:
    if not _is_number(value):
        return None
    for name, sign in (("lower_threshold", 1), ("upper_threshold", -1)):
        bound = bounds.get(name)
        if bound is None:
            continue
        if value == bound:
            return None
        if sign * value < sign * bound:
            return False
    return True


def _at(value: JSON, path: Iterable[str]) -> JSON:
    for step in path:
        if not isinstance(value, Mapping):
            return None
        value = value.get(step)
    return value


def _is_number(value: JSON) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def left_out(listed: Sequence[Call], expected: Sequence[Call], *, limit: int, ascending: bool) -> tuple[Call, ...]:
    """The expected calls that an answer should hold and does not.

    An answer shorter than the limit holds all of them. A full one holds all that stand strictly before its last call in
    the order by `start_timestamp`, if it is in that order at all; calls without a start have no place in it.
    """
    ids = [call.get("call_id") for call in listed]  # no set: what a server calls an id may be a list
    missing = [call for call in expected if call.get("call_id") not in ids]
    if len(listed) < limit:
        return tuple(missing)
    sign = 1 if ascending else -1
    starts = [sign * call["start_timestamp"] for call in listed if _is_number(call.get("start_timestamp"))]
    if not _is_number(listed[-1].get("start_timestamp")) or starts != sorted(starts):
        return ()
    return tuple(
        call
        for call in missing
        if _is_number(call.get("start_timestamp")) and sign * call["start_timestamp"] < starts[-1]
    )


def values_of(calls: Iterable[Call], field: str) -> list[JSON]:
    """The values of a criterion that calls have, most frequent first.

    What a filter can be asked for and find something.
    """
    path = (_PLAIN[field],) if field in _PLAIN else ("call_analysis", field)
    counted: dict[JSON, int] = {}
    for call in calls:
        value = _at(call, path)
        if isinstance(value, str | bool | int | float) and value != "":
            counted[value] = counted.get(value, 0) + 1
    return sorted(counted, key=lambda value: (-counted[value], str(value)))


def numbers_of(calls: Iterable[Call], field: str) -> list[float]:
    """The distinct values of a criterion by range, in rising order."""
    path = _RANGES[field] if field in _RANGES else (_LAUNCH[field][0],)
    return sorted({value for call in calls if _is_number(value := _at(call, path))})


def texts_of(calls: Iterable[Call], field: str) -> list[tuple[str, str]]:
    """Paths and texts in the user data behind `metadata` or `dynamic_variables`, most frequent first."""
    counted: dict[tuple[str, str], int] = {}
    for call in calls:
        data = call.get(_USER_DATA[field])
        for path, text in _texts(data, ()):
            counted[path, text] = counted.get((path, text), 0) + 1
    return sorted(counted, key=lambda each: (-counted[each], each))


def _texts(data: JSON, path: tuple[str, ...]) -> Iterable[tuple[str, str]]:
    if isinstance(data, Mapping):
        for key, value in data.items():
            if key and "." not in key:
                yield from _texts(value, (*path, key))
    elif isinstance(data, str) and data and path:
        yield ".".join(path), data


RANGES = tuple(_RANGES)
"""Criteria that are ranges with `lower_threshold` and `upper_threshold`."""
LAUNCH_BOUNDS = tuple(_LAUNCH)
"""Criteria of the launch form: a bound each."""
LISTS = (*_PLAIN, *_ANALYSIS)
"""Criteria that are lists of values, any of which will do."""
USER_DATA = tuple(_USER_DATA)
"""Criteria over the user's own data, by path."""
