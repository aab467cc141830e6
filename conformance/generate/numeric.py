"""Numbers from bytes: near zero, at the limits, and in between."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from conformance.generate.flat import Flat, number_bounds

SAFE_INTEGER = 2**53 - 1
"""The largest whole number that every JSON parser keeps exactly."""
_UNITS: Mapping[str, tuple[int, int]] = {
    "ms-epoch": (1_704_067_200_000, 1_893_455_999_999),  # the years 2024 to 2029
    "ms": (0, 7_200_000),
    "s": (0, 7_200),
    "cents": (0, 100_000),
    "cents-per-s": (0, 100),
    "count": (0, 10_000),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegerNode:
    """Whole numbers from `low` to `high`, times `step`; the simplest is the one nearest to zero."""

    low: int
    high: int
    step: int = 1
    height: int = 0

    @property
    def width(self) -> int:
        """Bytes that one number is made from."""
        return 1 if self.high - self.low < 256 else 8  # noqa: PLR2004 - values of a byte

    def build(self, data: bytes, at: int, _source: object) -> int:
        """The number that `width` bytes at `at` stand for."""
        span, style = self.high - self.low, data[at]
        if self.width == 1:
            return self._number(style * (span + 1) >> 8)
        if style < 128:  # noqa: PLR2004 - shares of 256, here and below
            return self._number(min(data[at + 1], span), negative=bool(style & 1))
        if style < 144:  # noqa: PLR2004
            return (self.low if style & 1 else self.high) * self.step
        size = 2 if style < 192 else 7  # noqa: PLR2004
        return self._number(int.from_bytes(data[at + 1 : at + 1 + size], "big") % (span + 1), bool(style & 1))

    def _number(self, offset: int, negative: bool = False) -> int:  # noqa: FBT001, FBT002 - private
        origin = min(max(0, self.low), self.high)
        up, down = self.high - origin, origin - self.low
        if negative and offset <= down:
            return (origin - offset) * self.step
        return (origin + offset if offset <= up else origin - (offset - up)) * self.step


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberNode:
    """Numbers of few digits from `low` to `high`, whole ones among them; `open` ends are never reached."""

    low: float
    high: float
    open_low: bool = False
    open_high: bool = False
    step: Decimal | None = None
    width: int = 8
    height: int = 0

    def build(self, data: bytes, at: int, _source: object) -> float:
        """The number that 8 bytes at `at` stand for."""
        style = data[at]
        share = int.from_bytes(data[at + 1 : at + 5], "big")
        if self.step is not None:
            return self._multiple(style, share)
        origin = min(max(0.0, self.low), self.high)
        if style < 96:  # noqa: PLR2004 - shares of 256, here and below
            found: float = math.ceil(origin) + (data[at + 1] if style else 0)
        elif style < 176:  # noqa: PLR2004
            found = round(origin + share % 65_536 / 100, 2)
        elif style < 192:  # noqa: PLR2004
            found = self.low if style & 1 else self.high
        else:
            return self._between(share)
        return found if self._inside(found) else self._between(share)

    def _inside(self, number: float) -> bool:
        above = number > self.low or (number == self.low and not self.open_low)
        below = number < self.high or (number == self.high and not self.open_high)
        return above and below

    def _between(self, share: int) -> float:
        reach = min(self.high - self.low, 1e6)
        base = self.low if abs(self.low) < abs(self.high) else self.high - reach
        found = round(base + reach * (share + 1) / (2**32 + 1), 7)
        return found if self._inside(found) else (self.low + self.high) / 2

    def _multiple(self, style: int, share: int) -> float:
        step = self.step or Decimal(1)
        first = math.ceil(Decimal(str(self.low)) / step) + self.open_low
        last = math.floor(Decimal(str(self.high)) / step) - self.open_high
        count = share if style >= 96 else share >> 24  # noqa: PLR2004
        found = (min(max(first, 0), last) + count) * step
        found = found if first * step <= found <= last * step else (first + count % (last - first + 1)) * step
        return int(found) if found == int(found) else float(found)


def integer_node(flat: Flat) -> IntegerNode | None:
    """Whole numbers within the limits of a schema, or None if there is none."""
    low, high = _limits(flat)
    step = math.lcm(*(int(each) for each in flat.multiples)) if flat.multiples else 1
    least = math.floor(low) + 1 if _open(flat, "exclusiveMinimum", low) else math.ceil(low)
    most = math.ceil(high) - 1 if _open(flat, "exclusiveMaximum", high) else math.floor(high)
    least, most = -(-least // step), most // step
    return IntegerNode(low=least, high=most, step=step) if least <= most else None


def number_node(flat: Flat) -> NumberNode | None:
    """Numbers within the limits of a schema, or None if there is none."""
    low, high = _limits(flat)
    open_low, open_high = _open(flat, "exclusiveMinimum", low), _open(flat, "exclusiveMaximum", high)
    if low > high or (low == high and (open_low or open_high)):
        return None
    step = Decimal(str(flat.multiples[0])) if flat.multiples else None
    return NumberNode(low=low, high=high, open_low=open_low, open_high=open_high, step=step)


def _limits(flat: Flat) -> tuple[float, float]:
    low, high = number_bounds(flat)
    least, most = _UNITS.get(flat.notes.get("x-unit", ""), (-SAFE_INTEGER, SAFE_INTEGER))
    if (high is not None and high < least) or (low is not None and low > most):
        least, most = -SAFE_INTEGER, SAFE_INTEGER
    return (low if low is not None else least), (high if high is not None else most)


def _open(flat: Flat, keyword: str, limit: float) -> bool:
    return keyword in flat.limits and flat.limits[keyword] == limit
