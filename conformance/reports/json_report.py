"""The JSON report. Its schema is schemas/harness/report.schema.json; fields are only ever added."""

from __future__ import annotations

import importlib.metadata
import json
from dataclasses import asdict

from conformance.model import JSON, Exchange, Finding, Result, Run
from conformance.reports.wording import counts, excerpt

TOOL = "call-conformance"


def version() -> str:
    """The version of the harness, or `0` where it is not installed."""
    try:
        return importlib.metadata.version(TOOL)
    except importlib.metadata.PackageNotFoundError:
        return "0"


def as_json(run: Run) -> dict[str, JSON]:
    """A run as the report format says."""
    return {
        "format": 1,
        "tool": {"name": TOOL, "version": version()},
        "edition": run.edition,
        "target": run.target,
        "seed": run.seed,
        "started_at": run.started_at,
        "seconds": run.seconds,
        "requests": run.requests,
        "complete": run.complete,
        "stopped": run.stopped,
        "notes": list(run.notes),
        "created_calls": list(run.created),
        "outcomes": counts(run),
        **({"known": _known(run)} if _known(run) else {}),
        **({"outdated": list(run.outdated)} if run.outdated else {}),
        "requirements": [_result(result) for result in run.results],
    }


def text(run: Run) -> str:
    """The report as text."""
    told = json.dumps(as_json(run), ensure_ascii=False, indent=2) + "\n"
    return told.encode(errors="backslashreplace").decode()  # halves of characters, as JSON spells them


def _result(result: Result) -> dict[str, JSON]:
    requirement = result.requirement
    return {
        "id": requirement.id,
        "area": requirement.area,
        "level": str(requirement.level),
        "title": requirement.title,
        "clause": requirement.clause,
        "evidence": str(requirement.evidence),
        "outcome": str(result.outcome),
        "cases": result.cases,
        "reason": result.reason,
        **({"exercised": dict(result.exercised)} if result.exercised else {}),
        "findings": [_finding(finding) for finding in result.findings],
    }


def _finding(finding: Finding) -> dict[str, JSON]:
    mismatch = finding.mismatch
    return {
        "operation": finding.operation,
        "outcome": str(finding.outcome),
        "message": mismatch.message,
        "expected": mismatch.expected,
        "actual": mismatch.actual,
        "pointer": mismatch.pointer,
        "advice": finding.requirement.advice,
        "request": _request(finding.exchange),
        "response": _response(finding),
        "repeat": finding.repeat,
        "seen": finding.seen,
        **({"received": True} if finding.exchange.received else {}),
        **({"known": asdict(finding.known)} if finding.known else {}),
    }


def _known(run: Run) -> int:
    """How many findings somebody accepted."""
    return sum(finding.known is not None for result in run.results for finding in result.findings)


def _request(exchange: Exchange) -> dict[str, JSON]:
    return {
        "method": exchange.case.method,
        "url": exchange.url,
        "headers": _headers(exchange.sent),
        "body": _body(exchange.case.body),
    }


def _response(finding: Finding) -> dict[str, JSON] | None:
    response = finding.exchange.response
    if response is None or (finding.exchange.received and finding.exchange.error):
        return {"status": None, "headers": {}, "body": None, "error": finding.exchange.error}
    return {
        "status": response.status,
        "headers": _headers(response.headers),
        "body": excerpt(_body(response.body), finding.mismatch.pointer),
    }


def _headers(headers: tuple[tuple[str, str], ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in headers:
        found[name.lower()] = f"{found[name.lower()]}, {value}" if name.lower() in found else value
    return found


def _body(body: bytes | None) -> JSON:
    """The body as JSON if it is, else as text, null if there is none."""
    if not body:
        return None
    try:
        return json.loads(body, parse_constant=str)
    except (ValueError, RecursionError):
        return body.decode(errors="replace")
