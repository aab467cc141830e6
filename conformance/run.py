"""Joins the steps of a run: scenarios → guard → target → exchanges → checks → findings, and tells reporters."""

from __future__ import annotations

import contextlib
import datetime as dt
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from conformance.checks.judging import Verdicts
from conformance.errors import TargetError
from conformance.generate.cases import CaseMaker
from conformance.generate.knowledge import Knowledge
from conformance.generate.scenarios import PROFILES, Scenario, Session, scenarios
from conformance.guard import Budget, Guard, Permission, Refusal
from conformance.model import Case, Exchange, Finding, Outcome, Result, Run
from conformance.redact import Redactor
from conformance.reports.repeat import NUMBER_VARIABLES, curl
from conformance.shrinking import shrink

if TYPE_CHECKING:
    from conformance.contract.contract import Contract
    from conformance.seams import Reporter, Target

_TOO_MANY = 429
_LONGEST_WAIT_SECONDS = 30.0
_TRIES = 4
_LOST_IN_A_ROW = 3
_SPEAKS_V1 = (
    "This server speaks V1: operations of V2 are missing and those of V1 answer."
    " `conformance run TARGET --edition v1` tells whether it speaks V1 well."
)
_PREFLIGHT_STATUSES = range(300, 400)


@dataclass(frozen=True, kw_only=True)
class Options:
    """What the user chose for a run.

    Attributes:
        agents: Agent ids to use first; further ones are discovered.
        to_numbers: The numbers that may be dialled.
        allow: Operations that may have effects outside this machine.
        requests: Budget of requests; None is that of the profile.
        calls: Budget of created calls; None is 500 on this machine and 25 elsewhere.
        seconds: Budget of time.
        clean_up: Delete every call that the run made.
        repeat_base: Base URL in the commands that repeat a finding; None is the target's own.
    """

    profile: str = "standard"
    seed: int = 1
    agents: Sequence[str] = ()
    from_numbers: Sequence[str] = ()
    to_numbers: Sequence[str] = ()
    allow: Sequence[str] = ()
    requests: int | None = None
    calls: int | None = None
    seconds: float = 3600.0
    clean_up: bool = False
    repeat_base: str | None = None
    secrets: Sequence[str] = ()


class _StopError(Exception):
    """The run ends here; the reason is its text."""


@dataclass(kw_only=True)
class Runner:
    """One run of a contract against a target."""

    contract: Contract
    target: Target
    options: Options
    reporters: Sequence[Reporter] = ()
    pause: Callable[[float], None] = time.sleep
    monotonic: Callable[[], float] = time.monotonic
    wall: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)
    _skipped: dict[str, str] = field(default_factory=dict)
    _lost: int = 0
    _began: float = 0.0

    def __post_init__(self) -> None:
        local, options = self.target.local, self.options
        self.profile = PROFILES[options.profile]
        self.guard = Guard(
            Budget(
                requests=options.requests or self.profile.requests,
                calls=options.calls if options.calls is not None else (500 if local else 25),
                seconds=options.seconds,
            ),
            Permission(operations=frozenset(options.allow), to_numbers=tuple(options.to_numbers)),
            local=local,
        )
        self.redactor = Redactor(secrets=frozenset(options.secrets), fields=self.contract.schemas.privacy_fields())
        self.knowledge = Knowledge(agents=list(options.agents), from_numbers=list(options.from_numbers))
        if options.to_numbers:
            self.knowledge.to_numbers = list(options.to_numbers)
        self.verdicts = Verdicts(self.contract, self._repeat)
        self.session = self._session()

    def _session(self) -> Session:
        tag = None if self.target.local else {"conformance_run": f"seed-{self.options.seed}"}
        return Session(
            contract=self.contract,
            cases=CaseMaker(self.contract, tag=tag),
            knowledge=self.knowledge,
            profile=self.profile,
            seed=self.options.seed,
            local=self.target.local,
            pause=self.pause,
        )

    def _repeat(self, exchange: Exchange) -> str:
        if self.target.name.startswith("app:"):
            return f"conformance run {self.target.name} --seed {self.options.seed}"
        shown = self._hiding().exchange(exchange)
        return curl(shown, base=self.options.repeat_base or self.target.name.rstrip("/"))

    def _hiding(self) -> Redactor:
        """The redactor, with names for the numbers that calls are made with."""
        numbers = ((self.knowledge.to_numbers, NUMBER_VARIABLES[1]), (self.knowledge.from_numbers, NUMBER_VARIABLES[0]))
        return replace(self.redactor, aliases={known[0]: name for known, name in numbers if known})

    @property
    def refused(self) -> Mapping[str, str]:
        """Why the guard did not let cases of an operation pass, by operation."""
        return dict(self._skipped)

    def run(self) -> Run:
        """Carry it through, as far as it goes.

        Raises:
            TargetError: Nothing answers, the key is refused, or what answers is no Call API.
        """
        self._began, started_at = self.monotonic(), self.wall()
        for reporter in self.reporters:
            reporter.started(self.target.name, self.contract.edition, self.guard.budget.requests)
        stopped = None
        try:
            for scenario in scenarios(self.profile, clean_up=self.options.clean_up):
                self._play(scenario)
        except _StopError as stop:
            stopped = self.redactor.text(str(stop))
        except KeyboardInterrupt:
            stopped = "interrupted"
        self._told(self.verdicts.conclude())
        if stopped is None:
            # What shrinking cannot finish is told at its full size; the run itself is complete.
            with contextlib.suppress(_StopError, KeyboardInterrupt):
                self._shrink()
        return self._finish(started_at, stopped)

    def _play(self, scenario: Scenario) -> None:
        steps = scenario.script(self.session)
        answer: Exchange | None = None
        first = True
        while True:
            try:
                case = next(steps) if first else steps.send(answer)
            except StopIteration:
                return
            answer = self._exchange(case)
            if first and scenario.name == "first-look" and answer is not None:
                self._look(answer)
            if answer is not None:
                self._take(answer)
            first = False

    def _take(self, exchange: Exchange) -> None:
        self.knowledge.learn(exchange)
        self._told(self.verdicts.take(exchange))

    def _told(self, findings: Sequence[Finding]) -> None:
        for finding in findings:
            shown = self._hiding().finding(finding)
            for reporter in self.reporters:
                reporter.found(shown)

    def _exchange(self, case: Case) -> Exchange | None:
        """Send a case if the guard lets it pass; a 429 is waited out, a lost connection tried once more."""
        for attempt in range(1, _TRIES + 1):
            refusal = self.guard.admit(case, elapsed=self.monotonic() - self._began)
            if refusal is not None:
                self._refused(case, refusal)
                return None
            exchange = self.target.send(case)
            self._count(exchange)
            again = attempt < _TRIES and self.guard.may_repeat(case)
            if exchange.error is not None and attempt == 1 and again and not exchange.unreachable:
                continue
            if exchange.response is None or exchange.response.status != _TOO_MANY or not again:
                break
            self.pause(_wait_seconds(exchange))
        return exchange

    def _refused(self, case: Case, refusal: Refusal) -> None:
        if refusal.final:
            raise _StopError(refusal.reason)
        self._skipped.setdefault(case.operation, refusal.reason)

    def _count(self, exchange: Exchange) -> None:
        for reporter in self.reporters:
            reporter.exchanged(exchange.case.operation, self.guard.requests)
        self._lost = self._lost + 1 if exchange.unreachable else 0
        if self._lost >= _LOST_IN_A_ROW:
            raise _StopError(f"the connection was lost: {exchange.error}")

    def _look(self, first: Exchange) -> None:
        """Whether there is a Call API at all, from the first answers.

        Raises:
            TargetError: There is none, or it refuses the key.
        """
        if first.error is not None:
            raise TargetError(self.redactor.text(f"{self.target.name}: {first.error}"))
        trouble = _trouble(first)
        if trouble is None:
            return
        others = [self.session.cases.unknown_call("get-call", self.session.unknown_id("look"))]
        if not _refuses_key(first):
            others.append(self.session.cases.probe("v1-list-calls", "GET", "/list-calls"))
        for case in others:
            other = self._exchange(case)
            if other is not None and other.response is not None and _trouble(other) is None:
                return
        raise TargetError(self.redactor.text(f"{self.target.name}: {trouble}"))

    def _shrink(self) -> None:
        for finding in self.verdicts.findings():
            shrink(self, finding)

    def resend(self, case: Case) -> Exchange | None:
        """Send a case for shrinking: what it tells is learned, but not judged."""
        exchange = self._exchange(case)
        if exchange is not None:
            self.knowledge.learn(exchange)
        return exchange

    def _finish(self, started_at: dt.datetime, stopped: str | None) -> Run:
        reasons = {**self._nothing_seen(), **self.knowledge.why_not, **self._skipped}
        unfinished = f"not reached: {stopped}" if stopped else None
        results = tuple(self._hide(result) for result in self.verdicts.results(reasons, unfinished=unfinished))
        run = Run(
            edition=self.contract.edition,
            target=self.target.name,
            seed=self.options.seed,
            started_at=started_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            seconds=round(self.monotonic() - self._began, 3),
            requests=self.guard.requests,
            complete=stopped is None,
            results=results,
            stopped=stopped,
            created=self.knowledge.remaining,
            notes=self._notes(results),
        )
        for reporter in self.reporters:
            reporter.finished(run)
        return run

    def _nothing_seen(self) -> dict[str, str]:
        """Why a requirement about calls was not exercised, where there is no better reason."""
        if self.profile.reads_only:
            return {"": f"the profile {self.profile.name} sends nothing that exercises it"}
        if self.knowledge.missing:
            return {"": "the server lacks the operations that would exercise it"}
        return {} if self.knowledge.calls else {"": "no call was seen: the account has none, and none could be made"}

    def _hide(self, result: Result) -> Result:
        reason = result.reason and self.redactor.text(result.reason)
        return replace(result, reason=reason, findings=tuple(self._hiding().finding(each) for each in result.findings))

    def _notes(self, results: Sequence[Result]) -> tuple[str, ...]:
        failed = {result.requirement.id for result in results if result.outcome is Outcome.FAILED}
        notes = []
        if "OPS-001" in failed and failed & {"GONE-001", "GONE-002", "GONE-003", "GONE-004"}:
            notes.append(_SPEAKS_V1)
        if self.options.repeat_base and any(result.findings for result in results):
            notes.append(f"The commands repeat against a mock that listens at {self.options.repeat_base}.")
        return tuple(notes)


def _refuses_key(exchange: Exchange) -> bool:
    return exchange.response is not None and exchange.response.status in {401, 403}


def _trouble(exchange: Exchange) -> str | None:
    """Why an answer is none of a Call API, in words, or None if it may be."""
    response = exchange.response
    if response is None:
        return exchange.error or "no answer"
    asked = f"{exchange.case.method} {exchange.case.path}"
    if _refuses_key(exchange):
        return f"the key was refused ({response.status}). Set the right one in the environment; see --api-key-env."
    if response.status in _PREFLIGHT_STATUSES:
        place = response.header("location") or "no location"
        return (
            f"{asked} is redirected ({response.status}) to {place}; redirects are not followed."
            " Give the final base URL."
        )
    if response.json(_trouble) is _trouble and response.body.lstrip()[:1] not in {b"[", b"{"}:
        kind = (response.header("content-type") or "no content type").split(";")[0]
        return f"{asked} was answered {response.status} with {kind}, not JSON. Is this the base URL of the API?"
    return None


def _wait_seconds(exchange: Exchange) -> float:
    told = exchange.response.header("retry-after") if exchange.response else None
    try:
        seconds = float(told) if told is not None else 1.0
    except ValueError:
        seconds = 1.0
    return 1.0 if math.isnan(seconds) else min(max(seconds, 0.05), _LONGEST_WAIT_SECONDS)
