"""The life of a call as times: registered, ongoing, over, analysed. Nothing here looks at a clock."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from conformance.errors import UsageError

if TYPE_CHECKING:
    import random

__all__ = [
    "DIAL_WITHIN_MS",
    "JOIN_WITHIN_MS",
    "SPECIAL_NUMBERS",
    "Timeline",
    "answered",
    "checked_pace",
    "outbound",
    "unanswered",
]

JOIN_WITHIN_MS = 30_000
"""A web call must be joined so soon after its creation [docs: deploy/web-call 2026-05]."""

DIAL_WITHIN_MS = 300_000
"""A registered phone call must be dialled so soon [docs: deploy/custom-telephony 2026-08]."""

ANALYSIS_TAKES_MS = 4_000
TRANSFER_LEG_MS = 90_000
RINGS_MS = 2_000
_SLOWEST = 100

SPECIAL_NUMBERS = {
    "0199": ("not_connected", "dial_no_answer"),
    "0198": ("not_connected", "dial_busy"),
    "0197": ("not_connected", "dial_failed"),
    "0196": ("ended", "voicemail_reached"),
    "0195": ("not_connected", "invalid_destination"),
    "0194": ("not_connected", "user_declined"),
}
"""How a phone call ends by the last four digits of the number that is called."""

_ENDINGS = (
    ("ended", "user_hangup"),
    ("ended", "user_hangup"),
    ("ended", "agent_hangup"),
    ("ended", "agent_hangup"),
    ("ended", "call_transfer"),
    ("ended", "voicemail_reached"),
    ("ended", "inactivity"),
    ("not_connected", "dial_no_answer"),
    ("not_connected", "dial_busy"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """When a call starts and ends, and how. All times in milliseconds since the Unix epoch.

    Attributes:
        starts_ms: When it is connected, or None if it never will be.
        ends_ms: When it is over.
        status: Its status then.
        reason: Why it ended.
        dated: False if a call that never connected shows no times at all.
        analysis_ms: How long after the end it is analysed.
        leg_ms: How long the leg of a transfer goes on after the end.
        uncut: What it was before somebody hung up.
    """

    starts_ms: int | None
    ends_ms: int
    status: str
    reason: str
    dated: bool = True
    analysis_ms: int = ANALYSIS_TAKES_MS
    leg_ms: int = TRANSFER_LEG_MS
    uncut: Timeline | None = None

    @property
    def expected_ms(self) -> int:
        """When it would have ended had nobody hung up."""
        return (self.uncut or self).ends_ms

    @property
    def transfers_ms(self) -> int | None:
        """When a transfer begins or would have begun, None if there is none."""
        whole = self.uncut or self
        if whole.starts_ms is None or whole.reason != "call_transfer":
            return None
        return whole.ends_ms - (whole.ends_ms - whole.starts_ms) // 10

    def paced(self, begun_ms: int, pace: float) -> Timeline:
        """The same life so many times as long, counted from the time when it was begun."""

        def later(at_ms: int) -> int:
            return begun_ms + _scaled(at_ms - begun_ms, pace)

        return replace(
            self,
            starts_ms=None if self.starts_ms is None else later(self.starts_ms),
            ends_ms=later(self.ends_ms),
            analysis_ms=_scaled(self.analysis_ms, pace),
            leg_ms=_scaled(self.leg_ms, pace),
        )

    def phase(self, now_ms: int) -> str:
        """`registered`, `ongoing`, `over` or `analysed` at that time."""
        if now_ms >= self.ends_ms:
            return "analysed" if now_ms >= self.ends_ms + self.analysis_ms else "over"
        if self.starts_ms is not None and now_ms >= self.starts_ms:
            return "ongoing"
        return "registered"

    def status_at(self, now_ms: int) -> str:
        """The `call_status` at that time."""
        phase = self.phase(now_ms)
        return self.status if phase in {"over", "analysed"} else phase

    def cut(self, now_ms: int, reason: str) -> Timeline:
        """The same call, hung up at that time."""
        return replace(self, ends_ms=now_ms, status="ended", reason=reason, uncut=self.uncut or self)


def checked_pace(pace: float) -> float:
    """The pace, if it is one.

    Raises:
        UsageError: If it is not above 0 and at most 100.
    """
    if not 0 < pace <= _SLOWEST:
        raise UsageError(f"The pace is {pace:g}; it must be above 0 and at most {_SLOWEST}.")
    return pace


def _scaled(span_ms: int, pace: float) -> int:
    """A span so many times as long, but never shorter than a millisecond."""
    return max(1, round(span_ms * pace)) if span_ms else 0


def unanswered(created_ms: int, *, web: bool) -> Timeline:
    """A call that nobody joins or dials: it ends in an error when its time is up."""
    return Timeline(
        starts_ms=None,
        ends_ms=created_ms + (JOIN_WITHIN_MS if web else DIAL_WITHIN_MS),
        status="error",
        reason="error_user_not_joined" if web else "registered_call_timeout",
        dated=False,
    )


def answered(now_ms: int, rng: random.Random) -> Timeline:
    """A call that is joined now and goes on for a while."""
    return Timeline(
        starts_ms=now_ms,
        ends_ms=now_ms + rng.randrange(20_000, 180_000),
        status="ended",
        reason=rng.choice(("user_hangup", "agent_hangup")),
    )


def outbound(created_ms: int, to_number: str, rng: random.Random) -> Timeline:
    """A phone call that is dialled at once; what becomes of it hangs on the number, else on the seed."""
    status, reason = SPECIAL_NUMBERS.get(to_number[-4:]) or rng.choice(_ENDINGS)
    if status == "not_connected":
        return Timeline(
            starts_ms=None,
            ends_ms=created_ms + (25_000 if reason == "dial_no_answer" else 4_000),
            status=status,
            reason=reason,
            dated=rng.random() < 0.5,  # noqa: PLR2004 - both kinds have been seen
        )
    starts_ms = created_ms + RINGS_MS
    return Timeline(
        starts_ms=starts_ms, ends_ms=starts_ms + rng.randrange(8_000, 120_000), status=status, reason=reason
    )
