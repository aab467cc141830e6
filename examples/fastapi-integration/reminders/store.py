"""What is known of each call, in a file of SQLite."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

STEPS = ("call_started", "call_ended", "call_analyzed")

_TABLE = """
CREATE TABLE IF NOT EXISTS calls (
    call_id TEXT PRIMARY KEY,
    step INTEGER NOT NULL,
    call TEXT NOT NULL
)
"""
# Webhooks come twice, and in another order than they were sent: what is known never goes back a step.
_KEEP = """
INSERT INTO calls VALUES (?, ?, ?)
ON CONFLICT DO UPDATE SET step = excluded.step, call = excluded.call WHERE excluded.step >= calls.step
"""


class Store:
    """Calls by their id."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._open() as database:
            database.execute(_TABLE)

    def keep(self, event: str, call: dict[str, Any]) -> None:
        """Remember what a webhook told; a copy of it, or an older one, changes nothing."""
        with self._open() as database:
            # ASCII only: JSON may hold half a surrogate pair, and no database takes that as text.
            database.execute(_KEEP, (json.dumps(call["call_id"]), STEPS.index(event), json.dumps(call)))

    def call(self, call_id: str) -> dict[str, Any] | None:
        """The newest picture of a call, or None."""
        with self._open() as database:
            row = database.execute("SELECT call FROM calls WHERE call_id = ?", (json.dumps(call_id),)).fetchone()
        return None if row is None else dict(json.loads(row[0]))

    def count(self) -> int:
        """How many calls are known."""
        with self._open() as database:
            return int(database.execute("SELECT count(*) FROM calls").fetchone()[0])

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with contextlib.closing(sqlite3.connect(self._path, timeout=5)) as database, database:
            yield database
