"""The form of the file, version by version. A version that was released is never edited: the next one follows it."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from conformance.errors import UsageError

APPLICATION = 0x434F4E46
"""Stands in the head of the file and says whose it is: `CONF`."""
_REFUSED = "BEGIN SELECT RAISE(ABORT, 'runs that were kept do not change'); END"
_TAKEN = "EXISTS (SELECT 1 FROM runs WHERE number = NEW.number)"


def _kept_for_good(table: str) -> tuple[str, ...]:
    return tuple(
        f"CREATE TRIGGER {table}_{event} BEFORE {event} ON {table} {_REFUSED}" for event in ("update", "delete")
    )


def _sealed(table: str) -> tuple[str, ...]:
    """Rows of a run come before the run itself, in one transaction; none comes after it."""
    known = "EXISTS (SELECT 1 FROM runs WHERE number = NEW.run)"
    inserted = f"CREATE TRIGGER {table}_insert BEFORE INSERT ON {table} WHEN {known} {_REFUSED}"
    return (*_kept_for_good(table), inserted)


_FIRST = (
    """CREATE TABLE runs (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        target TEXT NOT NULL,
        address TEXT NOT NULL,
        edition TEXT NOT NULL,
        profile TEXT NOT NULL,
        seed INTEGER NOT NULL,
        contract TEXT NOT NULL,
        suites TEXT NOT NULL,
        harness TEXT NOT NULL,
        started_at TEXT NOT NULL,
        seconds REAL NOT NULL,
        requests INTEGER NOT NULL,
        complete INTEGER NOT NULL,
        stopped TEXT,
        passed INTEGER NOT NULL,
        failed INTEGER NOT NULL,
        warned INTEGER NOT NULL,
        skipped INTEGER NOT NULL,
        errored INTEGER NOT NULL,
        failing INTEGER NOT NULL
    )""",
    "CREATE INDEX runs_of_target ON runs (target, number)",
    f"CREATE TRIGGER runs_insert BEFORE INSERT ON runs WHEN {_TAKEN} {_REFUSED}",
    *_kept_for_good("runs"),
    """CREATE TABLE documents (
        run INTEGER PRIMARY KEY REFERENCES runs (number) DEFERRABLE INITIALLY DEFERRED,
        report TEXT NOT NULL
    )""",
    *_sealed("documents"),
    """CREATE TABLE requirements (
        key INTEGER PRIMARY KEY,
        id TEXT NOT NULL,
        title TEXT NOT NULL,
        clause TEXT NOT NULL,
        UNIQUE (id, title, clause)
    )""",
    *_kept_for_good("requirements"),
    """CREATE TABLE results (
        run INTEGER NOT NULL REFERENCES runs (number) DEFERRABLE INITIALLY DEFERRED,
        requirement INTEGER NOT NULL REFERENCES requirements (key),
        outcome TEXT NOT NULL,
        cases INTEGER NOT NULL,
        reason TEXT,
        PRIMARY KEY (run, requirement)
    ) WITHOUT ROWID""",
    *_sealed("results"),
    """CREATE TABLE identities (
        key INTEGER PRIMARY KEY,
        target TEXT NOT NULL,
        requirement TEXT NOT NULL,
        operation TEXT NOT NULL,
        cause TEXT NOT NULL,
        UNIQUE (target, requirement, operation, cause)
    )""",
    *_kept_for_good("identities"),
    """CREATE TABLE findings (
        run INTEGER NOT NULL REFERENCES runs (number) DEFERRABLE INITIALLY DEFERRED,
        identity INTEGER NOT NULL REFERENCES identities (key),
        part INTEGER NOT NULL,
        outcome TEXT NOT NULL,
        known INTEGER NOT NULL,
        message TEXT NOT NULL,
        PRIMARY KEY (run, identity)
    ) WITHOUT ROWID""",
    "CREATE INDEX findings_of_identity ON findings (identity, run)",
    *_sealed("findings"),
    """CREATE TABLE traffic (
        run INTEGER NOT NULL REFERENCES runs (number) DEFERRABLE INITIALLY DEFERRED,
        operation TEXT NOT NULL,
        requests INTEGER NOT NULL,
        p50 REAL,
        p90 REAL,
        longest REAL,
        PRIMARY KEY (run, operation)
    ) WITHOUT ROWID""",
    *_sealed("traffic"),
)
_SECOND = (
    """CREATE TABLE shapes (
        run INTEGER PRIMARY KEY REFERENCES runs (number) DEFERRABLE INITIALLY DEFERRED,
        fingerprint TEXT NOT NULL
    )""",
    *_sealed("shapes"),
    """CREATE TABLE baselines (
        mark INTEGER PRIMARY KEY,
        run INTEGER NOT NULL REFERENCES runs (number)
    )""",
    *_kept_for_good("baselines"),
)
VERSIONS: Sequence[Sequence[str]] = (_FIRST, _SECOND)
"""What brings a file from each version to the next; the first makes an empty file one of version 1."""


def bring_up_to_date(connection: sqlite3.Connection, path: Path, versions: Sequence[Sequence[str]] = VERSIONS) -> None:
    """Give a file the newest form: all steps in one transaction, or none.

    Raises:
        UsageError: It is not a history, or one of a newer release.
    """
    if _version(connection, path, newest=len(versions)) == len(versions):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        for step in versions[_version(connection, path, newest=len(versions)) :]:
            for statement in step:
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
        connection.execute(f"PRAGMA user_version = {len(versions)}")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _version(connection: sqlite3.Connection, path: Path, *, newest: int) -> int:
    application, version, tables = (
        connection.execute(question).fetchone()[0]
        for question in ("PRAGMA application_id", "PRAGMA user_version", "SELECT count(*) FROM sqlite_master")
    )
    if application != APPLICATION and (application or version or tables):
        raise UsageError(f"{path} is a database, but no history of runs. Name another file with --history.")
    if version > newest:
        raise UsageError(
            f"The history {path} is of a newer release: its form is version {version}, and this one knows"
            f" {newest} at most. Update the harness, or name another file with --history."
        )
    return int(version)
