"""A conformance harness for the Call API V2. Importing it opens no file and no socket.

    from conformance import assert_conforms, strategies

    assert_conforms(my_server.get_call("call_1"), "web-call")

Each name is imported when it is first used, so that `import conformance` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False  # as type checkers read it; importing it from typing would take longer than all the rest
if TYPE_CHECKING:
    from typing import Any

    from conformance import strategies, testing  # noqa: F401 - testing is a module that is found by its name
    from conformance.contract.contract import load_contract
    from conformance.contract.diff import diff
    from conformance.mockreceiver import MockReceiver
    from conformance.mockvendor import MockVendor
    from conformance.testing.running import assert_receiver_conforms, run
    from conformance.testing.values import assert_conforms, check
    from conformance.webhooks import WebhookReceiver, WebhookSender

    __version__: str

__all__ = [
    "MockReceiver",
    "MockVendor",
    "WebhookReceiver",
    "WebhookSender",
    "__version__",
    "assert_conforms",
    "assert_receiver_conforms",
    "check",
    "diff",
    "load_contract",
    "run",
    "strategies",
]

_HOMES = {
    "MockReceiver": "conformance.mockreceiver",
    "MockVendor": "conformance.mockvendor",
    "WebhookReceiver": "conformance.webhooks",
    "WebhookSender": "conformance.webhooks",
    "assert_conforms": "conformance.testing.values",
    "assert_receiver_conforms": "conformance.testing.running",
    "check": "conformance.testing.values",
    "diff": "conformance.contract.diff",
    "load_contract": "conformance.contract.contract",
    "run": "conformance.testing.running",
}
_MODULES = ("strategies", "testing")


def __getattr__(name: str) -> Any:
    if name == "__version__":
        found: Any = _version()
    elif name in _MODULES:
        found = import_module(f"conformance.{name}")
    elif name in _HOMES:
        found = getattr(import_module(_HOMES[name]), name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = found
    return found


def _version() -> str:
    from importlib.metadata import version  # noqa: PLC0415 - costly, and rarely asked for

    return version("call-conformance")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
