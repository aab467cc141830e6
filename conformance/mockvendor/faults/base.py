"""What a fault is: a name, the requirement that it breaks, and the hooks by which it does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from conformance.model import JSON, Level
from conformance.showing import Shown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from conformance.mockvendor.listing import ListQuery, Row
    from conformance.mockvendor.record import Record
    from conformance.mockvendor.webhooks.events import Due
    from conformance.mockvendor.webhooks.post import Notice, Policy, Post, Seal
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
class MockFault(Shown):
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
        events: Webhooks that are sent beside those that were chosen.
        plan: Changes which webhooks a call sends, and when.
        payload: Changes what a webhook says. The dictionary and the call in it are its own to change.
        post: Changes a webhook as it is sent; it is signed already, and may be signed anew.
        policy: Changes how a webhook is tried.
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
    events: tuple[str, ...] = ()
    plan: Callable[[list[Due], Record], list[Due]] | None = None
    payload: Callable[[dict[str, JSON], Notice], dict[str, JSON]] | None = None
    post: Callable[[Post, Seal], Post] | None = None
    policy: Callable[[Policy], Policy] | None = None

    @property
    def area(self) -> str:
        """The chapter of the requirement, such as `listing` or `removed`."""
        return _AREAS[self.breaks.partition("-")[0]]

    @property
    def in_webhooks(self) -> bool:
        """Whether it shows only in the webhooks that are sent."""
        return bool(self.events or self.plan or self.payload or self.post or self.policy)


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
    "HOOK": "webhooks",
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

    def events(self, chosen: Sequence[str]) -> frozenset[str]:
        """The webhooks that are sent."""
        return frozenset(chosen).union(*(fault.events for fault in self.faults))

    def plan(self, plan: list[Due], record: Record) -> list[Due]:
        """Which webhooks a call sends, and when."""
        for fault in self.faults:
            plan = fault.plan(plan, record) if fault.plan else plan
        return plan

    def payload(self, payload: dict[str, JSON], notice: Notice) -> dict[str, JSON]:
        """What a webhook says."""
        for fault in self.faults:
            payload = fault.payload(payload, notice) if fault.payload else payload
        return payload

    def post(self, post: Post, seal: Seal) -> Post:
        """A webhook as it is sent."""
        for fault in self.faults:
            post = fault.post(post, seal) if fault.post else post
        return post

    def policy(self, policy: Policy) -> Policy:
        """How a webhook is tried."""
        for fault in self.faults:
            policy = fault.policy(policy) if fault.policy else policy
        return policy


unbroken = FaultSet(())
"""No fault at all."""
