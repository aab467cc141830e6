"""The widgets of the suite runner, and how they are laid out. What they mean is decided elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files

import ipywidgets

from conformance.contract.contract import Contract
from conformance.generate.scenarios import PROFILES
from conformance.history.values import Kept
from conformance.notebook.look import esc
from conformance.notebook.runner.board import MARKS, Board
from conformance.notebook.runner.choice import SuiteChoice
from conformance.notebook.runner.detail import Detail
from conformance.notebook.runner.matrix import Matrix
from conformance.notebook.runner.plots import latency_plot, outcome_plot
from conformance.notebook.runner.telling import run_label
from conformance.notebook.runner.watching import Latency, Progress
from conformance.reports.html.marks import ORDER, WORDS, area_title

__all__ = ["CSS", "View"]

CSS = files(__package__).joinpath("runner.css").read_text(encoding="utf-8")
_TABS = ("Matrix", "Not exercised", "Compare", "Plots")
_HIGHEST_SEED = 2**31 - 1
_LABELLED = {"description_width": "initial"}
_NO_RUN = '<p class="cx-quiet">Nothing was run yet.</p>'


class View:
    """Every widget of the panel.

    Args:
        target: What people call the target.
        contract: All that may be judged.
    """

    def __init__(self, target: str, contract: Contract) -> None:
        self.head = _html(_head(target, contract.edition))
        self.suites = SuiteChoice(contract.requirements)
        self.profile = ipywidgets.Dropdown(
            options=list(PROFILES), value="standard", description="Profile", style=_LABELLED, layout={"width": "170px"}
        )
        self.seed = ipywidgets.BoundedIntText(
            1, min=0, max=_HIGHEST_SEED, description="Seed", style=_LABELLED, layout={"width": "150px"}
        )
        self.run = _button("Run", "cx-run", "cx-main")
        self.cancel = _button("Cancel", "cx-cancel")
        self.progress = _html("", "cx-progress")
        self.note = _html("", "cx-problem")
        self.totals = _html("", "cx-totals")
        self.matrix = Matrix()
        self.matrix.add_class("cx-matrix")
        self.words = ipywidgets.Text(
            description="Find", placeholder="id, words, operation", style=_LABELLED, layout={"width": "260px"}
        )
        self.words.add_class("cx-by-words")
        self.outcome = _dropdown("Outcome", [("all", ""), *((WORDS[each], str(each)) for each in ORDER)])
        self.area = _dropdown("Area", [("all", "")])
        self.legend = _html(_legend())
        self.detail = Detail()
        self.reasons = _html(_NO_RUN, "cx-reasons")
        self.earlier = _dropdown("Compare with", [("no other run yet", "")], width="100%")
        self.earlier.layout.max_width = "640px"
        self.compared = _html(
            '<p class="cx-quiet">Run twice, or give a history, and two runs are compared here.</p>', "cx-compare"
        )
        self.plots = _html(_NO_RUN, "cx-plots")
        self.tabs = ipywidgets.Tab(
            [
                ipywidgets.VBox([_row(self.words, self.outcome, self.area), self.matrix, self.legend, self.detail.box]),
                self.reasons,
                ipywidgets.VBox([_row(self.earlier), self.compared]),
                self.plots,
            ],
            titles=_TABS,
        )
        self.busy(going=False)

    @property
    def children(self) -> Sequence[ipywidgets.Widget]:
        """From the top down."""
        choices = _row(self.profile, self.seed, self.run, self.cancel)
        status = ipywidgets.VBox([self.progress, self.note, self.totals])
        status.add_class("cx-status")
        return (self.head, self.suites, choices, status, self.tabs)

    def busy(self, *, going: bool) -> None:
        """Whether a run goes on: what can be pressed and changed then."""
        self.run.disabled = going
        self.cancel.disabled = not going
        for each in (self.profile, self.seed, *self.suites.boxes.values()):
            each.disabled = going
        self.matrix.busy = going

    def tell(self, progress: Progress) -> None:
        """How far the run is."""
        self.progress.value = (
            f'<progress max="1" value="{progress.share:.3f}" aria-label="Share of the run that is done"></progress>'
            f"<p>{esc(progress.text)}</p>"
        )

    def lay_out(self, board: Board) -> None:
        """The rows and columns of a board, with what is known of them."""
        self.matrix.lay_out(board.column_values(), board.row_values(), board.states())
        areas = dict.fromkeys(each.requirement.area for each in board.results)
        chosen = self.area.value
        self.area.options = [("all", ""), *((area_title(each), each) for each in areas)]
        self.area.value = chosen if chosen in areas else ""

    def give_reasons(self, text: str, number: int) -> None:
        """What was not exercised."""
        self.reasons.value = text
        self.tabs.titles = (_TABS[0], f"{_TABS[1]} ({number})", *_TABS[2:])

    def plot(self, latencies: Sequence[Latency], runs: Sequence[Kept], own: Sequence[str]) -> None:
        """The figures of the last run, and of all."""
        self.plots.value = latency_plot(latencies) + outcome_plot(runs, own) or _NO_RUN

    def offer(self, runs: Sequence[Kept], own: Sequence[str], shown: str) -> None:
        """The runs that the one that is shown can be compared with, the newest first."""
        others = [each for each in runs[::-1] if each.id != shown]
        options = [(run_label(each, own=each.id in own), each.id) for each in others]
        self.earlier.options = [("choose a run" if options else "no other run yet", ""), *options]


def _html(value: str, *classes: str) -> ipywidgets.HTML:
    made = ipywidgets.HTML(value)
    for each in classes:
        made.add_class(each)
    return made


def _button(label: str, *classes: str) -> ipywidgets.Button:
    made = ipywidgets.Button(description=label)
    for each in classes:
        made.add_class(each)
    return made


def _dropdown(label: str, options: Sequence[tuple[str, str]], width: str = "200px") -> ipywidgets.Dropdown:
    made = ipywidgets.Dropdown(options=options, value="", description=label, style=_LABELLED, layout={"width": width})
    made.add_class(f"cx-by-{label.split(maxsplit=1)[0].lower()}")
    return made


def _row(*children: ipywidgets.Widget) -> ipywidgets.HBox:
    made = ipywidgets.HBox(children)
    made.add_class("cx-row")
    return made


def _head(target: str, edition: str) -> str:
    return (
        f'<div class="cx-title"><h3>Suite runner</h3><span class="cx-quiet">{esc(target)} · edition {esc(edition)}'
        "</span></div>"
    )


def _legend() -> str:
    marks = "".join(
        f'<li class="cx-{each["key"] or "waiting"}"><b>{each["sign"]}</b> {each["word"]}</li>' for each in MARKS
    )
    more = "<li><b>○</b> judged with others, nothing found here</li><li>empty: not its concern</li>"
    return f'<ul class="cx-legend" aria-label="Legend">{marks}{more}</ul>'
