"""What changed since an earlier run, as the page takes it. Whoever compares runs fills it in."""

from __future__ import annotations

from dataclasses import dataclass

from conformance.model import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One line of a comparison.

    Attributes:
        requirement: Its id.
        operation: Where, or "" for the requirement as a whole.
        text: One sentence.
        since: When it was first seen, as people write it: `2026-11-20`. "" if nobody knows.
    """

    requirement: str
    text: str
    operation: str = ""
    since: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """A run held against an earlier one. Everything in it is redacted already.

    Attributes:
        against: What the earlier run is called: `2026-11-21.1`.
        new: Fails or warns now, and did not then.
        fixed: Held now, and did not then.
        still: Fails or warns in both.
        unexercised: Was judged then, and is not now.
        drift: Changes in the shape of answers, whether or not they break a requirement, a sentence each.
        notes: Which of target, contract, suites and harness changed, a sentence each.
    """

    against: str
    new: tuple[Change, ...] = ()
    fixed: tuple[Change, ...] = ()
    still: tuple[Change, ...] = ()
    unexercised: tuple[Change, ...] = ()
    drift: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def of(self, finding: Finding) -> Change | None:
        """What is said of a finding of the later run: the line with its sentence, else one of the same place."""
        alike = [
            each
            for each in (*self.new, *self.still)
            if each.requirement == finding.requirement.id and each.operation in {"", finding.operation}
        ]
        exact = [each for each in alike if each.text == finding.mismatch.message]
        return next(iter(exact or alike), None)
