"""The harness in Jupyter: values that show themselves, and widgets to explore with.

    from conformance.notebook import Explorer

    Explorer(target="mock")

Nothing here is imported, and no Jupyter package needed, until it is used.
"""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from conformance.notebook.differences import EditionDiff
    from conformance.notebook.display.calls import CallView, side_by_side
    from conformance.notebook.explorer import Explorer
    from conformance.notebook.runner import SuiteRunner
    from conformance.notebook.weblab import WebhookLab

__all__ = ["CallView", "EditionDiff", "Explorer", "SuiteRunner", "WebhookLab", "side_by_side"]

_HOMES = {
    "CallView": "conformance.notebook.display.calls",
    "EditionDiff": "conformance.notebook.differences",
    "Explorer": "conformance.notebook.explorer",
    "SuiteRunner": "conformance.notebook.runner",
    "WebhookLab": "conformance.notebook.weblab",
    "side_by_side": "conformance.notebook.display.calls",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(_HOMES[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
