"""What every run does, whoever is judged: send what the guard lets pass, judge, tell, and come to an end."""

from __future__ import annotations

import abc
import contextlib
import datetime as dt
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from conformance.checks.judging import Verdicts
from conformance.guard import Guard, Refusal
from conformance.model import Case, Effect, Exchange, Finding, Result, Run
from conformance.redact import Redactor

if TYPE_CHECKING:
    from conformance.contract.contract import Contract
    from conformance.runs.journal import Journal
    from conformance.seams import Recorder, Reporter, Target

_TOO_MANY = 429
_LONGEST_WAIT_SECONDS = 30.0
_TRIES = 4
_LOST_IN_A_ROW = 3
_INTERRUPTED = "interrupted"


class StopError(Exception):
    """The run ends here; the reason is its text."""


@dataclass(kw_only=True)
class Conductor(abc.ABC):
    """One run of a contract against a target. Those who inherit say what is sent.

    Attributes:
        contract: Holds only the requirements that this kind of run can judge.
        recorders: Are shown each exchange as it was, with nothing hidden.
        stop: Asked before each request: why the run is to end now, or None.
        journal: What an interrupted run was answered, and where answers are kept; None keeps none.
    """

    contract: Contract
    target: Target
    reporters: Sequence[Reporter] = ()
    recorders: Sequence[Recorder] = ()
    pause: Callable[[float], None] = time.sleep
    monotonic: Callable[[], float] = time.monotonic
    wall: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)
    stop: Callable[[], str | None] = lambda: None
    journal: Journal | None = None
    guard: Guard = field(init=False)
    redactor: Redactor = field(init=False)
    verdicts: Verdicts = field(init=False)
    seed: int = field(init=False)
    _skipped: dict[str, str] = field(default_factory=dict, init=False)
    _lost: int = field(default=0, init=False)
    _began: float = field(default=0.0, init=False)

    @abc.abstractmethod
    def _carry_out(self) -> None:
        """Send everything, and judge it as it is answered."""

    @abc.abstractmethod
    def _shrink(self) -> None:
        """Show findings with less, where that can be tried."""

    @abc.abstractmethod
    def _reasons(self) -> Mapping[str, str]:
        """Why a requirement may not have been exercised, by id, by operation, or "" for all."""

    def _created(self) -> tuple[str, ...]:
        """Ids of calls that were made and may still exist."""
        return ()

    def _notes(self, results: Sequence[Result]) -> tuple[str, ...]:
        """What a reader should know beside the findings."""
        del results
        return ()

    def _share(self) -> float | None:
        """How much of the run is done, from 0 to 1, or None where nobody can know."""
        return None

    def _hiding(self) -> Redactor:
        return self.redactor

    @property
    def _name(self) -> str:
        """What the target is called; a key that somebody wrote into its URL is none of its name."""
        return self.redactor.text(self.target.name)

    @property
    def refused(self) -> Mapping[str, str]:
        """Why the guard did not let cases of an operation pass, by operation."""
        return dict(self._skipped)

    @property
    def elapsed(self) -> float:
        """Seconds since the run began."""
        return self.monotonic() - self._began

    def run(self) -> Run:
        """Carry it through, as far as it goes.

        Raises:
            TargetError: What is judged cannot be reached, or is none of its kind.
        """
        self._began, started_at = self.monotonic(), self.wall()
        for reporter in self.reporters:
            reporter.started(self._name, self.contract.edition, self.guard.budget.requests)
        stopped = self._carried_out()
        if stopped is None:
            # What shrinking cannot finish is told at its full size; the run itself is complete.
            with contextlib.suppress(StopError, KeyboardInterrupt):
                self._shrink()
        return self._finish(started_at, stopped)

    def _carried_out(self) -> str | None:
        """Send and judge; why it was cut short, or None."""
        stopped = None
        try:
            self._carry_out()
        except StopError as stop:
            stopped = self.redactor.text(str(stop))
        except KeyboardInterrupt:
            stopped = _INTERRUPTED
        try:
            self._told(self.verdicts.conclude())
        except KeyboardInterrupt:
            stopped = stopped or _INTERRUPTED
        return stopped

    def _take(self, exchange: Exchange) -> None:
        self._told(self.verdicts.take(exchange))

    def _told(self, findings: Sequence[Finding]) -> None:
        for finding in findings:
            shown = self._hiding().finding(finding)
            for reporter in self.reporters:
                reporter.found(shown)

    def _exchange(self, case: Case) -> Exchange | None:
        """Send a case if the guard lets it pass; a 429 is waited out, a lost connection tried once more.

        What an interrupted run was answered already is not sent again.
        """
        known = self._recalled(case)
        if known is not None:
            return known
        for attempt in range(1, _TRIES + 1):
            if not self._admits(case):
                return None
            exchange = self.target.send(case)
            self._count(exchange)
            again = attempt < _TRIES and self.guard.may_repeat(case)
            if exchange.error is not None and attempt == 1 and again and not exchange.unreachable:
                continue
            if exchange.response is None or exchange.response.status != _TOO_MANY or not again:
                break
            self.pause(wait_seconds(exchange))
        if self.journal is not None:
            self.journal.note(exchange)
        return exchange

    def _admits(self, case: Case) -> bool:
        """Whether a case may be sent now; it is counted then."""
        self._heed()
        refusal = self.guard.admit(case, elapsed=self.elapsed)
        if refusal is not None:
            self._refused(case, refusal)
        return refusal is None

    def _heed(self) -> None:
        """End the run here if somebody asked for that."""
        why = self.stop()
        if why is not None:
            raise StopError(why)

    def _recalled(self, case: Case) -> Exchange | None:
        """What an interrupted run was answered to a case. A call that it made counts for this one too."""
        known = self.journal.recall(case) if self.journal is not None else None
        if known is not None:
            self._heed()
            self.guard.calls += case.effect in {Effect.BILLS, Effect.DIALS}
            self._record(known)
        return known

    def _record(self, exchange: Exchange) -> None:
        for recorder in self.recorders:
            recorder.take(exchange)

    def _wait(self, seconds: float) -> None:
        """Wait for the target; what is recalled needs no waiting."""
        if self.journal is None or not self.journal.left:
            self.pause(seconds)

    def _refused(self, case: Case, refusal: Refusal) -> None:
        if refusal.final:
            raise StopError(refusal.reason)
        self._skipped.setdefault(case.operation, refusal.reason)

    def _count(self, exchange: Exchange) -> None:
        for reporter in self.reporters:
            reporter.exchanged(exchange.case.operation, self.guard.requests)
        self._record(exchange)
        self._progress()
        self._lost = self._lost + 1 if exchange.unreachable else 0
        if self._lost >= _LOST_IN_A_ROW:
            raise StopError(f"the connection was lost: {exchange.error}")

    def _progress(self) -> None:
        """Tell how far it is to those who show it: `reached(share)` is no duty of reporters."""
        watching = [each for reporter in self.reporters if (each := getattr(reporter, "reached", None)) is not None]
        share = self._share() if watching else None
        if share is not None:
            for reached in watching:
                reached(share)

    def resend(self, case: Case) -> Exchange | None:
        """Send a case for shrinking: it is not judged."""
        return self._exchange(case)

    def _finish(self, started_at: dt.datetime, stopped: str | None) -> Run:
        unfinished = f"not reached: {stopped}" if stopped else None
        reasons = {**self._reasons(), **self._skipped}
        results = tuple(self._hide(result) for result in self.verdicts.results(reasons, unfinished=unfinished))
        run = Run(
            edition=self.contract.edition,
            target=self._name,
            seed=self.seed,
            started_at=started_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            seconds=round(self.elapsed, 3),
            requests=self.guard.requests + (self.journal.recalled if self.journal is not None else 0),
            complete=stopped is None,
            results=results,
            stopped=stopped,
            created=self._created(),
            notes=self._notes(results),
        )
        for reporter in self.reporters:
            reporter.finished(run)
        return run

    def _hide(self, result: Result) -> Result:
        reason = result.reason and self.redactor.text(result.reason)
        exercised = {self.redactor.text(name): number for name, number in result.exercised.items()}
        findings = tuple(self._hiding().finding(each) for each in result.findings)
        return replace(result, reason=reason, findings=findings, exercised=exercised)


def wait_seconds(exchange: Exchange) -> float:
    """How long to wait after a 429: what it says, but not for ever; a second if it says nothing."""
    told = exchange.response.header("retry-after") if exchange.response else None
    try:
        seconds = float(told) if told is not None else 1.0
    except ValueError:
        seconds = 1.0
    return 1.0 if math.isnan(seconds) else min(max(seconds, 0.05), _LONGEST_WAIT_SECONDS)
