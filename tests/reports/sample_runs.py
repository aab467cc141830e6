"""Runs written out by hand, as the reports get them."""

from conformance.model import (
    Case,
    Effect,
    Evidence,
    Exchange,
    Finding,
    Level,
    Mismatch,
    Outcome,
    Requirement,
    Response,
    Result,
    Run,
)

HOSTILE = "</pre></details>|<img src=x onerror=alert(1)>\n\n# no *heading* `x` ]]> & @someone\x00\x1b[31m\ufffe\u202e"


def requirement(name, **changes):
    values = {
        "id": name,
        "area": "listing",
        "title": "A limit is a prefix.",
        "level": Level.MUST,
        "evidence": Evidence.DOCUMENTED,
        "check": "limit",
        "clause": "OpenAPI 2026-04, limit",
        "sources": ("openapi 2026-04",),
        "advice": "Cut the list.",
    }
    return Requirement(**values | changes)


def exchange(body=b'{"call_id":"call_1"}'):
    case = Case(
        operation="list-calls", purpose="valid", method="POST", path="/v2/list-calls", effect=Effect.READ, body=b"{}"
    )
    return Exchange(case=case, url="http://127.0.0.1:9/v2/list-calls", response=Response(status=200, body=body))


def finding(broken, *, outcome=Outcome.FAILED, body=b'{"call_id":"call_1"}', seen=1, **mismatch):
    values = {"message": "3 calls for a limit of 2", "expected": "2", "actual": "3", "pointer": "/2"}
    return Finding(
        requirement=broken,
        operation="list-calls",
        outcome=outcome,
        mismatch=Mismatch(**values | mismatch),
        exchange=exchange(body),
        repeat="curl -sS http://127.0.0.1:9/v2/list-calls",
        seen=seen,
    )


def result(name, outcome, *, findings=(), reason=None, cases=1, **changes):
    return Result(
        requirement=requirement(name, **changes), outcome=outcome, cases=cases, reason=reason, findings=tuple(findings)
    )


def run(*results, complete=True, stopped=None, notes=()):
    return Run(
        edition="v2",
        target="http://127.0.0.1:9",
        seed=7,
        started_at="2026-01-02T03:04:05.678Z",
        seconds=1.25,
        requests=12,
        complete=complete,
        results=results,
        stopped=stopped,
        notes=notes,
    )


def one_of_each():
    """A run with every outcome."""
    return run(
        result("LIST-001", Outcome.PASSED, cases=4),
        result("LIST-002", Outcome.FAILED, findings=[finding(requirement("LIST-002"), seen=3)]),
        result(
            "LIST-003",
            Outcome.WARNED,
            level=Level.SHOULD,
            findings=[finding(requirement("LIST-003"), outcome=Outcome.WARNED)],
        ),
        result("GONE-001", Outcome.SKIPPED, area="gone", reason="needs --allow create-web-call", cases=0),
        result("GONE-002", Outcome.ERRORED, area="gone", reason="not reached: the connection was lost", cases=0),
    )


def hostile():
    """A run in which everything that an answer can influence wants to be more than text."""
    broken = requirement("LIST-001")
    told = finding(
        broken, message=HOSTILE, expected=HOSTILE, actual=HOSTILE, pointer=f"/{HOSTILE}", body=HOSTILE.encode()
    )
    return run(
        result("LIST-001", Outcome.FAILED, findings=[told]),
        result("LIST-002", Outcome.ERRORED, reason=HOSTILE),
        result("LIST-003", Outcome.SKIPPED, reason=HOSTILE),
        complete=False,
        stopped=HOSTILE,
        notes=(HOSTILE,),
    )
