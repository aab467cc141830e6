"""Runs and comparisons as text of at most 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from conformance.history.compare import Comparison, Exercise, Pace, Standing, State
from conformance.history.drift_text import drift_lines
from conformance.history.values import Details, Kept, Seen, Traffic
from conformance.model import Outcome

WIDTH = 80
_TOLD = (Outcome.FAILED, Outcome.WARNED, Outcome.PASSED, Outcome.SKIPPED, Outcome.ERRORED)
_ALIKE = 3
"""So many findings of one requirement and operation are told one by one."""
_HEADS = {
    State.NEW: "New",
    State.FIXED: "Fixed",
    State.STILL: "Still failing",
    State.UNEXERCISED: "Not seen any more, but not exercised as before",
}


def list_lines(runs: Sequence[Kept]) -> Iterator[str]:
    """A table of runs, a line or two for each."""
    yield f"{'run':<15}{'at':<7}{'edition':<11}{'profile':<10}{'failed':>7}{'warned':>8}{'passed':>8}{'skipped':>9}"
    for run in runs:
        counts = run.outcomes
        yield (
            f"{run.id:<15}{run.started_at[11:16]:<7}{run.versions.edition:<11}{run.versions.profile:<10}"
            f"{counts[Outcome.FAILED]:>7}{counts[Outcome.WARNED]:>8}{counts[Outcome.PASSED]:>8}"
            f"{counts[Outcome.SKIPPED]:>9}"
        )
        yield from _wrapped(" · ".join([run.versions.target, *_remarks(run)]), indent="    ")


def _remarks(run: Kept) -> Iterator[str]:
    if run.baseline:
        yield "baseline"
    known = run.outcomes[Outcome.FAILED] - run.failing
    if known:
        yield f"{known} of the failed known"
    if run.outcomes[Outcome.ERRORED]:
        yield f"{run.outcomes[Outcome.ERRORED]} errored"
    if not run.complete:
        yield f"not complete: {run.stopped}"


def run_lines(details: Details) -> Iterator[str]:
    """One run: its circumstances, its findings, its traffic."""
    run = details.run
    yield f"{run.id}  {run.started_at[:10]} {run.started_at[11:19]} UTC"
    yield from _wrapped(_where(run), indent="  ")
    yield f"  contract {run.versions.contract} · suites {run.versions.suites} · harness {run.versions.harness}"
    yield ""
    for seen in sorted(details.seen.values(), key=lambda each: -each.outcome.rank):
        yield from _finding(seen, str(seen.outcome) + (" (known)" if seen.known else ""))
    if details.traffic:
        yield f"{'operation':<26}{'requests':>9}{'p50 ms':>11}{'p90 ms':>11}{'longest ms':>13}"
        for each in details.traffic.values():
            times = "".join(
                f"{_ms(time):>{wide}}" for time, wide in ((each.p50, 11), (each.p90, 11), (each.longest, 13))
            )
            yield f"{each.operation:<26}{each.requests:>9}{times}"
        yield ""
    yield _counts(run)
    for remark in _remarks(run):
        yield from _wrapped(f"{remark[0].upper()}{remark[1:]}.")


def _where(run: Kept) -> str:
    versions = run.versions
    address = f" at {run.address}" if run.address != versions.target else ""
    return (
        f"{versions.target}{address} · edition {versions.edition} · profile {versions.profile} · seed {versions.seed}"
    )


def _counts(run: Kept) -> str:
    told = [f"{run.outcomes[each]} {each}" for each in _TOLD if run.outcomes[each]]
    return " · ".join([*told, f"{run.requests} requests", f"{run.seconds:.1f} s"])


def _finding(seen: Seen, head: str, why: str = "") -> Iterator[str]:
    yield from _wrapped(f"{seen.handle}  {head}", indent="  ", more="    ")
    yield from _wrapped(f"{seen.operation}: {seen.message}", indent="    ")
    if seen.clause:
        yield from _wrapped(f"clause: {seen.clause}", indent="    ", more="      ")
    yield f"    first seen {seen.first} ({seen.first_run})"
    if why:
        yield from _wrapped(why, indent="    ")
    yield ""


def comparison_lines(comparison: Comparison) -> Iterator[str]:
    """What changed, what is the same, and whose doing it may be."""
    before, after = comparison.before, comparison.after
    for label, run in (("before", before), ("after", after)):
        yield from _wrapped(f"{label:<7} {run.id}  {_where(run)}", more="        ")
        yield f"        {_counts(run)}"
    yield ""
    yield from _wrapped(explanation(comparison))
    yield from ([""] if comparison.changes else [])
    for change in comparison.changes:
        yield from _wrapped(f"{change.what}: {change.before} → {change.after}", indent="  ", more="    ")
    yield ""
    for state in (State.NEW, State.FIXED, State.UNEXERCISED, State.STILL):
        yield from _state(state, comparison.of(state))
    if comparison.drift:
        yield f"Drift beyond requirements ({len(comparison.drift)}; ! breaks clients)"
        yield from (f"  {line}" for line in drift_lines(comparison.drift, width=WIDTH - 2))
        yield ""
    yield from _exercises("Requirements no longer exercised", comparison.lost)
    yield from _exercises("Requirements newly exercised", comparison.gained)
    yield from _paces(comparison.traffic)
    yield summary(comparison)


def explanation(comparison: Comparison) -> str:
    """Whose doing a difference can be, in a sentence or two."""
    before, after = comparison.before, comparison.after
    names = [change.what for change in comparison.changes]
    told = []
    if not names:
        told.append("Contract, suites, harness, edition, profile and seed are the same: what differs, the target did.")
    elif names == ["seed"]:
        told.append("Only the seed differs: other values were drawn. All else that differs, the target did.")
    elif names == ["target"]:
        told.append("Two targets, judged alike.")
    else:
        told.append(f"Not only the target may have changed: {', '.join(names)} did too.")
    told += [f"{run.id} is not complete: {run.stopped}." for run in (before, after) if not run.complete]
    return " ".join(told)


def summary(comparison: Comparison) -> str:
    """The last line: how many of each."""
    counts = [f"{len(comparison.of(state))} {state}" for state in (State.NEW, State.FIXED, State.STILL)]
    lost = len(comparison.of(State.UNEXERCISED))
    drifted = len(comparison.drift or ())
    more = [f"{lost} not exercised as before"] * bool(lost) + [f"{drifted} drifted"] * bool(drifted)
    return " · ".join(counts + more)


def _state(state: State, standings: Sequence[Standing]) -> Iterator[str]:
    if not standings:
        return
    yield f"{_HEADS[state]} ({len(standings)})"
    groups: dict[tuple[str, str], list[Standing]] = {}
    for standing in standings:
        groups.setdefault((standing.finding.requirement, standing.finding.operation), []).append(standing)
    for group in groups.values():
        told = group if len(group) <= _ALIKE else group[:1]
        for standing in told:
            yield from _standing(standing, more=len(group) - len(told))


def _standing(standing: Standing, *, more: int) -> Iterator[str]:
    seen = standing.finding
    why = "; ".join([standing.why] * bool(standing.why) + [f"{more} more alike"] * bool(more))
    yield from _finding(seen, str(seen.outcome) + (" (known)" if seen.known else ""), why)


def _exercises(head: str, exercises: Sequence[Exercise]) -> Iterator[str]:
    if not exercises:
        return
    yield f"{head} ({len(exercises)})"
    reasons: dict[str, list[str]] = {}
    for each in exercises:
        reasons.setdefault(each.why or "", []).append(each.judged.requirement)
    for why, names in reasons.items():
        yield from _wrapped(f"{why}: {', '.join(names)}" if why else ", ".join(names), indent="  ", more="    ")
    yield ""


def _paces(paces: Sequence[Pace]) -> Iterator[str]:
    if not paces:
        return
    yield f"{'operation':<26}{'requests':>16}{'p50 ms':>19}{'p90 ms':>19}"
    for pace in paces:
        requests = _pair(_number(pace.before), _number(pace.after))
        times = [
            _pair(_ms(getattr(pace.before, name, None)), _ms(getattr(pace.after, name, None)))
            for name in ("p50", "p90")
        ]
        yield f"{pace.operation:<26}{requests:>16}" + "".join(f"{each:>19}" for each in times)
        for told in pace.told:
            yield f"  ! {told}"
    yield ""


def _pair(one: str, other: str) -> str:
    return f"{one} → {other}"


def _number(traffic: Traffic | None) -> str:
    return str(traffic.requests) if traffic else "-"


def _ms(time: float | None) -> str:
    return "-" if time is None else f"{time:.1f}"


def _wrapped(text: str, *, indent: str = "", more: str | None = None) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent if more is None else more,
        break_on_hyphens=False,
    )
