"""What a request body must be, and what a wrong one is answered."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from personality import Personality

Kind: TypeAlias = Callable[[Any, Personality], Any]
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_DEEPEST = 100
_STORAGE = ("everything", "everything_except_pii", "basic_attributes_only")


class RefusedError(Exception):
    """The request is answered with an error; its text is the message."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


def _text(value: Any, choice: Personality) -> Any:
    if choice.coerce and isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not value:
        raise RefusedError("must be a text that is not empty")
    return value


def _whole(value: Any, choice: Personality) -> Any:
    if choice.coerce and isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,18}", value):
        value = int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise RefusedError("must be a whole number")
    return value


def _version(value: Any, choice: Personality) -> Any:
    return value if isinstance(value, str) and value else _whole(value, choice)


def _truth(value: Any, choice: Personality) -> Any:
    if choice.coerce and value in ("true", "false"):
        value = value == "true"
    if not isinstance(value, bool):
        raise RefusedError("must be true or false")
    return value


def _object(value: Any, choice: Personality) -> Any:
    del choice
    if not isinstance(value, dict):
        raise RefusedError("must be an object")
    return value


def _texts(value: Any, choice: Personality) -> Any:
    for each in _object(value, choice).values():
        if not isinstance(each, str):
            raise RefusedError("must hold texts alone")
    return value


def _attributes(value: Any, choice: Personality) -> Any:
    for each in _object(value, choice).values():
        if not isinstance(each, str | int | float):
            raise RefusedError("must hold plain values alone")
    return value


def _or_null(kind: Kind) -> Kind:
    return lambda value, choice: None if value is None else kind(value, choice)


def _one_of(*allowed: str) -> Kind:
    def kind(value: Any, choice: Personality) -> Any:
        del choice
        if value not in allowed or not isinstance(value, str):
            raise RefusedError(f"must be one of {', '.join(allowed)}")
        return value

    return kind


def _list_of(kind: Kind) -> Kind:
    def each(value: Any, choice: Personality) -> Any:
        if not isinstance(value, list):
            raise RefusedError("must be a list")
        return [kind(item, choice) for item in value]

    return each


def _range(value: Any, choice: Personality) -> Any:
    bounds = _object(value, choice)
    return {name: _whole(bound, choice) for name, bound in bounds.items() if name.endswith("_threshold")}


def _paths(value: Any, choice: Personality) -> Any:
    return {name: _list_of(_text_or_empty)(values, choice) for name, values in _object(value, choice).items()}


def _text_or_empty(value: Any, choice: Personality) -> Any:
    del choice
    if not isinstance(value, str):
        raise RefusedError("must be a text")
    return value


def _override(value: Any, choice: Personality) -> Any:
    for each in _object(value, choice).values():
        _object(each, choice)
    return value


_SHARED: Mapping[str, Kind] = {
    "metadata": _object,
    "retell_llm_dynamic_variables": _texts,
    "agent_override": _override,
}
_REGISTER: Mapping[str, Kind] = {"agent_id": _text, "agent_version": _version, **_SHARED}
FIELDS: Mapping[str, Mapping[str, Kind]] = {
    "create-web-call": {**_REGISTER, "current_node_id": _or_null(_text), "current_state": _or_null(_text)},
    "register-phone-call": {
        **_REGISTER,
        "from_number": _text,
        "to_number": _text,
        "direction": _one_of("inbound", "outbound"),
    },
    "create-phone-call": {
        "from_number": _text,
        "to_number": _text,
        "override_agent_id": _text,
        "override_agent_version": _version,
        "custom_sip_headers": _texts,
        "ignore_e164_validation": _truth,
        **_SHARED,
    },
    "update-call": {
        "metadata": _object,
        "data_storage_setting": _one_of(*_STORAGE),
        "override_dynamic_variables": _or_null(_texts),
        "custom_attributes": _attributes,
    },
    "list-calls": {
        "filter_criteria": _object,
        "sort_order": _one_of("ascending", "descending"),
        "limit": _whole,
        "pagination_key": _text,
    },
}
REQUIRED = {
    "create-web-call": ("agent_id",),
    "register-phone-call": ("agent_id",),
    "create-phone-call": ("from_number", "to_number"),
}
CRITERIA: Mapping[str, Kind] = {
    **dict.fromkeys(("call_id", "agent_id", "from_number", "to_number", "batch_call_id"), _list_of(_text)),
    "disconnection_reason": _list_of(_text_or_empty),
    "version": _list_of(_whole),
    "call_status": _list_of(_one_of("registered", "not_connected", "ongoing", "ended", "error")),
    "call_type": _list_of(_one_of("web_call", "phone_call")),
    "direction": _list_of(_one_of("inbound", "outbound")),
    "user_sentiment": _list_of(_one_of("Negative", "Positive", "Neutral", "Unknown")),
    **dict.fromkeys(("in_voicemail", "call_successful"), _list_of(_truth)),
    **dict.fromkeys(("start_timestamp", "end_timestamp", "duration_ms", "e2e_latency_p50"), _range),
}


def parsed(raw: bytes, personality: Personality) -> dict[str, Any]:
    """The body as an object."""
    if not raw and personality.no_body_is_empty:
        return {}
    try:
        body = json.loads(raw.decode("utf-8-sig" if personality.coerce else "utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise RefusedError("the body is no JSON", 400) from error
    if not personality.deep and not _modest(body):
        raise RefusedError("the body is nested too deeply, or holds a number that is too large", 400)
    if not isinstance(body, dict):
        raise RefusedError("the body is no object", personality.wrong)
    return body


def _modest(body: Any) -> bool:
    waiting = [(body, 0)]
    while waiting:
        value, depth = waiting.pop()
        if depth > _DEEPEST or (isinstance(value, float) and math.isinf(value)):
            return False
        if isinstance(value, dict | list):
            waiting.extend((each, depth + 1) for each in (value.values() if isinstance(value, dict) else value))
    return True


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def checked(operation: str, body: dict[str, Any], personality: Personality) -> dict[str, Any]:
    """The body with every value as documented."""
    kinds = dict(FIELDS[operation])
    if personality.any_variable and "retell_llm_dynamic_variables" in kinds:
        kinds["retell_llm_dynamic_variables"] = _object
    required = REQUIRED.get(operation, ())
    for name in required:
        if name not in body:
            raise RefusedError(f"{name} is required")
    refuse = operation == "update-call" or personality.extra_fields == "refuse"
    return _each(body, kinds, personality, required=required, refuse=refuse)


def _each(
    body: dict[str, Any],
    kinds: Mapping[str, Kind],
    personality: Personality,
    *,
    required: tuple[str, ...] = (),
    refuse: bool,
) -> dict[str, Any]:
    good = {}
    for name, value in body.items():
        if name not in kinds:
            if refuse:
                raise RefusedError(f"{name} is not known")
            continue
        if value is None and personality.null_is_absent and name not in required:
            continue
        try:
            good[name] = kinds[name](value, personality)
        except RefusedError as error:
            raise RefusedError(f"{name} {error}") from error
    return good


def criteria(asked: dict[str, Any], personality: Personality) -> dict[str, Any]:
    """The criteria of a list that this server knows."""
    kinds = dict(CRITERIA)
    heads = ("metadata", "dynamic_variables")
    if personality.user_data != "flat":
        kinds.update(dict.fromkeys(heads, _paths))
    if personality.user_data != "nested":
        flat = [name for name in asked if name.split(".")[0] in heads and "." in name]
        kinds.update(dict.fromkeys(flat, _list_of(_text_or_empty)))
    return _each(asked, kinds, personality, refuse=personality.extra_fields == "refuse")


def dialled(number: str) -> str:
    """A number that may be called. Raises RefusedError."""
    if not _E164.fullmatch(number):
        raise RefusedError("the number is not in E.164 form")
    return number


def stricter(now: str | None, wanted: str) -> bool:
    """Whether a storage setting may be changed so."""
    return now is None or _STORAGE.index(wanted) >= _STORAGE.index(now)
