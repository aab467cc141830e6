"""The verdict in a sentence, for somebody who decides. It never claims more than was exercised."""

from __future__ import annotations

from dataclasses import dataclass

from conformance.model import Outcome, Run
from conformance.reports.html.escape import word_count

_NOUN = "requirement"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How a run came out.

    Attributes:
        kind: How grave it is.
        headline: A few words.
        sentence: What they rest on.
    """

    kind: Outcome
    headline: str
    sentence: str


def verdict(run: Run, *, strict: bool) -> Verdict:
    """How a run came out, as its exit code has it.

    Args:
        strict: Warnings fail the run.
    """
    failing, warned, errored = run.failing(), run.count(Outcome.WARNED), run.count(Outcome.ERRORED)
    known = run.count(Outcome.FAILED) - failing
    judged = run.count(Outcome.FAILED) + warned + run.count(Outcome.PASSED)
    of = f"Of {word_count(judged, _NOUN)} that {_were(judged)} exercised, "
    if failing:
        return _failed(run, of, failing, known)
    if not run.complete:
        told = f"Nothing failed until the run was cut short: {_stop(run)}."
        return Verdict(kind=Outcome.ERRORED, headline="Not complete: no verdict", sentence=told)
    if run.outdated:
        told = "Nothing failed, but what is listed as known has to be looked at: see below."
        return Verdict(kind=Outcome.FAILED, headline="The list of known findings is out of date", sentence=told)
    if strict and run.failing(strict=True):
        told = f"{of}{warned} {_verb(warned, 'warns', 'warn')}, and here warnings fail the run.{_left(run)}"
        return Verdict(kind=Outcome.FAILED, headline=word_count(warned, "warning"), sentence=told)
    if errored:
        told = f"{word_count(errored, _NOUN)} could not be judged. Nothing failed."
        return Verdict(kind=Outcome.ERRORED, headline="No verdict", sentence=told)
    return _held(run, of, judged, known)


def _failed(run: Run, of: str, failing: int, known: int) -> Verdict:
    warned = run.count(Outcome.WARNED)
    parts = [f"{failing} {_verb(failing, 'is', 'are')} broken"]
    if known:
        parts.append(f"{known} {_verb(known, 'is', 'are')} broken in known ways alone")
    if warned:
        parts.append(f"{word_count(warned, 'other warns', 'others warn')}")
    cut = "" if run.complete else f" The run was cut short, so more may be wrong: {_stop(run)}."
    told = f"{of}{_joined(parts)}.{_left(run) if run.complete else ''}{cut}"
    return Verdict(kind=Outcome.FAILED, headline=f"{word_count(failing, _NOUN)} failed", sentence=told)


def _held(run: Run, of: str, judged: int, known: int) -> Verdict:
    warned = run.count(Outcome.WARNED)
    if not judged:
        told = "No requirement was exercised, so nothing is known."
        return Verdict(kind=Outcome.SKIPPED, headline="Nothing was exercised", sentence=told)
    if known:
        parts = [f"{known} {_verb(known, 'is', 'are')} broken, in ways that somebody accepted for a while"]
        if warned:
            parts.append(word_count(warned, "other warns", "others warn"))
        told = f"{of}{_joined(parts)}.{_left(run)}"
        return Verdict(kind=Outcome.WARNED, headline="Nothing failed but what is known", sentence=told)
    if warned:
        told = f"{of}{warned} {_verb(warned, 'warns', 'warn')}; the others hold.{_left(run)}"
        headline = f"Nothing failed, {word_count(warned, 'warning')}"
        return Verdict(kind=Outcome.WARNED, headline=headline, sentence=told)
    every = "The one requirement" if judged == 1 else f"Each of {judged} requirements"
    told = f"{every} that {_were(judged)} exercised holds.{_left(run)}"
    return Verdict(kind=Outcome.PASSED, headline="Nothing failed", sentence=told)


def _left(run: Run) -> str:
    skipped = run.count(Outcome.SKIPPED)
    return f" {word_count(skipped, 'was', 'were')} not exercised." if skipped else ""


def _stop(run: Run) -> str:
    return run.stopped or "nobody says why"


def _were(number: int) -> str:
    return _verb(number, "was", "were")


def _verb(number: int, one: str, many: str) -> str:
    return one if number == 1 else many


def _joined(parts: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
