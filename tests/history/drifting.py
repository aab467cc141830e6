"""Runs against the mock vendor, in this process, whose shapes are remembered; its answers may be changed on the way."""

from __future__ import annotations

import functools
import json

from conformance.contract.contract import load_contract
from conformance.history.fingerprint import Fingerprint
from conformance.history.shapes import ShapeRecorder
from conformance.mockvendor import MockClock, MockVendor
from conformance.runs import Options, Runner
from conformance.targets.asgi import AsgiTransport
from conformance.targets.http import HttpTarget

NOW_MS = 1_775_120_400_000


@functools.cache
def contract_of(edition):
    """A contract with one requirement: what is sent does not depend on what is judged."""
    return load_contract(edition).narrowed(suites=(), requirements=("OPS-001",))


class Watched:
    """A target that shows each exchange to a recorder."""

    def __init__(self, inner, recorder):
        self.inner, self.recorder, self.name, self.local = inner, recorder, inner.name, True

    def send(self, case):
        exchange = self.inner.send(case)
        self.recorder.take(exchange)
        return exchange

    def close(self):
        self.inner.close()


def changing(app, change):
    """The same ASGI application, with every call in its answers passed through `change`."""

    async def changed(scope, receive, send):
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        messages = []

        async def collect(message):
            messages.append(message)

        await app(scope, receive, collect)
        start = messages[0]
        body = _changed(b"".join(each.get("body", b"") for each in messages[1:]), change)
        headers = [(name, value) for name, value in start["headers"] if name != b"content-length"]
        await send({**start, "headers": [*headers, (b"content-length", str(len(body)).encode())]})
        await send({"type": "http.response.body", "body": body})

    return changed


def _changed(body, change):
    try:
        value = json.loads(body)
    except ValueError:
        return body
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, dict) and "call_id" in each:
            change(each)
    return json.dumps(value).encode()


def shapes(change=None, *, profile="smoke", seed=1, account=0, calls=60, faults=(), edition="v2"):
    """The fingerprint of one run, as it is read from a history."""
    clock = MockClock(start_ms=NOW_MS, moving=False)
    vendor = MockVendor(calls=calls, seed=account, faults=faults, clock=clock, edition=edition)
    app = changing(vendor.app, change) if change else vendor.app
    transport = AsgiTransport(app, timeout_seconds=20)
    contract = contract_of(edition)
    recorder = ShapeRecorder(contract.schemas)
    target = Watched(HttpTarget("http://mock.localhost", key=vendor.api_key, transport=transport), recorder)
    options = Options(profile=profile, seed=seed, secrets=(vendor.api_key,))
    try:
        Runner(contract=contract, target=target, options=options, pause=lambda _: None).run()
    finally:
        target.close()
    return Fingerprint.from_json(json.loads(json.dumps(recorder.as_json())))
