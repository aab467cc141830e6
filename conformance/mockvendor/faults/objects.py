"""Faults of the call object itself: OBJ."""

from __future__ import annotations

from conformance.mockvendor.faults.base import Call, MockFault, View
from conformance.mockvendor.faults.hooks import drop, inside, put, shown, turn
from conformance.model import Level

__all__ = ["FAULTS"]

_BOTH = ("get-call", "list-calls")
_OPTIONAL = [
    "metadata",
    "retell_llm_dynamic_variables",
    "collected_dynamic_variables",
    "custom_sip_headers",
    "start_timestamp",
    "end_timestamp",
    "duration_ms",
    "transcript",
    "recording_url",
    "public_log_url",
    "call_analysis",
    "call_cost",
    "llm_token_usage",
    "disconnection_reason",
]


def _seconds(value: int) -> int:
    return value // 1000


def _as_seconds(call: Call) -> None:
    for name in ("start_timestamp", "end_timestamp", "transfer_end_timestamp"):
        turn(name, _seconds)(call)


def _nulls(call: Call) -> None:
    for name in _OPTIONAL:
        call.setdefault(name, None)


def _not_connected(call: Call, _view: View) -> bool:
    return call.get("call_status") == "not_connected"


def _another_id(value: str) -> str:
    return value.upper()


def _inbound(call: Call, _view: View) -> bool:
    return call.get("direction") == "inbound"


FAULTS = (
    MockFault(
        name="get-call-without-call-status",
        breaks="OBJ-001",
        text="get-call shows calls that did not connect without a call_status.",
        show=shown(drop("call_status"), "get-call", when=_not_connected),
    ),
    MockFault(
        name="update-call-answers-without-agent-id",
        breaks="OBJ-001",
        text="update-call answers without the agent_id.",
        show=shown(drop("agent_id"), "update-call"),
    ),
    MockFault(
        name="created-call-without-call-status",
        breaks="OBJ-001",
        text="create-web-call answers with null as call_status.",
        show=shown(put(call_status=None), "create-web-call"),
    ),
    MockFault(
        name="get-call-without-agent-version",
        breaks="OBJ-002",
        text="get-call does not tell the agent_version.",
        show=shown(drop("agent_version"), "get-call"),
    ),
    MockFault(
        name="agent-version-as-a-string",
        breaks="OBJ-002",
        text="The agent_version in lists is a string.",
        show=shown(turn("agent_version", str), "list-calls"),
    ),
    MockFault(
        name="created-call-without-agent-version",
        breaks="OBJ-002",
        text="register-phone-call does not tell the agent_version.",
        show=shown(drop("agent_version"), "register-phone-call"),
    ),
    MockFault(
        name="duration-as-a-string",
        breaks="OBJ-003",
        text="duration_ms is a string.",
        show=shown(turn("duration_ms", str), "get-call"),
    ),
    MockFault(
        name="duration-as-a-fraction",
        breaks="OBJ-003",
        text="duration_ms in lists is no whole number.",
        show=shown(turn("duration_ms", lambda value: value + 0.25), "list-calls"),
    ),
    MockFault(
        name="transcript-as-a-list",
        breaks="OBJ-003",
        text="transcript is a list of lines.",
        show=shown(turn("transcript", lambda value: value.splitlines()), *_BOTH),
    ),
    MockFault(
        name="recording-url-as-an-object",
        breaks="OBJ-003",
        text="recording_url is an object.",
        show=shown(turn("recording_url", lambda value: {"url": value}), "get-call"),
    ),
    MockFault(
        name="in-voicemail-as-a-string",
        breaks="OBJ-003",
        text="in_voicemail in the analysis is a string.",
        show=shown(turn("call_analysis", inside(turn("in_voicemail", lambda value: str(value).lower()))), *_BOTH),
    ),
    MockFault(
        name="word-times-as-strings",
        breaks="OBJ-003",
        text="The times of words are strings.",
        show=shown(turn("transcript_object", inside(turn("words", inside(turn("start", str))))), *_BOTH),
    ),
    MockFault(
        name="agent-name-as-a-number",
        breaks="OBJ-003",
        text="create-phone-call answers with a number as agent_name.",
        show=shown(put(agent_name=7), "create-phone-call"),
    ),
    MockFault(
        name="direction-in-capitals",
        breaks="OBJ-004",
        text="Inbound calls in lists say Inbound.",
        show=shown(turn("direction", str.capitalize), "list-calls", when=_inbound),
    ),
    MockFault(
        name="sentiment-in-lower-case",
        breaks="OBJ-004",
        text="get-call says positive, not Positive.",
        show=shown(turn("call_analysis", inside(turn("user_sentiment", str.lower))), "get-call"),
    ),
    MockFault(
        name="storage-setting-of-its-own",
        breaks="OBJ-004",
        text="create-web-call answers with a data_storage_setting that nobody documents.",
        show=shown(put(data_storage_setting="all"), "create-web-call"),
    ),
    MockFault(
        name="unknown-disconnection-reason",
        breaks="OBJ-005",
        text="Calls end for a reason that no edition knows.",
        level=Level.SHOULD,
        show=shown(turn("disconnection_reason", lambda value: f"{value}_by_carrier"), *_BOTH),
    ),
    MockFault(
        name="null-for-absent-fields",
        breaks="OBJ-006",
        text="What a call does not have is null.",
        level=Level.SHOULD,
        show=shown(_nulls, "get-call"),
    ),
    MockFault(
        name="null-end-of-ongoing-calls",
        breaks="OBJ-006",
        text="In lists, calls that are not over have null as end_timestamp.",
        level=Level.SHOULD,
        show=shown(lambda call: call.setdefault("end_timestamp", None), "list-calls"),
    ),
    MockFault(
        name="timestamps-in-seconds",
        breaks="OBJ-007",
        text="Timestamps are seconds.",
        show=shown(_as_seconds, *_BOTH),
    ),
    MockFault(
        name="timestamps-as-strings",
        breaks="OBJ-007",
        text="get-call shows the start_timestamp as a string.",
        show=shown(turn("start_timestamp", str), "get-call"),
    ),
    MockFault(
        name="end-timestamp-as-a-fraction",
        breaks="OBJ-007",
        text="The end_timestamp in lists has microseconds behind the point.",
        show=shown(turn("end_timestamp", lambda value: value + 0.125), "list-calls"),
    ),
    MockFault(
        name="utterances-without-words",
        breaks="OBJ-008",
        text="What users say has no words.",
        show=shown(turn("transcript_object", inside(drop("words"), role="user")), *_BOTH),
    ),
    MockFault(
        name="tool-calls-without-arguments",
        breaks="OBJ-008",
        text="Tool calls have no arguments.",
        show=shown(turn("transcript_with_tool_calls", inside(drop("arguments"), role="tool_call_invocation")), *_BOTH),
    ),
    MockFault(
        name="node-transitions-without-names",
        breaks="OBJ-008",
        text="Node transitions do not name the nodes.",
        show=shown(
            turn(
                "transcript_with_tool_calls",
                inside(drop("former_node_name", "new_node_name"), role="node_transition"),
            ),
            *_BOTH,
        ),
    ),
    MockFault(
        name="keys-pressed-without-digit",
        breaks="OBJ-008",
        text="An entry for a pressed key does not say which.",
        show=shown(turn("transcript_with_tool_calls", inside(drop("digit"), role="dtmf")), *_BOTH),
    ),
    MockFault(
        name="call-cost-without-combined-cost",
        breaks="OBJ-008",
        text="call_cost has no combined_cost.",
        show=shown(turn("call_cost", inside(drop("combined_cost"))), *_BOTH),
    ),
    MockFault(
        name="product-costs-without-product",
        breaks="OBJ-008",
        text="The costs of products do not name the product.",
        show=shown(turn("call_cost", inside(turn("product_costs", inside(drop("product"))))), *_BOTH),
    ),
    MockFault(
        name="token-usage-without-num-requests",
        breaks="OBJ-008",
        text="llm_token_usage has no num_requests.",
        show=shown(turn("llm_token_usage", inside(drop("num_requests"))), "get-call"),
    ),
    MockFault(
        name="get-call-answers-another-id",
        breaks="OBJ-009",
        text="get-call shows the right call with its id in capitals.",
        show=shown(turn("call_id", _another_id), "get-call"),
    ),
)
