"""Suite files: requirements as data, and scenarios that people wrote out, read and checked once."""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from conformance.contract.files import data_folder
from conformance.contract.scenario_file import Known, read_scenario
from conformance.contract.scenarios import Written
from conformance.contract.schemas import editions as every_edition
from conformance.contract.schemas import load_schemas
from conformance.contract.suite_form import check_form
from conformance.contract.variables import Surroundings, read_variables
from conformance.contract.yaml_file import Located, read_yaml
from conformance.errors import ContractError, UnknownName
from conformance.model import Evidence, Level, Requirement

SUFFIX = ".suite.yaml"
WRITTEN = "written"
"""The check that judges scenarios; requirements cannot name it."""
_LAST = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """What one file holds for one edition.

    Attributes:
        order: Its place among the suites.
        requirements: Those of its scenarios included; they come last.
        secrets: Values of its variables that must not be shown.
    """

    order: int
    requirements: tuple[Requirement, ...]
    scenarios: tuple[Written, ...] = ()
    secrets: frozenset[str] = frozenset()


def suite_files(folder: Path | None = None) -> tuple[Path, ...]:
    """The suite files that ship with the harness, or those of another folder, in order of name."""
    return tuple(sorted((folder or data_folder("suites")).glob(f"*{SUFFIX}")))


def is_suite_file(word: str) -> bool:
    """Whether a word means a suite file, and not the name of a suite."""
    return word.endswith(SUFFIX) or "/" in word or Path(word).is_file()


def read_suite(path: Path, *, editions: Sequence[str], edition: str) -> tuple[int, tuple[Requirement, ...]]:
    """The place of one file among the suites, and its requirements that hold in an edition; see `load_suite`."""
    suite = load_suite(path, editions=editions, edition=edition)
    return suite.order, suite.requirements


def load_suite(path: Path, *, editions: Sequence[str], edition: str, surroundings: Surroundings | None = None) -> Suite:
    """Read one suite file.

    Args:
        editions: All edition ids, oldest first; ranges are read against them.
        surroundings: Where the values of its variables come from.

    Raises:
        ContractError: The file is no suite; the message names file, line and what is wrong.
        UsageError: A variable has a value of the wrong kind.
    """
    document = read_yaml(path)
    check_form(path, document)
    _check_ids(path, document)
    requirements = [
        _requirement(entry, document, path)
        for entry in document.get("requirements", ())
        if edition in _range(entry, editions, path)
    ]
    variables = read_variables(document, where=str(path), surroundings=surroundings or Surroundings())
    scenarios = []
    for entry in document.get("scenarios", ()):
        if document.get("judges") == "receiver":
            raise ContractError(f"{path}:{entry.line}: Scenarios are played against servers. Leave out `judges`.")
        scenario = read_scenario(entry, path=str(path), name=path.name, known=_known(), variables=variables)
        if edition in _range(entry, editions, path):
            scenarios.append(scenario)
            requirements.append(_scenario_requirement(entry, document, path))
    return Suite(
        order=document.get("order", _LAST),
        requirements=tuple(requirements),
        scenarios=tuple(scenarios),
        secrets=variables.secrets,
    )


@functools.cache
def _known() -> Known:
    """What scenarios may name, over all editions."""
    sets = [load_schemas(each.id) for each in every_edition()]
    return Known(
        operations={operation.name: operation for schemas in sets for operation in schemas.operations()},
        schemas=frozenset(name for schemas in sets for name in schemas.names),
    )


def _check_ids(path: Path, document: Located) -> None:
    seen: set[str] = set()
    for entry in _entries(document):
        if entry["id"] in seen:
            raise ContractError(f"{path}:{entry.line}: {entry['id']} stands here twice. Give one of them a new id.")
        seen.add(entry["id"])


def _entries(document: Located) -> Iterator[Located]:
    yield from document.get("requirements", ())
    yield from document.get("scenarios", ())


def _requirement(entry: Located, document: Located, path: Path) -> Requirement:
    return Requirement(
        id=entry["id"],
        area=document["area"],
        title=entry["title"],
        level=Level(entry["level"]),
        evidence=Evidence(entry.get("evidence", Evidence.ASSUMED)),
        check=entry["check"],
        clause=entry.get("clause") or f"{path.name}:{entry.line}",
        sources=tuple(entry.get("sources", ())),
        operations=tuple(entry.get("operations", ())),
        parameters=dict(entry.get("with", {})),
        yields_to=tuple(entry.get("yields_to", ())),
        advice=entry.get("advice", ""),
        suite=path.name,
        line=entry.line,
        judges=document.get("judges", "server"),
        deliveries=entry.get("deliveries", False),
    )


def _scenario_requirement(entry: Located, document: Located, path: Path) -> Requirement:
    return Requirement(
        id=entry["id"],
        area=document["area"],
        title=entry["title"],
        level=Level(entry.get("level", Level.MUST)),
        evidence=Evidence.ASSUMED,
        check=WRITTEN,
        clause=entry.get("clause") or f"{path.name}:{entry.line}",
        sources=(),
        parameters={"scenario": entry["id"]},
        advice=entry.get("advice", ""),
        suite=path.name,
        line=entry.line,
    )


def _range(entry: Located, editions: Sequence[str], path: Path) -> Sequence[str]:
    words: str = entry.get("editions", "all")
    if words == "all":
        return editions
    bound = words.removeprefix(">=").removeprefix("<=")
    if bound not in editions:
        raise UnknownName("edition", bound, editions, where=f"{path}:{entry.line}: ")
    at = list(editions).index(bound)
    if words.startswith(">="):
        return editions[at:]
    return editions[: at + 1] if words.startswith("<=") else (bound,)


def areas(requirements: Sequence[Requirement]) -> Mapping[str, tuple[Requirement, ...]]:
    """Requirements by area, both in the order of the files."""
    found: dict[str, list[Requirement]] = {}
    for requirement in requirements:
        found.setdefault(requirement.area, []).append(requirement)
    return {area: tuple(members) for area, members in found.items()}


def among(path: Path, others: Collection[Path]) -> bool:
    """Whether a file is one of those, however either is written."""
    return path.resolve() in {each.resolve() for each in others}
