"""A finding as plain lines: what the reports for machines and for build systems show of it."""

from __future__ import annotations

from conformance.model import Finding
from conformance.reports.wording import exchange_lines, printable

_EXCERPT = 300
_LONGEST = 2000


def finding_lines(finding: Finding) -> list[tuple[str, str]]:
    """Labels and texts of a finding, each on one line, without control characters; what is empty is left out."""
    mismatch = finding.mismatch
    seen = f" (seen {finding.seen} times)" if finding.seen > 1 else ""
    lines = [
        ("what", f"{finding.operation}: {mismatch.message}{seen}"),
        ("expected", mismatch.expected),
        ("actual", mismatch.actual),
        ("where", mismatch.pointer),
        *exchange_lines(finding, longest=_EXCERPT),
        ("clause", finding.requirement.clause),
        ("fix", finding.requirement.advice),
        ("known", known_text(finding)),
    ]
    # The command is left whole: shortened, or with its blanks joined, it would be another one.
    return [(label, one_line(text)) for label, text in lines if text] + [("repeat", printable(finding.repeat))]


def outcome_text(finding: Finding) -> str:
    """How grave a finding is, in capitals, and whether somebody accepted it."""
    return f"{finding.outcome.upper()}{' (known)' if finding.known else ''}"


def known_text(finding: Finding) -> str:
    """Why somebody accepted a finding, who, and how long; "" if nobody did."""
    known = finding.known
    return f"{known.reason} ({known.owner}, until {known.until})" if known else ""


def finding_text(finding: Finding) -> str:
    """A finding as the terminal tells it, without colour and without folding."""
    requirement = finding.requirement
    head = f"{outcome_text(finding)} {requirement.id} {one_line(requirement.title)}"
    return "\n".join([head, *(f"  {label:<9} {text}" for label, text in finding_lines(finding))])


def one_line(text: str) -> str:
    """A text on one line, without control characters, cut where it is very long."""
    line = printable(" ".join(text.split()))
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
