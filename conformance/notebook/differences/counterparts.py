"""Which requirements hold people to a change, so that they can read more by `conformance explain ID`."""

from __future__ import annotations

import functools
import re

from conformance.contract.contract import load_contract
from conformance.contract.diff.values import Change, Kind
from conformance.model import Evidence, Requirement

__all__ = ["counterparts"]

_MOST = 4
_WORD = re.compile(r"`([^`]+)`")
_OF_FIELDS = frozenset({Kind.ADDED, Kind.REMOVED, Kind.REPLACED, Kind.MOVED, Kind.RENAMED, Kind.REQUIRED})
_REMOVED_FIELD = "removed-field"


def counterparts(change: Change) -> tuple[Requirement, ...]:
    """The requirements of the default edition that say the same as a change, best first; at most four."""
    found = [each for each in _requirements() if _says(each, change)]
    found.sort(key=lambda each: each.clause != change.clause)
    return tuple(found[:_MOST])


@functools.cache
def _requirements() -> tuple[Requirement, ...]:
    """Those that the migration guide, or the fields that it took out, led to."""
    every = load_contract().requirements
    return tuple(each for each in every if each.evidence is Evidence.GUIDE or each.check == _REMOVED_FIELD)


def _says(requirement: Requirement, change: Change) -> bool:
    field = change.pointer.rsplit("/", 1)[-1]
    if requirement.check == _REMOVED_FIELD:
        told = change.kind is Kind.REMOVED and change.area != "request"
        return told and requirement.parameters.get("field") == field
    if change.clause and requirement.clause == change.clause:
        return True
    if change.area == "operation":
        return change.breaking and any(path in requirement.title for path in _paths(change))
    if change.kind not in _OF_FIELDS or change.area == "request":
        return False
    same_way = (requirement.area == "webhooks") == (change.area == "webhook")
    return same_way and field in _WORD.findall(requirement.title)


def _paths(change: Change) -> tuple[str, ...]:
    """What was gone to before, as titles write it: `GET /list-calls`."""
    return tuple(f"{each} " for each in (change.before,) if isinstance(each, str) and "/" in each)
