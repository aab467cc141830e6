"""What changed between two runs that were kept, and what beside the target may explain it.

A finding that is gone counts as fixed only if the later run asked as much: its requirement was exercised, its operation
was asked, and where profile, suites or seed differ or the run was cut short, no fewer cases told. Else it is not known.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields

from conformance.errors import UsageError
from conformance.history.drift import Drift, drift
from conformance.history.fingerprint import Fingerprint
from conformance.history.values import Details, Judged, Kept, Seen, Traffic, Versions
from conformance.model import JSON, Outcome
from conformance.showing import Shown

LARGE_REQUESTS = (0.5, 10)
"""A count of requests that differs by more than half, and by more than ten, is told."""
LARGE_MS = (1.0, 100.0)
"""A time that at least doubled or halved, and differs by more than a tenth of a second, is told."""
LEAST_ANSWERS = 5
"""Times of fewer requests than this say nothing."""


class State(enum.StrEnum):
    """What became of a finding or a requirement from the earlier run to the later one."""

    NEW = "new"
    FIXED = "fixed"
    STILL = "still failing"
    UNEXERCISED = "no longer exercised"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A finding of one or both runs.

    Attributes:
        finding: As the later run saw it, or the earlier one if it is gone.
        was: How grave it was in the earlier run; None if it was not there.
        why: What a reader should know: why it is not known to be fixed, that it was there before, …
    """

    state: State
    finding: Seen
    was: Outcome | None = None
    why: str = ""

    @property
    def fails(self) -> bool:
        """Whether it is new, grave, and nobody accepted it."""
        return self.state is State.NEW and self.finding.outcome is Outcome.FAILED and not self.finding.known


@dataclass(frozen=True, slots=True, kw_only=True)
class Exercise:
    """A requirement that only one of the runs exercised.

    Attributes:
        judged: As the later run has it; as the earlier, if the later does not know it.
        was: Its outcome in the earlier run; None if that did not know it.
        why: Why it is not exercised any more, or "".
    """

    judged: Judged
    was: Outcome | None
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something beside the findings that differs."""

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """The traffic of one operation in both runs; None where it was not asked.

    Attributes:
        told: What differs by much, in words.
    """

    operation: str
    before: Traffic | None
    after: Traffic | None
    told: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison(Shown):
    """Two runs, the earlier first.

    Attributes:
        changes: What differs in target, contract, suites, harness, edition, profile and seed.
        lost: Requirements that were judged, and are not any more.
        gained: Requirements that are judged now, and were not.
        drift: What changed beyond requirements; None if one of the runs has no shapes that can be read.
    """

    before: Kept
    after: Kept
    changes: tuple[Change, ...]
    standings: tuple[Standing, ...]
    lost: tuple[Exercise, ...]
    gained: tuple[Exercise, ...]
    traffic: tuple[Pace, ...]
    drift: tuple[Drift, ...] | None = None

    def of(self, state: State) -> tuple[Standing, ...]:
        """The findings of one state."""
        return tuple(each for each in self.standings if each.state is state)

    @property
    def fails(self) -> bool:
        """Whether something fails that did not."""
        return any(each.fails for each in self.standings)


def compare(before: Details, after: Details) -> Comparison:
    """What changed from one run to another."""
    return Comparison(
        before=before.run,
        after=after.run,
        changes=changes(before.run.versions, after.run.versions),
        standings=tuple(_standings(before, after)),
        lost=tuple(_lost(before, after)),
        gained=tuple(_gained(before, after)),
        traffic=tuple(_traffic(before.traffic, after.traffic)),
        drift=_drift(before.shapes, after.shapes),
    )


def _drift(before: JSON, after: JSON) -> tuple[Drift, ...] | None:
    if before is None or after is None:
        return None
    try:
        return tuple(drift(Fingerprint.from_json(before), Fingerprint.from_json(after)))
    except UsageError:  # shapes of another release: what the findings tell is told all the same
        return None


def changes(before: Versions, after: Versions) -> tuple[Change, ...]:
    """What differs between the circumstances of two runs."""
    pairs = [(each.name, str(getattr(before, each.name)), str(getattr(after, each.name))) for each in fields(Versions)]
    return tuple(Change(what=name, before=one, after=other) for name, one, other in pairs if one != other)


def _standings(before: Details, after: Details) -> Iterator[Standing]:
    earlier, later = _by_name(before), _by_name(after)
    for name, finding in later.items():
        yield _present(finding, earlier.get(name), before, after)
    for name, finding in earlier.items():
        if name not in later:
            why = _why_unknown(finding, before, after)
            yield Standing(
                state=State.UNEXERCISED if why else State.FIXED, finding=finding, was=finding.outcome, why=why
            )


def _by_name(run: Details) -> Mapping[tuple[str, str, str], Seen]:
    """Findings by what they are, so that those of two targets can be compared too."""
    return {(each.requirement, each.operation, each.cause): each for each in run.seen.values()}


def _present(finding: Seen, was: Seen | None, before: Details, after: Details) -> Standing:
    if was is None:
        return Standing(state=State.NEW, finding=finding, why=_why_new(finding, before, after))
    worse = finding.outcome.rank > was.outcome.rank
    why = f"it was {was.outcome} before" if finding.outcome is not was.outcome else ""
    return Standing(state=State.NEW if worse else State.STILL, finding=finding, was=was.outcome, why=why)


def _why_new(finding: Seen, before: Details, after: Details) -> str:
    judged = before.judged.get(finding.requirement)
    if judged is None:
        return f"{before.run.id} did not judge {finding.requirement}"
    if judged.outcome is Outcome.SKIPPED:
        return f"{before.run.id} did not exercise {finding.requirement}"
    if before.traffic and finding.operation in after.traffic and finding.operation not in before.traffic:
        return f"{before.run.id} did not ask {finding.operation}"
    if finding.first_number < before.run.number:
        return "it was there before, and is back"
    place = (finding.requirement, finding.operation)
    others = any((each.requirement, each.operation) == place for each in before.seen.values())
    return f"{finding.requirement} failed there in {before.run.id} too, for another cause" if others else ""


def _why_unknown(finding: Seen, before: Details, after: Details) -> str:
    """Why nobody knows whether a finding that is gone was mended, or "" if it was."""
    was, judged = before.judged.get(finding.requirement), after.judged.get(finding.requirement)
    if judged is None:
        return f"{finding.requirement} was not judged"
    if judged.outcome is Outcome.SKIPPED:
        return judged.reason or f"{finding.requirement} was not exercised"
    if (
        after.traffic
        and before.traffic
        and finding.operation not in after.traffic
        and finding.operation in before.traffic
    ):
        return f"{finding.operation} was not asked"
    cases = was.cases if was else 0
    if judged.cases < cases and not _as_thorough(before.run, after.run):
        return f"fewer cases were sent: {judged.cases}, not {cases}"
    return ""


def _as_thorough(before: Kept, after: Kept) -> bool:
    one, other = before.versions, after.versions
    same = (one.profile, one.suites, one.seed, one.edition) == (other.profile, other.suites, other.seed, other.edition)
    return same and after.complete


def _lost(before: Details, after: Details) -> Iterator[Exercise]:
    for name, was in before.judged.items():
        judged = after.judged.get(name)
        if was.outcome is not Outcome.SKIPPED and (judged is None or judged.outcome is Outcome.SKIPPED):
            why = "it was not judged" if judged is None else judged.reason or ""
            yield Exercise(judged=judged or was, was=was.outcome, why=why)


def _gained(before: Details, after: Details) -> Iterator[Exercise]:
    for name, judged in after.judged.items():
        was = before.judged.get(name)
        if judged.outcome is not Outcome.SKIPPED and (was is None or was.outcome is Outcome.SKIPPED):
            yield Exercise(judged=judged, was=was.outcome if was else None)


def _traffic(before: Mapping[str, Traffic], after: Mapping[str, Traffic]) -> Iterator[Pace]:
    for operation in sorted({*before, *after}):
        one, other = before.get(operation), after.get(operation)
        told = _told(one, other) if one and other else ()
        yield Pace(operation=operation, before=one, after=other, told=told)


def _told(one: Traffic, other: Traffic) -> tuple[str, ...]:
    found = []
    if _large(one.requests, other.requests, LARGE_REQUESTS):
        found.append(f"{other.requests} requests, not {one.requests}")
    if min(one.requests, other.requests) >= LEAST_ANSWERS:
        for name in ("p50", "p90"):
            took, takes = getattr(one, name), getattr(other, name)
            if took is not None and takes is not None and _large(took, takes, LARGE_MS):
                found.append(f"{name} {'slower' if takes > took else 'faster'}: {takes:.0f} ms, not {took:.0f} ms")
    return tuple(found)


def _large(one: float, other: float, threshold: tuple[float, float]) -> bool:
    """Whether two figures differ by more than a part of the smaller one, and by more than a fixed amount."""
    part, least = threshold
    return abs(one - other) > least and abs(one - other) >= part * min(one, other)
