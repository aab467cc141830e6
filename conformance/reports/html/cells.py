"""Which requirement was judged on which operation, and how it came out there. Never greener than what is known."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from conformance.contract.schemas import load_schemas
from conformance.errors import ConformanceError
from conformance.model import Outcome, Result, Run


class Group(enum.StrEnum):
    """What a column is about."""

    OPERATIONS = "Operations"
    EVENTS = "Webhook events"
    GONE = "Gone since V1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One operation, one event, or one look for an operation that is gone."""

    name: str
    group: Group


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One requirement at one operation.

    Attributes:
        outcome: What is known of this place.
        cases: How many exchanges exercised it there; None if that was not recorded.
        together: True if it was judged over several operations and nobody recorded which.
        finding: The number of the first finding there, from 1, or 0.
    """

    outcome: Outcome
    cases: int | None = None
    together: bool = False
    finding: int = 0


def exercised(result: Result) -> Mapping[str, int]:
    """How many exchanges of each operation exercised a requirement; empty where that was not recorded."""
    return result.exercised


def cells_of(result: Result) -> dict[str, Cell]:
    """What is known of each operation that a requirement is about."""
    counted = exercised(result)
    found = {name: _quiet(result, name, counted) for name in (*result.requirement.operations, *counted)}
    for number, finding in enumerate(result.findings, start=1):
        known = found.get(finding.operation)
        if known is None or not known.finding or finding.outcome.rank > known.outcome.rank:
            cases = counted.get(finding.operation)
            found[finding.operation] = Cell(outcome=finding.outcome, cases=cases, finding=number)
    return found


def _quiet(result: Result, name: str, counted: Mapping[str, int]) -> Cell:
    """A place without a finding."""
    if result.outcome is Outcome.ERRORED:
        return Cell(outcome=Outcome.ERRORED)
    if counted:
        cases = counted.get(name, 0)
        return Cell(outcome=Outcome.PASSED if cases else Outcome.SKIPPED, cases=cases)
    if not result.cases:
        return Cell(outcome=Outcome.SKIPPED)
    alone = len(result.requirement.operations) == 1
    return Cell(outcome=Outcome.PASSED, cases=result.cases if alone else None, together=not alone)


def columns_of(run: Run) -> tuple[Column, ...]:
    """The columns that a run has anything to say about: operations in the order of the contract, then events."""
    order = _operations(run.edition)
    events, seen = _names(run.results)
    events.difference_update(order)
    if order:  # a requirement names operations of every edition; those of others say nothing here
        seen = [name for name in seen if name in order or _is_told(run.results, name)]
    place = {name: index for index, name in enumerate(order)}
    columns = [Column(name=name, group=_group(name, events)) for name in seen]
    groups = list(Group)
    columns.sort(key=lambda each: (groups.index(each.group), place.get(each.name, len(place))))
    return tuple(columns)


def _operations(edition: str) -> tuple[str, ...]:
    try:
        return tuple(operation.name for operation in load_schemas(edition).operations())
    except ConformanceError:
        return ()


def _names(results: Sequence[Result]) -> tuple[set[str], list[str]]:
    """The names that are events of webhooks, and all names in the order in which they appear."""
    events: set[str] = set()
    seen: dict[str, None] = {}
    for result in results:
        told = [*exercised(result), *(finding.operation for finding in result.findings)]
        seen.update(dict.fromkeys([*result.requirement.operations, *told]))
        if result.requirement.area == "webhooks" or result.requirement.judges == "receiver":
            events.update(told)
        events.update(each.operation for each in result.findings if each.exchange.received)
    return events, list(seen)


def _is_told(results: Sequence[Result], name: str) -> bool:
    return any(name in exercised(each) or any(name == one.operation for one in each.findings) for each in results)


def _group(name: str, events: set[str]) -> Group:
    if name in events:
        return Group.EVENTS
    return Group.GONE if name.startswith("v1-") or name == "get-list-calls" else Group.OPERATIONS
