"""A payload on its way: made from a few choices, then perhaps written by hand. Knows of no widget."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from conformance.errors import UnknownName
from conformance.generate.deliveries import ERAS, Payloads, events_of
from conformance.generate.encode import encode
from conformance.model import JSON
from conformance.notebook.weblab.reading import Reading, read
from conformance.webhooks.sender import INBOUND, made_payload

__all__ = ["SIZES", "SPELLINGS", "Draft", "Drafting", "Page", "event_names"]

SIZES = ("minimal", "usual", "full")
SPELLINGS = ("indented", "compact")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a payload is made from.

    Attributes:
        edition: An era of V2.
        size: `minimal`, `usual` or `full`.
        spelling: `indented`, to be read, or `compact`, as the vendor writes it.
        number: Which call it is about; equal numbers give the same call.
    """

    edition: str = "v2"
    event: str = "call_ended"
    call_type: str = "phone_call"
    size: str = "usual"
    spelling: str = "indented"
    number: int = 0


def event_names(edition: str, *, asking: bool = True) -> tuple[str, ...]:
    """What can be composed in an edition: its events, and if wanted the question before an inbound call."""
    return (*events_of(edition), *((INBOUND,) if asking else ()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What stood there at one moment.

    Attributes:
        body: The exact bytes that are signed and sent.
        reading: What they say.
        edited: Whether somebody wrote into the payload.
    """

    draft: Draft
    body: bytes
    reading: Reading
    edited: bool


class Drafting:
    """Composes payloads, and reads what somebody wrote.

    Args:
        edition: An era of V2.
        seed: Equal seeds give equal payloads.

    Attributes:
        draft: What the payload was made from.
        text: The payload as it stands there now; may be set.

    Raises:
        UnknownName: There is no such edition.
    """

    def __init__(self, edition: str, *, seed: int) -> None:
        self._seed = seed
        self._read: tuple[str, str, Reading] | None = None
        self.draft = Draft()
        self.text = self._made = ""
        self.compose(edition=edition)

    def compose(self, **choices: Any) -> str:
        """Make a payload anew, with some choices of the draft changed; what was written by hand is given up.

        Raises:
            UnknownName: There is no such edition, event, type, size or spelling.
        """
        draft = replace(self.draft, **choices)
        if draft.size not in SIZES:
            raise UnknownName("size", draft.size, SIZES)
        if draft.spelling not in SPELLINGS:
            raise UnknownName("spelling", draft.spelling, SPELLINGS)
        if draft.edition in ERAS and "event" not in choices and draft.event not in event_names(draft.edition):
            draft = replace(draft, event="call_ended")
        payload = self._payload(draft)
        self.draft, self.text = draft, _spelled(payload, draft.spelling)
        self._made = self.text
        return self.text

    def respell(self, spelling: str) -> str:
        """Write what stands there in another spelling; what is no JSON stays as it is."""
        self.draft = replace(self.draft, spelling=spelling)
        if self.reading.problem is None:
            was_made = not self.edited
            self.text = _spelled(self.reading.value, spelling)
            self._made = self.text if was_made else self._made
        return self.text

    def _payload(self, draft: Draft) -> dict[str, JSON]:
        payloads = Payloads(seed=self._seed * 1000 + draft.number)
        usual = made_payload(payloads, draft.event, draft.call_type, draft.edition)
        if draft.size == "usual" or draft.event == INBOUND:
            return usual
        make = payloads.minimal if draft.size == "minimal" else payloads.full
        found = make(draft.edition, draft.call_type, draft.event)
        return _about(found, str(usual["call"]["call_id"]))

    @property
    def edited(self) -> bool:
        """Whether somebody wrote into the payload."""
        return self.text != self._made

    @property
    def body(self) -> bytes:
        """The exact bytes that are signed and sent."""
        return self.text.encode("utf-8", "backslashreplace")

    @property
    def reading(self) -> Reading:
        """What the text says, held against the contract of the edition."""
        text, edition = self.text, self.draft.edition
        known = self._read
        if known is None or known[:2] != (text, edition):
            known = self._read = (text, edition, read(text, edition))
        return known[2]

    def page(self) -> Page:
        """What stands there now."""
        return Page(draft=self.draft, body=self.body, reading=self.reading, edited=self.edited)


def _spelled(value: JSON, spelling: str) -> str:
    if spelling == "compact":
        return encode(value).decode()
    return json.dumps(value, ensure_ascii=False, indent=2)


def _about(payload: dict[str, JSON], call_id: str) -> dict[str, JSON]:
    """The same payload about a call of that id."""
    changed: dict[str, JSON] = {
        name: {**payload[name], "call_id": call_id} for name in ("call", "data") if name in payload
    }
    return {**payload, **changed}
