"""What the panel does in the background: it sends, it lets a call be made, and says what went wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, TypeVar

from conformance.errors import ConformanceError, UsageError
from conformance.notebook.parts import Job

if TYPE_CHECKING:
    from conformance.redact import Redactor

__all__ = ["Errand"]

_PATIENCE_S = 120.0
_BUSY = "The last one is not over yet. Wait for it, or stop it."
_Found = TypeVar("_Found")


class Part(Protocol):
    """The part of a panel that shows how an errand goes."""

    def busy(self, text: str) -> None:
        """It is under way; "" if it is over."""
        ...

    def complain(self, text: str) -> None:
        """It went wrong."""
        ...


class Errand:
    """One kind of work in a thread of its own.

    Args:
        name: What the thread is called.
        text: What is shown while it goes on.
        redactor: Hides what no error may show.

    Attributes:
        part: Where it is shown, or None.
    """

    def __init__(self, name: str, text: str, redactor: Redactor) -> None:
        self._text, self._redactor = text, redactor
        self._job = Job(name, self.complain)
        self.part: Part | None = None

    def do(self, act: Callable[[], _Found], *, wait: bool) -> _Found | None:
        """Begin; what it gave, or None if it is not waited for.

        Raises:
            UsageError: The last one goes on still.
            Exception: What went wrong, if it is waited for.
        """
        found: list[_Found] = []
        raised: list[Exception] = []

        def work() -> None:
            self._busy(self._text)
            try:
                found.append(act())
            except Exception as error:
                raised.append(error)
                raise
            finally:
                self._busy("")

        if not self._job.start(work):
            raise UsageError(_BUSY)
        if wait and self._job.wait(_PATIENCE_S) and raised:
            raise raised[0]
        return found[0] if wait and found else None

    @property
    def stopped(self) -> bool:
        """Whether it is to end."""
        return self._job.cancelled

    def stop(self) -> None:
        """Ask it to end."""
        self._job.cancel()

    def wait(self, timeout_s: float = _PATIENCE_S) -> bool:
        """Wait until it is over; whether that is so."""
        return self._job.wait(timeout_s)

    def guarded(self, act: Callable[[], object]) -> None:
        """Do what a widget asks for; what goes wrong is shown."""
        try:
            act()
        except Exception as error:  # noqa: BLE001 - nothing else would show it
            self.complain(error)

    def complain(self, error: Exception) -> None:
        """Show what went wrong."""
        told = str(error) if isinstance(error, ConformanceError) else f"{type(error).__name__}: {error}"
        if self.part is not None:
            self.part.complain(self._redactor.text(told))

    def _busy(self, text: str) -> None:
        if self.part is not None:
            self.part.busy(text)
