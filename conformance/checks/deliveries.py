"""Webhooks that a server sends: their envelope, their signature, and what they say of the call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from conformance.checks.registry import Given, check, relation
from conformance.checks.view import ABSENT, View
from conformance.checks.words import describe, type_name
from conformance.model import JSON, Level, Mismatch

if TYPE_CHECKING:
    from conformance.contract.schemas import SchemaError

HEADER = "x-retell-signature"
NEVER_CONNECTED = frozenset({"dial_busy", "dial_failed", "dial_no_answer"})
_UNTIMELY = {
    "in seconds": "the timestamp of the signature looks like seconds",
    "stale": "the timestamp of the signature is too old",
    "future": "the timestamp of the signature lies ahead",
}
_ANY_KEY = "only the key with the webhook badge signs; name its variable with --webhook-key-env NAME"
_LONGEST_HEADER = 120


def facts_of(view: View) -> Mapping[str, JSON]:
    """What was noted of a delivery when it came."""
    found: Mapping[str, JSON] = view.case.facts["delivery"]
    return found


def is_delivery(view: View, given: Given) -> bool:
    """Whether it is a webhook that was received, and one of a voice call."""
    del given
    return (
        view.exchange.received
        and "delivery" in view.case.facts
        and not view.case.operation.startswith(("chat_", "call_inbound"))
    )


def _has_event(view: View, given: Given) -> bool:
    return is_delivery(view, given) and isinstance(view.json, dict) and isinstance(view.json.get("event"), str)


def _problem(view: View) -> str | None:
    found: str | None = facts_of(view)["signature"]["problem"]
    return found


@check("delivery-envelope", when=is_delivery)
def delivery_is_a_post_of_an_event(view: View, given: Given) -> Iterator[Mismatch]:
    """A webhook is a POST of a JSON object that says in `event` what happened."""
    del given
    if view.case.method != "POST":
        yield Mismatch(
            message="a webhook comes by another method",
            expected="POST",
            actual=view.case.method,
            cause="method",
        )
    if not isinstance(view.json, dict):
        actual = "no JSON" if view.json is ABSENT else describe(view.json)
        yield Mismatch(
            message="the body of a webhook is no JSON object", expected="a JSON object", actual=actual, cause="body"
        )
    elif not isinstance(view.json.get("event"), str):
        present = "event" in view.json
        yield Mismatch(
            message="a webhook does not say what happened",
            expected="a text under `event`",
            actual=describe(view.json["event"]) if present else "absent",
            pointer="/event",
        )


@check("delivery-content-type", when=lambda view, given: is_delivery(view, given) and view.json is not ABSENT)
def delivery_says_that_it_is_json(view: View, given: Given) -> Iterator[Mismatch]:
    """The content type of a webhook says JSON."""
    del given
    told = next((value for name, value in view.exchange.sent if name.lower() == "content-type"), "")
    kind = told.split(";")[0].strip().lower()
    if not kind.endswith("json"):
        yield Mismatch(
            message="the content type of a webhook does not say JSON",
            expected="application/json",
            actual=kind or "no content type",
            cause="content-type",
        )


@check("delivery-has", when=_has_event)
def delivery_has_its_call(view: View, given: Given) -> Iterator[Mismatch]:
    """The member that holds the call is there, and is an object. An event that nobody documents may lack it."""
    member: str = given["member"]
    found = view.json.get(member, ABSENT)
    if isinstance(found, dict):
        return
    alone = member == "call" and found is ABSENT and "data" in view.json
    yield Mismatch(
        message="`data` stands alone" if alone else f"`{member}` is {'missing' if found is ABSENT else 'no object'}",
        expected=f"the call object under `{member}`",
        actual="absent" if found is ABSENT else describe(found),
        pointer=f"/{member}",
        level=None if _documented(view) else Level.SHOULD,
    )


def _event_errors(view: View) -> tuple[SchemaError, ...]:
    """What the schema of webhooks says of the event name alone."""
    return tuple(
        each
        for each in view.contract.schemas.validate("webhook", {"event": view.json["event"]})
        if each.pointer == "/event"
    )


def _documented(view: View) -> bool:
    return not _event_errors(view)


@check("delivery-event", when=_has_event)
def event_is_documented(view: View, given: Given) -> Iterator[Mismatch]:
    """The name of the event is a documented one. A new one only warns, unless an edition was chosen."""
    del given
    for error in _event_errors(view):
        elsewhere = error.value in error.known or not view.contract.chosen
        yield Mismatch(
            message="an event has a name that is not documented",
            expected=error.expected,
            actual=describe(error.value),
            pointer="/event",
            level=Level.SHOULD if elsewhere else None,
            cause=str(error.value),
        )


def _beside(view: View) -> dict[str, JSON]:
    """The members of a webhook beside its event and its call that the contract tells something of."""
    known = view.contract.schemas.definition(f"webhook-{view.json['event'].replace('_', '-')}")["properties"]
    return {name: value for name, value in view.json.items() if name in known and name not in {"event", "call", "data"}}


@check(
    "delivery-members", when=lambda view, given: _has_event(view, given) and _documented(view) and bool(_beside(view))
)
def members_have_their_form(view: View, given: Given) -> Iterator[Mismatch]:
    """What stands beside the call has its documented form; what is only observed, or null, warns."""
    told: set[str] = set()
    names = _beside(view)
    for error in view.contract.schemas.validate("webhook", view.json):
        name = error.pointer.split("/")[1] if error.pointer else ""
        if name not in names or error.pointer in told:
            continue
        told.add(error.pointer)
        mild = name in given["warn"] or error.value is None or error.growing
        yield Mismatch(
            message=f"`{name}` beside the call is not what its schema says",
            expected=error.expected,
            actual="absent" if error.keyword == "required" else describe(error.value),
            pointer=error.pointer,
            level=Level.SHOULD if mild else None,
            cause=f"{name} {type_name(error.value)}",
        )


@check("delivery-signed", when=is_delivery)
def delivery_is_signed(view: View, given: Given) -> Iterator[Mismatch]:
    """The header with the signature is there."""
    del given
    if _problem(view) == "missing":
        yield Mismatch(
            message="a webhook is not signed", expected=f"the header {HEADER}", actual="absent", cause="missing"
        )


@check("signature-form", when=lambda view, given: is_delivery(view, given) and _problem(view) != "missing")
def signature_has_its_form(view: View, given: Given) -> Iterator[Mismatch]:
    """The signature is `v=`, digits, `,d=` and 64 lower-case hex digits."""
    del given
    if _problem(view) == "malformed":
        yield Mismatch(
            message="the signature has another form",
            expected="v=<milliseconds>,d=<64 lower-case hex digits>",
            actual=_shape(view),
            cause="form",
        )


def _shape(view: View) -> str:
    """The form of a signature without what it says: letters and digits are replaced."""
    told = next((value for name, value in view.exchange.sent if name.lower() == HEADER), "")
    runs: list[str] = []
    for part in told.split(","):
        name, separator, value = part.partition("=")
        kind = "digits" if value.isdecimal() else "lower-case hex" if _is_hex(value) else "other text"
        named = separator and name.strip() in {"v", "d", "t", "v1", "sha256"}
        runs.append(f"{name}=<{len(value)} {kind}>" if named else f"<{len(part)} characters>")
    return ",".join(runs)[:_LONGEST_HEADER]


def _is_hex(text: str) -> bool:
    return bool(text) and set(text) <= set("0123456789abcdef")


@relation(
    "signature-digest",
    group="run",
    when=lambda view, given: is_delivery(view, given) and _problem(view) not in {"missing", "malformed"},
)
def digest_is_right(views: Sequence[View], given: Given) -> Iterator[Mismatch]:
    """The digest is that of the raw body. Where none is right and another key may sign, it only warns."""
    del given
    some = any(facts_of(view)["signature"]["genuine"] for view in views)
    for view in views:
        if _problem(view) != "wrong digest":
            continue
        sure = some or facts_of(view)["sure_key"]
        yield Mismatch(
            message="the digest of a webhook is not that of its body" + ("" if sure else f" with this key: {_ANY_KEY}"),
            expected="HMAC-SHA256 of the raw body and the timestamp, under the API key, in lower-case hex",
            actual="another digest",
            level=None if sure else Level.SHOULD,
            exchange=view.exchange,
            cause="digest",
        )


def _is_genuine(view: View, given: Given) -> bool:
    return is_delivery(view, given) and bool(facts_of(view)["signature"]["genuine"]) and _problem(view) != "malformed"


@check("signature-fresh", when=_is_genuine)
def signature_is_fresh(view: View, given: Given) -> Iterator[Mismatch]:
    """The timestamp of a signature is in milliseconds and not more than five minutes from now."""
    del given
    signature = facts_of(view)["signature"]
    message = _UNTIMELY.get(str(signature["problem"]))
    if message is not None:
        age = signature["age_ms"] / 1000
        seconds = signature["problem"] == "in seconds"
        yield Mismatch(
            message=message,
            expected="milliseconds since 1970, at most 300 s from the time of arrival",
            actual=f"v={signature['timestamp_ms']}" if seconds else f"{abs(age):.0f} s {'old' if age > 0 else 'ahead'}",
            cause=str(signature["problem"]),
        )


def _first(view: View) -> bool:
    return bool(facts_of(view)["attempt"] == 1)


def _ended(view: View, given: Given) -> bool:
    # What is sent again may have been written anew, after the analysis.
    return is_delivery(view, given) and view.case.operation == "call_ended" and bool(view.calls) and _first(view)


@check("no-analysis-yet", when=_ended)
def ended_call_has_no_analysis(view: View, given: Given) -> Iterator[Mismatch]:
    """`call_ended` has no `call_analysis`; an empty one says nothing."""
    del given
    for at, call in view.calls:
        if call.get("call_analysis") is not None:
            yield Mismatch(
                message="`call_ended` already has `call_analysis`",
                expected="absent until `call_analyzed`",
                actual=describe(call["call_analysis"]),
                pointer=f"{at}/call_analysis",
                level=Level.SHOULD if call["call_analysis"] == {} else None,
            )


def _analysed(view: View, given: Given) -> bool:
    return is_delivery(view, given) and view.case.operation == "call_analyzed" and bool(view.calls)


@check("analysis-is-there", when=_analysed)
def analysed_call_has_its_analysis(view: View, given: Given) -> Iterator[Mismatch]:
    """`call_analyzed` has `call_analysis`; where nothing was said, or nothing is kept, it only warns."""
    del given
    for at, call in view.calls:
        if call.get("call_analysis") is None:
            yield Mismatch(
                message="`call_analyzed` has no `call_analysis`",
                expected="an object",
                actual="null" if "call_analysis" in call else "absent",
                pointer=f"{at}/call_analysis",
                level=None if _was_talked(call) and not hides(call) else Level.SHOULD,
                cause="analysis",
            )


def _was_talked(call: Mapping[str, JSON]) -> bool:
    return call.get("call_status") == "ended" and bool(call.get("transcript") or call.get("transcript_object"))


def hides(call: Mapping[str, JSON]) -> bool:
    """Whether a call may lack what was said because its account keeps less."""
    return call.get("data_storage_setting") not in {None, "everything"} or bool(
        call.get("opt_out_sensitive_data_storage")
    )


def _ended_or_analysed(view: View, given: Given) -> bool:
    telling = {"call_ended", "call_analyzed"}
    return (
        is_delivery(view, given)
        and view.case.operation in telling
        and any(isinstance(call.get("call_status"), str) for _, call in view.calls)
    )


@check("status-fits-event", when=_ended_or_analysed)
def status_fits_the_event(view: View, given: Given) -> Iterator[Mismatch]:
    """After its end a call is not going on. The documented sample of `call_ended` says `registered`: left alone."""
    del given
    going_on = {"ongoing"} if view.case.operation == "call_ended" else {"ongoing", "registered"}
    for at, call in view.calls:
        status = call.get("call_status")
        if isinstance(status, str) and status in going_on:
            yield Mismatch(
                message=f"`{view.case.operation}` tells of a call that is {status}",
                expected="ended, error or not_connected",
                actual=describe(status),
                pointer=f"{at}/call_status",
                cause=f"{view.case.operation} {status}",
            )


@check(
    "event-carries",
    when=lambda view, given: (
        is_delivery(view, given)
        and view.case.operation in given["members"]
        and bool(view.calls)
        and not any(hides(call) for _, call in view.calls)
    ),
)
def event_carries_its_member(view: View, given: Given) -> Iterator[Mismatch]:
    """What an event tells of stands beside the call, or in it."""
    member: str = given["members"][view.case.operation]
    for _, call in view.calls:
        if view.json.get(member) is None and call.get(member) is None:
            yield Mismatch(
                message=f"`{view.case.operation}` has no `{member}`",
                expected="beside the call, or in it",
                actual="absent",
                pointer=f"/{member}",
            )
