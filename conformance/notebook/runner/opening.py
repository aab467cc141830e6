"""What a run is sent to: the target that was named, or a mock vendor of its own with its webhooks."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from conformance.contract.contract import Contract, load_contract
from conformance.contract.suites import is_suite_file
from conformance.mockvendor import MockVendor
from conformance.model import Run
from conformance.redact import Redactor
from conformance.seams import Inbox
from conformance.testing import hurried, running
from conformance.testing.opening import label, served_at
from conformance.webhooks import ListeningInbox

__all__ = ["Subject", "said_in_python"]

_KEY = "key_mock_0123456789abcdef"
_NO_WEBHOOKS = (
    "webhooks=True goes with the target 'mock' only, since it must be told where to send them. Webhooks are not judged."
)


class Subject:
    """What is judged, and how it is opened.

    A mock vendor is made for each run. The last one stays open, so that commands which repeat a finding find it.

    Args:
        target: As for `conformance.run`.
        key: The API key; None for that of the mock, or a placeholder on this machine.
        faults: Faults of the mock; with `mock` only.
        webhooks: Whether the webhooks of the mock come in too.
        options: Further arguments of `conformance.run`.

    Attributes:
        contract: All that may be judged.
        redactor: Hides what must not be shown.
        vendor: The mock vendor that is open, or None.

    Raises:
        UnknownName: There is no such edition.
    """

    def __init__(
        self,
        target: Any,
        *,
        edition: str | None,
        key: str | None,
        faults: Sequence[str],
        webhooks: bool,
        options: Mapping[str, Any],
    ) -> None:
        self._target, self._edition, self._key, self._faults = target, edition, key, tuple(faults)
        self._options = dict(options)
        self._is_mock = isinstance(target, str) and target == "mock"
        self._webhooks = webhooks and self._is_mock
        self.contract = load_contract(edition).judging("server")
        self.redactor = Redactor(secrets=frozenset([key] if key else ()), fields=self.contract.schemas.privacy_fields())
        self.vendor: MockVendor | None = None
        self.problem = _NO_WEBHOOKS if webhooks and not self._is_mock else ""

    @property
    def name(self) -> str:
        """What people call it; a key in its URL is none of its name."""
        if isinstance(self._target, str):
            return self.redactor.text(self._target)
        if isinstance(self._target, MockVendor):
            return served_at(self._target) or "app:mock"
        return f"app:{label(self._target)}"

    def narrowed(self, suites: Sequence[str]) -> Contract:
        """The contract with only these suites and files of suites; none named means all.

        Raises:
            UnknownName: There is no such suite.
        """
        files = [Path(each) for each in suites if is_suite_file(str(each))]
        contract = load_contract(self._edition, suites=files).judging("server") if files else self.contract
        names = [each for each in suites if not is_suite_file(str(each))]
        return contract.narrowed(suites=names, requirements=(), files=files)

    def run(self, **chosen: Any) -> Run:
        """Judge it.

        Args:
            chosen: Arguments of `conformance.run`.

        Raises:
            ConformanceError: As for `conformance.run`.
        """
        given = {"edition": self._edition, **self._options, **chosen}
        if not self._is_mock:
            return running.run(self._target, key=self._key, faults=self._faults, **given)
        with self._mock() as (vendor, inbox):
            return running.run(vendor, inbox=inbox, **given)

    @contextlib.contextmanager
    def _mock(self) -> Iterator[tuple[MockVendor, Inbox | None]]:
        """A new mock vendor, and where its webhooks come in if they are wanted."""
        self.close()
        with contextlib.ExitStack() as stack:
            inbox = stack.enter_context(_inbox()) if self._webhooks else None
            sending = hurried.sending_to(inbox.url) if inbox is not None else {}
            vendor = MockVendor(edition=self.contract.edition, faults=self._faults, api_key=_KEY, **sending)
            self.vendor = vendor.start()
            yield vendor, inbox

    def close(self) -> None:
        """End the mock vendor that is open. May be called twice."""
        vendor, self.vendor = self.vendor, None
        if vendor is not None:
            vendor.stop()


def _inbox() -> ListeningInbox:
    return ListeningInbox(_KEY, timeout_ms=hurried.TIMEOUT_MS, wait_s=hurried.WAIT_S, patience_s=hurried.PATIENCE_S)


_IN_PYTHON = (
    (
        "needs --webhook-listen HOST:PORT/PATH, and a target that sends webhooks there",
        "needs webhooks=True, and the target 'mock'",
    ),
    ("Set the right one in the environment; see --api-key-env.", "Give the right one as key=…."),
)
_ALLOW = re.compile(r"--allow ([a-z0-9-]+)")


def said_in_python(text: str) -> str:
    """A sentence that names what to write on the command line, with what to write in Python."""
    for command, python in _IN_PYTHON:
        text = text.replace(command, python)
    return _ALLOW.sub(r'allow=("\1",)', text)
