"""Faults in what is accepted."""

from __future__ import annotations

import json

from conformance.mockreceiver.delivered import DROP, HANG, Delivered, ReceiverFault, signs, when
from conformance.model import JSON, Level

_LIMIT = 100_000
_MANY = 4
_KNOWN_EVENTS = ("call_started", "call_ended", "call_analyzed")
_CHOSEN = ("transcript_updated", "transfer_started", "transfer_bridged", "transfer_cancelled", "transfer_ended")
_MEMBERS = {
    "event",
    "call",
    "data",
    "event_timestamp",
    "transcript_with_tool_calls",
    "transfer_destination",
    "transfer_option",
}


def _rewritten(delivered: Delivered, **how: JSON) -> bool:
    body = json.dumps(delivered.payload, **how).encode()
    return signs(delivered, body)


FAULTS = (
    ReceiverFault(name="other-key", breaks="RCV-001", text="It verifies with another key.", believes=lambda _: False),
    ReceiverFault(
        name="writes-with-spaces",
        breaks="RCV-001",
        text="It verifies JSON that it wrote again, with spaces.",
        believes=_rewritten,
    ),
    ReceiverFault(
        name="web-only",
        breaks="RCV-002",
        text="It reads the token of web calls.",
        answers=when(500, lambda d: "from_number" in d.call),
    ),
    ReceiverFault(
        name="phone-only",
        breaks="RCV-003",
        text="It reads the numbers of phone calls.",
        answers=when(500, lambda d: "from_number" not in d.call),
    ),
    ReceiverFault(
        name="no-analysis",
        breaks="RCV-004",
        text="It refuses call_analyzed.",
        answers=when(400, lambda d: d.event == "call_analyzed"),
    ),
    ReceiverFault(
        name="no-start",
        breaks="RCV-004",
        text="It refuses call_started.",
        answers=when(400, lambda d: d.event == "call_started"),
    ),
    ReceiverFault(
        name="no-data",
        breaks="RCV-005",
        text="It refuses deliveries with data.",
        answers=when(400, lambda d: "data" in d.payload),
    ),
    ReceiverFault(
        name="reads-data",
        breaks="RCV-006",
        text="It reads data, not call.",
        answers=when(500, lambda d: "data" not in d.payload),
    ),
    ReceiverFault(
        name="no-event-timestamp",
        breaks="RCV-007",
        text="It refuses event_timestamp.",
        answers=when(400, lambda d: "event_timestamp" in d.payload),
    ),
    ReceiverFault(
        name="no-transfers",
        breaks="RCV-008",
        text="It crashes on transfers.",
        answers=when(500, lambda d: d.event in _CHOSEN),
    ),
    ReceiverFault(
        name="needs-transcript",
        breaks="RCV-009",
        text="It reads the transcript of calls that never connected.",
        answers=when(500, lambda d: d.event != "call_started" and "transcript" not in d.call),
    ),
    ReceiverFault(
        name="needs-start",
        breaks="RCV-009",
        text="It knows no call whose start was not delivered.",
        answers=when(404, lambda d: d.event in _KNOWN_EVENTS[1:] and ("call_started", d.identity[1]) not in d.known),
    ),
    ReceiverFault(
        name="needs-order",
        breaks="RCV-010",
        text="It refuses the start of a call that has ended.",
        answers=when(409, lambda d: d.event == "call_started" and ("call_ended", d.identity[1]) in d.known),
    ),
    ReceiverFault(
        name="needs-metadata",
        breaks="RCV-011",
        text="It reads metadata always.",
        answers=when(500, lambda d: "metadata" not in d.call),
    ),
    ReceiverFault(
        name="no-variables",
        breaks="RCV-012",
        text="It refuses collected_dynamic_variables.",
        answers=when(400, lambda d: "collected_dynamic_variables" in d.call),
    ),
    ReceiverFault(
        name="closed",
        breaks="RCV-013",
        text="It refuses unknown members.",
        answers=when(400, lambda d: d.payload.keys() - _MEMBERS),
    ),
    ReceiverFault(
        name="unknown-event",
        breaks="RCV-014",
        text="It crashes on unknown events.",
        answers=when(500, lambda d: d.event not in (*_KNOWN_EVENTS, *_CHOSEN)),
    ),
    ReceiverFault(
        name="ascii", breaks="RCV-015", text="It takes ASCII only.", answers=when(500, lambda d: not d.body.isascii())
    ),
    ReceiverFault(
        name="writes-again",
        breaks="RCV-016",
        text="It verifies JSON that it wrote again.",
        believes=lambda d: _rewritten(d, ensure_ascii=False, separators=(",", ":")),
    ),
    ReceiverFault(
        name="writes-ascii",
        breaks="RCV-016",
        text="It verifies JSON that it wrote again, escaped.",
        believes=lambda d: _rewritten(d, separators=(",", ":")),
    ),
    ReceiverFault(
        name="small-limit",
        breaks="RCV-017",
        text="It takes 100 kB at most.",
        answers=when(413, lambda d: len(d.body) > _LIMIT),
    ),
    ReceiverFault(
        name="inserts-twice",
        breaks="RCV-018",
        text="It crashes on what it knows.",
        answers=when(500, lambda d: d.identity in d.known),
    ),
    ReceiverFault(
        name="signature-once",
        breaks="RCV-019",
        level=Level.SHOULD,
        text="It takes each signature once.",
        answers=when(401, lambda d: d.header in d.signatures),
    ),
    ReceiverFault(
        name="crowded",
        breaks="RCV-020",
        text="It fails with more than four at once.",
        answers=when(503, lambda d: len(d.open) > _MANY),
        lingers=True,
    ),
    ReceiverFault(
        name="races",
        breaks="RCV-021",
        level=Level.SHOULD,
        text="Two copies at once collide.",
        answers=when(409, lambda d: d.open.count(d.identity) > 1),
        lingers=True,
    ),
    ReceiverFault(
        name="splits-transcript",
        breaks="RCV-022",
        text="It takes transcripts of one form only.",
        answers=when(500, lambda d: not str(d.call.get("transcript", "Agent")).startswith("Agent")),
    ),
    ReceiverFault(name="never-answers", breaks="RCV-024", text="It never answers.", answers=lambda _: HANG),
    ReceiverFault(
        name="slow-on-large",
        breaks="RCV-024",
        text="It is slow with much.",
        answers=when(HANG, lambda d: len(d.body) > _LIMIT),
    ),
    ReceiverFault(name="redirects", breaks="RCV-025", text="It redirects.", answers=lambda _: 307),
    ReceiverFault(
        name="drops-large",
        breaks="RCV-026",
        text="It hangs up on much.",
        answers=when(DROP, lambda d: len(d.body) > _LIMIT),
    ),
)
