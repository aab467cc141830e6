"""Webhooks of one call together: their order, their attempts, and the call that get-call shows."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from conformance.agreement import disagreements
from conformance.checks.deliveries import NEVER_CONNECTED, facts_of, is_delivery
from conformance.checks.registry import Given, check, relation
from conformance.checks.view import View
from conformance.checks.words import describe
from conformance.model import JSON, Exchange, Level, Mismatch

_ORDER = {"call_started": 0, "call_ended": 1, "call_analyzed": 2}
_JITTER_MS = 20
"""Two senders side by side may swap so much."""
_MOST_ATTEMPTS = 4
_EARLY, _EARLY_MS = 0.2, 1_500
"""How much earlier than documented is no mismatch: the sender counts from before the connection."""
_LONG_ENOUGH_MS = 5_000
_MUCH_LATE_MS = 500
"""So late, within the time that a sender waits, a listener proves nothing by what it missed."""
_USER_DATA = frozenset({"metadata", "retell_llm_dynamic_variables"})
_NOBODY_CAME = frozenset({"error_user_not_joined", "registered_call_timeout"})
_DOCUMENTED_TIMEOUT_MS = 10_000


def _of_the_call(view: View, given: Given) -> bool:
    """A webhook that a call sends once: copies of it are told from others."""
    return is_delivery(view, given) and view.case.operation in _ORDER and bool(facts_of(view)["identity"])


def _by(views: Sequence[View], name: str) -> dict[str, list[View]]:
    found: dict[str, list[View]] = {}
    for view in views:
        if facts_of(view)[name]:
            found.setdefault(facts_of(view)[name], []).append(view)
    return found


@relation("delivery-order", group="run", when=_of_the_call)
def events_come_in_order(views: Sequence[View], given: Given) -> Iterator[Mismatch]:
    """The first attempts of the events of a call leave in the order of its life."""
    del given
    for of_the_call in _by(views, "call_id").values():
        firsts = [view for view in of_the_call if facts_of(view)["attempt"] == 1]
        for later in firsts:
            for earlier in firsts:
                if _ORDER[earlier.case.operation] < _ORDER[later.case.operation] and _overtaken(earlier, later):
                    yield Mismatch(
                        message=f"`{later.case.operation}` was sent before `{earlier.case.operation}` of the same call",
                        expected=f"`{earlier.case.operation}` first",
                        actual=f"`{later.case.operation}` {_left_ms(earlier) - _left_ms(later)} ms earlier",
                        pointer="/event",
                        level=None if facts_of(later)["local"] and not _slowed(earlier, later, views) else Level.SHOULD,
                        exchange=later.exchange,
                        cause=f"{later.case.operation} {earlier.case.operation}",
                    )


def _read_too_late(view: View, gap_ms: int) -> bool:
    """Whether this process may have been too busy to read an attempt, or to answer it, until the sender gave up."""
    facts = facts_of(view)
    late = int(facts.get("late_ms", 0)) >= _MUCH_LATE_MS
    return late and gap_ms >= (1 - _EARLY) * int(facts["timeout_ms"])


def _left_ms(view: View) -> int:
    """When a delivery left: by its signature, which is from then, or else when it came."""
    facts = facts_of(view)
    signature = facts["signature"]
    sure = signature["genuine"] and signature["problem"] is None
    return int(signature["timestamp_ms"] if sure else facts["received_ms"])


def _overtaken(earlier: View, later: View) -> bool:
    gap_ms = _left_ms(earlier) - _left_ms(later)
    overtaken = min(gap_ms, _came_ms(earlier) - _over_ms(later)) >= _JITTER_MS
    return overtaken and not _read_too_late(earlier, gap_ms)


def _came_ms(view: View) -> int:
    return int(facts_of(view)["received_ms"])


def _over_ms(view: View) -> int:
    return _came_ms(view) + int(facts_of(view)["held_ms"] or 0)


def _slowed(earlier: View, later: View, views: Sequence[View]) -> bool:
    """Whether what was left unanswered, or refused in the same call, may have kept the earlier event back."""
    call_id, overtaken_ms = facts_of(earlier)["call_id"], _left_ms(later)
    for view in views:
        facts = facts_of(view)
        if view in {earlier, later} or _came_ms(view) > overtaken_ms:
            continue
        if facts["answer"] == "held" and _over_ms(view) >= overtaken_ms:
            return True
        if facts["answer"] == "refused" and facts["call_id"] == call_id:
            return True
    return False


@check(
    "started-only-if-connected",
    when=lambda view, given: _of_the_call(view, given) and any(_missed(call) is not None for _, call in view.calls),
)
def no_start_without_a_connection(view: View, given: Given) -> Iterator[Mismatch]:
    """`call_started` is never sent for a call that did not connect; judged when that is known."""
    del given
    if view.case.operation != "call_started" and "call_started" not in facts_of(view)["earlier"]:
        return
    for at, call in view.calls:
        sure = _missed(call) and not call.get("transcript")
        yield Mismatch(
            message="`call_started` was sent for a call that did not connect",
            expected="`call_ended` and `call_analyzed` alone",
            actual=f"the call is {call.get('call_status')}, disconnection_reason {call.get('disconnection_reason')}",
            pointer=f"{at}/disconnection_reason",
            level=None if sure else Level.SHOULD,
            cause="started",
        )


def _missed(call: Mapping[str, JSON]) -> bool | None:
    """True for a call that surely never connected, False for one that nobody joined or dialled, None for the others."""
    reason = call.get("disconnection_reason")
    if call.get("call_status") == "not_connected" or (isinstance(reason, str) and reason in NEVER_CONNECTED):
        return True
    return False if isinstance(reason, str) and reason in _NOBODY_CAME else None


@relation(
    "delivered-as-fetched",
    group="delivered",
    when=lambda view, _: "delivered" in view.case.facts and view.accepted and bool(view.calls),
)
def delivery_shows_the_fetched_call(views: Sequence[View], given: Given) -> Iterator[Mismatch]:
    """A webhook shows what does not change in a call as get-call shows it."""
    del given
    for view in views:
        fetched, facts = view.calls[0][1], view.case.facts
        for delivery in facts["delivered"]:
            call = _call_of(delivery)
            for field in _differences(call, fetched, event=delivery.case.operation, fresh=facts["fresh"]):
                yield Mismatch(
                    message=f"`{field}` in a webhook is not what get-call shows",
                    expected=f"as get-call shows it: {describe(fetched.get(field))}",
                    actual=describe(call[field]) if field in call else "absent",
                    pointer=f"/call/{field}",
                    level=None if facts["made"] and field != "start_timestamp" else Level.SHOULD,
                    exchange=delivery,
                    cause=field,
                )


def _call_of(delivery: Exchange) -> dict[str, JSON]:
    try:
        payload = delivery.case.json()
    except (ValueError, RecursionError):
        return {}
    call = payload.get("call") if isinstance(payload, dict) else None
    return call if isinstance(call, dict) else {}


def _differences(
    delivered: Mapping[str, JSON], fetched: Mapping[str, JSON], *, event: str, fresh: bool
) -> tuple[str, ...]:
    """The lasting fields that differ. User data counts only where nobody can have changed it meanwhile.

    A call that has just started is described as basic: what is missing from it is no difference.
    """
    if not delivered:
        return ()
    basic = event == "call_started"
    return tuple(
        field
        for field in disagreements(delivered, fetched)
        if field not in _USER_DATA or (fresh and not (basic and delivered.get(field) is None))
    )


def _came_again(view: View, given: Given, answers: Collection[str]) -> bool:
    """Whether it is a further attempt after such an answer, or a look that found none."""
    if not view.exchange.received:
        return any(each in answers for each in view.case.facts.get("unanswered", ()))
    return _of_the_call(view, given) and facts_of(view)["before"] in answers


@relation("refused-comes-again", group="delivered", when=lambda view, given: _came_again(view, given, {"refused"}))
def refused_delivery_comes_again(views: Sequence[View], given: Given) -> Iterator[Mismatch]:
    """A webhook that was refused is sent again. When is not stated: only after some waiting is it missed."""
    del given
    yield from _not_again(views, "refused", "a webhook that was refused did not come again")


@relation(
    "unanswered-comes-again",
    group="delivered",
    when=lambda view, given: _held(view, given) or _came_again(view, given, {"held", "waiting"}),
)
def unanswered_delivery_comes_again(views: Sequence[View], given: Given) -> Iterator[Mismatch]:
    """A webhook that is not answered is given up, and sent again."""
    del given
    yield from _not_again(views, "held", "a webhook that was not answered did not come again")
    for view in views:
        if not view.exchange.received or facts_of(view)["answer"] != "held" or facts_of(view)["gave_up"]:
            continue
        identity = facts_of(view)["identity"]
        again = [each for each in views if each.exchange.received and facts_of(each)["identity"] == identity]
        if not any(facts_of(each)["before"] == "waiting" for each in again):
            yield Mismatch(
                message="a webhook that is not answered is not given up",
                expected=f"another attempt after {facts_of(view)['timeout_ms'] / 1000:g} s",
                actual=f"still waiting after {facts_of(view)['held_ms'] / 1000:.1f} s",
                exchange=view.exchange,
                cause="held",
            )


def _not_again(views: Sequence[View], answer: str, message: str) -> Iterator[Mismatch]:
    for view in views:
        waited_ms = view.case.facts.get("unanswered", {}).get(answer, 0)
        missed = [each for each in view.case.facts.get("delivered", ()) if _facts(each)["answer"] == answer]
        if waited_ms >= _LONG_ENOUGH_MS and missed:
            yield Mismatch(
                message=message,
                expected="up to three more attempts",
                actual=f"none within {waited_ms / 1000:.0f} s",
                exchange=missed[0],
                cause="not again",
            )


def _facts(delivery: Exchange) -> Mapping[str, JSON]:
    found: Mapping[str, JSON] = delivery.case.facts["delivery"]
    return found


@check("attempts", when=lambda view, given: _of_the_call(view, given) and facts_of(view)["attempt"] > 1)
def attempts_come_to_an_end(view: View, given: Given) -> Iterator[Mismatch]:
    """A webhook is sent once and, if that fails, up to three times more."""
    del given
    facts = facts_of(view)
    if facts["attempt"] > _MOST_ATTEMPTS and not facts["after_accepted"]:
        yield Mismatch(
            message="a webhook that is refused is sent again and again",
            expected=f"at most {_MOST_ATTEMPTS} attempts",
            actual=f"attempt {facts['attempt']}",
            cause="attempts",
        )


def _held(view: View, given: Given) -> bool:
    return is_delivery(view, given) and facts_of(view)["answer"] == "held"


@check("waits-for-an-answer", when=_held)
def sender_waits_for_an_answer(view: View, given: Given) -> Iterator[Mismatch]:
    """The sender waits for an answer as long as it is documented to."""
    del given
    facts = facts_of(view)
    waited_ms = facts["held_ms"] and facts["held_ms"] + facts.get("late_ms", 0)
    if facts["gave_up"] and waited_ms < facts["timeout_ms"] - max(_EARLY * facts["timeout_ms"], _EARLY_MS):
        usual = facts["timeout_ms"] == _DOCUMENTED_TIMEOUT_MS
        hint = "; if the agent is set otherwise, --webhook-timeout tells so" if usual else ""
        yield Mismatch(
            message=f"the server does not wait long enough for an answer{hint}",
            expected=f"{facts['timeout_ms'] / 1000:g} s",
            actual=f"hung up after {facts['held_ms'] / 1000:.1f} s",
            level=None if facts["local"] else Level.SHOULD,
            cause="early",
        )


@check("accepted-once", when=_of_the_call)
def accepted_delivery_does_not_come_again(view: View, given: Given) -> Iterator[Mismatch]:
    """A webhook that was accepted does not come again."""
    del given
    facts = facts_of(view)
    if facts["after_accepted"] and not _read_too_late(view, facts.get("since_ms") or 0):
        yield Mismatch(
            message="a webhook came again although it had been accepted",
            expected="no further attempt after a 2xx",
            actual=f"attempt {facts['attempt']}",
            cause="again",
        )
