"""What `conformance run` does with a run beside reporting it: marks its known findings, and keeps it."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.cli.notify import Changes
from conformance.cli.settings import Settings
from conformance.errors import UsageError

if TYPE_CHECKING:
    from conformance.cli.beside import Beside
    from conformance.contract.contract import Contract
    from conformance.history.compare import Comparison
    from conformance.history.known import Known
    from conformance.history.recorder import TrafficRecorder
    from conformance.history.shapes import ShapeRecorder
    from conformance.history.store import History
    from conformance.history.values import Kept
    from conformance.model import Run
    from conformance.redact import Redactor
    from conformance.seams import Recorder


@dataclass(kw_only=True)
class Keeping:
    """What is known before a run, and what was recorded while it went on.

    Attributes:
        history: None if the run is not to be kept.
        known: The findings that somebody accepted.
        shapes: What the target answers look like; None if the run is not to be kept.
        redactor: Hides what must not be kept.
        earlier: Runs of the same target, the newest first.
        comparison: With the run before; None if there is none.
        problem: Why the run could not be kept.
    """

    contract: Contract
    settings: Settings
    history: History | None
    known: Sequence[Known]
    traffic: TrafficRecorder
    shapes: ShapeRecorder | None = None
    redactor: Redactor | None = None
    earlier: Sequence[Kept] = ()
    comparison: Comparison | None = None
    problem: UsageError | None = None

    def recorders(self, secrets: Sequence[str]) -> Sequence[Recorder]:
        """Who is to be shown each exchange.

        Args:
            secrets: What must not be kept of them.
        """
        if self.history is None:
            return (self.traffic,)
        from conformance.history.shapes import ShapeRecorder  # noqa: PLC0415 - only for --save
        from conformance.redact import Redactor  # noqa: PLC0415 - the same

        hidden = frozenset(secrets) | self.contract.secrets
        self.redactor = Redactor(secrets=hidden, fields=self.contract.schemas.privacy_fields())
        self.shapes = ShapeRecorder(self.contract.schemas, self.redactor)
        return (self.traffic, self.shapes)

    def marked(self, run: Run) -> Run:
        """The same run with its known findings marked."""
        if self.settings["known"] is None:
            return run
        from conformance.history.known import mark_known  # noqa: PLC0415 - only for --known

        asked = {each.operation for each in self.traffic.traffic()}
        return mark_known(run, self.known, profile=self.settings["profile"], asked=asked)

    def keep(self, run: Run) -> None:
        """Keep the run, if that was asked for, and hold it against the one before, if there is one."""
        if self.history is None:
            return
        try:
            self._keep(self.history, run)
        except UsageError as error:  # the reports are written all the same
            self.problem = error

    def _keep(self, history: History, run: Run) -> None:
        from conformance.history.compare import compare  # noqa: PLC0415 - only for --save

        kept = history.get(self._save(history, run))
        self.earlier = history.earlier(kept)
        before = history.before(kept)
        if before is not None:
            self.comparison = compare(history.details(before), history.details(kept))
        if not self.settings["quiet"]:
            sys.stderr.write("".join(f"{line}\n" for line in _said(history, kept, self.comparison)))

    def _save(self, history: History, run: Run) -> str:
        from conformance.history.versions import versions_of  # noqa: PLC0415 - only for --save
        from conformance.reports.json_report import as_json, version  # noqa: PLC0415 - the same

        settings = self.settings
        versions = versions_of(
            self.contract,
            target=self.redactor.text(settings["target"]) if self.redactor else settings["target"],
            profile=settings["profile"],
            seed=settings["seed"],
            harness=version(),
        )
        shapes = self.shapes.as_json() if self.shapes is not None else None
        return history.save(
            run, document=as_json(run), versions=versions, traffic=self.traffic.traffic(), shapes=shapes
        )

    @property
    def changes(self) -> Changes | None:
        """How many findings are new and how many fixed; None if nothing was compared."""
        from conformance.history.compare import State  # noqa: PLC0415 - only for --save

        if self.comparison is None:
            return None
        return Changes(new=len(self.comparison.of(State.NEW)), fixed=len(self.comparison.of(State.FIXED)))

    def beside(self) -> Beside:
        """What reports say of earlier runs."""
        from conformance.cli.beside import beside  # noqa: PLC0415 - only where there are reports

        return beside(self.earlier, self.comparison)


def _said(history: History, kept: Kept, comparison: Comparison | None) -> Iterator[str]:
    from conformance.history.wording import summary  # noqa: PLC0415 - only for --save

    yield f"Kept as {kept.id} in {history.path}."
    if comparison is not None:
        yield f"Compared with {comparison.before.id}: {summary(comparison)}."


@contextlib.contextmanager
def keeping(contract: Contract, settings: Settings) -> Iterator[Keeping]:
    """Open what a run needs beside its target, before anything is sent.

    Raises:
        UsageError: The history or the list of known findings cannot be used.
    """
    from conformance.history.recorder import TrafficRecorder  # noqa: PLC0415 - a run needs much more

    known: Sequence[Known] = ()
    if settings["known"] is not None:
        from conformance.history.known import read_known  # noqa: PLC0415 - only for --known

        known = read_known(Path(settings["known"]))
    with contextlib.ExitStack() as stack:
        history = None
        if settings["save"]:
            from conformance.history.store import History  # noqa: PLC0415 - only for --save

            history = stack.enter_context(History(Path(settings["history"])))
        yield Keeping(contract=contract, settings=settings, history=history, known=known, traffic=TrafficRecorder())
