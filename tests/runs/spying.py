"""A target that can be told to do something else first, and runs against it."""

from __future__ import annotations

from conformance.contract.contract import load_contract
from conformance.mockvendor import MockClock, MockVendor
from conformance.model import Exchange, Response
from conformance.runs import Options, Runner
from conformance.targets.asgi import AsgiTransport
from conformance.targets.http import HttpTarget

NOW_MS = 1_775_120_400_000


class Spy:
    """A target that passes everything on to a mock vendor in this process, and can be told to do something first.

    Args:
        first: Gets the number of the request and the case; what it returns is the answer, unless it is None.
    """

    def __init__(
        self, *, local=True, first=lambda _number, _case: None, after=lambda _case, exchange: exchange, **mock
    ):
        clock = MockClock(start_ms=NOW_MS, moving=False)
        self.vendor = MockVendor(**{"calls": 40, "clock": clock, **mock})
        transport = AsgiTransport(self.vendor.app, timeout_seconds=20)
        self.inner = HttpTarget("http://mock.localhost", key=self.vendor.api_key, transport=transport)
        self.name, self.local, self.first, self.after = "http://mock.localhost", local, first, after
        self.cases = []

    def send(self, case):
        self.cases.append(case)
        answer = self.first(len(self.cases), case)
        return self.after(case, self.inner.send(case)) if answer is None else answer

    def close(self):
        self.inner.close()

    @property
    def sent(self):
        return [(case.method, case.url_path, case.body) for case in self.cases]


def runner(target, *, edition="v2", requirements=(), pauses=None, reporters=(), **options):
    contract = load_contract(edition).narrowed(suites=(), requirements=requirements)
    settings = {"profile": "smoke", "secrets": ("key_mock_0123456789abcdef",), **options}
    pause = (lambda _: None) if pauses is None else pauses.append
    return Runner(contract=contract, target=target, options=Options(**settings), pause=pause, reporters=reporters)


def answer(case, status, body=b"", headers=()):
    response = Response(status=status, headers=(("content-type", "application/json"), *headers), body=body)
    return Exchange(case=case, url=f"http://mock.localhost{case.url_path}", response=response)


def lost(case, *, unreachable=True, error="no connection to mock.localhost:80: Connection refused."):
    return Exchange(case=case, url="http://mock.localhost", error=error, unreachable=unreachable)
