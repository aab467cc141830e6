"""What is shown of the cell that is selected: its findings with the commands that repeat them, or why there is none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import ipywidgets

from conformance.model import Finding
from conformance.notebook.display import bundle
from conformance.notebook.parts.copying import Copy
from conformance.notebook.runner.board import Board
from conformance.notebook.runner.telling import quiet_cell
from conformance.reports.html.escape import word_count

__all__ = ["detail", "discard"]

_MOST = 5
_HINT = (
    '<p class="cx-quiet">Choose a cell to see what was found there: click it, or move with the arrow keys and press'
    " Enter.</p>"
)
_MOCK = (
    '<span class="cx-quiet">The mock of this run answers it until the next run; its key is'
    " <code>mock.api_key</code> of this panel.</span>"
)


def detail(board: Board, requirement: str, operation: str, *, mock: bool) -> Sequence[ipywidgets.Widget]:
    """The widgets for one cell, or for a row if no operation is named.

    Args:
        mock: Whether a mock of the panel is open, so that commands can be tried at once.
    """
    if not requirement:
        return (ipywidgets.HTML(_HINT),)
    findings = board.findings(requirement, operation)
    if not findings:
        result, cell = board.result(requirement), board.cells(requirement).get(operation)
        return (ipywidgets.HTML(quiet_cell(result, operation, cell, waiting=board.run is None)),)
    shown = [widget for finding in findings[:_MOST] for widget in _of(finding, mock=mock)]
    more = len(findings) - _MOST
    if more > 0:
        told = f"{word_count(more, 'more finding')} of this requirement. Choose an operation to see those alone."
        shown.append(ipywidgets.HTML(f'<p class="cx-quiet">{told}</p>'))
    return tuple(shown)


def discard(widgets: Sequence[ipywidgets.Widget]) -> None:
    """Let go of widgets that are shown no more, with all that stands in them."""
    for widget in widgets:
        discard(getattr(widget, "children", ()))
        widget.close()


def _of(finding: Finding, *, mock: bool) -> Iterator[ipywidgets.Widget]:
    label = "Copy curl" if finding.repeat.startswith("curl") else "Copy command"
    row = ipywidgets.HBox([Copy(label=label, text=finding.repeat), ipywidgets.HTML(_MOCK if mock else "")])
    row.add_class("cx-row")
    yield from (ipywidgets.HTML(bundle(finding)["text/html"]), row)
