"""The probes of faults that show in webhooks: what a receiver gets."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import time
from collections.abc import Mapping

from mock_client import NUMBER
from probe_looks import Probe
from webhook_receiver import pass_by, sending, shared, until

from conformance.contract.signature import digest

SIGNATURE = re.compile(r"v=(\d+),d=(\S+)")
UNREACHED = "+14155550199"
ONE = "+14155550123"


def sent(client, *, status=204, spans=(3_000, 200_000, 4_000, 100_000)):
    """What a receiver gets of a web call, a phone call and one that nobody answers, by a vendor with the same fault."""
    own = shared()
    own.forget()
    own.answer = lambda _: status
    names = [fault.name for fault in client.vendor.faults]
    with sending(own.url, edition=client.vendor.edition, faults=names) as other:
        if client.vendor.edition == "v1":
            body = {"from_number": other.vendor.numbers[0], "to_number": NUMBER}
            other.send("POST", "/create-phone-call", body)
        else:
            web = other.web(metadata={"a": 1}).json["call_id"]
            other.vendor.join(web)
            other.phone(to_number=ONE)
            other.phone(to_number=UNREACHED)
        pass_by(other, *spans)
        return list(own.got), other.vendor.deliveries


def got(client, **settings):
    return sent(client, **settings)[0]


def ever(client, holds):
    """Whether it holds for any webhook."""
    return any(holds(each) for each in got(client))


def of(client, event, holds, **wanted):
    """Whether it holds for the call in any webhook of that event about a call with those values."""
    calls = [each.call for each in got(client) if each.event == event]
    return any(holds(call) for call in calls if all(call.get(name) == value for name, value in wanted.items()))


def signed(client, made):
    """Whether the digest is that which is made from body, key and the digits of the time; and not the right one."""
    found = got(client)[0]
    at, told = SIGNATURE.fullmatch(found.headers["x-retell-signature"]).groups()
    key = client.vendor.api_key
    return told == made(found.body, key, at) != digest(found.body, key, at)


def signature(client):
    return got(client)[0].headers.get("x-retell-signature", "")


def age_s(client, unit_s):
    at = int(SIGNATURE.match(signature(client))[1]) * unit_s
    return time.time() - at


def mac(key, message):
    return hmac.new(key.encode(), message, hashlib.sha256).hexdigest()


def attempts(client, status, *, spans=(1_000,) * 12):
    """How often the first webhook is sent to somebody who always answers so."""
    _, deliveries = sent(client, status=status, spans=(3_000, *spans))
    first = deliveries[0]
    return sum((each.event, each.call_id) == (first.event, first.call_id) for each in deliveries)


def unanswered(client, span_ms):
    """How the first attempt goes if it is not answered for so long: what is said of it, or None."""
    own = shared()
    own.forget()
    own.answer = lambda _: None
    names = [fault.name for fault in client.vendor.faults]
    with sending(own.url, faults=names) as other:
        other.vendor.join(other.web().json["call_id"])
        assert until(lambda: own.got)
        other.vendor.clock.advance(span_ms)
        until(lambda: other.vendor.deliveries[0].error, seconds=0.7)
        return other.vendor.deliveries[0].error


def order(client):
    found = [each for each in got(client) if each.event in {"call_ended", "call_analyzed"}]
    first = found[0].call["call_id"]
    return [each.event for each in found if each.call["call_id"] == first]


def started(client):
    """The ids of calls that never connected and yet started."""
    found = got(client)
    failed = {each.call["call_id"] for each in found if each.call["call_status"] == "not_connected"}
    return {each.call["call_id"] for each in found if each.event == "call_started"} & failed


def is_json(raw):
    try:
        json.loads(raw)
    except ValueError:
        return False
    return True


ENVELOPES: Mapping[str, Probe] = {
    "webhooks-form-encoded": lambda c: got(c)[0].body.startswith(b"event=call_started&call=%7B"),
    "webhooks-sent-with-put": lambda c: ever(c, lambda each: each.method == "PUT"),
    "webhooks-cut-off": lambda c: ever(c, lambda each: not is_json(each.body)),
    "webhooks-without-event": lambda c: ever(c, lambda each: "event" not in each.json),
    "webhooks-are-plain-text": lambda c: ever(c, lambda each: each.headers["content-type"].startswith("text/plain")),
    "webhooks-without-content-type": lambda c: ever(c, lambda each: "content-type" not in each.headers),
    "webhooks-with-data-only": lambda c: ever(c, lambda each: "data" in each.json and "call" not in each.json),
    "webhooks-with-call-id-only": lambda c: ever(c, lambda each: isinstance(each.json["call"], str)),
    "webhooks-with-call-only": lambda c: ever(c, lambda each: "call" in each.json and "data" not in each.json),
    "webhook-data-is-an-id": lambda c: ever(c, lambda each: isinstance(each.json["data"], str)),
    "webhook-events-in-camel-case": lambda c: ever(c, lambda each: each.event == "callEnded"),
    "webhook-time-as-text": lambda c: ever(c, lambda each: isinstance(each.json["event_timestamp"], str)),
    "webhook-transcripts-as-text": lambda c: ever(
        c,
        lambda each: (
            each.event == "transcript_updated" and isinstance(each.json.get("transcript_with_tool_calls"), str)
        ),
    ),
}

SIGNATURES: Mapping[str, Probe] = {
    "webhooks-unsigned": lambda c: not signature(c),
    "webhook-digest-in-capitals": lambda c: signed(c, lambda body, key, at: digest(body, key, at).upper()),
    "webhook-signature-is-the-digest": lambda c: re.fullmatch("[0-9a-f]{64}", signature(c)) is not None,
    "webhook-digest-in-base64": lambda c: re.fullmatch(r"v=\d+,d=[\w+/]{43}=", signature(c)) is not None,
    "webhook-signature-in-another-order": lambda c: re.fullmatch(r"d=[0-9a-f]{64},v=\d+", signature(c)) is not None,
    "webhooks-signed-over-other-json": lambda c: signed(
        c, lambda body, key, at: digest(json.dumps(json.loads(body)).encode(), key, at)
    ),
    "webhooks-signed-with-plain-sha256": lambda c: signed(
        c, lambda body, key, at: hashlib.sha256(key.encode() + body + at.encode()).hexdigest()
    ),
    "webhooks-signed-without-the-time": lambda c: signed(c, lambda body, key, _: mac(key, body)),
    "webhooks-signed-time-first": lambda c: signed(c, lambda body, key, at: mac(key, at.encode() + body)),
    "webhooks-signed-with-a-dot": lambda c: signed(c, lambda body, key, at: mac(key, body + b"." + at.encode())),
    "webhooks-signed-with-another-key": lambda c: signed(
        c, lambda body, _, at: digest(body, "key_mock_of_somebody_else", at)
    ),
    "webhook-time-in-seconds": lambda c: abs(age_s(c, 1)) < 60,
    "webhook-time-an-hour-ago": lambda c: 3_590 < age_s(c, 0.001) < 3_660,
}

CONTENT: Mapping[str, Probe] = {
    "webhooks-analysed-before-the-end": lambda c: order(c) == ["call_analyzed", "call_ended"],
    "webhooks-start-calls-that-failed": lambda c: bool(started(c)),
    "webhook-end-with-analysis": lambda c: of(c, "call_ended", lambda call: "call_analysis" in call),
    "webhook-analysis-missing": lambda c: of(c, "call_analyzed", lambda call: "call_analysis" not in call),
    "webhooks-name-another-agent": lambda c: of(
        c, "call_started", lambda call: call["agent_id"] not in c.vendor.agents, call_type="web_call"
    ),
    "webhooks-lose-metadata": lambda c: of(
        c, "call_started", lambda call: "metadata" not in call, call_type="web_call"
    ),
    "webhooks-with-another-number": lambda c: of(
        c, "call_ended", lambda call: call["to_number"] not in {ONE, UNREACHED}, call_type="phone_call"
    ),
    "webhook-end-still-ongoing": lambda c: of(c, "call_ended", lambda call: call["call_status"] == "ongoing"),
    "webhook-analysis-still-ongoing": lambda c: of(c, "call_analyzed", lambda call: call["call_status"] == "ongoing"),
    "webhook-transcripts-left-out": lambda c: ever(
        c,
        lambda each: (
            each.event == "transcript_updated" and "transcript_with_tool_calls" not in {*each.json, *each.call}
        ),
    ),
    "webhook-transfers-to-nowhere": lambda c: ever(
        c, lambda each: each.event == "transfer_bridged" and "transfer_destination" not in {*each.json, *each.call}
    ),
}

TRIES: Mapping[str, Probe] = {
    "webhooks-refused-are-given-up": lambda c: attempts(c, 500) == 1,
    "webhooks-tried-eight-times": lambda c: attempts(c, 500) == 8,
    "webhooks-impatient": lambda c: unanswered(c, 5_000) == "no answer within 3333 ms",
    "webhooks-wait-on-and-on": lambda c: unanswered(c, 10_000) is None,
    "webhooks-sent-twice": lambda c: attempts(c, 200) == 2,
    "webhooks-accepted-by-200-only": lambda c: attempts(c, 204) == 4,
}

CALLS: Mapping[str, Probe] = {
    "webhook-calls-without-call-type": lambda c: ever(c, lambda each: "call_type" not in each.call),
    "webhook-phone-calls-without-direction": lambda c: of(
        c, "call_started", lambda call: "direction" not in call, call_type="phone_call"
    ),
    "webhook-phone-calls-from-null": lambda c: of(
        c, "call_started", lambda call: call["from_number"] is None, call_type="phone_call"
    ),
    "webhook-web-calls-carry-a-number": lambda c: of(
        c, "call_ended", lambda call: "from_number" in call, call_type="web_call"
    ),
    "webhook-phone-calls-carry-access-token": lambda c: of(
        c, "call_ended", lambda call: "access_token" in call, call_type="phone_call"
    ),
    "webhook-calls-keep-audio-websocket-protocol": lambda c: ever(
        c, lambda each: "audio_websocket_protocol" in each.call
    ),
    "webhook-calls-keep-audio-encoding": lambda c: of(c, "call_ended", lambda call: "audio_encoding" in call),
    "webhook-calls-keep-sample-rate": lambda c: of(c, "call_started", lambda call: "sample_rate" in call),
    "webhook-durations-as-strings": lambda c: of(
        c, "call_analyzed", lambda call: isinstance(call["duration_ms"], str), call_status="ended"
    ),
    "webhook-calls-with-nulls": lambda c: of(c, "call_started", lambda call: call.get("end_timestamp", 0) is None),
    "webhook-timestamps-as-strings": lambda c: of(
        c, "call_started", lambda call: isinstance(call["start_timestamp"], str)
    ),
}

WEBHOOKS: Mapping[str, Probe] = {**ENVELOPES, **SIGNATURES, **CONTENT, **TRIES, **CALLS}
