"""An outcome as people see it: a sign and a word, so that colour is never all there is."""

from __future__ import annotations

from conformance.model import Outcome
from conformance.reports.html.escape import esc
from conformance.reports.wording import SYMBOLS

SIGNS = {**SYMBOLS, Outcome.SKIPPED: "\u2013"}
"""A dot would be lost in a cell: a dash."""

ORDER = (Outcome.FAILED, Outcome.WARNED, Outcome.ERRORED, Outcome.PASSED, Outcome.SKIPPED)
"""What a reader wants to see first stands first."""

WORDS = {
    Outcome.FAILED: "failed",
    Outcome.WARNED: "warned",
    Outcome.ERRORED: "not judged",
    Outcome.PASSED: "passed",
    Outcome.SKIPPED: "not exercised",
}


def chip(outcome: Outcome) -> str:
    """Sign and word on the colour of the outcome."""
    sign = f'<span aria-hidden="true">{SIGNS[outcome]}</span>'
    return f'<span class="chip {outcome}">{sign} <span class="word">{WORDS[outcome]}</span></span>'


def area_title(area: str) -> str:
    """A chapter as a title: `removed-fields` is `Removed fields`."""
    words = area.replace("-", " ").replace("_", " ")
    return esc(words[:1].upper() + words[1:])
