"""The part in which a webhook is sent, whole or broken, and its answer is judged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets

from conformance.model import Outcome
from conformance.notebook.look import esc
from conformance.notebook.weblab.compose_view import field
from conformance.notebook.weblab.receiving import known_faults
from conformance.notebook.weblab.rows import Rows, cell
from conformance.notebook.weblab.told import answer_html, note_html, way_html
from conformance.notebook.weblab.ways import WAYS, judging_forgery
from conformance.redact import Redactor
from conformance.reports.html.marks import SIGNS

if TYPE_CHECKING:
    from conformance.notebook.weblab.bench import Sent
    from conformance.notebook.weblab.lab import WebhookLab

__all__ = ["SendView"]

_COLUMNS = [cell("no.", number=True), "event", "how", "answer", cell("ms", number=True), "verdict"]
_LONGEST = 34
_MOST_SHOWN = 300


class SendView:
    """How to send, what was sent, and what came of it.

    Attributes:
        how: The way to send, by name: `as-it-is`, `repeated`, …, or the name of a forgery.
        times: How often, where it is repeated.
        send, stop, replay: Buttons.
        fault: What the receiver of the lab does wrong; not there if the receiver is somebody else's.
        sent: The list of what was sent; `selected` is the index of the one that is shown.
        answer: Its answer and verdict.
    """

    def __init__(self, lab: WebhookLab) -> None:
        self._lab = lab
        self._controls()
        self._results()
        row = ipywidgets.HBox([*self._receiver(), self.how, self.times, self.send, self.stop, self.state])
        row.add_class("cx-row")
        left = ipywidgets.VBox([self.sent, self.replay])
        two = ipywidgets.Box([left, self.answer])
        two.add_class("cx-two")
        self.box = ipywidgets.VBox([ipywidgets.HTML(self._place()), row, self.about, two])
        self.box.add_class("cx-section")
        self.show()

    def _place(self) -> str:
        whose = "the lab's own receiver, on this machine" if self._lab.own else "your receiver"
        return f'<h4>Send it to {whose}: <span class="cx-url">{esc(self._lab.receiver_name)}</span></h4>'

    def _controls(self) -> None:
        options = [(way.label, name) for name, way in WAYS.items()]
        self.how = field(ipywidgets.Dropdown(description="How", options=options), "cx-forge", "cx-wider")
        self.how.observe(lambda _: self._show_way(), "value")
        self.times = field(ipywidgets.BoundedIntText(description="Times", value=3, min=1, max=20), "cx-times")
        self.send = ipywidgets.Button(description="Send")
        self.send.add_class("cx-main")
        self.send.add_class("cx-send")
        self.send.on_click(lambda _: self._lab.to_send.guarded(self._send))
        self.stop = ipywidgets.Button(description="Stop", disabled=True)
        self.stop.add_class("cx-stop")
        self.stop.on_click(lambda _: self._lab.stop())
        self.about, self.state = ipywidgets.HTML(), ipywidgets.HTML()
        self.about.add_class("cx-about")
        self.state.add_class("cx-state")

    def _receiver(self) -> list[Any]:
        self.fault = None
        if self._lab.own is None:
            return []
        options = [
            ("Correct: refuses what is forged", ""),
            *((f"Faulty: {each.text}", each.name) for each in known_faults()),
        ]
        self.fault = field(ipywidgets.Dropdown(description="Receiver", options=options), "cx-receiver", "cx-wider")
        self.fault.value = next(iter(self._lab.own.faults), "")
        self.fault.observe(lambda change: self._lab.to_send.guarded(lambda: self._behave(change["new"])), "value")
        return [self.fault]

    def _behave(self, name: str) -> None:
        chosen = (name,) if name else ()
        if self._lab.own is not None and self._lab.own.faults != chosen:
            self._lab.behave(*chosen)

    def _results(self) -> None:
        self.sent = Rows(label="What was sent", columns=_COLUMNS, empty="Nothing was sent yet.")
        self.sent.add_class("cx-sent")
        self.sent.observe(lambda _: self._show_answer(), "selected")
        self.replay = ipywidgets.Button(
            description="Replay", tooltip="Send the chosen one again: the same bytes, the same header", disabled=True
        )
        self.replay.add_class("cx-replay")
        self.replay.on_click(lambda _: self._lab.to_send.guarded(self._replay))
        self.answer = ipywidgets.HTML()
        self.answer.add_class("cx-verdict")

    @property
    def _shown(self) -> tuple[Sent, ...]:
        return self._lab.sent[-_MOST_SHOWN:]

    def _send(self) -> None:
        self._lab.send(self.how.value, times=self.times.value, wait=False)

    def _replay(self) -> None:
        self._lab.replay(self._shown[self.sent.selected].number, wait=False)

    def busy(self, text: str) -> None:
        """Something is being sent; "" for nothing."""
        self.state.value = note_html(text)
        self.send.disabled = bool(text)
        self.stop.disabled = not text
        self._show_replay()

    def complain(self, text: str) -> None:
        """Something went wrong in the lab itself."""
        self.state.value = note_html(text, "errored")

    def show(self) -> None:
        """Show everything as it is now; what came last is chosen."""
        redactor = self._lab.redactor
        self.sent.rows = [_row(each, redactor) for each in self._shown]
        self.sent.selected = len(self.sent.rows) - 1
        self._show_way()
        self._show_answer()

    def _show_way(self) -> None:
        way = WAYS[self.how.value]
        requirement = judging_forgery(way.name, self._lab.promises) if way.forged else None
        self.about.value = way_html(way, requirement)
        self.times.layout.display = None if way.name == "repeated" else "none"

    def _show_answer(self) -> None:
        sent, chosen = self._shown, self.sent.selected
        self.answer.value = answer_html(sent[chosen], self._lab.redactor) if 0 <= chosen < len(sent) else ""
        self._show_replay()

    def _show_replay(self) -> None:
        self.replay.disabled = self.sent.selected < 0 or self.send.disabled


def _row(sent: Sent, redactor: Redactor) -> list[dict[str, object]]:
    how = f"replay of {sent.replay_of}" if sent.replay_of else sent.way.name.replace("-", " ")
    response = sent.exchange.response
    return [
        cell(str(sent.number), number=True),
        cell(_cut(redactor.text(sent.exchange.case.operation))),
        cell(how),
        cell(str(response.status) if response else "none"),
        cell(f"{sent.exchange.seconds * 1000:,.0f}", number=True),
        cell(f"{SIGNS[Outcome(sent.verdict.kind)]} {sent.verdict.word}", sent.verdict.kind),
    ]


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
