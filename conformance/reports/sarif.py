"""The SARIF 2.1.0 report: requirements are its rules, findings its results, for tools that show such files.

A result points to the operation (a logical location) and to the line of the suite that asks for what it found missing:
there is no source of the target to point to.
"""

from __future__ import annotations

import functools
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from conformance.contract.suites import suite_files
from conformance.model import JSON, Exchange, Finding, Level, Outcome, Requirement, Result, Run
from conformance.reports.json_report import TOOL, version
from conformance.reports.plain import finding_text, one_line

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LONGEST_BODY = 4_000
_VARYING = re.compile(r"'[^']*'|\"[^\"]*\"|[0-9a-f]{8,}|\d+")


def text(run: Run, *, strict: bool = False) -> str:
    """The report as text.

    Args:
        strict: Warnings are errors, as they are for the exit code.
    """
    return json.dumps(as_sarif(run, strict=strict), ensure_ascii=False, indent=2) + "\n"


def as_sarif(run: Run, *, strict: bool = False) -> dict[str, JSON]:
    """A run, already redacted, as a SARIF log."""
    places = {result.requirement.id: index for index, result in enumerate(run.results)}
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": TOOL,
                        "version": version(),
                        "rules": [_rule(result.requirement) for result in run.results],
                    }
                },
                "automationDetails": {"id": f"{TOOL}/{quote(run.edition)}/"},
                "invocations": [_invocation(run, places)],
                "columnKind": "unicodeCodePoints",
                "results": [
                    _result(finding, places[result.requirement.id], strict=strict)
                    for result in run.results
                    for finding in result.findings
                ],
                "properties": _about(run),
            }
        ],
    }


def _about(run: Run) -> dict[str, JSON]:
    return {
        "target": one_line(run.target),
        "edition": run.edition,
        "seed": run.seed,
        "requests": run.requests,
        "seconds": run.seconds,
        "outcomes": {str(outcome): run.count(outcome) for outcome in Outcome},
        "notes": [one_line(note) for note in (*run.outdated, *run.notes)],
    }


def _rule(requirement: Requirement) -> dict[str, JSON]:
    title = one_line(requirement.title)
    return {
        "id": requirement.id,
        "shortDescription": {"text": title},
        "fullDescription": {"text": title},
        "help": {"text": one_line(requirement.advice or requirement.clause or title)},
        "defaultConfiguration": {"level": "error" if requirement.level is Level.MUST else "warning"},
        "properties": {
            "clause": one_line(requirement.clause),
            "evidence": str(requirement.evidence),
            "level": str(requirement.level),
            "area": requirement.area,
            "tags": ["conformance", requirement.area],
        },
    }


def _invocation(run: Run, places: Mapping[str, int]) -> dict[str, JSON]:
    """Whether the run was carried through, and what kept it from judging."""
    told = [_notification(result, places) for result in run.results if result.outcome is Outcome.ERRORED]
    if not run.complete:
        told.insert(
            0, {"level": "error", "message": {"text": one_line(f"Not complete: {run.stopped or 'cut short'}.")}}
        )
    return {
        "executionSuccessful": run.complete and not run.count(Outcome.ERRORED),
        "startTimeUtc": run.started_at,
        "toolExecutionNotifications": told,
    }


def _notification(result: Result, places: Mapping[str, int]) -> dict[str, JSON]:
    name = result.requirement.id
    return {
        "level": "error",
        "message": {"text": one_line(f"{name} could not be judged: {result.reason or 'nobody says why'}.")},
        "associatedRule": {"id": name, "index": places[name]},
    }


def _result(finding: Finding, index: int, *, strict: bool) -> dict[str, JSON]:
    requirement, mismatch = finding.requirement, finding.mismatch
    grave = strict or finding.outcome is Outcome.FAILED
    return {
        "ruleId": requirement.id,
        "ruleIndex": index,
        "level": "error" if grave else "warning",
        "message": {"text": finding_text(finding)},
        "locations": [_location(finding)],
        "partialFingerprints": {"requirementOperationCause/v1": fingerprint(finding)},
        "occurrenceCount": finding.seen,
        **_suppressed(finding),
        **_web(finding.exchange),
        "properties": {
            "operation": one_line(finding.operation),
            "pointer": one_line(mismatch.pointer),
            "expected": one_line(mismatch.expected),
            "actual": one_line(mismatch.actual),
            "clause": one_line(requirement.clause),
            "evidence": str(requirement.evidence),
            "repeat": finding.repeat,
        },
    }


def _suppressed(finding: Finding) -> dict[str, JSON]:
    """A finding that somebody accepted for a while."""
    known = finding.known
    if known is None:
        return {}
    told = f"{known.reason} ({known.owner}, until {known.until})"
    return {"suppressions": [{"kind": "external", "status": "accepted", "justification": one_line(told)}]}


def fingerprint(finding: Finding) -> str:
    """The same for the same defect in every run: 32 hexadecimal digits over requirement, operation and cause.

    What differs from run to run (ids, numbers, quoted values) is left out of the cause.
    """
    mismatch = finding.mismatch
    causes = finding.causes or (mismatch.cause if mismatch.cause is not None else mismatch.pointer,)
    steady = sorted({_VARYING.sub("*", cause) for cause in causes})
    whole = "\n".join([finding.requirement.id, finding.operation, *steady])
    return hashlib.sha256(whole.encode(errors="replace")).hexdigest()[:32]


def _location(finding: Finding) -> dict[str, JSON]:
    operation, pointer = one_line(finding.operation), one_line(finding.mismatch.pointer)
    logical = [{"name": operation, "fullyQualifiedName": operation, "kind": "resource"}]
    if pointer:
        name = pointer.rsplit("/", 1)[-1]
        logical.append({"name": name, "fullyQualifiedName": f"{operation}#{pointer}", "kind": "property"})
    found: dict[str, JSON] = {"logicalLocations": logical}
    requirement = finding.requirement
    if requirement.suite:
        region = {"region": {"startLine": requirement.line}} if requirement.line else {}
        uri = f"suites/{requirement.suite}" if requirement.suite in _shipped() else requirement.suite
        found["physicalLocation"] = {"artifactLocation": {"uri": quote(uri)}, **region}
    return found


@functools.cache
def _shipped() -> frozenset[str]:
    """The names of the suites that come with the harness."""
    return frozenset(path.name for path in suite_files())


def _web(exchange: Exchange) -> dict[str, JSON]:
    """Request and answer, as SARIF has them."""
    case, response = exchange.case, exchange.response
    found: dict[str, JSON] = {
        "webRequest": {
            "method": case.method,
            "target": one_line(exchange.url),
            "headers": _headers(exchange.sent),
            **_body(case.body),
        }
    }
    if response is None or (exchange.received and exchange.error):
        found["webResponse"] = {"noResponseReceived": True, "reasonPhrase": one_line(exchange.error or "no answer")}
    else:
        found["webResponse"] = {
            "statusCode": response.status,
            "headers": _headers(response.headers),
            **_body(response.body),
        }
    return found


def _headers(headers: Sequence[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in headers:
        known = found.get(name.lower())
        found[name.lower()] = one_line(value if known is None else f"{known}, {value}")
    return found


def _body(body: bytes | None) -> dict[str, JSON]:
    if not body:
        return {}
    told = body.decode(errors="replace")
    return {"body": {"text": told if len(told) <= _LONGEST_BODY else f"{told[:_LONGEST_BODY]}…"}}
