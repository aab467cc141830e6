"""Whether two pictures of one call agree, taken at different times or by different operations."""

from __future__ import annotations

from collections.abc import Mapping

from conformance.model import JSON

LASTING_FIELDS = (
    "call_type",
    "agent_id",
    "agent_version",
    "from_number",
    "to_number",
    "direction",
    "start_timestamp",
    "metadata",
    "retell_llm_dynamic_variables",
)
"""What does not change in the life of a call, unless somebody changes it."""

_SETTLED_FIELDS = ("end_timestamp", "duration_ms", "disconnection_reason")
FINAL_STATUSES = ("ended", "error", "not_connected")
"""Statuses that a call does not leave. No set: a server may put a list there, which no set can be asked for."""

_NEARLY_A_THOUSAND = 900

_CLOSED = {"call_type": ("web_call", "phone_call"), "direction": ("inbound", "outbound")}


def same_value(left: JSON, right: JSON) -> bool:
    """Whether two JSON values are equal; 1 and 1.0 are, 1 and true are not."""
    waiting = [(left, right)]  # no recursion: a server may nest as deeply as the parser allows
    while waiting:
        one, other = waiting.pop()
        if isinstance(one, dict) and isinstance(other, dict):
            if one.keys() != other.keys():
                return False
            waiting.extend((one[key], other[key]) for key in one)
        elif isinstance(one, list) and isinstance(other, list):
            if len(one) != len(other):
                return False
            waiting.extend(zip(one, other, strict=True))
        elif not _same_leaf(one, other):
            return False
    return True


def _same_leaf(left: JSON, right: JSON) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    numbers = isinstance(left, int | float) and isinstance(right, int | float)
    return (numbers or type(left) is type(right)) and bool(left == right)


def disagreements(earlier: Mapping[str, JSON], later: Mapping[str, JSON], *, may_grow: bool = False) -> tuple[str, ...]:
    """The lasting fields in which two pictures of one call differ. What only one shows counts for user data alone.

    Args:
        may_grow: Somebody may have added members to the user data between the two.
    """
    return tuple(field for field in LASTING_FIELDS if _differs(field, earlier, later, may_grow=may_grow))


def _differs(field: str, earlier: Mapping[str, JSON], later: Mapping[str, JSON], *, may_grow: bool) -> bool:
    before, after = earlier.get(field), later.get(field)
    if field in {"metadata", "retell_llm_dynamic_variables"}:
        return _lost(before or {}, after or {}) or (not may_grow and _lost(after or {}, before or {}))
    if field in {"from_number", "to_number", "direction"} and "phone_call" not in {
        str(earlier.get("call_type")),
        str(later.get("call_type")),
    }:
        return False
    if before is None or type(before) is not type(after):
        return False
    if field in _CLOSED and (before not in _CLOSED[field] or after not in _CLOSED[field]):
        return False
    return not same_value(before, after)


def _lost(earlier: JSON, later: JSON) -> bool:
    """Whether user data lost or changed a member; somebody else may have added some meanwhile."""
    if not isinstance(earlier, Mapping) or not isinstance(later, Mapping):
        return not same_value(earlier, later)
    return any(name not in later or not same_value(value, later[name]) for name, value in earlier.items())


def late_disagreements(earlier: Mapping[str, JSON], later: Mapping[str, JSON]) -> tuple[str, ...]:
    """The fields in which two pictures of one call differ although it was over in both. What only one shows is none.

    No source says that the end of a call stays as it is, so nothing firm can be built on it. What one picture alone
    shows to be wrong is left out: another type, an end before the start, seconds for milliseconds.
    """
    status = earlier.get("call_status")
    if status not in FINAL_STATUSES or later.get("call_status") != status:
        return ()
    return tuple(field for field in _SETTLED_FIELDS if _ended_otherwise(field, earlier, later))


def _ended_otherwise(field: str, earlier: Mapping[str, JSON], later: Mapping[str, JSON]) -> bool:
    before, after = earlier.get(field), later.get(field)
    if type(before) is not type(after) or not isinstance(before, int | str) or before == after:
        return False
    if field == "duration_ms" and isinstance(before, int) and isinstance(after, int):
        low, high = sorted((before, after))
        return low > 0 and high < low * _NEARLY_A_THOUSAND
    return field != "end_timestamp" or all(_in_order(each) for each in (earlier, later))


def _in_order(call: Mapping[str, JSON]) -> bool:
    start, end = call.get("start_timestamp"), call.get("end_timestamp")
    return not isinstance(start, int) or (isinstance(end, int) and start <= end)


def agrees(earlier: Mapping[str, JSON], later: Mapping[str, JSON]) -> bool:
    """Whether two pictures of one call show the same of what does not change."""
    return not disagreements(earlier, later) and not late_disagreements(earlier, later)
