"""Operation, form and JSON, kept in step: what is chosen, what is typed, and what the contract says of it."""

from __future__ import annotations

import threading
from collections.abc import Mapping

from conformance.errors import UnknownName, UsageError
from conformance.model import JSON
from conformance.notebook.explorer.casing import Request
from conformance.notebook.explorer.fields import FormView
from conformance.notebook.explorer.flaws import survives, told
from conformance.notebook.explorer.form import ABSENT, Path, fields_of, read, with_value, without
from conformance.notebook.explorer.results import ResultView
from conformance.notebook.explorer.session import TargetSession
from conformance.notebook.explorer.view import View
from conformance.notebook.explorer.words import VALID, about_html, header_html, state_html
from conformance.notebook.look import json_text

__all__ = ["UNKNOWN_CALL", "Editor"]

UNKNOWN_CALL = "call_id names no call"
"""The one way in which a path is wrong."""


class Editor:
    """What is going to be sent.

    The text of the JSON is the truth: the form shows it as far as it can, and writes it anew when a field is changed.
    """

    def __init__(self, session: TargetSession, results: ResultView) -> None:
        self.session = session
        self.form = FormView(self.change, session.offers)
        self.view = View(self.form, results)
        self._texts: dict[tuple[str, str], str] = {}
        self._document: JSON = {}
        self._turns = 0
        self._arranging = False
        self._lock = threading.RLock()

    @property
    def name(self) -> str:
        """The operation that is chosen."""
        return str(self.view.operation.value)

    @property
    def parameter_name(self) -> str:
        """The name of what stands in the path, or ""."""
        return next(iter(self.session.contract.operation(self.name).path_parameters), "")

    def request(self) -> Request:
        """What would be sent now."""
        operation = self.session.contract.operation(self.name)
        return Request(
            operation=self.name,
            parameter=str(self.view.parameter.value) if self.parameter_name else "",
            text=str(self.view.json.value) if operation.request is not None else None,
        )

    # choosing

    def show_edition(self) -> None:
        """Offer the operations of the edition that the session speaks."""
        names = list(self.session.contract.operations)
        kept = self.view.operation.value if self.view.operation.value in names else names[0]
        self._arranging = True  # new options choose the first one for a moment
        self.view.operation.options = names
        self.view.operation.value = kept
        self._arranging = False
        self.view.header.value = header_html(self.session)
        self.show_operation(None)

    def show_operation(self, before: str | None) -> None:
        """Show the operation that is chosen, with the body that it had last.

        Args:
            before: The one that was chosen till now.
        """
        if self._arranging:
            return
        edition, schemas, view = self.session.contract.edition, self.session.contract.schemas, self.view
        if before is not None:
            self._texts[edition, before] = view.json.value
        operation = self.session.contract.operation(self.name)
        view.about.value = about_html(operation, schemas)
        view.show_parameter(self.parameter_name, self.session.offers(self.parameter_name))
        view.show_examples([(VALID, ""), *((f"✗ {name}", name) for name in self.flaws())])
        with self._lock:
            self.form.show(fields_of(schemas, operation.request) if operation.request else ())
            view.show_body(takes_body=operation.request is not None)
            start = json_text(self.session.maker.required(self.name)) if operation.request else ""
            view.json.value = self._texts.get((edition, self.name), start)
            self.show_state()
        view.fit_rows()

    def flaws(self) -> list[str]:
        """The names of the ways in which a request can be wrong."""
        unknown = [UNKNOWN_CALL] if self.parameter_name == "call_id" else []
        return [*self.session.casing.flaws(self.name), *unknown]

    # form and JSON

    def show_state(self) -> None:
        """Say what the contract says of the body, and let the form follow where it can."""
        with self._lock:
            view, request = self.view, self.request()
            document, broken = read(request.text) if request.text is not None else ({}, None)
            usable = isinstance(document, dict) and (request.text is None or survives(request.text))
            flaw, edge = self.session.casing.flaw(request), self.session.casing.edge(request)
            view.state.value = state_html(request, broken, flaw, edge=edge, is_shown=usable)
            view.restore_button.layout.display = "none" if usable else None
            view.send_button.description = "Send" if flaw is None and not edge else "Send anyway"
            self.form.lock(locked=not usable)
            if usable:
                self._document = document
                self.form.update(document, self._problems(document) if request.text is not None else {})

    def _problems(self, document: JSON) -> Mapping[Path, str]:
        name = self.session.contract.operation(self.name).request or ""
        errors = self.session.contract.schemas.validate(name, document)
        return {tuple(each.pointer.split("/")[1:]): f"{told(each)}." for each in reversed(errors)}

    @property
    def _is_shown(self) -> bool:
        text = str(self.view.json.value)
        return isinstance(read(text)[0], dict) and survives(text)

    def change(self, path: Path, value: JSON) -> None:
        """A field was changed: its new value, or ABSENT."""
        with self._lock:
            known = self._document
            self._document = without(known, path) if value is ABSENT else with_value(known, path, value)
            self.view.json.value = json_text(self._document)

    def write(self, text: str) -> None:
        """Put a text in place of the body."""
        self.view.json.value = text
        self.view.fit_rows()

    def restore(self) -> None:
        """Put what the form holds in place of a text that is no JSON."""
        self.write(json_text(self._document))

    def fill(self, name: str, value: JSON) -> None:
        """Give a field a value, or the place in the path.

        Raises:
            UnknownName: There is no such field.
            UsageError: The body is no JSON object now, so that it has no fields.
        """
        if name == self.parameter_name:
            self.view.parameter.value = str(value)
            return
        row = self.form.row(name)
        if row is None:
            raise UnknownName("field", name, self.form.names(), otherwise="Look at the form.")
        if not self._is_shown:
            raise UsageError("The body is no JSON object that the form can show. Mend it first, or set .body.")
        self.change(row.field.path, value)

    # examples

    def put_example(self, flaw: str) -> None:
        """Make a body and put it into the editor; for a call in the path choose one that is known.

        Args:
            flaw: In which way it is wrong; "" for a valid one.
        """
        self.offer_anew()
        if flaw == UNKNOWN_CALL:
            self.view.parameter.value = self.session.casing.unknown_call
        elif self.parameter_name and self.view.parameter.value in {"", self.session.casing.unknown_call}:
            self.view.parameter.value = next(iter(self.session.offers(self.parameter_name)), "")
        if self.session.contract.operation(self.name).request is None:
            return
        if flaw and flaw != UNKNOWN_CALL:
            self.write(self.session.casing.flaws(self.name)[flaw].text)
        else:
            self.write(json_text(self.session.maker.valid(self.name, self._turns)))
            self._turns += 1

    def fill_in(self) -> str:
        """Fill in what is required and known; what is known, in a sentence."""
        self.offer_anew()
        if self.parameter_name and not self.view.parameter.value:
            self.view.parameter.value = next(iter(self.session.offers(self.parameter_name)), "")
        takes_body = self.session.contract.operation(self.name).request is not None
        if takes_body and self._is_shown:
            for name, value in self.session.maker.required(self.name).items():
                if not self._document.get(name):
                    self.change((name,), value)
        agents, calls = len(self.session.offers("agent_id")), len(self.session.offers("call_id"))
        told = f"Known of the target: {agents} agents, {calls} calls. They are offered where they fit."
        if {"from_number", "phone_number"}.isdisjoint(self.form.names()) or self.session.shows_personal:
            return told
        return f"{told} Its numbers are personal: give the Explorer personal=True to have them offered."

    def offer_anew(self) -> None:
        """Offer what is known now at each field."""
        self.form.offer_anew()
        self.view.parameter.options = tuple(self.session.offers(self.parameter_name))
