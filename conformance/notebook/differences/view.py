"""The widgets of `EditionDiff`: choices, filters, what has to change, and the list."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import ipywidgets

from conformance.contract.diff.told import markdown
from conformance.contract.diff.values import AREAS, Change, Difference
from conformance.notebook.differences.changelist import ChangeList
from conformance.notebook.differences.illustrations import Illustrations
from conformance.notebook.differences.telling import (
    BREAKS,
    NOTHING,
    counted,
    head,
    heading,
    opened,
    style_of_panel,
)
from conformance.notebook.display.differences import duty_list
from conformance.notebook.look import chip, esc
from conformance.notebook.parts.copying import Copy

__all__ = ["View"]

_OPEN_AT_MOST = 25
"""With so few changes listed, nobody has to open the groups first."""
_PARTIES = [
    ("all changes", ""),
    ("breaks anybody", "any"),
    *((f"breaks {words}", str(party)) for party, words in BREAKS.items()),
    ("breaks nobody", "none"),
]


class View:
    """The widgets, without knowing what is done with them.

    Args:
        editions: The ids to choose from.
        difference: What is shown first.
        style: Makes the widget with the style of the panel.
    """

    def __init__(
        self, editions: Sequence[str], difference: Difference, style: Callable[[str], ipywidgets.HTML]
    ) -> None:
        self.is_quiet = False
        self.before = _choice("before", [(each, each) for each in editions], "cx-before", "7em")
        self.after = _choice("after", [(each, each) for each in editions], "cx-after", "7em")
        self.before.value, self.after.value = difference.before, difference.after
        self.swap = _button("swap", "cx-swap", "Show it in the other direction")
        self.operation = _choice("operation or event", [("all", "")], "cx-filter-operation", "15em")
        self.area = _choice("area", [("all", ""), *((each, each) for each in AREAS)], "cx-filter-area", "8em")
        self.kind = _choice("kind", [("all", "")], "cx-filter-kind", "13em")
        self.party = _choice("breaks", _PARTIES, "cx-filter-party", "12em")
        self.words = ipywidgets.Text(description="words", placeholder="agent_name", layout={"width": "13em"})
        self.words.add_class("cx-words")
        self.clear = _button("clear", "cx-clear", "Show all changes again")
        self.wide = ipywidgets.ToggleButton(description="open all", tooltip="Open or close every operation")
        self.wide.add_class("cx-wide-toggle")
        self.copy = Copy(label="copy Markdown")
        self.told, self.duties, self.problem = ipywidgets.HTML(), ipywidgets.HTML(), ipywidgets.HTML()
        self.told.add_class("cx-told")
        self.duties.add_class("cx-duty-list")
        self.list_of_changes = ChangeList()
        self.wide.observe(self._fold, "value")
        self.children = (
            style(style_of_panel()),
            _row(self.before, self.swap, self.after),
            self.duties,
            _row(self.operation, self.area, self.kind, self.party, self.words, self.clear),
            _row(self.told, self.wide, self.copy),
            self.problem,
            self.list_of_changes,
        )
        self.hold(difference)

    def on_choice(self, name: str, called: Callable[..., None]) -> None:
        """Have something called when one of the widgets gets another value."""
        getattr(self, name).observe(called, "value")

    @contextlib.contextmanager
    def quiet(self) -> Iterator[None]:
        """Change several values and have nothing called."""
        self.is_quiet = True
        try:
            yield
        finally:
            self.is_quiet = False

    def hold(self, difference: Difference) -> None:
        """Show another difference; the filters stay as far as they still mean something."""
        self._difference, self._places = difference, {id(each): at for at, each in enumerate(difference)}
        pictures = Illustrations(difference)
        kinds = dict.fromkeys(each.kind for each in difference)
        events = dict.fromkeys(name for each in difference for _, name, _ in (*each.met, ("", each.operation, "")))
        with self.quiet():
            _offer(self.operation, [("all", ""), *((name, name) for name in events)])
            _offer(self.kind, [("all", ""), *sorted((kind.verb, str(kind)) for kind in kinds)])
        self.duties.value = duty_list(difference) if difference else ""
        with self.list_of_changes.hold_sync():
            self.list_of_changes.opened = []
            self.list_of_changes.groups = []  # those of the other rows mean nothing any more
            self.list_of_changes.empty = ""
            self.list_of_changes.examples = {
                name: shown for name in difference.operations if (shown := pictures.whole(name))
            }
            self.list_of_changes.rows = [
                [head(each), opened(difference, each, pictures.at(each))] for each in difference
            ]

    def list(self, found: Difference) -> None:
        """List the changes that are left by the filters."""
        difference = self._difference
        self.problem.value = ""
        told = counted(found.changes)
        if len(found) < len(difference):
            told = f"{len(found)} of {len(difference)} changes{told[told.index(':') :]}"
        self.told.value = f'<p class="cx-count" role="status">{esc(told)}</p>' if difference else ""
        self.copy.text = markdown(found)
        nothing = NOTHING.format(before=difference.before, after=difference.after)
        no_fit = '<p class="cx-note">No change fits these filters. Clear them to see all.</p>'
        self.list_of_changes.empty = no_fit if difference else f"<p>{chip('passed', 'equal')} {esc(nothing)}</p>"
        wide = self.wide.value or len(found) <= _OPEN_AT_MOST
        grouped = {chosen: found.changes} if (chosen := self.operation.value) and found else _by_operation(found)
        self.list_of_changes.groups = [self._group(name, each, wide=wide) for name, each in grouped.items()]

    def open(self, at: int) -> None:
        """Open the change with this index."""
        shown = self.list_of_changes
        shown.opened = [*(each for each in shown.opened if each != at), at]

    def failed(self, told: str) -> None:
        """Say what went wrong."""
        self.problem.value = f'<p class="cx-note cx-failed" role="alert">✗ {esc(told)}</p>'

    def _group(self, name: str, changes: Sequence[Change], *, wide: bool) -> dict[str, Any]:
        return {
            "title": name,
            "told": heading(name, changes),
            "example": name if name in self.list_of_changes.examples else "",
            "rows": [self._places[id(each)] for each in changes],
            "open": wide,
        }

    def _fold(self, _event: object) -> None:
        self.wide.description = "close all" if self.wide.value else "open all"
        self.list_of_changes.wide = self.wide.value


def _by_operation(found: Difference) -> dict[str, list[Change]]:
    groups: dict[str, list[Change]] = {}
    for each in found:
        groups.setdefault(each.operation, []).append(each)
    return groups


def _choice(label: str, options: Sequence[tuple[str, str]], css: str, width: str) -> ipywidgets.Dropdown:
    made = ipywidgets.Dropdown(description=label, options=options, layout={"width": width})
    made.add_class(css)
    return made


def _button(label: str, css: str, tooltip: str) -> ipywidgets.Button:
    made = ipywidgets.Button(description=label, tooltip=tooltip)
    made.add_class(css)
    return made


def _offer(choice: ipywidgets.Dropdown, options: Sequence[tuple[str, str]]) -> None:
    """Other options, with the same value if it is still among them."""
    kept = choice.value if choice.value in {value for _, value in options} else ""
    choice.options = options
    choice.value = kept


def _row(*widgets: ipywidgets.Widget) -> ipywidgets.HBox:
    made = ipywidgets.HBox(widgets)
    made.add_class("cx-row")
    made.add_class("cx-controls")
    return made
