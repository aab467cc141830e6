"""A run against a server that speaks the Call API, and the webhooks that it sends meanwhile."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from conformance.checks.judging import Verdicts
from conformance.contract.scenarios import Trial
from conformance.contract.suites import WRITTEN
from conformance.errors import TargetError
from conformance.generate.cases import CaseMaker
from conformance.generate.knowledge import Knowledge
from conformance.generate.scenarios import PROFILES, Scenario, Session, scenarios
from conformance.guard import Budget, Guard, Permission, Refusal
from conformance.model import Case, Exchange, Outcome, Result
from conformance.redact import Redactor
from conformance.reports.repeat import NUMBER_VARIABLES, curl
from conformance.runs.base import Conductor
from conformance.runs.pace import Pace
from conformance.runs.shrinking import shrink

if TYPE_CHECKING:
    from conformance.seams import Inbox

_SPEAKS_V1 = (
    "This server speaks V1: operations of V2 are missing and those of V1 answer."
    " `conformance run TARGET --edition v1` tells whether it speaks V1 well."
)
_REDIRECTS = range(300, 400)
_GONE = frozenset({400, 404, 410, 422})
_BEGUN_ANEW = (
    "The server no longer knows what the interrupted run saw there: nothing was taken over, and the run began anew."
)
_NO_WEBHOOKS = "needs --webhook-listen HOST:PORT/PATH, and a target that sends webhooks there"


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
        repeat: Words of the command that repeats the whole run, without the seed.
        only: Names of the scenarios to play; none named means all of the profile.
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
    repeat: Sequence[str] = ()
    secrets: Sequence[str] = ()
    only: Sequence[str] = ()


@dataclass(kw_only=True)
class Runner(Conductor):
    """One run of a contract against a server.

    Attributes:
        inbox: Where the webhooks of the server come in, or None if nothing listens.
    """

    options: Options
    inbox: Inbox | None = None

    def __post_init__(self) -> None:
        local, options = self.target.local, self.options
        self.contract = self.contract.judging("server")
        self.seed = options.seed
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
        self.redactor = Redactor(
            secrets=frozenset(options.secrets) | self.contract.secrets, fields=self.contract.schemas.privacy_fields()
        )
        self.knowledge = Knowledge(agents=list(options.agents), from_numbers=list(options.from_numbers))
        if options.to_numbers:
            self.knowledge.to_numbers = list(options.to_numbers)
        self.verdicts = Verdicts(self.contract, self._repeat)
        self.session = self._session()
        self._pace = Pace(self.profile.name, ())
        self._begun_anew = False

    def _session(self) -> Session:
        tag = None if self.target.local else {"conformance_run": f"seed-{self.options.seed}"}
        return Session(
            contract=self.contract,
            cases=CaseMaker(self.contract, tag=tag),
            knowledge=self.knowledge,
            profile=self.profile,
            seed=self.options.seed,
            local=self.target.local,
            pause=self._wait,
            inbox=self.inbox,
        )

    def _repeat(self, exchange: Exchange) -> str:
        if exchange.received or self.target.name.startswith("app:"):
            words = self.options.repeat or ("conformance", "run", self.target.name)
            return shlex.join([*words, "--seed", str(self.options.seed)])
        shown = self._hiding().exchange(exchange)
        return curl(shown, base=self.options.repeat_base or self.target.name.rstrip("/"))

    def _hiding(self) -> Redactor:
        """The redactor, with names for the numbers that calls are made with."""
        numbers = ((self.knowledge.to_numbers, NUMBER_VARIABLES[1]), (self.knowledge.from_numbers, NUMBER_VARIABLES[0]))
        hiding = self.redactor.knowing(self.knowledge.secrets)
        return replace(hiding, aliases={known[0]: name for known, name in numbers if known})

    def _carry_out(self) -> None:
        self._check_journal()
        chosen = self._scenarios()
        self._pace = Pace(self.profile.name, [each.name for each in chosen])
        for scenario in chosen:
            self._pace.begin(self._sent)
            self._play(scenario)
        self._take_deliveries()

    def _scenarios(self) -> Sequence[Scenario]:
        every = scenarios(
            self.profile,
            clean_up=self.options.clean_up,
            listening=self.inbox is not None,
            own=self.contract.scenarios,
            only_own=all(each.check == WRITTEN for each in self.contract.requirements),
        )
        return [each for each in every if not self.options.only or each.name in self.options.only]

    @property
    def _sent(self) -> int:
        return self.guard.requests + (self.journal.recalled if self.journal is not None else 0)

    def _share(self) -> float:
        """By the scenarios, or by the budget that will end it first."""
        budget = self.guard.budget
        return max(
            self._pace.share(self._sent),
            self.guard.requests / budget.requests,
            self.elapsed / budget.seconds,
        )

    def _check_journal(self) -> None:
        """A server that was set up anew meanwhile would be accused of forgetting: then nothing is taken over."""
        call_id = self.journal.witness() if self.journal is not None else None
        if self.journal is None or call_id is None:
            return
        case = self.session.cases.valid("get-call", title="a call of the interrupted run", call_id=call_id)
        if not self._admits(case):
            return
        answer = self.target.send(case)
        self._count(answer)
        if answer.response is not None and answer.response.status in _GONE:
            self.journal.forget()
            self._begun_anew = True

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
            self._take_deliveries()
            first = False

    def _take(self, exchange: Exchange) -> None:
        self.knowledge.learn(exchange)
        super()._take(exchange)

    def _take_deliveries(self) -> None:
        for delivery in self.inbox.take() if self.inbox else ():
            self._record(delivery)
            super()._take(delivery)

    def _refused(self, case: Case, refusal: Refusal) -> None:
        super()._refused(case, refusal)
        trial: Trial | None = case.facts.get("written")
        if trial is not None:
            self.knowledge.why_not[trial.requirement] = f"{trial.step.label}: {refusal.reason}"

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
            name = self._request_schema(finding.operation)
            if name is not None and "list" not in finding.exchange.case.facts:
                base = self.knowledge.working_bodies.get(finding.operation, {})
                shrink(self, finding, schema=name, base=base)

    def _request_schema(self, operation: str) -> str | None:
        known = self.contract.operations.get(operation)
        return known.request if known is not None else None

    def resend(self, case: Case) -> Exchange | None:
        """Send a case for shrinking: what it tells is learned, but not judged."""
        exchange = self._exchange(case)
        if exchange is not None:
            self.knowledge.learn(exchange)
        return exchange

    def _reasons(self) -> Mapping[str, str]:
        silent = self.knowledge.why_not.get("webhooks", _NO_WEBHOOKS)
        webhooks = {each.id: silent for each in self.contract.requirements if each.area == "webhooks"}
        return {**self._nothing_seen(), **webhooks, **self.knowledge.why_not}

    def _nothing_seen(self) -> dict[str, str]:
        """Why a requirement about calls was not exercised, where there is no better reason."""
        if self.profile.reads_only:
            return {"": f"the profile {self.profile.name} sends nothing that exercises it"}
        if self.knowledge.missing:
            return {"": "the server lacks the operations that would exercise it"}
        return {} if self.knowledge.calls else {"": "no call was seen: the account has none, and none could be made"}

    def _created(self) -> tuple[str, ...]:
        return self.knowledge.remaining

    def _notes(self, results: Sequence[Result]) -> tuple[str, ...]:
        failed = {result.requirement.id for result in results if result.outcome is Outcome.FAILED}
        notes = list(self.inbox.notes) if self.inbox else []
        if "OPS-001" in failed and failed & {"GONE-001", "GONE-002", "GONE-003", "GONE-004"}:
            notes.append(_SPEAKS_V1)
        if self._begun_anew:
            notes.append(_BEGUN_ANEW)
        elif self.journal is not None and self.journal.recalled:
            answers = "1 answer is" if self.journal.recalled == 1 else f"{self.journal.recalled} answers are"
            notes.append(f"The run goes on with one that was interrupted: {answers} from then.")
        sent = [finding for result in results for finding in result.findings if not finding.exchange.received]
        if self.options.repeat_base and sent:
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
    if response.status in _REDIRECTS:
        place = response.header("location") or "no location"
        return (
            f"{asked} is redirected ({response.status}) to {place}; redirects are not followed."
            " Give the final base URL."
        )
    if response.json(_trouble) is _trouble and response.body.lstrip()[:1] not in {b"[", b"{"}:
        kind = (response.header("content-type") or "no content type").split(";")[0]
        return f"{asked} was answered {response.status} with {kind}, not JSON. Is this the base URL of the API?"
    return None
