"""The runs behind the items: one for each place that gives a target, for exactly what is selected, carried out once."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from conformance.cli.run_command import key_of, opened_target, run_options
from conformance.cli.settings import Settings
from conformance.contract.contract import DEFAULT_EDITION, Contract
from conformance.errors import ConformanceError
from conformance.model import Finding, Run
from conformance.plugin.adding import contract_with, suites_named
from conformance.plugin.items import RequirementItem, group_of
from conformance.plugin.sharing import remember, shared
from conformance.plugin.state import FIXTURE, NOT_OVERRIDDEN, State, state_of

if TYPE_CHECKING:
    from conformance.seams import Inbox, Target

__all__ = ["Held", "Runs", "runs_of"]

_APP = "app:fixture"


@dataclass(frozen=True, kw_only=True)
class Held:
    """A run, or why there is none.

    Attributes:
        error: One line, or "".
    """

    edition: str
    run: Run | None = None
    error: str = ""


class Runs:
    """The runs of one session of pytest, each carried out when it is first asked for."""

    def __init__(self, session: pytest.Session) -> None:
        self._session, self._state = session, state_of(session.config)
        self._held: dict[str, Held] = {}

    def held(self, group: str, target: Any) -> Held:
        """The run of a group of items.

        Args:
            group: Who gives the target: a conftest.py, or "" for the settings.
            target: What the fixture gave, if it is overridden.
        """
        if group not in self._held:
            config = self._session.config
            self._held[group] = held = shared(config, group, lambda: self._carry_out(group, target))
            remember(config, group, held)
        return self._held[group]

    def _carry_out(self, group: str, target: Any) -> Held:
        edition = self._state.settings["edition"] or DEFAULT_EDITION
        if not group and self._state.target == FIXTURE:
            return Held(edition=edition, error=NOT_OVERRIDDEN)
        try:
            run = _carried_out(self._state, self._contract(group), target if group else self._state.target)
            if group and not isinstance(target, str):
                run = self._repeated(run)
            _write_reports(self._state, run)
        except ConformanceError as error:
            return Held(edition=edition, error=_safe(str(error), self._state))
        return Held(edition=run.edition, run=run)

    def _repeated(self, run: Run) -> Run:
        """A run whose findings are repeated with pytest: no other command knows what the fixture gives."""
        settings = self._state.settings
        flags = [
            f"--conformance-{name} {settings[name]}"
            for name, usual in (("edition", None), ("profile", "standard"), ("seed", 1))
            if settings[name] != usual
        ]
        items = {each.requirement.id: each for each in self._session.items if isinstance(each, RequirementItem)}

        def again(finding: Finding) -> Finding:
            item = items.get(finding.requirement.id)
            target = [f"--conformance-target {FIXTURE}"] if item is not None and item.source is None else []
            place = [f"'{item.nodeid}'"] if item is not None else []
            return replace(finding, repeat=" ".join(["pytest", *target, *flags, *place]))

        results = (replace(each, findings=tuple(map(again, each.findings))) for each in run.results)
        return replace(run, results=tuple(results))

    def _contract(self, group: str) -> Contract:
        """The contract with exactly the requirements that are selected."""
        files: dict[Path, None] = {}
        ids: set[str] = set()
        suites: set[str] = set()
        for item in self._session.items:
            if isinstance(item, RequirementItem):
                if item.group != group or item.requirement.judges != "server":
                    continue
                ids.add(item.requirement.id)
                files.update({item.source: None} if item.source else {})
            elif "conformance_results" in getattr(item, "fixturenames", ()) and group_of(item) == group:
                suites.update(suites_named(item) or self._state.suites or ("",))
        contract = contract_with(files, self._state)
        own = {each.id for each in contract.requirements if each.area in suites or "" in suites}
        return contract.narrowed(suites=(), requirements=ids | own)


_RUNS = pytest.StashKey[Runs]()


def runs_of(session: pytest.Session) -> Runs:
    """The runs of a session."""
    if _RUNS not in session.config.stash:
        session.config.stash[_RUNS] = Runs(session)
    return session.config.stash[_RUNS]


def _carried_out(state: State, contract: Contract, target: Any) -> Run:
    from conformance.runs import Runner  # noqa: PLC0415 - costly

    settings = Settings(values={**state.settings.values, "quiet": True})
    with _opened(contract, settings, target) as (opened, keys, inbox, told):
        return Runner(contract=contract, target=opened, options=run_options(told, *keys), inbox=inbox).run()


@contextlib.contextmanager
def _opened(
    contract: Contract, settings: Settings, target: Any
) -> Iterator[tuple[Target, tuple[str, ...], Inbox | None, Settings]]:
    """The target, the keys that must not be shown, where its webhooks come in, and the settings of its run."""
    from conformance.mockvendor import MockVendor  # noqa: PLC0415 - costly
    from conformance.targets import check_target  # noqa: PLC0415 - costly
    from conformance.testing.opening import opened  # noqa: PLC0415 - costly

    told = Settings(values={**settings.values, "target": target if isinstance(target, str) else _APP})
    if isinstance(target, str):
        if target != "mock":
            check_target(target)
        with opened_target(contract, told) as (found, keys, inbox):
            yield found, keys, inbox, told
        return
    key = None if isinstance(target, MockVendor) else key_of(told, _APP)
    with opened(target, key, timeout_s=settings["timeout"]) as given:
        yield given.target, (given.key,), None, told


def _write_reports(state: State, run: Run) -> None:
    from conformance.reports import formats  # noqa: PLC0415 - only where there is one to write

    for name, path in state.reports:
        formats.write_report(run, name, path, environment=os.environ, strict=state.strict)


def _safe(text: str, state: State) -> str:
    from conformance.redact import Redactor  # noqa: PLC0415 - only where something went wrong
    from conformance.reports.wording import printable  # noqa: PLC0415 - the same

    key = os.environ.get(state.settings["api_key_env"], "")
    return printable(Redactor(secrets=frozenset({key} - {""})).text(text))
