"""One edition of the contract: its operations, schemas and requirements, read once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from conformance.contract.schemas import SchemaSet, editions, load_schemas
from conformance.contract.suites import SUFFIX, read_suite, suite_files
from conformance.errors import ContractError, UnknownName
from conformance.model import JSON, Operation, Requirement

DEFAULT_EDITION = "v2"


@dataclass(frozen=True, kw_only=True)
class Contract:
    """What one edition promises.

    Attributes:
        edition: Its id.
        chosen: True if the user named the edition, so that growing lists are judged against it alone.
    """

    edition: str
    schemas: SchemaSet
    requirements: tuple[Requirement, ...]
    chosen: bool = False

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

    def requirement(self, requirement_id: str) -> Requirement:
        """One requirement. Raises UnknownName."""
        for requirement in self.requirements:
            if requirement.id == requirement_id:
                return requirement
        raise UnknownName("requirement", requirement_id, [each.id for each in self.requirements])

    def judging(self, whom: str) -> Contract:
        """The same contract with only the requirements on a `server`, or on a `receiver` of webhooks."""
        return replace(self, requirements=tuple(each for each in self.requirements if each.judges == whom))

    def narrowed(self, *, suites: Collection[str], requirements: Collection[str]) -> Contract:
        """The same contract with only the named suites and requirements; none named means all.

        Raises:
            UnknownName: If one of them does not exist.
        """
        if not suites and not requirements:
            return self
        areas = {each.area for each in self.requirements}
        for name in suites:
            if name not in areas:
                raise UnknownName("suite", name, areas)
        for name in requirements:
            self.requirement(name)
        kept = tuple(each for each in self.requirements if each.area in suites or each.id in requirements)
        return replace(self, requirements=kept)


def _fields(schema: JSON, definitions: Mapping[str, JSON]) -> Iterator[str]:
    """The properties of an object, followed through `$ref`, `allOf` and branches, not into nested objects."""
    yield from schema.get("properties", ())
    for branch in (*schema.get("allOf", ()), schema.get("then"), schema.get("else")):
        if branch:
            yield from _fields(branch, definitions)
    if "$ref" in schema:
        yield from _fields(definitions[schema["$ref"].rsplit("/", 1)[-1]], definitions)


def load_contract(edition: str | None = None, *, suites: Sequence[Path] = (), chosen: bool | None = None) -> Contract:
    """Read one edition of the contract.

    Args:
        edition: Its id; None is the default edition.
        suites: Further suite files, beside those that ship with the harness.
        chosen: Whether growing lists are judged strictly; by default, whether an edition was named.

    Raises:
        UnknownName: There is no such edition.
        ContractError: A schema or suite file is wrong.
    """
    name = edition or DEFAULT_EDITION
    schemas = load_schemas(name)
    order = [each.id for each in editions()]
    found: dict[str, Requirement] = {}
    read = [(path, *read_suite(path, editions=order, edition=name)) for path in (*suite_files(), *suites)]
    for path, _, requirements in sorted(read, key=lambda each: each[1]):
        for requirement in requirements:
            if requirement.id in found:
                raise ContractError(
                    f"{path}:{requirement.line}: {requirement.id} is already defined in"
                    f" {found[requirement.id].suite}. Give it another id."
                )
            found[requirement.id] = requirement
    return Contract(
        edition=name,
        schemas=schemas,
        requirements=tuple(found.values()),
        chosen=edition is not None if chosen is None else chosen,
    )


__all__ = ["DEFAULT_EDITION", "SUFFIX", "Contract", "load_contract"]
