"""Suite files: requirements as data, read and checked once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from conformance.contract.files import data_folder, read_json
from conformance.contract.yaml_file import Located, read_yaml
from conformance.errors import ContractError, UnknownName
from conformance.model import Evidence, Level, Requirement

SUFFIX = ".suite.yaml"
_LAST = 1000


def suite_files(folder: Path | None = None) -> tuple[Path, ...]:
    """The suite files that ship with the harness, or those of another folder, in order of name."""
    return tuple(sorted((folder or data_folder("suites")).glob(f"*{SUFFIX}")))


def read_suite(path: Path, *, editions: Sequence[str], edition: str) -> tuple[int, tuple[Requirement, ...]]:
    """The place of one file among the suites, and its requirements that hold in an edition.

    Args:
        editions: All edition ids, oldest first; ranges are read against them.

    Raises:
        ContractError: The file is no suite; the message names file, line and what is wrong.
    """
    document = read_yaml(path)
    _validate(path, document)
    seen: set[str] = set()
    found = []
    for entry in document["requirements"]:
        if entry["id"] in seen:
            raise ContractError(f"{path}:{entry.line}: {entry['id']} stands here twice. Give one of them a new id.")
        seen.add(entry["id"])
        if edition in _range(entry, editions, path):
            found.append(_requirement(entry, document, path))
    return document.get("order", _LAST), tuple(found)


def _requirement(entry: Located, document: Located, path: Path) -> Requirement:
    return Requirement(
        id=entry["id"],
        area=document["area"],
        title=entry["title"],
        level=Level(entry["level"]),
        evidence=Evidence(entry["evidence"]),
        check=entry["check"],
        clause=entry["clause"],
        sources=tuple(entry["sources"]),
        operations=tuple(entry.get("operations", ())),
        parameters=dict(entry.get("with", {})),
        yields_to=tuple(entry.get("yields_to", ())),
        advice=entry.get("advice", ""),
        suite=path.name,
        line=entry.line,
        judges=document.get("judges", "server"),
        deliveries=entry.get("deliveries", False),
    )


def _range(entry: Located, editions: Sequence[str], path: Path) -> Sequence[str]:
    words: str = entry["editions"]
    if words == "all":
        return editions
    bound = words.removeprefix(">=").removeprefix("<=")
    if bound not in editions:
        raise UnknownName("edition", bound, editions, where=f"{path}:{entry.line}: ")
    at = list(editions).index(bound)
    if words.startswith(">="):
        return editions[at:]
    return editions[: at + 1] if words.startswith("<=") else (bound,)


def _validate(path: Path, document: Any) -> None:
    import jsonschema_rs  # noqa: PLC0415 - only where a suite is read

    schema = read_json(data_folder("schemas") / "harness" / "suite.schema.json")
    for error in jsonschema_rs.Draft202012Validator(schema).iter_errors(document):
        steps = [str(step) for step in error.instance_path]
        line = _line(document, error.instance_path)
        where = f"/{'/'.join(steps)}: " if steps else ""
        raise ContractError(f"{path}:{line}: {where}{error.message}. See suites/README.md for the form of a suite.")


def _line(document: Any, steps: Sequence[str | int]) -> int:
    line, value = getattr(document, "line", 1), document
    for step in steps:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            break
        line = getattr(value, "line", line)
    return int(line)


def areas(requirements: Sequence[Requirement]) -> Mapping[str, tuple[Requirement, ...]]:
    """Requirements by area, both in the order of the files."""
    found: dict[str, list[Requirement]] = {}
    for requirement in requirements:
        found.setdefault(requirement.area, []).append(requirement)
    return {area: tuple(members) for area, members in found.items()}
