"""What changed of operations: which there are, method, path, how parameters are sent, statuses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from conformance.contract.diff.found import Found
from conformance.contract.diff.rules import OperationRule, Rules
from conformance.contract.diff.values import Kind, Party
from conformance.contract.diff.words import listed
from conformance.model import Operation

__all__ = ["Pairing", "pairings", "route_changes"]

_SENDER = frozenset({Party.SENDER})
_READER = frozenset({Party.READER})
_SURE = "Not every server of the other edition has to offer it."


class Pairing(NamedTuple):
    """An operation in both editions; one of them is None if it is only in the other."""

    before: Operation | None
    after: Operation | None
    rule: OperationRule | None = None

    @property
    def name(self) -> str:
        """As the later edition calls it; the earlier one's name if it is gone."""
        return next(each.name for each in (self.after, self.before) if each)

    @property
    def optional(self) -> bool:
        """Whether a server may lack it in both editions."""
        return all(each.optional for each in (self.before, self.after) if each)


def pairings(before: Sequence[Operation], after: Sequence[Operation], rules: Rules) -> list[Pairing]:
    """The operations that correspond, in the order of the later edition; then those that are gone for nothing."""
    old, new = {each.name: each for each in before}, {each.name: each for each in after}
    replaced = [each for each in rules.operations if _replaces(each, old, new)]
    found = []
    for name, operation in new.items():
        by = [each for each in replaced if each.after == name]
        if name in old:
            found.append(Pairing(old[name], operation))
        elif by:
            found += [Pairing(old[each.before], operation, each) for each in by]
        else:
            found.append(Pairing(None, operation))
    gone = old.keys() - new.keys() - {each.before for each in replaced}
    return found + [Pairing(operation, None) for operation in before if operation.name in gone]


def _replaces(rule: OperationRule, old: dict[str, Operation], new: dict[str, Operation]) -> bool:
    """A rule holds only where one edition has but the one, and the other but the other."""
    return rule.before in old and rule.after in new and not (rule.before in new and rule.after in old)


def route_changes(pairing: Pairing) -> Iterator[Found]:
    """What changed of one operation beside its bodies."""
    before, after = pairing.before, pairing.after
    if after is None and before is not None:
        yield Found(
            kind=Kind.REMOVED,
            pointer="",
            before=_line(before),
            after=None,
            text=f"`{before.name}` is gone.",
            breaks=_SENDER,
            sources=before.sources,
        )
    elif before is None and after is not None:
        yield Found(
            kind=Kind.ADDED,
            pointer="",
            before=None,
            after=_line(after),
            text=f"`{after.name}` is new.",
            note=_SURE.replace("the other", "this") if after.optional else "",
            sources=after.sources,
        )
    elif before is not None and after is not None:
        yield from _route(before, after, pairing.rule)
        yield from _statuses(before, after)


def _route(before: Operation, after: Operation, rule: OperationRule | None) -> Iterator[Found]:
    if rule is not None:
        yield Found(
            kind=Kind.REPLACED,
            pointer="",
            before=_line(before),
            after=_line(after),
            text=f"`{after.name}` takes the place of `{before.name}` {rule.why}.",
            breaks=_SENDER,
            sources=rule.sources,
        )
    else:
        if before.method != after.method:
            text = f"The method is {after.method} now, it was {before.method}."
            yield _of(Kind.METHOD, before.method, after.method, text, after)
        if _path(before) != _path(after):
            text = f"The path is {after.path} now, it was {before.path}."
            yield _of(Kind.PATH, before.path, after.path, text, after)
    if before.request and after.request and before.request_in != after.request_in:
        text = f"What was sent in the {before.request_in} is sent in the {after.request_in} now."
        yield _of(Kind.LOCATION, before.request_in, after.request_in, text, after)
    if before.optional != after.optional:
        now, any_more = not after.optional, "" if rule else " any more"
        yield Found(
            kind=Kind.REQUIRED if now else Kind.OPTIONAL,
            pointer="",
            before=not before.optional,
            after=now,
            text="Every server has to offer it now." if now else f"Not every server has to offer it{any_more}.",
            note="" if now else "Whether yours does is not told here.",
            sources=after.sources,
        )


def _of(kind: Kind, before: str, after: str, text: str, operation: Operation) -> Found:
    return Found(
        kind=kind, pointer="", before=before, after=after, text=text, breaks=_SENDER, sources=operation.sources
    )


def _statuses(before: Operation, after: Operation) -> Iterator[Found]:
    if before.success != after.success:
        yield Found(
            kind=Kind.STATUS,
            pointer="",
            before=before.success,
            after=after.success,
            text=f"Success is {after.success} now, it was {before.success}.",
            breaks=_READER,
            sources=after.sources,
        )
    more, less = [
        [each for each in one if each not in other]
        for one, other in ((after.errors, before.errors), (before.errors, after.errors))
    ]
    if more or less:
        come = f"{listed(more)} can come too" if more else ""
        gone = f"{listed(less)} {'is' if len(less) == 1 else 'are'} not documented any more" if less else ""
        yield Found(
            kind=Kind.ERRORS,
            pointer="",
            before=list(before.errors),
            after=list(after.errors),
            text=f"Of the error statuses, {' and '.join(filter(None, (come, gone)))}.",
            sources=after.sources,
        )


def _line(operation: Operation) -> str:
    return f"{operation.method} {operation.path}"


def _path(operation: Operation) -> str:
    return re.sub(r"\{[^}]*\}", "{}", operation.path)
