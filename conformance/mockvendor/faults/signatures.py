"""Faults of the signature of webhooks: HOOK-007 to HOOK-010."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from conformance.contract.signature import HEADER, digest, sign
from conformance.mockvendor.faults.base import MockFault

if TYPE_CHECKING:
    from conformance.mockvendor.webhooks.post import Post, Seal

__all__ = ["FAULTS"]

_HOUR_MS = 3_600_000


def _with_header(make: Callable[[bytes, Seal], str]) -> Callable[[Post, Seal], Post]:
    """A `post` hook that sends another signature."""
    return lambda post, seal: post.with_header(HEADER, make(post.body, seal))


def _with_digest(make: Callable[[bytes, str, str], str]) -> Callable[[Post, Seal], Post]:
    """A `post` hook with another digest, made from the body, the key and the digits of the time."""
    return _with_header(lambda body, seal: f"v={seal.at_ms},d={make(body, seal.key, str(seal.at_ms))}")


def _mac(key: str, message: bytes) -> str:
    return hmac.new(key.encode(), message, hashlib.sha256).hexdigest()


def _base64(body: bytes, key: str, at: str) -> str:
    return base64.b64encode(bytes.fromhex(digest(body, key, at))).decode()


def _at_another_time(at_ms: Callable[[int], int]) -> Callable[[Post, Seal], Post]:
    return _with_header(lambda body, seal: sign(body, seal.key, at_ms(seal.at_ms)))


FAULTS = (
    MockFault(
        name="webhooks-unsigned",
        breaks="HOOK-007",
        text="Webhooks are not signed.",
        post=lambda post, _: post.without_header(HEADER),
    ),
    MockFault(
        name="webhook-digest-in-capitals",
        breaks="HOOK-008",
        text="The digest of webhooks is written in capitals.",
        post=_with_digest(lambda body, key, at: digest(body, key, at).upper()),
    ),
    MockFault(
        name="webhook-signature-is-the-digest",
        breaks="HOOK-008",
        text="The signature of webhooks is the bare digest, without the time.",
        post=_with_header(lambda body, seal: digest(body, seal.key, seal.at_ms)),
    ),
    MockFault(
        name="webhook-digest-in-base64",
        breaks="HOOK-008",
        text="The digest of webhooks is in base64.",
        post=_with_digest(_base64),
    ),
    MockFault(
        name="webhook-signature-in-another-order",
        breaks="HOOK-008",
        text="The signature of webhooks names the digest before the time.",
        post=_with_header(lambda body, seal: f"d={digest(body, seal.key, seal.at_ms)},v={seal.at_ms}"),
    ),
    MockFault(
        name="webhooks-signed-over-other-json",
        breaks="HOOK-009",
        text="Webhooks are signed over the same JSON written otherwise.",
        post=_with_digest(lambda body, key, at: digest(json.dumps(json.loads(body)).encode(), key, at)),
    ),
    MockFault(
        name="webhooks-signed-with-plain-sha256",
        breaks="HOOK-009",
        text="The digest of webhooks is the plain SHA-256 of key, body and time.",
        post=_with_digest(lambda body, key, at: hashlib.sha256(key.encode() + body + at.encode()).hexdigest()),
    ),
    MockFault(
        name="webhooks-signed-without-the-time",
        breaks="HOOK-009",
        text="The digest of webhooks does not cover the time.",
        post=_with_digest(lambda body, key, _: _mac(key, body)),
    ),
    MockFault(
        name="webhooks-signed-time-first",
        breaks="HOOK-009",
        text="The digest of webhooks covers the time before the body.",
        post=_with_digest(lambda body, key, at: _mac(key, at.encode() + body)),
    ),
    MockFault(
        name="webhooks-signed-with-a-dot",
        breaks="HOOK-009",
        text="The digest of webhooks covers a dot between body and time.",
        post=_with_digest(lambda body, key, at: _mac(key, body + b"." + at.encode())),
    ),
    MockFault(
        name="webhooks-signed-with-another-key",
        breaks="HOOK-009",
        text="Webhooks are signed with another key.",
        post=_with_digest(lambda body, _, at: digest(body, "key_mock_of_somebody_else", at)),
    ),
    MockFault(
        name="webhook-time-in-seconds",
        breaks="HOOK-010",
        text="The signature of webhooks states seconds.",
        post=_at_another_time(lambda at_ms: at_ms // 1000),
    ),
    MockFault(
        name="webhook-time-an-hour-ago",
        breaks="HOOK-010",
        text="The signature of webhooks states a time an hour ago.",
        post=_at_another_time(lambda at_ms: at_ms - _HOUR_MS),
    ),
)
