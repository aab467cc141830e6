"""How one and the same call looks in each edition: as tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from conformance.mockvendor.record import Record
    from conformance.model import JSON

__all__ = ["LOOKS", "Look"]

_V1_REASONS = (
    "user_hangup",
    "agent_hangup",
    "call_transfer",
    "inactivity",
    "machine_detected",
    "concurrency_limit_reached",
    "dial_busy",
    "dial_failed",
    "dial_no_answer",
    "error_llm_websocket_open",
    "error_llm_websocket_lost_connection",
    "error_llm_websocket_runtime",
    "error_llm_websocket_corrupt_payload",
    "error_frontend_corrupted_payload",
    "error_twilio",
    "error_no_audio_received",
    "error_asr",
    "error_retell",
    "error_unknown",
)
_2025_REASONS = (
    "user_hangup",
    "agent_hangup",
    "call_transfer",
    "voicemail_reached",
    "inactivity",
    "max_duration_reached",
    "concurrency_limit_reached",
    "no_valid_payment",
    "scam_detected",
    "dial_busy",
    "dial_failed",
    "dial_no_answer",
    "invalid_destination",
    "telephony_provider_permission_denied",
    "telephony_provider_unavailable",
    "sip_routing_error",
    "marked_as_spam",
    "user_declined",
    "error_llm_websocket_open",
    "error_llm_websocket_lost_connection",
    "error_llm_websocket_runtime",
    "error_llm_websocket_corrupt_payload",
    "error_no_audio_received",
    "error_asr",
    "error_retell",
    "error_unknown",
    "error_user_not_joined",
    "registered_call_timeout",
)
_2026_REASONS = (*_2025_REASONS, "ivr_reached", "transfer_bridged", "transfer_cancelled")

_OLDER = {
    "voicemail_reached": "machine_detected",
    "max_duration_reached": "agent_hangup",
    "invalid_destination": "dial_failed",
    "user_declined": "dial_busy",
}
_LATER_THAN_LAUNCH = frozenset(
    [
        "agent_version",
        "agent_name",
        "collected_dynamic_variables",
        "custom_sip_headers",
        "data_storage_setting",
        "opt_in_signed_url",
        "transfer_end_timestamp",
        "duration_ms",
        "scrubbed_transcript_with_tool_calls",
        "recording_multi_channel_url",
        "scrubbed_recording_url",
        "scrubbed_recording_multi_channel_url",
        "knowledge_base_retrieved_contents_url",
        "latency",
        "transfer_destination",
        "call_cost",
        "llm_token_usage",
        "telephony_identifier",
    ]
)
_LAUNCH_ROLES = frozenset({"agent", "user", "tool_call_invocation", "tool_call_result"})
_2025_ROLES = _LAUNCH_ROLES | {"transfer_target", "dtmf"}
_DONE: Mapping[JSON, str] = {True: "Complete", False: "Incomplete", None: "Partial"}
_LATENCIES = {
    "e2e": "e2e_latency",
    "llm": "llm_latency",
    "llm_websocket_network_rtt": "llm_websocket_network_rtt_latency",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """An edition as the mock vendor plays it.

    Attributes:
        reasons: The disconnection reasons that it knows.
        limit: How many calls a list holds if no limit is given.
        project: A call of the newest edition as this one shows it.
        error: An error body with that message.
    """

    reasons: Sequence[str]
    limit: int
    project: Callable[[Record, dict[str, JSON]], dict[str, JSON]]
    error: Callable[[str], dict[str, JSON]]


def _newest(_record: Record, call: dict[str, JSON]) -> dict[str, JSON]:
    return call


def _2025(_record: Record, call: dict[str, JSON]) -> dict[str, JSON]:
    call.pop("transfer_end_timestamp", None)
    return _entries(_reason(call, _2025_REASONS), _2025_ROLES)


def _launch(_record: Record, call: dict[str, JSON]) -> dict[str, JSON]:
    latency = call.get("latency", {})
    kept = {name: value for name, value in call.items() if name not in _LATER_THAN_LAUNCH}
    for name, old in _LATENCIES.items():
        if name in latency:
            kept[old] = {key: value for key, value in latency[name].items() if key != "values"}
    if kept["call_status"] == "not_connected":
        kept["call_status"] = "error"
    if "call_analysis" in kept:
        kept["call_analysis"] = _old_analysis(kept["call_analysis"])
    return _entries(_reason(kept, _V1_REASONS), _LAUNCH_ROLES)


def _v1(record: Record, call: dict[str, JSON]) -> dict[str, JSON]:
    kept = _launch(record, call)
    for name in ("call_type", "access_token"):
        kept.pop(name, None)
    return {**kept, **record.audio}


def _reason(call: dict[str, JSON], known: Sequence[str]) -> dict[str, JSON]:
    reason = call.get("disconnection_reason")
    if reason is not None and reason not in known:
        call["disconnection_reason"] = _OLDER.get(reason, "error_unknown")
    return call


def _entries(call: dict[str, JSON], roles: frozenset[str]) -> dict[str, JSON]:
    """Leave out the transcript entries that the edition does not know."""
    for name in ("transcript_object", "transcript_with_tool_calls", "scrubbed_transcript_with_tool_calls"):
        if name in call:
            call[name] = [entry for entry in call[name] if entry["role"] in roles]
    return call


def _old_analysis(analysed: Mapping[str, JSON]) -> dict[str, JSON]:
    sentiment = analysed.get("user_sentiment")
    done = _DONE[analysed.get("call_successful")]
    return {
        "call_summary": analysed.get("call_summary", ""),
        "user_sentiment": "Neutral" if sentiment == "Unknown" else sentiment,
        "agent_sentiment": "Neutral",
        "agent_task_completion_rating": done,
        "agent_task_completion_rating_reason": "As told by the last utterance.",
        "call_completion_rating": done,
        "call_completion_rating_reason": "As told by the last utterance.",
    }


def _error(message: str) -> dict[str, JSON]:
    return {"status": "error", "message": message}


def _v1_error(message: str) -> dict[str, JSON]:
    return {"error_message": message}


LOOKS: Mapping[str, Look] = {
    "v1": Look(reasons=_V1_REASONS, limit=1000, project=_v1, error=_v1_error),
    "v2-launch": Look(reasons=_V1_REASONS, limit=50, project=_launch, error=_error),
    "v2-2025": Look(reasons=_2025_REASONS, limit=50, project=_2025, error=_error),
    "v2": Look(reasons=_2026_REASONS, limit=50, project=_newest, error=_error),
}
"""Every edition that the mock vendor speaks, by id."""
