"""The part in which a webhook is composed and signed."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import ipywidgets

from conformance.generate.deliveries import CALL_TYPES, ERAS
from conformance.notebook.parts.copying import Copy
from conformance.notebook.weblab.drafting import SIZES, SPELLINGS, event_names
from conformance.notebook.weblab.signing import curl, python
from conformance.notebook.weblab.told import checked_html, signature_html, tree_html

if TYPE_CHECKING:
    from conformance.notebook.weblab.lab import WebhookLab

__all__ = ["ComposeView", "field"]

_ROWS = 20
_SPELLED = {"indented": "indented, to read", "compact": "compact, as the vendor"}
_TYPED = {"phone_call": "phone call", "web_call": "web call"}


def field(widget: Any, *classes: str) -> Any:
    """A control with its label above it."""
    for name in ("cx-field", *classes):
        widget.add_class(name)
    return widget


class ComposeView:
    """Controls, the payload to edit, what is wrong with it, and its signature.

    Attributes:
        edition, event, call_type, size, spelling: Dropdowns that make the payload anew.
        payload: The text that is signed and sent.
        checked: What is wrong with it.
        tree: The same, marked at its place; shown if something is wrong, or if `as_tree` is on.
        sign: The signature, step by step.
    """

    def __init__(self, lab: WebhookLab) -> None:
        self._lab, self._quiet = lab, False
        self._controls()
        self._editor()
        self._signature()
        row = ipywidgets.HBox([self.edition, self.event, self.call_type, self.size, self.spelling, self.another])
        row.add_class("cx-row")
        left = ipywidgets.VBox([self.payload, self.checked])
        two = ipywidgets.Box([left, self._right])
        two.add_class("cx-two")
        self.box = ipywidgets.VBox([row, two])
        self.show()

    def _controls(self) -> None:
        def choice(description: str, options: Any, name: str) -> Any:
            return field(ipywidgets.Dropdown(description=description, options=options), name)

        self.edition = choice("Edition", list(ERAS), "cx-edition")
        self.event = choice("Event", list(self._events()), "cx-event")
        self.call_type = choice("Call type", [(_TYPED[each], each) for each in CALL_TYPES], "cx-type")
        self.size = choice("Members", list(SIZES), "cx-size")
        self.spelling = choice("Written", [(_SPELLED[each], each) for each in SPELLINGS], "cx-spelling")
        self.another = ipywidgets.Button(description="New call", tooltip="The same about another call, with another id")
        self.another.add_class("cx-another")
        for name in ("edition", "event", "call_type", "size"):
            getattr(self, name).observe(self._composer(name), "value")
        self.spelling.observe(self._respell, "value")
        self.another.on_click(lambda _: self._lab.to_send.guarded(self._next))

    def _editor(self) -> None:
        self.payload = ipywidgets.Textarea(description="Payload: change what you like", rows=_ROWS)
        self.payload.add_class("cx-payload")
        self.payload.observe(self._typed, "value")
        self.checked = ipywidgets.HTML()
        self.checked.add_class("cx-checked")
        self.as_tree = ipywidgets.Checkbox(description="Show it as a tree, too", indent=False, value=False)
        self.as_tree.add_class("cx-as-tree")
        self.as_tree.observe(lambda _: self._show_text(), "value")
        self.tree = ipywidgets.HTML()
        self.tree.add_class("cx-scroll")

    def _signature(self) -> None:
        self.sign = ipywidgets.HTML()
        self.sign.add_class("cx-sign")
        self.copy_header = Copy(label="Copy header")
        self.copy_curl = Copy(label="Copy curl")
        self.copy_python = Copy(label="Copy Python")
        self.again = ipywidgets.Button(description="Sign again", tooltip="With the time as it is now")
        self.again.add_class("cx-sign-again")
        self.again.on_click(lambda _: self.show_signature())
        buttons = ipywidgets.HBox([self.copy_header, self.copy_curl, self.copy_python, self.again])
        buttons.add_class("cx-row")
        title = ipywidgets.HTML("<h4>The right signature of exactly these bytes</h4>")
        self._right = ipywidgets.VBox([title, self.sign, buttons, self.as_tree, self.tree])

    def _events(self) -> tuple[str, ...]:
        return event_names(self._lab.bench.draft.edition, asking=self._lab.own is None)

    def _composer(self, name: str) -> Any:
        def compose(change: Any) -> None:
            if not self._quiet:
                self._lab.to_send.guarded(lambda: self._lab.compose(**{name: change["new"]}))

        return compose

    def _respell(self, change: Any) -> None:
        if not self._quiet:
            self._lab.to_send.guarded(lambda: self._lab.bench.respell(change["new"]))
            self.show()

    def _typed(self, change: Any) -> None:
        if not self._quiet:
            self._lab.bench.text = change["new"]
            self._lab.to_send.guarded(self._show_text)

    def _next(self) -> None:
        self._lab.compose(number=self._lab.bench.draft.number + 1)

    @contextlib.contextmanager
    def _shown_by_us(self) -> Iterator[None]:
        self._quiet = True
        try:
            yield
        finally:
            self._quiet = False

    def show(self) -> None:
        """Show the draft as it is now."""
        bench = self._lab.bench
        with self._shown_by_us():
            if tuple(self.event.options) != self._events():
                self.event.options = list(self._events())
            for name in ("edition", "event", "call_type", "size", "spelling"):
                getattr(self, name).value = getattr(bench.draft, name)
            self.payload.value = bench.text
        self._show_text()

    def _show_text(self) -> None:
        bench = self._lab.bench
        reading = bench.reading
        self.checked.value = checked_html(reading, text=bench.text, edition=bench.draft.edition)
        self.as_tree.layout.display = "none" if reading.wrong or reading.told else None
        wanted = bool(reading.told) or self.as_tree.value
        self.tree.value = tree_html(reading) if wanted else ""
        self.tree.layout.display = None if wanted and self.tree.value else "none"
        self.show_signature()

    def show_signature(self) -> None:
        """Sign what stands there, now."""
        signed, url = self._lab.bench.sign(), self._lab.url
        self.sign.value = signature_html(signed, url=url)
        self.copy_header.text = signed.header
        self.copy_curl.text = curl(signed, url) if url else ""
        self.copy_python.text = python(signed)
