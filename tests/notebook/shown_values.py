"""Values of every kind that shows itself, some of which attack whoever shows them."""

import functools
import json
from dataclasses import replace

from conformance.contract.contract import load_contract
from conformance.history.compare import compare
from conformance.history.drift import Drift
from conformance.history.values import Details, Judged, Kept, Seen, Traffic, Versions
from conformance.mockvendor.webhooks.post import Delivery
from conformance.model import Case, Effect, Exchange, Finding, Flaw, Mismatch, Outcome, Response, Result, Run

ATTACK = "</span></li></ul></details><img src=x onerror=alert(1)>\"'\x1b[31m\u202e`x`"
TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJmaWN0aW9uYWwiOiB0cnVlfQ.c2ln"  # noqa: S105 - it opens nothing
SIGNATURE = "v=1750000000000,d=5ec2e7a0f1c70a1"
PHONE = {
    "call_id": "call_16b03151fa9815b29b134c877ce",
    "call_type": "phone_call",
    "agent_id": "agent_0001",
    "agent_version": 1,
    "agent_name": "Umfrage № 26",
    "call_status": "ended",
    "from_number": "+14155550123",
    "to_number": "+14155550124",
    "direction": "outbound",
    "metadata": {"customer": "Ann Example"},
    "start_timestamp": 1_718_000_000_000,
    "end_timestamp": 1_718_000_061_000,
    "duration_ms": 61_000,
    "transcript": "Agent: Good morning.\nUser: Good morning.",
    "transcript_object": [
        {"role": "agent", "content": "Good morning.", "words": [{"word": "Good", "start": 0.5, "end": 0.75}]},
        {"role": "user", "content": "Good morning.", "words": []},
    ],
    "latency": {"e2e": {"p50": 812.5, "p90": 990.0, "p95": 1000, "p99": 1010, "max": 1010, "min": 800, "num": 3}},
    "disconnection_reason": "user_hangup",
    "call_cost": {
        "product_costs": [{"product": "elevenlabs_tts", "unit_price": 0.5, "cost": 30.5}],
        "total_duration_seconds": 61,
        "total_duration_unit_price": 0.5,
        "combined_cost": 30.5,
    },
}
WEB = {
    "call_id": "call_7f1a03151fa9815b29b134c8001",
    "call_type": "web_call",
    "agent_id": "agent_0001",
    "agent_version": 1,
    "call_status": "registered",
    "access_token": TOKEN,
}
BAD = {name: value for name, value in PHONE.items() if name != "to_number"} | {
    "duration_ms": "61",
    "audio_encoding": "s16le",
    "access_token": TOKEN,
    "notes_of_ours": {"colour": "blue"},
}


@functools.cache
def contract(edition=None):
    return load_contract(edition)


def exchange(body=None, *, sent=None, status=201, operation="create-phone-call", **changes):
    """A request that makes a call, and its answer."""
    request = {"from_number": "+14155550123", "to_number": "+14155550124"} if sent is None else sent
    values = {
        "case": Case(
            operation=operation,
            purpose="valid",
            method="POST",
            path=f"/v2/{operation}",
            effect=Effect.DIALS,
            body=request if isinstance(request, bytes) else json.dumps(request).encode(),
            title="a call to a number",
        ),
        "url": f"http://127.0.0.1:9000/v2/{operation}",
        "sent": (("Authorization", "Bearer key_example_0123456789"), ("Content-Type", "application/json")),
        "response": Response(
            status=status,
            headers=(("content-type", "application/json"), ("set-cookie", "session=5ec2e7")),
            body=body if isinstance(body, bytes) else json.dumps(PHONE if body is None else body).encode(),
        ),
        "seconds": 0.0123,
    }
    return Exchange(**values | changes)


def received(body=None):
    """A webhook of a target, as it came in."""
    case = Case(
        operation="call_ended",
        purpose="valid",
        method="POST",
        path="/webhook",
        effect=Effect.READ,
        body=json.dumps({"event": "call_ended", "call": PHONE} if body is None else body).encode(),
    )
    sent = (("x-retell-signature", SIGNATURE), ("content-type", "application/json"))
    return Exchange(
        case=case, url="http://127.0.0.1:9100/webhook", sent=sent, response=Response(status=204), received=True
    )


def lost():
    return exchange(response=None, error="the connection was closed before an answer came")


def mismatch(**changes):
    values = {
        "message": "`duration_ms` is no whole number",
        "expected": "integer",
        "actual": 'string "61"',
        "pointer": "/duration_ms",
    }
    return Mismatch(**values | changes)


def finding(name="OBJ-001", *, outcome=Outcome.FAILED, about=None, shown=None, seen=3, **changes):
    return Finding(
        requirement=contract().requirement(name),
        operation="create-phone-call",
        outcome=outcome,
        mismatch=mismatch(**changes) if about is None else about,
        exchange=exchange(BAD) if shown is None else shown,
        repeat="curl -sS -X POST http://127.0.0.1:9000/v2/create-phone-call -H 'Authorization: Bearer $RETELL_API_KEY'",
        seen=seen,
    )


def run(*, findings=None, created=("call_1", "call_2"), notes=("One note.",), **changes):
    """A run over every requirement on servers, some of which failed or were not exercised."""
    told = {"OBJ-001": (finding(),), "REM-002": (finding("REM-002", pointer="/audio_encoding"),)}
    told |= {"LIST-003": (finding("LIST-003", outcome=Outcome.WARNED, seen=1, pointer="/from_number"),)}
    results = []
    for place, each in enumerate(contract().judging("server").requirements):
        found = (told if findings is None else findings).get(each.id, ())
        outcome = found[0].outcome if found else Outcome.SKIPPED if place % 3 == 0 else Outcome.PASSED
        reason = "the profile smoke sends nothing that exercises it" if outcome is Outcome.SKIPPED else None
        cases = 0 if reason else 7
        results.append(Result(requirement=each, outcome=outcome, cases=cases, reason=reason, findings=found))
    values = {
        "edition": "v2",
        "target": "http://127.0.0.1:9000",
        "seed": 7,
        "started_at": "2026-11-20T03:00:00.000Z",
        "seconds": 12.5,
        "requests": 1412,
        "complete": True,
        "results": tuple(results),
        "created": tuple(created),
        "notes": tuple(notes),
    }
    return Run(**values | changes)


def _seen(name, key, outcome=Outcome.FAILED, message="too many calls", number=1):
    return Seen(
        key=key,
        handle=f"{name}.{key:06x}",
        requirement=name,
        operation="list-calls",
        cause=f"cause {key}",
        outcome=outcome,
        message=message,
        clause="OpenAPI 2026-04",
        first=f"2026-11-{19 + number}",
        first_run=f"2026-11-{19 + number}.1",
        first_number=number,
        part=key,
    )


def _kept(number, *seen, skipped=(), p50=20.0, message="A limit is a prefix."):
    versions = Versions(
        target="https://api.example.invalid",
        edition="v2",
        profile="standard",
        seed=number,
        contract="c0ffee",
        suites="5017e5",
        harness="0.1.0",
    )
    names = ("LIST-003", "LIST-004", "LIST-005", "LIST-006")
    judged = {
        name: Judged(
            requirement=name,
            outcome=Outcome.SKIPPED if name in skipped else Outcome.PASSED,
            cases=0 if name in skipped else 40,
            title=message,
            clause="OpenAPI 2026-04",
            reason="the account has too few calls" if name in skipped else None,
        )
        for name in names
    }
    judged |= {
        each.requirement: Judged(
            requirement=each.requirement, outcome=each.outcome, cases=40, title=message, clause="OpenAPI 2026-04"
        )
        for each in seen
    }
    outcomes = {each: sum(one.outcome is each for one in judged.values()) for each in Outcome}
    kept = Kept(
        number=number,
        id=f"2026-11-{19 + number}.1",
        versions=versions,
        started_at=f"2026-11-{19 + number}T03:00:00.000Z",
        seconds=12.0,
        requests=1400,
        complete=True,
        stopped=None,
        address=versions.target,
        outcomes=outcomes,
        failing=outcomes[Outcome.FAILED],
    )
    traffic = {
        "get-call": Traffic(operation="get-call", requests=40, p50=12.0, p90=30.0, longest=44.0),
        "list-calls": Traffic(operation="list-calls", requests=400, p50=p50, p90=3 * p50, longest=900.0),
    }
    return Details(run=kept, judged=judged, seen={each.key: each for each in seen}, traffic=traffic)


def comparison(message="too many calls", drift=()):
    """Two nights: one finding is new, one fixed, one still there, one was not exercised any more."""
    before = _kept(1, _seen("LIST-003", 3), _seen("LIST-004", 4), _seen("LIST-006", 6))
    now = _seen("LIST-005", 5, message=message, number=2)
    after = _kept(2, _seen("LIST-003", 3), now, skipped=("LIST-006",), p50=420.0)

    return replace(compare(before, after), drift=tuple(drift))


def drifted(text="string"):
    return Drift(
        operation="get-call",
        call_type="phone_call",
        path="/duration_ms",
        kind="type changed",
        before="integer in 40 of 40",
        after=f"{text} in 40 of 40",
        example="call_1",
        breaking=True,
        sentence="get-call: /duration_ms is a text now.",
    )


def delivery(**changes):
    values = {
        "event": "call_ended",
        "call_id": "call_16b03151fa9815b29b134c877ce",
        "attempt": 2,
        "at_ms": 1_718_000_062_000,
        "method": "POST",
        "headers": {"content-type": "application/json", "x-retell-signature": SIGNATURE},
        "body": json.dumps({"event": "call_ended", "call": PHONE}).encode(),
        "status": 500,
    }
    return Delivery(**values | changes)


def wrong_case():
    """A request that is wrong on purpose."""
    flaw = Flaw(kind="missing", pointer="/to_number", text="to_number is missing", required=True)
    return Case(
        operation="create-phone-call",
        purpose="invalid",
        method="POST",
        path="/v2/create-phone-call",
        effect=Effect.DIALS,
        body=b'{"from_number": "+14155550123"}',
        flaw=flaw,
    )
