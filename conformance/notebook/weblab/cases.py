"""What is sent, as cases: the bytes that were composed, under a signature that is right or wrong in one named way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from conformance.contract.signature import HEADER, WINDOW_MS, Problem, read
from conformance.generate.deliveries import CHOSEN_EVENTS, EVENTS, DeliveryMaker, Payloads, to_be_refused
from conformance.generate.encode import encode
from conformance.model import Case, Exchange, Flaw
from conformance.notebook.weblab.drafting import Page, event_names
from conformance.notebook.weblab.ways import Way
from conformance.webhooks.sender import INBOUND

__all__ = ["BORDERLINE", "GROWN_RIGHT", "Cases"]

_AGED_MS = 270_000
_MARGIN_MS = 30_000
"""So close to the five minutes nothing is judged: clocks differ, and the delivery takes its time."""
_OK = range(200, 300)
_BY_HAND = "by hand"
"""What no requirement speaks of, but those that speak of every delivery."""
BORDERLINE = "borderline"
"""Signed so nearly five minutes ago, or ahead, that nobody can say whether it is right when it arrives."""
GROWN_RIGHT = "grown right"
"""Forged with a time that lay ahead, and sent again when that time had come."""
_NEVER_RIGHT = frozenset({Problem.IN_SECONDS, Problem.MALFORMED})
"""What no passing of time makes right."""


@dataclass(kw_only=True)
class Cases:
    """Makes cases for one receiver, each signed at the moment when it is asked for.

    Attributes:
        clock: Milliseconds since the Unix epoch.
    """

    maker: DeliveryMaker
    key: str
    clock: Callable[[], int]
    seed: int
    _accepted: set[bytes] = field(default_factory=set, init=False)

    def accepted(self, case: Case) -> None:
        """Remember that the receiver accepted these bytes."""
        self._accepted.add(case.body or b"")

    def forget(self) -> None:
        """Remember nothing of the receiver."""
        self._accepted.clear()

    def of(self, way: Way, page: Page, *, times: int, vouched: bool) -> Iterator[Case]:
        """What is sent in a way, at least one.

        Args:
            times: How often, where it is repeated.
            vouched: Whether the receiver is known to accept a right delivery.
        """
        if way.forged:
            yield self.maker.spoiled(self._signed(page, "forged"), way.name, vouched=vouched)
        elif way.name == "reordered":
            yield from self._reordered(page)
        elif way.name == "late":
            yield self._signed(page, "aged", age_ms=_AGED_MS)
        else:
            yield self._signed(page, self._aspect(page))
            for _ in range(times - 1 if way.name == "repeated" else 0):
                yield self._signed(page, "repeated")

    def again(self, exchange: Exchange, *, vouched: bool) -> Case:
        """The very same delivery; by now what was right may be too old or a copy, and what lay ahead may be right."""
        case, answer = exchange.case, exchange.response
        header = next((value for name, value in case.headers if name == HEADER), None)
        reading = read(case.body or b"", self.key, header, now_ms=self.clock())
        if not reading.genuine or reading.problem in _NEVER_RIGHT:
            return case
        age_ms = reading.age_ms or 0
        if abs(abs(age_ms) - WINDOW_MS) < _MARGIN_MS:
            return self.maker.same(replace(case, purpose="valid", flaw=None), BORDERLINE)
        if reading.problem is Problem.FUTURE:
            return case
        if reading.problem is Problem.STALE:
            text = f"it was signed {age_ms / 60_000:.0f} minutes ago"
            return to_be_refused(case, Flaw(kind="stale", pointer="", text=text), vouched=vouched)
        if case.purpose != "valid":
            return self.maker.same(replace(case, purpose="valid", flaw=None), GROWN_RIGHT)
        was_accepted = answer is not None and answer.status in _OK
        is_promised = case.facts["sending"]["aspect"] != _BY_HAND
        return self.maker.same(case, "repeated-exactly") if was_accepted and is_promised else case

    def _aspect(self, page: Page) -> str:
        """What a delivery is sent for; requirements choose by it."""
        reading, draft = page.reading, page.draft
        if reading.problem is not None:
            return _BY_HAND
        if reading.event not in event_names(draft.edition):
            return "unknown event"
        compact = encode(reading.value)
        if compact != page.body and compact in self._accepted:
            return "spelled"
        if reading.event in CHOSEN_EVENTS:
            return "chosen"
        return draft.size if draft.size != "usual" and not page.edited else "plain"

    def _signed(self, page: Page, aspect: str, *, age_ms: int = 0) -> Case:
        reading = page.reading
        if reading.event is None:
            return self.maker.raw(page.body)
        if (reading.wrong and aspect != "unknown event") or reading.event == INBOUND:
            aspect = _BY_HAND
        return self.maker.signed(reading.value, aspect, body=page.body, age_ms=age_ms, era=page.draft.edition)

    def _reordered(self, page: Page) -> Iterator[Case]:
        """Of the call that stands there, or of one that nobody heard of."""
        draft, payloads = page.draft, Payloads(seed=self.seed)
        call_id = str(page.reading.call.get("call_id") or payloads.call_id())
        for event in reversed(EVENTS):
            payload = payloads.ordinary(draft.edition, draft.call_type, event, call_id=call_id)
            yield self.maker.signed(payload, "reordered", era=draft.edition)
