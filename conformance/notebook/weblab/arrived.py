"""What arrived, in words: one row for the list, and the whole for whoever chooses it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from conformance.contract.schemas import load_schemas
from conformance.model import JSON, Exchange
from conformance.notebook.display.tree import json_tree
from conformance.notebook.look import chip, esc
from conformance.notebook.weblab.reading import marks_of, read
from conformance.redact import Redactor
from conformance.webhooks.answering import Arrival

__all__ = ["COLUMNS", "Words", "arrived_html", "redactor_for", "waiting_words", "words_of"]

COLUMNS = ("at", "event", "call", "attempt", "signature", "order", "answer", "ms")
_RANKS = {"call_started": 0, "call_ended": 2, "call_analyzed": 3}
_SIGNATURE = {
    None: ("passed", "✓ right"),
    "missing": ("failed", "✗ missing"),
    "malformed": ("failed", "✗ another form"),
    "wrong digest": ("failed", "✗ wrong digest"),
    "in seconds": ("failed", "✗ in seconds"),
    "stale": ("failed", "✗ too old"),
    "future": ("failed", "✗ time ahead"),
}
_ANSWERS = {"accepted": "passed", "refused": "failed", "held": "errored"}
_ID_SHOWN = 6
_NOTHING = "none"


Words: TypeAlias = tuple[tuple[str, str], ...]
"""One row: a text for each column, and the kind of outcome that its chip has, or "" where it is none."""


def _facts(delivery: Exchange) -> Mapping[str, JSON]:
    found: Mapping[str, JSON] = delivery.case.facts["delivery"]
    return found


def words_of(delivery: Exchange, began_ms: int) -> Words:
    """The row of a delivery.

    Args:
        began_ms: When the first one arrived.
    """
    facts = _facts(delivery)
    status = delivery.response.status if delivery.response else 0
    answered = "✗ none" if facts["answer"] == "held" else f"{'✓' if facts['answer'] == 'accepted' else '✗'} {status}"
    return (
        (_since(facts["received_ms"], began_ms), ""),
        (delivery.case.operation, ""),
        (_short(facts["call_id"]), ""),
        (str(facts["attempt"]), ""),
        _reversed(_SIGNATURE[facts["signature"]["problem"]]),
        (order_of(delivery), ""),
        (answered, _ANSWERS[str(facts["answer"])]),
        (_milliseconds(delivery.seconds), ""),
    )


def waiting_words(arrival: Arrival, began_ms: int) -> Words:
    """The row of a delivery that waits for its answer."""
    return (
        (_since(arrival.received_ms, began_ms), ""),
        (arrival.event or "webhook", ""),
        (_short(arrival.call_id), ""),
        (str(arrival.attempt), ""),
        ("", ""),
        ("", ""),
        ("· waiting", "skipped"),
        ("", ""),
    )


def order_of(delivery: Exchange) -> str:
    """Whether it came in its turn among the webhooks of its call."""
    facts = _facts(delivery)
    if facts["attempt"] > 1:
        return "again"
    own = _RANKS.get(delivery.case.operation, 1)
    later = [event for event in facts["earlier"] if _RANKS.get(event, 1) > own]
    return f"after {later[-1]}" if later else "in order"


def redactor_for(delivery: Exchange, *, own: bool, key: str) -> Redactor:
    """Hides what is personal, but not of the calls that the lab made itself: their people are made up."""
    fields = load_schemas("v2").privacy_fields()
    if not own:
        return Redactor(secrets=frozenset({key}), fields=fields)
    secret = {name: kind for name, kind in fields.items() if kind == "secret"}
    return Redactor(secrets=frozenset({key}), fields=secret, shown=frozenset(_numbers(delivery)))


def _numbers(delivery: Exchange) -> list[str]:
    try:
        call = json.loads(delivery.case.body or b"").get("call", {})
        return [call[name] for name in ("from_number", "to_number") if isinstance(call.get(name), str)]
    except (ValueError, AttributeError, RecursionError):
        return []


def arrived_html(delivery: Exchange, edition: str, redactor: Redactor) -> str:
    """A delivery in full: what was found out about it, and its payload with what is wrong marked at its place."""
    facts, body = _facts(delivery), (delivery.case.body or b"").decode(errors="replace")
    reading = read(body, edition)
    told: Sequence[tuple[str, str]] = (
        ("call", str(facts["call_id"] or _NOTHING)),
        ("attempt", f"{facts['attempt']}{_before(facts['before'])}"),
        ("signature", _signature(facts["signature"])),
        ("order", order_of(delivery)),
        ("answered", delivery.error or str(delivery.response.status if delivery.response else _NOTHING)),
    )
    lines = "".join(f"<dt>{esc(name)}</dt><dd>{esc(redactor.text(value))}</dd>" for name, value in told)
    shown = f"<pre>{esc(redactor.text(body[:2000]))}</pre>"
    if reading.problem is None:
        shown = json_tree(redactor.value(reading.value), marks_of(reading.told, redactor), opened=3, label="Payload")
    state = (
        chip("passed", "payload as the contract says")
        if not reading.told
        else chip("failed" if reading.wrong else "warned", "payload not as the contract says")
    )
    return (
        f'<h4>{esc(redactor.text(delivery.case.operation))}</h4><p>{state}</p><dl class="cx-facts">{lines}</dl>{shown}'
    )


def _signature(facts: Mapping[str, JSON]) -> str:
    word = _SIGNATURE[facts["problem"]][1]
    age = facts["age_ms"]
    return f"{word}, made {age:,} ms before it arrived" if facts["problem"] is None else word


def _before(before: str | None) -> str:
    told = {"refused": "refused", "held": "not answered", "accepted": "accepted", "waiting": "still open"}
    return f" (the one before was {told[before]})" if before else ""


def _reversed(pair: tuple[str, str]) -> tuple[str, str]:
    return pair[1], pair[0]


def _since(at_ms: int, began_ms: int) -> str:
    return f"{(at_ms - began_ms) / 1000:.2f} s"


def _short(call_id: str | None) -> str:
    return f"…{call_id[-_ID_SHOWN:]}" if call_id else _NOTHING


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:,.0f}" if seconds * 1000 >= 1 else "< 1"
