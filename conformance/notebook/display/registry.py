"""Which function shows which kind of value."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, TypeVar

from conformance.notebook.look import esc, frame

__all__ = ["bundle", "shows"]

_Display = Callable[[Any], tuple[str, str]]
_Some = TypeVar("_Some", bound=_Display)
_DISPLAYS: dict[type, _Display] = {}
_MODULES = ("calls", "promises", "exchanges", "runs", "comparisons", "differences")


def shows(*kinds: type) -> Callable[[_Some], _Some]:
    """Register a function from a value of one of these types to inner HTML and plain text."""

    def register(display: _Some) -> _Some:
        _DISPLAYS.update(dict.fromkeys(kinds, display))
        return display

    return register


def bundle(value: object) -> dict[str, str]:
    """What Jupyter shows of a value: `text/html` and `text/plain`. No value makes it raise; it then shows as `repr`."""
    for module in _MODULES:
        import_module(f"conformance.notebook.display.{module}")
    display = next((_DISPLAYS[kind] for kind in type(value).__mro__ if kind in _DISPLAYS), None)
    if display is None:
        return {"text/plain": repr(value), "text/html": frame(f"<pre>{esc(repr(value))}</pre>")}
    try:
        inner, plain = display(value)
    except Exception as error:  # noqa: BLE001 - a traceback in its place would show what has to be hidden
        plain = f"{type(value).__name__}: it cannot be shown here ({type(error).__name__})."
        inner = f"<p>{esc(plain)}</p>"
    return {"text/html": frame(inner, label=type(value).__name__), "text/plain": plain}
