"""A run from its JSON report, so that any other report can be made of it later."""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import urlsplit

from conformance.model import (
    JSON,
    Acceptance,
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


def run_of(document: Mapping[str, JSON]) -> Run:
    """The run that a JSON report tells of. What the report leaves out (sources, facts of a case) is empty."""
    return Run(
        edition=document["edition"],
        target=document["target"],
        seed=document["seed"],
        started_at=document["started_at"],
        seconds=document["seconds"],
        requests=document["requests"],
        complete=document["complete"],
        stopped=document.get("stopped"),
        results=tuple(map(_result, document["requirements"])),
        created=tuple(document.get("created_calls", ())),
        notes=tuple(document.get("notes", ())),
        outdated=tuple(document.get("outdated", ())),
    )


def _result(told: Mapping[str, JSON]) -> Result:
    requirement = Requirement(
        id=told["id"],
        area=told.get("area", ""),
        title=told["title"],
        level=Level(told["level"]),
        evidence=Evidence(told.get("evidence", Evidence.ASSUMED)),
        check="",
        clause=told["clause"],
        sources=(),
        advice=next((each.get("advice", "") for each in told["findings"]), ""),
    )
    return Result(
        requirement=requirement,
        outcome=Outcome(told["outcome"]),
        cases=told["cases"],
        reason=told["reason"],
        exercised=told.get("exercised", {}),
        findings=tuple(_finding(each, requirement) for each in told["findings"]),
    )


def _finding(told: Mapping[str, JSON], requirement: Requirement) -> Finding:
    known = told.get("known")
    return Finding(
        requirement=requirement,
        operation=told["operation"],
        outcome=Outcome(told.get("outcome", Outcome.FAILED)),
        mismatch=Mismatch(
            message=told["message"], expected=told["expected"], actual=told["actual"], pointer=told["pointer"]
        ),
        exchange=_exchange(told),
        repeat=told["repeat"],
        seen=told["seen"],
        known=Acceptance(reason=known["reason"], owner=known["owner"], until=known["until"]) if known else None,
    )


def _exchange(told: Mapping[str, JSON]) -> Exchange:
    request, response = told["request"], told["response"]
    parts = urlsplit(request["url"])
    case = Case(
        operation=told["operation"],
        purpose="",
        method=request["method"],
        path=parts.path,
        query=parts.query,
        effect=Effect.READ,
        body=_body(request["body"]),
    )
    answered = response is not None and response["status"] is not None
    return Exchange(
        case=case,
        url=request["url"],
        sent=tuple(request["headers"].items()),
        response=_response(response) if answered else None,
        error=response.get("error") if response else None,
        received=told.get("received", False),
    )


def _response(told: Mapping[str, JSON]) -> Response:
    return Response(status=told["status"], headers=tuple(told["headers"].items()), body=_body(told["body"]) or b"")


def _body(value: JSON) -> bytes | None:
    """A body as it would be sent. A text is one that was no JSON, and is kept as it is."""
    if value is None:
        return None
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text.encode(errors="backslashreplace")
