"""Where webhooks may go."""

from __future__ import annotations

import httpx

from conformance.errors import UsageError

__all__ = ["webhook_address"]

_LAST_PORT = 65_535


def webhook_address(url: str) -> str:
    """The URL, if webhooks can be sent there.

    Raises:
        UsageError: If it is no HTTP URL with a host, or carries credentials.
    """
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, TypeError, ValueError) as error:
        raise UsageError(f"The webhook URL {url!r} cannot be read: {str(error).rstrip('.')}.") from error
    if parsed.scheme not in {"http", "https"} or not parsed.host or not _port(parsed):
        raise UsageError(f"The webhook URL {url!r} is none. Give one such as http://127.0.0.1:9100/webhook.")
    if parsed.userinfo:
        raise UsageError("The webhook URL carries a name or a password. Leave them out: webhooks are signed.")
    return url


def _port(url: httpx.URL) -> bool:
    return url.port is None or 0 < url.port <= _LAST_PORT
