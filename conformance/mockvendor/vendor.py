"""The mock vendor: keeps every promise of the Call API, and breaks one on request.

What it does not imitate: audio, telephony, concurrency limits, payment; its agents cannot be changed. The life of a
call goes on by the clock alone and is worked out anew for each request. It sends webhooks to one URL, those of calls
that requests made: no URL of an agent, no variables in the URL, no webhook before an inbound call, none of chats.
How long the vendor waits before it tries again is not documented; here it is `webhook_retry_ms`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from conformance.errors import UnknownName
from conformance.mockvendor.app import Desk, Logged, application
from conformance.mockvendor.clock import MockClock
from conformance.mockvendor.editions import LOOKS
from conformance.mockvendor.faults import FaultSet, MockFault, find_fault
from conformance.mockvendor.state import State
from conformance.mockvendor.timeline import answered, checked_pace
from conformance.mockvendor.webhooks.post import Delivery, Policy
from conformance.mockvendor.webhooks.sender import Sender
from conformance.serving import Server

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from starlette.types import ASGIApp

    from conformance.mockvendor.record import Record
    from conformance.model import JSON
    from conformance.seams import Clock

__all__ = ["MockVendor"]


class MockVendor:
    """A server that speaks the Call API, in this process or on a loopback socket.

    As a context manager it is served while the block runs:

        with MockVendor(faults=["limit-ignored"]) as vendor:
            client = Retell(api_key=vendor.api_key, base_url=vendor.url)

    Args:
        edition: `v2`, `v2-2025`, `v2-launch` or `v1`.
        faults: Faults to have from the beginning, by name or of your own.
        calls: How many calls the account begins with.
        seed: What they and the fate of new calls are drawn from. Equal seeds and clocks give equal answers.
        api_key: The only key that is let in. It opens nothing but this mock.
        clock: Where its time comes from; by default a `MockClock` that runs.
        latency_ms: How long each answer takes.
        rate_limit: How many requests a second are answered; the others get 429 with `Retry-After`.
        webhook_url: Where webhooks go while it is started; None for nowhere. They are signed with `api_key`.
        webhook_events: Which are sent; None for `call_started`, `call_ended` and `call_analyzed`.
        webhook_timeout_ms: How long an answer may take before the webhook is tried again, at most three times.
        webhook_retry_ms: How long after a failure it is tried again.
        pace: How many times as long as usual the life of a new call is; 0.01 for a hundredth.

    Attributes:
        app: The ASGI application.
        api_key: The key that is let in.
        clock: Its clock.

    Raises:
        UnknownName: If there is no such edition, fault or event.
        UsageError: If the webhook URL is none, or a number is out of range.
    """

    def __init__(
        self,
        *,
        edition: str = "v2",
        faults: Sequence[str | MockFault] = (),
        calls: int = 150,
        seed: int = 0,
        api_key: str = "key_mock_0123456789abcdef",
        clock: Clock | None = None,
        latency_ms: int = 0,
        rate_limit: int | None = None,
        webhook_url: str | None = None,
        webhook_events: Sequence[str] | None = None,
        webhook_timeout_ms: int = 10_000,
        webhook_retry_ms: int = 1_000,
        pace: float = 1.0,
    ) -> None:
        if edition not in LOOKS:
            raise UnknownName("edition", edition, LOOKS)
        self.edition, self.api_key = edition, api_key
        self.clock: Clock = clock or MockClock()
        self._state = State(edition=edition, calls=calls, seed=seed, clock=self.clock, pace=checked_pace(pace))
        self._desk = Desk(state=self._state, api_key=api_key, rate_limit=rate_limit)
        self.app: ASGIApp = application(self._desk, latency_ms)
        self._server: Server | None = None
        self._sender = Sender(
            state=self._state,
            lock=self._desk.lock,
            key=api_key,
            url=webhook_url,
            events=webhook_events,
            policy=Policy(timeout_ms=webhook_timeout_ms, retry_ms=webhook_retry_ms),
        )
        for name in faults:
            self.fault(name)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self, port: int = 0) -> Self:
        """Serve on the loopback interface; returns once requests are answered.

        Args:
            port: 0 for any free port.

        Raises:
            TargetError: If the port is taken.
            RuntimeError: If it is being served already.
        """
        if self._server is not None:
            raise RuntimeError(f"The mock vendor is being served already, at {self.url}.")
        self._server = Server(self.app, port=port)
        self.start_sending()
        return self

    def start_sending(self) -> Self:
        """Send webhooks without being served, for a client in this process; `stop` ends it. May be called twice."""
        self._sender.start()
        return self

    def stop(self) -> None:
        """End serving, free the port and send nothing more. What it remembers stays. May be called twice."""
        self._sender.stop()
        if self._server is not None:
            self._server.stop()
            self._server = None

    @property
    def url(self) -> str:
        """Its base URL.

        Raises:
            RuntimeError: If it is not being served.
        """
        if self._server is None:
            raise RuntimeError("The mock vendor is not being served: use `with`, or call start().")
        return self._server.url

    @property
    def agents(self) -> tuple[str, ...]:
        """The ids of the agents of the account."""
        return tuple(self._state.agents)

    @property
    def numbers(self) -> tuple[str, ...]:
        """The phone numbers of the account."""
        with self._desk.lock:
            return tuple(self._state.numbers)

    @property
    def calls(self) -> list[dict[str, JSON]]:
        """Every call as it is now, in the order of creation, without any fault."""
        with self._desk.lock:
            return [self._state.call(record) for record in self._state.records.values()]

    @property
    def requests(self) -> list[Logged]:
        """Every request that was answered, in order."""
        with self._desk.lock:
            return list(self._desk.log)

    @property
    def deliveries(self) -> list[Delivery]:
        """Every attempt to deliver a webhook, in the order of sending."""
        return self._sender.outbox.deliveries

    def settled(self, timeout: float = 10.0) -> bool:
        """Wait until no webhook is due now and no answer to one is awaited.

        One that waits for its time to be tried again is not due.

        Args:
            timeout: Seconds to wait at most, of the wall clock.

        Returns:
            False if it took longer.
        """
        return self._sender.settled(timeout)

    @property
    def faults(self) -> tuple[MockFault, ...]:
        """The faults that it has now."""
        return self._state.faults.faults

    def fault(self, name: str | MockFault) -> None:
        """Have one more fault from now on, by its name or one of your own.

        Raises:
            UnknownName: If there is no such fault.
        """
        with self._desk.lock:
            self._state.faults = FaultSet((*self.faults, find_fault(name) if isinstance(name, str) else name))

    def join(self, call_id: str) -> None:
        """The user joins a web call, or dials a registered phone call, now.

        Raises:
            UnknownName: If no call that waits has that id.
        """
        with self._desk.lock:
            record = self._record(call_id, "registered")
            now_ms = self._state.now_ms()
            record.timeline = answered(now_ms, self._state.rng).paced(now_ms, self._state.pace)

    def hang_up(self, call_id: str) -> None:
        """The user hangs up now.

        Raises:
            UnknownName: If no call that goes on has that id.
        """
        with self._desk.lock:
            record = self._record(call_id, "ongoing")
            record.timeline = record.timeline.cut(self._state.now_ms(), "user_hangup")

    def _record(self, call_id: str, phase: str) -> Record:
        now_ms = self._state.now_ms()
        fit = {each: record for each, record in self._state.records.items() if record.timeline.phase(now_ms) == phase}
        if call_id not in fit:
            raise UnknownName(f"{phase} call", call_id, fit)
        return fit[call_id]
