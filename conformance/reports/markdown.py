"""The Markdown report, for the summary page of a build: a table by area, and each finding folded up.

Whatever an answer can influence stands in a `pre` block with its markup escaped: there, Markdown means nothing, and
neither a name nor a link in it becomes one.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from conformance.model import Finding, Outcome, Result, Run
from conformance.reports.plain import finding_lines, one_line
from conformance.reports.wording import by_area, printable

_SHOWN = (Outcome.PASSED, Outcome.FAILED, Outcome.WARNED, Outcome.SKIPPED, Outcome.ERRORED)
_MARKS = {Outcome.FAILED: "❌", Outcome.WARNED: "⚠️"}
_LARGEST = 500_000
"""Bytes of findings; a build system takes a summary of a megabyte, or none of it."""


def text(run: Run, *, strict: bool = False) -> str:
    """The report as text.

    Args:
        strict: Warnings fail the run, as they do for the exit code.
    """
    parts = [f"## {_headline(run, strict=strict)}", _facts(run), _table(run)]
    parts += [_block(note) for note in (*run.outdated, *run.notes)]
    parts += _findings(run)
    parts += _aside(run, Outcome.ERRORED, "Could not be judged")
    parts += _aside(run, Outcome.SKIPPED, "Skipped, and why")
    return "\n\n".join(parts) + "\n"


def _headline(run: Run, *, strict: bool) -> str:
    if run.failing(strict=strict):
        return f"❌ Conformance: {_number(run.failing(strict=strict), 'requirement')} failed"
    if run.outdated:
        return "❌ Conformance: the list of known findings is out of date"
    if not run.complete or run.count(Outcome.ERRORED):
        return f"❔ Conformance: {_unjudged(run)}"
    if run.count(Outcome.FAILED):
        return f"⚠️ Conformance: nothing failed but {_number(run.count(Outcome.FAILED), 'known requirement')}"
    if run.count(Outcome.WARNED):
        return f"⚠️ Conformance: nothing failed, {_number(run.count(Outcome.WARNED), 'warning')}"
    return "✅ Conformance: nothing failed"


def _unjudged(run: Run) -> str:
    return (
        f"{_number(run.count(Outcome.ERRORED), 'requirement')} could not be judged" if run.complete else "not complete"
    )


def _number(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def _facts(run: Run) -> str:
    told = f"<code>{_escaped(run.target)}</code> · edition {_escaped(run.edition)} · seed {run.seed}"
    told += f" · {_number(run.requests, 'request')} · {run.seconds:.1f} s"
    if run.stopped:
        told += f"<br>Not complete: <code>{_escaped(run.stopped)}</code>"
    return f"<p>{told}</p>"  # a block: what stands in it is taken as HTML, not as Markdown


def _table(run: Run) -> str:
    outcomes = [outcome for outcome in _SHOWN if outcome is not Outcome.ERRORED or run.count(outcome)]
    rows = [["area", *outcomes], ["---", *("---:" for _ in outcomes)]]
    rows += [[_plain(area), *_counts(results, outcomes)] for area, results in by_area(run).items()]
    rows.append([f"**{word}**" for word in ("all", *_counts(run.results, outcomes, zero="0"))])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _counts(results: Sequence[Result], outcomes: Sequence[Outcome], *, zero: str = "") -> list[str]:
    found = [sum(result.outcome is outcome for result in results) for outcome in outcomes]
    return [str(number) if number else zero for number in found]


def _findings(run: Run) -> list[str]:
    findings = [finding for result in run.results for finding in result.findings]
    findings.sort(key=lambda each: -each.outcome.rank)
    parts: list[str] = []
    size = 0
    for told, finding in enumerate(findings):
        part = _finding(finding)
        size += len(part.encode())
        if size > _LARGEST:
            left = _number(len(findings) - told, "more finding")
            return [*parts, f"<p>… and {left}: the JSON report has all of them.</p>"]
        parts.append(part)
    return parts


def _finding(finding: Finding) -> str:
    requirement = finding.requirement
    mark = _MARKS.get(finding.outcome, "")
    mark += " known" if finding.known else ""
    head = f"{mark} <b>{_escaped(requirement.id)}</b> {_escaped(requirement.title)} ({_escaped(finding.operation)})"
    body = "\n".join(f"{label:<9} {text}" for label, text in finding_lines(finding))
    return _folded(head, body)


def _aside(run: Run, outcome: Outcome, title: str) -> list[str]:
    """What was not judged, by its reason."""
    reasons: dict[str, list[str]] = {}
    for result in run.results:
        if result.outcome is outcome:
            reasons.setdefault(one_line(result.reason or "not exercised"), []).append(result.requirement.id)
    if not reasons:
        return []
    body = "\n".join(f"{reason}: {', '.join(ids)}" for reason, ids in reasons.items())
    return [_folded(f"{title} ({run.count(outcome)})", body)]


def _folded(head: str, body: str) -> str:
    """A block that opens on a click.

    Args:
        head: HTML.
        body: Text.
    """
    return f"<details><summary>{head}</summary>\n\n{_block(body)}\n\n</details>"


def _block(body: str) -> str:
    return f"<pre>\n{html.escape(printable(body), quote=False)}\n</pre>"


def _escaped(text: str) -> str:
    return html.escape(one_line(text))


def _plain(text: str) -> str:
    """A text in which nothing means anything in Markdown."""
    return re.sub(r"([\\`*_\[\]<>|~&@:!#$])", r"\\\1", one_line(text))
