"""What a webhook says: the envelope of each edition around the call as get-call shows it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from conformance.mockvendor.editions import LOOKS
from conformance.mockvendor.faults.base import View

if TYPE_CHECKING:
    from conformance.mockvendor.state import State
    from conformance.mockvendor.webhooks.post import Notice
    from conformance.model import JSON

__all__ = ["payload"]

_SOMEWHERE = "+14155550160"
_ADDRESSED = frozenset({"transfer_started", "transfer_bridged", "transfer_cancelled"})


def payload(state: State, notice: Notice) -> dict[str, JSON]:
    """The body of a webhook as a value, faults included."""
    call = LOOKS[state.edition].project(notice.record, notice.record.look(notice.shown_ms))
    call = state.faults.show(call, View(operation="get-call", made_here=True))
    call.pop("access_token", None)
    if notice.event != "call_analyzed":
        call.pop("call_analysis", None)
    return state.faults.payload(_ENVELOPES[state.edition](notice, call), notice)


def _v1(notice: Notice, call: dict[str, JSON]) -> dict[str, JSON]:
    return {"event": notice.event, "data": call}


def _launch(notice: Notice, call: dict[str, JSON]) -> dict[str, JSON]:
    return {"event": notice.event, "call": call, "data": dict(call)}


def _plain(notice: Notice, call: dict[str, JSON]) -> dict[str, JSON]:
    return {"event": notice.event, "call": call}


def _newest(notice: Notice, call: dict[str, JSON]) -> dict[str, JSON]:
    return {**_plain(notice, call), **_beside(notice), "event_timestamp": notice.shown_ms}


def _beside(notice: Notice) -> dict[str, JSON]:
    if notice.event == "transcript_updated":
        return {"transcript_with_tool_calls": notice.record.said(notice.shown_ms)}
    if notice.event not in _ADDRESSED:
        return {}
    return {
        "transfer_destination": {"number": notice.record.destination() or _SOMEWHERE},
        "transfer_option": {"type": "cold_transfer", "showTransfereeAsCaller": False},
    }


_ENVELOPES: Mapping[str, Callable[[Notice, dict[str, JSON]], dict[str, JSON]]] = {
    "v1": _v1,
    "v2-launch": _launch,
    "v2-2025": _plain,
    "v2": _newest,
}
