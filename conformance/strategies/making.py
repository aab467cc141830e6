"""Nodes that make calls, lists of calls and payloads, and the strategies over them."""

from __future__ import annotations

import copy
import functools
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from conformance.contract.schemas import SchemaSet, load_schemas
from conformance.errors import UsageError
from conformance.generate.compiler import compile_schema
from conformance.generate.nodes import BoxNode, Node, PickNode
from conformance.generate.source import BLOCK, HypothesisDrawer, Source
from conformance.generate.text import TextPolicy
from conformance.model import JSON
from conformance.strategies.fields import Change, MappedNode, definitions_of, fields_of, narrowing
from conformance.strategies.sense import Sense

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

_E164 = {"pattern": "^\\+[1-9][0-9]{6,14}$"}
_LINK = {"pattern": "^https://files\\.example\\.com/[a-z0-9]{8}$"}
_NARROWER: Mapping[str, JSON] = {
    "call_id": {"pattern": "^call_[0-9a-f]{27}$"},
    "agent_id": {"pattern": "^agent_[0-9a-f]{26}$"},
    "from_number": {"anyOf": [_E164, _E164 | {"minLength": 1}, _E164 | {"minLength": 2}, {"enum": ["anonymous"]}]},
    "to_number": _E164,
}
"""What a call holds in practice where the schema allows any text [observed-captures]."""
_ALWAYS_DRAWN = {"start_timestamp": "ms-epoch", "duration_ms": "ms"}
ROOM = 6_000
ROOM_OF_LONG = 3_500
"""For what has many items at least: the least example must not take half of the 8 kB that Hypothesis allows."""
_TYPES = ("web_call", "phone_call")
_MORE = 64
"""Of 256, when a list ends."""


class FrugalDrawer(HypothesisDrawer):
    """Draws so many bytes, and then zeros: what must be long stays small enough for Hypothesis to shrink."""

    __slots__ = ("_left",)

    def __init__(self, draw: DrawFn, room: int) -> None:
        super().__init__(draw)
        self._left = room

    def block(self, size: int) -> bytes:
        """One choice of Hypothesis, or none."""
        if size > self._left:
            return bytes(size)
        self._left -= size
        return super().block(size)


def strategy(
    name: str, node: Node, shown: Mapping[str, Any], *, change: Change | None = None, room: int = ROOM
) -> SearchStrategy[Any]:
    """What a node makes, as a strategy that is called by its name and arguments.

    Args:
        shown: The arguments.
        change: What is done with each value.
        room: How many bytes one value may be drawn from.
    """

    def values(draw: DrawFn, /, **_shown: Any) -> Any:
        value = node.build(b"", 0, Source(FrugalDrawer(draw, room)))
        return value if change is None else change(value)

    values.__name__ = values.__qualname__ = name
    return st.composite(values)(**shown)


def call_node(
    maker: str, definition: str, given: Mapping[str, JSON], schemas: SchemaSet, *, event: str | None = None
) -> Node:
    """A node that makes calls of one kind that can be.

    Args:
        maker: Who asks, for messages.
        event: The webhook that they stand in, if they do.

    Raises:
        UsageError: The schema forbids a value that was given.
    """
    sense = _sense(definition, given, schemas, event)
    if given:
        overrides = narrowing(maker, given, schemas, definition)
        inner = compile_schema(_narrowed(schemas, definition), policy=TextPolicy(), overrides=overrides)
    else:
        inner = _usual(schemas.edition.id, definition)
    return BoxNode(inner=MappedNode(inner, sense.fitted))


@functools.lru_cache(maxsize=32)
def _usual(edition: str, definition: str) -> Node:
    """Calls of a kind that nothing is given for; compiled once, since every event asks for them."""
    return compile_schema(_narrowed(load_schemas(edition), definition), policy=TextPolicy())


def _narrowed(schemas: SchemaSet, definition: str) -> dict[str, JSON]:
    """The bundle of a kind of call, with what is true of it in practice."""
    bundle = copy.deepcopy(schemas.bundle(definition))
    for name in definitions_of(schemas, definition):
        for field, schema in bundle["$defs"][name].get("properties", {}).items():
            narrower = _LINK if field.endswith("_url") and schema.get("type") == "string" else _NARROWER.get(field)
            if narrower:
                schema["x-send"] = narrower
    outermost = bundle["$defs"][definition]
    outermost["required"] = [*outermost.get("required", ()), *_ALWAYS_DRAWN]
    own = outermost.setdefault("properties", {})
    for field, unit in _ALWAYS_DRAWN.items():
        own.setdefault(field, {"type": "integer", "x-unit": unit})
    if "disconnection_reason" in fields_of(schemas, definition):
        outermost["required"].append("disconnection_reason")
    return bundle


_GOING_ON, _OVER = frozenset({"ongoing"}), frozenset({"ended", "not_connected", "error"})
_STATUSES: Mapping[str, frozenset[str]] = {
    "call_started": _GOING_ON,
    "call_ended": _OVER,
    "call_analyzed": _OVER,
    "transcript_updated": frozenset({"ongoing", "ended"}),
    "transfer_started": _GOING_ON,
    "transfer_bridged": _GOING_ON,
    "transfer_cancelled": _GOING_ON,
    "transfer_ended": frozenset({"ended"}),
}
"""How a call stands when an event is sent [docs-2026-08 features/webhook-overview]."""
_TELLS: Mapping[str, str] = {
    "transcript_updated": "transcript_with_tool_calls",
    "transfer_started": "transfer_destination",
    "transfer_bridged": "transfer_destination",
    "transfer_cancelled": "transfer_destination",
}
"""What an event carries beside its call [docs-2026-08 features/webhook-overview]."""
_TOLD: Mapping[str, JSON] = {
    "transcript_with_tool_calls": {},
    "transfer_destination": {
        "anyOf": [
            {"type": "string", **_E164},
            {"type": "object", "required": ["number"], "properties": {"number": _E164}, "additionalProperties": False},
        ]
    },
}


def _sense(definition: str, given: Mapping[str, JSON], schemas: SchemaSet, event: str | None) -> Sense:
    fields = fields_of(schemas, definition)
    statuses: Sequence[str] = schemas.resolved(fields["call_status"][0])["enum"]
    reasons: Sequence[str] = ()
    if "disconnection_reason" in fields:
        reasons = schemas.resolved(fields["disconnection_reason"][0])["enum"]
    else:
        statuses = statuses[:1]  # an answer to a registration, which holds nothing of a life
    allowed = _STATUSES.get(event or "", frozenset(statuses))
    return Sense(
        given=frozenset(given),
        statuses=statuses,
        allowed=[each for each in statuses if each in allowed],
        reasons=reasons,
        late=frozenset(name for name, parts in fields.items() if any(map(_is_late, parts))),
        fields=frozenset(fields),
        analysed={"call_analyzed": True, "call_ended": False}.get(event or ""),
        token=event is None,
    )


def _is_late(schema: Mapping[str, JSON]) -> bool:
    populated = str(schema.get("x-populated", ""))
    return populated.startswith("end") or populated in {"analysis", "the transferred leg ended"}


def pick(nodes: Sequence[Node]) -> Node:
    """What one of several nodes makes."""
    return nodes[0] if len(nodes) == 1 else BoxNode(inner=PickNode(options=tuple(nodes)))


class ListNode:
    """Lists, each item behind a byte that says whether there is one more, so that any can shrink away."""

    width = 0
    height = 1

    def __init__(self, item: Node, *, least: int, most: int) -> None:
        self._item, self._least, self._most = item, least, most

    def build(self, _data: bytes, _at: int, source: Source) -> list[JSON]:
        """A list of `least` to `most` items."""
        found: list[JSON] = []
        while len(found) < self._most:
            if len(found) >= self._least:
                more = source.open(BLOCK)[0] >= _MORE
                source.close()
                if not more:
                    break
            found.append(self._item.build(b"", 0, source))
        return found


def in_order(calls: list[dict[str, JSON]], *, rename: bool) -> list[dict[str, JSON]]:
    """The calls as they are listed: no id twice, the newest first, those that have not begun before all."""
    seen: set[JSON] = set()
    for call in calls:
        while rename and call["call_id"] in seen:
            call["call_id"] = f"call_{int(call['call_id'][5:], 16) + 1 & (1 << 108) - 1:027x}"
        seen.add(call["call_id"])
    return sorted(calls, key=lambda call: -call["start_timestamp"] if "start_timestamp" in call else -(2**63))


def payload_node(maker: str, event: str, given: Mapping[str, JSON], schemas: SchemaSet) -> Node:
    """A node that makes payloads of one event. What is given is for its call, or for what stands beside it.

    Raises:
        UsageError: The schema forbids a value that was given.
    """
    definition = f"webhook-{event.replace('_', '-')}"
    member, calls = call_of(schemas, definition)
    own = {name: value for name, value in given.items() if name in fields_of(schemas, definition)}
    kinds = kinds_of(maker, calls, {name: value for name, value in given.items() if name not in own}, schemas)
    overrides = narrowing(maker, own, schemas, definition)
    if member not in own:
        overrides[member] = pick([call_node(maker, kind, rest, schemas, event=event) for kind, rest in kinds])
    bundle = copy.deepcopy(schemas.bundle(definition))
    outermost = bundle["$defs"][definition]
    if (told := _TELLS.get(event)) is not None:
        outermost["required"] = [*outermost["required"], told]
        outermost["properties"][told]["x-send"] = _TOLD[told]
    inner = compile_schema(bundle, policy=TextPolicy(), overrides=overrides)
    return MappedNode(inner, functools.partial(_settled, given=frozenset(own), member=member))


def _settled(payload: dict[str, JSON], *, given: frozenset[str], member: str) -> dict[str, JSON]:
    """What stands beside the call agrees with it."""
    call = payload[member]
    if "data" in payload and member != "data" and "data" not in given:
        payload["data"] = copy.deepcopy(call)
    if "event_timestamp" in payload and "event_timestamp" not in given and isinstance(call, dict):
        happened = call.get("end_timestamp") or call.get("start_timestamp")
        payload["event_timestamp"] = happened or payload["event_timestamp"]
    return payload


def call_of(schemas: SchemaSet, definition: str) -> tuple[str, tuple[str, ...]]:
    """Where the call of a payload stands, and the kinds that it may be."""
    properties = schemas.definition(definition)["properties"]
    member = "call" if "call" in properties else "data"
    name = properties[member]["$ref"].rsplit("/", 1)[-1]
    return member, kinds_in(schemas, name)


def kinds_in(schemas: SchemaSet, name: str) -> tuple[str, ...]:
    """The kinds that a call may be by its schema, itself if there is no choice."""
    parts = schemas.definition(name).get("allOf", ())
    return tuple(part["then"]["$ref"].rsplit("/", 1)[-1] for part in parts if "then" in part) or (name,)


def kinds_of(
    maker: str, kinds: Sequence[str], given: Mapping[str, JSON], schemas: SchemaSet
) -> list[tuple[str, Mapping[str, JSON]]]:
    """The kinds of call that have all the fields that were given, each with what is given for it.

    Raises:
        UsageError: None has.
    """
    found = [kind for kind in kinds if given.keys() <= fields_of(schemas, kind).keys()]
    wanted = given.get("call_type")
    if wanted is not None and len(kinds) > 1:
        if not isinstance(wanted, str):
            raise UsageError(f"{maker}(call_type=…): give one of the two as a text, or leave it out for both.")
        of_type = [kind for kind in found if kind.endswith(wanted.replace("_", "-"))]
        found = of_type or (found if wanted not in _TYPES else [])
    if not found:
        raise UsageError(f"{maker}(): no kind of call has {' and '.join(given)}. Leave one of them out.")
    return [(kind, given) for kind in found]
