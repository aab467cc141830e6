"""A JSON value as a tree that folds without a script, with what is wrong marked at its very place."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping

from conformance.model import JSON
from conformance.notebook.display.nodes import MOST_LINES, Mark, Marks, Node, pointer_to, tree
from conformance.notebook.look import esc
from conformance.reports.html.escape import esc as safe
from conformance.reports.html.escape import prose

__all__ = ["Mark", "Marks", "json_tree", "mark_html", "node_html", "node_lines", "pointer_to", "tree", "tree_text"]

WORDS = {"failed": ("✗", "wrong"), "warned": ("!", "should"), "plain": ("▸", "note"), "tag": ("", "")}
_QUIET = frozenset({"plain", "tag"})
_FEW = 8
"""So many lines are unfolded at the last level that is."""


def json_tree(
    value: JSON,
    marks: Marks | None = None,
    notes: Mapping[str, str] | None = None,
    *,
    readings: Mapping[str, str] | None = None,
    opened: int = 2,
    label: str = "JSON",
    most: int = MOST_LINES,
) -> str:
    """A value as HTML: nested lists that fold. It hides nothing; give it what a `Redactor` has been over.

    Large and deep values are cut and say how much is left out; what is marked is always shown. No value makes it raise.

    Args:
        value: What `json.loads` gives.
        marks: What is wrong, by JSON pointer; a place that is not there gets a line that says `missing`.
        notes: What a field is, by JSON pointer; words between backticks are code.
        readings: A value again for people, by JSON pointer: `2024-06-10 06:13:20 UTC`.
        opened: How many levels are unfolded; what holds a mark is unfolded always.
        label: What the value is, for those who do not see it.
        most: How many lines are shown, roughly.
    """
    return node_html(tree(value, marks, notes, readings, most=most), opened=opened, label=label)


def node_html(node: Node, *, opened: int = 2, label: str = "JSON", few: int = _FEW) -> str:
    """A tree that was made already, as `json_tree` shows it.

    Args:
        few: Of how many lines at most something is unfolded at the last level that is.
    """
    told = " cx-told" if _has_notes(node) else ""
    return f'<ul class="cx-tree{told}" aria-label="{esc(label)}">{_item(node, opened, few)}</ul>'


def _has_notes(node: Node) -> bool:
    return bool(node.note) or any(map(_has_notes, node.children))


def _item(node: Node, opened: int, few: int) -> str:
    wrong = " cx-wrong" if any(each.kind not in _QUIET for each in node.marks) else ""
    marks = "".join(mark_html(each, missing=node.kind == "missing") for each in node.marks if each.text)
    if not node.children and not node.hidden:
        return f'<li class="cx-leaf{wrong}"><div class="cx-line">{_line(node)}</div>{marks}</li>'
    is_open = " open" if node.marked or opened > 1 or (opened == 1 and len(node.children) <= few) else ""
    more = f'<li class="cx-more">… and {node.hidden:,} more</li>' if node.hidden else ""
    below = "".join(_item(each, opened - 1, few) for each in node.children)
    return (
        f'<li class="cx-branch{wrong}"><details{is_open}><summary class="cx-line">{_line(node)}</summary>'
        f"{marks}<ul>{below}{more}</ul></details></li>"
    )


def _line(node: Node) -> str:
    key = f'<span class="cx-key">{esc(node.key)}:</span> ' if node.key else ""
    shown = f'<span class="cx-value cx-{node.kind}">{esc(node.text)}</span>'
    if any(each.kind not in _QUIET for each in node.marks):
        shown = f"<mark>{shown}</mark>"
    reading = f' <span class="cx-reading">→ {esc(node.reading)}</span>' if node.reading else ""
    note = f' <span class="cx-says"><i>{prose(node.note)}</i></span>' if node.note else ""
    tags = "".join(_tag(each) for each in node.marks if not each.text)
    return f'<span class="cx-pair">{key}{shown}{tags}{reading}</span>{note}'


def _tag(mark: Mark) -> str:
    return f' <b class="cx-tag cx-{esc(mark.kind)}">{esc(" ".join(_word(mark)).strip())}</b>'


def mark_html(mark: Mark, *, missing: bool = False, place: str = "") -> str:
    """What is said at one place: sign, word and sentence.

    Args:
        missing: Whether the place is not there.
        place: Where it is, in case it does not stand there.
    """
    sign, word = _word(mark, missing=missing)
    at = f"<code>{safe(place)}</code> " if place else ""
    return f'<div class="cx-mark cx-{esc(mark.kind)}"><b>{esc(sign)} {esc(word)}</b> {at}{prose(mark.text)}</div>'


def _word(mark: Mark, *, missing: bool = False) -> tuple[str, str]:
    sign, word = WORDS.get(mark.kind, WORDS["plain"])
    return sign, mark.word or ("missing" if missing and mark.kind == "failed" else word)


def tree_text(
    value: JSON,
    marks: Marks | None = None,
    notes: Mapping[str, str] | None = None,
    *,
    readings: Mapping[str, str] | None = None,
    width: int = 100,
    most: int = 60,
) -> str:
    """The same as plain text, at most `width` columns wide and `most` lines long; marked places come before others."""
    return "\n".join(node_lines(tree(value, marks, notes, readings), width=width, most=most))


def node_lines(node: Node, *, width: int = 100, most: int = 60) -> list[str]:
    """A tree that was made already, as `tree_text` shows it."""
    lines = list(_lines(node, "", width))
    if len(lines) <= most:
        return [line for line, _ in lines]
    room = most - 1 - sum(kept for _, kept in lines)
    shown = []
    for line, kept in lines:
        room -= not kept
        if kept or room >= 0:
            shown.append(line)
    shown = shown[: most - 1]
    return [*shown, f"… and {len(lines) - len(shown)} more lines"]


def _lines(node: Node, indent: str, width: int) -> Iterator[tuple[str, bool]]:
    """Lines, and whether each one has to be shown."""
    key = f"{node.key}: " if node.key else ""
    reading = f"→ {node.reading}" if node.reading else ""
    tags = " ".join(" ".join(_word(each)).strip() for each in node.marks if not each.text)
    told = "  ".join(part for part in (f"{key}{node.text}".rstrip(), tags, reading, node.note) if part)
    yield _fit(indent + told, width), node.marked
    for mark in node.marks:
        if mark.text:
            sign, word = _word(mark, missing=node.kind == "missing")
            begin, after = f"{indent}  {sign} {word}: ", " " * (len(indent) + 4)
            for line in textwrap.wrap(mark.text, width, initial_indent=begin, subsequent_indent=after):
                yield line, True
    for child in node.children:
        yield from _lines(child, f"{indent}  ", width)
    if node.hidden:
        yield f"{indent}  … and {node.hidden:,} more", False


def _fit(line: str, width: int) -> str:
    return line if len(line) <= width else f"{line[: width - 2]} …"
