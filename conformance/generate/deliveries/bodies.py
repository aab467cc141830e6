"""One payload made unusual: what a vendor may send, and receivers stumble over."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping

from conformance.generate.encode import encode, encodings
from conformance.model import JSON

LARGE_BYTES = 1_000_000
_SENTENCE = "This part of the conversation goes on and on, as some of them do."


def unknown_events(payload: Mapping[str, JSON]) -> Iterator[dict[str, JSON]]:
    """An event that no edition has."""
    yield {**payload, "event": "call_reviewed"}


def unknown_fields(payload: Mapping[str, JSON]) -> Iterator[dict[str, JSON]]:
    """Members that no edition has: beside the call, in it, and deep in it."""
    call: dict[str, JSON] = payload["call"]
    new: JSON = {"kind": "new", "values": [1, None, True, {"deep": "er"}]}
    yield {**payload, "a_later_member": new}
    yield {**payload, "call": {**call, "a_later_member": new, "another": None}}
    analysis = {"call_summary": "Done.", "a_later_member": new}
    latency = {"e2e": {"p50": 800, "p12": 300}, "a_later_part": {"p50": 5}}
    yield {**payload, "call": {**call, "call_analysis": analysis, "latency": latency}}


def in_many_scripts(payload: Mapping[str, JSON]) -> Iterator[dict[str, JSON]]:
    """Text of many scripts, written as it is and not escaped."""
    call: dict[str, JSON] = payload["call"]
    said = "Agent: ¿Qué tal, Zoë? 你好 🙂\nUser: Grüße, مرحبا, привет\n"
    entries = [{"role": "agent", "content": "¿Qué tal, Zoë? 你好 🙂", "words": []}]
    yield {**payload, "call": {**call, "metadata": {"name": "Zoë Ünïcode", "straße": "日本語"}}}
    yield {**payload, "call": {**call, "transcript": said, "transcript_object": entries}}


def large(payload: Mapping[str, JSON]) -> dict[str, JSON]:
    """A transcript so long that the whole body has a million bytes."""
    call: dict[str, JSON] = dict(payload["call"])
    entry = {"role": "agent", "content": _SENTENCE, "words": []}
    room = LARGE_BYTES - len(encode({**payload, "call": {**call, "transcript": "", "transcript_object": []}}))
    turns = room // 3 // (len(encode(entry)) + 1)
    call["transcript_object"] = [entry] * turns
    call["transcript"] = ""
    left = LARGE_BYTES - len(encode({**payload, "call": call}))
    call["transcript"] = (f"Agent: {_SENTENCE} " * (left // len(_SENTENCE) + 1))[:left]
    return {**payload, "call": call}


def _encoding(name: str) -> Callable[[Mapping[str, JSON]], bytes]:
    return lambda payload: dict(encodings(payload))[name]


def _with_metadata(payload: Mapping[str, JSON], metadata: JSON) -> dict[str, JSON]:
    return {**payload, "call": {**payload["call"], "metadata": metadata}}


def _escaped(payload: Mapping[str, JSON]) -> bytes:
    return json.dumps(_with_metadata(payload, {"name": "Zoë", "city": "東京"}), separators=(",", ":")).encode()


def _with_fraction(payload: Mapping[str, JSON]) -> bytes:
    return json.dumps(_with_metadata(payload, {"share": 1.0, "size": 5e-7}), separators=(",", ":")).encode()


SPELLINGS: Mapping[str, Callable[[Mapping[str, JSON]], bytes]] = {
    "with spaces": lambda payload: json.dumps(payload).encode(),
    "with spaces and lines": _encoding("spaced"),
    "with escapes": _escaped,
    "with 1.0 for 1": _with_fraction,
    "in another order": _encoding("reversed"),
}
"""Ways to write JSON that few programs write themselves, by name: what is parsed and written again differs from it."""
