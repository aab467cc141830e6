"""The error tree.

    ConformanceError
    ├── UsageError          the command line, the configuration or an input file is wrong: exit code 2
    │   ├── ContractError   a schema or suite file is wrong
    │   └── UnknownName     an edition, suite, requirement, operation or fault that nobody defines
    └── TargetError         the run could not be carried through: exit code 3

Every message is one line that says what is wrong, where, and what to do.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class ConformanceError(Exception):
    """Base of everything that the harness raises on purpose."""

    exit_code = 2

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in place of a traceback: the message says it all."""
        return [f"{type(self).__name__}: {self}"]


class UsageError(ConformanceError):
    """What the user gave is wrong; the message says what and where."""


class ContractError(UsageError):
    """A schema or suite file is wrong."""


_FIT_ON_A_LINE = 12


class UnknownName(UsageError):
    """A name was used that nothing defines."""

    def __init__(
        self, kind: str, name: str, known: Iterable[str], *, where: str = "", otherwise: str = "See `conformance list`."
    ) -> None:
        self.kind, self.name, self.known, self.where = kind, name, tuple(sorted(known)), where
        self.otherwise = otherwise
        super().__init__(kind, name, self.known)

    def __str__(self) -> str:
        close = get_close_matches(self.name, self.known, n=1, cutoff=0.6)
        if close:
            hint = f"Did you mean {close[0]!r}?"
        elif len(self.known) <= _FIT_ON_A_LINE:
            hint = f"Known: {', '.join(self.known)}."
        else:
            hint = self.otherwise
        return f"{self.where}There is no {self.kind} {self.name!r}. {hint}"

    def __reduce__(self) -> tuple[object, ...]:
        return _unknown, (self.kind, self.name, self.known, self.where, self.otherwise)


def _unknown(kind: str, name: str, known: tuple[str, ...], where: str, otherwise: str) -> UnknownName:
    return UnknownName(kind, name, known, where=where, otherwise=otherwise)


class TargetError(ConformanceError):
    """The target cannot be reached or is no Call API, so that the run could not be carried through."""

    exit_code = 3
