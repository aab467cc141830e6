"""What is known of a run at any moment: before it, while it goes on, and after it. Never greener than that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from conformance.contract.contract import Contract
from conformance.errors import UnknownName
from conformance.model import JSON, Finding, Outcome, Requirement, Result, Run
from conformance.reports.html.cells import Cell, Column, cells_of, columns_of
from conformance.reports.html.marks import ORDER, SIGNS, WORDS

__all__ = ["MARKS", "WAITING", "Board"]

WAITING = ""
"""The outcome of what is not judged yet."""
MARKS: Sequence[Mapping[str, str]] = (
    *({"key": str(each), "sign": SIGNS[each], "word": WORDS[each]} for each in ORDER),
    {"key": WAITING, "sign": "·", "word": "not judged yet"},
)


class Board:
    """The requirements of a contract, the findings that came so far, and the run once it has ended.

    Args:
        contract: Holding the requirements that are judged, and no others.
    """

    def __init__(self, contract: Contract) -> None:
        self._planned = _planned(contract)
        self.run: Run | None = None
        self._found: dict[str, list[Finding]] = {}

    @property
    def found(self) -> int:
        """How many findings came so far."""
        return sum(map(len, self._found.values()))

    def take(self, finding: Finding) -> None:
        """One more finding while the run goes on."""
        self._found.setdefault(finding.requirement.id, []).append(finding)

    def finish(self, run: Run) -> None:
        """The run has ended, or was cut short."""
        self.run = run

    @property
    def results(self) -> tuple[Result, ...]:
        """By requirement, in the order of the suites. Before the end only what was found is known."""
        if self.run is not None:
            return self.run.results
        return tuple(map(self._so_far, self._planned.results))

    def _so_far(self, planned: Result) -> Result:
        found = tuple(self._found.get(planned.requirement.id, ()))
        if not found:
            return planned
        worst = max((each.outcome for each in found), key=lambda each: each.rank)
        return Result(requirement=planned.requirement, outcome=worst, findings=found, cases=len(found))

    def result(self, requirement: str) -> Result:
        """What is known of a requirement. Raises UnknownName."""
        for result in self.results:
            if result.requirement.id == requirement:
                return result
        raise UnknownName("requirement", requirement, [each.requirement.id for each in self.results])

    def findings(self, requirement: str, operation: str = "") -> tuple[Finding, ...]:
        """The findings of a requirement, of one operation or of all, the gravest first."""
        found = [each for each in self.result(requirement).findings if operation in {"", each.operation}]
        return tuple(sorted(found, key=lambda each: -each.outcome.rank))

    def gravest(self) -> Finding | None:
        """The finding that should be read first."""
        found = [finding for result in self.results for finding in result.findings]
        return max(found, key=lambda each: each.outcome.rank, default=None)

    def columns(self) -> tuple[Column, ...]:
        """Operations and events that there is anything to say about."""
        return columns_of(self.run or self._planned)

    def cells(self, requirement: str) -> Mapping[str, Cell]:
        """What is known of a requirement, by operation."""
        return cells_of(self.result(requirement))

    def column_values(self) -> list[JSON]:
        """The columns for the matrix: name and group."""
        return [[each.name, str(each.group)] for each in self.columns()]

    def row_values(self) -> list[JSON]:
        """The rows for the matrix, in their order."""
        return [_row(result.requirement) for result in self.results]

    def states(self, only: Iterable[str] | None = None) -> dict[str, JSON]:
        """How rows and cells of the matrix look, by requirement.

        Args:
            only: Ids of requirements; None for all.
        """
        results = self.results if only is None else map(self.result, only)
        return {result.requirement.id: self._state(result) for result in results}

    def _state(self, result: Result) -> JSON:
        waiting = self.run is None
        cells = {name: _cell(cell, waiting=waiting and not cell.finding) for name, cell in cells_of(result).items()}
        return {"outcome": WAITING if waiting and not result.findings else str(result.outcome), "cells": cells}

    def shown(self, *, outcome: str = "", area: str = "", words: str = "") -> list[str]:
        """Ids of the requirements that filters leave.

        Args:
            outcome: `failed`, …; "" for all.
            area: The stem of a suite; "" for all.
            words: All of them stand in the id, the title, the clause or the name of an operation.
        """
        wanted = words.lower().split()
        return [
            each.requirement.id
            for each in self.results
            if area in {"", each.requirement.area}
            and (not outcome or self._came_out(each, outcome))
            and all(word in _words(each) for word in wanted)
        ]

    def _came_out(self, result: Result, outcome: str) -> bool:
        return (self.run is not None or bool(result.findings)) and result.outcome == outcome

    def reasons(self) -> dict[str, list[Requirement]]:
        """Why requirements were not exercised: reason to requirements, the most frequent first."""
        found: dict[str, list[Requirement]] = {}
        for each in self.run.results if self.run else ():
            if each.outcome is Outcome.SKIPPED:
                found.setdefault(each.reason or "nothing that was sent exercised it", []).append(each.requirement)
        return dict(sorted(found.items(), key=lambda each: -len(each[1])))


def _planned(contract: Contract) -> Run:
    """A run that has not begun."""
    results = tuple(Result(requirement=each, outcome=Outcome.SKIPPED) for each in contract.requirements)
    return Run(
        edition=contract.edition,
        target="",
        seed=0,
        started_at="",
        seconds=0.0,
        requests=0,
        complete=False,
        results=results,
    )


def _row(requirement: Requirement) -> JSON:
    return {
        "id": requirement.id,
        "title": requirement.title.replace("`", ""),
        "area": requirement.area,
        "level": str(requirement.level),
    }


def _cell(cell: Cell, *, waiting: bool) -> JSON:
    """Outcome, exchanges (null if nobody counted), whether it was judged together with others."""
    if waiting:
        return [WAITING, None, False]
    return [str(cell.outcome), cell.cases, cell.together]


def _words(result: Result) -> str:
    requirement = result.requirement
    told = (requirement.id, requirement.title, requirement.clause, *cells_of(result))
    return " ".join(told).lower()
