"""What changed between two editions of the contract, and whose code it breaks.

values                    a change, all of them, whom they break
rules, clauses            what corresponds although no schema tells it; where it is said
nodes                     a schema at one place, read as what it accepts
contents, bodies          what changed in one place; in two bodies along their structure
routes, editions          what changed of operations; all of it together
joining                   the same change in several bodies told once
words, told               how it is said; all of it for a terminal, and as Markdown
"""

from __future__ import annotations

from conformance.contract.diff.editions import diff, met_in
from conformance.contract.diff.values import EVERY_OPERATION, Change, Difference, Kind, Party

__all__ = ["EVERY_OPERATION", "Change", "Difference", "Kind", "Party", "diff", "met_in"]
