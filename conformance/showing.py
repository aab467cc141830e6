"""How values show themselves as the last line of a cell in a notebook."""

from __future__ import annotations

from collections.abc import Collection
from importlib import import_module

TYPE_CHECKING = False  # importing it from typing would take longer than all the rest
if TYPE_CHECKING:
    from typing import Any

__all__ = ["Shown"]

_DISPLAY = "conformance.notebook.display"
"""By name: what shows values knows all of them and stands above them, and is imported only when something is shown."""


class Shown:
    """A value that Jupyter shows as HTML and as plain text, with secrets hidden."""

    __slots__ = ()

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> dict[str, Any]:
        del include, exclude  # a frontend takes what it can show
        bundle: dict[str, Any] = import_module(_DISPLAY).bundle(self)
        return bundle
