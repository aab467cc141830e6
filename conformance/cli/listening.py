"""`--webhook-listen`: where the webhooks of a target come in while it is judged."""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.errors import TargetError, UsageError
from conformance.testing import hurried

if TYPE_CHECKING:
    from conformance.cli.settings import Settings
    from conformance.webhooks import ListeningInbox

__all__ = ["Address", "address_of", "key_that_signs", "open_inbox", "timeout_ms_of"]

_ADDRESS = re.compile(r"(?P<host>[^:/?#\s]*):(?P<port>[0-9]{1,5})(?P<path>/[!-~]*)?", re.ASCII)
_HIGHEST_PORT = 65535
_WAIT_S, _TIMEOUT_MS = 30.0, 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where to listen."""

    host: str
    port: int
    path: str


def address_of(settings: Settings) -> Address | None:
    """What `--webhook-listen` says; None without it.

    Raises:
        UsageError: It is no address.
    """
    text: str | None = settings["webhook_listen"]
    if text is None:
        return None
    found = _ADDRESS.fullmatch(text)
    if found is None or set(found["path"] or "") & {"?", "#"}:
        raise UsageError(
            f"--webhook-listen {text!r} is no address to listen at. Write HOST:PORT or HOST:PORT/PATH,"
            " as in 127.0.0.1:9100/webhook; port 0 is any free one."
        )
    if int(found["port"]) > _HIGHEST_PORT:
        raise UsageError(
            f"--webhook-listen {text!r}: there is no port {found['port']}; the highest is {_HIGHEST_PORT}."
        )
    return Address(host=found["host"] or "127.0.0.1", port=int(found["port"]), path=found["path"] or "/webhook")


def key_that_signs(settings: Settings, key: str) -> str:
    """The key with the webhook badge: that of `--webhook-key-env`, or else the one that requests are made with.

    Raises:
        UsageError: The variable that was named is not set.
    """
    variable: str | None = settings["webhook_key_env"]
    if variable is None:
        return key
    found = os.environ.get(variable, "").strip()
    if not found:
        raise UsageError(f"${variable} is not set. Put the API key with the webhook badge there.")
    return found


def timeout_ms_of(settings: Settings, *, mock: bool) -> int:
    """How long the target is to wait for an answer to a webhook."""
    seconds: float | None = settings["webhook_timeout"]
    if seconds is None:
        return hurried.TIMEOUT_MS if mock else _TIMEOUT_MS
    return round(seconds * 1000)


def open_inbox(settings: Settings, address: Address, key: str, *, local: bool, mock: bool = False) -> ListeningInbox:
    """Listen, and say where.

    Raises:
        UsageError: The port cannot be used.
    """
    from conformance.webhooks import ListeningInbox  # noqa: PLC0415 - costly

    wait_s = settings["webhook_wait"] or (hurried.WAIT_S if mock else _WAIT_S)
    try:
        inbox = ListeningInbox(
            key,
            host=address.host,
            port=address.port,
            path=address.path,
            timeout_ms=timeout_ms_of(settings, mock=mock),
            wait_s=wait_s,
            patience_s=hurried.PATIENCE_S if mock else wait_s,
            sure_key=local or settings["webhook_key_env"] is not None,
            local=local,
        )
    except TargetError as error:
        raise UsageError(f"--webhook-listen {settings['webhook_listen']}: {error}") from error
    if not settings["quiet"]:
        sys.stderr.write(f"Webhooks are received at {inbox.url}\n")
    return inbox
