"""For each fault, a look at the one thing that it breaks: True if it is broken.

A probe gets a client of a mock vendor with the fault, or without, and looks at nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping

from fault_probes_in_time import LIFECYCLE, SEQUENCES
from fault_probes_of_lists import FILTERS, LISTS
from fault_probes_of_webhooks import WEBHOOKS
from mock_client import NUMBER
from probe_looks import (
    CREATE,
    DEEP,
    LIST,
    OTHER_KEY,
    PHONE,
    REGISTER,
    Probe,
    created,
    entries,
    every,
    first,
    later,
    listed,
    phone_body,
    showing,
    with_role,
)

STATUS: Mapping[str, Probe] = {
    "register-phone-call-without-prefix": lambda c: c.register().status == 404,
    "create-web-call-without-prefix": lambda c: c.web().status == 404,
    "update-call-takes-only-put": lambda c: c.update(created(c)).status == 405,
    "delete-call-takes-only-post": lambda c: c.delete(created(c)).status == 405,
    "metadata-with-unicode-refused": lambda c: c.web(metadata={"a": "ü"}).status == 400,
    "deep-metadata-refused": lambda c: c.web(metadata=DEEP).status == 400,
    "long-metadata-refused": lambda c: c.register(metadata={"a": "x" * 501}).status == 400,
    "empty-metadata-refused": lambda c: c.web(metadata={}).status == 400,
    "agent-version-refused": lambda c: c.register(agent_version=1).status == 400,
    "agent-override-refused": lambda c: c.phone(agent_override={}).status == 400,
    "empty-dynamic-variable-refused": lambda c: c.phone(retell_llm_dynamic_variables={"a": ""}).status == 400,
    "list-without-filters-refused": lambda c: c.list().status == 400,
    "two-filters-at-once-refused": lambda c: (
        c.list(filter_criteria={"agent_id": ["a"], "call_type": ["web_call"]}).status == 400
    ),
    "end-timestamp-filter-refused": lambda c: (
        c.list(filter_criteria={"end_timestamp": {"lower_threshold": 1}}).status == 400
    ),
    "empty-body-crashes": lambda c: c.send("POST", CREATE).status == 500,
    "nul-character-crashes": lambda c: c.web(metadata={"a": "\0"}).status == 500,
    "half-surrogate-in-lists-crashes": lambda c: (
        c.list(filter_criteria={"call_id": ["\ud800"]}).status == 500 and c.web(metadata={"a": "\ud800"}).status != 500
    ),
    "huge-number-crashes": lambda c: c.send("POST", CREATE, raw=b'{"metadata":{"a":1e400}}').status == 500,
    "broken-utf-8-crashes": lambda c: c.send("POST", REGISTER, raw=b'{"agent_id":"\xff\xfe"}').status == 500,
    "deep-nesting-crashes": lambda c: c.send("POST", CREATE, raw=b'{"a":' * 5000 + b"1" + b"}" * 5000).status == 500,
    "other-content-type-crashes": lambda c: c.send("POST", CREATE, {}, content_type="text/plain").status == 500,
    "deep-metadata-crashes": lambda c: c.web(metadata=DEEP).status == 500,
    "emoji-crashes": lambda c: c.web(metadata={"a": ["🙂"]}).status == 500,
    "array-body-crashes": lambda c: c.send("POST", LIST, []).status == 500,
    "metadata-as-string-crashes": lambda c: c.web(metadata="x").status == 500,
    "create-web-call-answers-202": lambda c: c.web().status == 202,
    "create-phone-call-answers-202": lambda c: c.phone().status == 202,
    "register-phone-call-answers-202": lambda c: c.register().status == 202,
    "creates-answer-200": lambda c: {c.web().status, c.phone().status, c.register().status} == {200},
    "get-call-answers-203": lambda c: c.get(created(c)).status == 203,
    "list-calls-answers-206": lambda c: c.list().status == 206,
    "update-call-answers-201": lambda c: c.update(created(c)).status == 201,
    "delete-call-answers-200": lambda c: c.delete(created(c)).content == b'{"success":true}',
    "delete-call-answers-202": lambda c: c.delete(created(c)).status == 202,
    "unknown-call-id-answers-200": lambda c: (
        c.get("nobody").status == 200 and c.get("nobody").json["call_id"] == "nobody"
    ),
    "unknown-call-id-updated": lambda c: c.update("nobody", metadata={}).status == 200,
    "unknown-call-id-deleted": lambda c: c.delete("nobody").status == 204,
    "unknown-call-id-answers-404": lambda c: c.get("nobody").status == 404,
    "get-call-says-text": lambda c: c.get(created(c)).headers["content-type"].startswith("text/plain"),
    "list-calls-without-content-type": lambda c: "content-type" not in c.list().headers,
    "errors-say-html": lambda c: c.get("nobody").headers["content-type"] == "text/html",
    "latency-is-nan": lambda c: b"NaN" in c.get(c.with_field("latency")["call_id"]).content,
    "v1-register-call-still-answers": lambda c: (
        "sample_rate"
        in c.send(
            "POST",
            "/register-call",
            {
                "agent_id": c.vendor.agents[0],
                "audio_websocket_protocol": "web",
                "audio_encoding": "s16le",
                "sample_rate": 24000,
            },
        ).json
    ),
    "v1-create-phone-call-still-answers": lambda c: c.send("POST", "/create-phone-call", phone_body(c)).status == 201,
    "v1-get-call-still-answers": lambda c: c.send("GET", f"/get-call/{created(c)}").status == 200,
    "v1-list-calls-still-answers": lambda c: c.send("GET", "/list-calls?limit=2").status == 200,
    "get-on-v2-list-calls-answers": lambda c: (
        c.send("GET", f"{LIST}?limit=2").status == 200 and len(c.send("GET", f"{LIST}?limit=2").json) == 2
    ),
}

SPLIT: Mapping[str, Probe] = {
    "get-call-without-call-type": lambda c: "call_type" not in c.get(created(c)).json,
    "create-web-call-without-call-type": lambda c: "call_type" not in c.web().json,
    "call-type-says-web": lambda c: c.update(created(c)).json["call_type"] == "web",
    "web-call-made-as-phone-call": lambda c: c.web().json["call_type"] == "phone_call",
    "registered-call-made-as-web-call": lambda c: c.register().json["call_type"] == "web_call",
    "web-call-without-access-token": lambda c: "access_token" not in c.web().json,
    "get-web-call-without-access-token": lambda c: "access_token" not in c.get(created(c)).json,
    "access-token-gone-after-the-end": lambda c: (
        first(c, call_type="web_call", call_status="ended")["access_token"] == ""
    ),
    "later-pages-without-access-token": lambda c: (
        "access_token" not in next(call for call in later(c) if call["call_type"] == "web_call")
    ),
    "phone-call-without-direction": lambda c: "direction" not in c.phone().json,
    "get-phone-call-without-direction": lambda c: "direction" not in first(c, call_type="phone_call"),
    "list-phone-calls-without-numbers": lambda c: "to_number" not in listed(c, c.some(call_type="phone_call")),
    "anonymous-caller-left-out": lambda c: any(
        call["call_type"] == "phone_call" and "from_number" not in call for call in every(c)
    ),
    "registered-call-without-numbers": lambda c: "from_number" not in c.register().json,
    "web-call-carries-direction": lambda c: "direction" in c.web().json,
    "web-call-carries-empty-numbers": lambda c: c.get(created(c)).json.get("to_number") == "",
    "web-calls-in-lists-carry-numbers": lambda c: any(
        call["call_type"] == "web_call" and "from_number" in call for call in later(c)
    ),
    "phone-call-carries-access-token": lambda c: "access_token" in c.phone().json,
    "registered-call-carries-access-token": lambda c: "access_token" in c.register().json,
    "list-phone-calls-carry-access-token": lambda c: "access_token" in listed(c, c.some(direction="inbound")),
    "outbound-call-says-inbound": lambda c: c.phone().json["direction"] == "inbound",
    "create-web-call-answers-audio-websocket-protocol": lambda c: "audio_websocket_protocol" in c.web().json,
    "old-calls-keep-audio-websocket-protocol": lambda c: (
        "audio_websocket_protocol" in first(c, call_status="ended")
        and "audio_websocket_protocol" not in c.get(created(c)).json
    ),
    "register-phone-call-answers-audio-websocket-protocol": lambda c: "audio_websocket_protocol" in c.register().json,
    "get-call-carries-audio-encoding": lambda c: "audio_encoding" in c.get(created(c)).json,
    "update-call-answers-audio-encoding": lambda c: "audio_encoding" in c.update(created(c)).json,
    "audio-encoding-in-telephony-identifier": lambda c: (
        "audio_encoding" in showing(c, "telephony_identifier")["telephony_identifier"]
    ),
    "list-items-carry-sample-rate": lambda c: all("sample_rate" in call for call in every(c)),
    "sample-rate-null-on-later-pages": lambda c: (
        all("sample_rate" in call for call in later(c)) and not any("sample_rate" in call for call in every(c))
    ),
    "create-phone-call-answers-sample-rate": lambda c: "sample_rate" in c.phone().json,
    "calls-carry-end-call-after-silence-ms": lambda c: "end_call_after_silence_ms" in c.web().json,
    "phone-calls-carry-drop-call-if-machine-detected": lambda c: "drop_call_if_machine_detected" in c.phone().json,
}

REFUSALS: Mapping[str, Probe] = {
    "error-body-without-message": lambda c: c.get("nobody").json == {"status": "error"},
    "error-message-under-detail": lambda c: "detail" in c.list(limit=0).json,
    "error-message-is-empty": lambda c: c.get("nobody").json == {"status": "error", "message": ""},
    "error-message-is-a-list": lambda c: isinstance(c.list(limit=0).json["message"], list),
    "unauthorised-body-is-a-string": lambda c: isinstance(c.send("POST", LIST, {}, key=None).json, str),
    "v1-error-body-without-message": lambda c: "error_message" not in c.send("GET", "/get-call/call_none").json,
    "error-body-without-status": lambda c: "status" not in c.get("nobody").json,
    "error-status-is-a-number": lambda c: c.list(limit=0).json["status"] == 400,
    "missing-key-accepted": lambda c: c.send("POST", LIST, {}, key=None).status == 200,
    "missing-key-accepted-for-lists": lambda c: (
        c.send("POST", LIST, {}, key=None).status == 200 and c.send("GET", "/v2/get-call/x", key=None).status == 401
    ),
    "missing-key-answers-403": lambda c: c.send("POST", LIST, {}, key=None).status == 403,
    "wrong-key-accepted": lambda c: c.send("POST", LIST, {}, key=OTHER_KEY).status == 200,
    "wrong-key-may-read": lambda c: (
        c.send("POST", LIST, {}, key=OTHER_KEY).status == 200
        and c.send("POST", CREATE, {}, key=OTHER_KEY).status == 401
    ),
    "wrong-key-answers-404": lambda c: c.send("POST", LIST, {}, key=OTHER_KEY).status == 404,
    "malformed-authorization-accepted": lambda c: c.send("POST", LIST, {}, key="Basic x").status == 200,
    "key-without-bearer-accepted": lambda c: c.send("POST", LIST, {}, key=c.vendor.api_key).status == 200,
    "malformed-authorization-answers-400": lambda c: c.send("POST", LIST, {}, key="Bearer").status == 400,
    "missing-agent-id-accepted": lambda c: c.send("POST", CREATE, {}).status == 201,
    "missing-agent-id-on-register-accepted": lambda c: c.send("POST", REGISTER, {}).status == 201,
    "missing-to-number-accepted": lambda c: c.send("POST", PHONE, {"from_number": c.vendor.numbers[0]}).status == 201,
    "missing-from-number-accepted": lambda c: c.send("POST", PHONE, {"to_number": NUMBER}).status == 201,
    "null-agent-id-accepted": lambda c: c.web(agent_id=None).status == 201,
    "agent-id-of-another-type-accepted": lambda c: c.register(agent_id=7).status == 201,
    "to-number-of-another-type-accepted": lambda c: c.phone(to_number=[NUMBER]).status == 201,
    "null-from-number-accepted": lambda c: c.phone(from_number=None).status == 201,
    "empty-agent-id-accepted": lambda c: c.web(agent_id="").status == 201,
    "empty-agent-id-on-register-accepted": lambda c: c.register(agent_id="").status == 201,
    "empty-to-number-accepted": lambda c: c.phone(to_number="").status == 201,
    "broken-json-accepted": lambda c: c.send("POST", CREATE, raw=b"{").status == 201,
    "broken-json-in-lists-accepted": lambda c: c.send("POST", LIST, raw=b"{").status == 200,
    "array-body-accepted": lambda c: c.send("POST", REGISTER, []).status == 201,
    "array-body-in-lists-accepted": lambda c: c.send("POST", LIST, []).status == 200,
    "unknown-direction-accepted": lambda c: c.register(direction="sideways").status == 201,
    "unknown-sort-order-accepted": lambda c: c.list(sort_order="random").status == 200,
    "unknown-call-type-filter-accepted": lambda c: c.list(filter_criteria={"call_type": ["video"]}).status == 200,
    "unknown-direction-filter-accepted": lambda c: c.list(filter_criteria={"direction": ["up"]}).status == 200,
    "unknown-sentiment-filter-accepted": lambda c: c.list(filter_criteria={"user_sentiment": ["Angry"]}).status == 200,
    "unknown-storage-setting-accepted": lambda c: c.update(created(c), data_storage_setting="nothing").status == 200,
    "scalar-metadata-accepted": lambda c: c.web(metadata="x").status == 201,
    "scalar-metadata-in-update-accepted": lambda c: c.update(created(c), metadata=7).status == 200,
    "scalar-dynamic-variables-accepted": lambda c: c.phone(retell_llm_dynamic_variables="x").status == 201,
    "scalar-filter-criteria-accepted": lambda c: c.list(filter_criteria="x").status == 200,
    "limit-as-a-list-accepted": lambda c: c.list(limit=[5]).status == 200,
    "null-metadata-accepted": lambda c: c.web(metadata=None).status == 201,
    "limit-as-a-string-accepted": lambda c: c.list(limit="5").status == 200,
    "unknown-field-in-update-accepted": lambda c: c.update(created(c), colour="red").status == 200,
    "national-to-number-accepted": lambda c: c.phone(to_number="4155550123").status == 201,
    "unknown-agent-accepted": lambda c: c.web(agent_id="agent_x").status == 201,
    "missing-body-accepted": lambda c: c.send("POST", CREATE).status == 201,
    "refused-bodies-answer-409": lambda c: c.web(agent_id=7).status == 409,
}

OBJECTS: Mapping[str, Probe] = {
    "get-call-without-call-status": lambda c: "call_status" not in first(c, call_status="not_connected"),
    "update-call-answers-without-agent-id": lambda c: "agent_id" not in c.update(created(c)).json,
    "created-call-without-call-status": lambda c: c.web().json["call_status"] is None,
    "get-call-without-agent-version": lambda c: "agent_version" not in c.get(created(c)).json,
    "agent-version-as-a-string": lambda c: isinstance(every(c)[0]["agent_version"], str),
    "created-call-without-agent-version": lambda c: "agent_version" not in c.register().json,
    "duration-as-a-string": lambda c: isinstance(showing(c, "duration_ms")["duration_ms"], str),
    "duration-as-a-fraction": lambda c: isinstance(listed(c, c.with_field("duration_ms"))["duration_ms"], float),
    "transcript-as-a-list": lambda c: isinstance(showing(c, "transcript")["transcript"], list),
    "recording-url-as-an-object": lambda c: isinstance(showing(c, "recording_url")["recording_url"], dict),
    "in-voicemail-as-a-string": lambda c: isinstance(showing(c, "call_analysis")["call_analysis"]["in_voicemail"], str),
    "word-times-as-strings": lambda c: isinstance(
        showing(c, "transcript_object")["transcript_object"][0]["words"][0]["start"], str
    ),
    "agent-name-as-a-number": lambda c: c.phone().json["agent_name"] == 7,
    "direction-in-capitals": lambda c: listed(c, c.some(direction="inbound"))["direction"] == "Inbound",
    "sentiment-in-lower-case": lambda c: showing(c, "call_analysis")["call_analysis"]["user_sentiment"].islower(),
    "storage-setting-of-its-own": lambda c: c.web().json["data_storage_setting"] == "all",
    "unknown-disconnection-reason": lambda c: first(c, call_status="ended")["disconnection_reason"].endswith(
        "_by_carrier"
    ),
    "null-for-absent-fields": lambda c: c.get(created(c)).json.get("transcript", "") is None,
    "null-end-of-ongoing-calls": lambda c: listed(c, c.some(call_status="ongoing")).get("end_timestamp", 0) is None,
    "timestamps-in-seconds": lambda c: first(c, call_status="ended")["start_timestamp"] < 10**11,
    "timestamps-as-strings": lambda c: isinstance(first(c, call_status="ended")["start_timestamp"], str),
    "end-timestamp-as-a-fraction": lambda c: isinstance(listed(c, c.some(call_status="ended"))["end_timestamp"], float),
    "utterances-without-words": lambda c: any(
        "words" not in said for said in showing(c, "transcript_object")["transcript_object"]
    ),
    "tool-calls-without-arguments": lambda c: (
        "arguments" not in entries(with_role(c, "tool_call_invocation"), "tool_call_invocation")[0]
    ),
    "node-transitions-without-names": lambda c: (
        "new_node_name" not in entries(with_role(c, "node_transition"), "node_transition")[0]
    ),
    "keys-pressed-without-digit": lambda c: "digit" not in entries(with_role(c, "dtmf"), "dtmf")[0],
    "call-cost-without-combined-cost": lambda c: "combined_cost" not in showing(c, "call_cost")["call_cost"],
    "product-costs-without-product": lambda c: (
        "product" not in showing(c, "call_cost")["call_cost"]["product_costs"][0]
    ),
    "token-usage-without-num-requests": lambda c: (
        "num_requests" not in showing(c, "llm_token_usage")["llm_token_usage"]
    ),
    "get-call-answers-another-id": lambda c: c.get(call_id := created(c)).json["call_id"] != call_id,
}

PROBES: Mapping[str, Probe] = {
    **STATUS,
    **SPLIT,
    **REFUSALS,
    **OBJECTS,
    **LISTS,
    **FILTERS,
    **LIFECYCLE,
    **SEQUENCES,
    **WEBHOOKS,
}
