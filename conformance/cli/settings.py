"""Where the settings of a run come from: flags win over environment, environment over file."""

from __future__ import annotations

import argparse
import math
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conformance.errors import UnknownName, UsageError

_PREFIX = "CONFORMANCE_"
_LISTS = frozenset({"suite", "tag", "requirement", "agent_id", "from_number", "to_number", "allow", "report", "fault"})
_TYPES: Mapping[str, type] = {
    "target": str,
    "edition": str,
    "environment": str,
    "profile": str,
    "seed": int,
    "api_key_env": str,
    "max_requests": int,
    "max_calls": int,
    "max_time": float,
    "timeout": float,
    "strict": bool,
    "quiet": bool,
    "clean_up": bool,
    "resume": bool,
    "notify": str,
    "save": bool,
    "history": str,
    "known": str,
    "webhook_listen": str,
    "webhook_key_env": str,
    "webhook_timeout": float,
    "webhook_wait": float,
    **dict.fromkeys(_LISTS, list),
}
_DEFAULTS: Mapping[str, Any] = {
    "profile": "standard",
    "seed": 1,
    "api_key_env": "RETELL_API_KEY",
    "max_time": 3600.0,
    "timeout": 30.0,
    "history": ".conformance/history.sqlite3",
}
_AT_LEAST = {
    "max_requests": 1,
    "max_calls": 0,
    "max_time": 0.001,
    "timeout": 0.001,
    "webhook_timeout": 0.001,
    "webhook_wait": 0.001,
}


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What a run was told, from whichever place."""

    values: Mapping[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.values.get(name)


def settle(
    options: argparse.Namespace,
    *,
    environment: Mapping[str, str],
    folder: Path,
    prefix: str = "--",
    target: str | None = "mock",
) -> Settings:
    """Join flags, environment and configuration file.

    Args:
        prefix: What flags begin with, in messages.
        target: The target where none is named.

    Raises:
        UsageError: A value is of the wrong kind or out of range; the message says where it stands.
    """
    values = {**_DEFAULTS, "target": target, **_from_file(folder), **_from_environment(environment)}
    given = {name: value for name, value in vars(options).items() if name in _TYPES and value is not None}
    values.update(given)
    for name, least in _AT_LEAST.items():
        if values.get(name) is not None and not least <= values[name] < math.inf:
            bound = f"at least {least}" if isinstance(least, int) else "more than 0, and finite"
            raise UsageError(f"{_flag(name, prefix)} is {values[name]}; it must be {bound}.")
    return Settings(values=values)


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for variable, text in environment.items():
        name = variable.removeprefix(_PREFIX).lower()
        if variable.startswith(_PREFIX) and name in _TYPES and text:
            found[name] = parsed(name, text, where=variable)
    return found


def parsed(name: str, text: str, *, where: str) -> Any:
    """A setting that was given as text.

    Raises:
        UsageError: The text is none of its kind.
    """
    kind = _TYPES[name]
    if kind is list:
        return [part.strip() for part in text.split(",") if part.strip()]
    if kind is bool:
        if text.lower() not in {"true", "false", "1", "0"}:
            raise UsageError(f"{where}: {text!r} is neither true nor false.")
        return text.lower() in {"true", "1"}
    try:
        return kind(text)
    except ValueError as error:
        raise UsageError(f"{where}: {text!r} is no number.") from error


def _from_file(folder: Path) -> dict[str, Any]:
    yaml_file, toml_file = folder / "conformance.yaml", folder / "pyproject.toml"
    if yaml_file.is_file():
        from conformance.contract.yaml_file import read_yaml  # noqa: PLC0415 - only where there is such a file

        return _checked(read_yaml(yaml_file) or {}, where=str(yaml_file.name))
    if toml_file.is_file():
        try:
            table = tomllib.loads(toml_file.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
            raise UsageError(f"pyproject.toml cannot be read: {error}. Correct it.") from error
        return _checked(table.get("tool", {}).get("conformance", {}), where="pyproject.toml: [tool.conformance]")
    return {}


def _checked(table: Any, *, where: str) -> dict[str, Any]:
    if not isinstance(table, dict):
        raise UsageError(f"{where}: it must hold settings by name.")
    found = {}
    for key, value in table.items():
        name = key.replace("-", "_")
        if name not in _TYPES:
            raise UnknownName("setting", key, [each.replace("_", "-") for each in _TYPES], where=f"{where}: ")
        found[name] = _of_kind(name, value, where=f"{where}: {key}")
    return found


def _of_kind(name: str, value: Any, *, where: str) -> Any:
    kind = _TYPES[name]
    if kind is list:
        items = [value] if isinstance(value, str) else value
        if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
            raise UsageError(f"{where} must be a text or a list of texts, not {value!r}.")
        return items
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if type(value) is not kind:
        words = {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}
        raise UsageError(f"{where} must be {words[kind]}, not {value!r}.")
    return value


def _flag(name: str, prefix: str) -> str:
    return f"{prefix}{name.replace('_', '-')}"


def current_folder() -> Path:
    """The working directory."""
    return Path(os.curdir)
