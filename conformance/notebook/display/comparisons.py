"""Two runs that were kept: what is new, fixed and the same, what drifted, what takes longer."""

from __future__ import annotations

from collections.abc import Sequence

from conformance.history.compare import Comparison, Exercise, Pace, Standing, State
from conformance.history.drift import Drift
from conformance.history.values import Kept, Traffic
from conformance.history.wording import comparison_lines, explanation, summary
from conformance.model import Outcome
from conformance.notebook.display.exchanges import outcome_chip
from conformance.notebook.display.layout import and_more, code, keep, listed, prose, safe, screen, table, titled
from conformance.notebook.display.registry import shows
from conformance.notebook.look import chip
from conformance.reports.html.escape import word_count
from conformance.reports.html.marks import ORDER, SIGNS
from conformance.reports.wording import printable

__all__ = ["show_comparison"]

_MOST_ROWS = 20
_MOST_LINES = 70
_HEADS = {
    State.NEW: "New",
    State.FIXED: "Fixed",
    State.UNEXERCISED: "Not seen any more, but not exercised as before",
    State.STILL: "Still failing",
}
_KINDS = {State.NEW: "failed", State.FIXED: "passed", State.UNEXERCISED: "skipped", State.STILL: "warned"}


@shows(Comparison)
def show_comparison(comparison: Comparison) -> tuple[str, str]:
    """What changed from one run to another."""
    inner = (
        f"{_verdict(comparison)}{_runs(comparison.before, comparison.after)}"
        f"{titled('What else differs', _changes(comparison))}"
        f"{''.join(_state(state, comparison.of(state)) for state in _HEADS)}"
        f"{_drift(comparison.drift)}"
        f"{_exercises('Requirements no longer exercised', comparison.lost)}"
        f"{_exercises('Requirements newly exercised', comparison.gained)}"
        f"{titled('Requests and how long they took', _paces(comparison.traffic))}"
    )
    return inner, screen(comparison_lines(comparison), most=_MOST_LINES)


def _verdict(comparison: Comparison) -> str:
    if comparison.fails:
        kind, told = Outcome.FAILED, "Something fails that did not"
    elif comparison.of(State.NEW):
        kind, told = Outcome.WARNED, "Something is new, nothing of it fails the run"
    elif comparison.of(State.UNEXERCISED):
        kind, told = Outcome.SKIPPED, "Nothing is new, but not everything was exercised as before"
    else:
        kind, told = Outcome.PASSED, "Nothing fails that did not fail before"
    counts = " ".join(
        chip(_KINDS[state], f"{len(comparison.of(state))} {state}") for state in _HEADS if comparison.of(state)
    )
    return (
        f'<div class="cx-note cx-{kind}"><h3>{SIGNS[kind]} {told}</h3><p>{safe(summary(comparison))}</p>'
        f"<p>{safe(explanation(comparison))}</p>{counts and f'<p>{counts}</p>'}</div>"
    )


def _runs(before: Kept, after: Kept) -> str:
    rows = []
    for label, run in (("before", before), ("after", after)):
        counts = " ".join(chip(str(each), str(run.outcomes[each])) for each in ORDER if run.outcomes.get(each))
        when = f"{run.started_at[:16].replace('T', ' ')} UTC"
        rows.append((label, keep(run.id), keep(when), code(run.versions.target), counts, f"{run.requests:,}"))
    return table(("", "Run", "Began", "Target", "Requirements", "Requests"), rows, numbers=(5,), label="The two runs")


def _changes(comparison: Comparison) -> str:
    rows = [(safe(each.what), safe(each.before), safe(each.after)) for each in comparison.changes]
    return table(("What", "Before", "After"), rows) if rows else ""


def _state(state: State, standings: Sequence[Standing]) -> str:
    rows = [
        (
            f"<b>{safe(each.finding.handle)}</b>",
            outcome_chip(each.finding.outcome) + (f" {chip('plain', 'known')}" if each.finding.known else ""),
            f"{code(each.finding.operation)} {prose(each.finding.message)}"
            + (f" <i>({safe(each.why)})</i>" if each.why else ""),
            keep(each.finding.first),
        )
        for each in standings[:_MOST_ROWS]
    ]
    outcome = "Was" if state in {State.FIXED, State.UNEXERCISED} else "Outcome"
    told = table(("Finding", outcome, "What", "First seen"), rows) if rows else ""
    return titled(f"{_HEADS[state]} ({len(standings)})", told + _rest(standings))


def _rest(rows: Sequence[object]) -> str:
    more = and_more(len(rows) - _MOST_ROWS)
    return f"<p>{more}</p>" if more else ""


def _drift(found: Sequence[Drift] | None) -> str:
    if found is None:
        return titled("Drift", "<p>Not known: one of the runs kept no shapes of what was answered.</p>")
    if not found:
        return titled("Drift", "<p>None: what both runs saw has the same shapes.</p>")
    rows = [
        (
            f"{code(each.operation)} {safe(each.call_type)}",
            chip("failed", "breaks clients") if each.breaking else chip("plain", "no client breaks"),
            f"{code(each.path) if each.path else ''} {safe(each.kind)}",
            safe(each.before),
            safe(each.after),
        )
        for each in found[:_MOST_ROWS]
    ]
    told = table(("Where", "Who minds", "What", "Before", "Now"), rows, label="Drift")
    return titled(f"Drift beyond requirements ({len(found)})", told + _rest(found))


def _exercises(title: str, exercises: Sequence[Exercise]) -> str:
    reasons: dict[str, list[str]] = {}
    for each in exercises:
        reasons.setdefault(each.why, []).append(each.judged.requirement)
    told = listed(f"{safe(why)}{why and ': '}{safe(', '.join(names))}" for why, names in reasons.items())
    return titled(f"{title} ({word_count(len(exercises), 'requirement')})", told)


def _paces(paces: Sequence[Pace]) -> str:
    rows = [
        (
            code(pace.operation),
            f"{_number(pace.before)} → {_number(pace.after)}",
            f"{_ms(pace.before, 'p50')} → {_ms(pace.after, 'p50')}",
            f"{_ms(pace.before, 'p90')} → {_ms(pace.after, 'p90')}",
            "".join(f"{chip('warned', printable(told))} " for told in pace.told),
        )
        for pace in paces
    ]
    head = ("Operation", "Requests", "p50 ms", "p90 ms", "What differs by much")
    return table(head, rows, numbers=(1, 2, 3), label="Requests and their times") if rows else ""


def _number(traffic: Traffic | None) -> str:
    return f"{traffic.requests:,}" if traffic else "–"  # noqa: RUF001 - a dash where there is no number


def _ms(traffic: Traffic | None, name: str) -> str:
    time = getattr(traffic, name, None)
    return "–" if time is None else f"{time:.1f}"  # noqa: RUF001 - a dash where there is no number
