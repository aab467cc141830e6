"""The part in which webhooks are watched as they arrive."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import ipywidgets

from conformance.notebook.look import esc
from conformance.notebook.parts.copying import Copy
from conformance.notebook.weblab.arrived import COLUMNS, Words, arrived_html, waiting_words, words_of
from conformance.notebook.weblab.compose_view import field
from conformance.notebook.weblab.rows import Rows, cell
from conformance.notebook.weblab.told import note_html
from conformance.notebook.weblab.watching import ANSWERS, CALLS
from conformance.redact import Redactor

if TYPE_CHECKING:
    from conformance.notebook.weblab.lab import WebhookLab

__all__ = ["WatchView"]

_MOST_SHOWN = 200
_NUMBERS = frozenset({"attempt", "ms"})


class WatchView:
    """What arrives, live.

    Attributes:
        kind: Which call the mock vendor is to make.
        make: The button that makes it.
        answer: How the receiver answers from now on.
        arrived: The list; `selected` is the index of the one that is shown.
        detail: The chosen one in full.
    """

    def __init__(self, lab: WebhookLab) -> None:
        self._lab, self._lock = lab, threading.RLock()
        self._waiting_shown = 0
        self.url = Copy(label="Copy URL", text=lab.watch.url)
        kinds = [(label, name) for name, label in CALLS.items()]
        self.kind = field(ipywidgets.Dropdown(description="Call", options=kinds), "cx-kind")
        self.make = ipywidgets.Button(
            description="Make the call", tooltip="The mock vendor makes it, and sends its webhooks"
        )
        self.make.add_class("cx-make-call")
        self.make.add_class("cx-main")
        self.make.on_click(lambda _: lab.to_call.guarded(lambda: lab.make_call(self.kind.value, wait=False)))
        answers = [(way.label, name) for name, way in ANSWERS.items()]
        self.answer = field(ipywidgets.Dropdown(description="It answers", options=answers), "cx-answer")
        self.answer.observe(lambda change: lab.to_call.guarded(lambda: self._chosen(change["new"])), "value")
        self.about, self.state, self.detail = ipywidgets.HTML(), ipywidgets.HTML(), ipywidgets.HTML()
        self.detail.add_class("cx-detail")
        self.state.add_class("cx-state")
        self.arrived = Rows(
            label="Webhooks that arrived",
            columns=[cell(each, number=each in _NUMBERS) for each in COLUMNS],
            empty="Nothing arrived yet. Make a call, or let something else send to this address.",
        )
        self.arrived.add_class("cx-arrived")
        self.arrived.observe(lambda _: self._show_detail(), "selected")
        self.box = self._boxes()
        self.show()

    def _boxes(self) -> ipywidgets.VBox:
        place = ipywidgets.HTML(
            f'<h4>A receiver on this machine: <span class="cx-url">{esc(self._lab.watch.url)}</span></h4>'
        )
        row = ipywidgets.HBox([self.kind, self.make, self.answer, self.url, self.state])
        row.add_class("cx-row")
        two = ipywidgets.Box([self.arrived, self.detail])
        two.add_class("cx-arriving")
        box = ipywidgets.VBox([place, row, self.about, two])
        box.add_class("cx-watch")
        return box

    def _chosen(self, name: str) -> None:
        if name != self._lab.answering:
            self._lab.answer_with(name)

    def busy(self, text: str) -> None:
        """A call is being made; "" for none."""
        self.make.disabled = bool(text)
        self.state.value = note_html(text)

    def complain(self, text: str) -> None:
        """Something went wrong in the lab itself."""
        self.state.value = note_html(text, "errored")

    def show(self) -> None:
        """Show what is there now. The newest stays chosen, unless an earlier one was."""
        with self._lock:
            answer = self._lab.answering
            if self.answer.value != answer:
                self.answer.value = answer
            self.about.value = f"<p>{esc(ANSWERS[answer].text)}</p>"
            deliveries, waiting = self._lab.watch.deliveries, self._lab.watch.waiting
            times = [each.case.facts["delivery"]["received_ms"] for each in deliveries[:1]]
            began = min([*times, *(each.received_ms for each in waiting)], default=0)
            shown = deliveries[-_MOST_SHOWN:]
            before = len(self.arrived.rows) - self._waiting_shown
            follows = self.arrived.selected in {-1, before - 1}
            self._waiting_shown = len(waiting)
            words = (*(words_of(each, began) for each in shown), *(waiting_words(each, began) for each in waiting))
            self.arrived.rows = [_row(each, self._lab.redactor) for each in words]
            if follows and shown:
                self.arrived.selected = len(shown) - 1

    def _show_detail(self) -> None:
        shown, chosen = self._lab.watch.deliveries[-_MOST_SHOWN:], self.arrived.selected
        if not 0 <= chosen < len(shown):
            self.detail.value = ""
            return
        delivery = shown[chosen]
        redactor = self._lab.redactor_for(delivery)
        self.detail.value = arrived_html(delivery, self._lab.bench.draft.edition, redactor)


def _row(words: Words, redactor: Redactor) -> list[dict[str, object]]:
    return [
        cell(redactor.text(text), kind, number=column in _NUMBERS)
        for column, (text, kind) in zip(COLUMNS, words, strict=True)
    ]
