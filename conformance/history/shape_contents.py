"""What stands at a path: null, another type, a new value of a list, another format."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.history.chance import FEW, Share, chance
from conformance.history.fingerprint import Trace
from conformance.history.formats import NOT_SHOWN, VAGUE
from conformance.history.promises import Promise
from conformance.history.shape_change import Pair, ShapeChange, article, is_allowed, of_type, usual_of

_NUMBERS = frozenset({"integer", "number"})


def content_changes(pair: Pair) -> Iterator[ShapeChange]:
    """What changed in what stands at a path that both runs saw."""
    yield from _null(pair)
    yield from _types(pair)
    yield from _values(pair)
    yield from _formats(pair)


def _null(pair: Pair) -> Iterator[ShapeChange]:
    was, now = of_type(pair.before, "null"), of_type(pair.after, "null")
    allowed = is_allowed(pair.promise, "null")
    usual = usual_of(pair.before.types)
    if now.some and not was.some:
        breaking = not allowed
        yield ShapeChange(
            kind="became null",
            path=pair.path,
            before=f"{usual}, null in {was} {pair.unit}",
            after=f"null in {now}",
            example=pair.example(pair.after.types["null"][1], "is null"),
            was=was,
            now=now,
            likely=chance(was, now),
            allowed=allowed,
            breaking=breaking,
            reason=f"the contract allows {pair.allowed_types} only" if breaking else _why_allowed(pair.promise, "null"),
        )
    elif was.some and not now.some:
        kind = usual_of(pair.after.types)
        yield ShapeChange(
            kind="null no longer",
            path=pair.path,
            before=f"null in {was} {pair.unit}",
            after=f"null in {now}",
            example=pair.example(pair.after.types[kind][1], f"is {article(kind)}"),
            was=was,
            now=now,
            likely=chance(was, now),
            reason="what was null has a value",
        )


def _why_allowed(promise: Promise, kind: str) -> str:
    return f"the contract allows {kind}" if promise.known else "the contract does not know the field"


def _types(pair: Pair) -> Iterator[ShapeChange]:
    known = pair.promise.types or {"number"}
    if pair.before.types.keys() == {"null"}:
        return
    for kind in sorted(pair.after.types.keys() - pair.before.types.keys() - {"null"}):
        if (
            kind in {"integer", "number"}
            and "number" in known
            and not {"integer", "number"}.isdisjoint(pair.before.types)
        ):
            continue  # 5 and 5.0 are the same to JSON
        was, now = Share(some=0, all=pair.before.count), of_type(pair.after, kind)
        allowed = is_allowed(pair.promise, kind)
        yield ShapeChange(
            kind="type changed",
            path=pair.path,
            before=f"{usual_of(pair.before.types)} in {of_type(pair.before, usual_of(pair.before.types))} {pair.unit}",
            after=f"{kind} in {now}",
            example=pair.example(pair.after.types[kind][1], f"is {article(kind)}{_form(pair.after, kind)}"),
            was=was,
            now=now,
            likely=chance(was, now),
            what=kind,
            allowed=allowed,
            breaking=not allowed,
            reason=_why_allowed(pair.promise, kind) if allowed else f"the contract allows {pair.allowed_types} only",
        )


def _values(pair: Pair) -> Iterator[ShapeChange]:
    listed = pair.promise.values
    if listed is None:
        yield from _tokens(pair)
        return
    for value in sorted(pair.after.values.keys() - pair.before.values.keys() - set(map(str, listed))):
        was, now = Share(some=0, all=pair.before.count), Share(some=pair.after.values[value][0], all=pair.after.count)
        yield _new_value(pair, value, pair.after.values[value][1], was, now, listed=True)


def _tokens(pair: Pair) -> Iterator[ShapeChange]:
    """New words where there were always the same few ones; no contract lists them."""
    if pair.before.open or pair.after.open or not pair.before.tokens:
        return
    for value in sorted(pair.after.tokens.keys() - pair.before.tokens.keys()):
        was, now = Share(some=0, all=pair.before.count), Share(some=pair.after.tokens[value][0], all=pair.after.count)
        yield _new_value(pair, value, pair.after.tokens[value][1], was, now, listed=False)


def _new_value(pair: Pair, value: str, shown: int, was: Share, now: Share, *, listed: bool) -> ShapeChange:
    told = value if value == NOT_SHOWN else f'"{value}"'
    growing = pair.promise.growing
    breaking = listed and not growing
    why = "the list is closed" if breaking else "the list grows" if listed else "the contract does not list its values"
    return ShapeChange(
        kind="new enum value",
        path=pair.path,
        before=f"{told} in {was} {pair.unit}",
        after=f"in {now}",
        example=pair.example(shown, f"is {told}"),
        was=was,
        now=now,
        likely=chance(was, now),
        what=value,
        sure=listed and was.all >= FEW,
        breaking=breaking,
        reason=why,
    )


def _formats(pair: Pair) -> Iterator[ShapeChange]:
    if len(pair.before.types.keys() - {"null"}) != 1 or pair.before.types.keys() - {"null"} != (
        pair.after.types.keys() - {"null"}
    ):
        return
    usual = usual_of(pair.before.formats)
    always = bool(usual) and pair.before.formats[usual][0] == pair.before.count and usual not in VAGUE
    for form in sorted(pair.after.formats.keys() - pair.before.formats.keys()):
        if form in VAGUE and not always:
            continue
        was, now = Share(some=0, all=pair.before.count), Share(some=pair.after.formats[form][0], all=pair.after.count)
        wrong = pair.promise.unit == "ms-epoch" and form == "s since 1970"
        yield ShapeChange(
            kind="format changed",
            path=pair.path,
            before=f"{usual or 'no known format'} in {pair.before.formats.get(usual, [0])[0]} of {was.all} {pair.unit}",
            after=f"{form} in {now}",
            example=pair.example(pair.after.formats[form][1], f"is {article(usual_of(pair.after.types))} ({form})"),
            was=was,
            now=now,
            likely=chance(was, now),
            what=form,
            allowed=not wrong,
            breaking=wrong,
            reason="the contract says milliseconds" if wrong else "the contract does not say which format it has",
        )


def _form(trace: Trace, kind: str) -> str:
    usual = usual_of(trace.formats)
    return f" ({usual})" if kind in {"string", "integer"} and usual not in {"", *VAGUE} else ""
