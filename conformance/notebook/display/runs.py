"""A run and what became of each requirement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from conformance.model import Finding, Outcome, Result, Run
from conformance.notebook.display.exchanges import finding_facts, mismatch_mark, outcome_chip
from conformance.notebook.display.hiding import redactor
from conformance.notebook.display.layout import (
    WIDTH,
    and_more,
    code,
    columns,
    facts,
    folded,
    listed,
    plain_facts,
    prose,
    safe,
    screen,
    table,
    titled,
    wrapped,
)
from conformance.notebook.display.registry import shows
from conformance.notebook.look import chip
from conformance.reports.html.cells import Cell, cells_of, columns_of
from conformance.reports.html.escape import word_count
from conformance.reports.html.findings import numbered
from conformance.reports.html.marks import ORDER, SIGNS, WORDS, area_title
from conformance.reports.html.verdict import verdict
from conformance.reports.plain import outcome_text
from conformance.reports.wording import by_area, exchange_lines

__all__ = ["show_result", "show_run"]

_MOST_FINDINGS = 20
_WITH_MODULE = 2
"""Colons in `app:module:attribute`."""
_MOST_PLAIN_FINDINGS = 6
_MOST_NAMES = 20
_EXCERPT = 400


@shows(Result)
def show_result(result: Result) -> tuple[str, str]:
    """What became of one requirement."""
    requirement, hiding = result.requirement, redactor()
    shown = [hiding.finding(each) for each in result.findings[:_MOST_FINDINGS]]
    rows = [
        ("Exercised by", word_count(result.cases, "exchange") if result.cases else ""),
        ("Where", ", ".join(f"{name} {number}" for name, number in result.exercised.items())),
        ("Not judged", hiding.text(result.reason or "")),
    ]
    head = f"<h3>{outcome_chip(result.outcome)} {safe(requirement.id)} {prose(requirement.title)}</h3>"
    inner = f"{head}{facts((label, safe(text)) for label, text in rows)}{_findings_html(shown, len(result.findings))}"
    lines = [
        *wrapped(f"{SIGNS[result.outcome]} {WORDS[result.outcome]}  {requirement.id}  {requirement.title}"),
        *plain_facts((label.lower(), text) for label, text in rows),
    ]
    return inner, screen([*lines, *_plain_findings(shown, len(shown), len(result.findings))])


def _findings_html(findings: Sequence[Finding], number: int) -> str:
    told = "".join(_finding(each, is_open=len(findings) <= 1) for each in findings)
    more = and_more(number - len(findings), "findings")
    return told + (f"<p>{more}</p>" if more else "")


def _finding(finding: Finding, *, is_open: bool) -> str:
    requirement = finding.requirement
    known = f" {chip('plain', f'known until {finding.known.until}')}" if finding.known else ""
    title = (
        f"{outcome_chip(finding.outcome)}{known} <b>{safe(requirement.id)}</b> {code(finding.operation)}"
        f" {prose(finding.mismatch.message)}"
    )
    rows = [(label.capitalize(), code(text)) for label, text in exchange_lines(finding, longest=_EXCERPT)]
    seen = f" Seen {finding.seen} times." if finding.seen > 1 else ""
    repeat = titled("Repeat", f"<pre>{safe(finding.repeat)}</pre>") if finding.repeat else ""
    inner = f"<p>{prose(requirement.title)}{seen}</p>{finding_facts(finding, rows)}{repeat}"
    return folded(title, inner, is_open=is_open)


@shows(Run)
def show_run(run: Run) -> tuple[str, str]:
    """A run: the verdict, the counts, what failed, the matrix, what it left behind, how to repeat it."""
    every = [finding for _, finding in numbered(run.results)]
    hiding = redactor()
    shown = [hiding.finding(each) for each in every[:_MOST_FINDINGS]]
    return _run_html(run, shown, len(every)), screen(_run_lines(run, shown, len(every)))


def _run_html(run: Run, shown: Sequence[Finding], number: int) -> str:
    found = verdict(run, strict=False)
    counts = " ".join(chip(str(each), f"{run.count(each)} {WORDS[each]}") for each in ORDER if run.count(each))
    return (
        f'<div class="cx-note cx-{found.kind}"><h3>{SIGNS[found.kind]} {safe(found.headline)}</h3>'
        f"<p>{safe(_hidden(found.sentence))}</p><p>{counts}</p></div>"
        f"{facts((label, safe(text)) for label, text in _about(run))}"
        f"{titled(f'Findings ({number})', _findings_html(shown, number))}"
        f"{titled('Requirements by area', _areas(run) + _matrix(run))}"
        f"{titled('Calls that it created', _created(run))}{titled('Notes', listed(map(prose, _notes(run))))}"
        f"{titled('How to repeat it', _again(run))}"
    )


def _hidden(text: str) -> str:
    return redactor().text(text)


def _about(run: Run) -> list[tuple[str, str]]:
    return [
        ("Target", _hidden(run.target)),
        ("Edition", run.edition),
        ("When", f"{run.started_at[:19].replace('T', ' ')} UTC"),
        ("Requests", f"{run.requests:,} in {run.seconds:.1f} s"),
        ("Cut short", _hidden(run.stopped or "")),
    ]


def _notes(run: Run) -> list[str]:
    return [_hidden(each) for each in (*run.outdated, *run.notes)]


def _areas(run: Run) -> str:
    kinds = [each for each in ORDER if run.count(each)]
    rows = []
    for area, results in by_area(run).items():
        counts = [sum(result.outcome is each for result in results) for each in kinds]
        cells = [_count(each, number) for each, number in zip(kinds, counts, strict=True)]
        rows.append((area_title(area), *cells, str(len(results))))
    head = ("Area", *(f"{SIGNS[each]} {WORDS[each]}" for each in kinds), "all")
    return table(head, rows, numbers=range(1, len(head)), label="Requirements by area and outcome") if rows else ""


def _count(outcome: Outcome, number: int) -> str:
    return f'<span class="cx-count cx-{outcome}">{number}</span>' if number else ""


def _matrix(run: Run) -> str:
    """Areas against operations and events, a sign for the gravest of each."""
    names = [each.name for each in columns_of(run)]
    if not names:
        return ""
    rows = []
    for area, results in by_area(run).items():
        cells = [cells_of(result) for result in results]
        places = [_sign([known[name] for known in cells if name in known], name) for name in names]
        rows.append((area_title(area), *places))
    legend = ", ".join(f"{SIGNS[each]} {WORDS[each]}" for each in ORDER)
    shown = table(("Area", *names), rows, label="Areas by operation")
    return folded(
        "By operation and event", f'<p class="cx-quiet">{safe(legend)}</p><div class="cx-matrix">{shown}</div>'
    )


def _sign(cells: Sequence[Cell], name: str) -> str:
    if not cells:
        return ""
    worst = max((cell.outcome for cell in cells), key=lambda each: each.rank)
    told = safe(f"{name}: {WORDS[worst]}")
    return f'<span class="cx-count cx-{worst}" role="img" aria-label="{told}" title="{told}">{SIGNS[worst]}</span>'


def _created(run: Run) -> str:
    if not run.created:
        return ""
    names = listed(code(_hidden(each)) for each in run.created[:_MOST_NAMES])
    more = and_more(len(run.created) - _MOST_NAMES)
    return f"<p>{word_count(len(run.created), 'call')} may still exist.</p>{names}" + (f"<p>{more}</p>" if more else "")


def _again(run: Run) -> str:
    told = f"The seed is <b>{run.seed}</b>: with it and the same profile, the same requests are sent again."
    command = _command(run)
    return f"<p>{told}</p>" + (f"<pre>{safe(command)}</pre>" if command else "")


def _command(run: Run) -> str:
    """The command that repeats it; "" for an application that stands in no module by that name."""
    if run.target.startswith("app:") and run.target.count(":") < _WITH_MODULE:
        return ""
    if any(result.requirement.judges == "receiver" for result in run.results):
        return f"conformance webhook {_hidden(run.target)} --seed {run.seed}"
    return f"conformance run {_hidden(run.target)} --edition {run.edition} --seed {run.seed}"


def _run_lines(run: Run, shown: Sequence[Finding], number: int) -> Iterator[str]:
    found = verdict(run, strict=False)
    yield from wrapped(f"{SIGNS[found.kind]} {found.headline}. {_hidden(found.sentence)}")
    yield " · ".join(f"{SIGNS[each]} {run.count(each)} {WORDS[each]}" for each in ORDER if run.count(each))
    yield from plain_facts([(label.lower(), text) for label, text in _about(run)])
    yield from _plain_findings(shown, _MOST_PLAIN_FINDINGS, number)
    yield ""
    yield from columns(list(_plain_areas(run)))
    if run.created:
        yield ""
        yield f"{word_count(len(run.created), 'call')} may still exist: {', '.join(run.created[:3])}"[:WIDTH]
    for note in _notes(run):
        yield from wrapped(note, indent="note  ", more="      ")
    yield ""
    yield f"repeat  {_command(run) or f'with the seed {run.seed}'}"


def _plain_areas(run: Run) -> Iterator[tuple[str, ...]]:
    kinds = [each for each in ORDER if run.count(each)]
    if kinds:
        yield "area", *(WORDS[each] for each in kinds), ""
    for area, results in by_area(run).items():
        counts = [sum(result.outcome is each for result in results) for each in kinds]
        yield area, *(str(number or "") for number in counts), ""


def _plain_findings(findings: Sequence[Finding], most: int, number: int) -> Iterator[str]:
    for finding in findings[:most]:
        yield ""
        yield from wrapped(f"{outcome_text(finding)} {finding.requirement.id} {finding.requirement.title}")
        yield from wrapped(f"{finding.operation}: {finding.mismatch.message}", indent="  ")
        mark = mismatch_mark(finding.mismatch)
        yield from wrapped(f"{finding.mismatch.pointer} {mark.text}".strip(), indent="  ")
    more = and_more(number - min(len(findings), most), "findings")
    if more:
        yield more
