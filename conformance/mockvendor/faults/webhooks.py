"""Faults of the webhooks themselves: envelope, order, content, tries. HOOK."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from conformance.contract.signature import HEADER, sign
from conformance.mockvendor.faults.base import MockFault
from conformance.mockvendor.faults.hooked import called, transferring
from conformance.mockvendor.faults.hooks import drop, put, turn
from conformance.mockvendor.webhooks.events import Due
from conformance.mockvendor.wire import dumps
from conformance.model import JSON, Level

if TYPE_CHECKING:
    from conformance.mockvendor.record import Record
    from conformance.mockvendor.webhooks.post import Notice, Post, Seal

__all__ = ["FAULTS"]

_MOST = 8
_TRANSFERS = ("transfer_started", "transfer_bridged", "transfer_cancelled", "transfer_ended")


def _with_body(make: Callable[[bytes], bytes]) -> Callable[[Post, Seal], Post]:
    """A `post` hook that sends another body, rightly signed."""

    def post(post: Post, seal: Seal) -> Post:
        body = make(post.body)
        return replace(post, body=body).with_header(HEADER, sign(body, seal.key, seal.at_ms))

    return post


def _form(body: bytes) -> bytes:
    sent = json.loads(body)
    return urlencode({name: value if isinstance(value, str) else dumps(value) for name, value in sent.items()}).encode()


def _renamed(old: str, new: str) -> Callable[[dict[str, JSON], Notice], dict[str, JSON]]:
    def payload(payload: dict[str, JSON], _notice: Notice) -> dict[str, JSON]:
        return {new if name == old else name: value for name, value in payload.items() if name != new}

    return payload


def _only_the_id(name: str) -> Callable[[dict[str, JSON], Notice], dict[str, JSON]]:
    return lambda payload, _: {**payload, name: payload[name]["call_id"]}


def _camel_case(payload: dict[str, JSON], _notice: Notice) -> dict[str, JSON]:
    first, *others = payload["event"].split("_")
    return {**payload, "event": first + "".join(word.capitalize() for word in others)}


def _time_as_text(payload: dict[str, JSON], _notice: Notice) -> dict[str, JSON]:
    return {**payload, "event_timestamp": str(payload["event_timestamp"])}


def _transcript_as_text(payload: dict[str, JSON], notice: Notice) -> dict[str, JSON]:
    if notice.event != "transcript_updated":
        return payload
    said = "".join(entry.get("content", "") for entry in payload["transcript_with_tool_calls"])
    return {**payload, "transcript_with_tool_calls": said}


def _analysed_first(plan: list[Due], _record: Record) -> list[Due]:
    other = {"call_ended": "call_analyzed", "call_analyzed": "call_ended"}
    times = {due.event: due.at_ms for due in plan}
    moved = [replace(due, at_ms=times[other[due.event]]) if due.event in other else due for due in plan]
    return sorted(moved, key=lambda due: due.at_ms)


def _always_started(plan: list[Due], record: Record) -> list[Due]:
    if record.timeline.starts_ms is not None:
        return plan
    ends_ms = record.timeline.ends_ms
    return [Due(event="call_started", at_ms=ends_ms, shown_ms=ends_ms - 1), *plan]


def _analysis_at_the_end(payload: dict[str, JSON], notice: Notice) -> dict[str, JSON]:
    analysis = notice.record.look(2 * notice.shown_ms).get("call_analysis")
    if notice.event == "call_ended" and analysis:
        payload["call"]["call_analysis"] = analysis
    return payload


def _bare(payload: dict[str, JSON], notice: Notice, names: Mapping[str, str]) -> dict[str, JSON]:
    for event, name in names.items():
        if notice.event.startswith(event):
            payload.pop(name, None)
            payload["call"].pop(name, None)
    return payload


_ENVELOPE = (
    MockFault(
        name="webhooks-form-encoded",
        breaks="HOOK-001",
        text="The body of webhooks is a form, not JSON.",
        post=_with_body(_form),
    ),
    MockFault(
        name="webhooks-sent-with-put",
        breaks="HOOK-001",
        text="Webhooks are sent with PUT.",
        post=lambda post, _: replace(post, method="PUT"),
    ),
    MockFault(
        name="webhooks-cut-off",
        breaks="HOOK-001",
        text="The body of webhooks lacks its last bytes.",
        post=_with_body(lambda body: body[:-2]),
    ),
    MockFault(
        name="webhooks-without-event",
        breaks="HOOK-001",
        text="Webhooks do not say what happened.",
        payload=lambda payload, _: {name: value for name, value in payload.items() if name != "event"},
    ),
    MockFault(
        name="webhooks-are-plain-text",
        breaks="HOOK-002",
        text="Webhooks have the Content-Type of plain text.",
        level=Level.SHOULD,
        post=lambda post, _: post.with_header("content-type", "text/plain; charset=utf-8"),
    ),
    MockFault(
        name="webhooks-without-content-type",
        breaks="HOOK-002",
        text="Webhooks have no Content-Type.",
        level=Level.SHOULD,
        post=lambda post, _: post.without_header("content-type"),
    ),
    MockFault(
        name="webhooks-with-data-only",
        breaks="HOOK-003",
        text="Webhooks carry the call as data, as V1 did.",
        payload=_renamed("call", "data"),
    ),
    MockFault(
        name="webhooks-with-call-id-only",
        breaks="HOOK-003",
        text="The call in webhooks is its id.",
        payload=_only_the_id("call"),
    ),
    MockFault(
        name="webhooks-with-call-only",
        breaks="HOOK-004",
        text="Webhooks carry the call as call, as V2 does.",
        edition="v1",
        payload=_renamed("data", "call"),
    ),
    MockFault(
        name="webhook-data-is-an-id",
        breaks="HOOK-004",
        text="The data of webhooks is the id of the call.",
        edition="v1",
        payload=_only_the_id("data"),
    ),
    MockFault(
        name="webhook-events-in-camel-case",
        breaks="HOOK-005",
        text="Webhooks say callEnded, not call_ended.",
        level=Level.SHOULD,
        payload=_camel_case,
    ),
    MockFault(
        name="webhook-time-as-text",
        breaks="HOOK-006",
        text="The event_timestamp of webhooks is a text.",
        level=Level.SHOULD,
        payload=_time_as_text,
    ),
    MockFault(
        name="webhook-transcripts-as-text",
        breaks="HOOK-006",
        text="transcript_updated has the entries of the transcript as one text.",
        events=("transcript_updated",),
        payload=_transcript_as_text,
    ),
)

_CONTENT = (
    MockFault(
        name="webhooks-analysed-before-the-end",
        breaks="HOOK-011",
        text="call_analyzed is sent before call_ended.",
        plan=_analysed_first,
    ),
    MockFault(
        name="webhooks-start-calls-that-failed",
        breaks="HOOK-012",
        text="call_started is sent for calls that did not connect, too.",
        plan=_always_started,
        payload=called(
            put(call_status="ongoing"), "call_started", when=lambda notice: notice.record.timeline.starts_ms is None
        ),
    ),
    MockFault(
        name="webhook-end-with-analysis",
        breaks="HOOK-013",
        text="call_ended has the analysis already.",
        payload=_analysis_at_the_end,
    ),
    MockFault(
        name="webhook-analysis-missing",
        breaks="HOOK-014",
        text="call_analyzed comes without call_analysis.",
        payload=called(drop("call_analysis"), "call_analyzed"),
    ),
    MockFault(
        name="webhooks-name-another-agent",
        breaks="HOOK-015",
        text="The agent_id in webhooks is another one.",
        payload=called(turn("agent_id", lambda value: f"agent_{value[:5:-1]}")),
    ),
    MockFault(
        name="webhooks-lose-metadata",
        breaks="HOOK-015",
        text="Calls in webhooks have no metadata.",
        payload=called(drop("metadata")),
    ),
    MockFault(
        name="webhooks-with-another-number",
        breaks="HOOK-015",
        text="The to_number in webhooks is always the same.",
        payload=called(turn("to_number", lambda _: "+14155550177")),
    ),
    MockFault(
        name="webhook-end-still-ongoing",
        breaks="HOOK-016",
        text="The call in call_ended is ongoing.",
        level=Level.SHOULD,
        payload=called(put(call_status="ongoing"), "call_ended"),
    ),
    MockFault(
        name="webhook-analysis-still-ongoing",
        breaks="HOOK-016",
        text="The call in call_analyzed is ongoing.",
        level=Level.SHOULD,
        payload=called(put(call_status="ongoing"), "call_analyzed"),
    ),
    MockFault(
        name="webhook-transcripts-left-out",
        breaks="HOOK-022",
        text="transcript_updated comes without a transcript.",
        level=Level.SHOULD,
        events=("transcript_updated",),
        payload=lambda payload, notice: _bare(payload, notice, {"transcript_updated": "transcript_with_tool_calls"}),
    ),
    MockFault(
        name="webhook-transfers-to-nowhere",
        breaks="HOOK-022",
        text="The webhooks of transfers do not say where to.",
        level=Level.SHOULD,
        events=_TRANSFERS,
        build=transferring,
        payload=lambda payload, notice: _bare(payload, notice, {"transfer_": "transfer_destination"}),
    ),
)

_TRIES = (
    MockFault(
        name="webhooks-refused-are-given-up",
        breaks="HOOK-017",
        text="A webhook that was refused is not tried again.",
        level=Level.SHOULD,
        policy=lambda policy: replace(policy, retries_refused=False),
    ),
    MockFault(
        name="webhooks-tried-eight-times",
        breaks="HOOK-018",
        text="A webhook that fails is tried eight times.",
        policy=lambda policy: replace(policy, attempts=_MOST),
    ),
    MockFault(
        name="webhooks-impatient",
        breaks="HOOK-019",
        text="Webhooks wait a third of the time for an answer.",
        policy=lambda policy: replace(policy, timeout_ms=max(1, policy.timeout_ms // 3)),
    ),
    MockFault(
        name="webhooks-wait-on-and-on",
        breaks="HOOK-020",
        text="Webhooks wait twenty times as long for an answer.",
        level=Level.SHOULD,
        policy=lambda policy: replace(policy, timeout_ms=20 * policy.timeout_ms),
    ),
    MockFault(
        name="webhooks-sent-twice",
        breaks="HOOK-021",
        text="Every webhook comes twice, accepted or not.",
        level=Level.SHOULD,
        policy=lambda policy: replace(policy, repeats=1),
    ),
    MockFault(
        name="webhooks-accepted-by-200-only",
        breaks="HOOK-021",
        text="A webhook is tried again unless it is answered with 200.",
        level=Level.SHOULD,
        policy=lambda policy: replace(policy, only_ok=True),
    ),
)

FAULTS = (*_ENVELOPE, *_CONTENT, *_TRIES)
