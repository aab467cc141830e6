"""Whether a suite file has the form of one, told with file, line and what to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from conformance.contract.engine import pointer
from conformance.contract.files import data_folder, read_json
from conformance.errors import ContractError, UnknownName

_FORM = "See suites/README.md for the form of a suite."
_SCHEMA = ("harness", "suite.schema.json")


def form_of_suites() -> Path:
    """The JSON Schema of suite files, which editors can use as well."""
    return data_folder("schemas").joinpath(*_SCHEMA)


def check_form(path: Path, document: Any) -> None:
    """Compare a document with the schema of suites.

    Raises:
        ContractError: It is no suite.
        UnknownName: It names a check or an operation that nothing defines.
    """
    import jsonschema_rs  # noqa: PLC0415 - only where a suite is read

    schema = read_json(form_of_suites())
    try:
        errors = list(jsonschema_rs.Draft202012Validator(schema).iter_errors(document))
    except (ValueError, RecursionError) as error:
        raise ContractError(f"{path}: holds what JSON cannot ({error}). Write it without aliases to itself.") from error
    if errors:
        raise _told(path, document, min(errors, key=lambda each: _line(document, each.instance_path)))


def _told(path: Path, document: Any, error: Any) -> ContractError | UnknownName:
    at: Sequence[str | int] = error.instance_path
    line = _line(document, at)
    unknown = _unknown(error, f"{path}:{line}: ")
    if unknown is not None:
        return unknown
    where = f"{pointer(at)}: " if at else ""
    own = next((words for fits, words in _OWN_WORDS if fits(error)), None)
    message = own(error) if own else f"{error.message}."
    return ContractError(f"{path}:{line}: {where}{message} {_FORM}")


def _unknown(error: Any, where: str) -> UnknownName | None:
    """A check or an operation that nothing defines; names that stand in the schema."""
    at = [each for each in error.instance_path if isinstance(each, str)]
    known = getattr(error.kind, "options", None)
    if known is None or not at or not isinstance(error.instance, str):
        return None
    kind = {"check": "check", "operation": "operation", "operations": "operation"}.get(at[-1])
    return UnknownName(kind, error.instance, known, where=where) if kind else None


def _keyword(error: Any) -> str:
    return str(error.schema_path[-1])


def _is_pointer(error: Any) -> bool:
    return _keyword(error) == "pattern" and "~[01]" in error.message


def _no_pointer(error: Any) -> str:
    names = error.instance if isinstance(error.instance, dict) else [error.instance]
    wrong = next((each for each in names if each and not each.startswith("/")), None)
    if wrong is None:
        return "a JSON pointer writes ~ as ~0 and / in a name as ~1."
    return f"{wrong!r} is no JSON pointer. Write {'/' + wrong!r}."


def _is_step(error: Any) -> bool:
    return len(error.instance_path) == 4 and error.instance_path[2] == "steps"  # noqa: PLR2004 - scenarios/0/steps/0


_OWN_WORDS: tuple[tuple[Callable[[Any], bool], Callable[[Any], str]], ...] = (
    (
        lambda error: _keyword(error) == "anyOf" and not error.instance_path,
        lambda _: "it has neither requirements nor scenarios.",
    ),
    (lambda error: _keyword(error) == "anyOf", lambda _: "a variable has `env`, `default`, or both."),
    (
        lambda error: _is_step(error) and _keyword(error) == "required",
        lambda _: "a step has an `operation`, or a `method` and a `path`.",
    ),
    (
        lambda error: _is_step(error) and _keyword(error) == "not",
        lambda _: "a step has an `operation` or a `method`, not both.",
    ),
    (_is_pointer, _no_pointer),
    (
        lambda error: _keyword(error) == "additionalProperties" and "values" in error.instance_path[-2:],
        lambda error: f"{error.message}. An object is compared with `equals: {{…}}`.",
    ),
)
"""What is said instead of the words of the engine, where those would not help."""


def _line(document: Any, steps: Sequence[str | int]) -> int:
    line, value = getattr(document, "line", 1), document
    for step in steps:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            break
        line = getattr(value, "line", line)
    return int(line)
