"""A call with all that is known of it: what its fields are, and what is wrong with them."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from conformance.contract.contract import Contract, load_contract
from conformance.errors import UsageError
from conformance.model import JSON
from conformance.notebook.display.hiding import prepared, redactor
from conformance.notebook.display.meanings import UNKNOWN, Asked, Places
from conformance.notebook.display.nodes import Mark
from conformance.notebook.display.places import place_of
from conformance.redact import Redactor
from conformance.reports.html.escape import word_count
from conformance.showing import Shown
from conformance.testing.judging import Told, judged
from conformance.testing.values import parsed, recognised

__all__ = ["NOT_RECOGNISED", "CallView"]

NOT_RECOGNISED = "JSON document"


class CallView(Shown):
    """A call that shows what each of its fields is, and what is wrong, at its very place.

    Args:
        call: As for `conformance.check`: parsed JSON; JSON as text or bytes; a response; an object of an SDK. A list of
            calls, a webhook or a request does as well.
        kind: The name of a schema, as in `web-call`. Without it, calls, lists, webhooks and requests are recognised.
        edition: Which edition; the newest by default.
        personal: Whether numbers, transcripts and other personal data are shown. Tokens never are.

    Raises:
        UnknownName: There is no such edition, or no schema of that name in it.
    """

    def __init__(
        self, call: Any, kind: str | None = None, edition: str | None = None, *, personal: bool = False
    ) -> None:
        self._contract = _contract(edition)
        given = prepared(call) if isinstance(call, Mapping | list | tuple) else call
        raw, self._no_json = parsed(given)
        self._raw = prepared(raw)
        self.personal = personal
        self.kind = kind.replace("_", "-") if kind else self._recognised()
        if self.kind in self._contract.schemas or kind:
            self._contract.schemas.definition(self.kind)

    def _recognised(self) -> str:
        try:
            return NOT_RECOGNISED if self._no_json else recognised(self._raw, self._contract)
        except UsageError:
            return NOT_RECOGNISED

    @property
    def edition(self) -> str:
        """Against which edition it is judged."""
        return self._contract.edition

    @property
    def contract(self) -> Contract:
        """What that edition promises."""
        return self._contract

    @functools.cached_property
    def told(self) -> tuple[Told, ...]:
        """What is wrong, in the order of the value, with nothing in it that may not be shown."""
        if self._no_json is not None:
            return (self._no_json,)
        if self.kind == NOT_RECOGNISED:
            return ()
        hiding = self._redactor
        return tuple(
            replace(each, mismatch=hiding.mismatch(each.mismatch))
            for each in judged(self._raw, self.kind, self._contract)
        )

    @functools.cached_property
    def _redactor(self) -> Redactor:
        text = json.dumps(self._raw) if self.personal else ""
        return redactor(personal=self.personal, text=text)

    @functools.cached_property
    def value(self) -> JSON:
        """The value as it may be shown."""
        return self._redactor.value(self._raw)

    @functools.cached_property
    def marks(self) -> Mapping[str, list[Mark]]:
        """What is wrong, by place."""
        found: dict[str, list[Mark]] = {}
        for each in self.told:
            kind = "failed" if each.grave else "warned"
            found.setdefault(each.mismatch.pointer, []).append(Mark(text=_reason(each), kind=kind))
        return found

    @functools.cached_property
    def notes(self) -> Mapping[str, str]:
        """What each field is, by place."""
        return Asked(self._note)

    @functools.cached_property
    def readings(self) -> Mapping[str, str]:
        """What numbers mean, by place: a date, a duration."""
        return Asked(self._reading)

    @functools.cached_property
    def _places(self) -> Places | None:
        if self.kind not in self._contract.schemas:
            return None
        bundle = self._contract.schemas.bundle(self.kind)
        return Places(root=place_of(bundle["$defs"], bundle), value=self._raw)

    def _note(self, pointer: str) -> str:
        found = self._places.note(pointer) if self._places else ""
        return "" if found == UNKNOWN and pointer in self.marks else found

    def _reading(self, pointer: str) -> str:
        return self._places.reading(pointer) if self._places else ""

    @property
    def counts(self) -> tuple[int, int]:
        """How many places are wrong, and how many are doubtful."""
        grave = sum(each.grave for each in self.told)
        return grave, len(self.told) - grave

    @property
    def verdict(self) -> tuple[str, str]:
        """How it came out, as a kind of mark and in words."""
        grave, mild = self.counts
        if grave:
            return "failed", f"{word_count(grave, 'place')} wrong" + (f", {mild} doubtful" if mild else "")
        if self.kind == NOT_RECOGNISED:
            return "plain", "not judged"
        return ("warned", f"{word_count(mild, 'place')} doubtful") if mild else ("passed", "nothing is wrong")

    def __repr__(self) -> str:
        return f"CallView: {self.kind} of {self.edition}, {self.verdict[1]}"


@functools.lru_cache(maxsize=8)
def _contract(edition: str | None) -> Contract:
    return load_contract(edition)


def _reason(told: Told) -> str:
    mismatch = told.mismatch
    clause = f" ({told.clause})" if told.clause else ""
    return f"expected {mismatch.expected}, got {mismatch.actual}{clause}"
