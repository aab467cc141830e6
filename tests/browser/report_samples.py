"""Runs that the HTML report is made of in the browser: one to work with, one that is large, one that attacks."""

import json
from dataclasses import dataclass, field

from conformance.model import (
    Acceptance,
    Case,
    Effect,
    Evidence,
    Exchange,
    Finding,
    Flaw,
    Level,
    Mismatch,
    Outcome,
    Requirement,
    Response,
    Result,
    Run,
)
from conformance.reports.html import Change, Changes

ATTACK = (
    '</script><script>window.harmed = 1</script><img src=x onerror="window.harmed = 2">'
    "</pre></details><a href='https://attack.example.invalid/'>x</a>\u202e\x1b[31m"
)
CALL = {
    "call_id": "call_16b03151fa9815b29b134c877ce",
    "call_type": "phone_call",
    "agent_id": "agent_0001",
    "call_status": "ended",
    "from_number": "[hidden]",
    "latency": {"e2e": {"p50": 812.5, "p90": 990.0, "values": [812.5, 990.0, 1010.25]}, "llm": {"p50": 300}},
    "duration_ms": 18241,
    "sample_rate": None,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted(Result):
    """A result that tells which operations exercised it."""

    exercised: dict = field(default_factory=dict)


def requirement(name, title, **changes):
    values = {
        "id": name,
        "area": {"REM": "removed-fields", "LIST": "listing", "STAT": "status", "HOOK": "webhooks"}[name.split("-")[0]],
        "title": title,
        "level": Level.MUST,
        "evidence": Evidence.GUIDE,
        "check": "check",
        "clause": "migration guide (2024-07): the call object",
        "sources": (),
        "advice": "Drop the field; the transport settles the sample rate.",
    }
    return Requirement(**values | changes)


def exchange(operation="list-calls", *, body=None, sent=None, status=200, flaw=None, received=False):
    case = Case(
        operation=operation,
        purpose="valid",
        method="POST",
        path=f"/v2/{operation}",
        effect=Effect.READ,
        body=json.dumps(sent if sent is not None else {"limit": 3}).encode(),
        flaw=flaw,
    )
    answer = json.dumps(body if body is not None else [CALL, {"call_id": "call_2"}]).encode()
    return Exchange(
        case=case,
        url=f"https://api.example.invalid/v2/{operation}",
        sent=(("authorization", "[hidden]"), ("content-type", "application/json")),
        response=Response(status=status, headers=(("content-type", "application/json"),), body=answer),
        received=received,
    )


def finding(broken, operation="list-calls", *, outcome=Outcome.FAILED, shown=None, repeat=None, **mismatch):
    values = {"message": "`sample_rate` is still there", "expected": "absent", "actual": "null"}
    return Finding(
        requirement=broken,
        operation=operation,
        outcome=outcome,
        mismatch=Mismatch(**values | {"pointer": "/0/sample_rate"} | mismatch),
        exchange=shown or exchange(operation),
        repeat=repeat or f'curl -sS https://api.example.invalid/v2/{operation} -H "Authorization: $RETELL_API_KEY"',
        seen=10,
    )


def run_of(*results, **changes):
    values = {
        "edition": "v2",
        "target": "https://api.example.invalid",
        "seed": 1,
        "started_at": "2026-11-22T02:00:00.000Z",
        "seconds": 18.4,
        "requests": 554,
        "complete": True,
        "results": results,
        "created": ("call_made_1", "call_made_2"),
        "notes": ("The target was asked with one agent.",),
    }
    return Run(**values | changes)


def working_run():
    """Something of everything: two failures in two areas, a warning, what passed, what was skipped, what is known."""
    rate = requirement("REM-003", "No call carries `sample_rate`, not even as null.")
    status = requirement("STAT-001", "An operation that creates a call answers 201.", level=Level.SHOULD)
    number = requirement("STAT-002", "A wrong body is refused with 400 or 422.", evidence=Evidence.DOCUMENTED)
    times = requirement("HOOK-010", "The time of a signature is in milliseconds.", evidence=Evidence.SDK)
    flaw = Flaw(kind="wrong-type", pointer="/to_number", text="to_number is a number")
    wrong = exchange("create-phone-call", sent={"from_number": "$FROM_NUMBER", "to_number": 5}, body=CALL, flaw=flaw)
    delivery = exchange("call_ended", sent={"event": "call_ended", "call": CALL}, received=True)
    refused = finding(number, "create-phone-call", shown=wrong, pointer="", message="accepted", actual="status 200")
    known = Acceptance(reason="the next release mends it", owner="voice team", until="2026-12-31")
    accepted = Finding(
        requirement=times,
        operation="call_ended",
        outcome=Outcome.FAILED,
        mismatch=Mismatch(message="the time looks like seconds", expected="milliseconds", actual="seconds"),
        exchange=delivery,
        repeat="conformance run https://api.example.invalid --seed 1",
        known=known,
    )
    created = exchange("create-web-call", body=CALL)
    warned = finding(
        status, "create-web-call", outcome=Outcome.WARNED, shown=created, pointer="", message="answers 200"
    )
    return run_of(
        Counted(
            requirement=rate,
            outcome=Outcome.FAILED,
            cases=40,
            findings=(finding(rate), finding(rate, "get-call", shown=exchange("get-call", body=CALL), pointer="/x")),
            exercised={"list-calls": 30, "get-call": 8, "create-web-call": 2},
        ),
        Counted(
            requirement=status, outcome=Outcome.WARNED, cases=9, findings=(warned,), exercised={"create-web-call": 9}
        ),
        Counted(requirement=number, outcome=Outcome.FAILED, cases=5, findings=(refused,)),
        Counted(
            requirement=requirement("LIST-001", "A list is an array.", operations=("list-calls",)),
            outcome=Outcome.PASSED,
            cases=30,
            exercised={"list-calls": 30},
        ),
        Counted(
            requirement=requirement("LIST-002", "Items are objects.", operations=("list-calls",)),
            outcome=Outcome.SKIPPED,
            reason="the account has no calls",
        ),
        Counted(requirement=times, outcome=Outcome.FAILED, cases=3, findings=(accepted,), exercised={"call_ended": 3}),
    )


def changes():
    return Changes(
        against="2026-11-21.1",
        new=(Change(requirement="STAT-002", operation="create-phone-call", text="accepted"),),
        still=(
            Change(
                requirement="REM-003", operation="list-calls", text="`sample_rate` is still there", since="2026-11-16"
            ),
        ),
        drift=("get-call: /call_cost became null",),
    )


def earlier():
    return [
        (f"2026-11-{day:02}T02:00:00Z", {"passed": 4, "failed": day % 3, "warned": day % 2}) for day in range(8, 22)
    ]


def large_run():
    """152 requirements, every second one with four findings of large answers."""
    areas = ("REM", "LIST", "STAT", "HOOK")
    operations = ("list-calls", "get-call", "create-web-call", "create-phone-call", "update-call", "delete-call")
    results = []
    for number in range(152):
        broken = requirement(f"{areas[number * 4 // 152]}-{number + 100:03}", f"Promise {number} holds.")
        body = [CALL | {"call_id": f"call_{number}_{each}"} for each in range(50)]
        found = tuple(finding(broken, each, shown=exchange(each, body=body)) for each in operations[:4])
        grave = number % 2 == 0 and len(results) < 150
        results.append(
            Counted(
                requirement=broken,
                outcome=Outcome.FAILED if grave else Outcome.PASSED,
                cases=60,
                findings=found if grave else (),
                exercised=dict.fromkeys(operations, 10),
            )
        )
    return run_of(*results)


def attacking_run():
    """Everything that an answer can influence wants to be more than text."""
    broken = requirement("REM-003", "No call carries `sample_rate`.")
    bodies = [exchange(body=[{ATTACK: ATTACK, "sample_rate": ATTACK}]), exchange(body=ATTACK)]
    told = {"message": ATTACK, "expected": ATTACK, "actual": ATTACK, "pointer": f"/0/{ATTACK}"}
    found = tuple(finding(broken, ATTACK, shown=shown, repeat=ATTACK, **told) for shown in bodies)
    skipped = requirement("LIST-001", "A list is an array.")
    return run_of(
        Counted(requirement=broken, outcome=Outcome.FAILED, cases=2, findings=found, exercised={ATTACK: 2}),
        Counted(requirement=skipped, outcome=Outcome.ERRORED, reason=ATTACK),
        target=f"https://{ATTACK}",
        stopped=ATTACK,
        complete=False,
        created=(ATTACK,),
        notes=(ATTACK,),
    )
