"""The items: one for each requirement, under a collector for its suite."""

from __future__ import annotations

import inspect
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from conformance.errors import ConformanceError
from conformance.plugin import ConformanceWarning
from conformance.plugin.options import in_flags
from conformance.plugin.state import NO_TARGET, state_of

if TYPE_CHECKING:
    from conformance.model import Requirement, Result

__all__ = ["RequirementItem", "SuiteFile", "group_of", "own_suite"]


class NotConforming(Exception):
    """A requirement that does not hold; its text is the whole finding."""


class SuiteFile(pytest.Module):
    """A suite: the parent of its requirements. No Python module, but fixtures of that scope belong to it.

    Attributes:
        source: The file, if it is one of people's own; one that ships with the harness is given its requirements.
        tags: Those of its written-out scenarios, by id; `-k` knows them.
    """

    obj = None
    source: Path | None = None
    requirements: Sequence[Requirement] = ()
    tags: Mapping[str, Sequence[str]] = MappingProxyType({})

    def collect(self) -> Iterable[RequirementItem]:
        """One item for each requirement. Raises CollectError with one line if the file is wrong."""
        if self.source is not None:
            from conformance.plugin.adding import requirements_of  # noqa: PLC0415 - costly

            try:
                self.requirements, self.tags = requirements_of(self.source, state_of(self.config))
            except ConformanceError as error:
                raise self.CollectError(in_flags(str(error))) from None
        return [_item(self, requirement) for requirement in self.requirements]


def own_suite(path: Path, parent: pytest.Collector) -> SuiteFile | None:
    """The collector of a suite that does not ship with the harness."""
    from conformance.contract.files import data_folder  # noqa: PLC0415 - only where there is a suite

    if path.resolve().is_relative_to(data_folder("suites").resolve()):
        return None
    suite: SuiteFile = SuiteFile.from_parent(parent, path=path)
    suite.source = path
    return suite


def _needs_nothing() -> None:
    """The target is known from the settings."""


def _needs_target(conformance_target: object) -> None:
    """The target is what people's fixture returns."""


def group_of(node: pytest.Collector | pytest.Item) -> str:
    """Who gives the target there: the file in which the fixture is overridden, or "" if it is not."""
    manager = node.session._fixturemanager  # noqa: SLF001 - pytest has no public way to see which fixtures apply
    seen = manager.getfixturedefs("conformance_target", node) or ()
    return inspect.getfile(seen[-1].func) if len(seen) > 1 else ""


def _item(parent: SuiteFile, requirement: Requirement) -> RequirementItem:
    group = group_of(parent)
    item: RequirementItem = RequirementItem.from_parent(
        parent, name=requirement.id, callobj=_needs_target if group else _needs_nothing
    )
    item.requirement, item.source, item.group = requirement, parent.source, group
    item.add_marker(pytest.mark.conformance)
    item.add_marker(pytest.mark.conformance_suite(name=requirement.area))
    item.extra_keyword_matches.update((*requirement.operations, *parent.tags.get(requirement.id, ())))
    item.tell("requirement", requirement.id)
    item.tell("area", requirement.area)
    item.tell("clause", requirement.clause)
    item.tell("level", str(requirement.level))
    return item


class RequirementItem(pytest.Function):
    """One requirement. The run that judges it happens once, in the setup of the first item.

    Attributes:
        source: The file of its suite, if it is one of people's own.
        group: Who gives the target: a conftest.py, or "" for the settings. Each is read once.
    """

    requirement: Requirement
    source: Path | None
    group: str
    result: Result | None = None

    def tell(self, name: str, value: object) -> None:
        """Put a property into the reports of this item."""
        self.user_properties.append((name, value))

    def setup(self) -> None:
        """Have the result, from the run that all items share."""
        super().setup()
        state = state_of(self.config)
        if self.requirement.judges != "server":
            _skip("receivers promise this: `conformance webhook` judges it")
        if not self.group and state.target is None:
            _skip(NO_TARGET)
        from conformance.plugin.running import runs_of  # noqa: PLC0415 - costly

        held = runs_of(self.session).held(self.group, self.funcargs.get("conformance_target"))
        self.tell("seed", state.settings["seed"])
        self.tell("edition", held.edition)
        if held.run is None:
            self.tell("outcome", "errored")
            pytest.fail(in_flags(held.error), pytrace=False)
        self.result = next((each for each in held.run.results if each.requirement.id == self.requirement.id), None)
        self.tell("outcome", str(self.result.outcome) if self.result else "skipped")
        if self.result is not None and self.result.outcome == "errored":
            reason = self.result.reason or "it could not be judged"
            pytest.fail(in_flags(reason), pytrace=False)

    def runtest(self) -> None:
        """Fail, warn, skip or pass, as the result says."""
        if self.result is None:
            _skip("nothing judged it in this run")
        if self.result.outcome == "skipped":
            _skip(in_flags(self.result.reason or "nothing exercised it"))
        if not self.result.findings:
            return
        from conformance.reports.plain import finding_text  # noqa: PLC0415 - only where there is one

        text = "\n\n".join(finding_text(each) for each in self.result.findings)
        if self.result.outcome == "warned" and not state_of(self.config).strict:
            self.warn(ConformanceWarning(text))
            return
        raise NotConforming(text)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *args: Any, **more: Any) -> Any:
        """The finding, or one line: nothing of the harness' own code."""
        error = excinfo.value
        if not isinstance(error, NotConforming | ConformanceError | ConformanceWarning):
            return super().repr_failure(excinfo, *args, **more)
        shown = excinfo.getrepr(style="value")
        if shown.reprcrash is not None:
            path, line, _ = self.reportinfo()
            shown.reprcrash.path, shown.reprcrash.lineno = os.fspath(path), line + 1
            shown.reprcrash.message = self._short(error)
        return shown

    def _short(self, error: BaseException) -> str:
        if isinstance(error, ConformanceError) or self.result is None:
            return str(error)
        from conformance.plugin.wording import short_text  # noqa: PLC0415 - only where there is one

        return short_text(self.result)

    def reportinfo(self) -> tuple[Path, int, str]:
        """The line of the requirement in its suite."""
        return self.path, max(self.requirement.line - 1, 0), self.name


def _skip(reason: str) -> NoReturn:
    raise pytest.skip.Exception(reason, _use_item_location=True)
