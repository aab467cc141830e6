"""A run and all that belongs to it, written as rows. The run itself comes last: what has no run yet is not there."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass

from conformance.history.identity import causes
from conformance.history.values import Traffic, Versions
from conformance.model import JSON, Outcome, Run

_ALIKE = re.compile(r"; \d+ more alike: .*", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What is kept of one run.

    Attributes:
        run: Already redacted.
        document: The same as the JSON report says it.
        shapes: The fingerprint of what was answered, as JSON.
    """

    run: Run
    document: Mapping[str, JSON]
    versions: Versions
    traffic: Sequence[Traffic] = ()
    shapes: JSON = None


def write(connection: sqlite3.Connection, record: Record) -> str:
    """Write the rows of a run inside a transaction, and give its id."""
    number = connection.execute("SELECT coalesce(max(number), 0) + 1 FROM runs").fetchone()[0]
    connection.execute("INSERT INTO documents VALUES (?, ?)", (number, _text(record.document)))
    connection.executemany("INSERT INTO results VALUES (?, ?, ?, ?, ?)", _results(connection, number, record.run))
    connection.executemany("INSERT INTO findings VALUES (?, ?, ?, ?, ?, ?)", _findings(connection, number, record))
    rows = [(number, *astuple(each)) for each in record.traffic]
    connection.executemany("INSERT INTO traffic VALUES (?, ?, ?, ?, ?, ?)", rows)
    if record.shapes is not None:
        connection.execute("INSERT INTO shapes VALUES (?, ?)", (number, _text(record.shapes)))
    return _run(connection, number, record)


def _text(value: JSON) -> str:
    """JSON in which halves of characters, which no file can hold, are spelled out."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.encode(errors="backslashreplace").decode()


def _run(connection: sqlite3.Connection, number: int, record: Record) -> str:
    run, versions = record.run, record.versions
    name = _name(connection, run.started_at[:10])
    values = {
        "number": number,
        "id": name,
        "target": versions.target,
        "address": run.target,
        "edition": versions.edition,
        "profile": versions.profile,
        "seed": versions.seed,
        "contract": versions.contract,
        "suites": versions.suites,
        "harness": versions.harness,
        "started_at": run.started_at,
        "seconds": run.seconds,
        "requests": run.requests,
        "complete": int(run.complete),
        "stopped": run.stopped,
        **{str(outcome): run.count(outcome) for outcome in Outcome},
        "failing": run.failing(),
    }
    names, places = ", ".join(values), ", ".join("?" * len(values))
    statement = f"INSERT INTO runs ({names}) VALUES ({places})"  # noqa: S608 - our own names, listed above
    connection.execute(statement, tuple(values.values()))
    return name


def _name(connection: sqlite3.Connection, day: str) -> str:
    """The day and the next number of it. Whoever calls holds the lock, so nobody else takes the same."""
    taken = connection.execute("SELECT count(*) FROM runs WHERE id GLOB ?", (f"{day}.*",)).fetchone()[0]
    return f"{day}.{taken + 1}"


def _results(connection: sqlite3.Connection, number: int, run: Run) -> Iterable[tuple[object, ...]]:
    for result in run.results:
        requirement = result.requirement
        fields = (requirement.id, requirement.title, requirement.clause)
        key = _key(connection, "requirements", ("id", "title", "clause"), fields)
        yield number, key, str(result.outcome), result.cases, result.reason


def _findings(connection: sqlite3.Connection, number: int, record: Record) -> list[tuple[object, ...]]:
    """A row for each cause; of several findings of one cause the gravest tells."""
    names = ("target", "requirement", "operation", "cause")
    rows: dict[int, tuple[int, Outcome, bool, str]] = {}
    for part, finding in enumerate(finding for result in record.run.results for finding in result.findings):
        for cause in causes(finding):
            fields = (record.versions.target, finding.requirement.id, finding.operation, cause)
            key = _key(connection, "identities", names, fields)
            message = _ALIKE.sub("", finding.mismatch.message)
            text = message if cause == causes(finding)[0] else f"{message}; alike: {cause}"
            outcome, known = finding.outcome, finding.known is not None
            if key not in rows or (outcome.rank, not known) > (rows[key][1].rank, not rows[key][2]):
                rows[key] = (part, outcome, known, text)
    return [(number, key, part, str(outcome), int(known), text) for key, (part, outcome, known, text) in rows.items()]


def _key(connection: sqlite3.Connection, table: str, names: Sequence[str], fields: Sequence[str]) -> int:
    """The key of a row that many runs share; the row is made if it is new."""
    where = " AND ".join(f"{name} = ?" for name in names)
    found = connection.execute(f"SELECT key FROM {table} WHERE {where}", fields).fetchone()  # noqa: S608 - our own names
    if found is None:
        into = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"  # noqa: S608 - our names
        return int(connection.execute(into, fields).lastrowid or 0)
    return int(found[0])
