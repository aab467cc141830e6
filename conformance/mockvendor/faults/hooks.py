"""The bricks that faults are built from: small functions that make hooks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.mockvendor.faults.base import Call, View
from conformance.mockvendor.wire import Ask, Problem, Reply, loads

if TYPE_CHECKING:
    from conformance.model import JSON

__all__ = [
    "CREATES",
    "after",
    "answering",
    "body_of",
    "crash",
    "drop",
    "inside",
    "put",
    "refusing",
    "shown",
    "status",
    "turn",
    "waived",
]

CREATES = frozenset({"create-web-call", "create-phone-call", "register-phone-call"})

Change = Callable[[Call], object]


def shown(change: Change, *on: str, when: Callable[[Call, View], bool] | None = None) -> Callable[[Call, View], Call]:
    """A `show` hook that changes a call in the answers of some operations, all if none is named."""

    def show(call: Call, view: View) -> Call:
        if (not on or view.operation in on) and (when is None or when(call, view)):
            change(call)
        return call

    return show


def drop(*names: str) -> Change:
    """Leave out fields."""

    def change(call: Call) -> None:
        for name in names:
            call.pop(name, None)

    return change


def put(**fields: JSON) -> Change:
    """Add fields."""
    return lambda call: call.update(fields)


def turn(name: str, into: Callable[[JSON], JSON]) -> Change:
    """Make another value of a field, where the call has it. The old value must not be changed itself."""

    def change(call: Call) -> None:
        if call.get(name) is not None:
            call[name] = into(call[name])

    return change


def inside(change: Callable[[dict[str, JSON]], object], *, role: str | None = None) -> Callable[[JSON], JSON]:
    """For `turn`: change a copy of an object, or of each object in a list, or of those with a role."""

    def into(value: JSON) -> JSON:
        if isinstance(value, list):
            return [into(each) for each in value]
        if not isinstance(value, dict) or (role is not None and value.get("role") != role):
            return value
        mine = dict(value)
        change(mine)
        return mine

    return into


def waived(
    kind: str, *on: str, at: str = "", value: Callable[[JSON], bool] | None = None
) -> Callable[[Ask, Problem], bool]:
    """A `waive` hook: lets problems of a kind pass, at a place and below, for some operations."""

    def waive(ask: Ask, problem: Problem) -> bool:
        return (
            problem.kind == kind
            and (not on or ask.operation in on)
            and (not at or problem.pointer == at or problem.pointer.startswith(f"{at}/"))
            and (value is None or value(problem.value))
        )

    return waive


def body_of(ask: Ask) -> JSON:
    """What was sent, as far as it is JSON; else None."""
    try:
        return loads(ask.raw)
    except ValueError:
        return None


def answering(
    reply: Callable[[], Reply], *on: str, when: Callable[[JSON], bool] | None = None
) -> Callable[[Ask], Reply | None]:
    """A `before` hook: that answer, if the body is of a kind."""

    def before(ask: Ask) -> Reply | None:
        if ask.operation not in on or (when is not None and not when(body_of(ask))):
            return None
        return reply()

    return before


def refusing(*on: str, when: Callable[[JSON], bool]) -> Callable[[Ask], Reply | None]:
    """A `before` hook that refuses a valid body."""
    return answering(
        lambda: _error(400, "The request is not understood."),
        *on,
        when=lambda body: isinstance(body, dict) and when(body),
    )


def crash() -> Reply:
    """What a server says that met an error of its own."""
    return _error(500, "Something went wrong.")


def after(
    change: Callable[[Reply], Reply], *on: str, when: Callable[[Reply], bool] | None = None
) -> Callable[[Ask, Reply], Reply]:
    """An `after` hook that changes answers: those that are no refusals, unless `when` chooses."""

    def hook(ask: Ask, reply: Reply) -> Reply:
        chosen = reply.status < 400 if when is None else when(reply)  # noqa: PLR2004 - no refusal
        return change(reply) if chosen and (not on or ask.operation in on) else reply

    return hook


def status(code: int, *on: str, value: JSON = None) -> Callable[[Ask, Reply], Reply]:
    """An `after` hook that answers with another status; an empty answer gets that value as its body."""

    def change(reply: Reply) -> Reply:
        if not reply.empty:
            return replace(reply, status=code)
        if value is None:
            return replace(reply, status=code, raw=b"", content_type=None)
        return replace(reply, status=code, value=value)

    return after(change, *on)


def _error(code: int, message: str) -> Reply:
    body: Mapping[str, JSON] = {"status": "error", "message": message}
    return Reply(status=code, value=body)
