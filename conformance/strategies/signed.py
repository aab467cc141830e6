"""Deliveries with their signature, as a receiver gets them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conformance.contract.signature import HEADER, sign
from conformance.generate.encode import encode
from conformance.model import JSON

if TYPE_CHECKING:
    from conformance.seams import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedDelivery:
    """One webhook as it arrives.

    Attributes:
        event: What happened.
        payload: The body, parsed.
        headers: Content type and signature.
        body: The exact bytes that were signed.
    """

    event: str
    payload: dict[str, JSON]
    headers: dict[str, str] = field(repr=False)
    body: bytes = field(repr=False)


def signer(key: str, clock: Clock | Callable[[], int] | None) -> Callable[[dict[str, JSON]], SignedDelivery]:
    """A function that signs payloads.

    Args:
        clock: What signatures are dated by, or a function that tells its milliseconds; None for the wall clock.
    """
    now_ms = _wall_ms if clock is None else clock if callable(clock) else clock.now_ms

    def signed(payload: dict[str, JSON]) -> SignedDelivery:
        body = encode(payload)
        headers = {"content-type": "application/json", HEADER: sign(body, key, now_ms())}
        return SignedDelivery(event=payload["event"], payload=payload, headers=headers, body=body)

    return signed


def _wall_ms() -> int:
    return time.time_ns() // 1_000_000
