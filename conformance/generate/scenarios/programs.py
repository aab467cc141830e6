"""Sequences that nobody wrote down: drawn programs of creations, fetches, changes and deletions.

The state is what the answers said so far; every step is judged by the checks that judge it alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conformance.generate.draw import draw_values
from conformance.generate.scenarios.base import Session, Steps, call_of, status_of
from conformance.model import JSON

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

_STEPS = ("create", "create", "get", "update", "list", "delete", "get-deleted")
_LONGEST = 8
_NAMES = ("create-web-call", "register-phone-call", "create-phone-call")


@dataclass(slots=True)
class _State:
    """Calls that are there, as they were last shown, and those that are gone."""

    live: dict[str, Mapping[str, JSON]] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)

    def chosen(self, number: int) -> str | None:
        return list(self.live)[number % len(self.live)] if self.live else None


def programs(session: Session) -> Steps:
    """As many programs as the profile allows; equal seeds give equal ones."""
    if not session.profile.programs or not set(_NAMES) & session.knowledge.working_bodies.keys():
        return
    for program in draw_values(_strategy(), count=session.profile.programs, seed=session.seed):
        state = _State()
        for step, number in program:
            yield from _STEP[step](session, state, number)


def _strategy() -> SearchStrategy[list[tuple[str, int]]]:
    from hypothesis import strategies as st  # noqa: PLC0415 - costly, and only used here

    step = st.tuples(st.sampled_from(_STEPS), st.integers(0, 5))
    return st.lists(step, min_size=4, max_size=_LONGEST).map(lambda steps: [("create", 0), *steps])


def _create(session: Session, state: _State, number: int) -> Steps:
    working = [name for name in _NAMES if name in session.knowledge.working_bodies]
    operation = working[number % len(working)]
    body = {**session.knowledge.working_bodies[operation], "metadata": {"program": str(number), "ünï": "çødé 🙂"}}
    exchange = yield session.cases.valid(operation, body, title="a creation in a sequence", proven=True)
    call = call_of(exchange)
    if call is not None:
        state.live[call["call_id"]] = call


def _get(session: Session, state: _State, number: int) -> Steps:
    call_id = state.chosen(number)
    if call_id is not None:
        yield session.cases.valid(
            "get-call",
            title="a fetch in a sequence",
            call_id=call_id,
            known=True,
            proven=True,
            created=state.live[call_id],
        )


def _update(session: Session, state: _State, number: int) -> Steps:
    call_id = state.chosen(number)
    if call_id is None or "update-call" not in session.knowledge.working_bodies or not session.offers("update-call"):
        return
    body = {"metadata": {"changed": str(number), **(session.cases.tag or {})}}
    exchange = yield session.cases.valid(
        "update-call", body, title="a change in a sequence", call_id=call_id, known=True
    )
    call = call_of(exchange)
    if call is not None:
        state.live[call_id] = call


def _list(session: Session, state: _State, number: int) -> Steps:
    call_id = state.chosen(number)
    if call_id is not None and "call_id" in session.contract.filters():
        yield session.cases.listing(
            {"filter_criteria": {"call_id": [call_id]}, "limit": 5}, title="a call of a sequence by its id"
        )


def _delete(session: Session, state: _State, number: int) -> Steps:
    call_id = state.chosen(number)
    if call_id is None or not session.offers("delete-call"):
        return
    exchange = yield session.cases.valid("delete-call", title="a deletion in a sequence", call_id=call_id, known=True)
    if status_of(exchange) in range(200, 300):
        state.live.pop(call_id)
        state.gone.append(call_id)


def _get_deleted(session: Session, state: _State, number: int) -> Steps:
    if state.gone:
        yield session.cases.deleted(state.gone[number % len(state.gone)], last=False)


_STEP = {
    "create": _create,
    "get": _get,
    "update": _update,
    "list": _list,
    "delete": _delete,
    "get-deleted": _get_deleted,
}
