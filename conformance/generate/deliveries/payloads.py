"""Webhook payloads of every era of V2: what a vendor may send about a call, from the schemas and a seed."""

from __future__ import annotations

import functools
import random
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from conformance.contract.schemas import SchemaSet, load_schemas
from conformance.generate.draw import draw_values
from conformance.generate.strategies import sample, simplest, strategy_for
from conformance.generate.text import TextPolicy
from conformance.model import JSON

EVENTS = ("call_started", "call_ended", "call_analyzed")
"""What is sent unless others are chosen."""
CHOSEN_EVENTS = (
    "transcript_updated",
    "transfer_started",
    "transfer_bridged",
    "transfer_cancelled",
    "transfer_ended",
)
"""What the newest edition sends too, if it is chosen on the agent."""
CALL_TYPES = ("phone_call", "web_call")
ERAS = ("v2-launch", "v2-2025", "v2")
"""The editions that a receiver of V2 meets, oldest first. The first sends `data` beside `call`."""

NUMBERS = ("+12125550101", "+14155550123", "+12135550142")
"""Fictional: ours, the other side's, and where calls are transferred to."""

_SPARE = 8
_BEGAN_MS = 1_767_261_600_000
_AGENT = "agent_5a1e0c7d9b3f42688e1d7c06b4"
_SAID = "Agent: Hello, how can I help?\nUser: I would like to book a table.\n"
_WORDS = (("agent", "Hello, how can I help?"), ("user", "I would like to book a table."))
_DRAWN = frozenset({"metadata", "transcript", "transcript_object"})
_LATE = frozenset({"end_timestamp", "duration_ms", "disconnection_reason"})


@dataclass(kw_only=True)
class Payloads:
    """Makes payloads. Equal seeds give equal ones, in the order in which they are asked for.

    Attributes:
        seed: Of ids and of what is drawn.
        eras: The editions to speak, oldest first.
    """

    seed: int
    eras: tuple[str, ...] = ERAS
    _made: int = field(default=0, init=False)
    _random: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._random = random.Random(f"{self.seed} deliveries")  # noqa: S311 - test data, not secrets

    def call_id(self) -> str:
        """A new id, in a published form."""
        return f"call_{self._random.getrandbits(108):027x}"

    def ordinary(self, era: str, call_type: str, event: str, *, call_id: str | None = None) -> dict[str, JSON]:
        """A short payload in ASCII with what nearly every call has."""
        known = _properties(load_schemas(era), f"webhook-{call_type.replace('_', '-')}")
        call = {name: value for name, value in self._usual(call_type, event).items() if name in known}
        call["call_id"] = call_id or call["call_id"]
        return self._enveloped(era, event, call)

    def _usual(self, call_type: str, event: str) -> dict[str, JSON]:
        began = _BEGAN_MS + self._made * 60_000
        self._made += 1
        call: dict[str, JSON] = {"call_id": self.call_id(), "call_type": call_type, **_numbers(call_type)}
        call |= {
            "agent_id": _AGENT,
            "agent_version": 3,
            "call_status": "ongoing" if event in {"call_started", "transcript_updated"} else "ended",
            "metadata": {"order": "A-1001"},
            "start_timestamp": began,
        }
        if event.startswith("transfer_") and event != "transfer_ended":
            call["call_status"] = "ongoing"
        if event != "call_started":
            call |= {"transcript": _SAID, "transcript_object": _transcript()}
        if call["call_status"] == "ended":
            call |= {"end_timestamp": began + 42_000, "duration_ms": 42_000, "disconnection_reason": "user_hangup"}
        if event == "call_analyzed":
            call["call_analysis"] = _analysis()
        return call

    def _enveloped(self, era: str, event: str, call: Mapping[str, JSON]) -> dict[str, JSON]:
        payload: dict[str, JSON] = {"event": event, "call": dict(call)}
        known = _properties(load_schemas(era), f"webhook-{event.replace('_', '-')}")
        if "data" in known:
            payload["data"] = dict(call)
        if "event_timestamp" in known:
            payload["event_timestamp"] = call.get("end_timestamp") or _BEGAN_MS
        if event == "transcript_updated":
            payload["transcript_with_tool_calls"] = _transcript()
        if "transfer_destination" in known:
            payload["transfer_destination"] = {"number": NUMBERS[2], "extension": "7"}
            payload["transfer_option"] = {"type": "cold_transfer", "showTransfereeAsCaller": False}
        return payload

    def minimal(self, era: str, call_type: str, event: str) -> dict[str, JSON]:
        """Nothing but what must be there; a status that fits, and the analysis where it is the news."""
        ordinary = self.ordinary(era, call_type, event)
        names = _required(era, call_type)
        call = {name: value for name, value in ordinary["call"].items() if name in names}
        if event == "call_analyzed":
            call["call_analysis"] = {}
        return {"event": event, "call": call, **({"data": dict(call)} if "data" in ordinary else {})}

    def full(self, era: str, call_type: str, event: str) -> dict[str, JSON]:
        """Every member that the schema knows, in ASCII; what is not usual is drawn."""
        ordinary = self.ordinary(era, call_type, event)
        call: dict[str, JSON] = dict(ordinary["call"])
        for name in _properties(load_schemas(era), f"webhook-{call_type.replace('_', '-')}"):
            if name not in call and not _too_early(name, event, call):
                call[name] = _member(era, call_type, name, self.seed)
        return {**ordinary, "call": call, **({"data": call} if "data" in ordinary else {})}

    def drawn(
        self, era: str, call_type: str, events: Sequence[str], *, count: int
    ) -> Iterator[tuple[str, dict[str, JSON]]]:
        """Payloads that nobody wrote down, with their events in turn: what names and dates a call is usual."""
        usual = self._usual(call_type, "call_ended")
        bundle = load_schemas(era).bundle(f"webhook-{call_type.replace('_', '-')}")
        known = _properties(load_schemas(era), bundle["$ref"][8:])
        fixed = {name: value for name, value in usual.items() if name in known and name not in _DRAWN}
        values = draw_values(strategy_for(bundle, overrides=fixed), count=count + _SPARE, seed=self.seed)
        for index, call in enumerate(values[-count:] if count else ()):  # the most varied come last
            event = events[index % len(events)]
            call["call_id"] = self.call_id()
            if event == "call_started":
                call["call_status"] = "ongoing"
            if event == "call_analyzed":
                call.setdefault("call_analysis", {})
            kept = {name: _sensible(name, value) for name, value in call.items() if not _too_early(name, event, call)}
            yield event, self._enveloped(era, event, kept)

    def unconnected(self, era: str, call_type: str, event: str, reason: str) -> dict[str, JSON]:
        """A call that never connected: no start, no transcript, nothing of an end but the reason."""
        payload = self.ordinary(era, call_type, event)
        gone = {"start_timestamp", "end_timestamp", "duration_ms", "transcript", "transcript_object"}
        call = {name: value for name, value in payload["call"].items() if name not in gone}
        statuses = load_schemas(era).definition("call-status")["enum"]
        call |= {
            "call_status": "not_connected" if "not_connected" in statuses else "error",
            "disconnection_reason": reason,
        }
        if event == "call_analyzed":
            call["call_analysis"] = {"call_successful": False}
        return {**payload, "call": call, **({"data": call} if "data" in payload else {})}

    def inbound(self) -> dict[str, JSON]:
        """The question that is asked before an inbound call is answered."""
        numbers = {"from_number": NUMBERS[1], "to_number": NUMBERS[0]}
        return {"event": "call_inbound", "call_inbound": {"agent_id": _AGENT, "agent_version": 3, **numbers}}


def events_of(era: str) -> tuple[str, ...]:
    """The events of an edition."""
    known: tuple[str, ...] = tuple(load_schemas(era).definition("webhook")["properties"]["event"]["enum"])
    return known


def _numbers(call_type: str) -> dict[str, JSON]:
    if call_type != "phone_call":
        return {}
    return {"from_number": NUMBERS[0], "to_number": NUMBERS[1], "direction": "outbound"}


def _transcript() -> list[JSON]:
    return [{"role": role, "content": content, "words": []} for role, content in _WORDS]


def _analysis() -> dict[str, JSON]:
    return {"call_summary": "A table was booked.", "user_sentiment": "Positive", "call_successful": True}


def _too_early(name: str, event: str, call: Mapping[str, JSON]) -> bool:
    """Whether a call has no such member yet; and the token of a web call stands in no webhook."""
    if name in _LATE | {"transfer_end_timestamp", "call_cost"}:
        return call.get("call_status") != "ended"
    return name == "access_token" or (name == "call_analysis" and event != "call_analyzed")


@functools.cache
def _required(era: str, call_type: str) -> frozenset[str]:
    """The members that a call cannot lack."""
    return frozenset(simplest(load_schemas(era).bundle(f"webhook-{call_type.replace('_', '-')}")))


@functools.lru_cache(maxsize=256)
def _member(era: str, call_type: str, name: str, seed: int) -> JSON:
    """A value for one member, drawn from its schema."""
    if name == "transfer_destination":
        return NUMBERS[2]
    bundle = load_schemas(era).bundle(f"webhook-{call_type.replace('_', '-')}")
    schema = {"$defs": bundle["$defs"], **_properties(load_schemas(era), bundle["$ref"][8:])[name]}
    values = sample(schema, seed=seed * 97 + zlib.crc32(name.encode()), text=TextPolicy(unicode=False))
    return _sensible(name, next(values))


def _sensible(name: str, value: JSON) -> JSON:
    return _link(name) if name.endswith("_url") and isinstance(value, str) else value


def _link(name: str) -> str:
    return f"https://files.example.com/{name.replace('_', '-')}"


def _properties(schemas: SchemaSet, name: str) -> dict[str, JSON]:
    """The members that a definition knows, those included that it takes over."""
    found: dict[str, JSON] = {}
    waiting: list[JSON] = [schemas.definition(name)] if name in schemas else []
    while waiting:
        schema = schemas.resolved(waiting.pop())
        found = {**schema.get("properties", {}), **found}
        waiting.extend(schema.get("allOf", ()))
    return found
