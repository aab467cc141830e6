"""The grid of requirements by operation, as a widget: arrow keys, areas that fold, one cell that is selected."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import anywidget
import traitlets

from conformance.notebook.runner.board import MARKS

__all__ = ["Matrix"]

_HERE = files(__package__)


class Matrix(anywidget.AnyWidget):
    """Rows and columns are drawn when `rows` changes; cells are painted when `states` does.

    Attributes:
        columns: Name and group of each, as `Board.column_values` gives them. To be set before `rows`.
        rows: As `Board.row_values` gives them.
        states: As `Board.states` gives them.
        shown: Ids of the requirements that filters leave; None for all.
        selected: Requirement and operation, or two empty texts. Without an operation it is the whole row.
        busy: Whether a run goes on.
    """

    _esm = _HERE.joinpath("matrix.js").read_text(encoding="utf-8")
    _css = _HERE.joinpath("matrix.css").read_text(encoding="utf-8")
    marks = traitlets.List(list(MARKS)).tag(sync=True)
    columns: traitlets.List[Any] = traitlets.List().tag(sync=True)
    rows: traitlets.List[Any] = traitlets.List().tag(sync=True)
    states = traitlets.Dict().tag(sync=True)
    shown: Any = traitlets.List(default_value=None, allow_none=True).tag(sync=True)
    selected = traitlets.List(["", ""]).tag(sync=True)
    busy = traitlets.Bool(False).tag(sync=True)  # noqa: FBT003 - what a trait begins with

    def lay_out(self, columns: list[Any], rows: list[Any], states: dict[str, Any]) -> None:
        """Everything at once; the page draws once."""
        with self.hold_sync():
            self.states, self.columns, self.rows = states, columns, rows
