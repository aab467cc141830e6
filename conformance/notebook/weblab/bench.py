"""Where what was composed is signed and sent, and its answer judged. Knows of no widget."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl

from conformance.errors import UsageError
from conformance.generate.deliveries import DeliveryMaker
from conformance.model import Case, Exchange
from conformance.notebook.weblab.cases import Cases
from conformance.notebook.weblab.drafting import Drafting
from conformance.notebook.weblab.signing import Signing, signing
from conformance.notebook.weblab.verdicts import Verdict, judge
from conformance.notebook.weblab.ways import Way, find_way
from conformance.redact import Redactor
from conformance.webhooks import WebhookSender

__all__ = ["Bench", "Sent", "secrets_of"]

_MOST_TIMES = 20
_OK = range(200, 300)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One webhook that was sent, and what came of it.

    Attributes:
        number: Its place in the list, from 1.
        way: How it was sent.
        replay_of: The number of the one that it repeats byte for byte, or None.
        at_ms: When, in milliseconds since the Unix epoch.
    """

    number: int
    way: Way
    exchange: Exchange
    verdict: Verdict
    at_ms: int
    replay_of: int | None = None


class Bench(Drafting):
    """Composes, signs, sends and judges.

    Args:
        receiver: A URL, an ASGI or WSGI application, or `app:module:attribute`.
        key: What is signed with.
        sure: Tells whether the receiver is known to accept what is right.
        told: Called after each delivery, from the thread that sent it.

    Raises:
        UsageError: The receiver is no URL.
        UnknownName: There is no such edition.
        TargetError: The application does not start.
    """

    def __init__(
        self,
        receiver: str | Any,
        *,
        key: str,
        edition: str,
        timeout_s: float,
        seed: int,
        clock: Callable[[], int],
        path: str = "/",
        sure: Callable[[], bool] = lambda: False,
        told: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(edition, seed=seed)
        self._key, self._clock, self._sure, self._told = key, clock, sure, told
        self._vendor = _Vendor(receiver, key, path=path, timeout_s=timeout_s, clock=clock, seed=seed)
        self._cases = Cases(maker=self._vendor.cases, key=key, clock=clock, seed=seed)
        self._lock, self._secrets = threading.Lock(), secrets_of(receiver)
        self._sent: list[Sent] = []
        self._vouched = False

    def close(self) -> None:
        """Release sockets and threads. May be called twice."""
        self._vendor.close()

    def sign(self) -> Signing:
        """The right signature of what stands there, made now."""
        return signing(self.body, self._key, self._clock())

    def _without_query(self, exchange: Exchange) -> Exchange:
        """The same without what stands behind the path: it may be a secret, and notebooks keep what they show."""
        if not exchange.case.query:
            return exchange
        shown, answer = Redactor().knowing(self._secrets), exchange.response
        return replace(
            exchange,
            case=replace(exchange.case, query="…"),
            url=f"{exchange.url.partition('?')[0]}?…",
            response=answer
            and replace(answer, headers=shown.headers(answer.headers), body=shown.body(answer.body) or b""),
            error=exchange.error and shown.text(exchange.error),
        )

    @property
    def sent(self) -> tuple[Sent, ...]:
        """What was sent, in that order."""
        with self._lock:
            return tuple(self._sent)

    @property
    def vouched(self) -> bool:
        """Whether the receiver is known to accept a right delivery."""
        return self._vouched or self._sure()

    def forget(self) -> None:
        """The receiver is another one from now on."""
        self._vouched = False
        self._cases.forget()

    def send(self, name: str | None = None, *, times: int = 3, stop: Callable[[], bool] = lambda: False) -> Exchange:
        """Send what stands there in a way; the last exchange, if it is several.

        Args:
            name: The name of a way; None is as it is.
            times: How often, for `repeated`.
            stop: Asked between deliveries whether to send no more.

        Raises:
            UnknownName: There is no such way.
            UsageError: So many times is out of range.
        """
        way = find_way(name)
        if not 1 <= times <= _MOST_TIMES:
            raise UsageError(f"It cannot be sent {times} times; give a number from 1 to {_MOST_TIMES}.")
        cases = self._cases.of(way, self.page(), times=times, vouched=self.vouched)
        exchange = self._deliver(next(cases), way)
        for case in cases:
            if stop():
                break
            exchange = self._deliver(case, way)
        return exchange

    def replay(self, number: int) -> Exchange:
        """Send an earlier one again: the same bytes, the same header.

        Args:
            number: Its number in the list, from 1.

        Raises:
            UsageError: Nothing of that number was sent.
        """
        found = next((each for each in self.sent if each.number == number), None)
        if found is None:
            raise UsageError(f"Nothing with the number {number} was sent; there are {len(self.sent)}.")
        as_sent = replace(found.exchange, case=replace(found.exchange.case, query=self._vendor.cases.query))
        case = self._cases.again(as_sent, vouched=self.vouched)
        return self._deliver(case, found.way, replay_of=number)

    def _deliver(self, case: Case, way: Way, *, replay_of: int | None = None) -> Exchange:
        at_ms, edition = self._clock(), self.draft.edition
        exchange = self._without_query(self._vendor.deliver(case))
        verdict = judge(exchange, edition, vouched=self.vouched)
        if case.purpose == "valid" and exchange.response is not None and exchange.response.status in _OK:
            self._vouched = True
            self._cases.accepted(case)
        with self._lock:
            number = len(self._sent) + 1
            self._sent.append(
                Sent(number=number, way=way, exchange=exchange, verdict=verdict, at_ms=at_ms, replay_of=replay_of)
            )
        self._told()
        return exchange


def secrets_of(receiver: str | Any) -> frozenset[str]:
    """The query of a URL and the values in it."""
    query = receiver.partition("?")[2] if isinstance(receiver, str) else ""
    return frozenset({query, *(value for _, value in parse_qsl(query))} - {""})


class _Vendor(WebhookSender):
    """The sender of webhooks, for cases that are made here."""

    @property
    def cases(self) -> DeliveryMaker:
        """Makes the cases."""
        return self._cases

    def deliver(self, case: Case) -> Exchange:
        """Send one, and wait for the answer."""
        return self._target.send(case)
