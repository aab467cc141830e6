"""The detection score: every fault of the mock vendor, and correct servers with many seeds.

Writes docs/SCORE.md and exits with 1 if a fault survives, breaks what it should not, or a correct server is accused.

    python benchmarks/score.py [--clean-seeds 100] [--independent-seeds 20] [--fault NAME …] [--write PATH]
"""

from __future__ import annotations

import argparse
import functools
import importlib
import multiprocessing
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from conformance.contract.contract import Contract, load_contract
from conformance.contract.schemas import editions
from conformance.mockvendor import MockVendor, faults
from conformance.model import Finding, Level, Outcome, Run
from conformance.runs import Options, Runner
from conformance.targets.asgi import AsgiTransport
from conformance.targets.http import HttpTarget

_ROOT = Path(__file__).resolve().parents[1]
_TIMEOUT_SECONDS = 30.0


@dataclass
class FirstFinding:
    """A reporter that notes when the first finding came."""

    began: float = field(default_factory=time.monotonic)
    sent: int = 0
    requests: int | None = None
    seconds: float | None = None

    def started(self, target: str, edition: str, ceiling: int) -> None:
        """Nothing to note yet."""

    def exchanged(self, operation: str, done: int) -> None:
        """Count."""
        del operation
        self.sent = done

    def found(self, finding: Finding) -> None:
        """Note the first one."""
        del finding
        if self.requests is None:
            self.requests, self.seconds = self.sent, time.monotonic() - self.began

    def finished(self, run: Run) -> None:
        """Nothing more to note."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """What became of one fault, or of one run against a correct server."""

    name: str
    breaks: str
    area: str
    failed: tuple[str, ...]
    warned: tuple[str, ...]
    found: bool
    alone: bool
    requests: int | None
    seconds: float | None


@functools.cache
def contract(edition: str = "v2") -> Contract:
    """An edition as it is judged where none was named: growing lists are not held against it."""
    return load_contract(edition, chosen=False)


def judge_fault(name: str) -> Row:
    """Run the standard profile against the mock with one fault, in this process."""
    fault = next(each for each in faults() if each.name == name)
    first = FirstFinding()
    run = run_in_process(MockVendor(edition=fault.edition, faults=[name]), first, seed=1)
    failed, warned = outcomes(run, Outcome.FAILED), outcomes(run, Outcome.WARNED)
    must = fault.level is Level.MUST
    return Row(
        name=name,
        breaks=fault.breaks,
        area=run_area(run, fault.breaks),
        failed=failed,
        warned=warned,
        found=fault.breaks in (failed if must else warned),
        alone=(failed, warned) == (((fault.breaks,), ()) if must else ((), (fault.breaks,))),
        requests=first.requests,
        seconds=first.seconds,
    )


def judge_clean(seed: int) -> Row:
    """Run the standard profile against the clean mock with another seed and another history."""
    run = run_in_process(MockVendor(seed=seed), FirstFinding(), seed=seed)
    failed, warned = outcomes(run, Outcome.FAILED), outcomes(run, Outcome.WARNED)
    return Row(
        name=f"seed {seed}",
        breaks="",
        area="",
        failed=failed,
        warned=warned,
        found=False,
        alone=not failed and not warned,
        requests=run.requests,
        seconds=run.seconds,
    )


def run_in_process(vendor: MockVendor, reporter: FirstFinding, *, seed: int) -> Run:
    """The standard profile against a mock, without a socket."""
    transport = AsgiTransport(vendor.app, timeout_seconds=_TIMEOUT_SECONDS)
    target = HttpTarget("http://mock.localhost", key=vendor.api_key, transport=transport)
    try:
        runner = Runner(
            contract=contract(vendor.edition),
            target=target,
            options=Options(seed=seed),
            reporters=(reporter,),
            pause=lambda _: None,
        )
        return runner.run()
    finally:
        target.close()


def outcomes(run: Run, outcome: Outcome) -> tuple[str, ...]:
    """The ids of the requirements that came out so."""
    return tuple(result.requirement.id for result in run.results if result.outcome is outcome)


def run_area(run: Run, requirement: str) -> str:
    """The area of a requirement."""
    return next((each.requirement.area for each in run.results if each.requirement.id == requirement), "?")


def judge_independent(seed: int) -> Row:
    """Run against the independent correct server of the tests; what it may be warned about is its own business."""
    sys.path.insert(0, str(_ROOT / "tests" / "independent"))
    run: Run = importlib.import_module("score_entry").run_once(contract(), seed)
    failed = outcomes(run, Outcome.FAILED)
    return Row(
        name=f"independent {seed}",
        breaks="",
        area="",
        failed=failed,
        warned=outcomes(run, Outcome.WARNED),
        found=False,
        alone=not failed,
        requests=run.requests,
        seconds=run.seconds,
    )


def in_parallel(judge: Callable[..., Row], arguments: Iterable[object]) -> list[Row]:
    """Judge on two processes, in order."""
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        rows = []
        for row in pool.imap(judge, arguments):
            rows.append(row)
            print(f"  {row.name:<48} {'ok' if row.alone else f'failed {row.failed} warned {row.warned}'}", flush=True)
        return rows


def report(rows: Sequence[Row], clean: Sequence[Row], independent: Sequence[Row]) -> str:
    """The score as Markdown."""
    known = {each.id for edition in editions() for each in contract(edition.id).requirements}
    uncovered = sorted(known - {row.breaks for row in rows})
    lines = [
        "# Detection score",
        "",
        "Measured by `make score`: the standard profile, seed 1, one fault of the mock vendor at a time, in process.",
        "",
        *summary(rows, clean, independent),
        f"- requirements, over all editions, that no fault breaks: {', '.join(uncovered) or 'none'}",
        "",
        "| area | faults | found | requests to the first finding (median) |",
        "| --- | ---: | ---: | ---: |",
    ]
    for area in dict.fromkeys(row.area for row in rows):
        members = [row for row in rows if row.area == area]
        lines.append(f"| {area} | {len(members)} | {sum(row.found for row in members)} | {_median(members)} |")
    lines += ["", "| fault | breaks | found | requests | seconds |", "| --- | --- | --- | ---: | ---: |"]
    for row in rows:
        found = "yes" if row.alone else "yes, with others" if row.found else "**no**"
        lines.append(f"| {row.name} | {row.breaks} | {found} | {row.requests or ''} | {row.seconds or 0:.2f} |")
    return "\n".join(lines) + "\n"


def summary(rows: Sequence[Row], clean: Sequence[Row], independent: Sequence[Row]) -> list[str]:
    """The score in a few lines."""
    return [
        f"- faults found: {sum(row.found for row in rows)} of {len(rows)}",
        f"- faults whose requirement failed, and no other: {sum(row.alone for row in rows)} of {len(rows)}",
        f"- false alarms on the clean mock: {sum(not row.alone for row in clean)} in {len(clean)} seeds",
        f"- false alarms on an independent server: {accused(independent)} in {len(independent)} runs",
        f"- requests to the first finding: median {_median(rows)}",
    ]


def accused(rows: Sequence[Row]) -> int:
    """How many runs accused a correct server."""
    return sum(not row.alone for row in rows)


def _median(rows: Sequence[Row]) -> int:
    numbers = sorted(row.requests for row in rows if row.requests is not None)
    return numbers[len(numbers) // 2] if numbers else 0


def main() -> int:
    """Compute the score."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clean-seeds", type=int, default=100)
    parser.add_argument("--independent-seeds", type=int, default=20)
    parser.add_argument("--fault", action="append")
    parser.add_argument("--write", type=Path, help="write the table here; by default it is only summed up")
    options = parser.parse_args()
    rows = in_parallel(judge_fault, options.fault or [fault.name for fault in faults()])
    clean = in_parallel(judge_clean, range(1, options.clean_seeds + 1))
    independent = in_parallel(judge_independent, range(1, options.independent_seeds + 1))
    if options.write:
        options.write.write_text(report(rows, clean, independent), encoding="utf-8")
    print("\n".join(summary(rows, clean, independent)))
    return 0 if all(row.alone for row in (*rows, *clean, *independent)) else 1


if __name__ == "__main__":
    sys.exit(main())
