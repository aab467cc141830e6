"""A mock vendor in a hurry: its calls live a fiftieth of their time, so that their webhooks come while it is judged."""

from __future__ import annotations

from typing import Any

__all__ = ["PACE", "PATIENCE_S", "TIMEOUT_MS", "WAIT_S", "sending_to"]

PACE = 0.02
"""As `MockVendor(pace=…)`."""

TIMEOUT_MS = 2_000
"""How long it waits for an answer to a webhook; the real one waits ten seconds."""

_RETRY_MS = 200
WAIT_S, PATIENCE_S = 10.0, 5.0
"""How long an inbox listens for its webhooks, as `ListeningInbox(wait_s=…, patience_s=…)`."""


def sending_to(url: str, *, timeout_ms: int = TIMEOUT_MS) -> dict[str, Any]:
    """The arguments of a mock vendor that sends its webhooks to an inbox while it is judged."""
    return {"webhook_url": url, "webhook_timeout_ms": timeout_ms, "webhook_retry_ms": _RETRY_MS, "pace": PACE}
