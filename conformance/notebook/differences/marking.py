"""JSON before and after, line by line, with what differs marked by a sign, a word and a colour."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from conformance.model import JSON
from conformance.notebook.look import esc, json_text

__all__ = ["ABSENT", "ADDED", "CHANGED", "REMOVED", "excerpt", "marked", "pair", "versus"]

REMOVED, ADDED, CHANGED = "removed", "added", "changed"
_SIGNS = {REMOVED: "-", ADDED: "+", CHANGED: "!"}
_TAGS = {REMOVED: "del", ADDED: "ins", CHANGED: "mark"}
ABSENT = '<p class="cx-quiet">not there</p>'
"""What stands where one of two editions has nothing."""
_MOST_LINES = 400
_SIDE_BY_SIDE = 2
_NOWHERE = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    text: str
    pointer: str


def marked(value: JSON, marks: Mapping[str, str]) -> str:
    """JSON as HTML, with some of its places marked.

    Args:
        marks: `removed`, `added` or `changed` by pointer, in which `*` is any index. What is removed or added
            is so with all that it holds; of what is changed only the place itself is marked.
    """
    return _listed([(line.text, _mark_of(line.pointer, marks)) for line in _lines(value)])


def versus(before: JSON, after: JSON) -> tuple[str, str]:
    """Two values as HTML, each with the lines marked that the other one does not have; None is nothing."""
    if before is None or after is None:
        return tuple(_all(each, mark) for each, mark in ((before, REMOVED), (after, ADDED)))  # type: ignore[return-value]
    old, new = (json_text(each).split("\n") for each in (before, after))
    matcher = difflib.SequenceMatcher(a=old, b=new, autojunk=False)
    kept = [block for block in matcher.get_matching_blocks() if block.size]
    same_old = {at for block in kept for at in range(block.a, block.a + block.size)}
    same_new = {at for block in kept for at in range(block.b, block.b + block.size)}
    return (
        _listed([(line, "" if at in same_old else REMOVED) for at, line in enumerate(old)]),
        _listed([(line, "" if at in same_new else ADDED) for at, line in enumerate(new)]),
    )


def _all(value: JSON, mark: str) -> str:
    return ABSENT if value is None else _listed([(line.text, mark) for line in _lines(value)])


def pair(columns: Sequence[tuple[str, str]], *, label: str = "") -> str:
    """Pieces of HTML beside each other, each below its title; a real table, so that it also reads well without styles.

    Args:
        columns: Title (a text) and HTML of each.
        label: What the table shows, for those who do not see it.
    """
    heads = "".join(f'<th scope="col">{esc(title)}</th>' for title, _ in columns)
    cells = "".join(f'<td data-title="{esc(title)}">{inner}</td>' for title, inner in columns)
    named = f' aria-label="{esc(label)}"' if label else ""
    many = " cx-many" if len(columns) > _SIDE_BY_SIDE else ""
    return f'<table class="cx-pair{many}"{named}><thead><tr>{heads}</tr></thead><tbody><tr>{cells}</tr></tbody></table>'


def excerpt(value: JSON, pointer: str) -> JSON | None:
    """A value with nothing but what lies on the way to a place and the place itself; None if it has no such place.

    Args:
        pointer: With `*` for any index; the first item that has the rest of the place stands for all.
    """
    found = _along(value, pointer.split("/")[1:] if pointer else [])
    return None if found is _NOWHERE else found


def _along(value: JSON, way: Sequence[str]) -> JSON:
    if not way:
        return value
    name, rest = way[0].replace("~1", "/").replace("~0", "~"), way[1:]
    if isinstance(value, Mapping) and name in value:
        inner = _along(value[name], rest)
        return inner if inner is _NOWHERE else {name: inner}
    if isinstance(value, list) and name == "*":
        found = next((inner for each in value if (inner := _along(each, rest)) is not _NOWHERE), _NOWHERE)
        return found if found is _NOWHERE else [found]
    return _NOWHERE


def _mark_of(pointer: str, marks: Mapping[str, str]) -> str:
    if marks.get(pointer):
        return marks[pointer]
    parts = pointer.split("/")
    above = ("/".join(parts[:length]) for length in range(len(parts) - 1, -1, -1))
    return next((marks[each] for each in above if marks.get(each) in {REMOVED, ADDED}), "")


def _lines(value: JSON, pointer: str = "", head: str = "", depth: int = 0, tail: str = "") -> Iterator[_Line]:
    room = "  " * depth
    pieces: list[tuple[str, str, JSON]]
    if isinstance(value, Mapping) and value:
        pieces = [(f"{pointer}/{_escaped(name)}", f"{_text(name)}: ", inner) for name, inner in value.items()]
        opening, closing = "{", "}"
    elif isinstance(value, list) and any(isinstance(each, Mapping | list) and each for each in value):
        pieces = [(f"{pointer}/*", "", inner) for inner in value]
        opening, closing = "[", "]"
    else:
        yield _Line(text=f"{room}{head}{_text(value)}{tail}", pointer=pointer)
        return
    yield _Line(text=f"{room}{head}{opening}", pointer=pointer)
    for at, (where, name, inner) in enumerate(pieces):
        yield from _lines(inner, where, name, depth + 1, "," if at < len(pieces) - 1 else "")
    yield _Line(text=f"{room}{closing}{tail}", pointer=pointer)


def _listed(lines: Sequence[tuple[str, str]]) -> str:
    shown = [_line(text, mark) for text, mark in lines[:_MOST_LINES]]
    if len(lines) > _MOST_LINES:
        shown.append(f"  … and {len(lines) - _MOST_LINES} more lines")
    return '<pre tabindex="0">{}</pre>'.format("\n".join(shown))


def _line(text: str, mark: str) -> str:
    if not mark:
        return f"  {esc(text)}"
    return f"<{_TAGS[mark]}>{_SIGNS[mark]} {esc(text)}</{_TAGS[mark]}>"


def _text(value: JSON) -> str:
    return json.dumps(value, ensure_ascii=False)


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
