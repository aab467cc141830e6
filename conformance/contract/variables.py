"""Variables of suite files: where their values come from, and how `$name` is replaced."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, quote_plus

from conformance.contract.yaml_file import Located
from conformance.errors import ContractError, UnknownName, UsageError
from conformance.model import JSON

_SHORTEST_SECRET = 4
_USE = re.compile(r"\$(?:(?P<dollar>\$)|\{(?P<braced>[^{}]*)\}|(?P<bare>[A-Za-z_][A-Za-z0-9_]*))")
_KINDS: Mapping[type, tuple[Callable[[str], JSON], str]] = {
    bool: (lambda text: {"true": True, "false": False}[text.lower()], "true or false"),
    int: (int, "a whole number"),
    float: (float, "a number"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a suite file is read in.

    Attributes:
        variables: The environment variables.
        environment: Which of its `environments` is chosen, or None.
    """

    variables: Mapping[str, str] = field(default_factory=dict)
    environment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Variables:
    """The variables of one file.

    Attributes:
        values: Those that have a value.
        missing: The environment variables that the others wait for.
        secrets: Texts that must not be shown, in every form in which they may be sent.
    """

    values: Mapping[str, JSON] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)
    secrets: frozenset[str] = frozenset()

    @property
    def names(self) -> frozenset[str]:
        """Every variable of the file, whether it has a value or not."""
        return frozenset((*self.values, *self.missing))


def read_variables(document: Located, *, where: str, surroundings: Surroundings) -> Variables:
    """The variables of a file, with the values that its surroundings give them.

    Args:
        where: The file, for messages.

    Raises:
        UsageError: There is no such environment, it sets what is no variable, or a value is of the wrong kind.
    """
    declared: dict[str, JSON] = dict(document.get("variables", {}))
    environments = document.get("environments", {})
    for each in environments.values():
        for name in each:
            if name not in declared:
                raise UnknownName("variable", name, declared, where=f"{where}:{each.line}: ")
    chosen = surroundings.environment
    if chosen is not None and environments:
        if chosen not in environments:
            raise UnknownName("environment", chosen, environments, where=f"{where}:{environments.line}: ")
        declared |= {name: _overridden(declared[name], value) for name, value in environments[chosen].items()}
    return _resolved(declared, where, surroundings.variables)


def _overridden(declared: JSON, value: JSON) -> JSON:
    """A plain value takes the place of the default; what else was said of the variable stays."""
    if isinstance(declared, dict) and not isinstance(value, dict):
        return {**declared, "default": value}
    if isinstance(declared, dict):
        return {**declared, **value}
    return value


def _resolved(declared: Mapping[str, JSON], where: str, environment: Mapping[str, str]) -> Variables:
    values: dict[str, JSON] = {}
    missing: dict[str, str] = {}
    secrets: set[str] = set()
    for name, said in declared.items():
        rule = said if isinstance(said, dict) else {"default": said}
        variable = rule.get("env", "")
        text = environment.get(variable, "") if variable else ""
        if text:
            values[name] = _converted(text, rule, where=f"{where}: ${variable}")
        elif "default" in rule:
            values[name] = rule["default"]
        else:
            missing[name] = variable
        if rule.get("secret") and name in values:
            secrets |= spellings(as_text(values[name]))
    return Variables(values=values, missing=missing, secrets=frozenset(secrets))


def _converted(text: str, rule: Mapping[str, JSON], *, where: str) -> JSON:
    """A text of the environment, as the kind that the default has."""
    convert, words = _KINDS.get(type(rule.get("default")), (None, ""))
    if convert is None:
        return text
    try:
        return convert(text)
    except (ValueError, KeyError) as error:
        shown = "not" if rule.get("secret") else f"{text!r}, not"
        raise UsageError(f"{where} is {shown} {words}, as its default is. Set it again.") from error


def spellings(secret: str) -> frozenset[str]:
    """A secret in every form in which it may be sent; one that is too short to be one is none."""
    forms = {
        secret,
        quote(secret, safe="", errors="replace"),
        quote(secret, errors="replace"),
        quote_plus(secret, errors="replace"),
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
    }
    return frozenset(each for each in forms if len(secret) >= _SHORTEST_SECRET)


def names_in(value: JSON) -> Iterator[str]:
    """The names after `$` in the texts of a value.

    Raises:
        ContractError: There is something in `${…}` that is no name.
    """
    if isinstance(value, str):
        for found in _USE.finditer(value):
            name = found["braced"] if found["braced"] is not None else found["bare"]
            if found["braced"] is not None and not name.isidentifier():
                raise ContractError(f"{found[0]!r} holds no name. Write ${{name}}, or $$ for a dollar.")
            if name is not None:
                yield name
    elif isinstance(value, dict):
        for member in value.values():
            yield from names_in(member)
    elif isinstance(value, list):
        for item in value:
            yield from names_in(item)


def filled(value: JSON, known: Mapping[str, JSON]) -> JSON:
    """A value with every `$name` in its texts replaced; a text that is nothing else becomes what it stands for."""
    if isinstance(value, dict):
        return {key: filled(member, known) for key, member in value.items()}
    if isinstance(value, list):
        return [filled(item, known) for item in value]
    if not isinstance(value, str):
        return value
    alone = _USE.fullmatch(value)
    if alone and not alone["dollar"]:
        return known[alone["braced"] or alone["bare"]]
    return _USE.sub(lambda use: "$" if use["dollar"] else as_text(known[use["braced"] or use["bare"]]), value)


def as_text(value: JSON) -> str:
    """A value inside a text: a text as it is, anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
