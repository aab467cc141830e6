"""The call operations of V1: the same calls, with the audio fields that V2 dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.mockvendor.account import audio_of
from conformance.mockvendor.calls import NewCall, chosen_agent, new_call, own_number, required_number
from conformance.mockvendor.timeline import outbound
from conformance.mockvendor.wire import Ask, Reply

if TYPE_CHECKING:
    from conformance.mockvendor.state import State

__all__ = ["create_phone_call", "register_call"]

_AUDIO = ("audio_websocket_protocol", "audio_encoding", "sample_rate", "end_call_after_silence_ms")


def register_call(state: State, ask: Ask) -> Reply:
    """A call over the audio websocket: from the web, or from somebody's own telephony."""
    body = ask.body
    web = body.get("audio_websocket_protocol", "web") == "web"
    call_type = "web_call" if web else "phone_call"
    audio = audio_of(call_type) | {name: body[name] for name in _AUDIO if name in body}
    given = {name: body[name] for name in ("from_number", "to_number", "direction") if name in body}
    if not web:
        given = {"from_number": "anonymous", "to_number": "unknown", "direction": "inbound"} | given
    agent = chosen_agent(state, ask, "agent_id")
    wanted = NewCall(call_type=call_type, agent=agent, given=given, audio=audio)
    return Reply(status=201, value=state.show(ask, new_call(state, ask, wanted)))


def create_phone_call(state: State, ask: Ask) -> Reply:
    """An outbound phone call, dialled at once."""
    source = own_number(state, ask)
    destination = required_number(ask, source)
    agent = chosen_agent(state, ask, "override_agent_id", source.get("outbound_agent_id"))
    dropped = ask.body.get("drop_call_if_machine_detected", False)
    wanted = NewCall(
        call_type="phone_call",
        agent=agent,
        given={"from_number": source["phone_number"], "to_number": destination, "direction": "outbound"},
        timeline=outbound(state.now_ms(), destination, state.rng),
        audio=audio_of("phone_call") | {"drop_call_if_machine_detected": dropped},
    )
    return Reply(status=201, value=state.show(ask, new_call(state, ask, wanted)))
