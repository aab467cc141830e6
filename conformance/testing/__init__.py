"""For tests of your own: assertions about values, receivers and servers, whole runs, and a client of the operations.

Each name is imported when it is first used.
"""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False  # as type checkers read it; importing it from typing would take longer than all the rest
if TYPE_CHECKING:
    from typing import Any

    from conformance.testing.client import CallApi
    from conformance.testing.running import assert_receiver_conforms, assert_server_conforms, run
    from conformance.testing.values import ConformanceAssertionError, assert_conforms, check

__all__ = [
    "CallApi",
    "ConformanceAssertionError",
    "assert_conforms",
    "assert_receiver_conforms",
    "assert_server_conforms",
    "check",
    "run",
]

_HOMES = {
    "CallApi": "client",
    "ConformanceAssertionError": "values",
    "assert_conforms": "values",
    "assert_receiver_conforms": "running",
    "assert_server_conforms": "running",
    "check": "values",
    "run": "running",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
