"""What the history holds, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from conformance.model import JSON, Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    """Under which circumstances a run was made: what may explain a difference beside the target.

    Attributes:
        target: What the user called it: a URL, `mock`, `app:module:attribute`.
        contract: A fingerprint of the schemas and operations of the edition.
        suites: A fingerprint of the requirements that were judged.
        harness: The version of the harness.
    """

    target: str
    edition: str
    profile: str
    seed: int
    contract: str
    suites: str
    harness: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """How often an operation was asked, and how long its answers took, in milliseconds.

    Attributes:
        requests: Repeats included, and those that got no answer.
        p50: Half of the answers took at most so long; None if there was no answer.
        p90: Nine of ten took at most so long.
        longest: None took longer.
    """

    operation: str
    requests: int
    p50: float | None = None
    p90: float | None = None
    longest: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A run that was kept.

    Attributes:
        number: Its place in the order of keeping, from 1.
        id: Its name for people: the day on which it began and a number, as in `2026-11-22.3`.
        address: Where the target was, if that is not its name: the embedded mock has another port each time.
        outcomes: How many requirements came out how.
        failing: How many of the failed ones are not known findings alone.
        complete: False if it was cut short.
        baseline: True if others are compared with it.
    """

    number: int
    id: str
    versions: Versions
    started_at: str
    seconds: float
    requests: int
    complete: bool
    stopped: str | None
    address: str
    outcomes: Mapping[Outcome, int]
    failing: int
    baseline: bool = False

    @property
    def day(self) -> str:
        """The day on which it began, in UTC: `2026-11-22`."""
        return self.started_at[:10]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A finding of a run that was kept.

    Attributes:
        key: Tells it from all others of the same target, whatever the run; see `identity`.
        handle: What people call it: the requirement and a few letters, as in `LIST-007.3fa9c1`.
        cause: Why it is told apart from others of its requirement and operation.
        message: One sentence.
        first: When it was first seen: the day, in UTC.
        first_run: In which run that was, and `first_number` its place in the order of keeping.
        part: The same for those that the report tells as one: the same defect in many places.
        known: Somebody accepted it.
    """

    key: int
    handle: str
    requirement: str
    operation: str
    cause: str
    outcome: Outcome
    message: str
    clause: str
    first: str
    first_run: str
    first_number: int
    part: int
    known: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What became of a requirement in a run that was kept.

    Attributes:
        reason: Why it was not exercised.
    """

    requirement: str
    outcome: Outcome
    cases: int
    title: str
    clause: str
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """A run that was kept, with what is needed to compare it.

    Attributes:
        judged: By requirement.
        seen: By key.
        traffic: By operation.
        shapes: The fingerprint of what was answered, or None if none was kept.
    """

    run: Kept
    judged: Mapping[str, Judged]
    seen: Mapping[int, Seen]
    traffic: Mapping[str, Traffic]
    shapes: JSON = None
