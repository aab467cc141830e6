"""`conformance mock`."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from typing import NoReturn

from conformance.cli.list_command import print_faults
from conformance.errors import TargetError, UsageError

_LAST_PORT = 65535


def serve_mock(options: argparse.Namespace) -> int:
    """Serve the mock vendor until it is interrupted."""
    if options.list_faults:
        return print_faults(as_json=False)
    if not 0 <= options.port <= _LAST_PORT:
        raise UsageError(f"--port is {options.port}; it must be from 0 to {_LAST_PORT}.")
    if options.calls < 0:
        raise UsageError(f"--calls is {options.calls}; it cannot be negative.")
    if options.webhook_event and options.webhook_url is None:
        raise UsageError("--webhook-event goes with --webhook-url only. Say where the webhooks go, or leave it out.")
    from conformance.mockvendor import MockVendor  # noqa: PLC0415 - costly

    vendor = MockVendor(
        edition=options.edition,
        faults=options.fault,
        calls=options.calls,
        seed=options.seed,
        latency_ms=options.latency,
        rate_limit=options.rate_limit,
        webhook_url=options.webhook_url,
        webhook_events=options.webhook_event,
        pace=options.pace,
    )
    try:
        vendor.start(options.port)
    except TargetError as error:
        raise UsageError(str(error)) from error
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        _introduce(vendor, options)
        threading.Event().wait()
    except KeyboardInterrupt:
        sys.stderr.write("stopped.\n")
    finally:
        vendor.stop()
    return 0


def _interrupt(number: int, frame: object) -> NoReturn:
    """Ending it politely is the same as Ctrl-C."""
    del number, frame
    raise KeyboardInterrupt


def _introduce(vendor: object, options: argparse.Namespace) -> None:
    url, key = getattr(vendor, "url", ""), getattr(vendor, "api_key", "")
    faults = f", with the fault {', '.join(options.fault)}" if options.fault else ""
    sys.stdout.write(
        f"The mock vendor speaks edition {options.edition} at {url}{faults}. Stop it with Ctrl-C.\n"
        f"Its key is fictional: export RETELL_API_KEY={key}\n"
        f"Point an SDK at it:   export RETELL_BASE_URL={url}\n"
    )
    if options.webhook_url is not None:
        sys.stdout.write(f"Its webhooks go to:   {options.webhook_url}\n")
    sys.stdout.flush()
