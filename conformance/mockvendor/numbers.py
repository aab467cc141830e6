"""The phone-number operations: bought, imported, shown, changed, given back. Kept simple."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from conformance.mockvendor.wire import Ask, Reply

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.mockvendor.state import State
    from conformance.model import JSON

__all__ = [
    "create_number",
    "delete_number",
    "get_number",
    "import_number",
    "list_numbers",
    "list_numbers_paged",
    "update_number",
]

_E164 = re.compile(r"\+[1-9][0-9]{1,14}")
_TRUNK = {"termination_uri": "termination_uri", "transport": "transport"}
_USER_NAMES = ("sip_trunk_auth_username", "auth_username")
_PLAIN = [
    "nickname",
    "inbound_agent_id",
    "outbound_agent_id",
    "inbound_agent_version",
    "outbound_agent_version",
    "inbound_agents",
    "outbound_agents",
    "inbound_sms_agents",
    "outbound_sms_agents",
    "inbound_webhook_url",
    "inbound_sms_webhook_url",
    "allowed_inbound_country_list",
    "allowed_outbound_country_list",
    "fallback_number",
]
_V1_FIELDS = ("phone_number", "phone_number_pretty", "area_code", "last_modification_timestamp")


def create_number(state: State, ask: Ask) -> Reply:
    """Buy the number that was asked for, or one of the area."""
    area = ask.body.get("area_code", 415)
    number = ask.body.get("phone_number") or _free(state, area)
    _check_number(state, ask, number)
    provider = ask.body.get("number_provider", "twilio")
    return Reply(status=201, value=_shown(ask, _keep(state, ask, number, f"retell-{provider}", area)))


def import_number(state: State, ask: Ask) -> Reply:
    """Take over a number of somebody's own telephony. E.164 is checked on request only."""
    number = ask.body.get("phone_number", _free(state, 415))
    if ask.body.get("ignore_e164_validation", True):
        _check_free(state, ask, number)
    else:
        _check_number(state, ask, number)
    return Reply(status=201, value=_shown(ask, _keep(state, ask, number, "custom", None)))


def get_number(state: State, ask: Ask) -> Reply:
    """One number."""
    return Reply(status=200, value=_shown(ask, _find(state, ask)))


def list_numbers(state: State, ask: Ask) -> Reply:
    """All numbers."""
    return Reply(status=200, value=[_shown(ask, number) for number in state.numbers.values()])


def list_numbers_paged(state: State, ask: Ask) -> Reply:
    """A page of the numbers, the last changed first. The key of the next page is the last number of this."""
    query = ask.body
    chosen = sorted(
        state.numbers.values(),
        key=lambda number: (number["last_modification_timestamp"], number["phone_number"]),
        reverse=query.get("sort_order") != "ascending",
    )
    key = query.get("pagination_key")
    if key is not None:
        if key not in state.numbers:
            ask.refuse("unknown-page", 400, "pagination_key is no number of this account.", "/pagination_key")
        places = [place for place, number in enumerate(chosen) if number["phone_number"] == key]
        chosen = chosen[places[0] + 1 :] if places else chosen
    limit = query.get("limit", 50)
    if limit < 1:
        ask.refuse("limit", 400, "limit must be from 1 to 1000.", "/limit")
    items, more = chosen[:limit], len(chosen) > limit
    envelope: dict[str, JSON] = {"items": [_shown(ask, number) for number in items], "has_more": more}
    if more:
        envelope["pagination_key"] = items[-1]["phone_number"]
    return Reply(status=200, value=envelope)


def update_number(state: State, ask: Ask) -> Reply:
    """Change what a number is bound to."""
    number = _find(state, ask)
    _check_agents(state, ask, 422)
    number |= _settings(state, ask, number)
    return Reply(status=200, value=_shown(ask, number))


def delete_number(state: State, ask: Ask) -> Reply:
    """Give a number back."""
    state.numbers.pop(_find(state, ask)["phone_number"], None)
    return Reply(status=204)


def _find(state: State, ask: Ask) -> dict[str, JSON]:
    number = ask.parameters["phone_number"]
    if number not in state.numbers:
        ask.refuse("unknown-number", 422, "No such number belongs to this account.")
        return {**next(iter(state.numbers.values())), "phone_number": number}
    return state.numbers[number]


def _keep(state: State, ask: Ask, number: str, kind: str, area: int | None) -> dict[str, JSON]:
    _check_agents(state, ask, 400)
    kept: dict[str, JSON] = {"phone_number": number, "phone_number_type": kind, "phone_number_pretty": number}
    if area is not None:
        kept["area_code"] = area
    kept |= _settings(state, ask, kept)
    state.numbers[number] = kept
    return kept


def _settings(state: State, ask: Ask, held: Mapping[str, JSON]) -> dict[str, JSON]:
    body = ask.body
    found = {name: body[name] for name in _PLAIN if name in body}
    trunk = dict(held.get("sip_outbound_trunk_config") or {})
    trunk |= {shown: body[name] for name, shown in _TRUNK.items() if name in body}
    for name in _USER_NAMES:
        if name in body:
            trunk["auth_username"] = body[name]
    if trunk:
        found["sip_outbound_trunk_config"] = trunk
    if "agent_id" in body:  # V1 knows one agent for both ways
        found |= {"inbound_agent_id": body["agent_id"], "outbound_agent_id": body["agent_id"]}
    return {**found, "last_modification_timestamp": state.now_ms()}


def _check_agents(state: State, ask: Ask, status: int) -> None:
    for name in ("agent_id", "inbound_agent_id", "outbound_agent_id"):
        if ask.body.get(name) is not None and ask.body[name] not in state.agents:
            ask.refuse("unknown-agent", status, "No agent of this account has that id.", f"/{name}")


def _check_number(state: State, ask: Ask, number: str) -> None:
    if not _E164.fullmatch(number):
        ask.refuse("e164", 400, "phone_number is no E.164 number.", "/phone_number")
    _check_free(state, ask, number)


def _check_free(state: State, ask: Ask, number: str) -> None:
    if number in state.numbers:
        ask.refuse("taken", 400, "phone_number belongs to this account already.", "/phone_number")


def _free(state: State, area: int) -> str:
    numbers = (f"+1{area}555{last:04}" for last in range(100, 10_000))
    return next(number for number in numbers if number not in state.numbers)


def _shown(ask: Ask, number: Mapping[str, JSON]) -> dict[str, JSON]:
    if ask.edition != "v1":
        return dict(number)
    return {name: number[name] for name in _V1_FIELDS if name in number} | {
        "agent_id": number["inbound_agent_id"],
        "area_code": number.get("area_code", 0),
    }
