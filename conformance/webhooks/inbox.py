"""Where the webhooks of a server come in while it is judged: experiments, and when enough was seen."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise
from types import TracebackType
from typing import TYPE_CHECKING, Self

from conformance.model import JSON, Exchange
from conformance.webhooks.answering import Experiments
from conformance.webhooks.arriving import is_outside
from conformance.webhooks.receiver import WallClock, WebhookReceiver

if TYPE_CHECKING:
    from conformance.seams import Clock

__all__ = ["ListeningInbox"]

_MOST_ATTEMPTS = 4
_FIRST_SIGN_S = 10.0
_LOOK_AGAIN_S = 0.05
_MARGIN_MS = 500


class ListeningInbox:
    """Receives the webhooks of a run; a context manager.

    Args:
        key: The API key that signs.
        timeout_ms: How long the server is to wait for an answer.
        wait_s: How long `settle` waits at most.
        patience_s: How long after a failure the server may take to try again, before nothing more is awaited of it.
        sure_key: False if another key may be the one that signs.
        local: Whether the server is on this machine.

    Raises:
        TargetError: The port is taken.
    """

    def __init__(
        self,
        key: str,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        path: str = "/webhook",
        timeout_ms: int = 10_000,
        wait_s: float = 30.0,
        patience_s: float = 30.0,
        sure_key: bool = True,
        local: bool = True,
        clock: Clock | None = None,
    ) -> None:
        self._clock = clock or WallClock()
        self._wait_s, self._patience_ms, self._taken = wait_s, patience_s * 1000, 0
        self._receiver = WebhookReceiver(
            key,
            port=port,
            host=host,
            path=path,
            answering=Experiments(timeout_ms),
            clock=self._clock,
            timeout_ms=timeout_ms,
            sure_key=sure_key,
            local=local,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._receiver.close()

    @property
    def url(self) -> str:
        """Where webhooks are to be sent."""
        return self._receiver.url

    @property
    def address(self) -> str:
        """Where it listens: `127.0.0.1:9100/webhook`."""
        return self.url.removeprefix("http://")

    @property
    def notes(self) -> Sequence[str]:
        """Requests that were no webhooks, and webhooks that are no voice call's."""
        outside = Counter(each.case.operation for each in self._receiver.deliveries if _is_outside(each))
        told = ", ".join(f"{number} {event}" for event, number in outside.items())
        more = (f"Webhooks came that are not about what becomes of a voice call; they are not judged: {told}.",)
        return (*self._receiver.notes, *(more if told else ()))

    def take(self) -> Sequence[Exchange]:
        """The deliveries that were answered since the last time, in the order in which they came."""
        found = self._receiver.deliveries[self._taken :]
        self._taken += len(found)
        return [each for each in found if not _is_outside(each)]

    def wait(self, seconds: float) -> bool:
        """Wait until there is something to take, at most so long; whether there is."""
        return self._receiver.wait_until(lambda: len(self._receiver.deliveries) > self._taken, seconds)

    @property
    def calls(self) -> Sequence[str]:
        """The calls that webhooks were about: first those of which one was refused on purpose, then as they came."""
        failed = dict.fromkeys(_call(each) for each in self._judged() if _facts(each)["answer"] != "accepted")
        every = dict.fromkeys(_call(each) for each in self._judged())
        return [call_id for call_id in (failed | every) if call_id is not None]

    def settle(self, made: Collection[str]) -> bool:
        """Wait until nothing more is awaited about the calls that were made; whether anything came at all.

        That is so when each of them was analysed and what was refused on purpose came again, or was given up. Where
        nothing comes for some seconds, or nothing was made, it ends early.
        """
        began = time.monotonic()
        while True:
            passed = time.monotonic() - began
            came = bool(self._judged())
            enough = passed >= min(_FIRST_SIGN_S, self._wait_s) and not (came and made)
            if passed >= self._wait_s or enough or (came and bool(made) and self._is_settled(made)):
                return came
            time.sleep(_LOOK_AGAIN_S)

    def about(self, call_id: str) -> Sequence[Exchange]:
        """The deliveries about a call, in the order in which they were answered."""
        return [each for each in self._judged() if _call(each) == call_id]

    def unanswered(self, call_id: str) -> Mapping[str, int]:
        """Milliseconds since a delivery about a call was `refused` or `held` that did not come again."""
        alone = [each for each in self._last() if _call(each) == call_id and _facts(each)["attempt"] == 1]
        return {_facts(each)["answer"]: self._quiet_ms(each) for each in alone if not self._is_over(each)}

    def _judged(self) -> list[Exchange]:
        return [each for each in self._receiver.deliveries if not _is_outside(each)]

    def _last(self) -> list[Exchange]:
        """The last attempt of each webhook."""
        return list({_facts(each)["identity"]: each for each in self._judged() if _facts(each)["identity"]}.values())

    def _is_settled(self, made: Collection[str]) -> bool:
        if self._receiver.waiting:
            return False
        last = self._last()
        analysed = {_call(each) for each in last if each.case.operation == "call_analyzed"}
        return analysed.issuperset(made) and all(self._is_over(each) or self._is_given_up(each) for each in last)

    def _is_over(self, last: Exchange) -> bool:
        return bool(_facts(last)["answer"] == "accepted")

    def _is_given_up(self, last: Exchange) -> bool:
        """Whether the server has had its attempts, or time enough for another one."""
        facts, quiet_ms = _facts(last), self._quiet_ms(last)
        if facts["attempt"] < _MOST_ATTEMPTS:
            return quiet_ms >= self._patience_ms
        times = [
            _facts(each)["received_ms"] for each in self._judged() if _facts(each)["identity"] == facts["identity"]
        ]
        longest = max((after - before for before, after in pairwise(times)), default=0)
        return quiet_ms >= min(2 * longest + _MARGIN_MS, self._patience_ms)

    def _quiet_ms(self, last: Exchange) -> int:
        facts = _facts(last)
        return int(self._clock.now_ms() - facts["received_ms"] - (facts["held_ms"] or 0))


def _facts(delivery: Exchange) -> Mapping[str, JSON]:
    found: Mapping[str, JSON] = delivery.case.facts["delivery"]
    return found


def _call(delivery: Exchange) -> str | None:
    found: str | None = _facts(delivery)["call_id"]
    return found


def _is_outside(delivery: Exchange) -> bool:
    return is_outside(_facts(delivery)["event"])
