"""The calls of an account: where they come from, how they change, how they are shown."""

from __future__ import annotations

import random
import threading
import time
import uuid
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from personality import Personality

FIRST_START = 1_750_000_000_000
_REASONS = {
    "ended": ("user_hangup", "agent_hangup", "inactivity", "voicemail_reached", "call_transfer"),
    "not_connected": ("dial_busy", "dial_no_answer", "invalid_destination"),
    "error": ("error_user_not_joined", "registered_call_timeout", "error_unknown"),
}
_ODD = ("anonymous", "11111", "Reception")
_OPTIONAL_ALWAYS_SHOWN = frozenset({"start_timestamp", "end_timestamp", "metadata", "retell_llm_dynamic_variables"})
_REQUIRED = frozenset(
    {"call_id", "call_type", "agent_id", "agent_version", "call_status", "access_token", "from_number", "to_number"}
    | {"direction"}
)
_MAY_BE_NULL = ("recording_url", "public_log_url", "disconnection_reason", "transfer_destination", "latency")
_SENSITIVE = ("transcript", "transcript_object", "transcript_with_tool_calls", "retell_llm_dynamic_variables")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A call as it is stored.

    Attributes:
        made_ms: When it was made.
        missing_numbers: What register-phone-call was not given.
        looks: How often it was shown.
        hidden: Fields that are filtered by and not shown.
    """

    call: Mapping[str, Any]
    made_ms: int
    missing_numbers: tuple[str, ...] = ()
    looks: int = 0
    hidden: Mapping[str, Any] = field(default_factory=dict)


class Account:
    """Records by id, behind one lock; equal personalities have equal histories."""

    def __init__(self, personality: Personality) -> None:
        self.personality = personality
        self.lock = threading.RLock()
        self._random = random.Random(personality.name)  # noqa: S311 - ids and tokens that open nothing
        self._serial = 0
        self.old_agents = [self._id("agent") for _ in range(3)]
        self.agents = {personality.agent} | (set() if personality.agents_deleted else set(self.old_agents))
        self.numbers = {"+14155550100", "+14155550101"}
        self.records: Mapping[str, Record] = {}
        self._states: deque[tuple[float, Mapping[str, Record]]] = deque(maxlen=10_000)
        records = [self._remembered(index) for index in range(personality.calls)]
        self._become({record.call["call_id"]: record for record in records}, at=float("-inf"))

    def _become(self, records: Mapping[str, Record], *, at: float) -> None:
        self.records = records
        if self.personality.lag_seconds or not self._states:
            self._states.append((at, records))

    def _put(self, record: Record) -> None:
        self._become({**self.records, record.call["call_id"]: record}, at=time.monotonic())

    def drop(self, call_id: str) -> None:
        """Forget a call."""
        left = {key: record for key, record in self.records.items() if key != call_id}
        self._become(left, at=time.monotonic())

    @property
    def replica(self) -> Mapping[str, Record]:
        """The records as they were a little ago, which is what the list reads."""
        if not self.personality.lag_seconds:
            return self.records
        then = time.monotonic() - self.personality.lag_seconds
        return next(records for at, records in reversed(self._states) if at <= then)

    def _id(self, kind: str) -> str:
        shape, draw = self.personality.ids, self._random
        if shape == "uuid":
            return str(uuid.UUID(int=draw.getrandbits(128), version=4))
        if shape == "digits":
            self._serial += 1
            return str(1000 + self._serial)
        if shape == "hex":
            return f"{draw.getrandbits(128):032x}"
        if shape == "prefixed":
            return f"{kind}_{draw.getrandbits(108):027x}"
        letters = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789"
        return "".join(draw.choice(letters) for _ in range(32))

    def _remembered(self, index: int) -> Record:
        status = ("ended", "ended", "not_connected", "ended", "error", "ongoing")[index % 6]
        kind = "phone_call" if status == "not_connected" or index % 2 else "web_call"
        call = self._base(kind, self.old_agents[index % 3], index % 4, status)
        if kind == "phone_call":
            call.update(self._history_numbers(index, status))
        call["metadata"] = {
            "customer_id": f"cust_{index % 4}",
            "visits": index,
            "deep": {"plan": ("free", "paid")[index % 2]},
        }
        call["retell_llm_dynamic_variables"] = {"user_name": ("Ada", "Zoë")[index % 2]}
        self._live(call, index, status)
        if self.personality.grown:
            call = _grown(index, call)
        conceal = self.personality.hidden_on == "all" or index % 2 == 0
        hidden = {name: call.pop(name) for name in self.personality.hidden if conceal and name in call}
        return Record(call=call, made_ms=FIRST_START + index * 61_000 - 500, hidden=hidden)

    def _base(self, kind: str, agent: str, version: int, status: str) -> dict[str, Any]:
        call: dict[str, Any] = {"call_type": kind}
        if kind == "web_call":
            call["access_token"] = f"token-{self._random.getrandbits(64):x}"
        return {
            **call,
            "call_id": self._id("call"),
            "agent_id": agent,
            "agent_version": version,
            "agent_name": "Reception",
            "call_status": status,
        }

    def _history_numbers(self, index: int, status: str) -> dict[str, Any]:
        own, other = f"+1415555010{index % 2}", f"+141555501{10 + index % 5}"
        if status == "not_connected" or index % 4 == 1:
            return {"from_number": own, "to_number": other, "direction": "outbound"}
        caller = _ODD[index % 3] if self.personality.numbers == "odd" else other
        return {"from_number": caller, "to_number": own, "direction": "inbound"}

    def _live(self, call: dict[str, Any], index: int, status: str) -> None:
        if status != "ongoing":
            call["disconnection_reason"] = _REASONS[status][index % len(_REASONS[status])]
        if status == "not_connected" or self.personality.starts == "none":
            return
        start = FIRST_START + (0 if self.personality.starts == "equal" else index * 61_000)
        call["start_timestamp"] = start
        if status == "ongoing":
            call.update(latency={}, transcript="Agent: Hello", transcript_object=[])
            return
        if call["disconnection_reason"] == "call_transfer":
            call.update(
                transfer_destination="sip:desk@pbx.invalid;transport=tls", transfer_end_timestamp=start + 99_000
            )
        length = 0 if index % 5 == 4 else 10_000 + 1_000 * (index % 7)
        call.update(end_timestamp=start + length, duration_ms=length)
        call.update(_aftermath(index))

    def make(self, kind: str, body: dict[str, Any], direction: str | None) -> Record:
        """A call as a creation makes it."""
        agent = body.get("agent_id") or body.get("override_agent_id") or self.personality.agent
        version = body.get("agent_version", body.get("override_agent_version", 0))
        call = self._base(kind, agent, version if isinstance(version, int) else 0, "registered")
        missing: tuple[str, ...] = ()
        if kind == "phone_call":
            given: dict[str, Any] = {name: body[name] for name in ("from_number", "to_number") if name in body}
            way = direction or body.get("direction")
            filled = {"from_number": "anonymous", "to_number": "unknown", "direction": "inbound"}
            given |= {"direction": way} if way else {}
            missing = tuple(name for name in filled if name not in given)
            call.update(filled | given)
        call.update({name: body[name] for name in ("metadata", "custom_sip_headers") if name in body})
        self._variables(call, body.get("retell_llm_dynamic_variables"))
        if self.personality.fresh == "zeroed":
            call.update(latency={}, call_cost=_no_cost())
        record = Record(call=call, made_ms=_now_ms(), missing_numbers=missing)
        self._put(record)
        return record

    def _variables(self, call: dict[str, Any], given: dict[str, Any] | None) -> None:
        defaults = {"current_agent": "Reception", "call_type": call["call_type"]}
        if self.personality.merged_variables:
            call["retell_llm_dynamic_variables"] = {**defaults, **(given or {})}
        elif given is not None:
            call["retell_llm_dynamic_variables"] = given

    def change(self, record: Record, body: dict[str, Any]) -> Record:
        """Store what update-call was given."""
        call = dict(record.call)
        if "metadata" in body:
            before = call.get("metadata", {}) if self.personality.merges_metadata else {}
            call["metadata"] = {**before, **body["metadata"]}
        if body.get("data_storage_setting"):
            call["data_storage_setting"] = body["data_storage_setting"]
            if self.personality.storage_hides and body["data_storage_setting"] == "basic_attributes_only":
                for name in _SENSITIVE:
                    call.pop(name, None)
        if body.get("override_dynamic_variables"):
            call["collected_dynamic_variables"] = body["override_dynamic_variables"]
        changed = replace(record, call=call)
        self._put(changed)
        return changed

    def look(self, record: Record) -> None:
        """Time goes by between two looks: nobody joins, nobody picks up, or somebody does."""
        current = self.records.get(record.call["call_id"])
        if current is None or (self.personality.progress == "none" and not self.personality.rotating_token):
            return
        call = dict(current.call)
        if self.personality.progress == "fails":
            call.update(_failed(call, current.looks))
        if self.personality.progress == "lives":
            call.update(_alive(call, current.looks))
        self._put(replace(current, call=call, looks=current.looks + 1))

    def shown(self, record: Record, *, creation: bool = False, listed: bool = False) -> dict[str, Any]:
        """A call object as an answer shows it."""
        choice, call = self.personality, dict(record.call)
        if choice.fields == "few" or (choice.short_list and listed):
            call = {name: value for name, value in call.items() if name in _REQUIRED | _OPTIONAL_ALWAYS_SHOWN}
        if choice.drops_empty:
            call = {name: value for name, value in call.items() if value != {}}
        if choice.fields == "null":
            call = {**dict.fromkeys(_MAY_BE_NULL), **call}
        if creation and choice.unshown_numbers == "late":
            call = {name: value for name, value in call.items() if name not in record.missing_numbers}
        if choice.rotating_token and "access_token" in call:
            call["access_token"] += f".{record.looks}"
        return _decorated(call) if choice.extras else call


def _decorated(call: dict[str, Any]) -> dict[str, Any]:
    extra: dict[str, Any] = {
        "livekit_server_url": "wss://media.invalid",
        "_links": {"self": None},
        "tags": [1, "a", None],
    }
    if isinstance(call.get("latency"), dict):
        call["latency"] = {**call["latency"], "queue": {"p50": "unknown"}}
    if isinstance(call.get("call_analysis"), dict):
        call["call_analysis"] = {**call["call_analysis"], "model": {"name": "house", "version": 3}}
    return {**extra, **call, "workspace": {"id": 7}, "is_test": False}


def _no_cost() -> dict[str, Any]:
    return {"product_costs": [], "total_duration_seconds": 0, "total_duration_unit_price": 0, "combined_cost": 0}


def _aftermath(index: int) -> dict[str, Any]:
    words = [{"word": "Hello", "start": 0, "end": 0.0}, {"word": "there", "start": 0.5, "end": 1}]
    spoken = {"role": "agent", "content": "Hello there", "words": words, "metadata": {"response_id": index}}
    after: dict[str, Any] = {
        "transcript": "Agent: Hello there\nUser: Zoë 你好",
        "transcript_object": [spoken, {"role": "user", "content": "Zoë 你好", "words": []}],
        "transcript_with_tool_calls": [spoken, *_tools()],
        "recording_url": "https://media.invalid/recording.wav",
        "public_log_url": "https://media.invalid/log.txt",
        "latency": {"e2e": {"p50": 500.5 + 10 * index, "num": 2, "values": [500.5, 701]}, "llm": {}},
        "call_cost": {**_no_cost(), "combined_cost": 1.3416667, "product_costs": [{"product": "voice", "cost": 1.5}]},
        "opt_out_sensitive_data_storage": False,
        "data_storage_setting": "everything" if index % 2 else None,
        "custom_sip_headers": {},
    }
    if index % 3:
        after["call_analysis"] = {
            "call_summary": "A short talk.",
            "user_sentiment": ("Positive", "Neutral", "Unknown")[index % 3],
            "call_successful": bool(index % 2),
            "in_voicemail": index % 5 == 0,
            "custom_analysis_data": {},
        }
    return after


def _tools() -> list[dict[str, Any]]:
    return [
        {"role": "tool_call_invocation", "tool_call_id": "t1", "name": "look_up", "arguments": "{}", "type": "custom"},
        {"role": "tool_call_result", "tool_call_id": "t1", "content": "{}", "time_sec": 1.5},
        {
            "role": "node_transition",
            "former_node_id": "a",
            "former_node_name": "A",
            "new_node_id": "b",
            "new_node_name": "B",
            "time_sec": 2,
        },
        {"role": "dtmf", "digit": "5"},
    ]


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


def _grown(index: int, call: dict[str, Any]) -> dict[str, Any]:
    if index % 3 == 0 and call["call_status"] == "ended":
        kept = {name: value for name, value in call.items() if not name.startswith("transfer")}
        return {**kept, "disconnection_reason": ("budget_reached", "caller_fell_asleep")[index % 2]}
    return {**call, "call_status": "parked"} if call["call_status"] == "ongoing" and index % 4 == 1 else call


def _failed(call: dict[str, Any], looks: int) -> dict[str, Any]:
    if call["call_status"] != "registered" or looks < 1:
        return {}
    phone = call["call_type"] == "phone_call" and call["direction"] == "outbound"
    reason = "dial_no_answer" if phone else "error_user_not_joined"
    return {"call_status": "not_connected" if phone else "error", "disconnection_reason": reason}


def _alive(call: dict[str, Any], looks: int) -> dict[str, Any]:
    if call["call_status"] == "registered" and looks >= 1:
        return {"call_status": "ongoing", "start_timestamp": _now_ms()}
    if call["call_status"] != "ongoing" or looks < 3:
        return {}
    end = max(_now_ms(), call.get("start_timestamp", 0))
    ended = {"call_status": "ended", "end_timestamp": end, "disconnection_reason": "agent_hangup", **_aftermath(looks)}
    return {**ended, "duration_ms": end - call["start_timestamp"]} if "start_timestamp" in call else ended
