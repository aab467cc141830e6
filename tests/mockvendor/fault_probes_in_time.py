"""The probes of calls in time, and of what shows over several requests."""

from __future__ import annotations

from collections.abc import Mapping

from mock_client import NUMBER
from probe_looks import DEEP, Probe, created, first, kept, listed, showing


def statuses(client, call_id):
    """How get-call shows a new call before and after it gets metadata."""
    before = client.get(call_id).json["call_status"]
    client.update(call_id, metadata={"a": 1})
    return before, client.get(call_id).json["call_status"]


def median_above_maximum(call):
    stats = [each for each in call["latency"].values() if isinstance(each, dict) and {"p50", "max"} <= each.keys()]
    return any(each["p50"] > each["max"] for each in stats)


LIFECYCLE: Mapping[str, Probe] = {
    "calls-end-before-they-start": lambda c: (
        (call := first(c, disconnection_reason="user_hangup"))["end_timestamp"] < call["start_timestamp"]
    ),
    "duration-in-seconds": lambda c: (
        showing(c, "duration_ms")["duration_ms"] == c.with_field("duration_ms")["duration_ms"] // 1000
    ),
    "ongoing-calls-have-an-end": lambda c: "end_timestamp" in first(c, call_status="ongoing"),
    "registered-calls-have-a-reason": lambda c: "disconnection_reason" in c.web().json,
    "ongoing-calls-have-a-recording": lambda c: "recording_url" in first(c, call_status="ongoing"),
    "status-goes-back": lambda c: statuses(c, created(c)) == ("ongoing", "registered"),
    "failed-dials-have-ended": lambda c: first(c, call_status="not_connected")["call_status"] == "ended",
    "transfer-destination-without-transfer": lambda c: (
        "transfer_destination" in first(c, disconnection_reason="user_hangup")
    ),
    "median-latency-above-the-maximum": lambda c: median_above_maximum(showing(c, "latency")),
    "new-calls-are-ongoing": lambda c: c.web().json["call_status"] == "ongoing",
    "deleted-calls-stay-in-lists": lambda c: (
        c.delete(call_id := created(c)).status == 204 and c.get(call_id).status == 422 and call_id in c.ids(limit=1000)
    ),
    "deleted-calls-stay": lambda c: c.delete(call_id := created(c)).status == 204 and c.get(call_id).status == 200,
}

SEQUENCES: Mapping[str, Probe] = {
    "one-token-for-all-calls": lambda c: c.web().json["access_token"] == c.web().json["access_token"],
    "web-calls-fetched-as-phone-calls": lambda c: c.get(created(c)).json["call_type"] == "phone_call",
    "metadata-lost": kept({"a": 1}),
    "metadata-lost-in-get": lambda c: "metadata" not in c.get(c.register(metadata={"a": 1}).json["call_id"]).json,
    "metadata-not-ascii-mangled": kept({"a": ["ü"]}),
    "metadata-trimmed": kept({"a": "x" * 256}),
    "metadata-cut-off-below": kept(DEEP),
    "metadata-numbers-become-texts": kept({"a": 1, "b": True}),
    "metadata-keys-in-lower-case": kept({"customerId": "1"}),
    "dynamic-variables-lost": lambda c: (
        "retell_llm_dynamic_variables" not in c.phone(retell_llm_dynamic_variables={"a": "b"}).json
    ),
    "to-number-without-plus": lambda c: c.phone().json["to_number"] == NUMBER[1:],
    "numbers-swapped": lambda c: (
        c.register(from_number="+14155550150", to_number="+14155550151").json["to_number"] == "+14155550150"
    ),
    "agent-of-another-name": lambda c: c.web().json["agent_id"] != c.vendor.agents[0],
    "list-loses-metadata": lambda c: "metadata" not in listed(c, c.with_field("metadata")),
    "list-rounds-start-timestamps": lambda c: (
        listed(c, call := c.some(call_status="ended"))["start_timestamp"] != call["start_timestamp"]
    ),
    "get-call-shows-another-duration": lambda c: (
        listed(c, call := c.some(call_status="ended"))["duration_ms"]
        == c.get(call["call_id"]).json["duration_ms"] - 1000
    ),
    "list-shows-another-agent-version": lambda c: (
        listed(c, call := c.some(call_status="ended"))["agent_version"] != call["agent_version"]
    ),
    "list-masks-numbers": lambda c: listed(c, call := c.some(call_type="phone_call"))["to_number"] != call["to_number"],
}
