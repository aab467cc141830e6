"""Faults of calls in time: LIFE, and the SEQ ones that show over several requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.mockvendor.faults.base import Call, MockFault, View
from conformance.mockvendor.faults.hooks import put, shown, turn
from conformance.model import JSON, Level

if TYPE_CHECKING:
    from conformance.mockvendor.wire import Ask, Problem

__all__ = ["FAULTS"]


def _going_on(call: Call, view: View) -> bool:
    del view
    return call.get("call_status") in {"registered", "ongoing"}


def _timed(call: Call, view: View) -> bool:
    del view
    return "start_timestamp" in call and "end_timestamp" in call and "transfer_end_timestamp" not in call


def _ends_first(call: Call) -> None:
    call["end_timestamp"] = call["start_timestamp"] - 60_000
    call.pop("duration_ms", None)


def _in_seconds(duration: JSON) -> JSON:
    return duration // 1000


def _swapped(latency: JSON) -> JSON:
    return {name: _rising_wrong(stats) if isinstance(stats, dict) else stats for name, stats in latency.items()}


def _rising_wrong(stats: dict[str, JSON]) -> dict[str, JSON]:
    if not {"p50", "max"} <= stats.keys():
        return stats
    return {**stats, "p50": stats["max"] + 1}


def _as_phone_call(call: Call) -> None:
    call.pop("access_token", None)
    call.update(call_type="phone_call", from_number="+14155550110", to_number="+14155550111", direction="inbound")


def _made_web_call(call: Call, view: View) -> bool:
    return view.made_here and call.get("call_type") == "web_call"


def _without_metadata(call: Call, view: View) -> bool:
    return view.made_here and not call.get("metadata") and call.get("call_status") == "registered"


def _kept(ask: Ask, problem: Problem) -> bool:
    del ask
    return problem.kind == "deletion"


def _still_listed(ask: Ask, problem: Problem) -> bool:
    del ask
    return problem.kind == "unlisting"


def _transferred_nowhere(call: Call, view: View) -> bool:
    del view
    return call.get("disconnection_reason") in {"user_hangup", "agent_hangup"}


FAULTS = (
    MockFault(
        name="calls-end-before-they-start",
        breaks="LIFE-001",
        text="get-call shows an end_timestamp a minute before the start.",
        show=shown(_ends_first, "get-call", when=_timed),
    ),
    MockFault(
        name="duration-in-seconds",
        breaks="LIFE-002",
        text="get-call shows duration_ms in seconds.",
        show=shown(turn("duration_ms", _in_seconds), "get-call"),
    ),
    MockFault(
        name="ongoing-calls-have-an-end",
        breaks="LIFE-003",
        text="get-call shows an end_timestamp on calls that are going on.",
        show=shown(
            lambda call: call.update(end_timestamp=call["start_timestamp"] + 1000),
            "get-call",
            when=lambda call, view: _going_on(call, view) and "start_timestamp" in call,
        ),
    ),
    MockFault(
        name="registered-calls-have-a-reason",
        breaks="LIFE-003",
        text="A call that was just created has a disconnection_reason.",
        show=shown(put(disconnection_reason="user_hangup"), "create-web-call"),
    ),
    MockFault(
        name="ongoing-calls-have-a-recording",
        breaks="LIFE-004",
        text="get-call shows a recording of calls that are going on.",
        level=Level.SHOULD,
        show=shown(put(recording_url="https://recordings.example.invalid/early.wav"), "get-call", when=_going_on),
    ),
    MockFault(
        name="status-goes-back",
        breaks="LIFE-005",
        text="get-call shows a new call as ongoing until it has metadata, and as registered from then on.",
        show=shown(put(call_status="ongoing"), "get-call", when=_without_metadata),
    ),
    MockFault(
        name="failed-dials-have-ended",
        breaks="LIFE-006",
        text="get-call shows calls that were never connected as ended.",
        level=Level.SHOULD,
        show=shown(
            put(call_status="ended"), "get-call", when=lambda call, _: call.get("call_status") == "not_connected"
        ),
    ),
    MockFault(
        name="transfer-destination-without-transfer",
        breaks="LIFE-007",
        text="get-call shows a transfer_destination on calls that were hung up.",
        level=Level.SHOULD,
        show=shown(put(transfer_destination="+14155550112"), "get-call", when=_transferred_nowhere),
    ),
    MockFault(
        name="median-latency-above-the-maximum",
        breaks="LIFE-008",
        text="get-call shows a median latency above the maximum.",
        level=Level.SHOULD,
        show=shown(turn("latency", _swapped), "get-call"),
    ),
    MockFault(
        name="new-calls-are-ongoing",
        breaks="LIFE-009",
        text="create-web-call answers a call that is going on already.",
        level=Level.SHOULD,
        show=shown(put(call_status="ongoing"), "create-web-call"),
    ),
    MockFault(
        name="one-token-for-all-calls",
        breaks="SEQ-003",
        text="create-web-call answers the same access_token every time.",
        show=shown(put(access_token="eyJhbGciOiJIUzI1NiJ9.eyJ2aWRlbyI6e30"), "create-web-call"),  # noqa: S106 - made up
    ),
    MockFault(
        name="web-calls-fetched-as-phone-calls",
        breaks="SEQ-004",
        text="get-call shows new web calls as phone calls.",
        show=shown(_as_phone_call, "get-call", when=_made_web_call),
    ),
    MockFault(
        name="deleted-calls-stay-in-lists",
        breaks="SEQ-006",
        text="A deleted call cannot be fetched, but is still listed.",
        waive=_still_listed,
    ),
    MockFault(
        name="deleted-calls-stay",
        breaks="SEQ-005",
        text="delete-call answers 204 and deletes nothing.",
        waive=_kept,
    ),
)
