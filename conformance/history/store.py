"""Runs that were kept: saved, listed, found by name, marked as baseline. Nothing of them is ever changed."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Self

from conformance.errors import UsageError
from conformance.history.connection import connect, said_plainly, transaction
from conformance.history.reading import COLUMNS, details, kept
from conformance.history.values import Details, Kept, Traffic, Versions
from conformance.history.writing import Record, write
from conformance.model import JSON, Run

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
NAMES = ("last", "previous", "baseline")
"""What can be said instead of an id; a day means its last run."""


class History:
    """The history of runs in one file; to be closed, or used as a context manager.

    Args:
        path: Made if it is not there, readable by its owner alone.
        create: False if it must be there.

    Raises:
        UsageError: The file cannot be used, is no history, or is one of a newer release.
    """

    def __init__(self, path: Path, *, create: bool = True) -> None:
        if not create and not path.is_file():
            raise UsageError(f"No run is kept in {path}. `conformance run TARGET --save` keeps one.")
        self.path = path
        self._connection: sqlite3.Connection = connect(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file. May be called twice."""
        self._connection.close()

    def save(
        self,
        run: Run,
        *,
        document: Mapping[str, JSON],
        versions: Versions,
        traffic: Sequence[Traffic] = (),
        shapes: JSON = None,
    ) -> str:
        """Keep a run, whole or not at all, and give its id.

        Args:
            run: Already redacted.
            document: The same as the JSON report says it.
            shapes: The fingerprint of what was answered, as JSON.

        Raises:
            UsageError: The file cannot be written.
        """
        record = Record(run=run, document=document, versions=versions, traffic=traffic, shapes=shapes)
        with said_plainly(self.path), transaction(self._connection):
            return write(self._connection, record)

    def list(self, limit: int = 20, *, target: str | None = None) -> tuple[Kept, ...]:
        """The runs that were kept last, the newest first."""
        where, values = ("WHERE target = ?", (target,)) if target is not None else ("", ())
        return self._kept(f"{where} ORDER BY number DESC LIMIT ?", *values, limit)

    def get(self, name: str, *, target: str | None = None) -> Kept:
        """A run by its id, as `last`, `previous` or `baseline`, or by a day, which means the last of that day.

        Args:
            target: Only runs of this one; the last run says of which there is a `previous` one or a `baseline`.

        Raises:
            UsageError: There is none.
        """
        if name in NAMES:
            return self._called(name, target)
        of_target, values = ("AND target = ?", (target,)) if target is not None else ("", ())
        if _DAY.fullmatch(name):
            found = self._kept(f"WHERE id GLOB ? {of_target} ORDER BY number DESC LIMIT 1", f"{name}.*", *values)
        else:
            found = self._kept("WHERE id = ?", name)
        if not found:
            raise UsageError(self._no_such(name))
        return found[0]

    def earlier(self, run: Kept, limit: int = 30) -> tuple[Kept, ...]:
        """The runs of the same target that were kept before, the newest first."""
        values = (run.versions.target, run.number, limit)
        return self._kept("WHERE target = ? AND number < ? ORDER BY number DESC LIMIT ?", *values)

    def before(self, run: Kept) -> Kept | None:
        """The run of the same target and edition that was kept before, to compare with.

        The last one that is complete and of the same profile, if there is one; else the last complete one, else the
        last. So a night that was cut short, or one look more, makes nothing look new.
        """
        values = (run.versions.target, run.versions.edition, run.number, run.versions.profile)
        found = self._kept(
            "WHERE target = ? AND edition = ? AND number < ?"
            " ORDER BY complete AND profile = ? DESC, complete DESC, number DESC LIMIT 1",
            *values,
        )
        return found[0] if found else None

    def baseline(self, name: str) -> Kept:
        """Let later runs of the same target be compared with this one. Raises UsageError: there is no such run."""
        run = self.get(name)
        with said_plainly(self.path), transaction(self._connection):
            self._connection.execute("INSERT INTO baselines (run) VALUES (?)", (run.number,))
        return self.get(run.id)

    def document(self, run: Kept) -> dict[str, JSON]:
        """The JSON report of a run, as it was when it was kept."""
        with said_plainly(self.path):
            row = self._connection.execute("SELECT report FROM documents WHERE run = ?", (run.number,)).fetchone()
        found: dict[str, JSON] = json.loads(row[0])
        return found

    def details(self, run: Kept) -> Details:
        """A run with what is needed to compare it."""
        with said_plainly(self.path):
            return details(self._connection, run)

    def _kept(self, rest: str, *values: object) -> tuple[Kept, ...]:
        with said_plainly(self.path):
            rows = self._connection.execute(f"SELECT {COLUMNS} FROM runs {rest}", values)  # noqa: S608 - values are bound
            return tuple(kept(row) for row in rows)

    def _called(self, name: str, target: str | None) -> Kept:
        newest = self.list(1, target=target)
        if not newest:
            of = f" of {target}" if target is not None else ""
            raise UsageError(f"No run{of} is kept in {self.path}. `conformance run TARGET --save` keeps one.")
        last = newest[0]
        if name == "last":
            return last
        if name == "previous":
            found = self.before(last)
            if found is None:
                raise UsageError(f"Before {last.id} no run of {last.versions.target} was kept.")
            return found
        marked = self._kept(
            "WHERE target = ? AND number IN (SELECT run FROM baselines) ORDER BY"
            " (SELECT max(mark) FROM baselines WHERE run = runs.number) DESC LIMIT 1",
            last.versions.target,
        )
        if not marked:
            raise UsageError(
                f"No run of {last.versions.target} is marked as baseline."
                " `conformance history --baseline RUN` marks one."
            )
        return marked[0]

    def _no_such(self, name: str) -> str:
        known = [*NAMES, *(each.id for each in self.list(1000))]
        close = get_close_matches(name, known, n=1, cutoff=0.6)
        hint = f"Did you mean {close[0]!r}?" if close else "`conformance history` lists them."
        return f"There is no run {name!r} in {self.path}. {hint}"
