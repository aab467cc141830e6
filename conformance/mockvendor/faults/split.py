"""Faults of the split into web and phone calls, and of the fields that V2 dropped: SPLIT, REM."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.mockvendor.faults.base import Call, MockFault, View
from conformance.mockvendor.faults.hooks import CREATES, drop, inside, put, shown, turn
from conformance.model import Level

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.mockvendor.record import Record
    from conformance.mockvendor.wire import Ask

__all__ = ["FAULTS"]


def _web(call: Call, _view: View) -> bool:
    return call.get("call_type") == "web_call"


def _phone(call: Call, _view: View) -> bool:
    return call.get("call_type") == "phone_call"


def _later(_call: Call, view: View) -> bool:
    return view.later


def _old(_call: Call, view: View) -> bool:
    return not view.made_here


def _over(call: Call, _view: View) -> bool:
    return _web(call, _view) and call["call_status"] in {"ended", "error"}


def _as_phone_call(ask: Ask, record: Record) -> Record:
    if ask.operation != "create-web-call":
        return record
    given = {name: value for name, value in record.given.items() if name != "access_token"}
    numbers = {"from_number": "+14155550100", "to_number": "+14155550123", "direction": "outbound"}
    return replace(record, call_type="phone_call", given={**given, **numbers})


def _as_web_call(ask: Ask, record: Record) -> Record:
    if ask.operation != "register-phone-call" or "from_number" in ask.body or "to_number" in ask.body:
        return record
    dropped = ("from_number", "to_number", "direction", "custom_sip_headers")
    given = {name: value for name, value in record.given.items() if name not in dropped}
    return replace(record, call_type="web_call", given={**given, "access_token": "eyJhbGciOiJIUzI1NiJ9.e30.c2ln"})


def _as_inbound(ask: Ask, record: Record) -> Record:
    if ask.operation == "create-phone-call":
        record.given["direction"] = "inbound"
    return record


def _removed(
    name: str, breaks: str, text: str, show: Callable[[Call, View], Call], level: Level = Level.MUST
) -> MockFault:
    return MockFault(name=name, breaks=breaks, text=text, show=show, level=level)


_TOKEN = "eyJhbGciOiJIUzI1NiJ9.e30.c2ln"  # noqa: S105 - opens nothing

_SPLIT = (
    MockFault(
        name="get-call-without-call-type",
        breaks="SPLIT-001",
        text="get-call does not say the call_type.",
        show=shown(drop("call_type"), "get-call"),
    ),
    MockFault(
        name="create-web-call-without-call-type",
        breaks="SPLIT-001",
        text="create-web-call does not say the call_type.",
        show=shown(drop("call_type"), "create-web-call"),
    ),
    MockFault(
        name="call-type-says-web",
        breaks="SPLIT-001",
        text="update-call says `web` and `phone` as call_type.",
        show=shown(turn("call_type", lambda value: value.removesuffix("_call")), "update-call"),
    ),
    MockFault(
        name="web-call-made-as-phone-call",
        breaks="SPLIT-002",
        text="create-web-call makes a phone call.",
        build=_as_phone_call,
    ),
    MockFault(
        name="registered-call-made-as-web-call",
        breaks="SPLIT-003",
        text="register-phone-call without numbers makes a web call.",
        build=_as_web_call,
    ),
    MockFault(
        name="web-call-without-access-token",
        breaks="SPLIT-004",
        text="create-web-call answers without an access_token.",
        show=shown(drop("access_token"), "create-web-call"),
    ),
    MockFault(
        name="get-web-call-without-access-token",
        breaks="SPLIT-004",
        text="get-call shows a web call without its access_token.",
        show=shown(drop("access_token"), "get-call"),
    ),
    MockFault(
        name="access-token-gone-after-the-end",
        breaks="SPLIT-004",
        text="A web call that is over has an empty access_token.",
        show=shown(put(access_token=""), "get-call", "list-calls", when=_over),
    ),
    MockFault(
        name="later-pages-without-access-token",
        breaks="SPLIT-004",
        text="Web calls on later pages of a list have no access_token.",
        show=shown(drop("access_token"), "list-calls", when=_later),
    ),
    MockFault(
        name="phone-call-without-direction",
        breaks="SPLIT-005",
        text="create-phone-call answers without a direction.",
        show=shown(drop("direction"), "create-phone-call"),
    ),
    MockFault(
        name="get-phone-call-without-direction",
        breaks="SPLIT-005",
        text="get-call shows a phone call without its direction.",
        show=shown(drop("direction"), "get-call"),
    ),
    MockFault(
        name="list-phone-calls-without-numbers",
        breaks="SPLIT-005",
        text="Phone calls in lists have no numbers.",
        show=shown(drop("from_number", "to_number"), "list-calls"),
    ),
    MockFault(
        name="anonymous-caller-left-out",
        breaks="SPLIT-005",
        text="A phone call whose caller is no E.164 number has no from_number.",
        show=shown(
            drop("from_number"),
            "get-call",
            "list-calls",
            when=lambda call, view: not view.made_here and not call.get("from_number", "+").startswith("+"),
        ),
    ),
    MockFault(
        name="registered-call-without-numbers",
        breaks="SPLIT-005",
        text="register-phone-call answers without from_number if it was given none.",
        level=Level.SHOULD,
        show=shown(
            drop("from_number"),
            "register-phone-call",
            when=lambda call, _: call.get("from_number") == "anonymous",
        ),
    ),
    MockFault(
        name="web-call-carries-direction",
        breaks="SPLIT-006",
        text="create-web-call answers with a direction.",
        show=shown(put(direction="inbound"), "create-web-call"),
    ),
    MockFault(
        name="web-call-carries-empty-numbers",
        breaks="SPLIT-006",
        text="get-call shows a web call with empty numbers.",
        show=shown(put(from_number="", to_number=""), "get-call", when=_web),
    ),
    MockFault(
        name="web-calls-in-lists-carry-numbers",
        breaks="SPLIT-006",
        text="Web calls on later pages of a list carry numbers.",
        show=shown(
            put(from_number="+14155550100", to_number="+14155550123"),
            "list-calls",
            when=lambda call, view: _web(call, view) and view.later,
        ),
    ),
    MockFault(
        name="phone-call-carries-access-token",
        breaks="SPLIT-007",
        text="create-phone-call answers with an access_token.",
        show=shown(put(access_token=_TOKEN), "create-phone-call", when=_phone),
    ),
    MockFault(
        name="registered-call-carries-access-token",
        breaks="SPLIT-007",
        text="register-phone-call answers with an access_token.",
        show=shown(put(access_token=_TOKEN), "register-phone-call", when=_phone),
    ),
    MockFault(
        name="list-phone-calls-carry-access-token",
        breaks="SPLIT-007",
        text="Inbound phone calls in lists carry an access_token.",
        show=shown(put(access_token=_TOKEN), "list-calls", when=lambda call, _: call.get("direction") == "inbound"),
    ),
    MockFault(
        name="outbound-call-says-inbound",
        breaks="SPLIT-008",
        text="create-phone-call makes calls whose direction is inbound.",
        level=Level.SHOULD,
        build=_as_inbound,
    ),
)

_REMOVED = (
    _removed(
        "create-web-call-answers-audio-websocket-protocol",
        "REM-001",
        "create-web-call answers with audio_websocket_protocol.",
        shown(put(audio_websocket_protocol="web"), "create-web-call"),
    ),
    _removed(
        "old-calls-keep-audio-websocket-protocol",
        "REM-001",
        "get-call shows audio_websocket_protocol on calls that nobody made in this run.",
        shown(
            put(audio_websocket_protocol="web"),
            "get-call",
            "list-calls",
            when=_old,
        ),
    ),
    _removed(
        "register-phone-call-answers-audio-websocket-protocol",
        "REM-001",
        "register-phone-call answers with audio_websocket_protocol, as its V1 namesake did.",
        shown(put(audio_websocket_protocol="twilio"), "register-phone-call"),
    ),
    _removed(
        "get-call-carries-audio-encoding",
        "REM-002",
        "get-call shows audio_encoding.",
        shown(put(audio_encoding="s16le"), "get-call"),
    ),
    _removed(
        "update-call-answers-audio-encoding",
        "REM-002",
        "update-call answers with audio_encoding.",
        shown(put(audio_encoding="mulaw"), "update-call"),
    ),
    _removed(
        "audio-encoding-in-telephony-identifier",
        "REM-002",
        "The telephony_identifier of a phone call carries audio_encoding.",
        shown(turn("telephony_identifier", inside(put(audio_encoding="mulaw"))), "list-calls", "get-call"),
    ),
    _removed(
        "list-items-carry-sample-rate",
        "REM-003",
        "Calls in lists carry sample_rate.",
        shown(put(sample_rate=24000), "list-calls"),
    ),
    _removed(
        "sample-rate-null-on-later-pages",
        "REM-003",
        "Calls on later pages of a list carry sample_rate as null.",
        shown(put(sample_rate=None), "list-calls", when=_later),
    ),
    _removed(
        "create-phone-call-answers-sample-rate",
        "REM-003",
        "create-phone-call answers with sample_rate.",
        shown(put(sample_rate=8000), "create-phone-call"),
    ),
    _removed(
        "calls-carry-end-call-after-silence-ms",
        "REM-004",
        "Calls carry end_call_after_silence_ms.",
        shown(put(end_call_after_silence_ms=600000), "get-call", "list-calls", *sorted(CREATES)),
        Level.SHOULD,
    ),
    _removed(
        "phone-calls-carry-drop-call-if-machine-detected",
        "REM-005",
        "Phone calls carry drop_call_if_machine_detected.",
        shown(put(drop_call_if_machine_detected=False), when=_phone),
        Level.SHOULD,
    ),
)

FAULTS = (*_SPLIT, *_REMOVED)
