"""The scenarios of a suite file, read into values. What a schema cannot say of them is checked here."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from conformance.contract.scenarios import Earlier, Expect, Step, Written
from conformance.contract.variables import Variables, names_in
from conformance.contract.yaml_file import Located
from conformance.errors import ContractError, UnknownName
from conformance.model import JSON, Effect, Operation

_READS = frozenset({"GET", "HEAD", "OPTIONS"})
_OURS = {
    "authorization": "Who asks is said with `key`",
    "host": "The target says where it goes",
    "content-length": "It is counted when it is sent",
    "transfer-encoding": "It is chosen when it is sent",
    "connection": "It is chosen when it is sent",
    "x-http-method": "A request has the effect of its method",
    "x-http-method-override": "A request has the effect of its method",
    "x-method-override": "A request has the effect of its method",
    "x-original-url": "A request has the effect of its path",
    "x-rewrite-url": "A request has the effect of its path",
}
"""Headers that a step cannot set, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What scenarios may name, over all editions.

    Attributes:
        operations: By name, as the newest edition has them.
        schemas: Names of definitions.
    """

    operations: Mapping[str, Operation]
    schemas: frozenset[str]


@dataclass(slots=True, kw_only=True)
class _Reading:
    """One scenario while it is read: what its steps may refer to so far."""

    file: str
    known: Known
    variables: Variables
    steps: list[Step] = field(default_factory=list)
    captured: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)


def read_scenario(entry: Located, *, path: str, name: str, known: Known, variables: Variables) -> Written:
    """One scenario of a file that fits the schema of suites.

    Args:
        path: Its file, for messages about mistakes in it.
        name: What reports call that file.

    Raises:
        ContractError: It refers to something that is not there, or says what cannot be.
    """
    reading = _Reading(file=path, known=known, variables=variables)
    for number, each in enumerate(entry["steps"], 1):
        reading.steps.append(_step(each, number, reading))
    needs = tuple(dict.fromkeys(variables.missing[each] for each in sorted(reading.used & variables.missing.keys())))
    return Written(
        id=entry["id"],
        steps=tuple(reading.steps),
        variables=variables.values,
        needs=needs,
        tags=tuple(entry.get("tags", ())),
        file=name,
    )


def _step(entry: Located, number: int, reading: _Reading) -> Step:
    where = f"{reading.file}:{entry.line}: "
    _check_values(entry, where)
    _check_name(entry, where, reading)
    operation = _operation(entry, where, reading)
    headers = dict(entry.get("headers", {}))
    for name in headers:
        if name.lower() in _OURS:
            raise ContractError(f"{where}A step cannot set the header {name!r}. {_OURS[name.lower()]}.")
    expect = _expect(entry, where, reading)
    reads = operation.effect is Effect.READ if operation else entry["method"] in _READS
    if expect.within_seconds and not reads:
        asked = entry.get("operation") or f"{entry['method']} {entry['path']}"
        raise ContractError(
            f"{where}within_seconds repeats the request, and {asked} does more than read."
            " Put it on a later step that only reads."
        )
    _check_uses(entry, where, reading)
    capture = dict(entry.get("capture", {}))
    for name in capture:
        if name in reading.variables.names:
            raise ContractError(f"{where}${name} is a variable of the file. Give the capture another name.")
    reading.captured |= capture.keys()
    return Step(
        number=number,
        name=entry.get("name", ""),
        operation=operation.name if operation else "",
        method=entry.get("method", ""),
        path="" if operation else entry["path"],
        path_values=dict(entry.get("path", {})) if operation else {},
        query=dict(entry.get("query", {})),
        headers=headers,
        key=entry.get("key", "right"),
        request=entry.get("request"),
        sends="request" in entry,
        expect=expect,
        capture=capture,
        line=entry.line,
    )


def _check_values(entry: Located, where: str) -> None:
    try:
        json.dumps(entry, allow_nan=False)
    except (ValueError, TypeError) as error:
        raise ContractError(
            f"{where}The step holds what JSON cannot: {error}. Write texts in quotes, and finite numbers."
        ) from error


def _check_name(entry: Located, where: str, reading: _Reading) -> None:
    name = entry.get("name")
    if name and any(step.name == name for step in reading.steps):
        raise ContractError(f"{where}Two steps are called {name!r}. Give one of them another name.")


def _operation(entry: Located, where: str, reading: _Reading) -> Operation | None:
    if "operation" not in entry:
        _check_path(entry["path"], where)
        return None
    operation = reading.known.operations[entry["operation"]]
    given, wanted = set(entry.get("path", {})), set(operation.path_parameters)
    if given != wanted:
        form = ", ".join(f"{name}: …" for name in operation.path_parameters)
        said = f"`path: {{{form}}}`" if form else "no `path`"
        raise ContractError(f"{where}{operation.name} is {operation.path}. Give it {said}.")
    return operation


def _check_path(path: str, where: str) -> None:
    wrong = next((each for each in ("?", "#", "\\", "//") if each in path), None)
    if wrong is None and any(part in {".", ".."} for part in path.split("/")):
        wrong = ".."
    if wrong:
        instead = "Put the query under `query`" if wrong == "?" else "Write the path in full"
        raise ContractError(f"{where}The path {path!r} holds {wrong!r}. {instead}.")


def _check_uses(entry: Located, where: str, reading: _Reading) -> None:
    expect = entry.get("expect", {})
    compared = [
        {name: wanted for name, wanted in each.items() if name != "matches"} if isinstance(each, dict) else each
        for each in expect.get("values", {}).values()
    ]
    listed = [expect.get("has_item"), expect.get("has_no_item")]
    sent = [entry.get(each) for each in ("path", "query", "headers", "request")]
    try:
        used = list(names_in([*sent, *compared, *listed]))
    except ContractError as error:
        raise ContractError(f"{where}{error}") from error
    available = reading.captured | reading.variables.names
    for name in used:
        if name not in available:
            raise ContractError(f"{where}{_undefined(name, available, entry)}")
    reading.used |= set(used)


def _undefined(name: str, available: Iterable[str], entry: Located) -> str:
    if name in entry.get("capture", {}):
        return f"${name} is captured from the answer of this very step. Use it in a later one."
    names = ", ".join(f"${each}" for each in sorted(available)) or "none"
    return (
        f"${name} is neither a variable nor captured in an earlier step. Known: {names}."
        " Define it, or write $$ for a dollar."
    )


def _expect(entry: Located, where: str, reading: _Reading) -> Expect:
    said: Mapping[str, JSON] = entry.get("expect", {})
    status = said.get("status", "2xx")
    schema = said.get("schema")
    if schema is not None and schema not in reading.known.schemas:
        raise UnknownName("schema", schema, reading.known.schemas, where=where)
    if "json_schema" in said:
        _check_schema(said["json_schema"], where)
    return Expect(
        statuses=tuple(status) if isinstance(status, list) else (status,),
        schema=schema,
        json_schema=said.get("json_schema"),
        present=tuple(said.get("present", ())),
        absent=tuple(said.get("absent", ())),
        values=tuple((pointer, _comparisons(each, where)) for pointer, each in said.get("values", {}).items()),
        same_as=_earlier(said.get("same_as"), where, reading),
        differs_from=_earlier(said.get("differs_from"), where, reading),
        has_item=said.get("has_item"),
        has_no_item=said.get("has_no_item"),
        within_seconds=float(said.get("within_seconds", 0)),
    )


def _comparisons(said: JSON, where: str) -> Mapping[str, JSON]:
    if not isinstance(said, dict):
        return {"equals": said}
    if "matches" in said:
        try:
            re.compile(said["matches"])
        except re.error as error:
            raise ContractError(
                f"{where}`matches: {said['matches']}` is no regular expression: {error}. Correct it."
            ) from error
    return dict(said)


def _earlier(said: Mapping[str, JSON] | None, where: str, reading: _Reading) -> Earlier | None:
    if said is None:
        return None
    wanted: int | str = said["step"]
    found = next((step for step in reading.steps if wanted in {step.name, step.number}), None)
    if found is None:
        names = [f"{step.number} ({step.name})" if step.name else str(step.number) for step in reading.steps]
        known = f"Earlier ones: {', '.join(names)}." if names else "This is the first one."
        raise ContractError(f"{where}There is no earlier step {wanted!r}. {known}")
    return Earlier(step=found.number - 1, at=tuple(said["at"]))


def _check_schema(schema: JSON, where: str) -> None:
    import jsonschema_rs  # noqa: PLC0415 - only where somebody wrote a schema

    for reference in _references(schema):
        if not reference.startswith("#"):
            raise ContractError(
                f"{where}json_schema refers to {reference!r}, outside itself. Put it under its own $defs, as #/$defs/…."
            )
    try:
        jsonschema_rs.Draft202012Validator(schema)
    except ValueError as error:
        words = str(error).splitlines()[0].rstrip(".")
        raise ContractError(f"{where}json_schema is no JSON Schema (2020-12): {words}. Correct it.") from error


def _references(node: JSON) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key in {"$ref", "$dynamicRef", "$schema"} and isinstance(value, str):
                if key != "$schema" or "2020-12" not in value:
                    yield value
            else:
                yield from _references(value)
    elif isinstance(node, list):
        for each in node:
            yield from _references(each)


__all__: Sequence[str] = ["Known", "read_scenario"]
