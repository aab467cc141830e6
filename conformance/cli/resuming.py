"""`conformance run --resume`: where the journal of a run stands, and which runs may go on from it."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.cli.settings import Settings
from conformance.errors import UsageError

if TYPE_CHECKING:
    from conformance.contract.contract import Contract
    from conformance.runs import Options
    from conformance.runs.journal import Journal

__all__ = ["check_resume", "kept_journal", "say_how_to_go_on"]

DEFAULT_FOLDER = ".conformance"
_OWN = ("profile", "seed", "agents", "from_numbers", "to_numbers", "allow", "calls", "clean_up", "only")
"""What a run sends hangs on these; budgets of requests and time may be others when it goes on."""


def check_resume(settings: Settings) -> None:
    """Whether a run can go on from an earlier one at all.

    Raises:
        UsageError: It cannot, and it was asked to.
    """
    if settings["resume"] and (why := _never(settings)):
        raise UsageError(f"--resume cannot be used here: {why}.")


def _never(settings: Settings) -> str | None:
    """Why such a run has no journal, or None."""
    target = str(settings["target"])
    if target == "mock" or "://" not in target:
        return "what runs in this process begins anew with each run. Give a URL"
    if settings["webhook_listen"]:
        return "webhooks that came are not kept. Leave out --webhook-listen"
    return None


@contextlib.contextmanager
def kept_journal(contract: Contract, settings: Settings, options: Options, key: str) -> Iterator[Journal | None]:
    """The journal of a run that is saved or may be resumed, or None.

    Raises:
        UsageError: It cannot be kept, or another process goes on with the same run.
    """
    if _never(settings) or not (settings["resume"] or settings["save"]):
        yield None
        return
    from conformance.runs.journal import Journal, JournalBusyError  # noqa: PLC0415 - only where one is kept

    folder = Path(settings["history"]).parent if settings["history"] else Path(DEFAULT_FOLDER)
    name = _identity(contract, settings, options)
    try:
        journal = Journal.open(folder, name=name, key=key, resume=bool(settings["resume"]))
    except JournalBusyError as error:
        if settings["resume"]:
            raise UsageError("Another process carries out the same run. Wait until it has ended.") from error
        yield None
        return
    if settings["resume"] and not journal.left and not settings["quiet"]:
        sys.stderr.write("There is no interrupted run to go on with: this one begins anew.\n")
    with contextlib.ExitStack() as stack:
        stack.callback(journal.close, finished=False)
        yield journal


def _identity(contract: Contract, settings: Settings, options: Options) -> str:
    """What two runs have in common of which one may go on from the other."""
    from conformance.reports.json_report import version  # noqa: PLC0415 - costly

    chosen = {each.name: getattr(options, each.name) for each in dataclasses.fields(options) if each.name in _OWN}
    promised = hashlib.sha256(repr((contract.requirements, contract.scenarios)).encode(errors="replace")).hexdigest()
    return repr((version(), settings["target"], contract.edition, chosen, promised))


def say_how_to_go_on(journal: Journal | None, settings: Settings) -> None:
    """One line about a run that was cut short, where another can go on from it."""
    if journal is not None and journal.path.exists() and not settings["quiet"]:
        sys.stderr.write("The same command with --resume goes on from here, within 24 hours.\n")
