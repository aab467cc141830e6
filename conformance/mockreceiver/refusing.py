"""Faults in what is refused: in how the signature is verified, and how a refusal is told."""

from __future__ import annotations

from conformance.contract.signature import WINDOW_MS, digest, verify
from conformance.mockreceiver.delivered import HANG, Delivered, ReceiverFault, signs, when
from conformance.model import Level

_SECONDS_UNTIL = 10**11
_HALF = 32
_TWO_MINUTES_MS = 120_000


def _half(delivered: Delivered) -> bool:
    parsed = delivered.parsed()
    if parsed is None or abs(delivered.now_ms - parsed[0]) > WINDOW_MS:
        return False
    return parsed[1][:_HALF] == digest(delivered.body, delivered.key, parsed[0])[:_HALF]


def _right(delivered: Delivered) -> int | None:
    """The timestamp, if the digest is right."""
    parsed = delivered.parsed()
    if parsed is None or parsed[1] != digest(delivered.body, delivered.key, parsed[0]):
        return None
    return parsed[0]


def _unless_late(delivered: Delivered) -> bool:
    signed = _right(delivered)
    return signed is not None and delivered.now_ms - signed <= WINDOW_MS


def _in_seconds_too(delivered: Delivered) -> bool:
    signed = _right(delivered)
    if signed is None:
        return False
    return abs(delivered.now_ms - (signed * 1000 if signed < _SECONDS_UNTIL else signed)) <= WINDOW_MS


def _within_two_minutes(delivered: Delivered) -> bool:
    signed = _right(delivered)
    return delivered.genuine and signed is not None and abs(delivered.now_ms - signed) <= _TWO_MINUTES_MS


def _any_second(delivered: Delivered) -> bool:
    parsed = delivered.parsed()
    shifted = parsed and digest(delivered.body, delivered.key, parsed[0] - 1000) == parsed[1]
    return delivered.genuine or bool(shifted)


FAULTS = (
    ReceiverFault(
        name="two-minutes",
        breaks="RCV-023",
        level=Level.SHOULD,
        text="It allows two minutes.",
        believes=_within_two_minutes,
    ),
    ReceiverFault(
        name="unsigned",
        breaks="RCV-030",
        text="It takes unsigned ones.",
        believes=lambda d: d.header is None or d.genuine,
    ),
    ReceiverFault(name="believes-all", breaks="RCV-031", text="It verifies nothing.", believes=lambda _: True),
    ReceiverFault(name="compares-half", breaks="RCV-032", text="It compares half of the digest.", believes=_half),
    ReceiverFault(
        name="two-keys",
        breaks="RCV-033",
        text="It takes another key too.",
        believes=lambda d: d.genuine or verify(d.body, f"{d.key}x", d.header, now_ms=d.now_ms),
    ),
    ReceiverFault(
        name="loose-body",
        breaks="RCV-034",
        text="It takes the signature of the body with a space behind it.",
        believes=lambda d: d.genuine or signs(d, d.body + b" "),
    ),
    ReceiverFault(
        name="loose-time", breaks="RCV-035", text="It takes the digest of a second earlier.", believes=_any_second
    ),
    ReceiverFault(
        name="no-window", breaks="RCV-036", text="It takes any time.", believes=lambda d: _right(d) is not None
    ),
    ReceiverFault(name="future", breaks="RCV-037", text="It takes any time ahead.", believes=_unless_late),
    ReceiverFault(name="seconds", breaks="RCV-038", text="It takes seconds too.", believes=_in_seconds_too),
    ReceiverFault(
        name="any-form",
        breaks="RCV-039",
        text="It takes headers that it cannot read.",
        believes=lambda d: d.genuine or (d.header is not None and d.parsed() is None),
    ),
    ReceiverFault(
        name="crashes-unsigned",
        breaks="RCV-040",
        text="It crashes without a header.",
        refuses=when(500, lambda d: d.header is None),
    ),
    ReceiverFault(
        name="hangs-on-forged", breaks="RCV-041", text="It never answers what it refuses.", refuses=lambda _: HANG
    ),
)
