"""What may leave this process: effect classes, allowlists and budgets. Every request passes here.

On targets that stay on this machine every effect is allowed. Anywhere else only reading is, and wrong requests that
could do nothing even if they were accepted; the rest must be allowed by the user, and dialling also needs numbers.
"""

from __future__ import annotations

import ipaddress
import json
from dataclasses import dataclass
from urllib.parse import urlsplit

from conformance.errors import UsageError
from conformance.model import JSON, Case, Effect

NEEDS_NUMBER = "--to-number"


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How much a run may cost.

    Attributes:
        requests: Requests of every kind, retries included.
        calls: Calls that it may create.
        seconds: How long it may take, from the first request.
    """

    requests: int
    calls: int
    seconds: float

    def __post_init__(self) -> None:
        if self.requests < 1:
            raise UsageError(f"The budget of {self.requests} requests sends nothing. Allow at least 1.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """What the user allowed beyond reading, for targets that are not on this machine.

    Attributes:
        operations: Names given with `--allow`.
        to_numbers: Numbers that may be dialled, given with `--to-number`.
    """

    operations: frozenset[str] = frozenset()
    to_numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a case was not sent. `final` refusals end the run: nothing more may be sent at all."""

    reason: str
    final: bool = False


class Guard:
    """Lets a case pass or refuses it, and keeps count. The budget is not optional."""

    def __init__(self, budget: Budget, permission: Permission, *, local: bool) -> None:
        self.budget, self.permission, self.local = budget, permission, local
        self.requests = 0
        self.calls = 0

    def admit(self, case: Case, *, elapsed: float) -> Refusal | None:
        """None if the case may be sent now, and then it is counted; else why not.

        Args:
            elapsed: Seconds since the run began.
        """
        refusal = self.judge(case) or self._exhausted(case, elapsed)
        if refusal is None:
            self.requests += 1
            self.calls += case.effect in (Effect.BILLS, Effect.DIALS)
        return refusal

    def judge(self, case: Case) -> Refusal | None:
        """Whether the case may be sent at all, whatever was sent before. Counts nothing."""
        if self.local or case.effect is Effect.READ:
            return None
        if case.operation not in self.permission.operations:
            return Refusal(reason=f"needs --allow {case.operation}")
        if case.effect is Effect.DIALS:
            return self._dialling(case)
        return None

    def _dialling(self, case: Case) -> Refusal | None:
        if not self.permission.to_numbers:
            return Refusal(reason=f"needs {NEEDS_NUMBER}: a number that may be dialled")
        if not dialled(case) <= set(self.permission.to_numbers):
            return Refusal(reason=f"would dial a number that is not among the {NEEDS_NUMBER} given")
        return None

    def _exhausted(self, case: Case, elapsed: float) -> Refusal | None:
        if self.requests >= self.budget.requests:
            return Refusal(reason=f"the budget of {self.budget.requests} requests is used up", final=True)
        if elapsed >= self.budget.seconds:
            return Refusal(reason=f"the time of {self.budget.seconds:g} s is used up", final=True)
        if case.effect in (Effect.BILLS, Effect.DIALS) and self.calls >= self.budget.calls:
            return Refusal(reason=f"the budget of {self.budget.calls} created calls is used up")
        return None

    def may_repeat(self, case: Case) -> bool:
        """Whether the case may be sent again: to shrink a finding, to confirm it, or after a 429."""
        return self.local or case.effect in (Effect.READ, Effect.WRITES)


def dialled(case: Case) -> set[str]:
    """The numbers that a case would dial; something that is no allowed number if that cannot be told.

    Where a name stands twice, servers differ in which value they take: both count.
    """
    numbers: list[JSON] = []

    def note(members: list[tuple[str, JSON]]) -> dict[str, JSON]:
        numbers.extend(value for name, value in members if name == "to_number")
        return dict(members)

    try:
        json.loads(case.body or b"", object_pairs_hook=note)
    except (ValueError, RecursionError):
        return {"?"}
    return {number if isinstance(number, str) else "?" for number in numbers or ["?"]}


def is_local(url: str) -> bool:
    """True if a URL names this machine: a loopback address or `localhost`. Names are not looked up."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
