"""What the reports of a run say of earlier ones, from the words of the history to those of the reports."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from conformance.history.compare import Comparison, Standing, State
from conformance.history.values import Kept
from conformance.history.wording import explanation
from conformance.reports.html import Change, Changes, Earlier


class Beside(TypedDict):
    """Arguments of reports: earlier runs, oldest first, and what changed since the last of them."""

    earlier: Sequence[Earlier]
    changes: Changes | None


def beside(earlier: Sequence[Kept], comparison: Comparison | None) -> Beside:
    """The arguments for reports.

    Args:
        earlier: The newest first.
    """
    told = [(each.started_at, {str(outcome): count for outcome, count in each.outcomes.items()}) for each in earlier]
    return Beside(earlier=told[::-1], changes=None if comparison is None else _changes(comparison))


def _changes(comparison: Comparison) -> Changes:
    return Changes(
        against=comparison.before.id,
        new=_told(comparison.of(State.NEW)),
        fixed=_told(comparison.of(State.FIXED)),
        still=_told(comparison.of(State.STILL)),
        unexercised=_told(comparison.of(State.UNEXERCISED)),
        drift=tuple(each.sentence for each in comparison.drift or ()),
        notes=(explanation(comparison),),
    )


def _told(standings: Sequence[Standing]) -> tuple[Change, ...]:
    return tuple(
        Change(
            requirement=each.finding.requirement,
            operation=each.finding.operation,
            text=each.finding.message,
            since=each.finding.first,
        )
        for each in standings
    )
