"""The calls that an account begins with: every status, every reason, rich ones and sparse ones, by a seed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.mockvendor.account import Agent, audio_of, new_id, token
from conformance.mockvendor.record import STORAGE, Record
from conformance.mockvendor.timeline import Timeline, unanswered

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Sequence

    from conformance.model import JSON

__all__ = ["Scene", "history"]

_MINUTE = 60_000
_LENGTHS_MS = (20_000, 60_000, 3 * _MINUTE, 15 * _MINUTE)
_WEB_ONLY = frozenset({"error_user_not_joined"})
_NOT_CONNECTED = frozenset(
    [
        "dial_busy",
        "dial_failed",
        "dial_no_answer",
        "invalid_destination",
        "telephony_provider_permission_denied",
        "telephony_provider_unavailable",
        "sip_routing_error",
        "marked_as_spam",
        "user_declined",
    ]
)
_PHONE_ONLY = _NOT_CONNECTED | frozenset(
    [
        "call_transfer",
        "voicemail_reached",
        "ivr_reached",
        "machine_detected",
        "registered_call_timeout",
        "transfer_bridged",
        "transfer_cancelled",
        "error_twilio",
    ]
)
_NEVER_STARTED = frozenset(
    ["concurrency_limit_reached", "no_valid_payment", "error_user_not_joined", "registered_call_timeout"]
)
_ERRORS = _NEVER_STARTED | frozenset({"scam_detected"})
_COMMON = (
    *("user_hangup", "agent_hangup") * 4,
    *(
        "call_transfer",
        "inactivity",
        "voicemail_reached",
        "dial_no_answer",
        "dial_busy",
        "error_user_not_joined",
    ),
)
_CALLERS = ("anonymous", "11111", "FRONTDESK")
_METADATA: Sequence[dict[str, JSON]] = (
    {"customer_id": "cust_123", "source": "website"},
    {"customer_id": "cust_456", "notiz": "Grüße aus Köln ☕", "tags": ["a", "b"]},
    {"客户": "王小明", "vip": True, "rank": 3},
    {"order": {"id": "o-17", "lines": [{"sku": "AX-200", "count": 2}]}, "customer_id": "cust_789"},
    {},
)
_VARIABLES: Sequence[dict[str, JSON]] = (
    {"user_name": "Ada", "plan": "basic"},
    {"user_name": "José", "city": "Bogotá"},
    {"user_name": "John Example"},
)
_OFTEN, _MAYBE, _RARELY = 0.8, 0.5, 0.15


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Where history takes place.

    Attributes:
        rng: What everything is drawn from.
        now_ms: Every call was created before; the ended ones have ended before.
        agents: Who answers.
        numbers: The numbers of the account.
        reasons: Why calls end; every one of them occurs if there are calls enough.
    """

    rng: random.Random
    now_ms: int
    agents: Sequence[Agent]
    numbers: Sequence[str]
    reasons: Sequence[str]


def history(scene: Scene, count: int) -> list[Record]:
    """So many calls, oldest first."""
    rng, reasons = scene.rng, scene.reasons
    plots = [*reasons, *(rng.choice(_COMMON) for _ in range(max(0, count - len(reasons) - 3)))]
    rng.shuffle(plots)
    plots = [*plots[: max(0, count - 3)], "ongoing", "ongoing", "registered"][-count:] if count else []
    times = _times(rng, len(plots), scene.now_ms)
    return [
        _call(scene, plot, serial, created_ms)
        for serial, (plot, created_ms) in enumerate(zip(plots, times, strict=True))
    ]


def _times(rng: random.Random, count: int, now_ms: int) -> Iterator[int]:
    """When each was created, oldest first; some share their moment with the one before."""
    at, times = now_ms - 40 * _MINUTE, list[int]()
    recent = [now_ms - each for each in (5_000, 2 * _MINUTE, 3 * _MINUTE)]
    for index in range(max(0, count - 3)):
        if index % 12 not in {2, 3, 7}:
            at -= rng.randrange(2 * _MINUTE, 400 * _MINUTE)
        times.append(at)
    yield from reversed([*sorted(recent, reverse=True)[:count], *times])


def _call(scene: Scene, plot: str, serial: int, created_ms: int) -> Record:
    rng = scene.rng
    call_id = new_id(rng, "call_", 27)
    web = plot in _WEB_ONLY or (plot not in _PHONE_ONLY and plot != "registered" and rng.random() < _MAYBE)
    agent = rng.choice(scene.agents)
    sparse = rng.random() < _RARELY
    given: dict[str, JSON] = {"agent_id": agent.id, "agent_version": rng.randrange(agent.version + 1)}
    if not sparse:
        given |= {"agent_name": agent.name} | _extras(rng, plot)
    given |= {"access_token": token(rng, call_id)} if web else _parties(rng, plot, scene.numbers)
    call_type = "web_call" if web else "phone_call"
    return Record(
        call_id=call_id,
        call_type=call_type,
        serial=serial,
        created_ms=created_ms,
        timeline=_timeline(rng, plot, created_ms, scene.now_ms),
        given=given,
        sparse=sparse,
        audio=audio_of(call_type),
    )


def _timeline(rng: random.Random, plot: str, created_ms: int, now_ms: int) -> Timeline:
    if plot == "registered":
        return unanswered(created_ms, web=False)
    if plot == "ongoing":
        ends_ms = now_ms + rng.randrange(20 * _MINUTE, 40 * _MINUTE)
        return Timeline(starts_ms=created_ms, ends_ms=ends_ms, status="ended", reason="user_hangup")
    waits = plot in _NOT_CONNECTED or plot in _NEVER_STARTED
    return Timeline(
        starts_ms=None if waits else created_ms,
        ends_ms=created_ms + (rng.randrange(3_000, 30_000) if waits else rng.randrange(4_000, rng.choice(_LENGTHS_MS))),
        status=_status(plot),
        reason=plot,
        dated=plot in _NOT_CONNECTED and rng.random() < _MAYBE,
    )


def _status(reason: str) -> str:
    if reason in _NOT_CONNECTED:
        return "not_connected"
    return "error" if reason in _ERRORS or reason.startswith("error_") else "ended"


def _parties(rng: random.Random, plot: str, numbers: Sequence[str]) -> dict[str, JSON]:
    ours, theirs = rng.choice(numbers), f"+1415555{rng.randrange(110, 190):04}"
    inbound = plot == "registered" or (plot not in _NOT_CONNECTED and rng.random() < _MAYBE)
    if inbound and rng.random() < _RARELY:
        theirs = rng.choice(_CALLERS)
    source, destination = (theirs, ours) if inbound else (ours, theirs)
    found: dict[str, JSON] = {
        "from_number": source,
        "to_number": destination,
        "direction": "inbound" if inbound else "outbound",
    }
    if rng.random() < _MAYBE:
        found["telephony_identifier"] = {"twilio_call_sid": new_id(rng, "CA", 32)}
    return found


def _extras(rng: random.Random, plot: str) -> dict[str, JSON]:
    found: dict[str, JSON] = {}
    if rng.random() < _OFTEN:
        found["metadata"] = rng.choice(_METADATA)
    if rng.random() < _MAYBE:
        found["retell_llm_dynamic_variables"] = rng.choice(_VARIABLES)
    if rng.random() < _RARELY:
        found["custom_sip_headers"] = rng.choice(({}, {"X-Campaign": "Frühling", "X-Run": "17"}))
    if rng.random() < _OFTEN:
        found["data_storage_setting"] = rng.choice((*STORAGE[:1] * 5, *STORAGE, None))
        found["opt_in_signed_url"] = rng.random() < _RARELY
    if plot == "registered":
        found.setdefault("metadata", {"customer_id": "cust_123"})
    return found
