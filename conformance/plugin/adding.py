"""Which items there are: one for each requirement that was chosen, under its suite."""

from __future__ import annotations

import functools
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from conformance.cli.listening import address_of
from conformance.contract.contract import Contract, Surroundings, load_contract
from conformance.contract.scenarios import OTHER_REQUEST
from conformance.contract.suites import areas
from conformance.errors import ConformanceError, UnknownName
from conformance.plugin.items import SuiteFile, own_suite
from conformance.plugin.state import State, state_of

if TYPE_CHECKING:
    from conformance.model import Requirement

__all__ = ["add_items", "check_choice", "contract_with", "requirements_of", "suites_named"]

_MARKER = "conformance_suite"


@functools.lru_cache(maxsize=4)
def _shipped(edition: str | None) -> Contract:
    return load_contract(edition).judging("server")


def contract_with(files: Iterable[Path], state: State) -> Contract:
    """The contract with suites of people's own, whose variables have the values of the environment that was chosen.

    Raises:
        ContractError: A file is wrong; the message names the line.
    """
    around = Surroundings(variables=os.environ, environment=state.settings["environment"])
    return load_contract(state.settings["edition"], suites=[_shown(path) for path in files], surroundings=around)


def requirements_of(path: Path, state: State) -> tuple[tuple[Requirement, ...], Mapping[str, Sequence[str]]]:
    """The requirements of a suite of people's own, scenarios included, and the tags of those, by id.

    Raises:
        ContractError: The file is wrong; the message names the line.
    """
    contract = contract_with([path], state)
    tags = {each.id: each.tags for each in contract.scenarios}
    wanted = set(state.settings["tag"] or ())
    found = (each for each in contract.requirements if each.id in contract.files)
    return tuple(each for each in found if not wanted or wanted & set(tags.get(each.id, ()))), tags


def _shown(path: Path) -> Path:
    """The path as people would write it from where they stand."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def check_choice(state: State) -> None:
    """Whether all that was chosen exists, before anything is collected.

    Raises:
        UsageError: Something does not.
    """
    from conformance.generate.scenarios import PROFILES  # noqa: PLC0415 - costly

    settings = state.settings
    if settings["profile"] not in PROFILES:
        raise UnknownName("profile", settings["profile"], PROFILES)
    contract = _shipped(settings["edition"])
    for name in settings["allow"] or ():
        if name != OTHER_REQUEST:
            contract.operation(name)
    address_of(settings)
    _chosen(state)
    for path in state.files:
        requirements_of(path, state)


def _chosen(state: State) -> tuple[Requirement, ...]:
    """The requirements of the harness' own suites that were chosen."""
    settings = state.settings
    named = settings["requirement"] or ()
    contract = _shipped(settings["edition"])
    if settings["tag"] or (state.files and not state.suites and not named):
        return ()
    contract = contract.narrowed(suites=state.suites, requirements=named)
    for area, requirement_id in state.selectors:
        known = [each for each in contract.requirements if each.area == area]
        if not known:
            raise UnknownName("suite", area, areas(contract.requirements))
        if requirement_id is not None and requirement_id not in {each.id for each in known}:
            raise UnknownName("requirement", requirement_id, [each.id for each in known])
    return tuple(each for each in contract.requirements if not state.selectors or _is_selected(each, state))


def _is_selected(requirement: Requirement, state: State) -> bool:
    return any(requirement.area == area and name in {None, requirement.id} for area, name in state.selectors)


def add_items(session: pytest.Session, config: pytest.Config, items: list[pytest.Item]) -> None:
    """Add the items of the suites that ship with the harness, and of files that were named in the settings.

    Raises:
        pytest.UsageError: A marker names a suite that there is not.
    """
    state = state_of(config)
    try:
        _check_marks(items, state)
        if state.adds:
            home = _home(session, items)
            for suite in _suites(state, home, config, items):
                made: list[pytest.Item | pytest.Collector] = list(suite.collect())
                report = pytest.CollectReport(suite.nodeid, "passed", None, made)
                config.hook.pytest_collectreport(report=report)
                items.extend(each for each in made if isinstance(each, pytest.Item))
    except (ConformanceError, pytest.Collector.CollectError) as error:
        raise pytest.UsageError(str(error)) from None


def _suites(state: State, home: Any, config: pytest.Config, items: Iterable[pytest.Item]) -> list[SuiteFile]:
    found = []
    for area, members in areas(_chosen(state)).items():
        suite: SuiteFile = SuiteFile.from_parent(home, path=config.rootpath / "suites" / f"{area}.suite.yaml")
        suite.requirements = members
        found.append(suite)
    collected = {item.path for item in items}
    for path in state.files:
        own = own_suite((config.invocation_params.dir / path).resolve(), home)
        if own is not None and own.path not in collected:
            found.append(own)
    return found


def _check_marks(items: Iterable[pytest.Item], state: State) -> None:
    known = areas(_shipped(state.settings["edition"]).requirements)
    own = {name for item in items if _is_own(item) for name in suites_named(item)}
    for item in items:
        for name in suites_named(item):
            if name not in known and name not in own:
                raise UnknownName("suite", name, {*known, *own}, where=f"{item.nodeid}: ")


def _is_own(item: pytest.Item) -> bool:
    return hasattr(item, "requirement")


def suites_named(item: pytest.Item) -> tuple[str, ...]:
    """The suites that the markers of a test name."""
    found: list[str] = []
    for marker in item.iter_markers(_MARKER):
        found += [*marker.args, *marker.kwargs.values()]
    return tuple(found)


def _home(session: pytest.Session, items: Sequence[pytest.Item]) -> Any:
    """The node below which the items stand: that of the conftest.py that overrides the target, or else the session."""
    root = session.config.rootpath
    folders = sorted(_overriding(session.config), key=lambda each: (len(each.parts), str(each)))
    if not folders or not folders[0].is_relative_to(root) or folders[0] == root:
        return session
    known = {node.path: node for item in items for node in item.listchain() if isinstance(node, pytest.Directory)}
    return known.get(folders[0]) or _entered(session, folders[0])


def _overriding(config: pytest.Config) -> list[Path]:
    """The folders of every conftest.py that overrides the target."""
    found = []
    for plugin in config.pluginmanager.get_plugins():
        file = getattr(plugin, "__file__", None)
        if file and Path(file).name == "conftest.py" and hasattr(plugin, "conformance_target"):
            found.append(Path(file).parent)
    return found


def _entered(session: pytest.Session, folder: Path) -> Any:
    """The node of a folder in which nothing was collected. Its files are listed, not imported: its fixtures count."""
    node: Any = session
    root = session.config.rootpath
    for part in (root, *(root / each for each in reversed(folder.relative_to(root).parents[:-1])), folder):
        hook = session.gethookproxy(part)
        node = hook.pytest_collect_directory(path=part, parent=node)
        hook.pytest_make_collect_report(collector=node)
    return node
