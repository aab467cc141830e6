"""What may be given as a target, and how it is opened."""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.errors import UsageError
from conformance.guard import is_local
from conformance.mockvendor import MockVendor
from conformance.targets import check_target, open_application, open_target

if TYPE_CHECKING:
    from conformance.seams import Target

PLACEHOLDER_KEY = "key_conformance_placeholder"
"""What is sent to a server on this machine if no key was given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A target that is open, and the key that it is asked with."""

    target: Target
    key: str
    is_mock: bool = False


@contextlib.contextmanager
def opened(target: Any, key: str | None, *, timeout_s: float) -> Iterator[Opened]:
    """Open a target for as long as the block runs.

    Args:
        target: A URL, `app:module:attribute`, an ASGI or WSGI application, or a `MockVendor`, served or not.
        key: The API key; None for that of the mock, or a placeholder on this machine.
        timeout_s: Seconds to wait for an answer.

    Raises:
        UsageError: It is no target, or it is not on this machine and there is no key.
        TargetError: The application does not start.
    """
    chosen = key_for(target, key)
    found = _open(target, chosen, timeout_s)
    try:
        yield Opened(target=found, key=chosen, is_mock=isinstance(target, MockVendor))
    finally:
        found.close()


def _open(target: Any, key: str, timeout_s: float) -> Target:
    if isinstance(target, str):
        return open_target(target, key=key, timeout_seconds=timeout_s)
    if isinstance(target, MockVendor):
        address = served_at(target)
        if address is not None:
            return open_target(address, key=key, timeout_seconds=timeout_s)
        return open_application(target.app, name="app:mock", key=key, timeout_seconds=timeout_s)
    if not callable(target):
        raise UsageError(no_target(target))
    return open_application(target, name=f"app:{label(target)}", key=key, timeout_seconds=timeout_s)


def key_for(target: Any, key: str | None) -> str:
    """The key that a target is asked with.

    Raises:
        UsageError: There must be one, since the target is not on this machine.
    """
    if key is not None:
        return key
    if isinstance(target, MockVendor):
        return target.api_key
    if isinstance(target, str) and not target.startswith("app:"):
        check_target(target)
        if not is_local(target):
            raise UsageError(f"{target} is not on this machine, so it needs a key. Give key=….")
    return PLACEHOLDER_KEY


def no_target(value: Any) -> str:
    """What is said of a value that is no target."""
    kind = type(value).__name__
    return f"A target cannot be of type {kind}. Give a URL, an ASGI or WSGI application, or a MockVendor."


def served_at(vendor: MockVendor) -> str | None:
    """The base URL of a mock vendor, or None if it is not served."""
    try:
        return vendor.url
    except RuntimeError:
        return None


def label(app: Any) -> str:
    """What an application is called in reports: the same in every process."""
    if inspect.isroutine(app):
        return str(getattr(app, "__name__", type(app).__name__))
    return type(app).__name__
