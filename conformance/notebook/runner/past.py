"""The runs of a panel and those of a history beside each other, so that any two can be compared.

They are kept as `conformance run --save` keeps them, in a file that is gone with the panel. A history is copied into
it and never written to.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Sequence
from pathlib import Path

from conformance.contract.contract import Contract
from conformance.errors import UnknownName, UsageError
from conformance.history.compare import Comparison, compare
from conformance.history.recorder import TrafficRecorder
from conformance.history.shapes import ShapeRecorder
from conformance.history.store import History
from conformance.history.values import Kept
from conformance.history.versions import versions_of
from conformance.model import Run
from conformance.redact import Redactor
from conformance.reports.json_report import as_json, version
from conformance.seams import Recorder

__all__ = ["Keeper", "Past", "opened_past"]

_MOST = 200


class Past:
    """Runs that were kept, in the order in which they were.

    Args:
        history: A file that `conformance run --save` wrote; None for none.

    Raises:
        UsageError: There is no such file, or it is no history.
    """

    def __init__(self, history: Path | str | None = None) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="conformance-", ignore_cleanup_errors=True)
        self._path = Path(self._folder.name) / "runs.sqlite"
        self.own: list[str] = []
        try:
            if history is not None:
                _copy(Path(history), self._path)
            self._check(history)
        except BaseException:
            self.close()
            raise

    def _check(self, history: Path | str | None) -> None:
        """Raises UsageError: it is no history."""
        try:
            with History(self._path):
                pass
        except UsageError as error:
            raise UsageError(str(error).replace(str(self._path), str(history or self._path))) from error

    def close(self) -> None:
        """Forget them. May be called twice."""
        self._folder.cleanup()

    def runs(self) -> tuple[Kept, ...]:
        """All of them, the oldest first."""
        with History(self._path) as history:
            return history.list(_MOST)[::-1]

    def keep(self, run: Run, keeper: Keeper) -> Kept:
        """Keep a run of this panel."""
        with History(self._path) as history:
            name = history.save(
                run,
                document=as_json(run),
                versions=versions_of(
                    keeper.contract, target=keeper.target, profile=keeper.profile, seed=run.seed, harness=version()
                ),
                traffic=keeper.traffic.traffic(),
                shapes=keeper.shapes.as_json(),
            )
            self.own.append(name)
            return history.get(name)

    def before(self, name: str) -> Kept | None:
        """The run that another one is best compared with; None if nothing like it was kept before."""
        with History(self._path) as history:
            return history.before(history.get(name))

    def compare(self, before: str, after: str) -> Comparison:
        """What changed from one run to another, by their ids.

        Raises:
            UnknownName: There is no such run.
            UsageError: They are the same.
        """
        known = {each.id: each for each in self.runs()}
        for name in (before, after):
            if name not in known:
                raise UnknownName("run", name, known, otherwise="The panel lists those that there are.")
        if before == after:
            raise UsageError(f"{before} is the run that is shown. Choose another one to compare it with.")
        with History(self._path) as history:
            return compare(history.details(known[before]), history.details(known[after]))


def opened_past(history: Path | str | None) -> tuple[Past, str]:
    """The runs that there are, and why those of the history are not among them."""
    try:
        return Past(history), ""
    except UsageError as error:
        return Past(), str(error)


class Keeper:
    """What must be recorded while a run goes on, so that it can be compared.

    Args:
        contract: Holding the requirements that are judged, and no others.
        target: What the user called it.
        redactor: Hides what must not be kept.
    """

    def __init__(self, contract: Contract, *, target: str, profile: str, redactor: Redactor) -> None:
        self.contract, self.target, self.profile = contract, target, profile
        self.traffic = TrafficRecorder()
        self.shapes = ShapeRecorder(contract.schemas, redactor.knowing(contract.secrets))

    @property
    def recorders(self) -> Sequence[Recorder]:
        """Who is to be shown each exchange."""
        return (self.traffic, self.shapes)


def _copy(source: Path, to: Path) -> None:
    """A history as it is now, even if somebody writes to it meanwhile."""
    if not source.is_file():
        raise UsageError(f"No run is kept in {source}. `conformance run TARGET --save` keeps one.")
    reading = writing = None
    try:
        reading = sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)
        writing = sqlite3.connect(to)
        reading.backup(writing)
    except sqlite3.Error as error:
        raise UsageError(
            f"{source} cannot be read as a history: {error}. Name a file of `conformance run --save`."
        ) from error
    finally:
        for each in (reading, writing):
            if each is not None:
                each.close()
    to.chmod(0o600)
