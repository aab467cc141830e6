"""The top of the page: the verdict in a sentence, the counts, what was judged, and what changed."""

from __future__ import annotations

from collections.abc import Sequence

from conformance.model import Outcome, Run
from conformance.reports.html.changes import Change, Changes
from conformance.reports.html.escape import esc, prose
from conformance.reports.html.marks import ORDER, SIGNS, WORDS
from conformance.reports.html.trend import Earlier, trend_html
from conformance.reports.html.verdict import verdict
from conformance.reports.json_report import TOOL, version
from conformance.reports.wording import counts


def summary_html(run: Run, *, earlier: Sequence[Earlier], changes: Changes | None, strict: bool) -> str:
    """The head of the page."""
    found = verdict(run, strict=strict)
    trend = trend_html(earlier, (run.started_at, counts(run)))
    return (
        f'<section class="verdict {found.kind}" aria-label="Verdict">'
        f'<span class="sign" aria-hidden="true">{SIGNS[found.kind]}</span>'
        f'<div class="words"><h1>{esc(found.headline)}</h1><p>{esc(found.sentence)}</p>{_moved(changes)}</div>'
        f"{trend}</section>"
        f"{_facts(run)}{_tiles(run)}{_notes(run)}{_changes(changes)}"
    )


def _moved(changes: Changes | None) -> str:
    """The comparison in a line."""
    if changes is None:
        return ""
    told = [
        f"{len(each)} {word}"
        for each, word in (
            (changes.new, "new"),
            (changes.fixed, "fixed"),
            (changes.still, "still there"),
            (changes.unexercised, "no longer exercised"),
            (changes.drift, "drifted"),
        )
        if each
    ]
    return f'<p class="moved">Since {esc(changes.against)}: {", ".join(told) or "nothing changed"}.</p>'


def _facts(run: Run) -> str:
    when = f'<time datetime="{esc(run.started_at)}">{esc(run.started_at[:16].replace("T", " "))} UTC</time>'
    rows = [
        ("Target", f"<code>{esc(run.target)}</code>"),
        ("Edition", esc(run.edition)),
        ("When", when),
        ("Requests", f"{run.requests} in {run.seconds:.1f} s"),
        ("Seed", str(run.seed)),
        ("Made by", f"{TOOL} {esc(version())}"),
    ]
    return '<dl class="run">' + "".join(f"<div><dt>{label}</dt><dd>{told}</dd></div>" for label, told in rows) + "</dl>"


def _tiles(run: Run) -> str:
    shown = [each for each in ORDER if run.count(each) or each is not Outcome.ERRORED]
    tiles = "".join(
        f'<li><a class="tile {each}{"" if run.count(each) else " zero"}" href="#outcome={each}">'
        f'<b>{run.count(each)}</b><span><span aria-hidden="true">{SIGNS[each]}</span> {WORDS[each]}</span></a></li>'
        for each in shown
    )
    return f'<ul class="tiles" aria-label="Requirements by outcome">{tiles}</ul>'


def _changes(changes: Changes | None) -> str:
    if changes is None:
        return ""
    lists = [
        _list("New", changes.new, Outcome.FAILED),
        _list("Fixed", changes.fixed, Outcome.PASSED),
        _list("Still there", changes.still, Outcome.WARNED),
        _list("No longer exercised", changes.unexercised, Outcome.SKIPPED),
    ]
    told = "".join(lists) or '<p class="quiet">Nothing changed.</p>'
    drift = _plain_list("What answers look like now", changes.drift)
    return (
        '<section id="changes" aria-labelledby="changes-title"><h2 id="changes-title">Since '
        f"{esc(changes.against)}</h2>{_plain_list('', changes.notes)}"
        f'<div class="changes">{told}</div>{drift}</section>'
    )


def _list(title: str, changes: Sequence[Change], kind: Outcome) -> str:
    if not changes:
        return ""
    items = "".join(_change(each) for each in changes)
    return f'<div class="change {kind}"><h3>{title} <span class="many">{len(changes)}</span></h3><ul>{items}</ul></div>'


def _change(change: Change) -> str:
    where = f" <code>{esc(change.operation)}</code>" if change.operation else ""
    since = f' <span class="seen">since {esc(change.since)}</span>' if change.since else ""
    requirement = esc(change.requirement)
    return f'<li><a href="#{requirement}"><b>{requirement}</b></a>{where} {prose(change.text)}{since}</li>'


def _plain_list(title: str, lines: Sequence[str]) -> str:
    if not lines:
        return ""
    head = f"<h3>{title}</h3>" if title else ""
    return f'{head}<ul class="plain">{"".join(f"<li>{prose(line)}</li>" for line in lines)}</ul>'


def _notes(run: Run) -> str:
    outdated = "".join(f'<p class="note failed"><b>Known findings</b> {prose(each)}</p>' for each in run.outdated)
    return outdated + "".join(f'<p class="note">{prose(note)}</p>' for note in run.notes)
