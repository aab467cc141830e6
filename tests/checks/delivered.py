"""Webhooks as they are received, made by hand."""

from __future__ import annotations

import json

from exchanges import START_MS, fetched, phone_call

from conformance.model import Case, Effect, Exchange, Response

NOW_MS = START_MS + 60_000
SIGNED = (("content-type", "application/json"), ("x-retell-signature", "v=1,d=2"))
_SIGNATURE = {"problem": None, "timestamp_ms": NOW_MS, "age_ms": 5, "genuine": True}


def delivered(event="call_ended", call=None, *, body=None, method="POST", headers=SIGNED, signature=None, **facts):
    """A webhook with its facts; `body` stands for all of it, as JSON or as bytes."""
    call = phone_call() if call is None else call
    payload = {"event": event, "call": call} if body is None else body
    raw = payload if isinstance(payload, bytes) else json.dumps(payload, ensure_ascii=False).encode()
    call_id = call.get("call_id") if isinstance(call, dict) else None
    known = {
        "event": event,
        "call_id": call_id,
        "identity": f"{event} {call_id}" if event and call_id else "",
        "attempt": 1,
        "after_accepted": False,
        "received_ms": NOW_MS,
        "signature": {**_SIGNATURE, **(signature or {})},
        "sure_key": True,
        "before": None,
        "earlier": (),
        "answer": "accepted",
        "held_ms": None,
        "gave_up": False,
        "timeout_ms": 10_000,
        "local": True,
        **facts,
    }
    case = Case(
        operation=event or "webhook",
        purpose="delivery",
        method=method,
        path="/webhook",
        effect=Effect.READ,
        authorization=None,
        body=raw,
        facts={"delivery": known, "group": f"delivered {call_id}"},
    )
    return Exchange(
        case=case, url="http://127.0.0.1:9100/webhook", sent=headers, response=Response(status=204), received=True
    )


def fetched_after(deliveries, call, *, made=True, fresh=True, unanswered=None):
    """The call as it was fetched after its webhooks had come."""
    return fetched(
        call,
        group=f"delivered {call['call_id']}",
        delivered=tuple(deliveries),
        made=made,
        fresh=fresh,
        unanswered=unanswered or {},
    )
