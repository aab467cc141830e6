"""An example of what a schema allows, with every field: made from the schema alone, so always the same.

Names, numbers and links are fictional, and what looks like a credential opens nothing.
"""

from __future__ import annotations

import copy
import functools
from collections.abc import Mapping
from dataclasses import replace

from conformance.contract.schemas import load_schemas
from conformance.generate.branches import Branch, Reader
from conformance.generate.compiler import judge
from conformance.generate.flat import Flat, Schema
from conformance.model import JSON

__all__ = ["example"]

_DEEPEST = 8
_BEGAN_MS = 1_767_261_600_000
_LINK = "https://files.example.com/call_5a1e0c7d9b/{name}"
_USUAL: Mapping[str, JSON] = {
    "access_token": "token_example_opens_nothing",
    "agent_id": "agent_5a1e0c7d9b",
    "agent_name": "Booking",
    "agent_version": 3,
    "arguments": '{"day": "Friday"}',
    "area_code": 415,
    "call_id": "call_5a1e0c7d9b",
    "call_summary": "A table for two was booked.",
    "collected_dynamic_variables": {"table_for": "2"},
    "content_type": "text",
    "cost": 12.5,
    "content": "I would like to book a table.",
    "custom_analysis_data": {"wants_callback": False},
    "custom_attributes": {"vip": True},
    "custom_sip_headers": {"X-Order": "A-1001"},
    "data": {"call_id": "call_5a1e0c7d9b"},
    "digit": "1",
    "disconnection_reason": "user_hangup",
    "duration_ms": 42_000,
    "end_call_after_silence_ms": 60_000,
    "end_timestamp": _BEGAN_MS + 42_000,
    "event_timestamp": _BEGAN_MS + 42_100,
    "from_number": "+12125550101",
    "fallback_number": "+12135550142",
    "inbound_agent_id": "agent_5a1e0c7d9b",
    "limit": 50,
    "lower_threshold": 0,
    "max": 1_010,
    "metadata": {"order": "A-1001"},
    "min": 410,
    "name": "book_table",
    "nickname": "Front desk",
    "number": "+12135550142",
    "outbound_agent_id": "agent_5a1e0c7d9b",
    "override_agent_id": "agent_5a1e0c7d9b",
    "p50": 640,
    "p90": 820,
    "p95": 900,
    "p99": 990,
    "pagination_key": "call_5a1e0c7d9a",
    "phone_number": "+14155550123",
    "phone_number_pretty": "+1 (415) 555-0123",
    "product": "voice",
    "retell_llm_dynamic_variables": {"user_name": "Ada"},
    "role": "user",
    "sample_rate": 48_000,
    "start_timestamp": _BEGAN_MS,
    "to_number": "+14155550123",
    "termination_uri": "example.pstn.example.com",
    "tool_call_id": "tool_call_1",
    "transcript": "Agent: Hello, how can I help?\nUser: I would like to book a table.\n",
    "transfer_destination": "+12135550142",
    "transfer_end_timestamp": _BEGAN_MS + 90_000,
    "user_sentiment": "Positive",
    "value": 820,
    "values": [640, 820],
    "word": "table",
}
"""What a field usually holds, where the schema allows it."""
_SPOKEN: Mapping[str, str] = {"_reason": "As the caller said.", "_name": "Greeting", "_id": "id_1", "_ids": "id_1"}
"""What a text holds, by how the name of its field ends."""
_WHOLE: tuple[str, tuple[str, ...]] = ("ended", ())
_PHASES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "registered": ("registered", ("start", "end", "analysis")),
    "started": ("ongoing", ("end", "analysis")),
    "ended": ("ended", ("analysis",)),
}
"""The status of a call, and how `x-populated` begins for what is filled in later."""
_UNITS: Mapping[str, JSON] = {"ms-epoch": _BEGAN_MS, "ms": 820, "s": 1.4, "cents": 12.5, "count": 4}


def example(edition: str, definition: str, *, choose: str = "", phase: str = "") -> JSON:
    """A value that a definition allows, with its optional fields.

    Args:
        edition: Id of the edition.
        definition: Name of a definition, as in `web-call`.
        choose: A value that decides between the shapes that the schema allows: `phone_call`; "" takes the first.
        phase: How far a call has come: `registered`, `started`, `ended`; what is filled in later is left out.

    Raises:
        UnknownName: There is no such edition or definition.
    """
    return copy.deepcopy(_made(edition, definition, choose, phase))


@functools.lru_cache(maxsize=256)
def _made(edition: str, definition: str, choose: str, phase: str) -> JSON:
    load_schemas(edition).definition(definition)
    return _Maker(*_read(edition), choose, phase).of({"$ref": f"#/$defs/{definition}"}, "")


@functools.lru_cache(maxsize=8)
def _read(edition: str) -> tuple[Reader, Mapping[str, JSON]]:
    """All definitions of an edition in one document, since what they share is then read once."""
    schemas = load_schemas(edition)
    root = {"$defs": {name: schemas.definition(name) for name in schemas.names}}
    return Reader(root), root


class _Maker:
    def __init__(self, reader: Reader, root: Mapping[str, JSON], choose: str, phase: str) -> None:
        self._reader, self._root, self._choose = reader, root, choose
        self._status, self._later = _PHASES.get(phase, _WHOLE)

    def of(self, schema: Schema, name: str, depth: int = 0) -> JSON:
        """An example of what a field of this name holds."""
        shape = self._shape(self._reader.branches(schema), name)
        if shape is None or depth > _DEEPEST:
            return self._reader.simplest(schema)
        flat = shape.flat
        usual = self._usual(schema, flat, name)
        if usual is not None:
            return usual
        if "object" in flat.types and flat.properties:
            kept = {name: inner for name, inner in flat.properties.items() if not self._is_later(inner)}
            return {each: self.of(inner, each, depth + 1) for each, inner in kept.items()}
        if "array" in flat.types and flat.items is not True:
            return [self.of(flat.items, name.removesuffix("s"), depth + 1)]
        return self._reader.simplest(schema)

    def _is_later(self, schema: Schema) -> bool:
        if not self._later:
            return False
        filled = str(self._reader.branches(schema)[0].flat.notes.get("x-populated", ""))
        return filled.startswith(self._later)

    def _shape(self, shapes: tuple[Branch, ...], name: str) -> Branch | None:
        """The shape that was asked for, else that of an ordinary value, else the first that says something."""
        told = [each for each in shapes if each.flat.types != {"null"}]
        for wanted in (self._choose, "user" if "transcript" in name else ""):
            for each in told if wanted and len(told) > 1 else ():
                if any(wanted in self._listed(inner) for inner in each.flat.properties.values()):
                    return each
        return max(told, key=lambda each: len(each.flat.properties), default=None)

    def _listed(self, schema: Schema) -> tuple[JSON, ...]:
        """The values that a property is narrowed to, if it is."""
        return next((each.flat.values() or () for each in self._reader.branches(schema)), ())

    def _usual(self, schema: Schema, flat: Flat, name: str) -> JSON | None:
        values = flat.values()
        usual = self._status if name == "call_status" else _USUAL.get(name)
        if values is not None:
            chosen = [each for each in (self._choose, usual, *values) if each is not None and each in values]
            return next(iter(chosen), None)
        if name.endswith("_url") and "string" in flat.types:
            return _LINK.format(name=name.removesuffix("_url"))
        if usual is None:
            usual = _UNITS.get(str(flat.notes.get("x-unit", "")))
        if usual is None and "string" in flat.types:
            usual = next((text for end, text in _SPOKEN.items() if name.endswith(end)), None)
        return usual if usual is not None and self._fits(schema, flat, usual) else None

    def _fits(self, schema: Schema, flat: Flat, value: JSON) -> bool:
        if isinstance(value, Mapping):
            return not flat.properties and judge(schema, self._root)(value)
        return bool(replace(flat, enum=(value,)).values())
