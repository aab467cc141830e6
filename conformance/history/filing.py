"""Adds a picture to what was seen of its group, within bounds."""

from __future__ import annotations

from collections.abc import Callable

from conformance.history.fingerprint import Counts, Group, Trace
from conformance.history.formats import NOT_SHOWN, kept_id
from conformance.history.picture import Picture
from conformance.model import JSON

_PATHS = 2_000
_UNKNOWN_NAMES = 30
"""How many names that the contract does not know are kept of one object: with more it is a map."""
_VALUES, _TOKENS = 50, 12
_IDS = 50
_NONE = -1


def file_picture(group: Group, picture: Picture, *, state: str, value: JSON, safely: Callable[[str], str]) -> None:
    """Count what a picture shows.

    Args:
        state: Where the call stands, or "".
        value: The call, for its id.
        safely: Gives a text back, or something else if it must not be kept.
    """
    witness = _Witness(group, value, safely)
    group.pictures += 1
    if state not in group.shown:
        group.shown[state] = witness.index()
    for place, count in picture.places.items():
        trace = _trace(group, place, safely, unknown=place in picture.unknown)
        if trace is not None:
            seen = trace.seen.setdefault(state, [0, 0])
            seen[0] += 1
            seen[1] += count < picture.holders.get(parent(place), 0)
    _file_what_stands(group, picture, witness, safely)
    _file_holders(group, picture, state, witness)


def _file_what_stands(group: Group, picture: Picture, witness: _Witness, safely: Callable[[str], str]) -> None:
    for found, name in ((picture.types, "types"), (picture.formats, "formats")):
        for place, what in found:
            if place in group.paths:
                _count(getattr(group.paths[place], name), what, witness)
    for place, value in picture.values:
        if place in group.paths:
            _count(group.paths[place].values, safely(value), witness)
    for place, token in picture.tokens:
        if place in group.paths:
            _count_token(group.paths[place], safely(token), witness)
    for place, (shortest, longest) in picture.lengths.items():
        if place in group.paths:
            known = group.paths[place].lengths or (shortest, longest)
            group.paths[place].lengths = min(known[0], shortest), max(known[1], longest)


def _file_holders(group: Group, picture: Picture, state: str, witness: _Witness) -> None:
    for place in picture.holders:
        if place in group.paths:
            of = group.paths[place].of
            of[state] = of.get(state, 0) + 1
    for place, trace in group.paths.items():
        if place not in picture.places and state not in trace.missing and parent(place) in picture.holders:
            trace.missing[state] = witness.index()


class _Witness:
    """The call that shows something; its id is kept when it is the first to do so."""

    def __init__(self, group: Group, value: JSON, safely: Callable[[str], str]) -> None:
        self._group, self._value, self._safely = group, value, safely
        self._index: int | None = None

    def index(self) -> int:
        """The index of its id; -1 if there is none that may be kept, or no room."""
        if self._index is None:
            found = kept_id(self._value.get("call_id")) if isinstance(self._value, dict) else ""
            ids = self._group.ids
            if not found or self._safely(found) != found:
                self._index = _NONE
            elif found in ids:
                self._index = ids.index(found)
            elif len(ids) < _IDS:
                ids.append(found)
                self._index = len(ids) - 1
            else:
                self._index = _NONE
        return self._index


def _trace(group: Group, place: str, safely: Callable[[str], str], *, unknown: bool) -> Trace | None:
    found = group.paths.get(place)
    if found is not None or len(group.paths) >= _PATHS:
        return found
    if unknown:
        holder, _, name = place.rpartition("/")
        if safely(name) != name or sum(each.unknown and parent(at) == holder for at, each in group.paths.items()) >= (
            _UNKNOWN_NAMES
        ):
            return None
    group.paths[place] = Trace(unknown=unknown)
    return group.paths[place]


def _count(counts: Counts, what: str, witness: _Witness) -> None:
    if what in counts:
        counts[what][0] += 1
    elif len(counts) < _VALUES:
        counts[what] = [1, witness.index()]


def _count_token(trace: Trace, token: str, witness: _Witness) -> None:
    if trace.open or token == NOT_SHOWN or (len(trace.tokens) >= _TOKENS and token not in trace.tokens):
        trace.open = True
        trace.tokens.clear()
    else:
        _count(trace.tokens, token, witness)


def parent(path: str) -> str:
    """The path of what a path is in: `/call_cost` for `/call_cost/product_costs`. Of "" itself, nothing."""
    return path.rpartition("/")[0] if path else "-"


def add(counts: dict[str, int], what: str) -> None:
    """One more, of as many kinds as there is room for."""
    if what in counts or len(counts) < _VALUES:
        counts[what] = counts.get(what, 0) + 1
