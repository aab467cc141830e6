"""The list of changes as one widget: rows stay as people opened them while filters change, and no row is a widget."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import anywidget
import traitlets

__all__ = ["ChangeList"]


class ChangeList(anywidget.AnyWidget):
    """Changes by operation.

    Attributes:
        rows: HTML of each change: what is always seen, and what is seen when it is open.
        groups: What is listed now: title, HTML of the title, key of its examples or "", indices of its rows, whether it
            is open.
        examples: HTML of examples by key.
        opened: Indices of the rows that are open; both sides set it.
        wide: Set to open or to close all groups.
        empty: HTML where nothing is listed.
    """

    _esm = files(__package__).joinpath("rows.js").read_text(encoding="utf-8")
    rows: traitlets.List[list[str]] = traitlets.List().tag(sync=True)
    groups: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)
    examples: traitlets.Dict[str, str] = traitlets.Dict().tag(sync=True)
    opened: traitlets.List[int] = traitlets.List().tag(sync=True)
    wide = traitlets.Bool(default_value=False).tag(sync=True)
    empty = traitlets.Unicode("").tag(sync=True)
