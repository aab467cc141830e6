"""Scenarios that people wrote out: one step is judged as its file says, and a scenario holds if its last step does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from conformance.checks.registry import Given, check
from conformance.checks.view import View
from conformance.checks.words import describe
from conformance.contract.expectations import ABSENT, Gap, first_gap, is_limited
from conformance.contract.scenarios import Trial
from conformance.model import Case, Exchange, Level, Mismatch


def trial_of(case: Case, given: Given) -> Trial | None:
    """What a case is tried for, if that is the scenario of the requirement."""
    trial: Trial | None = case.facts.get("written")
    return trial if trial is not None and trial.requirement == given["scenario"] else None


def _is_told(view: View, given: Given) -> bool:
    """Whether an exchange decides anything: the step does not hold and is not tried again, or it is the last."""
    trial = trial_of(view.case, given)
    if trial is None:
        return False
    gap = first_gap(trial, view.response, view.contract)
    if gap is None:
        return trial.final
    return gap.soft or (trial.last and not is_limited(trial, view.response))


def _silent(exchange: Exchange, given: Given) -> Sequence[Mismatch] | None:
    """A connection that came about and gave no answer is not what any step expects."""
    trial = trial_of(exchange.case, given)
    if trial is None or exchange.unreachable:
        return None
    actual = exchange.error or "none"
    return [Mismatch(message=f"{_step(trial)}: no answer", expected="an answer", actual=actual, cause="unanswered")]


@check("written", when=_is_told, silence=_silent)
def step_holds(view: View, given: Given) -> Iterator[Mismatch]:
    """The answer is what the step expects."""
    trial = trial_of(view.case, given)
    gap = first_gap(trial, view.response, view.contract) if trial is not None else None
    if trial is None or gap is None:
        return
    yield Mismatch(
        message=f"{_step(trial)}: {gap.what}",
        expected=gap.expected,
        actual=_actual(gap),
        pointer=gap.pointer,
        level=Level.SHOULD if gap.soft else None,
    )


def _step(trial: Trial) -> str:
    return f"{trial.step.label} ({trial.place})"


def _actual(gap: Gap) -> str:
    if gap.words:
        return gap.words
    return "absent" if gap.value is ABSENT else describe(gap.value)
