"""An account in use: while the harness looks, somebody else makes calls, changes and deletes them, and time goes by."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from test_no_false_alarm import accusations, contract

from conformance.mockvendor import MockClock, MockVendor
from conformance.runs import Options, Runner
from conformance.targets import open_target

_ROUNDS, _MOST_CALLS, _PAUSE_SECONDS = 20_000, 90, 0.001


class Tenant(threading.Thread):
    """Uses the account until it is told to stop, and leaves the calls of others alone.

    Attributes:
        done: What was answered with success, by kind of action.
        trouble: What ended it too early.
    """

    def __init__(self, vendor: MockVendor, clock: MockClock, seed: int) -> None:
        super().__init__(daemon=True)
        self._vendor, self._clock = vendor, clock
        self._random = random.Random(seed)  # noqa: S311 - whom to call, not a secret
        self._enough = threading.Event()
        self._own = [str(call["call_id"]) for call in vendor.calls]
        self.done: dict[str, int] = {}
        self.trouble: Exception | None = None

    def run(self) -> None:
        """Until the event, or for so many rounds."""
        headers = {"authorization": f"Bearer {self._vendor.api_key}"}
        try:
            with httpx.Client(base_url=self._vendor.url, headers=headers, timeout=20, trust_env=False) as client:
                for round_number in range(_ROUNDS):
                    if self._enough.wait(_PAUSE_SECONDS):
                        return
                    self._act(client, round_number)
        except httpx.HTTPError as error:
            self.trouble = error

    def stop(self) -> None:
        """Ask it to stop, and wait until it has."""
        self._enough.set()
        self.join(timeout=20)

    def _act(self, client: httpx.Client, round_number: int) -> None:
        kind = ("create", "update", "live", "update", "delete", "live")[round_number % 6]
        if kind == "live":
            self._clock.advance(self._random.randint(200, 20_000))
            self._note(kind, 200)
        elif kind == "create":
            self._note(kind, self._create(client, round_number // 6))
        else:
            self._note(kind, self._change(client, round_number) if kind == "update" else self._remove(client))

    def _create(self, client: httpx.Client, turn: int) -> int:
        agent, number = self._random.choice(self._vendor.agents), self._random.choice(self._vendor.numbers)
        if turn % 3 == 0:
            path, body = "/v2/create-web-call", {"agent_id": agent}
        elif turn % 3 == 1:
            path, body = "/v2/create-phone-call", {"from_number": number, "to_number": "+14155550143"}
        else:
            path = "/v2/register-phone-call"
            body = {"agent_id": agent, "from_number": "+14155550142", "to_number": number, "direction": "inbound"}
        answer = client.post(path, json=body)
        if answer.is_success:
            self._own.append(answer.json()["call_id"])
        return answer.status_code

    def _change(self, client: httpx.Client, round_number: int) -> int:
        metadata = {"customer_id": f"cust_{round_number % 7}", "seen": round_number}
        path = f"/v2/update-call/{self._random.choice(self._own)}"
        return client.patch(path, json={"metadata": metadata}).status_code

    def _remove(self, client: httpx.Client) -> int:
        if len(self._own) < _MOST_CALLS // 2:
            return 0
        oldest = self._own.pop(self._random.randrange(10))
        return client.delete(f"/v2/delete-call/{oldest}").status_code

    def _note(self, kind: str, status: int) -> None:
        if status in range(200, 300):
            self.done[kind] = self.done.get(kind, 0) + 1


@contextmanager
def busy(seed: int) -> Iterator[tuple[MockVendor, Tenant]]:
    """A mock vendor with a tenant at work."""
    clock = MockClock()
    with MockVendor(calls=_MOST_CALLS, seed=seed, clock=clock) as vendor:
        tenant = Tenant(vendor, clock, seed)
        tenant.start()
        try:
            yield vendor, tenant
        finally:
            tenant.stop()


@pytest.mark.parametrize("seed", range(1, 5))
def test_an_account_in_use_is_not_accused(seed: int) -> None:
    with busy(seed) as (vendor, tenant):
        target = open_target(vendor.url, key=vendor.api_key, timeout_seconds=20)
        try:
            run = Runner(contract=contract(), target=target, options=Options(seed=seed)).run()
        finally:
            target.close()
    assert tenant.trouble is None
    assert set(tenant.done) == {"create", "update", "delete", "live"}
    assert min(tenant.done.values()) > 5
    assert run.complete
    assert accusations(run) == []
