"""How a call is shown, alone and beside another one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import Any

from conformance.model import JSON
from conformance.notebook.display.callview import NOT_RECOGNISED, CallView
from conformance.notebook.display.layout import WIDTH, prose, safe, screen, wrapped
from conformance.notebook.display.nodes import Mark, pointer_to
from conformance.notebook.display.registry import shows
from conformance.notebook.display.tree import json_tree, tree_text
from conformance.notebook.look import chip
from conformance.showing import Shown

__all__ = ["CallView", "SideBySide", "side_by_side"]

_PLAIN_LINES = 55
_LINES, _LINES_OF_A_SIDE = 400, 250
_BETWEEN = 2
_TYPES = {"web_call": "web call", "phone_call": "phone call"}
_ONLY_HERE = Mark(text="", kind="plain", word="only here")
_DEEPEST = 12


class SideBySide(Shown):
    """Two calls in two columns.

    Attributes:
        left: The first.
        right: The second.
    """

    def __init__(self, left: CallView, right: CallView) -> None:
        self.left, self.right = left, right

    @property
    def only(self) -> tuple[Mapping[str, list[Mark]], Mapping[str, list[Mark]]]:
        """What only the one has, and only the other, by place; what stands inside such a place is not told again."""
        one, other = self.left.value, self.right.value
        return (
            {pointer: [_ONLY_HERE] for pointer in _only(one, other)},
            {pointer: [_ONLY_HERE] for pointer in _only(other, one)},
        )

    def __repr__(self) -> str:
        return f"{self.left!r}; {self.right!r}"


def side_by_side(web: Any, phone: Any, *, edition: str | None = None, personal: bool = False) -> SideBySide:
    """Two calls in two columns, with what only one of them has marked: a web call and a phone call, say.

    Args and raises: as for `CallView`; a `CallView` is taken as it is.
    """
    views = (
        call if isinstance(call, CallView) else CallView(call, edition=edition, personal=personal)
        for call in (web, phone)
    )
    return SideBySide(*views)


def _only(one: JSON, other: JSON, pointer: str = "", depth: int = 0) -> Iterator[str]:
    """Places of objects that only the first value has."""
    if not isinstance(one, Mapping) or not isinstance(other, Mapping) or depth > _DEEPEST:
        return
    for name, value in one.items():
        at = pointer_to(pointer, name)
        if name not in other:
            yield at
        else:
            yield from _only(value, other[name], at, depth + 1)


@shows(CallView)
def show_call(view: CallView) -> tuple[str, str]:
    """A call as a tree of its fields."""
    plain = tree_text(view.value, view.marks, view.notes, readings=view.readings, most=_PLAIN_LINES)
    return f"{_head(view)}{_tree(view)}", screen([*_plain_head(view, WIDTH), *plain.splitlines()])


@shows(SideBySide)
def show_side_by_side(pair: SideBySide) -> tuple[str, str]:
    """Two calls in two columns."""
    both = list(zip((pair.left, pair.right), pair.only, strict=True))
    shown = "".join(f'<div class="cx-side">{_head(view)}{_tree_of_a_side(view, only)}</div>' for view, only in both)
    return f'<div class="cx-columns">{shown}</div>', screen(_side_lines(*(_side(*each) for each in both)))


def _side(view: CallView, only: Mapping[str, list[Mark]]) -> list[str]:
    width = (WIDTH - _BETWEEN) // 2
    told = tree_text(
        view.value, _joined(view, only), readings=view.readings, width=width, most=_PLAIN_LINES
    ).splitlines()
    return [*(line[:width] for line in _plain_head(view, width)), *told]


def _side_lines(left: list[str], right: list[str]) -> Iterator[str]:
    width = (WIDTH - _BETWEEN) // 2
    for one, other in zip_longest(left, right, fillvalue=""):
        yield f"{one:<{width + _BETWEEN}}{other}".rstrip()


def _head(view: CallView) -> str:
    of_a_type = view.kind == "call" and isinstance(view.value, dict) and view.value.get("call_type")
    name = _TYPES.get(str(of_a_type), view.kind.replace("-", " "))
    title = f"<h3>{safe(name[:1].upper() + name[1:])} {chip(*view.verdict)}</h3>"
    return f'{title}<p class="cx-quiet">{prose(_about(view))}</p>'


def _about(view: CallView) -> str:
    if view.kind == NOT_RECOGNISED:
        return "It is no JSON." if view.told else "Nothing tells what this is. Name its kind, as in `web-call`."
    hidden = "" if view.personal else " Personal data are hidden; `personal=True` shows them."
    return f"Judged as `{view.kind}` of the edition `{view.edition}`.{hidden}"


def _plain_head(view: CallView, width: int) -> list[str]:
    return [line[:width] for line in wrapped(f"{view.kind} of {view.edition}: {view.verdict[1]}")]


def _tree(view: CallView) -> str:
    return json_tree(view.value, view.marks, view.notes, readings=view.readings, label=view.kind, most=_LINES)


def _tree_of_a_side(view: CallView, only: Mapping[str, list[Mark]]) -> str:
    """What its fields mean is left out: two calls are looked at for what differs."""
    marks = _joined(view, only)
    return json_tree(view.value, marks, readings=view.readings, label=view.kind, most=_LINES_OF_A_SIDE)


def _joined(view: CallView, extra: Mapping[str, list[Mark]]) -> Mapping[str, list[Mark]]:
    found = {pointer: list(marks) for pointer, marks in view.marks.items()}
    for pointer, marks in extra.items():
        found.setdefault(pointer, []).extend(marks)
    return found
