"""What changed in what one place may hold: types, null, listed values, bounds, forms, defaults."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.contract.diff.found import Found, Way, breaking
from conformance.contract.diff.nodes import LOWER, UPPER, Node, type_of
from conformance.contract.diff.values import Kind
from conformance.contract.diff.words import bound_words, listed, name_of, type_words
from conformance.model import JSON

__all__ = ["content_changes"]

_NULL = frozenset({"null"})
_SOFT = "May break a reader that knows only the old values."
_GROWS = "The list grows, so readers must expect values that they do not know."
_FORM = "Whether the old values fit is not told by the form alone."
_LEFT_OUT = "Only for those who leave it out."


def content_changes(before: Node, after: Node, at: str, way: Way) -> Iterator[Found]:
    """What is allowed at one place, without looking into objects and arrays."""
    if before.values is not None and after.values is not None:
        yield from _values(before, after, at, way)
    elif before.values is not None or after.values is not None:
        yield _one_lists(before, after, at, way)
    else:
        yield from _types(before, after, at, way)
    if _has_null(before) != _has_null(after) and before.types is not None and after.types is not None:
        yield _null(before, after, at, way)
    for keyword in dict.fromkeys((*before.limits, *after.limits)):
        if before.limits.get(keyword) != after.limits.get(keyword):
            yield _limit(before, after, at, way, keyword)
    if before.default != after.default:
        yield _default(before, after, at, way)
    if before.unread != after.unread:
        yield Found(
            kind=Kind.CONDITION,
            pointer=at,
            before=dict(before.unread) or None,
            after=dict(after.unread) or None,
            text=f"Another condition holds for {name_of(at)}.",
            note="What it means for your code is not told here.",
            origin=(before.origins(), after.origins()),
            sources=after.sources,
        )


def _values(before: Node, after: Node, at: str, way: Way) -> Iterator[Found]:
    old, new = _without_null(before.values or ()), _without_null(after.values or ())
    more, less = [each for each in new if each not in old], [each for each in old if each not in new]
    if not more and not less:
        return
    growing = before.growing or after.growing
    wider = bool(more) and not (growing and not way.sends)
    note = "" if way.sends or not more else _GROWS if growing else _SOFT
    parts = []
    if more:
        parts.append(f"also takes {listed(more)}" if way.sends else f"can also be {listed(more, joint='or')}")
    if less:
        verb = "no longer takes" if way.sends else "can no longer be"
        parts.append(f"{verb} {listed(less, joint='or')}")
    yield Found(
        kind=Kind.ENUM,
        pointer=at,
        before=list(before.values or ()),
        after=list(after.values or ()),
        text=f"{name_of(at)} {', and '.join(parts)}.",
        breaks=breaking(way, narrower=bool(less), wider=wider),
        note=note,
        origin=(before.origins("enum", "const"), after.origins("enum", "const")),
        sources=after.sources,
    )


def _one_lists(before: Node, after: Node, at: str, way: Way) -> Found:
    """Values are listed in only one of the two editions."""
    told, open_ = (before, after) if before.values is not None else (after, before)
    fits = open_.types is None or all(_is_of(value, open_.types) for value in told.values or ())
    narrower, wider = (not fits, True) if told is before else (True, not fits)
    values = listed(told.values or (), joint="or")
    text = f"{name_of(at)} is only {values} now." if told is after else f"{name_of(at)} is not only {values} any more."
    return Found(
        kind=Kind.ENUM if fits else Kind.TYPE,
        pointer=at,
        before=before.fragment(0),
        after=after.fragment(0),
        text=text,
        breaks=breaking(way, narrower=narrower, wider=wider),
        origin=(before.origins("enum", "const", "type"), after.origins("enum", "const", "type")),
        sources=after.sources,
    )


def _types(before: Node, after: Node, at: str, way: Way) -> Iterator[Found]:
    old, new = before.types, after.types
    if _plain(old) == _plain(new):
        return
    yield Found(
        kind=Kind.TYPE,
        pointer=at,
        before=before.fragment(0) or {},
        after=after.fragment(0) or {},
        text=f"{name_of(at)} is {type_words(new)} now, it was {type_words(old)}.",
        breaks=breaking(way, narrower=not _within(old, new), wider=not _within(new, old)),
        origin=(before.origins("type"), after.origins("type")),
        sources=after.sources,
    )


def _null(before: Node, after: Node, at: str, way: Way) -> Found:
    now = _has_null(after)
    return Found(
        kind=Kind.NULL,
        pointer=at,
        before=not now,
        after=now,
        text=f"{name_of(at)} can be null now." if now else f"{name_of(at)} cannot be null any more.",
        breaks=breaking(way, narrower=not now, wider=now),
        origin=(before.origins("type", "enum", "const"), after.origins("type", "enum", "const")),
        sources=after.sources,
    )


def _limit(before: Node, after: Node, at: str, way: Way, keyword: str) -> Found:
    old, new = before.limits.get(keyword), after.limits.get(keyword)
    ordered = keyword in {*LOWER, *UPPER}
    if old is None or new is None or not ordered:
        narrower, wider = new is not None, old is not None
    else:
        narrower = new > old if keyword in LOWER else new < old
        wider = not narrower
    was = f"; before, {bound_words(keyword, old)}" if old is not None else ""
    must = "must be" if way.sends else "is always"
    now = bound_words(keyword, new) if new is not None else "without that bound"
    return Found(
        kind=Kind.BOUND if ordered else Kind.FORMAT,
        pointer=at,
        before=None if old is None else {keyword: old},
        after=None if new is None else {keyword: new},
        text=f"{name_of(at)} {must if new is not None else 'is'} {now} now{was}.".replace("be not", "not be").replace(
            "always not", "never"
        ),
        breaks=breaking(way, narrower=narrower, wider=wider),
        note=_FORM if not ordered and old is not None and new is not None else "",
        origin=(before.origins(keyword), after.origins(keyword)),
        sources=after.sources,
    )


def _default(before: Node, after: Node, at: str, way: Way) -> Found:
    old, new = before.default, after.default
    was = f"it was {listed(old)}" if old else "none was stated"
    text = f"The default of {name_of(at)} is {listed(new)}; before, {was}." if new else ""
    return Found(
        kind=Kind.DEFAULT,
        pointer=at,
        before=old[0] if old else None,
        after=new[0] if new else None,
        text=text or f"No default of {name_of(at)} is stated any more; {was}.",
        breaks=breaking(way, narrower=bool(old and new)) if way.sends else frozenset(),
        note=_LEFT_OUT,
        origin=(before.origins("default"), after.origins("default")),
        sources=after.sources,
    )


def _has_null(node: Node) -> bool:
    return node.types is None or "null" in node.types


def _without_null(values: tuple[JSON, ...]) -> list[JSON]:
    return [value for value in values if value is not None]


def _plain(types: frozenset[str] | None) -> frozenset[str] | None:
    return None if types is None else types - _NULL


def _within(inner: frozenset[str] | None, outer: frozenset[str] | None) -> bool:
    """Whether everything of some types is of others too, null aside; an integer is a number."""
    if outer is None:
        return True
    return inner is not None and all(
        each in outer or (each == "integer" and "number" in outer) for each in inner - _NULL
    )


def _is_of(value: JSON, types: frozenset[str]) -> bool:
    kind = type_of(value)
    return kind in types or (kind == "integer" and "number" in types) or value is None
