"""What corresponds in two editions although no schema tells it: the data of `schemas/correspondence.json`."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, replace

from conformance.contract.files import data_folder, read_json
from conformance.model import JSON

__all__ = ["FieldRule", "OperationRule", "Rules", "StillSent", "Unstated", "rules"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationRule:
    """An operation that takes the place of another one.

    Attributes:
        why: For what: "for web calls".
    """

    before: str
    after: str
    why: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRule:
    """A field that has another place.

    Attributes:
        definitions: Names of the definitions that declare it in the earlier editions.
        before: Pointer of property names, from the object that both are in.
        after: The same in later editions.
    """

    definitions: frozenset[str]
    before: str
    after: str
    sources: tuple[str, ...]

    @property
    def renames(self) -> bool:
        """Whether it stays in its object, under another name."""
        return self.before.count("/") == self.after.count("/") == 1


@dataclass(frozen=True, slots=True, kw_only=True)
class StillSent:
    """A field that was seen after the documents had given it up."""

    definitions: frozenset[str]
    field: str
    note: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unstated:
    """A bound of requests that earlier sources could not state, so that its coming proves no change."""

    keyword: str
    note: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """All of it, as it is from an earlier edition to a later one.

    Attributes:
        backwards: The later edition is compared with the earlier one.
        clauses: Which requirement says what changed: rows with `area`, `kinds`, `requirement`, and what else must fit.
    """

    operations: tuple[OperationRule, ...]
    fields: tuple[FieldRule, ...]
    still_sent: tuple[StillSent, ...]
    clauses: tuple[Mapping[str, JSON], ...]
    backwards: bool = False
    unstated: tuple[Unstated, ...] = ()

    def reversed(self) -> Rules:
        """The same, from a later edition to an earlier one."""
        return replace(
            self,
            operations=tuple(replace(each, before=each.after, after=each.before) for each in self.operations),
            fields=tuple(replace(each, before=each.after, after=each.before) for each in self.fields),
            still_sent=(),
            backwards=True,
        )

    def still(self, name: str, origins: tuple[str, ...]) -> StillSent | None:
        """What is known of a field that is documented no more."""
        return next((each for each in self.still_sent if each.field == name and _in(each.definitions, origins)), None)

    def fits(self, rule: FieldRule, origins: tuple[str, ...]) -> bool:
        """Whether a rule is about a field that the earlier of the two editions declares so."""
        return _in(rule.definitions, origins)


def _in(definitions: frozenset[str], origins: tuple[str, ...]) -> bool:
    return any(origin.split("/", maxsplit=1)[0] in definitions for origin in origins)


@functools.cache
def rules() -> Rules:
    """The rules from earlier editions to later ones.

    Raises:
        ContractError: The file is missing or no JSON.
    """
    data = read_json(data_folder("schemas") / "correspondence.json")
    return Rules(
        operations=tuple(
            OperationRule(before=row["before"], after=row["after"], why=row["why"], sources=_sources(row))
            for row in data["operations"]
        ),
        fields=tuple(
            FieldRule(
                definitions=frozenset(row["definitions"]),
                before=row["before"],
                after=row["after"],
                sources=_sources(row),
            )
            for row in data["fields"]
        ),
        still_sent=tuple(
            StillSent(
                definitions=frozenset(row["definitions"]),
                field=row["field"],
                note=row["note"],
                sources=_sources(row),
            )
            for row in data["still_sent"]
        ),
        clauses=tuple(data["clauses"]),
        unstated=tuple(
            Unstated(keyword=row["keyword"], note=row["note"], sources=_sources(row)) for row in data["unstated"]
        ),
    )


def _sources(row: Mapping[str, JSON]) -> tuple[str, ...]:
    return tuple(row["x-source"])
