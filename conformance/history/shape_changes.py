"""What changed in one group of shapes, path by path, and how likely chance explains it."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.history.fingerprint import Group, Trace
from conformance.history.promises import Promise
from conformance.history.shape_change import Pair, ShapeChange
from conformance.history.shape_contents import content_changes
from conformance.history.shape_presence import presence_changes

__all__ = ["changes_of"]


def changes_of(before: Group, after: Group, promise: Promise, *, where: str) -> Iterator[ShapeChange]:
    """What differs between two groups, whatever chance says.

    Args:
        where: What was counted: `calls`, `answers`.
    """
    for path in sorted(before.paths.keys() | after.paths.keys()):
        pair = Pair(
            path=path,
            promise=promise.at(path),
            before=before.paths.get(path, Trace()),
            after=after.paths.get(path, Trace()),
            ids=after.ids,
            unit=where,
        )
        yield from presence_changes(pair, before, after)
        if pair.before.count and pair.after.count:
            yield from content_changes(pair)
