"""Where a change is said: the requirement that speaks of it, or the source of the schema, for people."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence

from conformance.contract.contract import DEFAULT_EDITION, load_contract
from conformance.contract.diff.found import Found
from conformance.contract.diff.rules import Rules
from conformance.contract.files import data_folder, read_json
from conformance.contract.schemas import Edition, SchemaSet
from conformance.model import JSON, Requirement

__all__ = ["Clauses", "source_words"]

_GUIDE = "migration-guide"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Clauses:
    """Finds the clause of each change between two editions."""

    def __init__(self, before: SchemaSet, after: SchemaSet, rules: Rules) -> None:
        self._editions = (after.edition.id, before.edition.id, DEFAULT_EDITION)
        self._since, self._until = _last_day(before.edition), _last_day(after.edition)
        self._rows = rules.clauses if before.edition.folder != after.edition.folder else ()

    def of(self, area: str, operation: str, found: Found) -> tuple[str, tuple[str, ...]]:
        """The clause of a change, and the tags of its sources."""
        requirement = self._requirement(area, operation, found)
        if requirement is not None:
            return requirement.clause, requirement.sources
        tags = tuple(dict.fromkeys(source.split(" ", maxsplit=1)[0] for source in found.sources))
        return self._source(found.sources), tags

    def _source(self, sources: Sequence[str]) -> str:
        """Between two generations the migration guide if it is named; else the first that came between the editions."""
        named = [each for each in sources if each.startswith(_GUIDE)] if self._rows else []
        then = [each for each in sources if self._since < _title(each).get("date", "") <= self._until]
        return source_words((*named, *then, *sources)[0]) if sources else ""

    def _requirement(self, area: str, operation: str, found: Found) -> Requirement | None:
        row = next((each for each in self._rows if _fits(each, area, operation, found)), None)
        if row is None:
            return None
        kept = (_requirements(edition).get(row["requirement"]) for edition in self._editions)
        return next((each for each in kept if each is not None), None)


def _fits(row: Mapping[str, JSON], area: str, operation: str, found: Found) -> bool:
    name = found.pointer.rsplit("/", 1)[-1]
    return (
        str(found.kind) in row["kinds"]
        and row["area"] == area
        and row.get("operation", operation) == operation
        and row.get("field", name) == name
    )


@functools.cache
def _requirements(edition: str) -> Mapping[str, Requirement]:
    return {each.id: each for each in load_contract(edition).requirements}


@functools.cache
def _titles() -> Mapping[str, Mapping[str, str]]:
    return {row["tag"]: row for row in read_json(data_folder("schemas") / "sources.json")["sources"]}


def _last_day(edition: Edition) -> str:
    """The last day on which an edition was current, or ""."""
    return max(_DAY.findall(edition.dates.split(";", maxsplit=1)[0]), default="")


def _title(source: str) -> Mapping[str, str]:
    """Title and date of a source as the schemas name it."""
    tag = source.split(" ", maxsplit=1)[0]
    return _titles().get(tag, {"title": tag})


def source_words(source: str) -> str:
    """A source as the schemas name it, for people: "Python package retell-sdk 4.0.0 (2024-07-08): types/…"."""
    row, place = _title(source), source.partition(" ")[2]
    title = row["title"].split(",", maxsplit=1)[0].removeprefix("The vendor\u2019s ")
    date = f" ({row['date']})" if "date" in row else ""
    return f"{title}{date}{': ' if place else ''}{place}"
