"""Rows read back as values."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping

from conformance.history.identity import handle
from conformance.history.values import Details, Judged, Kept, Seen, Traffic, Versions
from conformance.model import Outcome

_NAMES = (
    "number",
    "id",
    "target",
    "address",
    "edition",
    "profile",
    "seed",
    "contract",
    "suites",
    "harness",
    "started_at",
    "seconds",
    "requests",
    "complete",
    "stopped",
    "failing",
    *Outcome,
)
_MARKED = (
    "number = (SELECT run FROM baselines JOIN runs AS other ON other.number = run"
    " WHERE other.target = runs.target ORDER BY mark DESC LIMIT 1)"
)
COLUMNS = f"{', '.join(_NAMES)}, {_MARKED} AS baseline"
"""What is selected of a run, for `kept`."""


def kept(row: tuple[object, ...]) -> Kept:
    """A run from the columns named above."""
    value: Mapping[str, object] = dict(zip((*map(str, _NAMES), "baseline"), row, strict=True))
    text = {name: str(each) for name, each in value.items()}
    return Kept(
        number=int(text["number"]),
        id=text["id"],
        versions=Versions(
            target=text["target"],
            edition=text["edition"],
            profile=text["profile"],
            seed=int(text["seed"]),
            contract=text["contract"],
            suites=text["suites"],
            harness=text["harness"],
        ),
        started_at=text["started_at"],
        seconds=float(text["seconds"]),
        requests=int(text["requests"]),
        complete=value["complete"] == 1,
        stopped=None if value["stopped"] is None else text["stopped"],
        address=text["address"],
        outcomes={outcome: int(text[outcome]) for outcome in Outcome},
        failing=int(text["failing"]),
        baseline=value["baseline"] == 1,
    )


def details(connection: sqlite3.Connection, run: Kept) -> Details:
    """Everything of a run that a comparison needs, its report aside."""
    judged = {
        row[0]: Judged(
            requirement=row[0], title=row[1], clause=row[2], outcome=Outcome(row[3]), cases=row[4], reason=row[5]
        )
        for row in connection.execute(
            "SELECT id, title, clause, outcome, cases, reason FROM results"
            " JOIN requirements ON key = requirement WHERE run = ? ORDER BY key",
            (run.number,),
        )
    }
    shapes = connection.execute("SELECT fingerprint FROM shapes WHERE run = ?", (run.number,)).fetchone()
    return Details(
        run=run,
        judged=judged,
        seen=_seen(connection, run, judged),
        traffic=_traffic(connection, run),
        shapes=json.loads(shapes[0]) if shapes else None,
    )


def _seen(connection: sqlite3.Connection, run: Kept, judged: Mapping[str, Judged]) -> dict[int, Seen]:
    runs = {row[0]: row[1:] for row in connection.execute("SELECT number, id, started_at FROM runs")}
    rows = connection.execute(
        "SELECT identity, requirement, operation, cause, part, outcome, known, message,"
        " (SELECT min(run) FROM findings AS every WHERE every.identity = findings.identity)"
        " FROM findings JOIN identities ON key = identity WHERE run = ? ORDER BY requirement, operation, cause",
        (run.number,),
    )
    return {
        key: Seen(
            key=key,
            handle=handle(requirement, operation, cause),
            requirement=requirement,
            operation=operation,
            cause=cause,
            outcome=Outcome(outcome),
            message=message,
            clause=judged[requirement].clause if requirement in judged else "",
            first=runs[first][1][:10],
            first_run=runs[first][0],
            first_number=first,
            part=part,
            known=bool(known),
        )
        for key, requirement, operation, cause, part, outcome, known, message, first in rows
    }


def _traffic(connection: sqlite3.Connection, run: Kept) -> dict[str, Traffic]:
    rows = connection.execute(
        "SELECT operation, requests, p50, p90, longest FROM traffic WHERE run = ? ORDER BY operation", (run.number,)
    )
    return {
        operation: Traffic(operation=operation, requests=requests, p50=p50, p90=p90, longest=longest)
        for operation, requests, p50, p90, longest in rows
    }
