"""The detection score: every fault of the mock vendor and the mock receiver, and correct ones with many seeds.

Writes docs/SCORE.md and exits with 1 if a fault survives, breaks what it should not, or a correct one is accused.

    python benchmarks/score.py [--clean-seeds 100] [--webhook-seeds 20] [--independent-seeds 20] [--fault NAME …]
        [--write PATH]
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
from conformance.mockreceiver import MockReceiver
from conformance.mockreceiver import faults as receiver_faults
from conformance.mockvendor import MockFault, MockVendor, faults
from conformance.model import Finding, Level, Outcome, Run
from conformance.runs import Options, ReceiverOptions, ReceiverRunner, Runner
from conformance.seams import Inbox
from conformance.targets.asgi import AsgiTransport
from conformance.targets.http import HttpTarget
from conformance.webhooks import ListeningInbox

_ROOT = Path(__file__).resolve().parents[1]
_TIMEOUT_SECONDS = 30.0
_IMPATIENT_MS = 3_000
_WEBHOOK_TIMEOUT_MS = 5_000
_CALLS_AND_WEBHOOKS = ("first-look", "smallest", "webhooks")
RECEIVER_KEY = "key_mock_0123456789abcdef"


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


def judge_fault(name: str, calls: int = 150) -> Row:
    """Run the standard profile against the mock with one fault, in this process.

    Args:
        calls: How many calls its account begins with.
    """
    fault = next(each for each in faults() if each.name == name)
    first = FirstFinding()
    if fault.in_webhooks:
        run = run_listening(name, edition=fault.edition, reporter=first, seed=1)
    else:
        run = run_in_process(MockVendor(edition=fault.edition, faults=[name], calls=calls), first, seed=1)
    return fault_row(name, fault.breaks, fault.level, run, first)


def judge_receiver_fault(name: str) -> Row:
    """Run the standard profile against the mock receiver with one fault, in this process."""
    fault = next(each for each in receiver_faults() if each.name == name)
    first = FirstFinding()
    run = run_against_receiver(MockReceiver(RECEIVER_KEY, faults=[name]), first, seed=1)
    return fault_row(name, fault.breaks, fault.level, run, first)


def fault_row(name: str, breaks: str, level: Level, run: Run, first: FirstFinding) -> Row:
    """What became of a fault."""
    failed, warned = outcomes(run, Outcome.FAILED), outcomes(run, Outcome.WARNED)
    must = level is Level.MUST
    return Row(
        name=name,
        breaks=breaks,
        area=run_area(run, breaks),
        failed=failed,
        warned=warned,
        found=breaks in (failed if must else warned),
        alone=(failed, warned) == (((breaks,), ()) if must else ((), (breaks,))),
        requests=first.requests,
        seconds=first.seconds,
    )


def judge_clean(seed: int) -> Row:
    """Run the standard profile against the clean mock with another seed and another history."""
    return clean_row(f"seed {seed}", run_in_process(MockVendor(seed=seed), FirstFinding(), seed=seed))


def judge_clean_webhooks(seed: int) -> Row:
    """Listen to the webhooks of the clean mock, whose receiver is slow and fails at times."""
    return clean_row(f"webhooks {seed}", run_listening(None, edition="v2", reporter=FirstFinding(), seed=seed))


def judge_clean_receiver(seed: int) -> Row:
    """Run the standard profile against the clean mock receiver."""
    run = run_against_receiver(MockReceiver(RECEIVER_KEY), FirstFinding(), seed=seed)
    return clean_row(f"receiver {seed}", run)


def clean_row(name: str, run: Run) -> Row:
    """What became of a run against a correct one."""
    failed, warned = outcomes(run, Outcome.FAILED), outcomes(run, Outcome.WARNED)
    return Row(
        name=name,
        breaks="",
        area="",
        failed=failed,
        warned=warned,
        found=False,
        alone=not failed and not warned,
        requests=run.requests,
        seconds=run.seconds,
    )


def run_in_process(
    vendor: MockVendor,
    reporter: FirstFinding,
    *,
    seed: int,
    inbox: Inbox | None = None,
    only: Sequence[str] = (),
) -> Run:
    """The standard profile against a mock, without a socket."""
    transport = AsgiTransport(vendor.app, timeout_seconds=_TIMEOUT_SECONDS)
    target = HttpTarget("http://mock.localhost", key=vendor.api_key, transport=transport)
    try:
        runner = Runner(
            contract=contract(vendor.edition),
            target=target,
            options=Options(seed=seed, only=only),
            inbox=inbox,
            reporters=(reporter,),
            pause=lambda _: None,
        )
        return runner.run()
    finally:
        target.close()


def run_listening(fault: str | MockFault | None, *, edition: str, reporter: FirstFinding, seed: int) -> Run:
    """The scenarios that webhooks come of, against a mock that sends them over loopback, twice as impatient."""
    faults = [fault] if fault else []
    with ListeningInbox(RECEIVER_KEY, timeout_ms=_WEBHOOK_TIMEOUT_MS, wait_s=15.0, patience_s=5.5) as inbox:
        vendor = MockVendor(
            edition=edition,
            faults=faults,
            seed=seed,
            api_key=RECEIVER_KEY,
            webhook_url=inbox.url,
            webhook_timeout_ms=_WEBHOOK_TIMEOUT_MS,
            webhook_retry_ms=100,
            pace=0.02,
        ).start_sending()
        try:
            return run_in_process(vendor, reporter, seed=seed, inbox=inbox, only=_CALLS_AND_WEBHOOKS)
        finally:
            vendor.stop()


def run_against_receiver(receiver: MockReceiver, reporter: FirstFinding, *, seed: int) -> Run:
    """The standard profile against a receiver, without a socket."""
    transport = AsgiTransport(receiver.app, timeout_seconds=_IMPATIENT_MS / 1000)
    target = HttpTarget(
        "http://receiver.localhost", key=RECEIVER_KEY, timeout_seconds=_IMPATIENT_MS / 1000, transport=transport
    )
    try:
        return ReceiverRunner(
            contract=contract(),
            target=target,
            options=ReceiverOptions(key=RECEIVER_KEY, seed=seed, timeout_ms=_IMPATIENT_MS),
            reporters=(reporter,),
            pause=lambda _: None,
        ).run()
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


@dataclass(frozen=True, kw_only=True)
class Score:
    """Every fault, and every run against a correct server or receiver."""

    rows: Sequence[Row]
    receiver_rows: Sequence[Row]
    clean: Sequence[Row]
    webhooks: Sequence[Row]
    receivers: Sequence[Row]
    independent: Sequence[Row]

    @property
    def faults(self) -> Sequence[Row]:
        """Those of servers, then those of receivers."""
        return (*self.rows, *self.receiver_rows)

    @property
    def perfect(self) -> bool:
        """Whether every fault was found alone, and nobody accused."""
        runs = (*self.clean, *self.webhooks, *self.receivers, *self.independent)
        return all(row.alone for row in (*self.faults, *runs))


def report(score: Score) -> str:
    """The score as Markdown."""
    rows = score.faults
    known = {each.id for edition in editions() for each in contract(edition.id).requirements}
    uncovered = sorted(known - {row.breaks for row in rows})
    lines = [
        "# Detection score",
        "",
        "Measured by `make score`: the standard profile, seed 1, one fault of the mock vendor or the mock receiver",
        "at a time, in process; webhooks over loopback, with a receiver that is slow and fails at times.",
        "",
        *summary(score),
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


def summary(score: Score) -> list[str]:
    """The score in a few lines."""
    rows = score.faults
    return [
        f"- faults found: {sum(row.found for row in rows)} of {len(rows)}",
        f"- faults whose requirement failed, and no other: {sum(row.alone for row in rows)} of {len(rows)}",
        f"- of these, faults of receivers of webhooks: {len(score.receiver_rows)}",
        f"- false alarms on the clean mock: {accused(score.clean)} in {len(score.clean)} seeds",
        f"- false alarms on the webhooks of the clean mock: {accused(score.webhooks)} in {len(score.webhooks)} seeds",
        f"- false alarms on the clean receiver: {accused(score.receivers)} in {len(score.receivers)} seeds",
        f"- false alarms on an independent server: {accused(score.independent)} in {len(score.independent)} runs",
        f"- requests to the first finding: median {_median(rows)}",
    ]


def chosen(names: Sequence[str], wanted: Sequence[str] | None) -> list[str]:
    """The names that were asked for; all if none was."""
    return [name for name in names if not wanted or name in wanted]


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
    parser.add_argument("--webhook-seeds", type=int, default=20)
    parser.add_argument("--independent-seeds", type=int, default=20)
    parser.add_argument("--fault", action="append")
    parser.add_argument("--write", type=Path, help="write the table here; by default it is only summed up")
    options = parser.parse_args()
    score = Score(
        rows=in_parallel(judge_fault, chosen([each.name for each in faults()], options.fault)),
        receiver_rows=in_parallel(
            judge_receiver_fault, chosen([each.name for each in receiver_faults()], options.fault)
        ),
        clean=in_parallel(judge_clean, range(1, options.clean_seeds + 1)),
        webhooks=in_parallel(judge_clean_webhooks, range(1, options.webhook_seeds + 1)),
        receivers=in_parallel(judge_clean_receiver, range(1, options.webhook_seeds + 1)),
        independent=in_parallel(judge_independent, range(1, options.independent_seeds + 1)),
    )
    if options.write:
        options.write.write_text(report(score), encoding="utf-8")
    print("\n".join(summary(score)))
    return 0 if score.perfect else 1


if __name__ == "__main__":
    sys.exit(main())
