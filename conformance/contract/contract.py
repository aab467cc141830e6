"""One edition of the contract: its operations, schemas and requirements, read once."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from conformance.contract.scenarios import Written
from conformance.contract.schemas import Schema, SchemaSet, editions, load_schemas
from conformance.contract.suites import SUFFIX, Suite, among, load_suite, suite_files
from conformance.contract.variables import Surroundings
from conformance.errors import ContractError, UnknownName, UsageError
from conformance.model import JSON, Operation, Requirement
from conformance.showing import Shown

DEFAULT_EDITION = "v2"


@dataclass(frozen=True, kw_only=True)
class Contract(Shown):
    """What one edition promises.

    Attributes:
        edition: Its id.
        chosen: True if the user named the edition, so that growing lists are judged against it alone.
        scenarios: Those that people wrote out; each has its requirement among the others.
        files: Where requirements stand that do not ship with the harness, by id.
        secrets: Values of variables that must not be shown.
        promised_by: Who promises the requirements that were left out by `judging`, by id and by area.
    """

    edition: str
    schemas: SchemaSet
    requirements: tuple[Requirement, ...]
    chosen: bool = False
    scenarios: tuple[Written, ...] = ()
    files: Mapping[str, Path] = field(default_factory=dict)
    promised_by: Mapping[str, str] = field(default_factory=dict)
    secrets: frozenset[str] = frozenset()

    @cached_property
    def operations(self) -> Mapping[str, Operation]:
        """The operations of the edition by name, in the order of the contract."""
        return {operation.name: operation for operation in self.schemas.operations()}

    @cached_property
    def call_fields(self) -> frozenset[str]:
        """The names of the fields that a call may have in this edition, over all its kinds."""
        definitions = self.schemas.bundle("call")["$defs"]
        return frozenset(_fields({"$ref": "#/$defs/call"}, definitions))

    def filters(self) -> Mapping[str, JSON]:
        """The criteria that list-calls takes in this edition, by name."""
        bundle = self.schemas.bundle(self.operation("list-calls").request or "")
        definitions = bundle["$defs"]
        listing = definitions[bundle["$ref"].rsplit("/", 1)[-1]]
        criteria = listing.get("properties", {}).get("filter_criteria", {})
        if "$ref" in criteria:
            criteria = definitions[criteria["$ref"].rsplit("/", 1)[-1]]
        found: Mapping[str, JSON] = criteria.get("properties", {})
        return found

    def operation(self, name: str) -> Operation:
        """One operation. Raises UnknownName."""
        try:
            return self.operations[name]
        except KeyError:
            raise UnknownName("operation", name, self.operations) from None

    def schema(self, name: str) -> Schema:
        """One schema with all that it needs. Raises UnknownName."""
        return Schema(name=name, edition=self.edition, bundle=self.schemas.bundle(name))

    def requirement(self, requirement_id: str) -> Requirement:
        """One requirement. Raises UnknownName."""
        for requirement in self.requirements:
            if requirement.id == requirement_id:
                return requirement
        self._check_promise(requirement_id)
        raise UnknownName("requirement", requirement_id, [each.id for each in self.requirements])

    def _check_promise(self, name: str) -> None:
        if name in self.promised_by:
            commands = {"server": "`conformance run TARGET`", "receiver": "`conformance webhook URL`"}
            whom = self.promised_by[name]
            raise UsageError(f"{name} is what a {whom} promises. {commands[whom]} judges it.")

    def judging(self, whom: str) -> Contract:
        """The same contract with only the requirements on a `server`, or on a `receiver` of webhooks."""
        others = [each for each in self.requirements if each.judges != whom]
        promised_by = {name: each.judges for each in others for name in (each.id, each.area)}
        return replace(
            self._keeping(each for each in self.requirements if each.judges == whom), promised_by=promised_by
        )

    def narrowed(
        self,
        *,
        suites: Collection[str],
        requirements: Collection[str],
        files: Collection[Path] = (),
        tags: Collection[str] = (),
    ) -> Contract:
        """The same contract with only the named suites, suite files and requirements; none named means all.

        Args:
            tags: Only scenarios that have one of them, of those that are named.

        Raises:
            UnknownName: If one of them does not exist.
            UsageError: If nothing is left.
        """
        self._check_names(suites, requirements, tags)
        kept = list(self.requirements)
        if suites or requirements or files:
            of_files = {name for name, path in self.files.items() if among(path, files)}
            areas = {*suites, *(path.name.removesuffix(SUFFIX) for path in files if among(path, suite_files()))}
            kept = [each for each in kept if each.area in areas or each.id in {*requirements, *of_files}]
        if tags:
            tagged = {each.id for each in self.scenarios if set(tags) & set(each.tags)}
            kept = [each for each in kept if each.id in tagged]
        if not kept:
            raise UsageError(
                f"Nothing of what was named is judged here in the edition {self.edition}. Name more, or another"
                " edition; what receivers promise, `conformance webhook` judges."
            )
        return self._keeping(kept) if len(kept) < len(self.requirements) else self

    def _check_names(self, suites: Collection[str], requirements: Collection[str], tags: Collection[str]) -> None:
        areas = {each.area for each in self.requirements}
        for name in suites:
            if name not in areas:
                self._check_promise(name)
                raise UnknownName("suite", name, areas)
        for name in requirements:
            self.requirement(name)
        known = {tag for each in self.scenarios for tag in each.tags}
        for name in tags:
            if name not in known:
                raise UnknownName("tag", name, known)

    def _keeping(self, requirements: Iterable[Requirement]) -> Contract:
        kept = tuple(requirements)
        ids = {each.id for each in kept}
        return replace(self, requirements=kept, scenarios=tuple(each for each in self.scenarios if each.id in ids))


def _fields(schema: JSON, definitions: Mapping[str, JSON]) -> Iterator[str]:
    """The properties of an object, followed through `$ref`, `allOf` and branches, not into nested objects."""
    yield from schema.get("properties", ())
    for branch in (*schema.get("allOf", ()), schema.get("then"), schema.get("else")):
        if branch:
            yield from _fields(branch, definitions)
    if "$ref" in schema:
        yield from _fields(definitions[schema["$ref"].rsplit("/", 1)[-1]], definitions)


def load_contract(
    edition: str | None = None,
    *,
    suites: Sequence[Path] = (),
    chosen: bool | None = None,
    surroundings: Surroundings | None = None,
) -> Contract:
    """Read one edition of the contract.

    Args:
        edition: Its id; None is the default edition.
        suites: Further suite files, beside those that ship with the harness.
        chosen: Whether growing lists are judged strictly; by default, whether an edition was named.
        surroundings: Where the variables of suite files come from; None is the environment of this process.

    Raises:
        UnknownName: There is no such edition.
        ContractError: A schema or suite file is wrong.
        UsageError: A variable of a suite file has a value of the wrong kind.
    """
    name = edition or DEFAULT_EDITION
    schemas = load_schemas(name)
    order = [each.id for each in editions()]
    around = surroundings or _this_process()
    own = [path for path in dict.fromkeys(map(Path, suites)) if not among(path, suite_files())]
    read = [
        (path, load_suite(path, editions=order, edition=name, surroundings=around)) for path in (*suite_files(), *own)
    ]
    read.sort(key=lambda each: each[1].order)
    requirements = _joined(read)
    return Contract(
        edition=name,
        schemas=schemas,
        requirements=requirements,
        chosen=edition is not None if chosen is None else chosen,
        scenarios=tuple(scenario for _, suite in read for scenario in suite.scenarios),
        files={each.id: path for path, suite in read for each in suite.requirements if path in own},
        secrets=frozenset().union(*(suite.secrets for _, suite in read)),
    )


def _this_process() -> Surroundings:
    return Surroundings(variables=os.environ, environment=os.environ.get("CONFORMANCE_ENVIRONMENT") or None)


def _joined(read: Sequence[tuple[Path, Suite]]) -> tuple[Requirement, ...]:
    found: dict[str, Requirement] = {}
    for path, suite in read:
        for requirement in suite.requirements:
            if requirement.id in found:
                raise ContractError(
                    f"{path}:{requirement.line}: {requirement.id} is already defined in"
                    f" {found[requirement.id].suite}. Give it another id."
                )
            found[requirement.id] = requirement
    return tuple(found.values())


__all__ = ["DEFAULT_EDITION", "SUFFIX", "Contract", "Surroundings", "load_contract"]
