"""Deliveries as cases: a payload with its signature, made at the moment when it is sent."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from conformance.contract.signature import HEADER, sign
from conformance.generate.deliveries.forgeries import FORGERIES
from conformance.generate.encode import encode
from conformance.model import JSON, Case, Effect, Flaw


@dataclass(frozen=True, kw_only=True)
class DeliveryMaker:
    """Makes cases for one receiver.

    Attributes:
        key: What deliveries are signed with.
        path: Where the receiver takes them, percent-encoded.
        query: Behind the path, or "".
        timeout_ms: How long it may take to answer.
        now_ms: The clock that signatures are dated by; milliseconds since the Unix epoch.
    """

    key: str
    path: str
    timeout_ms: int
    now_ms: Callable[[], int]
    query: str = ""

    def signed(
        self,
        payload: Mapping[str, JSON],
        aspect: str,
        *,
        body: bytes | None = None,
        age_ms: int = 0,
        era: str | None = None,
        eras: int = 1,
    ) -> Case:
        """A delivery as the vendor sends it.

        Args:
            aspect: What it is sent for; requirements choose their deliveries by it.
            body: The bytes of the payload, where they are not the usual ones.
            age_ms: How long ago it was signed.
            era: The edition that it is of, where that is judged.
            eras: How many editions are sent in all.
        """
        raw = encode(payload) if body is None else body
        header = sign(raw, self.key, self.now_ms() - age_ms)
        return self._case(payload, aspect, raw, header, {"era": era, "eras": eras})

    def same(self, case: Case, aspect: str) -> Case:
        """The very same delivery, signature included, sent for something else."""
        return replace(case, title=aspect, facts={"sending": {**case.facts["sending"], "aspect": aspect}})

    def again(self, case: Case, aspect: str, *, body: bytes | None = None) -> Case:
        """The same delivery with a new signature, and another body if one is given."""
        raw = body if body is not None else case.body or b""
        facts = case.facts["sending"]
        return self._case({"event": case.operation}, aspect, raw, sign(raw, self.key, self.now_ms()), facts)

    def forged(self, payload: Mapping[str, JSON], name: str, *, vouched: bool) -> Case:
        """A delivery with a signature that is wrong in one named way.

        Args:
            vouched: Whether such a payload was accepted with the right one.
        """
        return self.spoiled(self._case(payload, "forged", encode(payload), None), name, vouched=vouched)

    def spoiled(self, case: Case, name: str, *, vouched: bool) -> Case:
        """The same delivery with a signature that is wrong in one named way."""
        forgery = FORGERIES[name]
        header = forgery.make(case.body or b"", self.key, self.now_ms())
        kept = tuple(each for each in case.headers if each[0] != HEADER)
        signature = () if header is None else ((HEADER, header),)
        flaw = Flaw(kind=name, pointer="", text=forgery.text)
        return to_be_refused(replace(case, headers=(*kept, *signature)), flaw, vouched=vouched)

    def raw(self, body: bytes) -> Case:
        """Bytes as they are, signed."""
        try:
            value = json.loads(body)
        except (ValueError, RecursionError):
            value = None
        event = value.get("event") if isinstance(value, dict) else None
        payload = {"event": event if isinstance(event, str) else "webhook"}
        return self._case(payload, "by hand", body, sign(body, self.key, self.now_ms()))

    def _case(
        self,
        payload: Mapping[str, JSON],
        aspect: str,
        body: bytes,
        header: str | None,
        more: Mapping[str, JSON] | None = None,
    ) -> Case:
        call = payload.get("call")
        call_type = call.get("call_type") if isinstance(call, dict) else None
        sending = {"call_type": call_type, "data": "data" in payload, **(more or {}), "aspect": aspect}
        signature = [] if header is None else [(HEADER, header)]
        return Case(
            operation=str(payload["event"]),
            purpose="valid",
            method="POST",
            path=self.path,
            query=self.query,
            effect=Effect.READ,  # the receiver was named by the user; nothing is billed or dialled there
            headers=(("content-type", "application/json"), ("connection", "close"), *signature),
            authorization=None,
            body=body,
            title=aspect,
            facts={"sending": {**sending, "event": payload["event"], "timeout_ms": self.timeout_ms}},
        )


def to_be_refused(case: Case, flaw: Flaw, *, vouched: bool) -> Case:
    """The same delivery as one whose signature is wrong, or is no longer right.

    Args:
        vouched: Whether such a payload was accepted with the right signature.
    """
    sending = {**case.facts["sending"], "aspect": "forged", "vouched": vouched}
    return replace(case, purpose="forged", flaw=flaw, title=flaw.text, facts={"sending": sending})
