"""A difference as people read it: on a terminal, and as Markdown. What is alike stands in one line."""

from __future__ import annotations

import itertools
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from conformance.contract.diff.values import Change, Difference, Kind, Party
from conformance.contract.diff.words import name_of, sentence
from conformance.contract.schemas import load_schemas

__all__ = ["Entry", "Line", "Section", "entries", "headline", "lines", "markdown", "sections"]

_SIGN, _QUIET = "✗", "·"
_INDENT = 22
_LEGEND_INDENT = 13
_NARROWEST = 60
_LEGEND = (
    (Party.SENDER, "can break code that sends requests"),
    (Party.READER, "can break code that reads answers or receives webhooks"),
)
_NEW = "is new."
_NEW_HEAD = "new operations and events"
_MOVES = frozenset({Kind.MOVED, Kind.RENAMED})
_CITED = frozenset({Kind.SPLIT, Kind.JOINED})


class Line(NamedTuple):
    """A line of text and what it is: `title`, `head`, `breaking`, `quiet`, `clause` or ""."""

    text: str
    role: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Changes that are told together: they differ in the name alone.

    Attributes:
        count: How many they are.
        also: The other operations and events in which people meet them; only told of what breaks.
        cited: Whether the clause is worth a line.
    """

    area: str
    breaks: frozenset[Party]
    text: str
    clauses: tuple[str, ...]
    count: int
    also: tuple[str, ...] = ()
    cited: bool = True


class Section(NamedTuple):
    """An operation or event with what changed of it, what breaks somebody first."""

    title: str
    entries: tuple[Entry, ...]


def sections(difference: Difference) -> tuple[Section, ...]:
    """A difference by operation; those that are nothing but new stand together at the end."""
    gone = _gone(difference)
    fresh = [each for each in difference.changes if not each.pointer and each.kind is Kind.ADDED and not each.breaks]
    told = []
    for operation in difference.operations:
        changes = [each for each in difference.changes if each.operation == operation and each not in fresh]
        if changes:
            told.append(Section(operation, entries(changes, gone)))
    return (*told, *([Section(_NEW_HEAD, entries(fresh, gone))] if fresh else []))


def _gone(difference: Difference) -> frozenset[str]:
    """The operations that only the earlier edition has; what takes their place is told under its own name."""
    old, new = (
        {each.name for each in load_schemas(name).operations()} for name in (difference.before, difference.after)
    )
    return frozenset(old - new)


def entries(changes: Sequence[Change], gone: frozenset[str] = frozenset()) -> tuple[Entry, ...]:
    """The changes of one operation, those that differ in the name alone together.

    Args:
        gone: Names of operations that are not told as further places.
    """
    groups: dict[object, list[Change]] = {}
    for each in changes:
        also = _also(each, gone) if each.breaks else ()
        key = each.area, each.breaks, _parent(each), _phrase(each), each.when, each.note, also
        groups.setdefault(key, []).append(each)
    return tuple(
        Entry(
            area=group[0].area,
            breaks=group[0].breaks,
            text=_text(group),
            clauses=_clauses(group),
            count=len(group),
            also=_also(group[0], gone) if group[0].breaks else (),
            cited=bool(group[0].breaks) or group[0].kind in _CITED,
        )
        for group in groups.values()
    )


def _text(group: Sequence[Change]) -> str:
    first, phrase = group[0], _phrase(group[0])
    inside = _parent(first) if len(group) > 1 or not phrase else ""
    start = f"In {'each item' if inside == '/*' else f'`{inside[1:]}`'}, " if inside else ""
    quoted = dict.fromkeys(f"`{each.pointer.removeprefix(inside)[1:] or each.operation}`" for each in group)
    names = start + ", ".join(quoted)
    if phrase in {first.text, ""}:
        told = start + " ".join(dict.fromkeys(each.text for each in group))
    elif phrase == _NEW:
        told = f"{sentence(f'{start}new')}: {names.removeprefix(start)}."
    else:
        told = f"{names}: each {phrase}" if len(quoted) > 1 else f"{names} {phrase}"
    condition = f", where {first.when}." if first.when else "."
    return f"{told.removesuffix('.')}{condition}{' ' if first.note else ''}{first.note}"


def _parent(change: Change) -> str:
    """The pointer to what the place is in; of what moved, to what both places are in."""
    if change.kind not in _MOVES:
        return change.pointer.rpartition("/")[0]
    steps = zip(str(change.before).split("/"), change.pointer.split("/"), strict=False)
    return "/".join(one for one, _ in itertools.takewhile(lambda each: each[0] == each[1], steps))


def _phrase(change: Change) -> str:
    """The sentence without the name in front, if that is what it begins with; "" for what is told after each other."""
    if change.kind in _MOVES:
        return ""
    if change.kind is Kind.ADDED and not change.pointer:
        return _NEW
    name = sentence(name_of(change.pointer))
    return change.text.removeprefix(name).strip() if change.text.startswith(f"{name} ") else change.text


def _also(change: Change, gone: frozenset[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for _, name, _ in change.met if name != change.operation and name not in gone))


def _clauses(group: Sequence[Change]) -> tuple[str, ...]:
    """Where it is said; where each has a clause of its own, the sources of all of them alone."""
    found = tuple(dict.fromkeys(each.clause for each in group if each.clause))
    if len(found) == 1:
        return found
    parts = (each.partition("): ") for each in found)
    return tuple(dict.fromkeys(f"{head})" if rest else head for head, _, rest in parts))


def headline(difference: Difference, *, of: str = "") -> str:
    """How many changes there are, in a sentence.

    Args:
        of: What was chosen among them, in words.
    """
    count, breaking = len(difference), len(difference.breaking())
    told = f"{count} change{'s' if count > 1 else ''}, {breaking} breaking" if count else "no changes"
    return f"{difference.before} → {difference.after}{f' ({of})' if of else ''}: {told}."


def lines(difference: Difference, *, width: int, of: str = "", leave_out: str = "") -> list[Line]:
    """The difference for a terminal.

    Args:
        width: Columns.
        of: What was chosen among the changes, in words.
        leave_out: What leaves out the changes that break nobody, where there is a way.
    """
    room = max(width, _NARROWEST)
    found = [Line(headline(difference, of=of), "title")]
    if difference:
        found += [Line(""), *_legend(difference, room, leave_out)]
    for title, told in sections(difference):
        found += [Line(""), Line(title, "head")]
        for index, each in enumerate(told):
            found += _entry_lines(each, room)
            following = told[index + 1] if index + 1 < len(told) else None
            if each.cited and not (following and following.cited and following.clauses == each.clauses):
                found += [line for clause in each.clauses for line in _wrapped("", f"({clause})", room, "clause")]
    return found


def _legend(difference: Difference, room: int, leave_out: str) -> Iterator[Line]:
    for party, words in _LEGEND:
        text = f"{words}: {len(difference.breaking(party))}"
        yield from _wrapped(f"  {_SIGN} {party}", text, room, "breaking", indent=_LEGEND_INDENT)
    quiet = len(difference) - len(difference.breaking())
    hint = f" (left out by {leave_out})" if leave_out and quiet and difference.breaking() else ""
    yield from _wrapped(f"  {_QUIET}", f"breaks nobody: {quiet}{hint}", room, "quiet", indent=_LEGEND_INDENT)


def _entry_lines(entry: Entry, room: int) -> Iterator[Line]:
    who = f"{_SIGN} {' '.join(sorted(entry.breaks))}" if entry.breaks else _QUIET
    also = f" Also in {', '.join(entry.also)}." if entry.also else ""
    label = f"  {who:<10}{'' if entry.area == 'operation' else entry.area}"
    yield from _wrapped(label, entry.text + also, room, "breaking" if entry.breaks else "quiet")


def _wrapped(label: str, text: str, room: int, role: str, *, indent: int = _INDENT) -> Iterator[Line]:
    parts = textwrap.wrap(text, room - indent, break_on_hyphens=False, break_long_words=False) or [""]
    yield Line(f"{label:<{indent}}{parts[0]}".rstrip(), role)
    yield from (Line(" " * indent + part, "clause" if role == "clause" else "") for part in parts[1:])


def markdown(difference: Difference, *, of: str = "") -> str:
    """The difference as Markdown: a table for each operation.

    Args:
        of: What was chosen among the changes, in words.
    """
    found = [f"# {headline(difference, of=of)}", ""]
    if difference:
        found += [f"- {words}: {len(difference.breaking(party))}" for party, words in _LEGEND]
        found += [f"- breaks nobody: {len(difference) - len(difference.breaking())}", ""]
    for title, told in sections(difference):
        found += [f"## {title}", "", "| breaks | where | what changed | also in | clause |"]
        found += ["| --- | --- | --- | --- | --- |", *map(_row, told), ""]
    return "\n".join(found).rstrip() + "\n"


def _row(entry: Entry) -> str:
    cells = (
        f"{_SIGN} {', '.join(sorted(entry.breaks))}" if entry.breaks else "nobody",
        entry.area,
        entry.text,
        ", ".join(entry.also),
        "; ".join(entry.clauses),
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
