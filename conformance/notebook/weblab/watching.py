"""Where webhooks arrive: a receiver of the lab's own, and a mock vendor that makes calls to watch. Knows no widget."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from conformance.errors import TargetError, UnknownName
from conformance.mockvendor import MockVendor
from conformance.model import Exchange
from conformance.testing import CallApi
from conformance.testing.hurried import PACE
from conformance.webhooks import WebhookReceiver
from conformance.webhooks.answering import Answer, Arrival

__all__ = ["ANSWERS", "CALLS", "LIMIT_MS", "Watch"]

LIMIT_MS = 1500
"""How long the mock vendor waits for an answer here; the real one waits ten seconds."""

_RETRY_MS = 400
_LOOK_S = 0.25
_BUSY_S = 0.1
"""At least so long between two looks, so that a page is not flooded."""

_FIRST = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How the receiver answers.

    Attributes:
        label: As it stands in a list.
        text: What the vendor makes of it, in one sentence.
        give: From an arrival to the answer.
    """

    label: str
    text: str
    give: Callable[[Arrival], Answer]


def _once(arrival: Arrival) -> Answer:
    return Answer(status=500 if arrival.attempt == _FIRST else 204)


ANSWERS: Mapping[str, Way] = MappingProxyType(
    {
        "204": Way(
            label="204: accepted at once", text="Accepted at once: each comes once.", give=lambda _: Answer(status=204)
        ),
        "500": Way(
            label="500: an error, always",
            text="An error: the vendor tries again, three times more, then gives up.",
            give=lambda _: Answer(status=500),
        ),
        "500-once": Way(
            label="500 the first time, then 204",
            text="An error the first time, accepted when it comes again.",
            give=_once,
        ),
        "slow": Way(
            label="Slow: 204 after 0.8 s",
            text="Accepted, but late: within the time limit, so that nothing is sent again.",
            give=lambda _: Answer(status=204, delay_s=0.8),
        ),
        "none": Way(
            label="No answer at all",
            text=f"No answer: the vendor hangs up after {LIMIT_MS / 1000:g} s (really after 10 s), and tries again.",
            give=lambda _: Answer(status=204, hold_s=LIMIT_MS / 1000 * 3),
        ),
    }
)
"""How deliveries may be answered, by name."""

CALLS: Mapping[str, str] = MappingProxyType(
    {"web_call": "Web call", "phone_call": "Phone call", "unanswered": "Phone call, nobody answers"}
)
"""What the mock vendor can be asked for."""

_NUMBERS = {"phone_call": "+14155550196", "unanswered": "+14155550199"}
"""Fictional; how a call to them goes is settled by their last digits."""


class Watch:
    """A receiver on loopback from the moment it is made until it is closed; a mock vendor from the first call on.

    Args:
        key: What is signed with.
        changed: Called when something arrived or was answered; at most ten times a second, never from two threads.
    """

    def __init__(self, key: str, *, seed: int, changed: Callable[[], None] = lambda: None) -> None:
        self._key, self._seed, self._changed = key, seed, changed
        self._mode = ANSWERS["204"]
        self._lock = threading.Lock()
        self._arrivals: list[Arrival] = []
        self._made: list[str] = []
        self._vendor: MockVendor | None = None
        self._ended = threading.Event()
        self._receiver = WebhookReceiver(key, answering=self._answer, timeout_ms=LIMIT_MS)
        self.url = self._receiver.url
        self._follower = threading.Thread(target=self._follow, name="webhook lab watching", daemon=True)
        self._follower.start()

    def close(self) -> None:
        """Stop the vendor, then the receiver. May be called twice."""
        self._ended.set()
        with self._lock:
            vendor, self._vendor = self._vendor, None
        if vendor is not None:
            vendor.stop()
        self._receiver.close()
        self._follower.join(_LOOK_S * 8)

    @property
    def deliveries(self) -> tuple[Exchange, ...]:
        """What arrived and was answered, in that order."""
        return self._receiver.deliveries

    @property
    def waiting(self) -> tuple[Arrival, ...]:
        """What arrived and is not answered yet."""
        answered = {_mark_of(each) for each in self.deliveries}
        with self._lock:
            return tuple(each for each in self._arrivals if (each.identity, each.attempt) not in answered)

    @property
    def notes(self) -> tuple[str, ...]:
        """What else came to the port."""
        return self._receiver.notes

    def is_own(self, call_id: str | None) -> bool:
        """Whether a call is one that the mock vendor made here: nobody's personal data."""
        with self._lock:
            return call_id in self._made

    def answer_with(self, name: str) -> None:
        """Answer so from now on.

        Raises:
            UnknownName: There is no such way to answer.
        """
        if name not in ANSWERS:
            raise UnknownName("way to answer", name, ANSWERS)
        self._mode = ANSWERS[name]

    def make_call(self, kind: str, edition: str) -> str:
        """Let the mock vendor make a call, and give its id; its webhooks arrive one after the other.

        Raises:
            UnknownName: There is no such kind of call.
            TargetError: The mock vendor did not make it.
        """
        if kind not in CALLS:
            raise UnknownName("kind of call", kind, CALLS)
        vendor = self._vendor_of(edition)
        with CallApi(vendor, edition=edition) as api:
            if kind == "web_call":
                answer = api.create_web_call(vendor.agents[0])
            else:
                answer = api.create_phone_call(vendor.numbers[0], _NUMBERS[kind])
        if not answer.is_success:
            raise TargetError(f"The mock vendor made no call: it answered {answer.status_code}.")
        call_id = str(answer.json()["call_id"])
        with self._lock:
            self._made.append(call_id)
        if kind == "web_call":
            vendor.join(call_id)
        return call_id

    def wait_for(self, event: str, *, call_id: str | None = None, count: int = 1, timeout_s: float = 10.0) -> Exchange:
        """The delivery of an event, once it is there; the last, if several are asked for.

        Raises:
            TimeoutError: It did not come in time.
        """
        return self._receiver.wait_for(event=event, call_id=call_id, count=count, timeout=timeout_s)[-1]

    def _vendor_of(self, edition: str) -> MockVendor:
        with self._lock:
            if self._ended.is_set():
                raise TargetError("The lab is closed. Make another one.")
            if self._vendor is None or self._vendor.edition != edition:
                if self._vendor is not None:
                    self._vendor.stop()
                self._vendor = MockVendor(
                    edition=edition,
                    calls=0,
                    seed=self._seed,
                    api_key=self._key,
                    webhook_url=self.url,
                    webhook_timeout_ms=LIMIT_MS,
                    webhook_retry_ms=_RETRY_MS,
                    pace=PACE,
                ).start_sending()
            return self._vendor

    def _answer(self, arrival: Arrival) -> Answer:
        with self._lock:
            self._arrivals.append(arrival)
        return self._mode.give(arrival)

    def _follow(self) -> None:
        """Tell of what is new as soon as the receiver says so."""
        told = self._count()
        while not self._ended.is_set():
            known = told
            self._receiver.wait_until(functools.partial(self._is_other, known), _LOOK_S)
            told = self._count()
            if told != known and not self._ended.is_set():
                self._changed()
                self._ended.wait(_BUSY_S)

    def _is_other(self, known: tuple[int, int]) -> bool:
        return self._ended.is_set() or self._count() != known

    def _count(self) -> tuple[int, int]:
        """How much arrived, and how much of it was answered."""
        with self._lock:
            arrived = len(self._arrivals)
        return arrived, len(self._receiver.deliveries)


def _mark_of(delivery: Exchange) -> tuple[str, int]:
    facts = delivery.case.facts["delivery"]
    return str(facts["identity"]), int(facts["attempt"])
