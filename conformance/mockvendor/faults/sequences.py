"""Faults of what is sent and what comes back: SEQ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.mockvendor.faults.base import Call, MockFault, View
from conformance.mockvendor.faults.hooks import drop, shown, turn
from conformance.model import JSON, Level

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.mockvendor.record import Record
    from conformance.mockvendor.wire import Ask

__all__ = ["FAULTS"]

_LONGEST, _DEEPEST = 255, 4


def _kept(name: str, into: Callable[[JSON], JSON], *on: str) -> Callable[[Ask, Record], Record]:
    """A `build` hook that keeps another value of a field than was sent."""

    def build(ask: Ask, record: Record) -> Record:
        if name in record.given and (not on or ask.operation in on):
            record.given[name] = into(record.given[name])
        return record

    return build


def _forgetting(name: str, *on: str) -> Callable[[Ask, Record], Record]:
    """A `build` hook that forgets a field."""

    def build(ask: Ask, record: Record) -> Record:
        if ask.operation in on:
            record.given.pop(name, None)
        return record

    return build


def _texts(into: Callable[[str], str]) -> Callable[[JSON], JSON]:
    """The same value with every text in it changed, keys apart."""

    def change(value: JSON) -> JSON:
        if isinstance(value, dict):
            return {key: change(each) for key, each in value.items()}
        if isinstance(value, list):
            return [change(each) for each in value]
        return into(value) if isinstance(value, str) else value

    return change


def _flat(value: JSON, depth: int = 1) -> JSON:
    """The same value without what lies too deep."""
    if not isinstance(value, dict | list):
        return value
    if depth > _DEEPEST:
        return type(value)()
    if isinstance(value, list):
        return [_flat(each, depth + 1) for each in value]
    return {key: _flat(each, depth + 1) for key, each in value.items()}


def _as_text(value: JSON) -> JSON:
    return str(value).lower() if isinstance(value, bool | int | float) else value


def _swap(ask: Ask, record: Record) -> Record:
    if ask.operation == "register-phone-call":
        given = record.given
        given["from_number"], given["to_number"] = given["to_number"], given["from_number"]
    return record


def _old(_call: Call, view: View) -> bool:
    return not view.made_here


FAULTS = (
    MockFault(
        name="metadata-lost",
        breaks="SEQ-001",
        text="create-web-call does not keep the metadata.",
        build=_forgetting("metadata", "create-web-call"),
    ),
    MockFault(
        name="metadata-lost-in-get",
        breaks="SEQ-002",
        text="get-call does not show the metadata of registered phone calls.",
        show=shown(
            drop("metadata"),
            "get-call",
            when=lambda call, view: view.made_here and call.get("call_type") == "phone_call",
        ),
    ),
    MockFault(
        name="metadata-not-ascii-mangled",
        breaks="SEQ-001",
        text="Non-ASCII characters in the metadata become question marks.",
        build=_kept("metadata", _texts(lambda text: text.encode("ascii", "replace").decode())),
    ),
    MockFault(
        name="metadata-trimmed",
        breaks="SEQ-001",
        text=f"Texts in the metadata are cut off after {_LONGEST} characters.",
        build=_kept("metadata", _texts(lambda text: text[:_LONGEST])),
    ),
    MockFault(
        name="metadata-cut-off-below",
        breaks="SEQ-001",
        text=f"Metadata is kept {_DEEPEST} levels deep.",
        build=_kept("metadata", _flat),
    ),
    MockFault(
        name="metadata-numbers-become-texts",
        breaks="SEQ-001",
        text="Numbers and booleans in the metadata come back as texts.",
        build=_kept("metadata", lambda value: {key: _as_text(each) for key, each in value.items()}),
    ),
    MockFault(
        name="metadata-keys-in-lower-case",
        breaks="SEQ-001",
        text="The keys of the metadata come back in lower case.",
        build=_kept("metadata", lambda value: {key.lower(): each for key, each in value.items()}),
    ),
    MockFault(
        name="dynamic-variables-lost",
        breaks="SEQ-001",
        text="create-phone-call does not keep the dynamic variables.",
        build=_forgetting("retell_llm_dynamic_variables", "create-phone-call"),
    ),
    MockFault(
        name="to-number-without-plus",
        breaks="SEQ-001",
        text="create-phone-call drops the plus of to_number.",
        build=_kept("to_number", lambda number: number.removeprefix("+"), "create-phone-call"),
    ),
    MockFault(
        name="numbers-swapped",
        breaks="SEQ-001",
        text="register-phone-call swaps from_number and to_number.",
        build=_swap,
    ),
    MockFault(
        name="agent-of-another-name",
        breaks="SEQ-001",
        text="create-web-call answers with another agent_id than was asked for.",
        build=_kept("agent_id", lambda agent_id: f"{agent_id[:-1]}x", "create-web-call"),
    ),
    MockFault(
        name="list-loses-metadata",
        breaks="SEQ-002",
        text="Calls in lists have no metadata, although get-call shows it.",
        show=shown(drop("metadata"), "list-calls", when=_old),
    ),
    MockFault(
        name="list-rounds-start-timestamps",
        breaks="SEQ-002",
        text="In lists, the start_timestamp is rounded to whole seconds.",
        show=shown(turn("start_timestamp", lambda value: value // 1000 * 1000), "list-calls"),
    ),
    MockFault(
        name="get-call-shows-another-duration",
        breaks="SEQ-002",
        level=Level.SHOULD,
        text="get-call shows a duration_ms that is a second longer than in lists.",
        show=shown(turn("duration_ms", lambda value: value + 1000), "get-call"),
    ),
    MockFault(
        name="list-shows-another-agent-version",
        breaks="SEQ-002",
        text="Lists show the agent_version one too high.",
        show=shown(turn("agent_version", lambda value: value + 1), "list-calls"),
    ),
    MockFault(
        name="list-masks-numbers",
        breaks="SEQ-002",
        text="Lists hide the last digits of to_number, get-call does not.",
        show=shown(turn("to_number", lambda number: f"{number[:-4]}XXXX"), "list-calls", when=_old),
    ),
)
