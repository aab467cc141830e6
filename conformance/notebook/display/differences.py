"""Differences between editions as tables: what has to change, then every change, breaking ones first."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from conformance.contract.diff.told import Entry, entries, lines
from conformance.contract.diff.values import Change, Difference, Party
from conformance.notebook.differences.duties import Duty, duties
from conformance.notebook.differences.telling import (
    NOBODY,
    NOTHING,
    counted,
    opened,
    told_style,
    values,
    whom,
    whom_chip,
)
from conformance.notebook.display.registry import shows
from conformance.notebook.look import chip, esc
from conformance.reports.html.escape import prose, word_count

__all__ = ["difference_html", "duty_list"]

_MOST = 60
_MOST_LINES = 120
_MOST_SENTENCES = 5
_WIDTH = 100
_WHO = {Party.SENDER: "Who sends", Party.READER: "Who reads"}


@shows(Difference)
def _difference(value: Difference) -> tuple[str, str]:
    return difference_html(value), _plain(value)


def difference_html(difference: Difference) -> str:
    """What has to change, and a table of what changed; the first sixty rows of it."""
    title = f"{difference.before} → {difference.after}"
    if not difference:
        nothing = NOTHING.format(before=difference.before, after=difference.after)
        return f"<h3>{esc(title)}</h3><p>{chip('passed', 'equal')} {esc(nothing)}</p>"
    return (
        f"{told_style()}<h3>What changed: {esc(title)}</h3><p>{esc(counted(difference.changes))}.</p>"
        f"{duty_list(difference)}{_table(difference)}"
    )


@shows(Change)
def _change(value: Change) -> tuple[str, str]:
    clause = f'<br><span class="cx-quiet">{esc(value.clause)}</span>' if value.clause else ""
    alone = Difference(before="before", after="after", changes=(value,))
    html = (
        f"{told_style()}<p>{whom_chip(value)} <b>{esc(value.kind.verb)}</b> <code>{esc(value.place)}</code></p>"
        f"<p>{prose(value.text)}{clause}</p>{opened(alone, value)}"
    )
    return html, _plain_change(value)


def duty_list(difference: Difference) -> str:
    """What has to change, for who sends and for who reads, as HTML; "" if nothing has to."""
    columns = "".join(_duties_of(party, duties(difference, party)) for party in Party)
    return f'<h4>What do I have to change?</h4><div class="cx-columns">{columns}</div>'


def _duties_of(party: Party, found: Sequence[Duty]) -> str:
    if not found:
        return f"<div><p><b>{esc(_WHO[party])}</b>: {chip('passed', 'nothing', glyph='✓')}</p></div>"
    items = "".join(f"<li>{_duty(each)}</li>" for each in found)
    return f'<div><p><b>{esc(_WHO[party])}</b></p><ol class="cx-duties">{items}</ol></div>'


def _duty(duty: Duty) -> str:
    clause = f'<br><span class="cx-quiet">{esc(duty.clause)}</span>' if duty.clause else ""
    left = len(duty.told) - _MOST_SENTENCES
    more = f" And {left} more." if left > 0 else ""
    return f"<b>{esc(duty.title)}.</b> {prose(' '.join(duty.told[:_MOST_SENTENCES]))}{more}{clause}"


class _Row(NamedTuple):
    """A row of the table: below which operation it stands, its HTML, how many changes it tells, whether one breaks."""

    operation: str
    html: str
    told: int
    breaking: bool


def _table(difference: Difference) -> str:
    rows = [row for operation in difference.operations for row in _rows(difference, operation)]
    kept = sorted(sorted(range(len(rows)), key=lambda at: (not rows[at].breaking, at))[:_MOST])
    body, last = [], ""
    for row in (rows[at] for at in kept):
        if row.operation != last:
            last = row.operation
            body.append(f'<tr><th colspan="3" scope="rowgroup">{esc(last)}</th></tr>')
        body.append(row.html)
    heads = "".join(f'<th scope="col">{each}</th>' for each in ("breaks", "where", "what changed"))
    left = sum(row.told for row in rows) - sum(rows[at].told for at in kept)
    return (
        f'<table class="cx-table"><thead><tr>{heads}</tr></thead><tbody>{"".join(body)}</tbody></table>'
        f"{f'<p>{_more(difference, left)}</p>' if left else ''}"
    )


def _rows(difference: Difference, operation: str) -> Iterator[_Row]:
    """What breaks somebody, each change with before and after; of the rest, what is alike stands in one row."""
    own = [each for each in difference if each.operation == operation]
    for change in own:
        if change.breaking:
            yield _Row(operation, _row(difference, change), 1, breaking=True)
    for entry in entries([each for each in own if not each.breaking]):
        yield _Row(operation, _row_of_entry(entry), entry.count, breaking=False)


def _row_of_entry(entry: Entry) -> str:
    clause = f'<br><span class="cx-quiet">{esc("; ".join(entry.clauses))}</span>' if entry.clauses else ""
    return (
        f"<tr><td>{chip('plain', 'breaks nobody', glyph=NOBODY)}</td><td><code>{esc(entry.area)}</code></td>"
        f"<td>{prose(entry.text)}{clause}</td></tr>"
    )


def _row(difference: Difference, change: Change) -> str:
    where = " ".join(part for part in (change.area, change.pointer) if part)
    clause = f'<br><span class="cx-quiet">{esc(change.clause)}</span>' if change.clause else ""
    inside = values(difference, change)
    folded = f"<details><summary>before and after</summary>{inside}</details>" if inside else ""
    return (
        f"<tr><td>{whom_chip(change)}</td><td><code>{esc(where)}</code></td>"
        f"<td><b>{esc(change.kind.verb)}</b>: {prose(change.text)}{clause}{folded}</td></tr>"
    )


def _more(difference: Difference, left: int) -> str:
    command = f"conformance diff {difference.before} {difference.after}"
    return prose(f"And {word_count(left, 'more change')}; `{command}` shows all of them.")


def _plain(difference: Difference) -> str:
    """As the command shows it, but not more than a few screens."""
    told = [line.text for line in lines(difference, width=_WIDTH)]
    left = len(told) - _MOST_LINES
    if left > 0:
        command = f"conformance diff {difference.before} {difference.after}"
        told[_MOST_LINES:] = ["", f"And {word_count(left, 'more line')}; {command} shows all of them."]
    return "\n".join(told)


def _plain_change(change: Change) -> str:
    _, sign, words = whom(change)
    parts = [f"{sign} {words}: {change.place}: {change.kind.verb}", change.text, change.note]
    parts.append(f"[{change.clause}]" if change.clause else "")
    return "\n".join(line for part in parts if part for line in textwrap.wrap(part, _WIDTH))
