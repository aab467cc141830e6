"""The terminal report: progress on stderr while it runs, then what holds and what does not on stdout."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any, TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from conformance.model import Finding, Level, Outcome, Result, Run
from conformance.reports.estimate import Estimate
from conformance.reports.plain import finding_lines, outcome_text
from conformance.reports.wording import SYMBOLS, by_area, printable

_STYLES = {
    Outcome.PASSED: "green",
    Outcome.FAILED: "bold red",
    Outcome.WARNED: "yellow",
    Outcome.SKIPPED: "dim",
    Outcome.ERRORED: "bold magenta",
}


class ProgressReporter:
    """A line on a terminal's stderr while the run goes on; silent where there is no terminal."""

    def __init__(self, stream: TextIO) -> None:
        self._console = Console(file=stream, highlight=False)
        self._found = self._done = 0
        self._estimate = Estimate()
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=10),
            TextColumn("{task.fields[told]}"),
            console=self._console,
            transient=True,
            disable=not self._console.is_terminal,
        )
        self._task = self._progress.add_task("starting", total=None, told="")

    def started(self, target: str, edition: str, ceiling: int) -> None:
        """Say what is about to happen, and the ceiling, before the first byte."""
        self._console.print(Text(f"{target} · edition {edition} · at most {ceiling} requests", style="dim"))
        self._progress.start()

    def exchanged(self, operation: str, done: int) -> None:
        """One more request."""
        self._done = done
        self._tell(description=f"{operation:<20}")

    def reached(self, share: float) -> None:
        """So much is done, from 0 to 1."""
        self._estimate.reached(share)
        self._tell(total=1.0, completed=self._estimate.share)

    def found(self, finding: Finding) -> None:
        """One more finding."""
        del finding
        self._found += 1
        self._tell()

    def _tell(self, **changed: Any) -> None:
        requests = "1 request" if self._done == 1 else f"{self._done} requests"
        found = f"{self._found} found" if self._found else ""
        parts = (requests, found, self._estimate.words())
        self._progress.update(self._task, told=" · ".join(filter(None, parts)), **changed)

    def finished(self, run: Run) -> None:
        """Clear the line."""
        del run
        self._progress.stop()

    def close(self) -> None:
        """Clear the line if the run ended early."""
        self._progress.stop()


def show(run: Run, stream: TextIO, *, quiet: bool = False) -> None:
    """Print the report.

    Args:
        quiet: Findings and the summary only.
    """
    terminal = Console(file=stream, highlight=False)
    if terminal.is_terminal:
        _print(terminal, run, quiet=quiet)
        return
    text = io.StringIO()
    _print(Console(file=text, highlight=False, width=terminal.width), run, quiet=quiet)
    stream.write("".join(f"{line.rstrip()}\n" for line in text.getvalue().splitlines()))


def _print(console: Console, run: Run, *, quiet: bool) -> None:
    if not quiet:
        for area, results in by_area(run).items():
            console.print(Text(area, style="bold underline"))
            console.print(_table(results))
            console.print()
    for result in sorted(run.results, key=lambda each: -each.outcome.rank):
        for finding in result.findings:
            _show_finding(console, result, finding)
    for note in run.notes:
        console.print(Text(note, style="bold"))
        console.print()
    for sentence in run.outdated:
        console.print(Text(printable(sentence), style=_STYLES[Outcome.FAILED]))
        console.print()
    _summary(console, run)


def _table(results: Sequence[Result]) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 0), show_header=False, pad_edge=False, expand=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column()
    table.add_column(justify="right", no_wrap=True)
    for index, result in enumerate(results):
        following = results[index + 1].reason if index + 1 < len(results) else None
        table.add_row(*_row(result, reason=result.reason if result.reason != following else None))
    return table


def _row(result: Result, *, reason: str | None) -> tuple[Text, Text, Text, Text]:
    style = _STYLES[result.outcome]
    title = Text(result.requirement.title)
    if result.requirement.level is not Level.MUST:
        title.append(f" ({result.requirement.level})", style="dim")
    if reason:
        title.append(f"\n{reason}", style="dim italic")
    return (
        Text(f"{SYMBOLS[result.outcome]} {result.outcome}", style=style),
        Text(result.requirement.id, style=style),
        title,
        Text(str(result.cases) if result.cases else "", style="dim"),
    )


def _show_finding(console: Console, result: Result, finding: Finding) -> None:
    requirement = result.requirement
    head = Text()
    head.append(f"{outcome_text(finding)} {requirement.id} ", style=_STYLES[finding.outcome])
    head.append(requirement.title, style="bold")
    console.print(head)
    body = Table(box=None, padding=(0, 1, 0, 0), show_header=False, pad_edge=False)
    body.add_column(style="dim", no_wrap=True, min_width=10)
    body.add_column(overflow="fold")
    *lines, (_, repeat) = finding_lines(finding)
    for label, text in lines:
        body.add_row(f"  {label}", Text(text))
    console.print(body)
    console.print(Text(f"  {'repeat':<9}", style="dim"), end="")
    console.print(Text(repeat), soft_wrap=True)
    console.print()


def _known(run: Run, outcome: Outcome) -> str:
    """How many of the requirements that failed did so with known findings alone, if any."""
    known = run.count(Outcome.FAILED) - run.failing()
    return f" ({known} known)" if known and outcome is Outcome.FAILED else ""


def _summary(console: Console, run: Run) -> None:
    line = Text()
    for outcome in (Outcome.PASSED, Outcome.FAILED, Outcome.WARNED, Outcome.SKIPPED, Outcome.ERRORED):
        number = run.count(outcome)
        if number:
            line.append(f"{number} {outcome}{_known(run, outcome)}", style=_STYLES[outcome])
            line.append(" · ")
    requests = "1 request" if run.requests == 1 else f"{run.requests} requests"
    line.append(f"{requests} · {run.seconds:.1f} s · edition {run.edition} · seed {run.seed}")
    console.print(line)
    if run.stopped:
        console.print(Text(f"Not complete: {printable(run.stopped)}.", style="bold magenta"))
