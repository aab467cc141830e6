"""What the plugin was told, settled once: flags win over ini settings, these over environment, that over file."""

from __future__ import annotations

import argparse
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from conformance.cli.settings import Settings, parsed, settle
from conformance.errors import ConformanceError, UsageError
from conformance.plugin.options import OPTIONS, Option, in_flags

__all__ = ["FIXTURE", "NOT_OVERRIDDEN", "NO_TARGET", "State", "begin", "header", "state_of"]

FIXTURE = "fixture"
"""The target that conftest.py gives."""
NO_TARGET = "no target: give --conformance-target, or override the fixture conformance_target"
NOT_OVERRIDDEN = f"--conformance-target {FIXTURE}: no conftest.py overrides the fixture conformance_target"
_SUFFIX = ".suite.yaml"
_NODE_ID = re.compile(r"(?:\.\./)*suites/(?P<area>[\w-]+)\.suite\.yaml(?:::(?P<id>.+))?")


@dataclass(frozen=True, kw_only=True)
class State:
    """What was chosen.

    Attributes:
        target: As it was given, or None.
        adds: Whether a test for each requirement is added.
        selectors: Node ids of such tests that were given as arguments: area, and id or None for the whole suite.
        reports: Format and path of each report to write.
    """

    settings: Settings
    target: str | None
    adds: bool
    selectors: tuple[tuple[str, str | None], ...] = ()
    reports: tuple[tuple[str, Path], ...] = ()

    @property
    def strict(self) -> bool:
        """Whether warnings fail."""
        return bool(self.settings["strict"])

    @property
    def suites(self) -> tuple[str, ...]:
        """The names of the suites that were chosen."""
        return tuple(each for each in self.settings["suite"] or () if not each.endswith(_SUFFIX))

    @property
    def files(self) -> tuple[Path, ...]:
        """The files of suites that were chosen, as they were given."""
        return tuple(Path(each) for each in self.settings["suite"] or () if each.endswith(_SUFFIX))


_STATE = pytest.StashKey[State]()


def begin(config: pytest.Config) -> None:
    """Settle what was chosen before anything is collected, and check it.

    Raises:
        pytest.UsageError: Something of it is wrong; the message is one line.
    """
    state = state_of(config)
    if state.adds:
        from conformance.plugin.adding import check_choice  # noqa: PLC0415 - costly

        try:
            check_choice(state)
        except ConformanceError as error:
            raise pytest.UsageError(in_flags(str(error))) from None


def header(config: pytest.Config) -> str | None:
    """One line on what is judged, if there is a target."""
    state = state_of(config)
    if state.target is None:
        return None
    from conformance.contract.contract import DEFAULT_EDITION  # noqa: PLC0415 - only where there is a target

    return f"conformance: target {state.target}, edition {state.settings['edition'] or DEFAULT_EDITION}"


def state_of(config: pytest.Config) -> State:
    """What was chosen, settled when it is first asked for.

    Raises:
        pytest.UsageError: Something of it is wrong.
    """
    if _STATE not in config.stash:
        try:
            config.stash[_STATE] = _settled(config)
        except ConformanceError as error:
            raise pytest.UsageError(in_flags(str(error))) from None
    return config.stash[_STATE]


def _settled(config: pytest.Config) -> State:
    flags, ini = _from_flags(config), _from_ini(config)
    settings = settle(
        argparse.Namespace(**{**ini, **flags}),
        environment=os.environ,
        folder=config.rootpath,
        prefix="--conformance-",
        target=None,
    )
    target: str | None = settings["target"]
    if target is not None:
        _check_target(target)
    selectors = _take_selectors(config) if target is not None else ()
    by_path = config.args_source is config.ArgsSource.ARGS and bool(config.args)
    return State(
        settings=settings,
        target=target,
        adds=target is not None and ("target" in flags or bool(selectors) or not by_path),
        selectors=selectors,
        reports=tuple(_report(text, config) for text in settings["report"] or ()),
    )


def _from_flags(config: pytest.Config) -> dict[str, Any]:
    found = {}
    for option in OPTIONS:
        given = config.getoption(option.key)
        if given is not None:
            found[option.name] = _value(option, given, where=option.flag)
    return found


def _from_ini(config: pytest.Config) -> dict[str, Any]:
    found = {}
    for option in OPTIONS:
        given = config.getini(option.key)
        if given not in ("", None) and given != []:
            found[option.name] = _value(option, given, where=option.key)
    return found


def _value(option: Option, given: Any, *, where: str) -> Any:
    return given if not isinstance(given, str) else parsed(option.name, given, where=where)


def _check_target(target: str) -> None:
    from conformance.targets import check_target  # noqa: PLC0415 - only where there is one

    if target not in {"mock", FIXTURE}:
        check_target(target)


def _report(text: str, config: pytest.Config) -> tuple[str, Path]:
    from conformance.reports.formats import report_of  # noqa: PLC0415 - only where there is one

    name, path = report_of(text)
    if path == "-":
        raise UsageError(f"--conformance-report {text}: pytest writes to stdout itself. Give a file.")
    return name, config.invocation_params.dir / path


def _take_selectors(config: pytest.Config) -> tuple[tuple[str, str | None], ...]:
    """Node ids of the tests that the plugin adds, taken out of the arguments: pytest knows no such files."""
    found, others = [], []
    for argument in config.args:
        match = _NODE_ID.fullmatch(argument)
        if match is None or _is_own(config.invocation_params.dir / argument.partition("::")[0]):
            others.append(argument)
        else:
            found.append((match["area"], match["id"]))
    if found:
        config.args[:] = others
    return tuple(found)


def _is_own(path: Path) -> bool:
    """Whether a file of that name lies there that is none of the suites that ship with the harness."""
    from conformance.contract.files import data_folder  # noqa: PLC0415 - only where there is a target

    return path.exists() and not path.resolve().is_relative_to(data_folder("suites").resolve())
