"""What is sent, as cases: the bytes that were composed, under a signature that is right or wrong in one named way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from conformance.contract.signature import HEADER, Problem, read
from conformance.generate.deliveries import CHOSEN_EVENTS, EVENTS, FORGERIES, DeliveryMaker, Payloads
from conformance.generate.encode import encode
from conformance.model import Case, Exchange, Flaw
from conformance.notebook.weblab.drafting import Page, event_names
from conformance.notebook.weblab.ways import Way
from conformance.webhooks.sender import INBOUND

__all__ = ["Cases"]

_AGED_MS = 270_000
_OK = range(200, 300)
_BY_HAND = "by hand"
"""What no requirement speaks of, but those that speak of every delivery."""


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
            yield self._forged(page, way.name, vouched=vouched)
        elif way.name == "reordered":
            yield from self._reordered(page)
        elif way.name == "late":
            yield self._signed(page, "aged", age_ms=_AGED_MS)
        else:
            yield self._signed(page, self._aspect(page))
            for _ in range(times - 1 if way.name == "repeated" else 0):
                yield self._signed(page, "repeated")

    def again(self, exchange: Exchange, *, vouched: bool) -> Case:
        """The very same delivery; what was right may be too old by now, or a copy."""
        case, answer = exchange.case, exchange.response
        if case.purpose != "valid":
            return case
        header = next((value for name, value in case.headers if name == HEADER), None)
        reading = read(case.body or b"", self.key, header, now_ms=self.clock())
        if reading.problem is Problem.STALE:
            minutes = (reading.age_ms or 0) / 60_000
            return _broken(
                case, Flaw(kind="stale", pointer="", text=f"it was signed {minutes:.0f} minutes ago"), vouched
            )
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

    def _forged(self, page: Page, name: str, *, vouched: bool) -> Case:
        forgery, case = FORGERIES[name], self._signed(page, "forged")
        header = forgery.make(page.body, self.key, self.clock())
        kept = tuple(each for each in case.headers if each[0] != HEADER)
        signature = () if header is None else ((HEADER, header),)
        case = replace(case, headers=(*kept, *signature))
        return _broken(case, Flaw(kind=name, pointer="", text=forgery.text), vouched)

    def _reordered(self, page: Page) -> Iterator[Case]:
        """Of the call that stands there, or of one that nobody heard of."""
        draft, payloads = page.draft, Payloads(seed=self.seed)
        call_id = str(page.reading.call.get("call_id") or payloads.call_id())
        for event in reversed(EVENTS):
            payload = payloads.ordinary(draft.edition, draft.call_type, event, call_id=call_id)
            yield self.maker.signed(payload, "reordered", era=draft.edition)


def _broken(case: Case, flaw: Flaw, vouched: bool) -> Case:  # noqa: FBT001 - its name says it where it is given
    """The same case as one that is to be refused."""
    sending = {**case.facts["sending"], "aspect": "forged", "vouched": vouched}
    return replace(case, purpose="forged", flaw=flaw, title=flaw.text, facts={"sending": sending})
