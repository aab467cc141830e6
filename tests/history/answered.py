"""Answers and webhooks made by hand, and what is remembered of them."""

from __future__ import annotations

import json
from dataclasses import replace

from conformance.contract.schemas import load_schemas
from conformance.history.shapes import ShapeRecorder
from conformance.model import Case, Effect, Exchange, Response

V2 = load_schemas("v2")
WEB = {
    "call_id": "call_0123456789abcdef0",
    "call_type": "web_call",
    "agent_id": "agent_1",
    "agent_version": 1,
    "call_status": "ended",
    "access_token": "eyJhbGciOiJIUzI1NiJ9.eyJ2aWRlbyI6e30.c2lnbmF0dXJl",
    "start_timestamp": 1_775_103_749_707,
    "metadata": {"customer": "Maria Lopez"},
}
PHONE = {
    **{name: value for name, value in WEB.items() if name != "access_token"},
    "call_id": "call_fedcba98765432100",
    "call_type": "phone_call",
    "from_number": "+14155550123",
    "to_number": "+14155550124",
    "direction": "inbound",
}


def exchange(body, operation="list-calls", *, purpose="valid", status=200, content="application/json", **case):
    case = Case(operation=operation, purpose=purpose, method="POST", path="/", effect=Effect.READ, **case)
    headers = (("content-type", content),) if content else ()
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Exchange(
        case=case, url="http://mock.localhost/", response=Response(status=status, headers=headers, body=text)
    )


def delivery(payload, *, attempt=1):
    told = exchange(b"", str(payload.get("event")), purpose="delivery", status=204, content=None)
    case = replace(told.case, body=json.dumps(payload).encode(), facts={"delivery": {"attempt": attempt}})
    return replace(told, case=case, received=True)


def seen(*exchanges, redactor=None, schemas=V2):
    recorder = ShapeRecorder(schemas, redactor)
    for each in exchanges:
        recorder.take(each)
    return recorder.fingerprint()
