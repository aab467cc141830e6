"""Which calls a list holds, and in which order."""

from __future__ import annotations

from typing import Any

import rules
from account import Account, Record
from personality import Personality

_ANALYSIS = frozenset({"in_voicemail", "call_successful", "user_sentiment"})
_USER_DATA = {"metadata": "metadata", "dynamic_variables": "retell_llm_dynamic_variables"}
_DEFAULT, _MOST = 50, 1000


def listed(account: Account, body: dict[str, Any]) -> list[Record]:
    """The records that a list request asks for."""
    choice = account.personality
    limit = body.get("limit", _DEFAULT)
    if limit not in range(1, _MOST + 1):
        if choice.strict_limit:
            raise rules.RefusedError("limit must be 1 to 1000")
        limit = min(max(limit, 1), _MOST)
    wanted = rules.criteria(body.get("filter_criteria", {}), choice)
    ordered = in_order(list(account.replica.values()), choice, ascending=body.get("sort_order") == "ascending")
    ordered = _after(ordered, body.get("pagination_key"), choice)
    return [each for each in ordered if _meets(each, wanted, choice)][:limit]


def in_order(records: list[Record], choice: Personality, *, ascending: bool) -> list[Record]:
    """Sorted by start; ties and calls without a start as the server likes it."""
    if choice.no_start == "made":
        whole = sorted(records, key=_id, reverse=choice.ties == "reversed" and not ascending)
        return sorted(whole, key=lambda each: each.call.get("start_timestamp", each.made_ms), reverse=not ascending)
    started = [each for each in records if "start_timestamp" in each.call]
    others = sorted((each for each in records if "start_timestamp" not in each.call), key=_id)
    started.sort(key=_id)
    if choice.ties == "reversed" and not ascending:
        started.reverse()
        others.reverse()
    started.sort(key=lambda each: each.call["start_timestamp"], reverse=not ascending)
    first = choice.no_start == "first" or (choice.no_start == "low" and ascending)
    return others + started if first else started + others


def _id(record: Record) -> str:
    return str(record.call["call_id"])


def _after(ordered: list[Record], key: str | None, choice: Personality) -> list[Record]:
    if key is None:
        return ordered
    for index, record in enumerate(ordered):
        if record.call["call_id"] == key:
            return ordered[index + 1 :]
    if choice.unknown_key == "refuse":
        raise rules.RefusedError("pagination_key names no call")
    return []


def _meets(record: Record, wanted: dict[str, Any], choice: Personality) -> bool:
    call = {**record.call, **record.hidden}
    return all(_one(call, name, value, choice) for name, value in wanted.items())


def _one(call: dict[str, Any], name: str, wanted: Any, choice: Personality) -> bool:
    if isinstance(wanted, list) and not wanted:
        return choice.empty_list == "everything"
    head, _, path = name.partition(".")
    if head in _USER_DATA:
        data, paths = call.get(_USER_DATA[head], {}), {path: wanted} if path else wanted
        return all(_text(data, each.split("."), choice) in texts for each, texts in paths.items())
    if name in _ANALYSIS:
        return _analysis(call, name, choice) in wanted
    value = call.get("latency", {}).get("e2e", {}).get("p50") if name == "e2e_latency_p50" else call.get(name)
    if isinstance(wanted, dict):
        return _between(value, wanted, choice)
    return (call["agent_version"] if name == "version" else value) in wanted


def _analysis(call: dict[str, Any], name: str, choice: Personality) -> Any:
    value = call.get("call_analysis", {}).get(name)
    if value is not None:
        return value
    if name == "user_sentiment":
        return "Unknown" if choice.no_analysis == "unknown" else None
    return False if choice.no_analysis == "false" else None


def _between(value: Any, bounds: dict[str, int], choice: Personality) -> bool:
    if value is None:
        return False
    low, high = bounds.get("lower_threshold"), bounds.get("upper_threshold")
    if choice.inclusive:
        return (low is None or value >= low) and (high is None or value <= high)
    return (low is None or value > low) and (high is None or value < high)


def _text(value: Any, path: list[str], choice: Personality) -> str | None:
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    if isinstance(value, str):
        return value
    if not choice.as_text or value is None or isinstance(value, dict | list):
        return None
    return str(value).lower() if isinstance(value, bool) else str(value)
