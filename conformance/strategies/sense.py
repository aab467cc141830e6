"""What a schema cannot say of a call: which fields go with which status, and that times follow each other.

A drawn call is fitted, not filtered: what cannot be is taken away or moved, so that nothing drawn is lost and a
smaller draw is a smaller call. What the user gave stays as it is, and the rest is fitted around it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from conformance.model import JSON

NOT_CONNECTED = (
    "dial_busy",
    "dial_failed",
    "dial_no_answer",
    "invalid_destination",
    "telephony_provider_permission_denied",
    "telephony_provider_unavailable",
    "sip_routing_error",
    "marked_as_spam",
    "user_declined",
)
"""Reasons of a call that was dialled in vain [docs-2026-05 reliability/debug-call-disconnect]."""
_FAILED = frozenset({"concurrency_limit_reached", "no_valid_payment", "scam_detected", "registered_call_timeout"})
_TRANSFERRED = ("call_transfer", "transfer_bridged", "transfer_cancelled")
_NOBODY_CAME = {"error_user_not_joined": "web_call", "registered_call_timeout": "phone_call"}
_BEFORE_THE_END = ("registered", "ongoing")
_TIMES = ("start_timestamp", "end_timestamp", "duration_ms")
_OF_THE_END = frozenset({"end_timestamp", "duration_ms", "disconnection_reason", "call_cost"})
_PERCENTILES = ("min", "p50", "p90", "p95", "p99", "max")
_LEG_MS = 600_000
_ANONYMOUS, _NUMBER = "anonymous", "+14155550100"


def status_of(reason: str, statuses: Collection[str]) -> str:
    """The status that goes with a reason; what came before `not_connected` called such calls failed."""
    if reason in NOT_CONNECTED:
        return "not_connected" if "not_connected" in statuses else "error"
    return "error" if reason.startswith("error_") or reason in _FAILED else "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sense:
    """What holds of the calls of one kind, in one edition, at one event.

    Attributes:
        given: The fields that the user gave.
        statuses: Those that the edition knows.
        allowed: Those of them that the event allows.
        reasons: Those that the edition knows.
        late: The fields that come with the end of a call or later.
        fields: All that the edition knows.
        analysed: True if the analysis is there, False if it is not, None if it may be.
        token: Whether a web call carries its token.
    """

    given: frozenset[str]
    statuses: Sequence[str]
    allowed: Sequence[str]
    reasons: Sequence[str]
    late: frozenset[str]
    fields: frozenset[str]
    analysed: bool | None = None
    token: bool = True

    def fitted(self, drawn: Mapping[str, JSON]) -> dict[str, JSON]:
        """A call that can be, from one that is only valid."""
        call = dict(drawn)
        call["call_status"] = status = self._status(call)
        connected = status in {"ongoing", "ended"} or (status == "error" and "end_timestamp" in drawn)
        if status not in _BEFORE_THE_END:
            call["disconnection_reason"] = reason = self._reason(call, status)
            connected = connected and reason not in _NOBODY_CAME
        self._drop(call, self._impossible(status, connected=connected))
        if not self.given.issuperset(_TIMES):
            self._date(call, drawn, status)
        self._complete(call, status)
        _raise_percentiles(call)
        known = self.fields | self.given
        return {name: value for name, value in call.items() if name in known}

    def _status(self, call: Mapping[str, JSON]) -> str:
        drawn = str(call["call_status"])
        if "call_status" in self.given:
            return drawn
        reason, possible = call.get("disconnection_reason"), self._possible(call)
        if "disconnection_reason" in self.given and isinstance(reason, str):
            return status_of(reason, self.statuses)
        if drawn in possible:
            return drawn
        return possible[self.statuses.index(drawn) % len(possible)] if drawn in self.statuses else possible[0]

    def _possible(self, call: Mapping[str, JSON]) -> Sequence[str]:
        """The statuses that go with what the user gave."""
        found = list(self.allowed)
        transferred = "transfer_destination" in self.given and call.get("transfer_destination") is not None
        if transferred or self.given & (self.late - {"call_analysis", "transfer_destination"}):
            found = [each for each in found if each == "ended"]
        elif "call_analysis" in self.given:
            found = [each for each in found if each not in _BEFORE_THE_END]
        elif "start_timestamp" in self.given:
            found = [each for each in found if each not in {"registered", "not_connected"}]
        if call.get("call_type") == "web_call" or ("direction" in self.given and call.get("direction") != "outbound"):
            found = [each for each in found if each != "not_connected"]  # it is a dial that did not connect
        return found or ["ended"]

    def _reason(self, call: Mapping[str, JSON], status: str) -> JSON:
        drawn = call.get("disconnection_reason")
        if "disconnection_reason" in self.given:
            return drawn
        if "transfer_destination" in self.given and call["transfer_destination"] is not None:
            return next(each for each in _TRANSFERRED if each in self.reasons)
        of_status = [each for each in self.reasons if status_of(each, self.statuses) == status] or self.reasons
        fit = [each for each in of_status if _is_of_type(each, call.get("call_type"))] or of_status
        return drawn if drawn in fit else fit[self.reasons.index(str(drawn)) % len(fit)]

    def _impossible(self, status: str, *, connected: bool) -> set[str]:
        """What such a call has not."""
        late = {*self.late, *_OF_THE_END, "transfer_destination"}
        gone: set[str] = set()
        if status in _BEFORE_THE_END:
            gone = late | ({"start_timestamp"} if status == "registered" else set())
        elif not connected:
            gone = late - {"disconnection_reason", "call_analysis", *_TIMES}
        if self.analysed is False:
            gone.add("call_analysis")
        if not self.token:
            gone.add("access_token")
        return gone

    def _drop(self, call: dict[str, JSON], names: Collection[str]) -> None:
        for name in names:
            if name not in self.given:
                call.pop(name, None)

    def _date(self, call: dict[str, JSON], drawn: Mapping[str, JSON], status: str) -> None:
        """Let the times follow each other."""
        if status in _BEFORE_THE_END:
            return
        dated = status == "ended" or "end_timestamp" in drawn or bool(self.given & set(_TIMES))
        if not dated:
            self._drop(call, _TIMES)
            return
        start, end, length = (drawn.get(name) for name in _TIMES)
        if "end_timestamp" in self.given and "start_timestamp" in self.given and "duration_ms" not in self.given:
            call["duration_ms"] = max(_ms(end) - _ms(start), 0)
        elif "end_timestamp" in self.given:
            call["start_timestamp"] = start if "start_timestamp" in self.given else _ms(end) - _ms(length)
        else:
            call["end_timestamp"] = _ms(start) + _ms(length)

    def _complete(self, call: dict[str, JSON], status: str) -> None:
        """What hangs on the rest of the call."""
        if self.analysed and "call_analysis" not in call:
            call["call_analysis"] = {}
        if "transfer_end_timestamp" in call and "transfer_end_timestamp" not in self.given:
            after = int(call["transfer_end_timestamp"]) % _LEG_MS
            call["transfer_end_timestamp"] = int(call.get("end_timestamp", 0)) + after
        if call.get("disconnection_reason") not in _TRANSFERRED:
            self._drop(call, ("transfer_end_timestamp", "transfer_destination"))
        if status == "not_connected" and "direction" in call and "direction" not in self.given:
            call["direction"] = "outbound"
        if call.get("direction") == "outbound" and call.get("from_number") == _ANONYMOUS:
            call["from_number"] = call["from_number"] if "from_number" in self.given else _NUMBER


def _is_of_type(reason: str, call_type: JSON) -> bool:
    if call_type == "web_call" and reason in NOT_CONNECTED:
        return False
    return call_type in {_NOBODY_CAME.get(reason, call_type), None}


def _ms(value: JSON) -> int:
    return int(value or 0)


def _raise_percentiles(call: dict[str, JSON]) -> None:
    """Sort what is counted from the same values."""
    latency = call.get("latency")
    for stats in latency.values() if isinstance(latency, dict) else ():
        if isinstance(stats, dict):
            names = [name for name in _PERCENTILES if name in stats]
            stats.update(zip(names, sorted(stats[name] for name in names), strict=True))
