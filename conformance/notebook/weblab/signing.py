"""How a signature comes about, step by step, and the same as a command and as a program. The key is never shown."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from datetime import UTC, datetime

from conformance.contract.signature import HEADER, WINDOW_MS, sign

__all__ = ["Signing", "curl", "python", "signing", "utc"]

_LARGEST_COMMAND = 100_000
_PROGRAM = '''import hashlib
import hmac
import os
import re
import time


def is_genuine(raw_body: bytes, header: str | None) -> bool:
    """Whether a webhook was signed with your key, at most five minutes ago. Give the bytes as they came."""
    found = re.fullmatch(r"v=([0-9]+),d=([0-9a-f]{64})", header or "")
    if not found or abs(time.time() * 1000 - int(found[1])) > 300_000:
        return False
    key = os.environ["RETELL_API_KEY"].encode()
    digest = hmac.new(key, raw_body + found[1].encode(), hashlib.sha256).hexdigest()
    return hmac.compare_digest(digest, found[2])

'''


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """One signature and what it was made from.

    Attributes:
        body: The exact bytes.
        timestamp_ms: When it was made, in milliseconds since the Unix epoch.
        header: The value of `x-retell-signature`.
    """

    body: bytes
    timestamp_ms: int
    header: str

    @property
    def digest(self) -> str:
        """The 64 hex digits."""
        return self.header.rpartition("d=")[2]

    @property
    def good_until(self) -> str:
        """The last moment at which a receiver takes it."""
        return utc(self.timestamp_ms + WINDOW_MS)


def signing(body: bytes, key: str, now_ms: int) -> Signing:
    """Sign a body as the vendor does."""
    return Signing(body=body, timestamp_ms=now_ms, header=sign(body, key, now_ms))


def utc(at_ms: int) -> str:
    """A time for people: `14:05:10 UTC`."""
    return f"{datetime.fromtimestamp(at_ms / 1000, UTC):%H:%M:%S} UTC"


def curl(signed: Signing, url: str) -> str:
    """A command for a POSIX shell that sends exactly these bytes; "" where no command line holds them.

    Whole and byte for byte, line breaks included, as the signature is over all of them. A URL with a query, which may
    hold a secret, is left to the environment.
    """
    try:
        text = signed.body.decode()
    except UnicodeDecodeError:
        return ""
    if "\0" in text or len(signed.body) > _LARGEST_COMMAND:
        return ""
    place = '"$RECEIVER_URL"' if "?" in url else shlex.quote(url)
    headers = (f"-H {shlex.quote(line)}" for line in ("content-type: application/json", f"{HEADER}: {signed.header}"))
    return " \\\n  ".join([f"curl -sS -i -X POST {place}", *headers, f"--data-raw {shlex.quote(text)}"])


def python(signed: Signing) -> str:
    """A program without dependencies that verifies a webhook, with this one as the example."""
    if len(signed.body) > _LARGEST_COMMAND:
        return _PROGRAM
    return f"{_PROGRAM}\nraw_body = {signed.body!r}\nheader = {signed.header!r}\nprint(is_genuine(raw_body, header))\n"
