"""From a request that arrived to the exchange that checks judge, with the facts of its delivery."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from conformance.contract.signature import HEADER, read
from conformance.model import JSON, Case, Effect, Exchange, Response
from conformance.webhooks.answering import Answer, Arrival

__all__ = ["Book", "Entry", "Request", "Told", "is_outside"]

_LONGEST_EVENT = 60
_SUCCESS = range(200, 300)
_MARGIN_S = 2.0
_MEMBERS = ("event", "call", "data")


@dataclass(frozen=True, kw_only=True)
class Request:
    """A request as it came to the port."""

    method: str
    path: str
    query: str
    host: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    received_ms: int

    @cached_property
    def payload(self) -> Mapping[str, JSON] | None:
        """The body, if it is a JSON object."""
        try:
            found = json.loads(self.body)
        except (ValueError, RecursionError):
            return None
        return found if isinstance(found, dict) else None

    @property
    def signature(self) -> str | None:
        """The first header that holds a signature."""
        return next((value for name, value in self.headers if name.lower() == HEADER), None)

    @property
    def is_webhook(self) -> bool:
        """False for what neither is signed nor looks like a webhook: ports get all kinds of requests."""
        return self.signature is not None or any(name in (self.payload or ()) for name in _MEMBERS)

    @property
    def event(self) -> str | None:
        """What it tells, if it says so in a text."""
        found = (self.payload or {}).get("event")
        return found if isinstance(found, str) else None

    @property
    def call_id(self) -> str | None:
        """The call that it is about; before V2 it stood in `data`."""
        for name in ("call", "data"):
            call = (self.payload or {}).get(name)
            if isinstance(call, dict) and isinstance(call.get("call_id"), str) and call["call_id"]:
                return str(call["call_id"])
        return None

    @property
    def identity(self) -> str:
        """What copies of one webhook share; "" if that cannot be told."""
        if self.event is None or self.call_id is None:
            return ""
        destination = (self.payload or {}).get("transfer_destination")
        shown = "" if destination is None else f" {json.dumps(destination, sort_keys=True)}"
        return f"{self.event} {self.call_id}{shown}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the receiver was told of the sender; see `WebhookReceiver`."""

    key: str
    timeout_ms: int
    sure_key: bool
    local: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A request that was entered: which attempt it is.

    Attributes:
        after_accepted: An earlier attempt had been accepted in time.
        before: How the attempt before was answered: `accepted`, `refused`, `held`, or `waiting` if it still was not.
        earlier: The events of the same call that had come before.
        since_ms: How long after the attempt before it was sent, as far as the signatures tell; None for the first.
    """

    request: Request
    arrival: Arrival
    after_accepted: bool
    before: str | None
    earlier: tuple[str, ...]
    since_ms: int | None = None


class Book:
    """Counts the attempts of each webhook, and writes down what became of them.

    Args:
        late_ms: How late this process was kept in the last so many seconds.
    """

    def __init__(self, told: Told, late_ms: Callable[[float], int] = lambda _: 0) -> None:
        self._told, self._late_ms = told, late_ms
        self._left_ms: dict[str, int] = {}
        self._attempts: dict[str, int] = {}
        self._accepted: set[str] = set()
        self._answers: dict[str, str] = {}
        self._events: dict[str, list[str]] = {}

    def enter(self, request: Request) -> Entry:
        """Which attempt of which webhook a request is."""
        identity = request.identity
        attempt = self._attempts.get(identity, 0) + 1 if identity else 1
        before, left_ms = self._answers.get(identity), self._left(request)
        last_ms = self._left_ms.get(identity)
        earlier = tuple(self._events.get(request.call_id or "", ()))
        if identity:
            self._attempts[identity], self._answers[identity] = attempt, "waiting"
            self._left_ms[identity] = left_ms
            self._events.setdefault(request.call_id or "", []).append(request.event or "")
        arrival = Arrival(
            event=request.event,
            call_id=request.call_id,
            identity=identity,
            attempt=attempt,
            received_ms=request.received_ms,
        )
        return Entry(
            request=request,
            arrival=arrival,
            after_accepted=bool(identity) and identity in self._accepted,
            before=before,
            earlier=earlier,
            since_ms=None if last_ms is None else left_ms - last_ms,
        )

    def _left(self, request: Request) -> int:
        """When a request was sent, by its signature, or else when it came."""
        signature = self._signature(request)
        sure = signature["genuine"] and signature["problem"] is None
        return int(signature["timestamp_ms"] if sure else request.received_ms)

    def exchange(self, entry: Entry, answer: Answer, *, gave_up: bool, seconds: float, at: float) -> Exchange:
        """The exchange of a delivery that was answered, or given up by its sender."""
        request, held_ms = entry.request, round(seconds * 1000)
        held = answer.hold_s is not None or gave_up
        accepted = not held and answer.status in _SUCCESS
        if accepted and held_ms < self._told.timeout_ms:
            self._accepted.add(entry.arrival.identity)
        told = "held" if held else "accepted" if accepted else "refused"
        self._answers[entry.arrival.identity] = told
        facts: dict[str, JSON] = {
            "event": entry.arrival.event,
            "call_id": entry.arrival.call_id,
            "identity": entry.arrival.identity,
            "attempt": entry.arrival.attempt,
            "after_accepted": entry.after_accepted,
            "received_ms": request.received_ms,
            "signature": self._signature(request),
            "sure_key": self._told.sure_key,
            "before": entry.before,
            "earlier": entry.earlier,
            "answer": told,
            "held_ms": held_ms if held else None,
            "gave_up": gave_up,
            "timeout_ms": self._told.timeout_ms,
            "local": self._told.local,
            "since_ms": entry.since_ms,
            "late_ms": self._late_ms(self._told.timeout_ms / 1000 + _MARGIN_S),
        }
        call_id = entry.arrival.call_id
        return Exchange(
            case=_case(request, {"delivery": facts, **({"group": f"delivered {call_id}"} if call_id else {})}),
            url=f"http://{request.host}{request.path}{'?' + request.query if request.query else ''}",
            sent=request.headers,
            response=Response(status=answer.status, body=answer.body),
            error=f"not answered: the sender hung up after {seconds:.1f} s" if gave_up else None,
            received=True,
            seconds=seconds,
            at=at,
        )

    def _signature(self, request: Request) -> dict[str, JSON]:
        reading = read(request.body, self._told.key, request.signature, now_ms=request.received_ms)
        return {
            "problem": reading.problem and str(reading.problem),
            "timestamp_ms": reading.timestamp_ms,
            "age_ms": reading.age_ms,
            "genuine": reading.genuine,
        }


def _case(request: Request, facts: Mapping[str, JSON]) -> Case:
    event = request.event
    return Case(
        operation=event[:_LONGEST_EVENT] if event else "webhook",
        purpose="delivery",
        method=request.method,
        path=request.path,
        query=request.query,
        effect=Effect.READ,
        authorization=None,
        body=request.body,
        title=f"the webhook {event[:_LONGEST_EVENT]}" if event else "a webhook",
        facts=facts,
    )


def is_outside(event: str | None) -> bool:
    """Whether an event is none of a voice call's: of a chat, or a question who is to take a call."""
    return event is not None and (event.startswith("chat_") or event == "call_inbound")
