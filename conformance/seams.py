"""The Protocols at the seams: small enough to fake by hand."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from conformance.history.values import Kept, Traffic, Versions
    from conformance.model import JSON, Case, Exchange, Finding, Run


class Target(Protocol):
    """Whatever answers a case: a URL, an application in this process, the mock, a recording."""

    @property
    def name(self) -> str:
        """What people call it: its URL, or how it was named on the command line."""
        ...

    @property
    def local(self) -> bool:
        """True if nothing that is sent can leave this machine."""
        ...

    def send(self, case: Case) -> Exchange:
        """Send one case and wait. An HTTP error status is an answer; no answer is an exchange with `error`."""
        ...

    def close(self) -> None:
        """Release sockets and threads. May be called twice."""
        ...


class Inbox(Protocol):
    """Where the webhooks of a target come in while it is judged. They are answered as they come."""

    @property
    def address(self) -> str:
        """Where it listens: `127.0.0.1:9100/webhook`."""
        ...

    @property
    def notes(self) -> Sequence[str]:
        """What a reader should know beside the deliveries, such as requests that were none."""
        ...

    def take(self) -> Sequence[Exchange]:
        """The deliveries that were answered since the last time, in the order in which they came."""
        ...

    def wait(self, seconds: float) -> bool:
        """Wait until there is something to take, at most so long; whether there is."""
        ...

    @property
    def calls(self) -> Sequence[str]:
        """Ids of the calls that deliveries were about; first those of which one was refused on purpose."""
        ...

    def settle(self, made: Collection[str]) -> bool:
        """Wait until nothing more is awaited about the calls that were made; whether anything came at all."""
        ...

    def about(self, call_id: str) -> Sequence[Exchange]:
        """The deliveries about a call, taken or not."""
        ...

    def unanswered(self, call_id: str) -> Mapping[str, int]:
        """Milliseconds since a delivery about a call was `refused` or `held` that did not come again."""
        ...


class Clock(Protocol):
    """Where time comes from."""

    def now_ms(self) -> int:
        """Milliseconds since the Unix epoch."""
        ...


class Recorder(Protocol):
    """Whoever is shown each exchange as it was. Nothing is redacted, so that it keeps figures and forms alone."""

    def take(self, exchange: Exchange) -> None:
        """One more exchange, or one more delivery of the target."""
        ...


class RunStore(Protocol):
    """Where runs are kept."""

    def save(
        self,
        run: Run,
        *,
        document: Mapping[str, JSON],
        versions: Versions,
        traffic: Sequence[Traffic] = (),
        shapes: JSON = None,
    ) -> str:
        """Keep a run, already redacted, whole or not at all, and give its id."""
        ...

    def get(self, name: str, *, target: str | None = None) -> Kept:
        """A run by its id, by its day, or as `last`, `previous` or `baseline`."""
        ...

    def list(self, limit: int = 20, *, target: str | None = None) -> Sequence[Kept]:
        """The runs that were kept last, the newest first."""
        ...


class Reporter(Protocol):
    """Whoever is told about a run while it goes on. Values come already redacted."""

    def started(self, target: str, edition: str, ceiling: int) -> None:
        """The first byte has not been sent yet; at most `ceiling` requests will be."""
        ...

    def exchanged(self, operation: str, done: int) -> None:
        """One more request was answered, or failed to be; `done` were sent so far."""
        ...

    def found(self, finding: Finding) -> None:
        """A new finding; later exchanges of the same cause are not told again."""
        ...

    def finished(self, run: Run) -> None:
        """Nothing more will come."""
        ...
