"""Signatures that no receiver may believe, each wrong in one named way."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from conformance.contract.signature import digest, sign

_MINUTES_5_5, _HOUR = 330_000, 3_600_000
_HALF = 32

Make = Callable[[bytes, str, int], str | None]
"""From the body, the key and the time to the header; None sends none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgery:
    """One way to be wrong.

    Attributes:
        text: For people: "the signature is missing".
    """

    name: str
    text: str
    make: Make


def _random_digest(body: bytes, key: str, now: int) -> str:
    del body, key
    return f"v={now},d={secrets.token_hex(32)}"


def _last_character(body: bytes, key: str, now: int) -> str:
    right = digest(body, key, now)
    return f"v={now},d={right[:-1]}{'0' if right[-1] != '0' else '1'}"


def _first_half(body: bytes, key: str, now: int) -> str:
    right = digest(body, key, now)
    wrong = "".join("0" if each != "0" else "1" for each in right[_HALF:])
    return f"v={now},d={right[:_HALF]}{wrong}"


def _table(*rows: tuple[str, str, Make]) -> Mapping[str, Forgery]:
    return MappingProxyType({name: Forgery(name=name, text=text, make=make) for name, text, make in rows})


FORGERIES = _table(
    ("missing", "the signature is missing", lambda *_: None),
    ("random-digest", "the digest is random", _random_digest),
    ("last-character", "the last character of the digest is wrong", _last_character),
    ("first-half", "only the first 32 characters of the digest are right", _first_half),
    (
        "half-digest",
        "the digest is cut to its first 32 characters",
        lambda b, k, n: f"v={n},d={digest(b, k, n)[:_HALF]}",
    ),
    ("empty-digest", "the digest is empty", lambda b, k, n: f"v={n},d="),  # noqa: ARG005 - one signature for all
    ("longer-digest", "the digest has two characters too many", lambda b, k, n: f"{sign(b, k, n)}00"),
    ("wrong-key", "it is signed with another key", lambda b, k, n: sign(b, f"{k}x", n)),
    ("other-body", "it is the signature of another body", lambda b, k, n: sign(b + b" ", k, n)),
    ("other-time", "it is the digest of another timestamp", lambda b, k, n: f"v={n},d={digest(b, k, n - 1000)}"),
    ("stale", "it was signed 5.5 minutes ago", lambda b, k, n: sign(b, k, n - _MINUTES_5_5)),
    ("hour-old", "it was signed an hour ago", lambda b, k, n: sign(b, k, n - _HOUR)),
    ("future", "its timestamp lies 5.5 minutes ahead", lambda b, k, n: sign(b, k, n + _MINUTES_5_5)),
    ("hour-ahead", "its timestamp lies an hour ahead", lambda b, k, n: sign(b, k, n + _HOUR)),
    ("far-future", "its timestamp lies 30,000 years ahead", lambda b, k, n: sign(b, k, n + 10**15)),
    ("seconds", "its timestamp is in seconds", lambda b, k, n: sign(b, k, n // 1000)),
    ("garbage", "the header is no signature", lambda *_: "not a signature"),
    ("blank", "the header is empty", lambda *_: ""),
    ("no-timestamp", "the header has no timestamp", lambda b, k, n: f"d={digest(b, k, n)}"),
    ("no-digest", "the header has no digest", lambda b, k, n: f"v={n}"),  # noqa: ARG005 - the same
    ("worded-timestamp", "the timestamp is no number", lambda b, k, n: f"v=soon,d={digest(b, k, n)}"),
)
"""By name. None of them is accepted by any released SDK from 4.30.0 on, however lenient with the header.

One surplus hex digit is not among them: the helper of Node 5.2 to 5.31 drops it [sdk-node 5.2.0].
"""
