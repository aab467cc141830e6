"""The call operations of V2."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conformance.mockvendor.account import Agent, audio_of, token
from conformance.mockvendor.editions import LOOKS
from conformance.mockvendor.listing import ListQuery, Row, ill_shaped, page
from conformance.mockvendor.record import STORAGE, Record
from conformance.mockvendor.timeline import Timeline, outbound, unanswered
from conformance.mockvendor.wire import Ask, Problem, Reply

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.mockvendor.state import State
    from conformance.model import JSON

__all__ = [
    "NewCall",
    "chosen_agent",
    "create_phone_call",
    "create_web_call",
    "delete_call",
    "get_call",
    "list_calls",
    "new_call",
    "own_number",
    "register_phone_call",
    "required_number",
    "stop_call",
    "update_call",
]

_E164 = re.compile(r"\+[1-9][0-9]{1,14}")
_MOST = 1000
_SOMEBODY = "+14155550123"


def create_web_call(state: State, ask: Ask) -> Reply:
    """A web call that waits to be joined."""
    agent = chosen_agent(state, ask, "agent_id")
    wanted = NewCall(call_type="web_call", agent=agent, version=ask.body.get("agent_version"))
    record = new_call(state, ask, wanted)
    return Reply(status=201, value=state.show(ask, record))


def create_phone_call(state: State, ask: Ask) -> Reply:
    """An outbound phone call, dialled at once."""
    source = own_number(state, ask)
    destination = required_number(ask, source)
    agent = chosen_agent(state, ask, "override_agent_id", source.get("outbound_agent_id"))
    wanted = NewCall(
        call_type="phone_call",
        agent=agent,
        version=ask.body.get("override_agent_version"),
        given={"from_number": source["phone_number"], "to_number": destination, "direction": "outbound"},
        timeline=outbound(state.now_ms(), destination, state.rng),
    )
    return Reply(status=201, value=state.show(ask, new_call(state, ask, wanted)))


def register_phone_call(state: State, ask: Ask) -> Reply:
    """A phone call of somebody's own telephony, waiting to be dialled. What was left unsaid is filled in."""
    agent = chosen_agent(state, ask, "agent_id")
    given = {
        "from_number": ask.body.get("from_number", "anonymous"),
        "to_number": ask.body.get("to_number", next(reversed(state.numbers), "unknown")),
        "direction": ask.body.get("direction", "inbound"),
    }
    wanted = NewCall(call_type="phone_call", agent=agent, version=ask.body.get("agent_version"), given=given)
    return Reply(status=201, value=state.show(ask, new_call(state, ask, wanted)))


def get_call(state: State, ask: Ask) -> Reply:
    """One call as it is now."""
    return Reply(status=200, value=state.show(ask, state.find(ask)))


def list_calls(state: State, ask: Ask) -> Reply:
    """The calls that match, a page of them."""
    rows = [state.row(record, ask.edition) for record in (*state.records.values(), *state.ghosts)]
    query = state.faults.query(_query(ask, rows))
    chosen = state.faults.page(page(state.faults.pool(rows), query), query)
    return Reply(status=200, value=state.show_page(ask, chosen, query))


def update_call(state: State, ask: Ask) -> Reply:
    """Change what update-call may change. No custom attribute is known here, so all are ignored."""
    record = state.find(ask)
    body = ask.body
    wanted, current = body.get("data_storage_setting"), record.given.get("data_storage_setting")
    if wanted and current and STORAGE.index(wanted) < STORAGE.index(current):
        ask.refuse("weaker", 400, f"data_storage_setting is {current} and cannot be loosened.")
        wanted = None
    if "metadata" in body:
        record.given["metadata"] = body["metadata"]
    if wanted:
        record.given["data_storage_setting"] = wanted
    if "override_dynamic_variables" in body:
        record.overrides = body["override_dynamic_variables"] or {}
    return Reply(status=200, value=state.show(ask, record))


def delete_call(state: State, ask: Ask) -> Reply:
    """Forget a call, unless a fault keeps it."""
    record = state.find(ask)
    if ask.waives(ask, Problem(kind="deletion", status=204, message="The call is deleted.")):
        return Reply(status=204)
    state.records.pop(record.call_id, None)
    if ask.waives(ask, Problem(kind="unlisting", status=204, message="The call is in no list.")):
        state.ghosts.append(record)
    return Reply(status=204)


def stop_call(state: State, ask: Ask) -> Reply:
    """Hang up. The reason is one that every edition knows: `manual_stopped` is younger than most."""
    record = state.find(ask)
    if record.timeline.phase(state.now_ms()) != "ongoing":
        ask.refuse("not-ongoing", 422, "The call is not going on.")
    else:
        record.timeline = record.timeline.cut(state.now_ms(), "agent_hangup")
    return Reply(status=204)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCall:
    """A call to be made.

    Attributes:
        version: Which version of the agent; anything but a number is the newest.
        given: What it carries beside the usual.
        timeline: When it starts and ends; None if it waits to be joined or dialled.
        audio: What a V1 call says of its audio; None for the usual.
    """

    call_type: str
    agent: Agent
    version: JSON = None
    given: Mapping[str, JSON] = field(default_factory=dict)
    timeline: Timeline | None = None
    audio: Mapping[str, JSON] | None = None


def new_call(state: State, ask: Ask, wanted: NewCall) -> Record:
    """Make and keep a call, with what the body of the request gives it."""
    now_ms, call_id = state.now_ms(), state.new_id()
    agent, version, web = wanted.agent, wanted.version, wanted.call_type == "web_call"
    carried: dict[str, JSON] = {
        "agent_id": agent.id,
        "agent_version": int(version) if isinstance(version, int | float) else agent.version,
        "agent_name": agent.name,
    }
    for name in ("metadata", "retell_llm_dynamic_variables", "custom_sip_headers"):
        if name in ask.body:
            carried[name] = ask.body[name]
    carried |= wanted.given
    if web:
        carried["access_token"] = token(state.rng, call_id)
    record = Record(
        call_id=call_id,
        call_type=wanted.call_type,
        serial=state.next_serial(),
        created_ms=now_ms,
        timeline=(wanted.timeline or unanswered(now_ms, web=web)).paced(now_ms, state.pace),
        given={**carried, "data_storage_setting": "everything", "opt_in_signed_url": False},
        made_here=True,
        audio=dict(wanted.audio or audio_of(wanted.call_type)),
    )
    return state.add(ask, record)


def chosen_agent(state: State, ask: Ask, field: str, otherwise: str | None = None) -> Agent:
    """The agent that a field of the body names, else the other one, else the first of the account.

    Raises:
        Refused: 422 if the account has no such agent.
    """
    agent_id = ask.body.get(field, otherwise)
    if agent_id is None:
        return state.first_agent
    if agent_id not in state.agents:
        ask.refuse("unknown-agent", 422, "No agent of this account has that id.", f"/{field}")
    return state.agents.get(agent_id, state.first_agent)


def own_number(state: State, ask: Ask) -> dict[str, JSON]:
    """The number of the account that a call is made from.

    Raises:
        Refused: 400 if `from_number` is no E.164 number, 422 if it is not one of the account.
    """
    ours = next(iter(state.numbers.values()), {"phone_number": _SOMEBODY})
    number = ask.body.get("from_number", ours["phone_number"])
    if number not in state.numbers:
        if not (ask.body.get("ignore_e164_validation") or _E164.fullmatch(number)):
            ask.refuse("e164", 400, "from_number is no E.164 number.", "/from_number")
        ask.refuse("unknown-number", 422, "from_number is no number of this account.", "/from_number")
    return state.numbers.get(number, ours)


def required_number(ask: Ask, source: Mapping[str, JSON]) -> str:
    """The number to call. Pseudo numbers can be called on request, from a number of one's own telephony.

    Raises:
        Refused: 400 if it is no E.164 number.
    """
    number: str = ask.body.get("to_number", _SOMEBODY)
    free = ask.body.get("ignore_e164_validation") and source.get("phone_number_type") == "custom"
    if not free and not _E164.fullmatch(number):
        ask.refuse("e164", 400, "to_number is no E.164 number.", "/to_number")
    return number


def _query(ask: Ask, rows: list[Row]) -> ListQuery:
    body = ask.body
    limit = body.get("limit", LOOKS[ask.edition].limit)
    if not 1 <= limit <= _MOST:
        ask.refuse("limit", 400, f"limit must be from 1 to {_MOST}.", "/limit")
        limit = _MOST
    key = body.get("pagination_key")
    after = next((row for row in rows if row.record.call_id == key), None)
    if key is not None and after is None:
        ask.refuse("unknown-page", 400, "pagination_key is the id of no call.", "/pagination_key")
    filters = body.get("filter_criteria", {})
    if (wrong := ill_shaped(filters)) is not None:
        ask.refuse("type", 400, f"The filter {wrong} has the wrong form.", f"/filter_criteria/{wrong}")
        filters = {name: wanted for name, wanted in filters.items() if name != wrong}
    return ListQuery(
        filters=filters,
        ascending=body.get("sort_order") == "ascending",
        ordered="sort_order" in body,
        limit=int(limit),
        after=after,
    )
