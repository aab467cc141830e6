"""Suites run against a target from a notebook: the whole of it, as one value to use and to look at."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conformance.errors import ConformanceError, UnknownName, UsageError
from conformance.history.compare import Comparison
from conformance.model import Run
from conformance.notebook.display import bundle
from conformance.notebook.parts import Job, Panel
from conformance.notebook.runner.board import Board
from conformance.notebook.runner.opening import Subject, said_in_python
from conformance.notebook.runner.past import Keeper, opened_past
from conformance.notebook.runner.telling import note, reasons_html, totals_html, totals_text
from conformance.notebook.runner.watching import Progress, Times, Watch

if TYPE_CHECKING:
    from conformance.notebook.runner.view import View

__all__ = ["SuiteRunner"]

_CLOSING_S = 5.0


class SuiteRunner(Panel):
    """Runs suites against a target, shows how far it is and what was found, and compares runs.

        with SuiteRunner(target="mock", faults=["limit-ignored"]) as runner:
            runner.start()
            runner.wait()
            runner.run

    Args:
        target: `mock`, a URL, `app:module:attribute`, an ASGI or WSGI application, or a `MockVendor`.
        edition: Which edition; the newest by default.
        key: The API key. On this machine a placeholder does.
        faults: Faults of the mock; with `mock` only.
        history: A file of `conformance run --save`, whose runs can be compared with. It is never written to.
        allow: Operations that may have effects outside this machine.
        agents: Ids of agents to use.
        from_numbers: Numbers to call from.
        to_numbers: Numbers that may be dialled.
        timeout_s: Seconds to wait for an answer.
        webhooks: Whether the webhooks of the mock are judged too.

    Attributes:
        run: The last run, cut short or not; None before.
        runs: The runs of this panel, the oldest first.
        selected: Requirement and operation of the cell that is shown; None if there is none. After a run it is that of
            the gravest finding, unless one was chosen before.
        suites: The widget with the names of suites as `value`; none means all.
        profile: The widget with `smoke`, `standard` or `deep`.
        seed: The widget with the seed.

    Raises:
        UnknownName: There is no such edition.
    """

    title = "Suite runner"

    def __init__(
        self,
        target: Any = "mock",
        *,
        edition: str | None = None,
        key: str | None = None,
        faults: Sequence[str] = (),
        history: Path | str | None = None,
        allow: Sequence[str] = (),
        agents: Sequence[str] = (),
        from_numbers: Sequence[str] = (),
        to_numbers: Sequence[str] = (),
        timeout_s: float = 30.0,
        webhooks: bool = False,
    ) -> None:
        options = {
            "allow": allow,
            "agents": agents,
            "from_numbers": from_numbers,
            "to_numbers": to_numbers,
            "timeout_s": timeout_s,
        }
        self._subject = Subject(target, edition=edition, key=key, faults=faults, webhooks=webhooks, options=options)
        self._board = Board(self._subject.contract)
        self._job = Job("suite-runner", self._broken)
        self._past, problem = opened_past(history)
        self._problems = [each for each in (problem, self._subject.problem) if each]
        self._profile = ""
        self.run: Run | None = None
        self.runs: list[Run] = []
        super().__init__()
        self._closing(self._past.close)
        self._closing(self._subject.close)
        self._closing(self._end)

    def _build(self) -> None:
        from conformance.notebook.runner.view import CSS, View  # noqa: PLC0415 - only where there are widgets

        self._view: View = View(self._subject.name, self._subject.contract)
        view = self._view
        self._closing(view.detail.close)
        self.suites, self.profile, self.seed = view.suites, view.profile, view.seed
        self.root.add_class("cx-suite-runner")
        self.root.children = (self._style(CSS), *view.children)
        view.run.on_click(lambda _: self.start())
        view.cancel.on_click(lambda _: self.cancel())
        for each in (view.words, view.outcome, view.area):
            each.observe(lambda _: self._filter(), "value")
        view.matrix.observe(lambda _: self._show_cell(), "selected")
        view.earlier.observe(lambda change: self._compare_chosen(change["new"]), "value")
        view.lay_out(self._board)
        self._show_cell()
        self._show_past("")
        view.note.value = "".join(note(each, "warned") for each in self._problems)

    # What notebooks and tests call

    def start(self) -> bool:
        """Begin a run with what is chosen, unless one goes on; whether it began. It goes on in the background."""
        self._need_widgets()
        if self.closed:
            raise UsageError("The suite runner is closed. Make another one.")
        if self._job.running:
            return False
        self._view.note.value = self._view.totals.value = ""
        self._view.busy(going=True)
        return self._job.start(self._work)

    def cancel(self) -> None:
        """End the run between two requests. What is known until then is kept."""
        if self._job.running:
            self._view.cancel.disabled = True
            self._job.cancel()

    def wait(self, timeout_s: float = 300.0) -> bool:
        """Wait until nothing goes on; whether that is so."""
        return self._job.wait(timeout_s)

    @property
    def mock(self) -> Any:
        """The mock vendor of the last run, which is open until the next one; None if the target is another."""
        return self._subject.vendor

    @property
    def selected(self) -> tuple[str, str] | None:
        """Requirement and operation of the cell that is shown; the operation is "" for a whole row."""
        self._need_widgets()
        requirement, operation = self._view.matrix.selected
        return (requirement, operation) if requirement else None

    def select(self, requirement: str, operation: str = "") -> None:
        """Show a cell, or without an operation a whole row.

        Raises:
            UnknownName: There is no such requirement, or no column of that operation.
        """
        self._need_widgets()
        self._board.result(requirement)
        columns = [each.name for each in self._board.columns()]
        if operation and operation not in columns:
            raise UnknownName("operation", operation, columns, otherwise="The matrix names them.")
        self._view.matrix.selected = [requirement, operation]

    def compare(self, earlier: int | str) -> Comparison:
        """Compare the last run with an earlier one, and show what changed.

        Args:
            earlier: The index of a run in `runs`, or the id of a run of this panel or of the history.

        Raises:
            UnknownName: There is no such run.
            UsageError: Nothing was run yet, or both are the same.
        """
        self._need_widgets()
        if not self._past.own:
            raise UsageError("Nothing was run yet, so there is nothing to compare. Press Run first.")
        comparison = self._past.compare(self._id_of(earlier), self._past.own[-1])
        view = self._view
        view.compared.value = said_in_python(bundle(comparison)["text/html"])
        view.earlier.value = comparison.before.id
        return comparison

    def _id_of(self, earlier: int | str) -> str:
        if isinstance(earlier, str):
            return earlier
        try:
            return self._past.own[earlier]
        except IndexError:
            raise UnknownName("run", str(earlier), map(str, range(len(self.runs)))) from None

    # The run, in a thread of its own

    def _work(self) -> None:
        view, suites, before = self._view, tuple(self.suites.value), self._board
        profile, seed = str(self.profile.value), int(self.seed.value)
        try:
            contract = self._subject.narrowed(suites)
            board, times = Board(contract), Times()
            self._begin(board)
            keeper = Keeper(contract, target=self._subject.name, profile=profile, redactor=self._subject.redactor)
            watch = Watch(board, self._progressed)
            run = self._subject.run(
                suites=suites,
                profile=profile,
                seed=seed,
                reporters=(watch,),
                recorders=(*keeper.recorders, times),
                stop=lambda: "cancelled" if self._job.cancelled else None,
            )
            board.finish(run)
            self.run = run
            self.runs.append(run)
            kept = self._past.keep(run, keeper)
            self._profile = profile
            self._show_run(run)
            view.plot(times.latencies(contract.operations), self._past.runs(), self._past.own)
            self._show_past(kept.id)
        except Exception as error:  # noqa: BLE001 - told in the panel; nobody sees what a thread raises
            self._broken(error)
            self._go_back(before)
        finally:
            view.progress.value = ""
            view.busy(going=False)

    def _begin(self, board: Board) -> None:
        self._board = board
        view = self._view
        if view.matrix.selected[0] not in {each.requirement.id for each in board.results}:
            view.matrix.selected = ["", ""]
        view.lay_out(board)
        self._filter()
        self._show_cell()

    def _progressed(self, progress: Progress, changed: Sequence[str]) -> None:
        view = self._view
        view.tell(progress)
        if changed:
            view.matrix.states = {**view.matrix.states, **self._board.states(changed)}

    def _go_back(self, board: Board) -> None:
        """To what was known before a run that did not come about."""
        self._begin(board)
        if board.run is not None:
            self._show_run(board.run)

    def _show_run(self, run: Run) -> None:
        view = self._view
        view.lay_out(self._board)
        self._filter()
        view.totals.value = f'<div role="status">{totals_html(run, self._profile)}</div>'
        reasons = self._board.reasons()
        view.give_reasons(reasons_html(reasons), sum(map(len, reasons.values())))
        gravest = self._board.gravest()
        if self.selected is None and gravest is not None:
            self.select(gravest.requirement.id, gravest.operation)
        else:
            self._show_cell()

    def _broken(self, error: Exception) -> None:
        """Say why there is no run. The panel can be used again at once."""
        told = str(error) if isinstance(error, ConformanceError) else f"{type(error).__name__}: {error}"
        self._view.note.value = note(self._subject.redactor.text(said_in_python(told)))

    # What is shown of it

    def _filter(self) -> None:
        view = self._view
        chosen = {"outcome": view.outcome.value, "area": view.area.value, "words": view.words.value}
        view.matrix.shown = self._board.shown(**chosen) if any(chosen.values()) else None

    def _show_cell(self) -> None:
        view, open_ = self._view, self._subject.vendor is not None
        view.detail.show(self._board, *view.matrix.selected, mock=open_)

    def _show_past(self, shown: str) -> None:
        """Offer the runs that there are, and compare with the one that is most like the one that is shown."""
        runs, own = self._past.runs(), self._past.own
        self._view.offer(runs, own, shown)
        before = self._past.before(shown) if shown else None
        if before is not None:
            self._compare_chosen(before.id)

    def _compare_chosen(self, name: str) -> None:
        if not name:
            return
        try:
            self.compare(name)
        except ConformanceError as error:
            self._view.compared.value = note(str(error), "warned")

    def _static(self) -> str:
        return bundle(self.run)["text/html"] if self.run is not None else super()._static()

    def _end(self) -> None:
        self._job.cancel()
        self._job.wait(_CLOSING_S)

    def __repr__(self) -> str:
        told = totals_text(self.run) if self.run is not None else "nothing was run yet"
        return f"Suite runner for {self._subject.name}, edition {self._subject.contract.edition}: {told}."
