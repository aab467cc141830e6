"""What every scenario has at hand."""

from __future__ import annotations

import random
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from conformance.generate.cases import CaseMaker
from conformance.generate.knowledge import Knowledge
from conformance.model import JSON, Case, Exchange

if TYPE_CHECKING:
    from conformance.contract.contract import Contract
    from conformance.seams import Inbox

Steps: TypeAlias = Generator[Case, Exchange | None, None]
Script: TypeAlias = "Callable[[Session], Steps]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """How much is sent.

    Attributes:
        reads_only: True if nothing but reading is sent, wrong requests included.
        pages: Pages of the account that are read, of `page_size` calls each.
        gets: Calls that are fetched one by one.
        filters: Filtered lists at most, before those of pairs and user data.
        values: Values of each criterion that a list is filtered by.
        pairs: Pairs of criteria.
        draws: Drawn bodies for each operation that takes one.
        programs: Drawn sequences of creations, fetches, changes and deletions.
        rich: Wrong places inside a drawn body, for each operation.
        firm: Wrong types that must be refused, for each place in a body.
        doubtful: Wrong bodies that some server may accept, for each operation.
        requests: Default budget.
    """

    name: str
    reads_only: bool
    pages: int
    page_size: int
    gets: int
    filters: int
    values: int
    pairs: int
    draws: int
    programs: int
    rich: int
    firm: int
    doubtful: int
    requests: int


PROFILES: Mapping[str, Profile] = MappingProxyType(
    {
        "smoke": Profile(
            name="smoke",
            reads_only=True,
            pages=2,
            page_size=50,
            gets=4,
            filters=8,
            values=1,
            pairs=0,
            draws=0,
            programs=0,
            rich=0,
            firm=0,
            doubtful=0,
            requests=40,
        ),
        "standard": Profile(
            name="standard",
            reads_only=False,
            pages=6,
            page_size=50,
            gets=10,
            filters=10000,
            values=2,
            pairs=6,
            draws=6,
            programs=3,
            rich=4,
            firm=1,
            doubtful=12,
            requests=1000,
        ),
        "deep": Profile(
            name="deep",
            reads_only=False,
            pages=100,
            page_size=100,
            gets=60,
            filters=10000,
            values=12,
            pairs=60,
            draws=60,
            programs=40,
            rich=10000,
            firm=100,
            doubtful=10_000,
            requests=20_000,
        ),
    }
)


@dataclass(frozen=True, kw_only=True)
class Session:
    """What a scenario knows and makes its cases with.

    Attributes:
        local: True if nothing leaves this machine, so that every effect is allowed.
        pause: Waits some seconds; a list may lag a little behind a creation.
        inbox: Where webhooks of the server come in, or None if nothing listens.
    """

    contract: Contract
    cases: CaseMaker
    knowledge: Knowledge
    profile: Profile
    seed: int
    local: bool
    pause: Callable[[float], None]
    inbox: Inbox | None = None

    def offers(self, operation: str) -> bool:
        """Whether the edition has an operation and the server is not known to lack it."""
        return self.cases.has(operation) and operation not in self.knowledge.missing

    def own_call(self) -> str | None:
        """The id of a call that this run made under V2, or None."""
        for operation in ("create-web-call", "register-phone-call", "create-phone-call"):
            for call_id in self.knowledge.created.get(operation, ()):
                if call_id not in self.knowledge.deleted:
                    return call_id
        return None

    def unknown_id(self, salt: str) -> str:
        """An id that nobody has, in a published form; equal seeds give equal ids."""
        digits = random.Random(f"{self.seed} {salt}").getrandbits(108)  # noqa: S311 - an id, not a secret
        return f"call_{digits:027x}"

    def unknown_agent(self) -> str:
        """An agent id that nobody has."""
        digits = random.Random(f"{self.seed} agent").getrandbits(104)  # noqa: S311 - an id, not a secret
        return f"agent_{digits:026x}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A script with its name.

    Attributes:
        reads_only: True if it belongs into a profile that only reads.
    """

    name: str
    title: str
    script: Script
    reads_only: bool = False


def call_of(exchange: Exchange | None) -> dict[str, JSON] | None:
    """The call object that an exchange was answered with, or None."""
    if exchange is None or exchange.response is None or exchange.response.status not in range(200, 300):
        return None
    answer = exchange.response.json(None)
    return answer if isinstance(answer, dict) and isinstance(answer.get("call_id"), str) else None


def ids_of(exchange: Exchange | None) -> list[str]:
    """The call ids in an answer of list-calls, in its order."""
    return [item["call_id"] for item in items_of(exchange) if isinstance(item.get("call_id"), str)]


def items_of(exchange: Exchange | None) -> list[dict[str, JSON]]:
    """The call objects in an answer of list-calls, in its order."""
    if exchange is None or exchange.response is None or exchange.response.status not in range(200, 300):
        return []
    answer = exchange.response.json(None)
    return [item for item in answer if isinstance(item, dict)] if isinstance(answer, list) else []


def status_of(exchange: Exchange | None) -> int:
    """The status of an answer; 0 if there was none."""
    return exchange.response.status if exchange is not None and exchange.response is not None else 0
