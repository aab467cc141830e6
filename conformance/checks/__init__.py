"""Step 4 of the flow: exchanges are judged, purely. No file here reads a clock, a file or a socket."""

from conformance.checks import answers, deliveries, lifecycle, listing, receivers, refusals, sending, shape, written
from conformance.checks.judging import Judgement, Verdicts
from conformance.checks.registry import CHECKS, RELATIONS, Check, Relation, check, relation

__all__ = [
    "CHECKS",
    "RELATIONS",
    "Check",
    "Judgement",
    "Relation",
    "Verdicts",
    "answers",
    "check",
    "deliveries",
    "lifecycle",
    "listing",
    "receivers",
    "refusals",
    "relation",
    "sending",
    "shape",
    "written",
]
