"""What is shown of the cell that is selected: its findings with the commands that repeat them, or why there is none."""

from __future__ import annotations

import ipywidgets

from conformance.model import Finding
from conformance.notebook.display import bundle
from conformance.notebook.parts.copying import Copy
from conformance.notebook.parts.panel import close_tree
from conformance.notebook.runner.board import Board
from conformance.notebook.runner.telling import quiet_cell
from conformance.reports.html.escape import word_count

__all__ = ["Detail"]

_MOST = 5
_HINT = (
    '<p class="cx-quiet">Choose a cell to see what was found there: click it, or move with the arrow keys and press'
    " Enter.</p>"
)
_MOCK = (
    '<span class="cx-quiet">The mock of this run answers it until the next run; its key is'
    " <code>mock.api_key</code> of this panel.</span>"
)


class Detail:
    """The box below the matrix. Its widgets are made once and said anew: a frontend takes time to begin a new one.

    Attributes:
        box: What is shown.
    """

    def __init__(self) -> None:
        self.box = ipywidgets.VBox()
        self.box.add_class("cx-detail")
        self._told, self._more = ipywidgets.HTML(), ipywidgets.HTML()
        self._rows: list[_Row] = []

    def show(self, board: Board, requirement: str, operation: str, *, mock: bool) -> None:
        """Show one cell, or a row if no operation is named.

        Args:
            mock: Whether a mock of the panel is open, so that commands can be tried at once.
        """
        findings = board.findings(requirement, operation) if requirement else ()
        if not findings:
            self._told.value = _quiet(board, requirement, operation)
            self.box.children = (self._told,)
            return
        shown = findings[:_MOST]
        self._rows += [_Row() for _ in range(len(shown) - len(self._rows))]
        rows = self._rows[: len(shown)]
        for row, finding in zip(rows, shown, strict=True):
            row.show(finding, mock=mock)
        more = len(findings) - len(shown)
        told = f"{word_count(more, 'more finding')} of this requirement. Choose an operation to see those alone."
        self._more.value = f'<p class="cx-quiet">{told}</p>'
        self.box.children = (*(widget for row in rows for widget in row.widgets), *([self._more] if more else []))

    def close(self) -> None:
        """Take all of it away, with what is not shown now."""
        self.box.children = (self._told, self._more, *(widget for row in self._rows for widget in row.widgets))
        close_tree(self.box)


class _Row:
    """A finding, and the command that repeats it."""

    def __init__(self) -> None:
        self._text, self._copy, self._beside = ipywidgets.HTML(), Copy(), ipywidgets.HTML()
        row = ipywidgets.HBox([self._copy, self._beside])
        row.add_class("cx-row")
        self.widgets = (self._text, row)

    def show(self, finding: Finding, *, mock: bool) -> None:
        self._text.value = bundle(finding)["text/html"]
        self._copy.label = "Copy curl" if finding.repeat.startswith("curl") else "Copy command"
        self._copy.text = finding.repeat
        self._beside.value = _MOCK if mock else ""


def _quiet(board: Board, requirement: str, operation: str) -> str:
    """What is said where there is no finding."""
    if not requirement:
        return _HINT
    result, cell = board.result(requirement), board.cells(requirement).get(operation)
    return quiet_cell(result, operation, cell, waiting=board.run is None)
