"""Words and excerpts that every report shares."""

from __future__ import annotations

import json

from conformance.model import JSON, Exchange, Finding, Outcome, Result, Run

SYMBOLS = {
    Outcome.PASSED: "✓",
    Outcome.FAILED: "✗",
    Outcome.WARNED: "!",
    Outcome.SKIPPED: "·",
    Outcome.ERRORED: "?",
}
_LARGEST_BODY = 16_000


def counts(run: Run) -> dict[str, int]:
    """How many requirements came out how, in the order of the report format."""
    order = (Outcome.PASSED, Outcome.FAILED, Outcome.WARNED, Outcome.SKIPPED, Outcome.ERRORED)
    return {str(outcome): run.count(outcome) for outcome in order}


def by_area(run: Run) -> dict[str, list[Result]]:
    """Results by area, in the order of the suites."""
    found: dict[str, list[Result]] = {}
    for result in run.results:
        found.setdefault(result.requirement.area, []).append(result)
    return found


def request_line(exchange: Exchange, *, longest: int) -> str:
    """Method, path and body in one line."""
    body = (exchange.case.body or b"").decode(errors="replace")
    return f"{exchange.case.method} {exchange.case.url_path}{' ' + shortened(body, longest) if body else ''}"


def answer_line(finding: Finding, *, longest: int) -> str:
    """Status and body, the wrong place kept in sight, in one line."""
    response = finding.exchange.response
    if response is None:
        return finding.exchange.error or "no answer"
    value = excerpt(response.json(None), finding.mismatch.pointer)
    text = response.body.decode(errors="replace") if value is None else _compact(value)
    return f"{response.status} {shortened(text, longest)}".strip()


def printable(text: str) -> str:
    """A text whose control characters are spelled out, so that an answer cannot steer the terminal."""
    return "".join(each if each.isprintable() or each == "\n" else f"\\u{ord(each):04x}" for each in text)


def shortened(text: str, longest: int) -> str:
    """A text on one line, cut with an ellipsis."""
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def _compact(value: JSON) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def excerpt(value: JSON, pointer: str) -> JSON:
    """A large answer cut down so that the pointer still leads to the same place.

    Items of a list that the pointer does not lead to keep their `call_id` alone.
    """
    if len(_compact(value)) <= _LARGEST_BODY or not isinstance(value, list):
        return value
    step = pointer.split("/")[1] if pointer else ""
    return [each if str(index) == step else _bare(each) for index, each in enumerate(value)]


def _bare(item: JSON) -> JSON:
    return {"call_id": item["call_id"]} if isinstance(item, dict) and "call_id" in item else {}
