"""Nightly runs against a mock vendor in this process, and runs written out by hand."""

from __future__ import annotations

import datetime as dt

from conformance.contract.contract import load_contract
from conformance.history.recorder import TrafficRecorder
from conformance.history.shapes import ShapeRecorder
from conformance.history.values import Traffic, Versions
from conformance.history.versions import versions_of
from conformance.mockvendor import MockClock, MockVendor
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
from conformance.reports.json_report import as_json
from conformance.runs import Options, Runner
from conformance.targets.asgi import AsgiTransport
from conformance.targets.http import HttpTarget

NOW_MS = 1_775_120_400_000
TARGET = "http://mock.localhost"
KEY = "key_mock_0123456789abcdef"
VERSIONS = Versions(
    target=TARGET, edition="v2", profile="standard", seed=1, contract="c0ffee", suites="5017e5", harness="0.1.0"
)
TRAFFIC = (
    Traffic(operation="get-call", requests=10, p50=5.0, p90=9.0, longest=12.0),
    Traffic(operation="list-calls", requests=40, p50=20.0, p90=35.0, longest=60.0),
)


def night(history, day, *, faults=(), seed=1, account=0, app=None, requirements=(), **options):
    """A run that begins at three in the morning of a day, as it is kept; gives its id and the run."""
    vendor = MockVendor(calls=30, faults=faults, seed=account, clock=MockClock(start_ms=NOW_MS, moving=False))
    target = HttpTarget(TARGET, key=vendor.api_key, transport=AsgiTransport(app or vendor.app, timeout_seconds=20))
    contract = load_contract().judging("server").narrowed(suites=(), requirements=requirements)
    recorder, shapes = TrafficRecorder(), ShapeRecorder(contract.schemas)
    settings = {"profile": "smoke", "seed": seed, "secrets": (KEY,), **options}
    try:
        run = Runner(
            contract=contract,
            target=target,
            options=Options(**settings),
            recorders=(recorder, shapes),
            pause=lambda _: None,
            wall=lambda: dt.datetime.fromisoformat(f"{day}T03:00:00+00:00"),
        ).run()
    finally:
        target.close()
    versions = versions_of(contract, target=TARGET, profile=settings["profile"], seed=seed, harness="0.1.0")
    told = {"traffic": recorder.traffic(), "shapes": shapes.as_json()}
    return history.save(run, document=as_json(run), versions=versions, **told), run


def requirement(name="LIST-003", **changes):
    values = {
        "id": name,
        "area": "listing",
        "title": "A limit is a prefix.",
        "level": Level.MUST,
        "evidence": Evidence.DOCUMENTED,
        "check": "limit",
        "clause": "OpenAPI 2026-04, limit",
        "sources": (),
        "advice": "Cut the list.",
    }
    return Requirement(**values | changes)


def finding(
    name="LIST-003",
    cause="limit",
    *,
    operation="list-calls",
    outcome=Outcome.FAILED,
    causes=(),
    message="too many calls",
):
    case = Case(operation=operation, purpose="valid", method="POST", path="/v2/list-calls", effect=Effect.READ)
    return Finding(
        requirement=requirement(name),
        operation=operation,
        outcome=outcome,
        mismatch=Mismatch(message=message, expected="2", actual="3", pointer="/2", cause=cause),
        exchange=Exchange(case=case, url=f"{TARGET}/v2/list-calls", response=Response(status=200, body=b"[]")),
        repeat="curl -sS http://mock.localhost/v2/list-calls",
        causes=causes,
    )


def result(name="LIST-003", *findings, cases=40, reason=None, **changes):
    if findings:
        outcome = max((each.outcome for each in findings), key=lambda each: each.rank)
    else:
        outcome = Outcome.PASSED if cases else Outcome.SKIPPED
    return Result(
        requirement=requirement(name, **changes), outcome=outcome, cases=cases, reason=reason, findings=findings
    )


def run_of(*results, day="2026-11-20", **changes):
    values = {
        "edition": "v2",
        "target": TARGET,
        "seed": 1,
        "started_at": f"{day}T03:00:00.000Z",
        "seconds": 1.5,
        "requests": 50,
        "complete": True,
        "results": results,
    }
    return Run(**values | changes)


def keep(history, run, *, versions=VERSIONS, traffic=TRAFFIC, shapes=None):
    return history.save(run, document=as_json(run), versions=versions, traffic=traffic, shapes=shapes)
