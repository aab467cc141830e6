"""A run against a receiver of webhooks: the harness plays the vendor."""

from __future__ import annotations

import contextlib
import json
import random
import shlex
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from conformance.checks.judging import Verdicts
from conformance.errors import TargetError
from conformance.generate.deliveries import ERAS, NUMBERS, PROFILES, Delivering, DeliveryMaker, Payloads, deliver
from conformance.generate.encode import encode
from conformance.guard import Budget, Guard, Permission
from conformance.model import JSON, Case, Exchange, Finding, Outcome, Result
from conformance.redact import Redactor
from conformance.runs.base import Conductor, wait_seconds
from conformance.runs.shrinking import shrink

_AT_ONCE = 8
_TOO_MANY = 429
_REFUSED = frozenset({401, 403})
_SHRUNK = frozenset({"full", "drawn", "minimal", "unknown fields", "non-ascii"})
_KEPT = ("call_type", "agent_id", "call_status", "from_number", "to_number", "direction")


@dataclass(frozen=True, kw_only=True)
class ReceiverOptions:
    """What the user chose for a run against a receiver.

    Attributes:
        key: What deliveries are signed with.
        key_name: How the key is called in notes: `$RETELL_API_KEY`.
        path: Where the receiver takes deliveries, percent-encoded.
        query: Behind the path, or "".
        eras: The editions to speak, oldest first.
        requests: Budget of deliveries; None is that of the profile.
        seconds: Budget of time.
        timeout_ms: How long the receiver may take to answer.
        repeat: Words of the command that repeats the run, without requirement and seed.
    """

    key: str
    key_name: str = "the key"
    path: str = "/"
    query: str = ""
    profile: str = "standard"
    seed: int = 1
    eras: Sequence[str] = ERAS
    requests: int | None = None
    seconds: float = 3600.0
    timeout_ms: int = 10_000
    repeat: Sequence[str] = ()
    secrets: Sequence[str] = ()


@dataclass(kw_only=True)
class ReceiverRunner(Conductor):
    """One run of a contract against a receiver."""

    options: ReceiverOptions
    now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000
    session: Delivering = field(init=False)
    _ids: random.Random = field(init=False)
    _came_late: int = field(default=0, init=False)
    _statuses: list[tuple[str, int]] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        options = self.options
        self.contract = self.contract.judging("receiver")
        self.seed = options.seed
        profile = PROFILES[options.profile]
        self.guard = Guard(
            Budget(requests=options.requests or profile.requests, calls=0, seconds=options.seconds),
            Permission(),
            local=self.target.local,
        )
        secrets = frozenset({options.key, *options.secrets})
        self.redactor = Redactor(
            secrets=secrets, fields=self.contract.schemas.privacy_fields(), shown=frozenset(NUMBERS)
        )
        self.verdicts = Verdicts(self.contract, self._repeat)
        self._ids = random.Random(f"{self.seed} shrinking")  # noqa: S311 - ids, not secrets
        self.session = Delivering(
            payloads=Payloads(seed=self.seed, eras=tuple(options.eras)),
            cases=DeliveryMaker(
                key=options.key,
                path=options.path,
                query=options.query,
                timeout_ms=options.timeout_ms,
                now_ms=self.now_ms,
            ),
            profile=profile,
        )

    def _repeat(self, exchange: Exchange) -> str:
        del exchange
        return shlex.join(
            [*(self.options.repeat or ("conformance", "webhook", self.target.name)), "--seed", str(self.seed)]
        )

    def _told(self, findings: Sequence[Finding]) -> None:
        super()._told(tuple(map(_naming_its_requirement, findings)))

    def _hide(self, result: Result) -> Result:
        return super()._hide(replace(result, findings=tuple(map(_naming_its_requirement, result.findings))))

    def _carry_out(self) -> None:
        steps = deliver(self.session)
        answers: tuple[Exchange | None, ...] | None = None
        with contextlib.suppress(StopIteration):
            while True:
                cases = next(steps) if answers is None else steps.send(answers)
                first = answers is None
                answers = self._deliver(cases)
                if first:
                    self._look(answers[0])
                for answer in answers:
                    if answer is not None:
                        self._note(answer)
                        self._take(answer)

    def _look(self, first: Exchange | None) -> None:
        """Whether there is a receiver at all.

        Raises:
            TargetError: Nothing listens there.
        """
        if first is not None and first.unreachable:
            raise TargetError(self.redactor.text(f"{self.target.name}: {first.error}"))

    def _note(self, answer: Exchange) -> None:
        if answer.response is not None:
            self._statuses.append((answer.case.title, answer.response.status))

    def _deliver(self, cases: Sequence[Case]) -> tuple[Exchange | None, ...]:
        """Send at once what is to be sent at once."""
        if len(cases) == 1:
            return (self._exchange(cases[0]),)
        admitted = [case for case in cases if self._admits(case)]
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            answers = tuple(pool.map(self.target.send, admitted))
        for answer in answers:
            self._count(answer)
        return tuple(self._settled(answer) for answer in answers)

    def _exchange(self, case: Case) -> Exchange | None:
        if not self._admits(case):
            return None
        exchange = self.target.send(case)
        self._count(exchange)
        return self._settled(exchange)

    def _settled(self, exchange: Exchange) -> Exchange:
        """The answer that counts: a 429 is waited out, and what was lost is sent once more."""
        limited = exchange.response is not None and exchange.response.status == _TOO_MANY
        late = exchange.seconds * 1000 >= self.options.timeout_ms * 0.95
        lost = exchange.response is None and not exchange.unreachable and not late
        if not (limited or lost) or not self._admits(exchange.case):
            return exchange
        if limited:
            self.pause(wait_seconds(exchange))
        again = self.target.send(exchange.case)
        self._count(again)
        self._came_late += lost and again.response is not None
        # A receiver that died of it is told by what was lost, not by the connection that failed afterwards.
        return exchange if again.unreachable else again

    def _shrink(self) -> None:
        for finding in self.verdicts.findings():
            if self._can_be_smaller(finding):
                shrink(
                    self,
                    finding,
                    schema=f"webhook-{finding.operation.replace('_', '-')}",
                    base={"event": finding.operation},
                    remake=self._smaller,
                )

    def _can_be_smaller(self, finding: Finding) -> bool:
        sending = finding.exchange.case.facts.get("sending", {})
        return finding.exchange.response is not None and sending.get("aspect") in _SHRUNK

    def _smaller(self, case: Case, body: bytes) -> Case:
        """The case with a smaller body, as a call of its own that still is one."""
        payload: dict[str, JSON] = json.loads(body)
        whole: Mapping[str, JSON] = case.json()["call"]
        call: dict[str, JSON] = dict(payload["call"])
        call |= {name: whole[name] for name in _KEPT if name in whole}
        call["call_id"] = f"call_{self._ids.getrandbits(108):027x}"
        if "call_analysis" in whole:
            call.setdefault("call_analysis", {})
        if "data" in case.json():
            payload["data"] = call
        return self.session.cases.again(case, case.title, body=encode({**payload, "call": call}))

    def _reasons(self) -> Mapping[str, str]:
        found = {"": self.session.why_not[""]} if "" in self.session.why_not else {}
        for requirement in self.contract.requirements:
            for aspect in requirement.parameters.get("aspects", ()):
                if aspect in self.session.why_not:
                    found[requirement.id] = self.session.why_not[aspect]
        if len(self.options.eras) == 1 and "" not in found:
            found[""] = "only one era was sent: leave --edition out"
        return found

    def _notes(self, results: Sequence[Result]) -> tuple[str, ...]:
        notes = []
        plain = [status for title, status in self._statuses if title == "plain"]
        if plain and set(plain) <= _REFUSED:
            notes.append(self._all_refused())
        failed = {each.requirement.id for each in results if each.outcome is Outcome.FAILED}
        if "RCV-031" in failed and any(_ok(status) for title, status in self._statuses if "missing" in title):
            notes.append("Unsigned deliveries are accepted too: signatures are not verified at all.")
        if self.session.waited_in_vain:
            notes.append("Not everything was sent, since too many deliveries were not answered in time.")
        if self._came_late:
            notes.append(f"{self._came_late} deliveries were answered only when they were sent again.")
        return tuple(notes)

    def _all_refused(self) -> str:
        other = "another spelling: "
        forms = [
            title.removeprefix(other) for title, status in self._statuses if title.startswith(other) and _ok(status)
        ]
        if forms:
            return (
                f"The same payload is accepted {' and '.join(forms)}: the receiver verifies JSON that it wrote again,"
                " not the raw bytes."
            )
        return (
            "Every signed delivery was refused: either the receiver has another key than"
            f" {self.options.key_name}, or it verifies something else than the raw bytes."
        )


def _ok(status: int) -> bool:
    return status in range(200, 300)


def _naming_its_requirement(finding: Finding) -> Finding:
    """What a finding hangs on is more than its delivery: the command repeats the run, and judges it by that alone."""
    return replace(finding, repeat=f"{finding.repeat} --requirement {finding.requirement.id}")
