"""Whether chance explains that something is seen more often, or less often, than before.

The rule. Of two counts, `some of all` before and now, Fisher's exact test gives how likely so large a difference is if
nothing changed. What the contract forbids a correct target never does, so that little is enough there: less likely
than 1 in 1,000, or none before and all now (or the reverse) in three pictures each. What the contract allows differs
from account to account: less likely than 1 in 1,000,000; and a share that only dropped, from all, needs 20 pictures
on both sides.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

FEW, MANY = 3, 20
_FORBIDDEN, _ALLOWED = 1e-3, 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How many of all."""

    some: int
    all: int

    def __str__(self) -> str:
        return f"{self.some or 'none'} of {self.all}"


def chance(before: Share, now: Share) -> float:
    """How likely so large a difference of two shares is, in its direction, if nothing changed: 0 to 1."""
    if not before.all or not now.all:
        return 1.0
    if before.some * now.all > now.some * before.all:
        before, now = now, before
    # Now has the larger share: how likely is it to have as many of all the `some`, or more.
    total, marked = before.all + now.all, before.some + now.some
    whole = _log_choose(total, marked)
    most = min(now.all, marked)
    likely = sum(
        math.exp(_log_choose(now.all, some) + _log_choose(before.all, marked - some) - whole)
        for some in range(now.some, most + 1)
        if marked - some <= before.all
    )
    return min(likely, 1.0)


def is_telling(likely: float, before: Share, now: Share, *, allowed: bool) -> bool:
    """Whether a difference is worth telling.

    Args:
        likely: From `chance`; of several independent counts, the product.
        allowed: Whether the contract allows what is seen now.
    """
    if allowed:
        return likely < _ALLOWED
    total = min(before.all, now.all) >= FEW and {before.some, now.some} == {0, now.all if now.some else before.all}
    return likely < _FORBIDDEN or total


def _log_choose(all_: int, some: int) -> float:
    return math.lgamma(all_ + 1) - math.lgamma(some + 1) - math.lgamma(all_ - some + 1)
