"""The frame of every widget: shown any number of times, closed once, and useful where widgets cannot be shown."""

from __future__ import annotations

import atexit
import contextlib
import threading
from collections.abc import Callable, Collection
from importlib.util import find_spec
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from conformance.errors import UsageError
from conformance.notebook.look import esc, frame, style

if TYPE_CHECKING:
    import ipywidgets

__all__ = ["NO_WIDGETS", "Panel", "close_tree"]

NO_WIDGETS = "{name} needs widgets, which are not installed here. Run: pip install 'call-conformance[notebook]'"
_NEEDED = ("ipywidgets", "anywidget")


def close_tree(widget: ipywidgets.Widget) -> None:
    """Close a widget with everything in it: what is left open stays in the kernel, the page and the saved notebook."""
    for child in getattr(widget, "children", ()):
        close_tree(child)
    for name in ("layout", "style"):
        if widget.has_trait(name) and getattr(widget, name) is not None:
            getattr(widget, name).close()
    widget.close()


class Panel:
    """A widget made of widgets; a context manager.

    Those who inherit give `root` its children in `_build`, which is called only if widgets are installed, and say in
    `_static` what is read where no widget can be shown. What they open they give to `_closing`.

    Attributes:
        root: The box that holds everything. Showing the panel twice shows the same widgets twice.
    """

    title = "Panel"

    def __init__(self) -> None:
        self._ended = threading.Lock()
        self._closers: list[Callable[[], None]] = []
        self.closed = False
        self.missing = [name for name in _NEEDED if find_spec(name) is None]
        if not self.missing:
            self.root = self._frame()
            self._build()
        atexit.register(self.close)

    @property
    def usable(self) -> bool:
        """Whether widgets are installed."""
        return not self.missing

    def _need_widgets(self) -> None:
        if self.missing:
            raise UsageError(NO_WIDGETS.format(name=self.title))

    def _frame(self) -> ipywidgets.VBox:
        import ipywidgets  # noqa: PLC0415 - only where it is installed

        root = ipywidgets.VBox()
        root.add_class("cx")
        root.add_class("cx-panel")
        return root

    def _style(self, more: str = "") -> ipywidgets.HTML:
        """The style of everything below, as a widget that takes no room.

        Args:
            more: CSS of this panel alone, each rule below `.cx`.
        """
        import ipywidgets  # noqa: PLC0415 - only where it is installed

        return ipywidgets.HTML(style() + (f"<style>{more}</style>" if more else ""), layout={"display": "none"})

    def _build(self) -> None:
        """Give `self.root` its children."""
        raise NotImplementedError

    def _static(self) -> str:
        """HTML for where no widget can be shown: a saved notebook, a page on the web."""
        return f"<p>{esc(self)}</p>"

    def _closing(self, close: Callable[[], None]) -> None:
        """Remember what is to be called once when the panel is closed; the last is called first."""
        self._closers.append(close)

    def close(self) -> None:
        """Stop its threads and servers, and take it off the page. May be called twice."""
        with self._ended:
            if self.closed:
                return
            self.closed = True
        atexit.unregister(self.close)
        for closer in reversed(self._closers):
            with contextlib.suppress(Exception):  # the others are to be closed all the same
                closer()
        if self.usable:
            close_tree(self.root)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> dict[str, Any]:
        del include, exclude
        told = str(self)
        if self.missing:
            told = NO_WIDGETS.format(name=self.title)
            return {"text/plain": told, "text/html": frame(f'<p class="cx-note cx-warned">{esc(told)}</p>')}
        if self.closed:
            told = f"{told} It is closed; make another one."
            return {"text/plain": told, "text/html": frame(f'<p class="cx-note">{esc(told)}</p>')}
        view: dict[str, Any] = dict(self.root._repr_mimebundle_() or {})
        return {**view, "text/html": frame(self._static(), label=self.title), "text/plain": told}

    def __repr__(self) -> str:
        return f"{self.title}."
