"""What the panel says of a run in HTML: totals, what was not exercised, a requirement without a finding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from conformance.history.values import Kept
from conformance.model import Outcome, Requirement, Result, Run
from conformance.notebook.look import chip, esc
from conformance.notebook.runner.opening import said_in_python
from conformance.reports.html.cells import Cell
from conformance.reports.html.escape import prose, word_count
from conformance.reports.html.marks import ORDER, WORDS, area_title

__all__ = ["note", "quiet_cell", "reasons_html", "run_label", "totals_html", "totals_text"]

_FEW = 12


def note(text: str, kind: str = "failed") -> str:
    """One sentence that must be seen; a screen reader says it at once."""
    return f'<p class="cx-note cx-{kind}" role="alert">{chip(kind, _NOTES.get(kind, kind))} {prose(text)}</p>'


_NOTES = {"failed": "not run", "warned": "note", "errored": "not complete", "skipped": "note"}


def totals_html(run: Run, profile: str) -> str:
    """How many requirements came out how, and under which circumstances."""
    chips = " ".join(chip(str(each), f"{number} {WORDS[each]}") for each in ORDER if (number := run.count(each)))
    facts = (
        word_count(run.requests, "request"),
        f"{run.seconds:.1f} s",
        f"edition {run.edition}",
        f"profile {profile}",
        f"seed {run.seed}",
        f"{word_count(len(run.created), 'call')} left behind" if run.created else "",
    )
    cut = (
        note(f"{_sentence(said_in_python(run.stopped))}. What was known until then stands here.", "errored")
        if run.stopped
        else ""
    )
    notes = "".join(f'<p class="cx-note">{prose(said_in_python(each))}</p>' for each in run.notes)
    return f'<p class="cx-counts">{chips}</p><p class="cx-quiet">{esc(" · ".join(filter(None, facts)))}</p>{cut}{notes}'


def totals_text(run: Run) -> str:
    """The same in plain words."""
    return ", ".join(f"{number} {WORDS[each]}" for each in ORDER if (number := run.count(each)))


def reasons_html(reasons: Mapping[str, Sequence[Requirement]]) -> str:
    """What was not exercised, and why."""
    if not reasons:
        return "<p>Every requirement was exercised.</p>"
    return "".join(_reason(reason, requirements) for reason, requirements in reasons.items())


def _reason(reason: str, requirements: Sequence[Requirement]) -> str:
    told = "".join(f"<li><code>{esc(each.id)}</code><span>{prose(each.title)}</span></li>" for each in requirements)
    opened = " open" if len(requirements) <= _FEW else ""
    return (
        f"<details{opened}><summary>{chip('skipped', str(len(requirements)))}"
        f" {esc(_sentence(said_in_python(reason)))}</summary><ul>{told}</ul></details>"
    )


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def quiet_cell(result: Result, operation: str, cell: Cell | None, *, waiting: bool) -> str:
    """A requirement without a finding, at one operation or at all."""
    requirement = result.requirement
    outcome = cell.outcome if cell is not None else result.outcome
    concern = cell is not None or not operation
    mark = chip("plain", "not judged yet") if waiting else chip(str(outcome), WORDS[outcome])
    mark = mark if concern else chip("plain", "not its concern")
    where = f" <code>{esc(operation)}</code>" if operation else ""
    rows = [
        ("Clause", prose(requirement.clause)),
        ("Level", f"{esc(requirement.level)} · {area_title(requirement.area)}"),
        ("Exercised", _exercised(result, operation, cell) if concern and not waiting else ""),
        ("Why not", _why_not(result, outcome) if concern and not waiting else ""),
    ]
    facts = "".join(f"<dt>{name}</dt><dd>{text}</dd>" for name, text in rows if text)
    return (
        f"<h3>{mark} <code>{esc(requirement.id)}</code>{where}</h3><p>{prose(requirement.title)}</p>"
        f'<dl class="cx-facts">{facts}</dl>'
    )


def _exercised(result: Result, operation: str, cell: Cell | None) -> str:
    if cell is not None and cell.together:
        return "together with other operations; nothing was found here"
    cases = cell.cases if operation and cell is not None else result.cases
    return word_count(cases, "exchange") if cases else ""


def _why_not(result: Result, outcome: Outcome) -> str:
    if outcome is not Outcome.SKIPPED:
        return ""
    return esc(said_in_python(result.reason or "nothing that was sent here exercises it"))


def run_label(run: Kept, *, own: bool) -> str:
    """A run in one line of a list."""
    counts = f"{run.outcomes.get(Outcome.FAILED, 0)} failed" + ("" if run.complete else ", not complete")
    where = "" if own else " · history"
    return f"{run.id} · {run.started_at[11:16]} · {run.versions.target} · {run.versions.profile} · {counts}{where}"
