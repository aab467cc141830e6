"""A failing case made small: the same operation, the same finding, as little of the body as will still show it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.generate.encode import encode
from conformance.generate.reduce import reduce_value
from conformance.model import JSON, Case, Exchange, Finding, Outcome

if TYPE_CHECKING:
    from conformance.runs.base import Conductor

_MOST_REQUESTS = 30


def shrink(
    conductor: Conductor,
    finding: Finding,
    *,
    schema: str,
    base: Mapping[str, JSON],
    remake: Callable[[Case, bytes], Case] | None = None,
) -> None:
    """Try to show a finding with a smaller body, and put the smaller one in its place.

    Only failing cases that are valid are shrunk: a wrong body is wrong in one way already.

    Args:
        schema: The name of the schema that every smaller body must fit.
        base: Members that every smaller body keeps, `metadata` excepted.
        remake: Makes the case for a smaller body; by default the same case with another body.
    """
    case = finding.exchange.case
    if (
        finding.outcome is not Outcome.FAILED
        or case.purpose != "valid"
        or case.body is None
        or case.json() == base
        or not conductor.guard.may_repeat(case)
    ):
        return
    shown: dict[bytes, Exchange] = {}

    def fits(value: JSON) -> bool:
        kept = isinstance(value, dict) and all(
            value.get(key) == member for key, member in base.items() if key != "metadata"
        )
        return kept and not conductor.contract.schemas.validate(schema, value)

    def still_fails(value: JSON) -> bool:
        body = encode(value)
        exchange = conductor.resend(remake(case, body) if remake else replace(case, body=body))
        if exchange is None or not conductor.verdicts.breaks(exchange, finding.requirement):
            return False
        shown[body] = exchange
        return True

    smallest = reduce_value(case.json(), still_fails, most=_MOST_REQUESTS, is_candidate=fits)
    exchange = shown.get(encode(smallest))
    if exchange is not None:
        conductor.verdicts.swap(finding, conductor.verdicts.shown_by(finding, exchange))
