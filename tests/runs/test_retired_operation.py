"""An operation that the vendor has retired is one finding that says so; what it would exercise is skipped."""

import json

import pytest

from conformance.contract.contract import load_contract
from conformance.mockvendor import MockVendor
from conformance.model import Outcome
from conformance.runs import Options, Runner
from conformance.targets.asgi import AsgiTransport
from conformance.targets.http import HttpTarget

VENDOR = "https://api.retellai.com"


def without(app, path, status):
    """A server that no longer has one operation."""

    async def wrapped(scope, receive, send):
        if scope["type"] != "http" or scope["path"] != path:
            await app(scope, receive, send)
            return
        body = json.dumps({"status": "error", "message": f"Cannot {scope['method']} {path}"}).encode()
        head = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": status, "headers": head})
        await send({"type": "http.response.body", "body": body})

    return wrapped


def judged(base, path, status, *, profile):
    """A run in this process, under the name of another server. Nothing leaves this machine."""
    vendor = MockVendor(calls=40)
    transport = AsgiTransport(without(vendor.app, path, status), timeout_seconds=20)
    target = HttpTarget(base, key=vendor.api_key, transport=transport, local=True)
    try:
        options = Options(profile=profile, secrets=(vendor.api_key,))
        return Runner(contract=load_contract("v2"), target=target, options=options).run()
    finally:
        target.close()


def findings(run):
    return [
        (finding.requirement.id, finding.operation, str(finding.outcome), finding.mismatch.message)
        for result in run.results
        for finding in result.findings
    ]


@pytest.mark.parametrize("profile", ["smoke", "standard"])
@pytest.mark.parametrize("status", [404, 405, 410])
def test_with_the_vendor_it_is_one_warning_that_names_the_day(status, profile):
    run = judged(VENDOR, "/v2/list-calls", status, profile=profile)
    message = "the vendor has retired this operation, as it announced for 2026-06-15"
    assert findings(run) == [("OPS-001", "list-calls", "warned", message)]
    skipped = {each.requirement.id: each.reason for each in run.results if each.outcome is Outcome.SKIPPED}
    assert skipped["LIST-001"] == "the server has no list-calls"
    assert run.complete


def test_so_is_another_whose_end_was_announced():
    run = judged(VENDOR, "/v2/create-web-call", 410, profile="standard")
    message = "the vendor has retired this operation, as it announced for 2026-09-30"
    assert findings(run) == [("OPS-001", "create-web-call", "warned", message)]


def test_elsewhere_it_is_one_failure():
    run = judged("http://127.0.0.1:9", "/v2/list-calls", 404, profile="standard")
    assert findings(run) == [("OPS-001", "list-calls", "failed", "there is no such operation here")]
