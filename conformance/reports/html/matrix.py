"""The matrix: requirements by area, against operations and events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from conformance.model import Level, Outcome, Result, Run
from conformance.reports.html.cells import Cell, Column, Group, cells_of, columns_of
from conformance.reports.html.escape import esc, prose, word_count
from conformance.reports.html.marks import ORDER, SIGNS, WORDS, area_title, chip
from conformance.reports.wording import by_area

_EMPTY = "<td></td>"
_TOGETHER = "judged with others, nothing found here"


def matrix_html(run: Run) -> str:
    """The section with the matrix."""
    columns = columns_of(run)
    areas = "".join(_area(area, results, columns) for area, results in by_area(run).items())
    return (
        '<section id="matrix" aria-labelledby="matrix-title"><h2 id="matrix-title">Requirements by operation</h2>'
        f"{_legend(run)}"
        '<div class="scroll" role="region" aria-labelledby="matrix-title" tabindex="0"><table class="matrix">'
        f"{_head(columns)}{areas}</table></div>"
        '<p class="none" hidden>No requirement is left by these filters.</p></section>'
    )


def _legend(run: Run) -> str:
    shown = [outcome for outcome in ORDER if run.count(outcome) or outcome is not Outcome.ERRORED]
    marks = "".join(f'<li><span class="cell {each}">{SIGNS[each]}</span>{WORDS[each]}</li>' for each in shown)
    together = any(cell.together for result in run.results for cell in cells_of(result).values())
    marks += f'<li><span class="cell together">○</span>{_TOGETHER}</li>' if together else ""
    return f'<ul class="legend" aria-label="Legend">{marks}<li><span class="cell"></span>not its concern</li></ul>'


def _head(columns: Sequence[Column]) -> str:
    groups = "".join(
        f'<th scope="colgroup" colspan="{number}" class="group"><span>{group}</span></th>'
        for group in Group
        if (number := sum(each.group is group for each in columns))
    )
    names = "".join(
        f'<th scope="col" class="op" data-operation="{esc(each.name)}"><span>{esc(each.name)}</span></th>'
        for each in columns
    )
    return (
        f"<thead><tr><td></td><td></td>{groups}</tr>"
        '<tr><th scope="col" class="what">Requirement</th><th scope="col" class="came">Outcome</th>'
        f"{names}</tr></thead>"
    )


def _area(area: str, results: Sequence[Result], columns: Sequence[Column]) -> str:
    cells = [cells_of(result) for result in results]
    rows = "".join(_row(result, known, columns) for result, known in zip(results, cells, strict=True))
    sums = "".join(_sum([known[each.name] for known in cells if each.name in known]) for each in columns)
    return (
        f'<tbody data-area="{esc(area)}"><tr class="area"><th scope="rowgroup">'
        f'<button type="button" aria-expanded="true"><span class="name">{area_title(area)}</span> '
        f"<small>{len(results)}</small></button></th>"
        f'<td class="came">{_tally(results)}</td>{sums}</tr>{rows}</tbody>'
    )


def _tally(results: Sequence[Result]) -> str:
    """How many requirements of an area came out how."""
    found = [(each, sum(result.outcome is each for result in results)) for each in ORDER]
    return " ".join(
        f'<span class="tally {each}" title="{WORDS[each]}">{SIGNS[each]}&nbsp;{number}</span>'
        for each, number in found
        if number
    )


def _sum(cells: Sequence[Cell]) -> str:
    """The gravest of a column in an area. Passed wins over skipped, as in the outcome of a run."""
    if not cells:
        return _EMPTY
    worst = max((cell.outcome for cell in cells), key=lambda each: each.rank)
    number = sum(cell.outcome is worst for cell in cells)
    together = worst is Outcome.PASSED and all(cell.together for cell in cells if cell.outcome is worst)
    return _told(worst, f"{WORDS[worst]}: {number} of {len(cells)}", together=together)


def _row(result: Result, cells: Mapping[str, Cell], columns: Sequence[Column]) -> str:
    requirement = result.requirement
    milder = "" if requirement.level is Level.MUST else f' <small class="level">{requirement.level}</small>'
    names = " ".join(each.name for each in columns if each.name in cells)
    places = "".join(_cell(requirement.id, each.name, cells.get(each.name)) for each in columns)
    return (
        f'<tr class="row" id="{esc(requirement.id)}" data-outcome="{result.outcome}" data-operations="{esc(names)}">'
        f'<th scope="row"><details><summary><b>{esc(requirement.id)}</b>{milder} '
        f"<span>{prose(requirement.title)}</span></summary>{_about(result)}</details></th>"
        f'<td class="came">{chip(result.outcome)}</td>{places}</tr>'
    )


def _about(result: Result) -> str:
    requirement = result.requirement
    reason = f"<p>Not exercised: {esc(result.reason)}</p>" if result.reason else ""
    cases = f"Exercised by {word_count(result.cases, 'exchange')}." if result.cases else ""
    return (
        f'<div class="about"><p class="full">{prose(requirement.title)}</p>{reason}'
        f"<p>{esc(requirement.clause)}</p><p>Evidence: {requirement.evidence}. {cases}</p></div>"
    )


def _cell(requirement: str, operation: str, cell: Cell | None) -> str:
    if cell is None:
        return _EMPTY
    exchanges = f", {word_count(cell.cases, 'exchange')}" if cell.cases else ""
    told = _TOGETHER if cell.together else f"{WORDS[cell.outcome]}{exchanges}"
    if cell.finding:
        label = esc(f"{requirement}, {operation}: {told}. Go to the finding.")
        link = f'<a href="#{esc(requirement)}.{cell.finding}" aria-label="{label}" title="{esc(operation)}: {told}">'
        return f'<td class="cell {cell.outcome}">{link}{SIGNS[cell.outcome]}</a></td>'
    return _told(cell.outcome, f"{operation}: {told}", together=cell.together)


def _told(outcome: Outcome, text: str, *, together: bool) -> str:
    sign, kind = ("○", "together") if together else (SIGNS[outcome], str(outcome))
    return f'<td class="cell {kind}"><span role="img" aria-label="{esc(text)}" title="{esc(text)}">{sign}</span></td>'
