"""The WebhookLab: webhooks composed, signed, sent whole or broken, and watched as they arrive."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from conformance.contract.contract import Contract
from conformance.contract.schemas import load_schemas
from conformance.errors import ConformanceError, UsageError
from conformance.generate.deliveries import NUMBERS
from conformance.model import Exchange
from conformance.notebook.look import esc
from conformance.notebook.parts import Panel
from conformance.notebook.weblab.arrived import redactor_for
from conformance.notebook.weblab.bench import Bench, Sent, secrets_of
from conformance.notebook.weblab.errands import Errand
from conformance.notebook.weblab.reading import contract_of
from conformance.notebook.weblab.receiving import OwnReceiver
from conformance.notebook.weblab.told import sent_html
from conformance.notebook.weblab.watching import ANSWERS, Watch
from conformance.notebook.weblab.ways import find_way
from conformance.redact import Redactor
from conformance.testing.opening import label
from conformance.webhooks.receiver import WallClock
from conformance.webhooks.sender import INBOUND

if TYPE_CHECKING:
    from conformance.notebook.weblab.compose_view import ComposeView
    from conformance.notebook.weblab.send_view import SendView
    from conformance.notebook.weblab.watch_view import WatchView

__all__ = ["WebhookLab"]

_PATIENCE_S = 120.0
_ENDING_S = 3.0
_CLOSED = "The lab is closed. Make another one."
_NO_ANSWER = f"The lab's own receiver answers no question, and {INBOUND} is one. Give a receiver of yours."
_NO_RECEIVER = "A receiver cannot be of type {kind}. Give a URL, app:module:attribute, or an ASGI or WSGI application."


class NotInTime(ConformanceError, TimeoutError):
    """A webhook did not come in time."""


class WebhookLab(Panel):
    """Sends webhooks to a receiver and shows those that arrive; a context manager.

        lab = WebhookLab("http://127.0.0.1:8000/webhook", key=key)
        lab.compose(event="call_ended", call_type="web_call")
        lab.send(forge="wrong-key")

    Args:
        receiver: A URL, an ASGI or WSGI application, or `app:module:attribute`. None for a receiver of the lab's own
            on loopback, whose mistakes can be chosen.
        key: What webhooks are signed with. It is never shown.
        edition: An era of V2: `v2`, `v2-2025` or `v2-launch`.
        timeout_s: Seconds to wait for an answer.
        seed: Equal seeds give equal payloads.
        faults: What the receiver of the lab's own does wrong at first.
        path: Where an application takes webhooks.
        clock: Milliseconds since the Unix epoch, for the signatures.

    Attributes:
        bench: Where webhooks are composed, sent and judged.
        watch: Where they arrive.
        own: The receiver of the lab's own, or None.
        to_send, to_call: What is done in the background.
        composing, sending, watching: The parts of the panel with their widgets; None where there are no widgets.

    Raises:
        UsageError: The receiver is no URL, or faults are given for a receiver that is not the lab's own.
        UnknownName: There is no such edition or fault.
        TargetError: The application does not start.
    """

    title = "Webhook lab"

    def __init__(
        self,
        receiver: str | Any = None,
        *,
        key: str = "key_example_0123456789abcdef",
        edition: str = "v2",
        timeout_s: float = 10.0,
        seed: int = 1,
        faults: Sequence[str] = (),
        path: str = "/",
        clock: Callable[[], int] = WallClock().now_ms,  # noqa: B008 - it has no state
    ) -> None:
        if receiver is not None and faults:
            raise UsageError("faults go with the lab's own receiver only. Leave out the faults, or the receiver.")
        if not (receiver is None or isinstance(receiver, str) or callable(receiver)):
            raise UsageError(_NO_RECEIVER.format(kind=type(receiver).__name__))
        self._key, self.answering, self._of_query = key, "204", secrets_of(receiver)
        self.composing: ComposeView | None = None
        self.sending: SendView | None = None
        self.watching: WatchView | None = None
        self.to_send = Errand("webhook lab sending", "It is being sent.", self.redactor)
        self.to_call = Errand("webhook lab calling", "The call is being made.", self.redactor)
        with contextlib.ExitStack() as opened:
            self.own = OwnReceiver(key, tuple(faults), clock) if receiver is None else None
            if self.own is not None:
                opened.callback(self.own.close)
            self.bench = Bench(
                self.own.url if self.own else receiver,
                key=key,
                edition=edition,
                timeout_s=timeout_s,
                seed=seed,
                clock=clock,
                path=path,
                sure=lambda: self.own is not None and not self.own.faults,
                told=self._sent_one,
            )
            opened.callback(self.bench.close)
            self.url = self.own.url if self.own else _address(receiver)
            self.receiver_name = self.own.url if self.own else _named(receiver)
            self.watch = Watch(key, seed=seed, changed=self._arrived)
            opened.callback(self.watch.close)
            super().__init__()
            self._closing(self._settle)
            self._closing(opened.pop_all().close)
            self._closing(self.stop)

    def _settle(self) -> None:
        self.wait(_ENDING_S)

    @property
    def promises(self) -> Contract:
        """What receivers promise in the edition that is chosen."""
        return contract_of(self.bench.draft.edition).judging("receiver")

    @property
    def redactor(self) -> Redactor:
        """Hides the key, and what is personal in the answers of a receiver."""
        fields = load_schemas("v2").privacy_fields()
        known = Redactor(secrets=frozenset({self._key}), fields=fields, shown=frozenset(NUMBERS))
        return known.knowing(self._of_query)

    def redactor_for(self, delivery: Exchange) -> Redactor:
        """The same for a webhook that arrived; of the calls that the lab made, the people are made up and shown."""
        own = self.watch.is_own(delivery.case.facts["delivery"]["call_id"])
        return redactor_for(delivery, own=own, key=self._key)

    @property
    def payload(self) -> str:
        """The text that is signed and sent."""
        return self.bench.text

    @payload.setter
    def payload(self, text: str) -> None:
        self.bench.text = text
        if self.composing is not None:
            self.composing.show()

    def compose(self, **choices: Any) -> str:
        """Make the payload anew, and give it.

        Args:
            choices: Any of `edition`, `event`, `call_type`, `size` (`minimal`, `usual`, `full`), `spelling`
                (`indented`, `compact`) and `number` (which call); the others stay as they are.

        Raises:
            UnknownName: There is no such edition, event, type, size or spelling.
            UsageError: It is a question, and the receiver is the lab's own, which answers none.
        """
        if self.own is not None and choices.get("event") == INBOUND:
            raise UsageError(_NO_ANSWER)
        text = self.bench.compose(**choices)
        if self.composing is not None:
            self.composing.show()
        return text

    def send(self, forge: str | None = None, *, times: int = 3, wait: bool = True) -> Exchange | None:
        """Send what stands in the editor; the last exchange, if it is several. None if it is not waited for.

        Args:
            forge: How: the name of a forgery, or `late`, `repeated`, `reordered`. None is as it is.
            times: How often, for `repeated`.

        Raises:
            UnknownName: There is no such way.
            UsageError: Something is being sent still, or the lab is closed.
        """
        self._still_open()
        way = find_way(forge)
        stop = lambda: self.closed or self.to_send.stopped  # noqa: E731 - one line, used once
        return self.to_send.do(lambda: self.bench.send(way.name, times=times, stop=stop), wait=wait)

    def replay(self, index: int, *, wait: bool = True) -> Exchange | None:
        """Send an earlier one again: the same bytes, the same header.

        Args:
            index: Its number in the list, from 1.

        Raises:
            UsageError: Nothing of that number was sent, something is being sent still, or the lab is closed.
        """
        self._still_open()
        return self.to_send.do(lambda: self.bench.replay(index), wait=wait)

    def stop(self) -> None:
        """Send no more of what is under way."""
        self.to_send.stop()

    @property
    def sent(self) -> tuple[Sent, ...]:
        """What was sent, with its answers and verdicts, in that order."""
        return self.bench.sent

    @property
    def deliveries(self) -> tuple[Exchange, ...]:
        """What arrived at the receiver of the part Watch, in that order."""
        return self.watch.deliveries

    def behave(self, *faults: str) -> None:
        """Let the lab's own receiver have these faults and no others; none is a correct one.

        Raises:
            UsageError: The receiver is not the lab's own.
            UnknownName: There is no such fault.
        """
        if self.own is None:
            raise UsageError("This receiver is not the lab's own; change it where it is.")
        chosen = tuple(filter(None, faults))
        self.own.behave(chosen)
        self.bench.forget()
        if self.sending is not None and self.sending.fault is not None:
            self.sending.fault.value = next(iter(chosen), "")

    def answer_with(self, name: str) -> None:
        """Let the receiver of the part Watch answer so from now on: `204`, `500`, `500-once`, `slow` or `none`.

        Raises:
            UnknownName: There is no such way to answer.
        """
        self.watch.answer_with(name)
        self.answering = name
        self._arrived()

    def make_call(self, kind: str = "web_call", *, wait: bool = True) -> str | None:
        """Let the mock vendor make a call; its webhooks arrive one after the other. Its id, if it is waited for.

        Args:
            kind: `web_call`, `phone_call`, or `unanswered` for a phone call that nobody answers.

        Raises:
            UnknownName: There is no such kind of call.
            UsageError: A call is being made still.
        """
        return self.to_call.do(lambda: self.watch.make_call(kind, self.bench.draft.edition), wait=wait)

    def wait_for(self, event: str, *, call_id: str | None = None, count: int = 1, timeout_s: float = 10.0) -> Exchange:
        """The webhook of an event that arrived, once it is there; the last, if several are asked for.

        Raises:
            NotInTime: It did not come in time; a TimeoutError.
        """
        try:
            return self.watch.wait_for(event, call_id=call_id, count=count, timeout_s=timeout_s)
        except TimeoutError as error:
            raise NotInTime(str(error)) from error

    def wait(self, timeout_s: float = _PATIENCE_S) -> bool:
        """Wait until nothing is being sent and no call is being made; whether that is so."""
        return self.to_send.wait(timeout_s) and self.to_call.wait(timeout_s)

    def _still_open(self) -> None:
        if self.closed:
            raise UsageError(_CLOSED)

    def _sent_one(self) -> None:
        if self.sending is not None and not self.closed:
            self.sending.show()

    def _arrived(self) -> None:
        if self.watching is not None and not self.closed:
            self.watching.show()

    def _build(self) -> None:
        import ipywidgets  # noqa: PLC0415 - only where it is installed

        from conformance.notebook.weblab.compose_view import ComposeView  # noqa: PLC0415 - needs widgets
        from conformance.notebook.weblab.send_view import SendView  # noqa: PLC0415 - needs widgets
        from conformance.notebook.weblab.watch_view import WatchView  # noqa: PLC0415 - needs widgets

        self.composing, self.sending, self.watching = ComposeView(self), SendView(self), WatchView(self)
        self.to_send.part, self.to_call.part = self.sending, self.watching
        first = ipywidgets.VBox([self.composing.box, self.sending.box])
        self.tabs = ipywidgets.Tab([first, self.watching.box], titles=("Compose and send", "Watch"))
        css = files(__package__).joinpath("lab.css").read_text(encoding="utf-8")
        title = ipywidgets.HTML(
            '<h3>Webhook lab</h3><p class="cx-intro">Compose a webhook, sign it, send it whole or broken, and see what'
            " the answer is worth. Or watch the webhooks of a call arrive.</p>"
        )
        self.root.children = (self._style(css), title, self.tabs)

    def _static(self) -> str:
        return f"<h3>Webhook lab</h3><p>{esc(self)}</p>{sent_html(self.sent, self.redactor)}"

    def __repr__(self) -> str:
        receiver = "its own receiver" if self.own else self.receiver_name
        return (
            f"WebhookLab: sends to {receiver}; {len(self.sent)} sent, {len(self.deliveries)} arrived."
            f" Answers of the part Watch: {ANSWERS[self.answering].label}."
        )


def _named(receiver: Any) -> str:
    """What a receiver is called; a query may hold a secret."""
    bare, asked, _ = (receiver if isinstance(receiver, str) else f"app:{label(receiver)}").partition("?")
    return f"{bare}?…" if asked else bare


def _address(receiver: Any) -> str:
    """The URL of a receiver; "" for an application in this process."""
    return receiver if isinstance(receiver, str) and not receiver.startswith("app:") else ""
