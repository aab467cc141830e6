"""The signature of webhooks: `x-retell-signature: v=<milliseconds>,d=<digest>`.

The digest is the HMAC-SHA256, in lower-case hex, of the raw body followed by the digits of the timestamp, under the API
key that has the webhook badge. It is good for five minutes, before and after [docs: features/secure-webhook 2026-08]
[sdk 5.60.0 tests/test_webhook_auth.py]. Nothing here reads a clock.
"""

from __future__ import annotations

import enum
import hashlib
import hmac
import re
from dataclasses import dataclass

HEADER = "x-retell-signature"
WINDOW_MS = 300_000
"""How far the timestamp may be from now; exactly so much is still accepted."""

_FORM = re.compile(r"v=([0-9]+),d=([0-9a-f]{64})", re.ASCII)
_ANY_DIGEST = re.compile(r"v=([0-9]+),d=([0-9a-fA-F]{64})", re.ASCII)
_SECONDS_UNTIL = 10**11
_LONGEST = 19


class Problem(enum.StrEnum):
    """What is wrong with a signature; the first that applies."""

    MISSING = "missing"
    MALFORMED = "malformed"
    WRONG_DIGEST = "wrong digest"
    IN_SECONDS = "in seconds"
    STALE = "stale"
    FUTURE = "future"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a signature header says, held against the body and the key.

    Attributes:
        problem: The first thing that is wrong with it, or None.
        timestamp_ms: The time that it states, if it states one.
        age_ms: How long ago that was; negative if it lies ahead.
        genuine: True if the digest is right, whatever the time.
    """

    problem: Problem | None
    timestamp_ms: int | None = None
    age_ms: int | None = None
    genuine: bool = False


def digest(body: bytes, key: str, timestamp_ms: int | str) -> str:
    """The digest alone: 64 lower-case hex digits."""
    return hmac.new(key.encode(), body + str(timestamp_ms).encode(), hashlib.sha256).hexdigest()


def sign(body: bytes, key: str, timestamp_ms: int) -> str:
    """The value of the header for a body that is sent at that time.

    Args:
        body: The raw bytes, exactly as they are sent.
        key: The API key with the webhook badge.
        timestamp_ms: Milliseconds since the Unix epoch.
    """
    return f"v={timestamp_ms},d={digest(body, key, timestamp_ms)}"


def verify(body: bytes, key: str, header: str | None, *, now_ms: int) -> bool:
    """Whether a delivery is to be believed: signed with the key, and fresh."""
    return read(body, key, header, now_ms=now_ms).problem is None


def read(body: bytes, key: str, header: str | None, *, now_ms: int) -> Reading:
    """What is wrong with a signature, if anything. Compares in constant time."""
    if header is None:
        return Reading(problem=Problem.MISSING)
    lenient, strict = _ANY_DIGEST.fullmatch(header), _FORM.fullmatch(header)
    if lenient is None or len(lenient[1]) > _LONGEST:
        return Reading(problem=Problem.MALFORMED)
    timestamp_ms = int(lenient[1])
    age_ms = now_ms - timestamp_ms
    genuine = hmac.compare_digest(digest(body, key, lenient[1]), lenient[2].lower())
    if strict is None:
        problem: Problem | None = Problem.MALFORMED
    elif not genuine:
        problem = Problem.WRONG_DIGEST
    else:
        problem = _untimely(timestamp_ms, age_ms)
    return Reading(problem=problem, timestamp_ms=timestamp_ms, age_ms=age_ms, genuine=genuine)


def _untimely(timestamp_ms: int, age_ms: int) -> Problem | None:
    if abs(age_ms) <= WINDOW_MS:
        return None
    if timestamp_ms < _SECONDS_UNTIL:
        return Problem.IN_SECONDS
    return Problem.STALE if age_ms > 0 else Problem.FUTURE
