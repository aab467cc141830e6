"""`conformance history`, `show`, `compare` and `accept`: what is done with runs that were kept."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.cli.hiding import hiding
from conformance.cli.settings import current_folder, settle
from conformance.errors import UsageError

if TYPE_CHECKING:
    from conformance.history.compare import Comparison
    from conformance.history.store import History
    from conformance.history.values import Kept

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def list_runs(options: argparse.Namespace) -> int:
    """List the runs that were kept, or mark one as baseline."""
    from conformance.history import told, wording  # noqa: PLC0415 - costly

    if options.limit < 1:
        raise UsageError(f"--limit is {options.limit}; it must be at least 1.")
    with _opened(options) as history:
        if options.baseline is not None:
            run = history.baseline(options.baseline)
            _print([f"{run.id} is the baseline of {run.versions.target} from now on."])
            return 0
        runs = history.list(options.limit, target=_target(options))
    if options.format == "json":
        _print_json([told.run_json(run) for run in runs])
    elif runs:
        _print(wording.list_lines(runs))
    else:
        _print([f"No run{_of(options)} is kept in {history.path}."])
    return 0


def show_run(options: argparse.Namespace) -> int:
    """Show one run, and write reports of it."""
    from conformance.history import told, wording  # noqa: PLC0415 - costly
    from conformance.reports import formats  # noqa: PLC0415 - costly

    reports = [formats.report_of(text) for text in options.report]
    with _opened(options) as history:
        run = history.get(options.run, target=_target(options))
        details = history.details(run)
        if reports:
            _write(history, run, reports)
    if any(path == "-" for _, path in reports):
        return 0
    if options.format == "json":
        _print_json(told.details_json(details))
    else:
        _print(wording.run_lines(details))
    return 0


def compare_runs(options: argparse.Namespace) -> int:
    """Say what changed between two runs. Exit code 1 if something fails that did not."""
    from conformance.history.compare import compare  # noqa: PLC0415 - costly

    with _opened(options) as history:
        after = history.get(options.after, target=_target(options))
        before = _before(history, options, after)
        if before == after:
            raise UsageError(f"{options.before} and {options.after} are the same run, {after.id}. Name another one.")
        comparison = compare(history.details(before), history.details(after))
    _tell(comparison, options.format)
    return 1 if comparison.fails else 0


def accept_finding(options: argparse.Namespace) -> int:
    """Add a finding of a run to the list of known ones."""
    from conformance.history.accepting import Accepting, accept  # noqa: PLC0415 - costly

    hide = hiding(os.environ).text  # a reason is copied into every report
    accepting = Accepting(reason=hide(options.reason), owner=hide(options.owner), until=_day(options.until))
    for name in ("reason", "owner"):
        if not getattr(accepting, name).strip():
            raise UsageError(f"--{name} is empty. Say it in a few words.")
    with _opened(options) as history:
        details = history.details(history.get(options.run, target=_target(options)))
    today = dt.datetime.now(dt.UTC).date()
    path = Path(
        options.file or settle(options, environment=os.environ, folder=current_folder())["known"] or "known.yaml"
    )
    place = accept(path, details, options.finding, accepting, today=today)
    _print([f"{options.finding} is accepted until {accepting.until}, at {place}. Give the file with --known."])
    return 0


def _opened(options: argparse.Namespace) -> History:
    from conformance.history.store import History  # noqa: PLC0415 - costly

    settings = settle(options, environment=os.environ, folder=current_folder())
    return History(Path(settings["history"]), create=False)


def _target(options: argparse.Namespace) -> str | None:
    return options.target.rstrip("/") if options.target is not None else None


def _of(options: argparse.Namespace) -> str:
    return f" of {_target(options)}" if options.target is not None else ""


def _before(history: History, options: argparse.Namespace, after: Kept) -> Kept:
    """The earlier run. `previous` and `baseline` mean those of the later one."""
    name = options.before
    target = _target(options) or after.versions.target
    if name == "previous":
        found = history.before(after)
        if found is None:
            raise UsageError(f"Before {after.id} no run of {after.versions.target} was kept. Name another run.")
        return found
    return history.get(name, target=target)


def _day(text: str) -> dt.date:
    try:
        if _DAY.fullmatch(text):
            return dt.date.fromisoformat(text)
    except ValueError:
        pass
    raise UsageError(f"--until must be a day, not {text!r}. Write it as 2026-12-31.")


def _write(history: History, kept: Kept, reports: Iterable[tuple[str, str]]) -> None:
    from conformance.cli.beside import beside  # noqa: PLC0415 - only for --report
    from conformance.history.compare import compare  # noqa: PLC0415 - the same
    from conformance.history.rebuilding import run_of  # noqa: PLC0415 - the same
    from conformance.reports import formats  # noqa: PLC0415 - the same

    before, run = history.before(kept), run_of(history.document(kept))
    comparison = compare(history.details(before), history.details(kept)) if before is not None else None
    more = beside(history.earlier(kept), comparison)
    for name, path in reports:
        if path == "-":
            sys.stdout.write(formats.report_text(run, name, **more))
        else:
            formats.write_report(run, name, Path(path), environment=os.environ, **more)


def _tell(comparison: Comparison, form: str) -> None:
    from conformance.history import told, wording  # noqa: PLC0415 - costly

    if form == "json":
        _print_json(told.comparison_json(comparison))
    elif form == "markdown":
        sys.stdout.write(told.comparison_markdown(comparison))
    else:
        _print(wording.comparison_lines(comparison))


def _print(lines: Iterable[str]) -> None:
    from conformance.reports.wording import printable  # noqa: PLC0415 - costly

    sys.stdout.write("".join(f"{printable(line).rstrip()}\n" for line in lines))


def _print_json(value: object) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")
