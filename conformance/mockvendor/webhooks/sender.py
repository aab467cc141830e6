"""Webhooks from the outside: where they go, whether they are being sent, and whether all is sent."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from conformance.errors import UnknownName, UsageError
from conformance.mockvendor.webhooks.address import webhook_address
from conformance.mockvendor.webhooks.dispatcher import Dispatcher
from conformance.mockvendor.webhooks.events import EVENTS
from conformance.mockvendor.webhooks.outbox import Outbox

if TYPE_CHECKING:
    import threading
    from collections.abc import Sequence

    from conformance.mockvendor.state import State
    from conformance.mockvendor.webhooks.post import Policy

__all__ = ["Sender"]

_LOOK_S = 0.005


class Sender:
    """The webhooks of a mock vendor: sent between `start` and `stop`, and only if there is a URL.

    Args:
        lock: What guards the state.
        key: What they are signed with.
        url: Where to; None for nowhere.
        events: Which are sent; None for the default ones.

    Raises:
        UnknownName: If the edition has no such event.
        UsageError: If the URL is none, or a number of the policy is out of range.
    """

    def __init__(
        self,
        *,
        state: State,
        lock: threading.RLock,
        key: str,
        url: str | None,
        events: Sequence[str] | None,
        policy: Policy,
    ) -> None:
        self._state, self._key, self._policy = state, key, policy
        self._url = None if url is None else webhook_address(url)
        known = EVENTS[state.edition]
        for name in events or ():
            if name not in known:
                raise UnknownName("webhook event", name, known, where=f"Edition {state.edition}: ")
        if policy.timeout_ms < 1:
            raise UsageError(f"The webhook timeout is {policy.timeout_ms} ms; it must be at least 1.")
        if policy.retry_ms < 0:
            raise UsageError(f"The webhook retry delay is {policy.retry_ms} ms; it cannot be negative.")
        self.outbox = Outbox(state=state, lock=lock, chosen=events)
        self._dispatcher: Dispatcher | None = None

    def start(self) -> None:
        """Begin to send. May be called twice."""
        if self._url is not None and self._dispatcher is None:
            self._dispatcher = Dispatcher(
                state=self._state,
                outbox=self.outbox,
                url=self._url,
                key=self._key,
                policy=self._policy,
            )

    def stop(self) -> None:
        """Send nothing more. May be called twice."""
        if self._dispatcher is not None:
            self._dispatcher.stop()
            self._dispatcher = None

    def settled(self, timeout: float) -> bool:
        """Wait until nothing is due and nothing is awaited; False after so many seconds."""
        deadline = time.monotonic() + timeout
        while self._dispatcher is not None and not self.outbox.at_rest():
            if time.monotonic() >= deadline:
                return False
            time.sleep(_LOOK_S)
        return True
