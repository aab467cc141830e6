"""What was sent and what came back: a case, an exchange, a delivery, a mismatch, a finding."""

from __future__ import annotations

import http
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from conformance.mockvendor.webhooks.post import Delivery
from conformance.model import Case, Exchange, Finding, Level, Mismatch, Outcome, Response
from conformance.notebook.display.hiding import credentials, hidden_case, hidden_exchange, redactor
from conformance.notebook.display.layout import (
    code,
    facts,
    folded,
    plain_facts,
    prose,
    safe,
    screen,
    titled,
    wrapped,
)
from conformance.notebook.display.nodes import Mark, Marks
from conformance.notebook.display.promises import EFFECTS
from conformance.notebook.display.readable import moment
from conformance.notebook.display.registry import shows
from conformance.notebook.display.tree import json_tree, mark_html, tree_text
from conformance.notebook.look import chip
from conformance.reports.html.escape import word_count
from conformance.reports.html.findings import EVIDENCE
from conformance.reports.html.marks import WORDS
from conformance.reports.plain import finding_lines, known_text, outcome_text
from conformance.reports.wording import printable

__all__ = ["body_html", "exchange_html", "finding_facts", "finding_html", "mismatch_mark", "status_text"]

_MOST_LINES = 250
_LONGEST_TEXT = 4_000
_PLAIN_BODY = 22
_ON_PURPOSE = "wrong on purpose"


def status_text(status: int) -> str:
    """A status with its phrase: `404 Not Found`."""
    try:
        return f"{status} {http.HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


@shows(Case)
def show_case(case: Case) -> tuple[str, str]:
    """A request that may be sent."""
    shown = hidden_case(case)
    rows = [
        ("Operation", shown.operation),
        ("Sent for", f"{shown.purpose}: {shown.title}" if shown.title else shown.purpose),
        ("Does", EFFECTS[shown.effect]),
        ("Wrong", f"{shown.flaw.text} ({shown.flaw.kind}), on purpose" if shown.flaw else ""),
        ("Key", "sent" if shown.authorization else "none is sent"),
    ]
    head = f"<h3>{_line(shown)} {chip('plain', 'not sent yet')}</h3>"
    inner = f"{head}{facts((label, safe(text)) for label, text in rows)}{_headers(shown.headers)}"
    body = titled("Body", body_html(shown.body, _flaw_marks(shown), label="Body")) if shown.body else "<p>No body.</p>"
    lines = [*wrapped(_plain_line(shown)), *plain_facts((label.lower(), text) for label, text in rows)]
    return inner + body, screen([*lines, *_plain_body("body", shown.body, _flaw_marks(shown))])


def _line(case: Case) -> str:
    return f"{safe(case.method)} {code(case.url_path)}"


def _plain_line(case: Case) -> str:
    return f"{case.method} {case.url_path}"


def _flaw_marks(case: Case) -> dict[str, list[Mark]]:
    flaw = case.flaw
    return {flaw.pointer: [Mark(text=flaw.text, kind="plain", word=_ON_PURPOSE)]} if flaw else {}


@shows(Exchange)
def show_exchange(exchange: Exchange) -> tuple[str, str]:
    """A request with what came of it."""
    shown = hidden_exchange(exchange)
    return exchange_html(shown), screen(_exchange_lines(shown, {}))


def exchange_html(exchange: Exchange, marks: Marks | None = None) -> str:
    """An exchange that holds nothing to hide, in two columns.

    Args:
        marks: What is wrong with its answer, or with the body of a delivery that was received.
    """
    told = marks or {}
    case, response = exchange.case, exchange.response
    first, second = ("Delivery", "Our answer") if exchange.received else ("Request", "Answer")
    asked = {**_flaw_marks(case), **(told if exchange.received else {})}
    sent = f"{_headers(exchange.sent or case.headers)}{body_html(case.body, asked, label=first)}"
    came = _answer(response, {} if exchange.received else told) if response else ""
    lost = f'<p class="cx-note cx-errored">{safe(exchange.error or "No answer came.")}</p>' if not response else ""
    title = f"<h3>{_line(case)} → {_status_chip(exchange)}{_took(exchange)}</h3>"
    about = ", ".join(filter(None, [case.operation, case.title]))
    return (
        f'{title}<p class="cx-quiet">{safe(about)}</p><div class="cx-columns">'
        f'<div class="cx-side"><h4>{first}</h4>{sent}</div>'
        f'<div class="cx-side"><h4>{second}</h4>{came}{lost}</div></div>'
    )


def _status_chip(exchange: Exchange) -> str:
    if exchange.response is None:
        return chip("errored", "no answer")
    return chip("plain", status_text(exchange.response.status))


def _took(exchange: Exchange) -> str:
    return f' <small class="cx-quiet">{exchange.seconds * 1000:.0f} ms</small>'


def _answer(response: Response, marks: Marks) -> str:
    return f"{_headers(response.headers)}{body_html(response.body, marks, label='Answer')}"


def _headers(headers: Iterable[tuple[str, str]]) -> str:
    pairs = list(headers)
    if not pairs:
        return ""
    return folded(word_count(len(pairs), "header"), facts((name.lower(), safe(value)) for name, value in pairs))


def body_html(body: bytes | None, marks: Marks | None = None, *, label: str = "Body") -> str:
    """A body that holds nothing to hide: JSON as a tree with its marks, anything else as text."""
    told = dict(marks or {})
    whole = "".join(mark_html(each) for each in _as_marks(told.pop("", ())))
    if not body:
        return f'{whole}<p class="cx-quiet">No body.</p>{_lost(told)}'
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return whole + _text(body) + _lost(told)
    return whole + json_tree(value, told, label=label, most=_MOST_LINES)


def _as_marks(told: Sequence[str | Mark]) -> list[Mark]:
    return [each if isinstance(each, Mark) else Mark(text=each) for each in told]


def _lost(marks: Mapping[str, Sequence[str | Mark]]) -> str:
    """Marks of a body that has no places."""
    return "".join(mark_html(each, place=place) for place, told in marks.items() for each in _as_marks(told))


def _text(body: bytes) -> str:
    text = body.decode(errors="replace")
    left = len(text) - _LONGEST_TEXT
    more = f'<p class="cx-quiet">… and {left:,} more characters</p>' if left > 0 else ""
    return f"<pre>{safe(text[:_LONGEST_TEXT])}</pre>{more}"


def _exchange_lines(exchange: Exchange, marks: Marks) -> Iterator[str]:
    case, response = exchange.case, exchange.response
    status = status_text(response.status) if response else f"no answer: {exchange.error or 'nobody says why'}"
    yield from wrapped(f"{_plain_line(case)} → {status} · {exchange.seconds * 1000:.0f} ms")
    first, second = ("delivery", "our answer") if exchange.received else ("request", "answer")
    asked = {**_flaw_marks(case), **(marks if exchange.received else {})}
    yield from _plain_body(first, case.body, asked)
    if response:
        yield from _plain_body(second, response.body, {} if exchange.received else marks)


def _plain_body(label: str, body: bytes | None, marks: Marks) -> Iterator[str]:
    if not body:
        yield f"{label}: no body"
        return
    yield f"{label}:"
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        yield from wrapped(printable(body[:_LONGEST_TEXT].decode(errors="replace")), indent="  ")[:_PLAIN_BODY]
        return
    yield from (f"  {line}" for line in tree_text(value, marks, width=98, most=_PLAIN_BODY).splitlines())


@shows(Delivery)
def show_delivery(delivery: Delivery) -> tuple[str, str]:
    """A webhook of the mock vendor, as it was sent."""
    hiding = redactor()
    body = hiding.body(delivery.body)
    call_id, error = hiding.text(delivery.call_id), delivery.error and hiding.text(delivery.error)
    headers = hiding.headers(delivery.headers.items())
    came = status_text(delivery.status) if delivery.status else printable(error or "no answer yet")
    sign = chip("plain", came) if delivery.status else chip("errored" if error else "skipped", came)
    rows = [
        ("Call", call_id),
        ("Attempt", str(delivery.attempt)),
        ("Sent", moment(delivery.at_ms) or str(delivery.at_ms)),
        ("Answer", came),
    ]
    inner = (
        f"<h3>{safe(delivery.method)} {code(delivery.event)} → {sign}</h3>"
        f"{facts((label, safe(text)) for label, text in rows[:3])}{_headers(headers)}{body_html(body, label='Webhook')}"
    )
    lines = [*wrapped(f"{delivery.event}, sent with {delivery.method}")]
    lines += plain_facts((label.lower(), text) for label, text in rows)
    return inner, screen([*lines, *_plain_body("body", body, {})])


def mismatch_mark(mismatch: Mismatch, kind: str = "failed") -> Mark:
    """What is wrong, as a mark at its place."""
    parts = [
        f"expected {mismatch.expected}" * bool(mismatch.expected),
        f"got {mismatch.actual}" * bool(mismatch.actual),
    ]
    return Mark(text=", ".join(filter(None, parts)) or mismatch.message, kind=kind)


@shows(Mismatch)
def show_mismatch(mismatch: Mismatch) -> tuple[str, str]:
    """What was expected, what came, and where."""
    shown = redactor().mismatch(mismatch)
    kind = "warned" if shown.level in {Level.SHOULD, Level.MAY} else "failed"
    rows = _mismatch_rows(shown)
    head = f"<h3>{chip(kind, str(shown.level or 'mismatch'))} {safe(shown.message)}</h3>"
    lines = [*wrapped(shown.message), *plain_facts((label.lower(), text) for label, text, _ in rows)]
    return f"{head}{facts((label, html) for label, _, html in rows)}", screen(lines)


def _mismatch_rows(mismatch: Mismatch) -> list[tuple[str, str, str]]:
    return [
        ("Expected", mismatch.expected, safe(mismatch.expected)),
        ("Actual", mismatch.actual, safe(mismatch.actual)),
        ("Where", mismatch.pointer, code(mismatch.pointer) if mismatch.pointer else ""),
    ]


@shows(Finding)
def show_finding(finding: Finding) -> tuple[str, str]:
    """A mismatch with its requirement, the exchange that shows it marked at the very place, and how to repeat it."""
    shown = redactor().knowing(credentials(finding.exchange)).finding(finding)
    marks = {shown.mismatch.pointer: [mismatch_mark(shown.mismatch, str(shown.outcome))]}
    inner = f"{finding_html(shown)}{exchange_html(shown.exchange, marks)}{titled('Repeat', _command(shown))}"
    requirement = shown.requirement
    lines = [*wrapped(f"{outcome_text(shown)} {requirement.id} {requirement.title}")]
    *rows, _ = finding_lines(shown)
    told = [(label, text) for label, text in rows if label not in {"request", "answer", "delivery", "answered"}]
    lines += [*plain_facts(told, indent="  "), "", *_exchange_lines(shown.exchange, marks), "", "repeat:"]
    return inner, screen([*lines, *wrapped(shown.repeat, indent="  ")], most=80)


def finding_html(finding: Finding) -> str:
    """What is wrong and what to do, of a finding that holds nothing to hide, without its exchange."""
    requirement = finding.requirement
    seen = f" Seen {finding.seen} times." if finding.seen > 1 else ""
    head = f"<h3>{outcome_chip(finding.outcome)} {safe(requirement.id)} {prose(requirement.title)}</h3>"
    told = f"<p>{code(finding.operation)}: {prose(finding.mismatch.message)}.{seen}</p>"
    return f"{head}{told}{finding_facts(finding)}"


def finding_facts(finding: Finding, more: Iterable[tuple[str, str]] = ()) -> str:
    """What was expected, what came, where, why and what to do, of a finding that holds nothing to hide.

    Args:
        more: Further labels, with what they tell as HTML.
    """
    requirement = finding.requirement
    rows = [
        *((label, html) for label, _, html in _mismatch_rows(finding.mismatch)),
        ("Clause", prose(requirement.clause)),
        ("Evidence", safe(EVIDENCE[requirement.evidence])),
        ("Fix", prose(requirement.advice)),
        ("Known", safe(known_text(finding))),
    ]
    return facts([*rows, *more])


def _command(finding: Finding) -> str:
    return f"<pre>{safe(finding.repeat)}</pre>" if finding.repeat else ""


def outcome_chip(outcome: Outcome) -> str:
    """What became of something: sign, word and colour."""
    return chip(str(outcome), WORDS[outcome])
