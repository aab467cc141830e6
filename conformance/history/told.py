"""Runs and comparisons as JSON, and comparisons as Markdown."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from conformance.history.compare import Comparison, Exercise, Standing, State
from conformance.history.drift_text import drift_json, drift_markdown
from conformance.history.values import Details, Kept, Seen
from conformance.history.wording import explanation, summary
from conformance.model import JSON


def run_json(run: Kept) -> dict[str, JSON]:
    """A run, its findings aside."""
    versions = run.versions
    return {
        "id": run.id,
        "target": versions.target,
        "address": run.address,
        "edition": versions.edition,
        "profile": versions.profile,
        "seed": versions.seed,
        "contract": versions.contract,
        "suites": versions.suites,
        "harness": versions.harness,
        "started_at": run.started_at,
        "seconds": run.seconds,
        "requests": run.requests,
        "complete": run.complete,
        "stopped": run.stopped,
        "outcomes": {str(outcome): count for outcome, count in run.outcomes.items()},
        "failing": run.failing,
        "baseline": run.baseline,
    }


def details_json(details: Details) -> dict[str, JSON]:
    """A run with its findings and its traffic."""
    return {
        **run_json(details.run),
        "findings": [_seen(each) for each in details.seen.values()],
        "traffic": [asdict(each) for each in details.traffic.values()],
    }


def comparison_json(comparison: Comparison) -> dict[str, JSON]:
    """What changed between two runs."""
    return {
        "format": 1,
        "before": run_json(comparison.before),
        "after": run_json(comparison.after),
        "explanation": explanation(comparison),
        "changes": [asdict(each) for each in comparison.changes],
        "new": _standings(comparison.of(State.NEW)),
        "fixed": _standings(comparison.of(State.FIXED)),
        "still_failing": _standings(comparison.of(State.STILL)),
        "not_exercised": _standings(comparison.of(State.UNEXERCISED)),
        "requirements_lost": _exercises(comparison.lost),
        "requirements_gained": _exercises(comparison.gained),
        "drift": None if comparison.drift is None else drift_json(comparison.drift),
        "traffic": [asdict(each) for each in comparison.traffic],
    }


def _seen(seen: Seen) -> dict[str, JSON]:
    return {
        "finding": seen.handle,
        "requirement": seen.requirement,
        "operation": seen.operation,
        "cause": seen.cause,
        "outcome": str(seen.outcome),
        "message": seen.message,
        "clause": seen.clause,
        "first_seen": seen.first,
        "first_run": seen.first_run,
        "known": seen.known,
    }


def _standings(standings: Sequence[Standing]) -> list[JSON]:
    return [
        {**_seen(each.finding), "was": None if each.was is None else str(each.was), "why": each.why}
        for each in standings
    ]


def _exercises(exercises: Sequence[Exercise]) -> list[JSON]:
    return [
        {
            "requirement": each.judged.requirement,
            "outcome": str(each.judged.outcome),
            "was": None if each.was is None else str(each.was),
            "why": each.why,
        }
        for each in exercises
    ]


_HEADS = {
    State.NEW: "New",
    State.FIXED: "Fixed",
    State.UNEXERCISED: "Not exercised as before",
    State.STILL: "Still failing",
}


def comparison_markdown(comparison: Comparison) -> str:
    """What changed between two runs, for the summary page of a build.

    Whatever an answer can influence stands in a `pre` block with its markup escaped.
    """
    before, after = comparison.before, comparison.after
    mark = "❌" if comparison.fails else "✅"
    parts = [
        f"## {mark} {summary(comparison)}",
        f"<p>{_escaped(before.versions.target)}: {before.id} → {_escaped(after.versions.target)}: {after.id}</p>",
        f"<p>{_escaped(explanation(comparison))}</p>",
    ]
    if comparison.changes:
        rows = [f"{each.what}: {each.before} → {each.after}" for each in comparison.changes]
        parts.append(_pre(rows))
    for state, head in _HEADS.items():
        if comparison.of(state):
            rows = list(_rows(comparison.of(state)))
            parts.append(
                f"<details><summary>{head} ({len(comparison.of(state))})</summary>\n\n{_pre(rows)}\n\n</details>"
            )
    if comparison.drift:
        parts.append(f"### Drift beyond requirements\n\n{drift_markdown(comparison.drift).rstrip()}")
    told = [f"{each.operation}: {'; '.join(each.told)}" for each in comparison.traffic if each.told]
    if told:
        parts.append(_pre(told))
    return "\n\n".join(parts) + "\n"


def _rows(standings: Sequence[Standing]) -> Iterator[str]:
    for standing in standings:
        seen = standing.finding
        yield f"{seen.handle} {seen.outcome}{' (known)' if seen.known else ''}  {seen.operation}: {seen.message}"
        yield f"    clause: {seen.clause}"
        yield f"    first seen {seen.first} ({seen.first_run}){'; ' + standing.why if standing.why else ''}"


def _pre(rows: Sequence[str]) -> str:
    return f"<pre>\n{_escaped(chr(10).join(rows))}\n</pre>"


def _escaped(text: str) -> str:
    shown = "".join(each if each.isprintable() or each == "\n" else f"\\u{ord(each):04x}" for each in text)
    return html.escape(shown)
