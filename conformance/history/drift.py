"""What changed between two runs in the shapes that a target answers with, beyond what requirements say.

Only what both runs have seen is compared. What chance explains is not told; see `chance`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from conformance.contract.schemas import load_schemas
from conformance.errors import UnknownName
from conformance.history.chance import Share, chance, is_telling
from conformance.history.fingerprint import ERROR, UNKNOWN_EVENT, Fingerprint, Group, Key
from conformance.history.promises import OTHER, UNKNOWN, Promise, promises
from conformance.history.shape_change import ShapeChange
from conformance.history.shape_changes import changes_of

if TYPE_CHECKING:
    from conformance.contract.schemas import SchemaSet

__all__ = ["Drift", "drift"]

_SHOWN = 6
_ALSO = 0.05
"""Less likely than this, a place joins what is told of another one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """One thing that changed.

    Attributes:
        operation: Where it is seen best: an operation, or the event of a webhook.
        call_type: `web_call`, `phone_call`, `other`, `error` for refusals, "" for what is no call.
        path: Which place of the call or answer; `*` stands for any index. "" for statuses and content types.
        kind: `appeared`, `vanished`, `presence dropped`, `became null`, `null no longer`, `type changed`,
            `new enum value`, `format changed`, `status changed`, `content type changed`.
        before: What was seen before, with counts.
        after: What is seen now.
        example: Something that shows it, with the id of a call where there is one; nothing personal.
        breaking: Whether a client that was generated from the contract breaks.
        sentence: All of it in words.
        also: Other operations and call types that show the same.
    """

    operation: str
    call_type: str
    path: str
    kind: str
    before: str
    after: str
    example: str
    breaking: bool
    sentence: str
    also: tuple[str, ...] = ()


def drift(before: Fingerprint, after: Fingerprint, *, schemas: SchemaSet | None = None) -> list[Drift]:
    """What changed, what breaks clients first.

    Args:
        schemas: By which it is judged what breaks a client; None for the edition of `after`.
    """
    schemas = schemas or _schemas(after.edition)
    found: dict[tuple[str, str, str, bool], list[tuple[Key, ShapeChange]]] = {}
    for key, change in (*_shapes(before, after, schemas), *_statuses(before, after), *_content(before, after)):
        found.setdefault((change.kind, change.path, change.what, change.breaking), []).append((key, change))
    told = [each for same in found.values() if (each := _joined(same)) is not None]
    return sorted(_values_joined(told), key=lambda each: (not each.breaking, each.kind, each.operation, each.path))


def _shapes(before: Fingerprint, after: Fingerprint, schemas: SchemaSet | None) -> Iterator[tuple[Key, ShapeChange]]:
    for key, group, earlier in _comparable(before, after):
        for change in changes_of(earlier, group, _promise(schemas, key), where=_unit(schemas, key)):
            if key[1] == ERROR and change.kind in {"vanished", "presence dropped"}:
                yield key, replace(change, breaking=False, reason="the documents promise no field of a refusal")
            else:
                yield key, change


def _schemas(edition: str) -> SchemaSet | None:
    try:
        return load_schemas(edition)
    except UnknownName:
        return None


def _comparable(before: Fingerprint, after: Fingerprint) -> Iterator[tuple[Key, Group, Group]]:
    """The groups that both have seen, now and before.

    Calls of a type, and webhooks of an event, that the contract does not know are new to the others: only what names
    them is compared.
    """
    for key, group in after.groups.items():
        if key in before.groups:
            yield key, group, before.groups[key]
            continue
        alike = [each for other, each in before.groups.items() if _is_alike(other, key)]
        path = "/call_type" if key[1] == OTHER else "/event"
        if alike and path in group.paths:
            named = Group(pictures=group.pictures, ids=group.ids, paths={path: group.paths[path]})
            yield key, named, max(alike, key=lambda each: each.pictures)


def _is_alike(other: Key, new: Key) -> bool:
    if new[1] == OTHER:
        return other[0] == new[0] and other[1] not in {"", ERROR}
    return new[0] == UNKNOWN_EVENT and "_" in other[0] and not other[1]


def _promise(schemas: SchemaSet | None, key: Key) -> Promise:
    """What the contract promises of a group."""
    if schemas is None:
        return UNKNOWN
    operation, kind, _ = key
    if kind == ERROR:
        return promises(schemas, "error-body") if "error-body" in schemas else UNKNOWN
    known = next((each for each in schemas.operations() if each.name == operation), None)
    if known is None:
        return _of_webhook(schemas, operation, kind)
    if known.response is None:
        return UNKNOWN
    root = promises(schemas, known.response)
    if not kind:
        return root
    call = root.items or root
    return call.branches[kind][1] if kind in call.branches else call


def _of_webhook(schemas: SchemaSet, event: str, kind: str) -> Promise:
    if "webhook" not in schemas:
        return UNKNOWN
    root = promises(schemas, "webhook-call" if kind else "webhook")
    chosen = kind or event
    return root.branches[chosen][1] if chosen in root.branches else root


def _unit(schemas: SchemaSet | None, key: Key) -> str:
    """What is counted, in the plural."""
    if schemas is not None and key[0] not in {each.name for each in schemas.operations()}:
        return "webhooks"
    return "calls" if key[1] not in {"", ERROR} else "refusals" if key[1] else "answers"


def _statuses(before: Fingerprint, after: Fingerprint) -> Iterator[tuple[Key, ShapeChange]]:
    for sent, now in after.statuses.items():
        earlier = before.statuses.get(sent, {})
        operation, _, way = sent.partition(" ")
        for status in now.keys() - earlier.keys():
            usual = max(earlier, key=lambda each: earlier[each], default="")
            breaking = way == "valid" and usual.startswith("2") and not status.startswith("2")
            change = _change("status changed", earlier, now, status, breaking=breaking, allowed=False)
            if change is not None:
                subject = f"the answer to {_sent_words(way)}"
                yield (operation, "", False), replace(change, subject=subject, what=f"{usual} {status}")


def _sent_words(way: str) -> str:
    purpose, _, detail = way.partition(" ")
    words = {
        "valid": "a valid request",
        "invalid": "a wrong request",
        "auth": "a request without a valid key",
        "unknown-call": "a request about a call that nobody has",
        "gone": "a request of V1",
    }[purpose]
    return f"{words} ({detail})" if detail else words


def _content(before: Fingerprint, after: Fingerprint) -> Iterator[tuple[Key, ShapeChange]]:
    for name, now in after.content.items():
        earlier = before.content.get(name, {})
        operation, _, which = name.partition(" ")
        for told in now.keys() - earlier.keys():
            breaking = which == "success" and not told.endswith("json")
            change = _change("content type changed", earlier, now, told, breaking=breaking, allowed=False)
            if change is not None:
                subject = "the content type of " + ("answers" if which == "success" else "refusals")
                yield (operation, "" if which == "success" else ERROR, False), replace(change, subject=subject)


def _change(
    kind: str, earlier: Mapping[str, int], now: Mapping[str, int], what: str, *, breaking: bool, allowed: bool
) -> ShapeChange | None:
    """Something that is seen now and was not seen before, or None if nothing was."""
    if not earlier:
        return None
    was, is_ = Share(some=0, all=sum(earlier.values())), Share(some=now[what], all=sum(now.values()))
    return ShapeChange(
        kind=kind,
        path="",
        what=what,
        before=f"{_listed(earlier)} in {was.all}",
        after=f"{what} in {is_}",
        example=what,
        breaking=breaking,
        allowed=allowed,
        was=was,
        now=is_,
        likely=chance(was, is_),
    )


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(sorted(counts, key=lambda each: -counts[each]))


def _joined(same: Sequence[tuple[Key, ShapeChange]]) -> Drift | None:
    """The same change in several groups, told once where it is seen best; None if chance explains it everywhere.

    The groups of one operation hold different calls, so that their chances multiply; those of different operations may
    hold the same ones.
    """
    by_operation: dict[str, list[ShapeChange]] = {}
    for key, change in same:
        by_operation.setdefault(key[0], []).append(change)
    if not any(_is_telling(changes) for changes in by_operation.values()):
        return None
    (key, best), *others = sorted(same, key=lambda each: (each[1].likely, each[0]))
    also = dict.fromkeys(_place(other) for other, change in others if change.likely < _ALSO)
    also.pop(_place(key), None)
    subject = best.subject or best.path or "the whole of it"
    sentence = f"{_place(key)}: {subject} {best.verb}: {best.before} before, {best.after} now. {_consequence(best)}"
    return Drift(
        operation=key[0],
        call_type=key[1],
        path=best.path,
        kind=best.kind,
        before=best.before,
        after=best.after,
        example=best.example,
        breaking=best.breaking,
        sentence=sentence,
        also=tuple(also),
    )


def _values_joined(told: Sequence[Drift]) -> list[Drift]:
    """The same with the new values of one place told together."""
    by_place: dict[tuple[str, bool], list[Drift]] = {}
    for each in told:
        if each.kind == "new enum value":
            by_place.setdefault((each.path, each.breaking), []).append(each)
    joined = [each for each in told if each.kind != "new enum value"]
    for every in by_place.values():
        first, others = every[0], every[1:]
        if others:
            shown = ", ".join(each.example.rsplit(" is ", 1)[-1] for each in others[:_SHOWN])
            more = f", and {len(others) - _SHOWN} more" if len(others) > _SHOWN else ""
            first = replace(first, sentence=f"{first.sentence} Further new values: {shown}{more}.")
        joined.append(first)
    return joined


def _is_telling(changes: Iterable[ShapeChange]) -> bool:
    every = list(changes)
    together = math.prod(each.likely for each in every)
    return any(each.sure or is_telling(each.likely, each.was, each.now, allowed=each.allowed) for each in every) or (
        is_telling(together, every[0].was, every[0].now, allowed=every[0].allowed)
    )


def _place(key: Key) -> str:
    return f"{key[0]} ({key[1]})" if key[1] else key[0]


def _consequence(change: ShapeChange) -> str:
    start = "Breaks a client made from the contract" if change.breaking else "No client made from the contract breaks"
    return f"{start}: {change.reason}." if change.reason else f"{start}."
