"""Fields that appeared, vanished, or are not always there any more."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from conformance.history.chance import MANY, Share, chance
from conformance.history.filing import parent
from conformance.history.fingerprint import Counts, Group
from conformance.history.promises import Promise
from conformance.history.shape_change import Pair, ShapeChange, article, is_allowed, usual_of


def presence_changes(pair: Pair, before: Group, after: Group) -> Iterator[ShapeChange]:
    """What changed in whether something is there, by state of the call."""
    above = parent(pair.path)
    if above not in before.paths or above not in after.paths:
        return
    of, of_now = before.paths[above].of, after.paths[above].of
    states = sorted(of.keys() & of_now.keys())
    if not states:
        return
    was, now = _share(pair.before.seen, of, states), _share(pair.after.seen, of_now, states)
    if pair.before.count and not pair.after.count and was.some:
        shown = next((after.shown[state] for state in states if after.shown.get(state, -1) >= 0), -1)
        yield from _vanished(pair, was, now, likely=_likely(pair, of, of_now, states), shown=shown)
    elif pair.after.count and not pair.before.count and now.some:
        yield from _appeared(pair, was, now, likely=_likely(pair, of, of_now, states))
    elif pair.before.count and pair.after.count:
        yield from _dropped(pair, after, of, of_now)


def _share(seen: Counts, of: Mapping[str, int], states: list[str]) -> Share:
    return Share(some=sum(seen.get(state, (0,))[0] for state in states), all=sum(of[state] for state in states))


def _likely(pair: Pair, of: Mapping[str, int], of_now: Mapping[str, int], states: list[str]) -> float:
    """Calls in different states are different calls, so that their chances multiply where one side has none at all."""
    return math.prod(
        chance(_share(pair.before.seen, of, [state]), _share(pair.after.seen, of_now, [state])) for state in states
    )


def _vanished(pair: Pair, was: Share, now: Share, *, likely: float, shown: int) -> Iterator[ShapeChange]:
    if pair.promise.populated == "given":
        return  # what requests did not give is not there
    required = pair.promise.required
    yield ShapeChange(
        kind="vanished",
        path=pair.path,
        before=f"in {was} {pair.unit}",
        after=f"in {now}",
        example=pair.example(shown, "is not there"),
        was=was,
        now=now,
        likely=likely,
        allowed=not required,
        breaking=required,
        reason=_why_missed(pair.promise),
    )


def _why_missed(promise: Promise) -> str:
    if promise.required:
        return "the field is required"
    return "the field is optional" if promise.known else "the contract does not know the field"


def _appeared(pair: Pair, was: Share, now: Share, *, likely: float) -> Iterator[ShapeChange]:
    if pair.promise.populated == "given":
        return
    kind = usual_of(pair.after.types)
    breaking = not is_allowed(pair.promise, kind)
    yield ShapeChange(
        kind="appeared",
        path=pair.path,
        before=f"in {was} {pair.unit}",
        after=f"{kind} in {now}",
        example=pair.example(pair.after.types[kind][1], f"is {article(kind)}"),
        was=was,
        now=now,
        likely=likely,
        sure=not pair.promise.known and was.all >= MANY,
        allowed=not breaking,
        breaking=breaking,
        reason=_why_new(pair, breaking=breaking),
    )


def _why_new(pair: Pair, *, breaking: bool) -> str:
    if breaking:
        return f"the contract allows {pair.allowed_types} only"
    return (
        "the contract knows the field" if pair.promise.known else "fields that the contract does not know are ignored"
    )


def _dropped(pair: Pair, after: Group, of: Mapping[str, int], of_now: Mapping[str, int]) -> Iterator[ShapeChange]:
    """Where it was always there, in calls of one state, and now is not."""
    required = pair.promise.required
    for state in sorted(of.keys() & of_now.keys()):
        whole = {state: [each[0] - each[1]] for state, each in pair.before.seen.items()}
        whole_now = {state: [each[0] - each[1]] for state, each in pair.after.seen.items()}
        was, now = _share(whole, of, [state]), _share(whole_now, of_now, [state])
        if was.some < was.all or now.some == now.all or (not required and min(was.all, now.all) < MANY):
            continue
        if pair.promise.populated == "given":
            continue
        calls = f"{state} {pair.unit}" if state else pair.unit
        yield ShapeChange(
            kind="presence dropped",
            path=pair.path,
            before=f"in {was} {calls}",
            after=f"in {now}",
            example=pair.example(_lacking(pair, after, state, now), "is not there"),
            was=was,
            now=now,
            likely=chance(was, now),
            allowed=not required,
            breaking=required,
            reason=_why_missed(pair.promise),
        )


def _lacking(pair: Pair, after: Group, state: str, now: Share) -> int:
    """The index of a call that lacks it."""
    known = pair.after.missing.get(state, -1)
    return after.shown.get(state, -1) if known < 0 and not now.some else known
