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
    """Status and body in one line; of a large body what the pointer leads to, with the fields that name the call."""
    response = finding.exchange.response
    if response is None:
        return finding.exchange.error or "no answer"
    value = response.json(None)
    if value is None:
        return f"{response.status} {shortened(response.body.decode(errors='replace'), longest)}".strip()
    return f"{response.status} {_glimpse(value, finding.mismatch.pointer, longest)}".strip()


def exchange_lines(finding: Finding, *, longest: int) -> tuple[tuple[str, str], ...]:
    """Request and answer, each with its label; of a webhook that was received the delivery, and our answer."""
    exchange = finding.exchange
    if not exchange.received:
        return (
            ("request", request_line(exchange, longest=longest)),
            ("answer", answer_line(finding, longest=longest)),
        )
    status = exchange.response.status if exchange.response else "nothing"
    return (
        ("delivery", _delivery_line(finding, longest=longest)),
        ("answered", exchange.error or str(status)),
    )


def _delivery_line(finding: Finding, *, longest: int) -> str:
    """Method, path and event, and of a large body what the pointer leads to."""
    case, pointer = finding.exchange.case, finding.mismatch.pointer
    try:
        value = case.json()
    except (ValueError, RecursionError):
        return request_line(finding.exchange, longest=longest)
    shown = _compact(value)
    if len(shown) > longest and isinstance(value, dict):
        step = pointer.split("/")[1] if pointer not in {"", "/event"} else "call"
        inside = "/".join(["", *pointer.split("/")[2:]]) if pointer.count("/") > 1 else ""
        shown = f"{step}: {_glimpse(value[step], inside, longest)}" if step in value else ""
    return f"{case.method} {case.url_path} {case.operation} {shortened(shown, longest)}".strip()


_NAMING = ("call_id", "call_type", "call_status")


def _glimpse(value: JSON, pointer: str, longest: int) -> str:
    steps = pointer.split("/")[1:]
    if isinstance(value, list):
        if not steps or not steps[0].isdigit() or int(steps[0]) >= len(value):
            return f"[{len(value)} calls]"
        index = int(steps[0])
        inside = _glimpse(value[index], "/".join(["", *steps[1:]]) if steps[1:] else "", longest)
        return f"[{len(value)} calls], call {index}: {inside}"
    text = _compact(value)
    if len(text) <= longest or not isinstance(value, dict):
        return shortened(text, longest)
    shown = [name for name in (*_NAMING, *steps[:1]) if name in value]
    members = [f"{_compact(name)}:{shortened(_compact(value[name]), longest // 2)}" for name in dict.fromkeys(shown)]
    return "{" + ",".join([*members, "…"]) + "}"


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
