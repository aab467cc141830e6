"""A handful of deliveries, sent without the harness: what a receiver answers to each. None is silence."""

from __future__ import annotations

import json
import time

import httpx
from receiver_processes import KEY

from conformance.contract import signature

PHONE = {
    "call_id": "call_1",
    "call_type": "phone_call",
    "agent_id": "agent_1",
    "call_status": "ended",
    "direction": "inbound",
    "from_number": "+14155550123",
    "to_number": "+14155550124",
}
WEB = {"call_id": "call_2", "call_type": "web_call", "agent_id": "agent_1", "call_status": "ended"}
ACCEPTED = ("plain", "web call", "escaped", "with data", "unknown event", "no call", "long", "again")
REFUSED = ("forged", "unsigned", "stale")


def answers(url: str, *, wait_for_refusal_s: float = 10.0) -> dict[str, int | None]:
    """The status of each answer, by the name of the delivery. Each has a connection of its own."""
    now_ms = time.time_ns() // 1_000_000
    with httpx.Client(headers={"connection": "close"}, trust_env=False) as client:
        return {
            name: answer(client, url, body, header(body, now_ms, name), wait_for_refusal_s if name in REFUSED else 10.0)
            for name, body in bodies().items()
        }


def header(body: bytes, now_ms: int, name: str) -> str | None:
    if name == "unsigned":
        return None
    if name == "forged":
        return signature.sign(body, "key_of_somebody_else", now_ms)
    return signature.sign(body, KEY, now_ms - (3_600_000 if name == "stale" else 0))


def bodies() -> dict[str, bytes]:
    plain = compact({"event": "call_ended", "call": PHONE, "data": PHONE})
    return {
        "with data": plain,
        "plain": compact({"event": "call_ended", "call": {**PHONE, "call_id": "call_3"}}),
        "web call": compact({"event": "call_ended", "call": WEB, "data": WEB}),
        "escaped": json.dumps({"event": "call_analyzed", "call": {**PHONE, "transcript": "é"}, "data": PHONE}).encode(),
        "unknown event": compact({"event": "call_resumed", "call": PHONE, "data": PHONE}),
        "no call": compact({"event": "agent_renamed"}),
        "long": compact({"event": "call_started", "call": {**PHONE, "transcript": "x" * 1_000_000}, "data": PHONE}),
        "again": plain,
        **dict.fromkeys(REFUSED, plain),
    }


def compact(document: object) -> bytes:
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()


def answer(client: httpx.Client, url: str, body: bytes, signed: str | None, timeout_s: float) -> int | None:
    headers = {"content-type": "application/json", **({signature.HEADER: signed} if signed else {})}
    try:
        return client.post(url, content=body, headers=headers, timeout=timeout_s).status_code
    except httpx.TransportError:
        return None
