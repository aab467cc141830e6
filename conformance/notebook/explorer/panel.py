"""The Explorer as people use it: from a cell, or with the mouse and the keyboard."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from conformance.contract.contract import DEFAULT_EDITION
from conformance.contract.schemas import editions
from conformance.errors import ConformanceError, UnknownName, UsageError
from conformance.model import JSON, Case, Exchange, Finding
from conformance.notebook.explorer.answer import static_html
from conformance.notebook.explorer.background import Background
from conformance.notebook.explorer.casing import Request
from conformance.notebook.explorer.session import Sent, Settings, TargetSession
from conformance.notebook.explorer.words import header_html, note_html
from conformance.notebook.look import esc
from conformance.notebook.parts import Panel

if TYPE_CHECKING:
    from conformance.mockvendor import MockVendor
    from conformance.notebook.explorer.editor import Editor

__all__ = ["Explorer"]

_SPARE_S = 30.0
_MOST_KEPT, _LARGEST_KEPT = 200, 100_000_000
_ASKING = "Asking the target what it has …"


class Explorer(Panel):
    """Make a request to a target from a form or as JSON, send it, and see what is wrong with the answer.

        explorer = Explorer(target="mock")
        explorer.choose("create-web-call").generate()
        explorer.send()

    Off this machine only what reads is sent, unless it is allowed here.

    Args:
        target: `mock` for one of its own; a URL; `app:module:attribute`; an ASGI or WSGI application; a `MockVendor`.
        edition: The edition to begin with.
        key: The API key; None for that of a mock, a placeholder on this machine, or `RETELL_API_KEY` elsewhere.
        agents: Ids of agents to offer first.
        allow: Off this machine: operations that may write, bill or dial.
        to_numbers: Off this machine: the numbers that may be dialled.
        timeout_s: Seconds to wait for an answer.
        seed: What examples are drawn from. Equal seeds give equal examples.
        personal: Whether personal data in answers are shown. Those of a mock are invented and always shown.

    Attributes:
        operation: The list of operations; `edition`, `parameter` (what stands in the path), `flaw` (which example) and
            `json` (the body) stand beside it, and so do `send_button` and `generate_button`.
        view: All widgets.
        editor: What keeps form and JSON in step.
        session: What asks the target.

    Raises:
        UsageError: It is no target, or it needs a key.
        UnknownName: There is no such edition.
        TargetError: An application or a mock does not start.
    """

    title = "Explorer"
    operation: Any
    edition: Any
    json: Any
    parameter: Any
    flaw: Any
    send_button: Any
    generate_button: Any

    def __init__(
        self,
        target: Any = "mock",
        *,
        edition: str = DEFAULT_EDITION,
        key: str | None = None,
        agents: Sequence[str] = (),
        allow: Sequence[str] = (),
        to_numbers: Sequence[str] = (),
        timeout_s: float = 10.0,
        seed: int = 1,
        personal: bool = False,
    ) -> None:
        self._settings = Settings(
            target=target,
            edition=edition,
            key=key,
            agents=tuple(agents),
            allow=tuple(allow),
            to_numbers=tuple(to_numbers),
            timeout_s=timeout_s,
            seed=seed,
            personal=personal,
        )
        self._history: list[Sent] = []
        self._shown: Sent | None = None
        super().__init__()

    # how it is made

    def _build(self) -> None:
        from conformance.notebook.explorer.editor import Editor  # noqa: PLC0415 - needs widgets
        from conformance.notebook.explorer.results import ResultView  # noqa: PLC0415 - needs widgets

        self.session = TargetSession(self._settings)
        self._closing(self.session.close)
        self._background = Background(self._failed, self._show_busy, self._stopped)
        self._closing(self._background.cancel)
        self.editor: Editor = Editor(self.session, ResultView(self._history_chosen, self._guarded(self.edit_again)))
        self._closing(self.editor.form.close)
        self.view = view = self.editor.view
        self.operation, self.edition, self.json = view.operation, view.edition, view.json
        self.parameter, self.flaw = view.parameter, view.flaw
        self.send_button, self.generate_button = view.send_button, view.generate_button
        css = files(__package__).joinpath("explorer.css").read_text(encoding="utf-8")
        self.root.children = [self._style(css), *view.children]
        self.root.add_class("cx-explorer")
        view.edition.options = [each.id for each in editions()]
        view.edition.value = self._settings.edition
        self.editor.show_edition()
        self._observe()

    def _observe(self) -> None:
        view, editor = self.view, self.editor
        view.edition.observe(lambda _change: self._guarded(self._edition_chosen)(), "value")
        view.operation.observe(lambda change: self._guarded(editor.show_operation)(change["old"]), "value")
        view.json.observe(lambda _change: self._guarded(editor.show_state)(), "value")
        view.generate_button.on_click(lambda _button: self._guarded(self._generate)(self.flaw.value or ""))
        view.fill_button.on_click(lambda _button: self._guarded(self.fill_in)(wait=False))
        view.restore_button.on_click(lambda _button: self._guarded(editor.restore)())
        view.send_button.on_click(lambda _button: self._guarded(self.send)(wait=False))
        view.cancel_button.on_click(lambda _button: self._guarded(self.cancel)())

    # what is told

    def _guarded(self, act: Callable[..., object]) -> Callable[..., None]:
        """What a click does: nobody would see what it raises, so it is told in the panel."""

        def acting(*words: Any, **named: Any) -> None:
            try:
                act(*words, **named)
            except Exception as error:  # noqa: BLE001 - told in the panel; there is nowhere else
                self._failed(error)

        return acting

    def _failed(self, error: Exception) -> None:
        known = isinstance(error, ConformanceError)
        words = str(error) if known else f"{type(error).__name__}: {error}"
        self._tell(words, "warned" if known else "errored")

    def _tell(self, words: str, kind: str = "plain") -> None:
        self.view.message.value = note_html(words, kind)

    def _stopped(self) -> None:
        self._tell("You stopped waiting. The target may have acted on the request all the same.", "warned")

    def _show_busy(self, words: str | None) -> None:
        self.view.show_busy(words)

    # choosing

    def choose(self, operation: str) -> Explorer:
        """Choose an operation; the body that it had last comes back.

        Raises:
            UnknownName: The edition has no such operation.
        """
        self._need_widgets()
        if operation not in self.session.contract.operations:
            raise UnknownName("operation", operation, self.session.contract.operations)
        self.operation.value = operation
        return self

    def _edition_chosen(self) -> None:
        if self.closed:
            return
        self.session.begin(self.edition.value)
        self.editor.show_edition()

    # the body

    @property
    def body(self) -> str:
        """The body as it will be sent, to the letter."""
        self._need_widgets()
        return str(self.json.value)

    @body.setter
    def body(self, text: str) -> None:
        self._need_widgets()
        self.editor.write(text)

    def fill(self, name: str, value: JSON) -> Explorer:
        """Give a field of the form a value, or the place in the path.

        Args:
            name: `agent_id`, `filter_criteria.agent_id`, `call_id`.
            value: Any JSON value; it is entered as it is, whether it is right or wrong.

        Raises:
            UnknownName: There is no such field.
            UsageError: The body is no JSON object now, so that it has no fields.
        """
        self._need_widgets()
        self.editor.fill(name, value)
        return self

    def generate(self, flaw: str | None = None) -> Explorer:
        """Make a body: a valid example that fits the target, or one that is wrong in one named way.

        Args:
            flaw: `agent_id is missing` and so on; None for a valid one.

        Raises:
            UnknownName: The operation has no such flaw.
        """
        self._need_widgets()
        if flaw and flaw not in self.editor.flaws():
            raise UnknownName("flaw", flaw, self.editor.flaws(), otherwise="See the list of examples in the panel.")
        self._generate(flaw or "")
        self.wait()
        return self

    def _generate(self, flaw: str) -> None:
        def generate() -> None:
            trouble = self._background.answer(self.session.look)
            self.editor.put_example(flaw)
            self._tell(f"{trouble} The example is made up." if trouble else "", "warned")

        self._background.begin(_ASKING, generate)

    def fill_in(self, *, wait: bool = True) -> Explorer:
        """Fill in what is required and known of the target, and offer the rest of what is known at each field.

        Args:
            wait: Whether to come back only when it is done.
        """
        self._need_widgets()

        def fill_in() -> None:
            trouble = self._background.answer(self.session.look)
            known = self.editor.fill_in()
            self._tell(trouble or known, "warned" if trouble else "plain")

        self._background.begin(_ASKING, fill_in)
        if wait:
            self.wait()
        return self

    def wait(self) -> None:
        """Wait until nothing is under way, a little longer than an answer may take."""
        self._need_widgets()
        self._background.wait(self._settings.timeout_s + _SPARE_S)

    # sending

    def send(self, *, wait: bool = True) -> Exchange | None:
        """Send the request as it stands.

        Args:
            wait: Whether to come back only with the answer.

        Returns:
            The exchange; None without waiting, or if somebody cancelled.

        Raises:
            UsageError: It is not sent: it is not allowed off this machine, the path lacks an id, or another request
                is under way.
        """
        self._need_widgets()
        if self.closed:
            raise UsageError("The Explorer is closed. Make another one.")
        request = self.editor.request()
        if self.editor.parameter_name and not request.parameter:
            raise self._refused(f"Not sent: {self.editor.parameter_name} is empty. Choose one, or type it.")
        case = self.session.casing.case(request)
        refusal = self.session.refusal(case)
        if refusal is not None:
            raise self._refused(refusal)
        came: list[Exchange] = []
        self._background.begin("Sending …", lambda: self._carry_out(request, case, came))
        if wait:
            self.wait()
        return came[0] if came else None

    def _refused(self, words: str) -> UsageError:
        self._tell(words, "warned")
        return UsageError(words)

    def _carry_out(self, request: Request, case: Case, came: list[Exchange]) -> None:
        exchange = self._background.answer(lambda: self.session.exchange(case))
        sent = self.session.judged(request, exchange)
        came.append(exchange)
        self._history.insert(0, sent)
        self._forget_old()
        self._shown = sent
        self.view.header.value = header_html(self.session)
        self.view.results.show(sent)
        self.view.results.list(self._history)
        self.editor.offer_anew()
        self._tell(sent.verdict.text if exchange.response is None else "", "errored")

    def _forget_old(self) -> None:
        """Keep the newest, as many as fit: answers may be large."""
        kept, size = 0, 0
        for each in self._history:
            size += len(each.exchange.response.body) if each.exchange.response else 0
            if kept == _MOST_KEPT or (kept and size > _LARGEST_KEPT):
                break
            kept += 1
        del self._history[kept:]

    def cancel(self) -> None:
        """Stop waiting for the answer."""
        self._need_widgets()
        self._background.cancel()

    # what was sent

    def _history_chosen(self, place: int) -> None:
        if place < len(self._history) and self._history[place] is not self._shown:
            self._shown = self._history[place]
            self.view.results.show(self._shown)

    def edit_again(self, place: int | None = None) -> Explorer:
        """Put a request that was sent back into the form.

        Args:
            place: Which one, 0 for the newest; None for the one that is shown.

        Raises:
            UsageError: There is none.
        """
        self._need_widgets()
        if not self._history or not 0 <= (place or 0) < len(self._history):
            raise UsageError("No such request was sent. See .history.")
        sent = self._shown if place is None and self._shown is not None else self._history[place or 0]
        self.edition.value = sent.edition
        self.operation.value = sent.request.operation
        self.parameter.value = sent.request.parameter
        self.body = sent.request.text or ""
        return self

    @property
    def history(self) -> tuple[Exchange, ...]:
        """What was sent, the newest first."""
        return tuple(each.exchange for each in self._history)

    @property
    def last(self) -> Exchange | None:
        """What was sent last, with its answer."""
        return self._history[0].exchange if self._history else None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the last answer shows to be wrong, the gravest first."""
        return self._history[0].findings if self._history else ()

    @property
    def vendor(self) -> MockVendor | None:
        """The mock that is asked, if it is one."""
        self._need_widgets()
        return self.session.vendor

    # where no widget can be shown

    def _static(self) -> str:
        shown = static_html(self._shown) if self._shown else "<p>Nothing was sent yet.</p>"
        return f"<h3>Explorer</h3><p>{esc(self)}</p>{shown}"

    def __repr__(self) -> str:
        if not self.usable:
            return "Explorer."
        sent = len(self._history)
        return f"Explorer of {self.session.name}, edition {self.edition.value}: {sent} sent."
