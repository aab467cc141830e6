"""A JSON value as a tree of lines: what is shown of it, what is cut, and where something is wrong or missing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from conformance.model import JSON
from conformance.reports.html.escape import word_count
from conformance.reports.wording import printable

__all__ = ["MOST_LINES", "Mark", "Marks", "Node", "pointer_to", "tree"]

MOST_LINES = 500
"""So many lines of one value are shown, and some more where marks stand."""
_MOST_OF_A_LIST, _MOST_OF_AN_OBJECT = 40, 100
_MOST_MARKS = 60
_AROUND_A_MARK = 8
_DEEPEST = 24
_LONGEST, _LONGEST_KEY, _LONGEST_MARK = 300, 80, 400
_SHORT = 12
_TEXT_OF_A_LINE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What is to be said at one place of a value.

    Attributes:
        text: A sentence for people.
        kind: `failed`, `warned`, or where nothing is wrong `plain`, and `tag` for a mere word.
        word: What stands before the sentence; "" is the word of the kind.
    """

    text: str
    kind: str = "failed"
    word: str = ""


Marks: TypeAlias = Mapping[str, Sequence[str | Mark]]
"""What is to be said, by JSON pointer; a plain text is a `failed` mark. A pointer may lead to what is not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One line of a tree, and the lines below it.

    Attributes:
        key: Name of the member or index of the item; "" for the whole value.
        kind: `object`, `list`, `text`, `value`, `missing`, or `deep` for what is nested too deeply to be shown.
        text: A value as JSON; of an object or a list how much it holds.
        hidden: How many children are left out.
        reading: The value again, for people: a date, a duration.
        marked: Whether a mark stands here or below.
    """

    key: str
    kind: str
    text: str
    children: tuple[Node, ...] = ()
    hidden: int = 0
    note: str = ""
    reading: str = ""
    marks: tuple[Mark, ...] = ()
    marked: bool = False


def pointer_to(pointer: str, step: object) -> str:
    """The JSON pointer to a member or an item of what another one leads to."""
    return f"{pointer}/{str(step).replace('~', '~0').replace('/', '~1')}"


def tree(
    value: JSON,
    marks: Marks | None = None,
    notes: Mapping[str, str] | None = None,
    readings: Mapping[str, str] | None = None,
    *,
    most: int = MOST_LINES,
) -> Node:
    """The lines that are shown of a value; a large or deep one is cut, but never where a mark stands.

    Args:
        value: What `json.loads` gives, or any other value; none makes it raise.
        notes: What a field is, by JSON pointer.
        readings: What a value means, by JSON pointer: `2024-06-10 06:13:20 UTC`.
        most: How many lines, roughly.
    """
    placed, missing, more = _placed(value, marks or {})
    if more:
        placed.setdefault("", []).append(Mark(text=f"and {more:,} more places below", kind="warned", word="also"))
    walk = _Walk(
        placed,
        missing,
        {} if notes is None else notes,
        {} if readings is None else readings,
        text=most * _TEXT_OF_A_LINE,
    )
    return walk.node("", value, "", 0, most)[0]


_Placed: TypeAlias = dict[str, list[Mark]]
_Missing: TypeAlias = dict[str, dict[str, list[Mark]]]


def _placed(value: JSON, marks: Marks) -> tuple[_Placed, _Missing, int]:
    """Marks by the pointers that exist, those of missing places by what should hold them, and how many are left out."""
    placed: _Placed = {}
    missing: _Missing = {}
    for pointer, told in list(marks.items())[:_MOST_MARKS]:
        made = [each if isinstance(each, Mark) else Mark(text=each) for each in told]
        found, rest = _resolved(value, pointer)
        if rest:
            missing.setdefault(found, {}).setdefault(rest, []).extend(made)
        else:
            placed.setdefault(found, []).extend(made)
    return placed, missing, max(0, len(marks) - _MOST_MARKS)


def _resolved(value: JSON, pointer: str) -> tuple[str, str]:
    """As much of a pointer as exists and can be shown, and the rest of it."""
    found = ""
    steps = pointer.split("/")[1:] if pointer.startswith("/") else [pointer] * bool(pointer)
    for number, step in enumerate(steps):
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(value, Mapping) and name in value and number < _DEEPEST:
            value = value[name]
        elif _is_index(value, name) and number < _DEEPEST:
            value = value[int(name)]
        else:
            return found, "/".join(steps[number:])
        found = f"{found}/{step}"
    return found, ""


def _is_index(value: JSON, step: str) -> bool:
    return isinstance(value, list | tuple) and step.isdecimal() and len(step) <= _SHORT and int(step) < len(value)


class _Walk:
    """Goes through a value once; how much is shown is shared out as it goes."""

    def __init__(
        self, placed: _Placed, missing: _Missing, notes: Mapping[str, str], readings: Mapping[str, str], *, text: int
    ) -> None:
        self._placed, self._missing, self._notes, self._readings = placed, missing, notes, readings
        self._marked = {above for pointer in (*placed, *missing) for above in _above(pointer)}
        self._text_left = text

    def node(self, key: str, value: JSON, pointer: str, depth: int, allowance: int) -> tuple[Node, int]:
        """The line of a value, and how many lines it took with those below it."""
        children, hidden, used = self._below(value, pointer, depth, allowance)
        lost = [_missing_node(name, marks) for name, marks in self._missing.get(pointer, {}).items()]
        kind, text = self._text(value, depth)
        made = Node(
            key=_cut(key, _LONGEST_KEY) or '""' * bool(depth),
            kind=kind,
            text=text,
            children=(*children, *lost),
            hidden=hidden,
            note=self._notes.get(pointer, ""),
            reading=self._readings.get(pointer, ""),
            marks=tuple(map(_shown, self._placed.get(pointer, ()))),
            marked=pointer in self._marked,
        )
        return made, 1 + used + len(lost)

    def _below(self, value: JSON, pointer: str, depth: int, allowance: int) -> tuple[list[Node], int, int]:
        """The children that are shown, how many are not, and how many lines those took that are."""
        if not isinstance(value, Mapping | list | tuple) or not value or depth >= _DEEPEST:
            return [], 0, 0
        most = _MOST_OF_AN_OBJECT if isinstance(value, Mapping) else _MOST_OF_A_LIST
        shown: list[Node] = []
        used = 0
        for place, (name, each) in enumerate(_members(value)):
            at = pointer_to(pointer, name)
            left = allowance - used - min(most, len(value)) + place
            wanted = at in self._marked
            if not wanted and (place >= most or used >= allowance):
                continue
            is_last = place == min(most, len(value)) - 1
            share = max(left if is_last else left // 2, _AROUND_A_MARK * wanted, 0)
            child, took = self.node(str(name), each, at, depth + 1, share)
            shown.append(child)
            used += took
        return shown, len(value) - len(shown), used

    def _text(self, value: JSON, depth: int) -> tuple[str, str]:
        if isinstance(value, Mapping | list | tuple) and (not value or depth < _DEEPEST):
            return _size(value)
        if isinstance(value, Mapping | list | tuple):
            return "deep", f"nested too deeply to be shown: {_size(value)[1]}"
        if isinstance(value, str):
            return "text", self._spent(_quoted(value, _LONGEST if self._text_left > 0 else _SHORT))
        return "value", self._spent(_other(value))

    def _spent(self, text: str) -> str:
        self._text_left -= len(text) + 5 * sum(map(text.count, "\"<>&'"))
        return text


def _members(value: JSON) -> Iterator[tuple[object, JSON]]:
    return iter(value.items()) if isinstance(value, Mapping) else enumerate(value)


def _above(pointer: str) -> Iterator[str]:
    """A pointer, and those to all that holds what it leads to."""
    yield pointer
    while pointer:
        pointer = pointer.rpartition("/")[0]
        yield pointer


def _missing_node(name: str, marks: Sequence[Mark]) -> Node:
    told = tuple(map(_shown, marks))
    return Node(key=_cut(name, _LONGEST_KEY), kind="missing", text="missing", marks=told, marked=True)


def _size(value: JSON) -> tuple[str, str]:
    number = len(value)
    if isinstance(value, Mapping):
        return "object", f"{{{word_count(number, 'field')}}}" if number else "{}"
    return "list", f"[{word_count(number, 'item')}]" if number else "[]"


def _quoted(text: str, longest: int) -> str:
    cut = printable(json.dumps(text[:longest], ensure_ascii=False))
    left = len(text) - longest
    return cut if left <= 0 else f"{cut} … and {left:,} more characters"


def _other(value: object) -> str:
    """A number, true, false or null as JSON; whatever else somebody passed as Python shows it."""
    try:
        text = json.dumps(value)
    except (ValueError, TypeError, RecursionError):
        try:
            text = repr(value)
        except Exception:  # noqa: BLE001 - the value of somebody else, whatever it does
            text = f"a {type(value).__name__} that cannot be shown"
    return _cut(text, _LONGEST)


def _shown(mark: Mark) -> Mark:
    return Mark(text=_cut(mark.text, _LONGEST_MARK), kind=mark.kind, word=mark.word)


def _cut(text: str, longest: int) -> str:
    return printable(text if len(text) <= longest else f"{text[: longest - 1]}…")
