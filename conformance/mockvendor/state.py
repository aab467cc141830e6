"""What the mock vendor remembers, and how it shows a call."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from conformance.mockvendor.account import Agent, agents, new_id, phone_numbers
from conformance.mockvendor.editions import LOOKS
from conformance.mockvendor.faults.base import View, unbroken
from conformance.mockvendor.history import Scene, history
from conformance.mockvendor.listing import ListQuery, Row
from conformance.mockvendor.wire import Ask, Problem, Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.mockvendor.record import Record
    from conformance.model import JSON
    from conformance.seams import Clock

__all__ = ["State"]


class State:
    """The agents, numbers and calls of one account.

    Args:
        edition: Whose reasons the history is made of.
        calls: How many calls it begins with.
        pace: How many times as long as usual the life of a new call is.
    """

    def __init__(self, *, edition: str, calls: int, seed: int, clock: Clock, pace: float = 1.0) -> None:
        self.edition, self.clock, self.faults, self.pace = edition, clock, unbroken, pace
        self.rng = random.Random(f"mock vendor {seed}")  # noqa: S311 - made-up ids, no secrets
        now_ms = clock.now_ms()
        self.agents: dict[str, Agent] = {agent.id: agent for agent in agents(self.rng)}
        self.numbers: dict[str, dict[str, JSON]] = phone_numbers(self.first_agent, now_ms)
        scene = Scene(
            rng=self.rng,
            now_ms=now_ms,
            agents=tuple(self.agents.values()),
            numbers=tuple(self.numbers),
            reasons=LOOKS[edition].reasons,
        )
        past = history(scene, calls)
        self.records: dict[str, Record] = {record.call_id: record for record in past}
        self.ghosts: list[Record] = []  # deleted calls that a fault leaves in lists
        self.made: list[str] = []  # ids of the calls that requests created
        self._serial = len(past)

    @property
    def first_agent(self) -> Agent:
        """The agent that answers where nobody else is named."""
        return next(iter(self.agents.values()))

    def now_ms(self) -> int:
        """The time by the clock of the mock vendor."""
        return self.clock.now_ms()

    def new_id(self) -> str:
        """An id for a new call."""
        return new_id(self.rng, "call_", 27)

    def next_serial(self) -> int:
        """The place of a new call in the order of creation."""
        self._serial += 1
        return self._serial

    def add(self, ask: Ask, record: Record) -> Record:
        """Keep a new call."""
        record = self.faults.build(ask, record)
        self.records[record.call_id] = record
        self.made.append(record.call_id)
        return record

    def find(self, ask: Ask) -> Record:
        """The call that the path names.

        Raises:
            Refused: 422 if there is none.
        """
        call_id = ask.parameters["call_id"]
        if call_id in self.records:
            return self.records[call_id]
        problem = Problem(kind="unknown-call", status=422, message="No call of this account has that id.")
        if not self.records or not ask.waives(ask, problem):
            raise Refused(problem)
        return next(iter(self.records.values())).renamed(call_id)  # a fault wants an answer all the same

    def call(self, record: Record, edition: str | None = None) -> dict[str, JSON]:
        """A call as the edition shows it now, without any fault."""
        return LOOKS[edition or self.edition].project(record, record.look(self.now_ms()))

    def show(self, ask: Ask, record: Record) -> dict[str, JSON]:
        """A call as the answer to a request shows it."""
        view = View(operation=ask.operation, made_here=record.made_here)
        return self.faults.show(self.call(record, ask.edition), view)

    def show_page(self, ask: Ask, rows: Sequence[Row], query: ListQuery) -> list[dict[str, JSON]]:
        """The calls of a page as the answer shows them."""
        later = query.after is not None
        return [
            self.faults.show(
                dict(row.call),
                View(operation=ask.operation, later=later, index=index, made_here=row.record.made_here),
            )
            for index, row in enumerate(rows)
        ]

    def row(self, record: Record, edition: str) -> Row:
        """A call as lists handle it."""
        return Row(record=record, call=self.call(record, edition), order=record.order(self.now_ms()))
