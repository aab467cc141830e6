"""From the schema of a request to the fields of a form, and between fields and JSON. No widgets."""

from __future__ import annotations

import enum
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn, TypeAlias

from conformance.contract.schemas import SchemaSet
from conformance.model import JSON

__all__ = [
    "ABSENT",
    "LARGEST",
    "Broken",
    "Field",
    "Kind",
    "Path",
    "every",
    "fields_of",
    "read",
    "value_at",
    "with_value",
    "without",
]

Path: TypeAlias = tuple[str, ...]
ABSENT: JSON = object()
"""What a field has that is not sent."""
LARGEST = 2**53 - 1
"""A page knows no larger whole numbers, and shows others instead."""
_DEEPEST = 3
_UNFIT = re.compile("[\r\n\ud800-\udfff]")
_STRING_OR_CONSTANT = re.compile(r'"(?:[^"\\]|\\.)*"|-?Infinity|NaN')
_TYPES = ("string", "integer", "number", "boolean", "object", "array")


class Kind(enum.StrEnum):
    """How the value of a field is entered."""

    TEXT = "text"
    CHOICE = "choice"
    TRUTH = "truth"
    WHOLE = "whole"
    NUMBER = "number"
    GROUP = "group"
    JSON = "json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a form.

    Attributes:
        path: The names that lead to it in the body.
        nullable: Whether null is allowed.
        about: What the schema says of it.
        words: What is entered, for people: `whole number, 1 to 1000`.
        needs: What must be so for a value to make sense, or "".
        choices: The values of a choice.
        least: The least number, or None.
        most: The largest number, or None.
        begin: What it has when it is first set.
        private: True for what must never be shown, such as a password.
        fields: The fields of a group.
    """

    path: Path
    kind: Kind
    required: bool = False
    nullable: bool = False
    about: str = ""
    words: str = ""
    needs: str = ""
    choices: tuple[JSON, ...] = ()
    least: float | None = None
    most: float | None = None
    begin: JSON = None
    private: bool = False
    fields: tuple[Field, ...] = ()

    @property
    def name(self) -> str:
        """Its own name."""
        return self.path[-1]

    @property
    def dotted(self) -> str:
        """Its place as people write it: `filter_criteria.agent_id`."""
        return ".".join(self.path)

    def fits(self, value: JSON) -> bool:
        """Whether the input of its kind can show the value without changing it."""
        if self.kind is Kind.TEXT:
            return isinstance(value, str) and not _UNFIT.search(value)
        if self.kind is Kind.CHOICE:
            return any(type(each) is type(value) and each == value for each in self.choices)
        if self.kind is Kind.TRUTH:
            return isinstance(value, bool)
        if self.kind is Kind.GROUP:
            return isinstance(value, dict)
        return self.kind is Kind.JSON or self._holds_number(value)

    def _holds_number(self, value: JSON) -> bool:
        kinds = int if self.kind is Kind.WHOLE else int | float
        if not isinstance(value, kinds) or isinstance(value, bool):
            return False
        low = -LARGEST if self.least is None else self.least
        return low <= value <= (LARGEST if self.most is None else self.most)


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """Why a text is no JSON, and where: line and column, from 1.

    Attributes:
        limited: It may well be JSON; only this reader cannot follow it.
    """

    line: int
    column: int
    reason: str
    limited: bool = False

    def __str__(self) -> str:
        if self.limited:
            return f"This cannot be read here: {self.reason}"
        return f"This is no JSON: line {self.line}, column {self.column}: {self.reason}"


def fields_of(schemas: SchemaSet, name: str) -> tuple[Field, ...]:
    """The fields of a request, required ones first, nested objects as groups.

    Raises:
        UnknownName: The edition has no such schema.
    """
    return _Reader(schemas).members(schemas.definition(name), ())


def every(fields: Sequence[Field]) -> Iterator[Field]:
    """The fields and those of their groups."""
    for each in fields:
        yield each
        yield from every(each.fields)


class _Reader:
    def __init__(self, schemas: SchemaSet) -> None:
        self._schemas = schemas

    def members(self, schema: Mapping[str, JSON], path: Path) -> tuple[Field, ...]:
        required = schema.get("required", ())
        found = [
            self._field(each, (*path, name), required=name in required)
            for name, each in schema.get("properties", {}).items()
            if each is not False
        ]
        return tuple(sorted(found, key=lambda each: not each.required))

    def _field(self, schema: Mapping[str, JSON], path: Path, *, required: bool) -> Field:
        full = {**self._schemas.resolved(schema), **schema}
        types = _types(full)
        kind = _kind(full, types - {"null"}, path)
        inner = self.members(full, path) if kind is Kind.GROUP else ()
        sent = full.get("x-send", {}) if isinstance(full.get("x-send"), Mapping) else {}
        least, most = (full.get(name, sent.get(name)) for name in ("minimum", "maximum"))
        choices = tuple(each for each in full.get("enum", ()) if each is not None) if kind is Kind.CHOICE else ()
        if kind is Kind.CHOICE and not choices:
            choices = tuple(each for each in sent.get("enum", ()) if each is not None)
        return Field(
            path=path,
            kind=Kind.JSON if kind is Kind.GROUP and not inner else kind,
            required=required,
            nullable="null" in types,
            about=str(full.get("description", "")),
            words=_words(kind, types - {"null"}, least, most),
            needs=str(full.get("x-needs", "")),
            choices=choices,
            least=least,
            most=most,
            begin=_begin(full, kind, types, choices, least),
            private=full.get("x-privacy") == "secret",
            fields=inner,
        )


def _types(schema: Mapping[str, JSON]) -> frozenset[str]:
    """The JSON types that a schema allows; all of them where it is silent."""
    told = schema.get("type", ())
    types = frozenset([told] if isinstance(told, str) else told)
    if "enum" in schema and None in schema["enum"]:
        types |= {"null"}
    return types or frozenset(_TYPES)


def _kind(schema: Mapping[str, JSON], types: frozenset[str], path: Path) -> Kind:
    if "enum" in schema:
        return Kind.CHOICE
    if len(types) != 1:
        return Kind.JSON
    (only,) = types
    if only == "string":
        return Kind.CHOICE if "enum" in schema.get("x-send", {}) else Kind.TEXT
    if only == "object" and schema.get("properties") and not schema.get("x-opaque") and len(path) < _DEEPEST:
        return Kind.GROUP
    return {"boolean": Kind.TRUTH, "integer": Kind.WHOLE, "number": Kind.NUMBER}.get(only, Kind.JSON)


def _words(kind: Kind, types: frozenset[str], least: float | None, most: float | None) -> str:
    if kind in {Kind.WHOLE, Kind.NUMBER}:
        name = "whole number" if kind is Kind.WHOLE else "number"
        if least is not None and most is not None:
            return f"{name}, {least:g} to {most:g}"
        if least is not None or most is not None:
            return f"{name}, {f'at least {least:g}' if least is not None else f'at most {most:g}'}"
        return name
    if kind is Kind.JSON:
        return " or ".join(each for each in _TYPES if each in types) if len(types) < len(_TYPES) else "any JSON"
    return {Kind.CHOICE: "one of a list", Kind.TRUTH: "yes or no", Kind.GROUP: "object"}.get(kind, "text")


def _begin(
    schema: Mapping[str, JSON], kind: Kind, types: frozenset[str], choices: Sequence[JSON], least: float | None
) -> JSON:
    if schema.get("default") is not None:
        return schema["default"]
    if kind is Kind.CHOICE:
        return choices[0] if choices else None
    if kind in {Kind.WHOLE, Kind.NUMBER}:
        return 0 if least is None else least
    if kind is Kind.JSON:
        return [] if "array" in types and "object" not in types else {}
    return {Kind.TEXT: "", Kind.TRUTH: False, Kind.GROUP: {}}[kind]


def read(text: str) -> tuple[JSON, Broken | None]:
    """What a text holds as JSON, or why it is none. NaN and Infinity are no JSON."""
    try:
        return json.loads(text, parse_constant=_no_constant), None
    except json.JSONDecodeError as error:
        return ABSENT, Broken(line=error.lineno, column=error.colno, reason=_said(error, text))
    except _ConstantError as error:
        found = (each for each in _STRING_OR_CONSTANT.finditer(text) if not each[0].startswith('"'))
        before = text[: next(found).start()]
        column = len(before) - before.rfind("\n")
        reason = f"JSON has no number {error}."
        return ABSENT, Broken(line=before.count("\n") + 1, column=column, reason=reason)
    except (RecursionError, ValueError):
        reason = "it is nested too deeply, or holds a number that is too long."
        return ABSENT, Broken(line=1, column=1, reason=reason, limited=True)


class _ConstantError(ValueError):
    """A number that only Python reads."""


def _no_constant(name: str) -> NoReturn:
    raise _ConstantError(name)


_SAID = {
    "Expecting property name enclosed in double quotes": "a name in double quotes is expected here.",
    "Illegal trailing comma before end of object": "there is a comma too many before the end of the object.",
    "Illegal trailing comma before end of array": "there is a comma too many before the end of the array.",
    "Expecting ',' delimiter": "a comma, or the end of the object or array, is expected here.",
    "Expecting ':' delimiter": "a colon is expected here.",
    "Expecting value": "a value is expected here.",
    "Extra data": "there is more after the end.",
    "Unterminated string starting at": "the text that begins here has no end.",
    "Invalid control character at": "a line break or tab inside a text must be written as \\n or \\t.",
}


def _said(error: json.JSONDecodeError, text: str) -> str:
    if not text.strip():
        return "it is empty."
    return _SAID.get(error.msg, f"{error.msg[:1].lower()}{error.msg[1:]}.")


def value_at(document: JSON, path: Path) -> JSON:
    """What stands at a place, or ABSENT."""
    for name in path:
        if not isinstance(document, dict) or name not in document:
            return ABSENT
        document = document[name]
    return document


def with_value(document: JSON, path: Path, value: JSON) -> dict[str, JSON]:
    """The same document with a value at a place. Members keep their order; objects above are made where they lack."""
    around = dict(document) if isinstance(document, dict) else {}
    name, *rest = path
    around[name] = with_value(around.get(name), tuple(rest), value) if rest else value
    return around


def without(document: JSON, path: Path) -> dict[str, JSON]:
    """The same document without a place, and without the objects above it that hold nothing else."""
    around = dict(document) if isinstance(document, dict) else {}
    name, *rest = path
    if name not in around:
        return around
    inner = without(around[name], tuple(rest)) if rest else {}
    if rest and inner:
        around[name] = inner
    else:
        del around[name]
    return around
