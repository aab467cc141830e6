"""A call as the mock vendor remembers it, and how it looks at a given time."""

from __future__ import annotations

import functools
import random
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from conformance.mockvendor.content import after_call, analysis

if TYPE_CHECKING:
    from conformance.mockvendor.timeline import Timeline
    from conformance.model import JSON

__all__ = ["STORAGE", "Record"]

STORAGE = ("everything", "everything_except_pii", "basic_attributes_only")
"""The values of `data_storage_setting`, each stricter than the one before."""

_RAW = frozenset(
    [
        "transcript",
        "transcript_object",
        "transcript_with_tool_calls",
        "recording_url",
        "recording_multi_channel_url",
        "public_log_url",
        "knowledge_base_retrieved_contents_url",
    ]
)
_SCRUBBED = frozenset(
    ["scrubbed_transcript_with_tool_calls", "scrubbed_recording_url", "scrubbed_recording_multi_channel_url"]
)
_HIDDEN: dict[JSON, frozenset[str]] = {
    "everything_except_pii": _RAW,
    "basic_attributes_only": _RAW | _SCRUBBED | {"collected_dynamic_variables"},
}


@dataclass(slots=True, kw_only=True)
class Record:
    """A call.

    Attributes:
        serial: Its place in the order of creation.
        created_ms: When it was created.
        timeline: When it starts and ends, and how.
        given: What it carries from the beginning on: agent, numbers, metadata.
        sparse: True for an old call of which little is left.
        made_here: True if a request created it, False if it came with the history.
        overrides: Dynamic variables set by update-call; they lie over the given ones.
        audio: What a V1 call says about its audio.
    """

    call_id: str
    call_type: str
    serial: int
    created_ms: int
    timeline: Timeline
    given: dict[str, JSON]
    sparse: bool = False
    made_here: bool = False
    overrides: dict[str, JSON] = field(default_factory=dict)
    audio: dict[str, JSON] = field(default_factory=dict)

    def order(self, now_ms: int) -> tuple[int, int]:
        """What lists are sorted by: the start, or else the creation; among equals, the order of creation."""
        starts_ms = self.timeline.starts_ms
        begun = starts_ms is not None and starts_ms <= now_ms
        return (starts_ms if begun and starts_ms is not None else self.created_ms, self.serial)

    def renamed(self, call_id: str) -> Record:
        """The same call under another id."""
        return replace(self, call_id=call_id, given=dict(self.given), overrides=dict(self.overrides))

    def look(self, now_ms: int) -> dict[str, JSON]:
        """The call at that time, with the fields of every edition. The dictionary is new, its values not."""
        phase = self.timeline.phase(now_ms)
        call: dict[str, JSON] = {
            "call_id": self.call_id,
            "call_type": self.call_type,
            **self.given,
            "call_status": self.timeline.status_at(now_ms),
        }
        if self.overrides:
            call["retell_llm_dynamic_variables"] = {
                **call.get("retell_llm_dynamic_variables", {}),
                **self.overrides,
            }
        if phase == "ongoing":
            call["start_timestamp"] = self.timeline.starts_ms
        elif phase != "registered":
            call |= self._times() | {"disconnection_reason": self.timeline.reason}
            after, analysed = self._content()
            call |= after
            transferred_ms = self.timeline.ends_ms + self.timeline.leg_ms
            if after.get("transfer_destination") and now_ms >= transferred_ms:
                call["transfer_end_timestamp"] = transferred_ms
            if phase == "analysed" and analysed:
                call["call_analysis"] = analysed
        for name in _HIDDEN.get(call.get("data_storage_setting"), ()):
            call.pop(name, None)
        return call

    def said(self, now_ms: int) -> list[dict[str, JSON]]:
        """What was said until then, tool calls included; nothing where it may not be kept."""
        line = self.timeline
        if line.starts_ms is None or "transcript" in _HIDDEN.get(self.given.get("data_storage_setting"), ()):
            return []
        if now_ms >= line.ends_ms:
            entries: list[dict[str, JSON]] = self.look(now_ms).get("transcript_with_tool_calls", [])
            return entries
        whole = line.uncut or line
        entries = self._expected().get("transcript_with_tool_calls", [])
        return entries[: len(entries) * (now_ms - line.starts_ms) // max(1, whole.ends_ms - line.starts_ms)]

    def destination(self) -> str | None:
        """Where a transfer goes or would have gone, if somebody has said."""
        found: str | None = self._expected().get("transfer_destination")
        return found

    def _expected(self) -> dict[str, JSON]:
        """What the end would have added had nobody hung up."""
        whole = self.timeline.uncut or self.timeline
        if whole.starts_ms is None:
            return {}
        return _drawn(self.call_id, whole.ends_ms - whole.starts_ms, whole.reason)[0]

    def _times(self) -> dict[str, JSON]:
        starts_ms, ends_ms = self.timeline.starts_ms, self.timeline.ends_ms
        if starts_ms is None:
            if not self.timeline.dated:
                return {}
            starts_ms = self.created_ms
        return {"start_timestamp": starts_ms, "end_timestamp": ends_ms, "duration_ms": ends_ms - starts_ms}

    def _content(self) -> tuple[dict[str, JSON], dict[str, JSON]]:
        """What the end and the analysis add."""
        if self.sparse:
            return {}, {}
        line = self.timeline
        talked_ms = None if line.starts_ms is None else line.ends_ms - line.starts_ms
        return _drawn(self.call_id, talked_ms, line.reason)


@functools.lru_cache(maxsize=20_000)
def _drawn(call_id: str, talked_ms: int | None, reason: str) -> tuple[dict[str, JSON], dict[str, JSON]]:
    """The content of a call, drawn from its id. Nobody may change it: it is drawn once and then kept."""
    rng = random.Random(call_id)  # noqa: S311 - made-up calls, no secrets
    after = {} if talked_ms is None else after_call(rng, call_id, talked_ms, reason=reason)
    return after, analysis(rng, reason=reason, connected=talked_ms is not None)
