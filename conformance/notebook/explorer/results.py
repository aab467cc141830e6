"""The answer, its pages, the ways to repeat it, and the list of what was sent, as widgets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets

from conformance.notebook.explorer.answer import PAGE, head_html, history_line, items_in, page_html
from conformance.notebook.explorer.session import Sent
from conformance.notebook.look import esc
from conformance.notebook.parts.copying import Copy

__all__ = ["ResultView"]

_HIDDEN, _SHOWN = "none", None
_EMPTY = '<p class="cx-quiet">Nothing was sent yet. The answer will stand here, with what is wrong marked.</p>'
_NO_HISTORY = ("nothing was sent yet",)


class ResultView:
    """What came of the requests.

    Args:
        chosen: Told which one somebody chose, by its place: 0 for the newest.
        again: Somebody wants to edit the one that is shown again.
    """

    def __init__(self, chosen: Callable[[int], None], again: Callable[[], None]) -> None:
        self._chosen, self._first = chosen, 0
        self._sent: Sent | None = None
        self.head = ipywidgets.HTML(_EMPTY)
        self.body = ipywidgets.HTML()
        self.body.add_class("cx-body")
        self.previous_button = ipywidgets.Button(description="Previous", tooltip=f"The {PAGE} items before")
        self.next_button = ipywidgets.Button(description="Next", tooltip=f"The next {PAGE} items")
        self.range = ipywidgets.HTML()
        self.pager = _row([self.previous_button, self.range, self.next_button], "cx-pager")
        self.copy_curl, self.copy_httpx, self.copy_call_api = (
            Copy(label=f"Copy {name}") for name in ("curl", "httpx", "CallApi")
        )
        self.copies = _row([self.copy_curl, self.copy_httpx, self.copy_call_api], "cx-copies")
        self.commands = ipywidgets.HTML()
        self.commands.add_class("cx-curl")
        self.history = ipywidgets.Select(description="Sent, newest first", options=_NO_HISTORY, rows=6, disabled=True)
        self.history.add_class("cx-history")
        self.edit_button = ipywidgets.Button(description="Edit again", disabled=True, tooltip="Put it into the form")
        self.edit_button.add_class("cx-edit")
        self.previous_button.on_click(lambda _button: self._turn(-PAGE))
        self.next_button.on_click(lambda _button: self._turn(PAGE))
        self.edit_button.on_click(lambda _button: again())
        self.history.observe(self._picked, "index")
        self.root = self._arranged()
        self._hide()

    def _arranged(self) -> ipywidgets.Box:
        answer = ipywidgets.VBox([self.head, self.pager, self.body, self.copies, self.commands])
        answer.add_class("cx-answer")
        self.past = ipywidgets.VBox([self.history, self.edit_button])
        self.past.add_class("cx-past")
        root = ipywidgets.Box([self.past, answer])
        root.add_class("cx-results")
        return root

    def _hide(self) -> None:
        for each in (self.pager, self.body, self.copies, self.commands, self.past):
            each.layout.display = _HIDDEN

    def show(self, sent: Sent) -> None:
        """Show one exchange from the beginning of its answer."""
        self._sent, self._first = sent, 0
        self.head.value = head_html(sent)
        self._show_page()
        how = sent.commands
        for button, text in (
            (self.copy_curl, how.curl),
            (self.copy_httpx, how.httpx),
            (self.copy_call_api, how.call_api),
        ):
            button.text = text
        self.commands.value = _commands_html(sent)
        for each in (self.body, self.copies, self.commands, self.past):
            each.layout.display = _SHOWN

    def _show_page(self) -> None:
        sent = self._sent
        if sent is None:
            return
        count = items_in(sent)
        self.body.value = page_html(sent, self._first)
        self.pager.layout.display = _SHOWN if count else _HIDDEN
        self.previous_button.disabled = self._first == 0
        self.next_button.disabled = self._first + PAGE >= count
        last = min(self._first + PAGE, count)
        self.range.value = f'<span class="cx-range">{self._first + 1:,} to {last:,} of {count:,}</span>'

    def _turn(self, by: int) -> None:
        count = items_in(self._sent) if self._sent else 0
        if 0 <= self._first + by < count:
            self._first += by
            self._show_page()

    def list(self, sent: Sequence[Sent]) -> None:
        """List what was sent, the newest first, which is chosen."""
        self.history.options = [(history_line(each), place) for place, each in enumerate(sent)]
        self.history.index = 0
        self.history.disabled = self.edit_button.disabled = False

    def _picked(self, change: dict[str, Any]) -> None:
        if change["new"] is not None and not self.history.disabled:
            self._chosen(change["new"])


def _commands_html(sent: Sent) -> str:
    how = sent.commands
    named = (("curl", how.curl), ("Python with httpx", how.httpx), ("Python with CallApi", how.call_api))
    shown = "".join(f'<h4>{name}</h4><pre tabindex="0">{esc(text)}</pre>' for name, text in named if text)
    said = "The key stays in the environment: set <code>RETELL_API_KEY</code> first."
    return f'<details><summary>Repeat it elsewhere</summary><p class="cx-quiet">{said}</p>{shown}</details>'


def _row(children: list[Any], name: str) -> ipywidgets.HBox:
    box = ipywidgets.HBox(children)
    box.add_class("cx-row")
    box.add_class(name)
    return box
