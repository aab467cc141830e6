"""Each finding: what was expected, the exchange that shows it with the wrong place marked, and how to repeat it."""

from __future__ import annotations

import http
from collections.abc import Sequence

from conformance.model import Evidence, Exchange, Finding, Result, Run
from conformance.reports.html.body import body_html
from conformance.reports.html.changes import Changes
from conformance.reports.html.escape import esc, prose, word_count
from conformance.reports.html.marks import area_title, chip

_FEW = 3
EVIDENCE = {
    Evidence.GUIDE: "The migration guide says so",
    Evidence.DOCUMENTED: "The documents say so",
    Evidence.SDK: "Only released SDKs show it",
    Evidence.ASSUMED: "Our reading of what the sources leave open",
}


def findings_html(run: Run, changes: Changes | None) -> str:
    """The section with every finding, the gravest first."""
    findings = numbered(run.results)
    opened = " open" if len(findings) <= _FEW else ""
    shown = "".join(_finding(identity, finding, changes, opened) for identity, finding in findings)
    many = f' <span class="many">{len(findings)}</span>' if findings else ""
    empty = '<p class="quiet">There is none.</p>' if not findings else ""
    every = (
        '<p class="tools js"><button type="button" data-open="true">Open all</button> '
        '<button type="button" data-open="false">Close all</button></p>'
        if findings
        else ""
    )
    return (
        '<section id="findings" aria-labelledby="findings-title"><div class="titled">'
        f'<h2 id="findings-title">Findings{many}</h2>{every}</div>{empty}{shown}'
        '<p class="none" hidden>No finding is left by these filters.</p></section>'
    )


def numbered(results: Sequence[Result]) -> list[tuple[str, Finding]]:
    """Findings with their identities in the page (`LIST-007.1`), the gravest first."""
    found = [
        (f"{result.requirement.id}.{number}", finding)
        for result in results
        for number, finding in enumerate(result.findings, start=1)
    ]
    return sorted(found, key=lambda each: -each[1].outcome.rank)


def _finding(identity: str, finding: Finding, changes: Changes | None, opened: str) -> str:
    requirement = finding.requirement
    seen = f' <span class="seen">seen {finding.seen} times</span>' if finding.seen > 1 else ""
    return (
        f'<details class="finding {finding.outcome}" id="{esc(identity)}" data-outcome="{finding.outcome}"'
        f' data-area="{esc(requirement.area)}" data-operations="{esc(finding.operation)}"{opened}>'
        f'<summary>{chip(finding.outcome)} <b class="id">{esc(requirement.id)}</b> '
        f'<span class="title">{prose(requirement.title)}</span>'
        f'{_known(finding)}{_age(finding, changes)}<span class="where"><code>{esc(finding.operation)}</code> '
        f"<span>{prose(finding.mismatch.message)}</span>{seen}</span></summary>"
        f'<div class="inside">{_what(finding)}{_fix(finding)}{_exchange(finding)}{_repeat(identity, finding)}</div>'
        "</details>"
    )


def _known(finding: Finding) -> str:
    known = finding.known
    return f' <span class="known">known until {esc(known.until)}</span>' if known else ""


def _age(finding: Finding, changes: Changes | None) -> str:
    if changes is None:
        return ""
    change = changes.of(finding)
    if change is None:
        return ""
    if change in changes.new:
        return ' <span class="new">new</span>'
    return f' <span class="seen">since {esc(change.since)}</span>' if change.since else ""


def _what(finding: Finding) -> str:
    mismatch, requirement, known = finding.mismatch, finding.requirement, finding.known
    rows = [
        ("Expected", f'<span class="expected">{esc(mismatch.expected)}</span>' if mismatch.expected else ""),
        ("Actual", f'<span class="actual">{esc(mismatch.actual)}</span>' if mismatch.actual else ""),
        ("Where", f"<code>{esc(mismatch.pointer)}</code>" if mismatch.pointer else ""),
        ("Known", esc(f"{known.reason} ({known.owner}, until {known.until})") if known else ""),
        ("Clause", prose(requirement.clause)),
        ("Evidence", EVIDENCE[requirement.evidence]),
        ("Level", f"{requirement.level} · {area_title(requirement.area)}"),
    ]
    shown = "".join(f"<div><dt>{label}</dt><dd>{text}</dd></div>" for label, text in rows if text)
    return f'<dl class="facts">{shown}</dl>'


def _fix(finding: Finding) -> str:
    advice = finding.requirement.advice
    return f'<p class="fix"><b>Fix</b> {prose(advice)}</p>' if advice else ""


def _exchange(finding: Finding) -> str:
    exchange, pointer = finding.exchange, finding.mismatch.pointer
    case = exchange.case
    wrong = case.flaw.pointer if case.flaw else ""
    title, answered = ("Delivery", "Our answer") if exchange.received else ("Request", "Answer")
    flaw = f'<p class="flaw">Wrong on purpose: {esc(case.flaw.text)}.</p>' if case.flaw else ""
    request = (
        f'<div class="message-part"><h3>{title}</h3><p class="line"><b>{esc(case.method)}</b> {esc(case.url_path)}</p>'
        f"{flaw}{_headers(exchange.sent)}{_pre(case.body, pointer if exchange.received else wrong)}</div>"
    )
    answer = f'<div class="message-part"><h3>{answered}</h3>{_answer(exchange, pointer)}</div>'
    return f'<div class="exchange">{request}{answer}</div>'


def _answer(exchange: Exchange, pointer: str) -> str:
    response = exchange.response
    if response is None or (exchange.received and exchange.error):
        return f'<p class="line">{esc(exchange.error or "no answer")}</p>'
    status = f'<p class="line"><b>{response.status}</b> {_phrase(response.status)}</p>'
    return status + _headers(response.headers) + _pre(response.body, "" if exchange.received else pointer)


def _phrase(status: int) -> str:
    try:
        return http.HTTPStatus(status).phrase
    except ValueError:
        return ""


def _headers(headers: Sequence[tuple[str, str]]) -> str:
    if not headers:
        return ""
    rows = "".join(f"<div><dt>{esc(name.lower())}</dt><dd>{esc(value)}</dd></div>" for name, value in headers)
    return f'<details class="headers"><summary>{word_count(len(headers), "header")}</summary><dl>{rows}</dl></details>'


def _pre(body: bytes | None, pointer: str) -> str:
    return f'<pre tabindex="0">{body_html(body, pointer)}</pre>'


def _repeat(identity: str, finding: Finding) -> str:
    name = f"repeat-{identity}"
    return (
        '<div class="repeat"><h3>Repeat</h3>'
        f'<pre tabindex="0"><code id="{esc(name)}">{esc(finding.repeat)}</code></pre>'
        f'<button type="button" class="copy js" data-copy="{esc(name)}" aria-label="Copy the command that repeats'
        f' {esc(identity)}">Copy</button></div>'
    )
