"""The widgets of the Explorer and how they stand together; what they do is told by whoever made them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import anywidget
import ipywidgets

from conformance.notebook.explorer.fields import FormView
from conformance.notebook.explorer.results import ResultView
from conformance.notebook.look import esc

__all__ = ["View"]

_HIDDEN, _SHOWN = "none", None
_FEWEST_ROWS, _MOST_ROWS = 10, 26
_SHORTCUT = """
function render({ model, el }) {
  el.hidden = true;
  const press = (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    const editor = event.target.closest ? event.target.closest(".cx-json") : null;
    const panel = editor ? editor.closest(".cx-panel") : null;
    if (!panel || !panel.contains(el)) return;
    event.preventDefault(); event.stopImmediatePropagation();
    const button = panel.querySelector("button.cx-send");
    if (button && !button.disabled) button.click();
  };
  window.addEventListener("keydown", press, true);
  return () => window.removeEventListener("keydown", press, true);
}
export default { render };
"""
"""Listens first of all, since a notebook takes Ctrl+Enter for its own."""


class _Shortcut(anywidget.AnyWidget):
    """Ctrl+Enter in the editor of JSON is the button that sends."""

    _esm = _SHORTCUT


class View:
    """Every widget of an Explorer.

    Attributes:
        children: What the root of the panel holds, beside the style.
    """

    def __init__(self, form: FormView, results: ResultView) -> None:
        self.form, self.results = form, results
        self.header = ipywidgets.HTML()
        self.edition = _named(ipywidgets.Dropdown(description="Edition"), "cx-edition")
        self.operation = _named(ipywidgets.Dropdown(description="Operation"), "cx-operation")
        self.about = _named(ipywidgets.HTML(), "cx-about")
        self.parameter = _named(ipywidgets.Combobox(ensure_option=False), "cx-parameter")
        self.flaw = _named(ipywidgets.Dropdown(description="Example"), "cx-flaw")
        self.generate_button = _button("Generate", "cx-generate", "Make the body that is chosen here")
        self.fill_button = _button("Fill in", "cx-fill", "Fill in what the target is known to have")
        self.json = _named(ipywidgets.Textarea(description="Body as JSON", rows=_FEWEST_ROWS), "cx-json")
        self.state = _named(ipywidgets.HTML(), "cx-state")
        self.restore_button = _button("Use the form", "cx-restore", "Put what the form holds in place of the text")
        self.send_button = _button("Send", "cx-send", "Send the request (Ctrl+Enter in the JSON)")
        self.send_button.add_class("cx-main")
        self.cancel_button = _button("Cancel", "cx-cancel", "Stop waiting for the answer")
        self.cancel_button.layout.display = _HIDDEN
        self.message = _named(ipywidgets.HTML(), "cx-message")
        self.children = self._arranged()

    def _arranged(self) -> list[Any]:
        making = _row([self.flaw, self.generate_button, self.fill_button], "cx-making")
        sending = _row([self.send_button, self.cancel_button, self.restore_button], "cx-sending")
        left = _named(ipywidgets.VBox([_title("Fields"), self.form.root]), "cx-half")
        right = _named(ipywidgets.VBox([self.json, self.state, sending, self.message]), "cx-half")
        self.restore_button.layout.display = _HIDDEN
        return [
            self.header,
            _row([self.edition, self.operation], "cx-choosing"),
            self.about,
            self.parameter,
            making,
            _named(ipywidgets.Box([left, right]), "cx-two"),
            self.results.root,
            _Shortcut(),
        ]

    def show_parameter(self, name: str, offers: Sequence[str]) -> None:
        """Have a field for what stands in the path, if something does."""
        self.parameter.layout.display = _SHOWN if name else _HIDDEN
        self.parameter.description, self.parameter.options = name, tuple(offers)

    def show_examples(self, options: Sequence[tuple[str, str]]) -> None:
        """Offer these examples; the one that was chosen stays chosen if it is among them."""
        chosen = self.flaw.value
        self.flaw.options = options
        self.flaw.value = chosen if chosen in {value for _, value in options} else options[0][1]

    def show_body(self, *, takes_body: bool) -> None:
        """Have an editor, or none where the operation takes no body."""
        self.json.disabled = not takes_body
        self.json.placeholder = "" if takes_body else "This operation takes no body."

    def fit_rows(self) -> None:
        """Make the editor as high as its text, within reason."""
        self.json.rows = min(max(_FEWEST_ROWS, self.json.value.count("\n") + 2), _MOST_ROWS)

    def show_busy(self, words: str | None) -> None:
        """While something is under way nothing else can be begun, but it can be cancelled.

        Args:
            words: What it is; None if nothing is.
        """
        busy = words is not None
        for each in (self.send_button, self.generate_button, self.fill_button, self.edition, self.operation):
            each.disabled = busy
        self.cancel_button.layout.display = _SHOWN if busy else _HIDDEN
        if busy:
            self.message.value = f'<span class="cx-quiet">{esc(words)}</span>'


def _named(widget: Any, name: str) -> Any:
    widget.add_class(name)
    return widget


def _button(words: str, name: str, tooltip: str) -> ipywidgets.Button:
    return _named(ipywidgets.Button(description=words, tooltip=tooltip), name)


def _row(children: list[Any], name: str) -> ipywidgets.HBox:
    box = _named(ipywidgets.HBox(children), name)
    box.add_class("cx-row")
    return box


def _title(words: str) -> ipywidgets.HTML:
    return _named(ipywidgets.HTML(words), "cx-title")
