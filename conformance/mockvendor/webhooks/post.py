"""A webhook on its way out: the request that is sent, who signs it, how often it is tried."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from conformance.contract.signature import HEADER, sign
from conformance.showing import Shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.mockvendor.record import Record

__all__ = ["Delivery", "Notice", "Policy", "Post", "Seal", "signed"]

RETRIES = 3
"""How often a webhook is tried again [docs: features/webhook-overview 2025, 2026-08]. Read here as three more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What a webhook tells, and of which call.

    Attributes:
        shown_ms: The time at which the call inside is looked at, by the clock of the mock vendor.
    """

    event: str
    record: Record
    shown_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """What a signature is made with: the key, and the wall clock when it is sent, in milliseconds."""

    key: str
    at_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """The request, byte for byte. Header names are in lower case."""

    body: bytes
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict)

    def with_header(self, name: str, value: str) -> Post:
        """The same request with one header more, or another value of it."""
        return replace(self, headers={**self.headers, name: value})

    def without_header(self, name: str) -> Post:
        """The same request without a header."""
        return replace(self, headers={each: value for each, value in self.headers.items() if each != name})


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How a webhook is tried.

    Attributes:
        attempts: How often at most, the first time included.
        timeout_ms: How long an answer may take.
        retry_ms: How long after a failure it is tried again. The contract does not state it.
        only_ok: True if no other status than 200 counts as accepted.
        retries_refused: True if it is tried again when the answer was no 2xx.
        repeats: How often an accepted webhook is sent again.
    """

    timeout_ms: int
    retry_ms: int
    attempts: int = 1 + RETRIES
    only_ok: bool = False
    retries_refused: bool = True
    repeats: int = 0

    def accepts(self, status: int | None) -> bool:
        """Whether an answer with that status, None for no answer, ends it."""
        if status is None:
            return False
        return status == 200 if self.only_ok else 200 <= status < 300  # noqa: PLR2004 - any 2xx


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery(Shown):
    """One attempt to deliver a webhook.

    Attributes:
        attempt: 1 for the first.
        at_ms: When it was sent, by the clock of the mock vendor.
        status: The status of the answer, None if there is none.
        error: Why there is none, None if there is one or it is still awaited.
    """

    event: str
    call_id: str
    attempt: int
    at_ms: int
    method: str
    headers: Mapping[str, str]
    body: bytes
    status: int | None = None
    error: str | None = None


def signed(body: bytes, seal: Seal) -> Post:
    """The request that carries a body as the contract says."""
    headers = {"content-type": "application/json", HEADER: sign(body, seal.key, seal.at_ms)}
    return Post(body=body, headers=headers)
