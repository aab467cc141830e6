"""Runs against the mock receiver, in this process."""

from __future__ import annotations

from contextlib import closing

from conformance.contract.contract import load_contract
from conformance.mockreceiver import MockReceiver
from conformance.runs import ReceiverOptions, ReceiverRunner
from conformance.targets import open_application

KEY = "key_fictional_0001"
CONTRACT = load_contract()


def judged(app, *, timeout_s=5.0, contract=CONTRACT, **options):
    """A run against an application."""
    with closing(open_application(app, name="app", key="", timeout_seconds=timeout_s)) as target:
        runner = ReceiverRunner(
            contract=contract,
            target=target,
            options=ReceiverOptions(**{"key": KEY, "timeout_ms": round(timeout_s * 1000), **options}),
            pause=lambda _: None,
        )
        return runner.run()


def judged_mock(*faults, **how):
    """A run against the mock receiver with faults."""
    return judged(MockReceiver(KEY, faults=faults).app, **how)


def told(run):
    """The requirements with findings."""
    return {result.requirement.id for result in run.results if result.findings}
