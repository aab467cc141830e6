"""One SQLite file, opened so that several processes may use it at once and a crash loses nothing that was finished."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

from conformance.errors import UsageError
from conformance.history.migrations import bring_up_to_date

_BUSY_SECONDS = 20.0
_AGAIN_SECONDS = 0.02
_OWNER_ONLY = 0o600


def connect(path: Path, *, busy_seconds: float = _BUSY_SECONDS) -> sqlite3.Connection:
    """Open a history, or make one that only its owner may read.

    Args:
        busy_seconds: How long to wait for other processes.

    Raises:
        UsageError: The file cannot be used, is no history, or is one of a newer release.
    """
    with said_plainly(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, _OWNER_ONLY))
        connection = sqlite3.connect(path, timeout=busy_seconds, isolation_level=None)
        try:
            _prepare(connection, path, time.monotonic() + busy_seconds)
        except BaseException:
            connection.close()
            raise
    return connection


def _prepare(connection: sqlite3.Connection, path: Path, deadline: float) -> None:
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA recursive_triggers = ON")  # else REPLACE deletes rows without asking the triggers
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA synchronous = FULL")
    bring_up_to_date(connection, path)
    while connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:  # SQLite does not wait here, whatever the timeout
            if time.monotonic() > deadline:
                raise
            time.sleep(_AGAIN_SECONDS)


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All of the block, or nothing of it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        with contextlib.suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise


@contextlib.contextmanager
def said_plainly(path: Path) -> Iterator[None]:
    """What the system or SQLite says against a file, as one line for people."""
    try:
        yield
    except OSError as error:
        raise UsageError(
            f"The history {path} cannot be used: {error.strerror}. Name another with --history."
        ) from error
    except sqlite3.OperationalError as error:
        raise UsageError(f"The history {path} cannot be used: {error}. Name another with --history.") from error
    except sqlite3.DatabaseError as error:
        raise UsageError(f"{path} is no history of runs: {error}. Name another file with --history.") from error
