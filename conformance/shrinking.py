"""A failing case made small: the same operation, the same finding, as little of the body as will still show it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.generate.encode import encode
from conformance.generate.reduce import reduce_value
from conformance.model import JSON, Exchange, Finding, Outcome

if TYPE_CHECKING:
    from conformance.run import Runner

_MOST_REQUESTS = 30


def shrink(runner: Runner, finding: Finding) -> None:
    """Try to show a finding with a smaller body, and put the smaller one in its place.

    Only failing cases that are valid are shrunk: a wrong body is wrong in one way already.
    """
    case = finding.exchange.case
    base = runner.knowledge.working_bodies.get(case.operation, {})
    name = runner.contract.operations[case.operation].request if case.operation in runner.contract.operations else None
    if (
        finding.outcome is not Outcome.FAILED
        or case.purpose != "valid"
        or case.body is None
        or name is None
        or "list" in case.facts
        or case.json() == base
        or not runner.guard.may_repeat(case)
    ):
        return
    shown: dict[bytes, Exchange] = {}

    def fits(value: JSON) -> bool:
        kept = isinstance(value, dict) and all(
            value.get(key) == member for key, member in base.items() if key != "metadata"
        )
        return kept and not runner.contract.schemas.validate(name, value)

    def still_fails(value: JSON) -> bool:
        exchange = runner.resend(replace(case, body=encode(value)))
        if exchange is None or not runner.verdicts.breaks(exchange, finding.requirement):
            return False
        shown[encode(value)] = exchange
        return True

    smallest = reduce_value(case.json(), still_fails, most=_MOST_REQUESTS, is_candidate=fits)
    exchange = shown.get(encode(smallest))
    if exchange is not None:
        runner.verdicts.swap(finding, runner.verdicts.shown_by(finding, exchange))
