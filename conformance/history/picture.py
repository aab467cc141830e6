"""One picture of a call or another answer: which paths it has, and what stands there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from conformance.history.formats import form_of, kept_name, kept_value
from conformance.history.promises import Promise, type_of
from conformance.model import JSON

_ITEMS, _INNER_ITEMS = 5, 2
"""How many items of an array are looked into, of each branch; of an array inside another one, such as words."""
_DEEPEST = 24


@dataclass(slots=True)
class Picture:
    """What was found in one value.

    Attributes:
        holders: By path of an object or array: how often it is there.
        places: By path: how often it is there.
        types: What stands at paths; `formats` and `values` likewise.
        tokens: Short words where the contract lists no values.
        unknown: Paths that the contract does not know.
        lengths: By path of an array: shortest and longest.
    """

    holders: dict[str, int] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)
    types: set[tuple[str, str]] = field(default_factory=set)
    formats: set[tuple[str, str]] = field(default_factory=set)
    values: set[tuple[str, str]] = field(default_factory=set)
    tokens: set[tuple[str, str]] = field(default_factory=set)
    unknown: set[str] = field(default_factory=set)
    lengths: dict[str, tuple[int, int]] = field(default_factory=dict)

    def look(self, value: JSON, promise: Promise, path: str, depth: int = 0) -> None:
        """Look into a value; user data and what the contract does not know stays closed."""
        self.places[path] = self.places.get(path, 0) + 1
        self.types.add((path, type_of(value)))
        if isinstance(value, dict):
            self._look_into_object(value, promise, path, depth)
        elif isinstance(value, list):
            self._look_into_array(value, promise, path, depth)
        else:
            self._look_at_leaf(value, promise, path)

    def _look_into_object(self, value: dict[str, JSON], promise: Promise, path: str, depth: int) -> None:
        if promise.closed or depth > _DEEPEST:
            return
        self.holders[path] = self.holders.get(path, 0) + 1
        unknown = set()
        for name, each in value.items():
            member = promise.members.get(name)
            if member is not None:
                self.look(each, member, f"{path}/{name}", depth + 1)
            else:
                # Its name and its type are kept, nothing of what it holds.
                self.types.add((f"{path}/{kept_name(name)}", type_of(each)))
                unknown.add(f"{path}/{kept_name(name)}")
        for place in unknown:
            self.places[place] = self.places.get(place, 0) + 1
        self.unknown |= unknown

    def _look_into_array(self, value: list[JSON], promise: Promise, path: str, depth: int) -> None:
        shortest, longest = self.lengths.get(path, (len(value), len(value)))
        self.lengths[path] = min(shortest, len(value)), max(longest, len(value))
        if promise.closed or promise.items is None or depth > _DEEPEST:
            return
        self.holders[path] = self.holders.get(path, 0) + 1
        items: dict[str, int] = {}
        for label, branch, item in _chosen(value, promise.items, _INNER_ITEMS if "*" in path else _ITEMS):
            place = f"{path}/*<{label}>" if label else f"{path}/*"
            items[place] = items.get(place, 0) + 1
            self.look(item, branch, place, depth + 1)
        for place, count in items.items():
            self.places[place] -= count - 1  # that an array has items counts once

    def _look_at_leaf(self, value: JSON, promise: Promise, path: str) -> None:
        if not promise.known:
            return
        form = form_of(value, promise)
        if form:
            self.formats.add((path, form))
        if isinstance(value, str):
            kept = kept_value(path.rsplit("/", 1)[-1], value, promise)
            if kept:
                (self.tokens if promise.values is None else self.values).add((path, kept))


def _chosen(value: list[JSON], items: Promise, most: int) -> Iterator[tuple[str, Promise, JSON]]:
    """The first items of each branch, so that one long array does not hide the rare kinds."""
    taken: dict[str, int] = {}
    for item in value:
        label, branch = items.branch(item)
        taken[label] = taken.get(label, 0) + 1
        if taken[label] <= most:
            yield label, branch, item
