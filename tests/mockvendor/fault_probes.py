"""For each fault, a look at the one thing that it breaks: True if it is broken.

A probe gets a client of a mock vendor with the fault, or without, and looks at nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mock_client import NUMBER, Client

Probe = Callable[[Client], bool]

CREATE, PHONE, REGISTER, LIST = (
    "/v2/create-web-call",
    "/v2/create-phone-call",
    "/v2/register-phone-call",
    "/v2/list-calls",
)
OTHER_KEY = "Bearer key_of_somebody_else"
DEEP = {"a": {"b": {"c": {"d": {"e": {"f": {"g": 1}}}}}}}


def first(client, **wanted):
    return client.get(client.some(**wanted)["call_id"]).json


def showing(client, *names):
    """get-call for a call that has those fields when nothing is broken."""
    return client.get(client.with_field(*names)["call_id"]).json


def listed(client, call):
    """The same call in a list."""
    return next(each for each in client.list(limit=1000).json if each["call_id"] == call["call_id"])


def every(client, **body):
    return client.list(limit=1000, **body).json


def later(client):
    """The second page."""
    key = client.list(limit=5).json[-1]["call_id"]
    return client.list(limit=1000, pagination_key=key).json


def entries(call, role):
    return [entry for entry in call["transcript_with_tool_calls"] if entry["role"] == role]


def with_role(client, role):
    """get-call for a call with a transcript entry of that role."""
    call = next(
        call
        for call in client.vendor.calls
        if any(entry["role"] == role for entry in call.get("transcript_with_tool_calls", ()))
    )
    return client.get(call["call_id"]).json


def phone_body(client, **body):
    return {"from_number": client.vendor.numbers[0], "to_number": NUMBER, **body}


def kept(sent: Mapping[str, object]) -> Probe:
    """Whether metadata comes back other than it was sent."""
    return lambda client: client.web(metadata=sent).json.get("metadata") != sent


def order(client, **body):
    starts = [call["start_timestamp"] for call in every(client, **body) if "start_timestamp" in call]
    return "up" if starts == sorted(starts) else "down" if starts == sorted(starts, reverse=True) else "none"


def joined(client, limit, **body):
    return [call["call_id"] for page in client.pages(limit, **body) for call in page]


def created(client):
    return client.web().json["call_id"]


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

LISTS: Mapping[str, Probe] = {
    "list-in-an-envelope": lambda c: isinstance(c.list().json, dict),
    "empty-list-is-an-object": lambda c: c.list(filter_criteria={"agent_id": ["x"]}).json == {},
    "single-match-is-no-list": lambda c: isinstance(c.list(limit=1).json, dict),
    "empty-list-holds-null": lambda c: c.list(filter_criteria={"agent_id": ["x"]}).json == [None],
    "list-ends-with-its-length": lambda c: isinstance(every(c)[-1], int),
    "limit-ignored": lambda c: len(c.list(limit=2).json) > 3,
    "limit-one-too-many": lambda c: len(c.list(limit=2).json) == 3,
    "limit-ignored-under-a-filter": lambda c: (
        len(c.list(limit=2, filter_criteria={"call_type": ["web_call"]}).json) > 2 and len(c.list(limit=2).json) == 2
    ),
    "list-oldest-first": lambda c: order(c) == "up" and order(c, sort_order="descending") == "down",
    "list-oldest-first-under-a-filter": lambda c: (
        order(c, filter_criteria={"call_type": ["web_call"]}) == "up" and order(c) == "down"
    ),
    "ascending-ignored": lambda c: order(c, sort_order="ascending") == "down",
    "ascending-ignored-under-a-filter": lambda c: (
        order(c, sort_order="ascending", filter_criteria={"call_type": ["web_call"]}) == "down"
        and order(c, sort_order="ascending") == "up"
    ),
    "pagination-key-inclusive": lambda c: (key := c.ids()[3]) in c.ids(pagination_key=key),
    "pagination-key-inclusive-when-ascending": lambda c: (
        (key := c.ids()[3]) in c.ids(pagination_key=key, sort_order="ascending")
        and key not in c.ids(pagination_key=key)
    ),
    "page-skips-a-call": lambda c: len(joined(c, 20)) < len(c.vendor.calls),
    "page-repeats-a-call": lambda c: (
        len(ids := joined(c, 20)) > len(set(ids)) and (key := c.ids()[3]) not in c.ids(pagination_key=key)
    ),
    "equal-moments-lost-between-pages": lambda c: len(joined(c, 2)) < len(c.vendor.calls),
    "later-pages-empty": lambda c: later(c) == [],
    "call-type-filter-ignored": lambda c: (
        {call["call_type"] for call in every(c, filter_criteria={"call_type": ["web_call"]})} != {"web_call"}
    ),
    "call-type-filter-ignored-on-later-pages": lambda c: (
        {call["call_type"] for call in every(c, filter_criteria={"call_type": ["web_call"]}, pagination_key=c.ids()[0])}
        != {"web_call"}
    ),
    "call-type-filter-sees-only-the-first": lambda c: (
        len({call["call_type"] for call in every(c, filter_criteria={"call_type": ["web_call", "phone_call"]})}) == 1
    ),
    "agent-filter-ignored": lambda c: bool(every(c, filter_criteria={"agent_id": ["agent_x"]})),
    "agent-filter-sees-only-the-first": lambda c: (
        every(c, filter_criteria={"agent_id": ["agent_x", *c.vendor.agents]}) == []
    ),
    "agent-filter-ignored-beside-another": lambda c: bool(
        every(c, filter_criteria={"agent_id": ["agent_x"], "call_type": ["web_call"]})
    ),
    "status-filter-ignored": lambda c: (
        {call["call_status"] for call in every(c, filter_criteria={"call_status": ["error"]})} != {"error"}
    ),
    "ended-filter-lets-errors-in": lambda c: (
        {call["call_status"] for call in every(c, filter_criteria={"call_status": ["ended"]})} == {"ended", "error"}
    ),
    "new-calls-missing-from-lists": lambda c: created(c) not in c.ids(),
    "registered-calls-missing-from-lists": lambda c: created(c) not in c.ids(),
    "call-id-filter-finds-nothing": lambda c: c.ids(filter_criteria={"call_id": [created(c)]}) == [],
}

SEQUENCES: Mapping[str, Probe] = {
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
    "list-shows-another-agent-version": lambda c: (
        listed(c, call := c.some(call_status="ended"))["agent_version"] != call["agent_version"]
    ),
    "list-masks-numbers": lambda c: listed(c, call := c.some(call_type="phone_call"))["to_number"] != call["to_number"],
}

PROBES: Mapping[str, Probe] = {**STATUS, **SPLIT, **REFUSALS, **OBJECTS, **LISTS, **SEQUENCES}
