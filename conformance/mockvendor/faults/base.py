"""What a fault is: a name, the requirement that it breaks, and the hooks by which it does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from conformance.model import JSON, Level

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from conformance.mockvendor.listing import ListQuery, Row
    from conformance.mockvendor.record import Record
    from conformance.mockvendor.wire import Ask, Problem, Reply

__all__ = ["FaultSet", "MockFault", "View", "unbroken"]

Call: TypeAlias = dict[str, JSON]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Where a call is shown.

    Attributes:
        operation: The operation that answers with it.
        later: True on every page of a list but the first.
        index: Its place on the page.
        made_here: True if a request created it, False if it came with the history.
    """

    operation: str
    later: bool = False
    index: int = 0
    made_here: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MockFault:
    """A defect that the mock vendor can have on purpose: it breaks one requirement and no other.

    Attributes:
        name: Kebab-case, says what is wrong.
        breaks: The id of the requirement.
        text: The same for people, one sentence.
        level: How binding the requirement is where the fault shows; a `should` only warns.
        edition: The edition in which it shows best; most show in all of V2.
        before: Sees a request before its body is read; may answer it.
        waive: Asked for each problem of a request; True lets it pass.
        build: Changes a new call before it is kept.
        query: Changes what a list is asked for.
        pool: Changes the calls that a list is drawn from.
        page: Changes the calls on a page; given the query and every call, too.
        show: Changes a call as it is shown. The dictionary is its own to change, the values in it are not.
        after: Changes the answer.
    """

    name: str
    breaks: str
    text: str
    level: Level = Level.MUST
    edition: str = "v2"
    before: Callable[[Ask], Reply | None] | None = None
    waive: Callable[[Ask, Problem], bool] | None = None
    build: Callable[[Ask, Record], Record] | None = None
    query: Callable[[ListQuery], ListQuery] | None = None
    pool: Callable[[Sequence[Row]], Sequence[Row]] | None = None
    page: Callable[[list[Row], ListQuery], list[Row]] | None = None
    show: Callable[[Call, View], Call] | None = None
    after: Callable[[Ask, Reply], Reply] | None = None

    @property
    def area(self) -> str:
        """The chapter of the requirement, such as `listing` or `removed`."""
        return _AREAS[self.breaks.partition("-")[0]]


_AREAS = {
    "OPS": "operations",
    "STAT": "status",
    "SPLIT": "split",
    "REM": "removed",
    "GONE": "gone",
    "ERR": "errors",
    "AUTH": "auth",
    "REQ": "requests",
    "OBJ": "objects",
    "LIST": "listing",
    "LIFE": "lifecycle",
    "SEQ": "sequences",
}


class FaultSet:
    """The faults that a mock vendor has, as one: each hook asks all of them in turn."""

    def __init__(self, faults: Sequence[MockFault]) -> None:
        self.faults = tuple(faults)

    def before(self, ask: Ask) -> Reply | None:
        """The answer of the first fault that gives one."""
        answers = (fault.before(ask) for fault in self.faults if fault.before)
        return next((answer for answer in answers if answer is not None), None)

    def waives(self, ask: Ask, problem: Problem) -> bool:
        """Whether any fault lets the problem pass."""
        return any(fault.waive(ask, problem) for fault in self.faults if fault.waive)

    def build(self, ask: Ask, record: Record) -> Record:
        """The new call as it is kept."""
        for fault in self.faults:
            record = fault.build(ask, record) if fault.build else record
        return record

    def query(self, query: ListQuery) -> ListQuery:
        """What the list is asked for."""
        for fault in self.faults:
            query = fault.query(query) if fault.query else query
        return query

    def pool(self, rows: Sequence[Row]) -> Sequence[Row]:
        """The calls that the list is drawn from."""
        for fault in self.faults:
            rows = fault.pool(rows) if fault.pool else rows
        return rows

    def page(self, rows: list[Row], query: ListQuery) -> list[Row]:
        """The calls on the page."""
        for fault in self.faults:
            rows = fault.page(rows, query) if fault.page else rows
        return rows

    def show(self, call: Call, view: View) -> Call:
        """The call as it is shown."""
        for fault in self.faults:
            call = fault.show(call, view) if fault.show else call
        return call

    def after(self, ask: Ask, reply: Reply) -> Reply:
        """The answer as it is sent."""
        for fault in self.faults:
            reply = fault.after(ask, reply) if fault.after else reply
        return reply


unbroken = FaultSet(())
"""No fault at all."""
