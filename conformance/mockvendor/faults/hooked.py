"""Faults that show only in webhooks, of the call inside: SPLIT, REM, OBJ. And the bricks for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.mockvendor.faults.base import Call, MockFault
from conformance.mockvendor.faults.hooks import drop, put, turn
from conformance.model import JSON, Level

if TYPE_CHECKING:
    from conformance.mockvendor.record import Record
    from conformance.mockvendor.webhooks.post import Notice
    from conformance.mockvendor.wire import Ask

__all__ = ["FAULTS", "called", "transferring"]

_TALKED = frozenset({"user_hangup", "agent_hangup", "inactivity"})


def called(
    change: Callable[[Call], object], *on: str, when: Callable[[Notice], bool] | None = None
) -> Callable[[dict[str, JSON], Notice], dict[str, JSON]]:
    """A `payload` hook that changes the call in the webhooks of some events, of all if none is named."""

    def payload(payload: dict[str, JSON], notice: Notice) -> dict[str, JSON]:
        inner = payload.get("call", payload.get("data"))
        if isinstance(inner, dict) and (not on or notice.event in on) and (when is None or when(notice)):
            change(inner)
        return payload

    return payload


def transferring(ask: Ask, record: Record) -> Record:
    """A `build` hook: phone calls that connect end in a transfer, so that there is one."""
    del ask
    if record.timeline.starts_ms is None or record.timeline.reason not in _TALKED:
        return record
    return replace(record, timeline=replace(record.timeline, reason="call_transfer"))


def _web(notice: Notice) -> bool:
    return notice.record.call_type == "web_call"


def _phone(notice: Notice) -> bool:
    return notice.record.call_type == "phone_call"


FAULTS = (
    MockFault(
        name="webhook-calls-without-call-type",
        breaks="SPLIT-001",
        text="Calls in webhooks do not say their call_type.",
        payload=called(drop("call_type")),
    ),
    MockFault(
        name="webhook-phone-calls-without-direction",
        breaks="SPLIT-005",
        text="Phone calls in webhooks have no direction.",
        payload=called(drop("direction"), when=_phone),
    ),
    MockFault(
        name="webhook-phone-calls-from-null",
        breaks="SPLIT-005",
        text="Phone calls in webhooks have null as from_number.",
        payload=called(put(from_number=None), when=_phone),
    ),
    MockFault(
        name="webhook-web-calls-carry-a-number",
        breaks="SPLIT-006",
        text="Web calls in webhooks have a from_number.",
        payload=called(put(from_number="+14155550100"), when=_web),
    ),
    MockFault(
        name="webhook-phone-calls-carry-access-token",
        breaks="SPLIT-007",
        text="Phone calls in webhooks have an access_token.",
        payload=called(put(access_token="eyJhbGciOiJIUzI1NiJ9.e30.c2ln"), when=_phone),  # noqa: S106 - opens nothing
    ),
    MockFault(
        name="webhook-calls-keep-audio-websocket-protocol",
        breaks="REM-001",
        text="Calls in webhooks carry audio_websocket_protocol.",
        payload=called(put(audio_websocket_protocol="web")),
    ),
    MockFault(
        name="webhook-calls-keep-audio-encoding",
        breaks="REM-002",
        text="Calls in call_ended carry audio_encoding.",
        payload=called(put(audio_encoding="s16le"), "call_ended"),
    ),
    MockFault(
        name="webhook-calls-keep-sample-rate",
        breaks="REM-003",
        text="Calls in call_started carry sample_rate as null.",
        payload=called(put(sample_rate=None), "call_started"),
    ),
    MockFault(
        name="webhook-durations-as-strings",
        breaks="OBJ-003",
        text="duration_ms in webhooks is a string.",
        payload=called(turn("duration_ms", str)),
    ),
    MockFault(
        name="webhook-calls-with-nulls",
        breaks="OBJ-006",
        text="Calls in call_started have null for what comes later.",
        level=Level.SHOULD,
        payload=called(put(end_timestamp=None, disconnection_reason=None, recording_url=None), "call_started"),
    ),
    MockFault(
        name="webhook-timestamps-as-strings",
        breaks="OBJ-007",
        text="start_timestamp in webhooks is a string.",
        payload=called(turn("start_timestamp", str)),
    ),
)
