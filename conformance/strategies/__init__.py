"""Hypothesis strategies for tests of your own: calls, lists of calls, webhooks and requests.

    from hypothesis import given
    from conformance import strategies

    @given(strategies.webhook_payloads(event="call_ended"))
    def test_every_ended_call_is_stored(payload):
        assert store(payload) == payload["call"]["call_id"]

Every value is valid by the schemas of its edition, and makes sense: a call that is registered has no end, one that was
dialled in vain has no transcript, an end does not come before its start and the duration is what lies between, a reason
goes with its status. What the contract calls optional may be missing, but for these: a call that goes on has a start,
one that has ended has start, end, duration and reason.

Keywords narrow: a value, or a strategy, for any top-level field. What is given stays as it is, and the rest is fitted
around it. A keyword that is no field raises `UnknownName`, and a value that the schema forbids `UsageError`, at once;
what a strategy gives is looked at when it is drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from hypothesis.strategies import SearchStrategy

from conformance.contract.schemas import load_schemas
from conformance.errors import UnknownName, UsageError
from conformance.generate.compiler import compile_schema
from conformance.generate.nodes import Node
from conformance.generate.text import TextPolicy
from conformance.model import JSON
from conformance.strategies.fields import check_names, fields_of, narrowing
from conformance.strategies.making import (
    ROOM,
    ROOM_OF_LONG,
    ListNode,
    call_node,
    call_of,
    in_order,
    kinds_in,
    kinds_of,
    payload_node,
    pick,
    strategy,
)
from conformance.strategies.signed import SignedDelivery, signer

if TYPE_CHECKING:
    from conformance.contract.schemas import SchemaSet
    from conformance.seams import Clock

__all__ = [
    "SignedDelivery",
    "call_lists",
    "calls",
    "phone_calls",
    "requests",
    "signed_deliveries",
    "web_calls",
    "webhook_payloads",
]

_EDITION = "v2"
_USUAL_MOST = 6
_FEW = 4


def web_calls(*, edition: str = _EDITION, **fields: Any) -> SearchStrategy[dict[str, JSON]]:
    """Web calls as get-call answers them.

    Args:
        edition: Which edition of V2.
        fields: A value or a strategy for any field: `call_status="ended"`.

    Raises:
        UnknownName: There is no such edition or field.
        UsageError: The schema forbids a value, or the edition does not know web calls.
    """
    return _of_kind("web_calls", "web-call", edition, fields)


def phone_calls(*, edition: str = _EDITION, **fields: Any) -> SearchStrategy[dict[str, JSON]]:
    """Phone calls as get-call answers them. Numbers are fictional.

    Args and raises: as for `web_calls`.
    """
    return _of_kind("phone_calls", "phone-call", edition, fields)


def calls(*, edition: str = _EDITION, **fields: Any) -> SearchStrategy[dict[str, JSON]]:
    """Web calls and phone calls; of V1, calls. Only those kinds that have all the fields that are given.

    Args and raises: as for `web_calls`.
    """
    node = _any_call("calls", edition, fields)
    return strategy("calls", node, _shown(edition, fields))


def call_lists(
    *, min_size: int = 0, max_size: int | None = None, edition: str = _EDITION, **fields: Any
) -> SearchStrategy[list[dict[str, JSON]]]:
    """Answers of list-calls: the newest call first, no call twice.

    Args:
        min_size: The fewest calls.
        max_size: The most calls; by default six, or what `min_size` asks for.
        edition: Which edition.
        fields: What every call is narrowed by, as in `calls`.

    Raises:
        UnknownName: There is no such edition or field.
        UsageError: The schema forbids a value, or the sizes contradict each other.
    """
    most = max(min_size, _USUAL_MOST) if max_size is None else max_size
    if not 0 <= min_size <= most:
        raise UsageError(
            f"call_lists(min_size={min_size}, max_size={most}): it must hold that 0 <= min_size <= max_size."
        )
    node = ListNode(_any_call("call_lists", edition, fields), least=min_size, most=most)
    sizes = {"min_size": min_size} if min_size else {}
    sizes |= {"max_size": most} if max_size is not None else {}
    return strategy(
        "call_lists",
        node,
        {**sizes, **_shown(edition, fields)},
        change=lambda found: in_order(found, rename="call_id" not in fields),
        room=ROOM_OF_LONG if min_size > _FEW else ROOM,
    )


def webhook_payloads(
    event: str | None = None, *, edition: str = _EDITION, **fields: Any
) -> SearchStrategy[dict[str, JSON]]:
    """Payloads of webhooks, with a call as it stands when the event is sent.

    Args:
        event: Only this one; by default all that the edition knows.
        edition: Which edition.
        fields: A value or a strategy for what stands beside the call (`event_timestamp`), for the call as a whole
            (`call`), or else for a field of the call (`call_status`).

    Raises:
        UnknownName: There is no such edition, event or field.
        UsageError: The schema forbids a value.
    """
    node = _payloads("webhook_payloads", event, edition, fields)
    return strategy("webhook_payloads", node, _shown(edition, fields, event=event))


def requests(operation: str, *, edition: str = _EDITION, **fields: Any) -> SearchStrategy[dict[str, JSON]]:
    """Bodies that an operation accepts; of one that takes a query, its parameters.

    Args:
        operation: Its name: `create-web-call` or `create_web_call`.
        edition: Which edition.
        fields: A value or a strategy for any field of the body.

    Raises:
        UnknownName: There is no such edition, operation or field.
        UsageError: The schema forbids a value, or the operation takes no body.
    """
    schemas = load_schemas(edition)
    known = {each.name: each for each in schemas.operations()}
    name = operation.replace("_", "-")
    if name not in known:
        raise UnknownName("operation", operation, known)
    definition = known[name].request
    if definition is None:
        raise UsageError(f"requests(): {name} takes no body. Leave it out, and send the request without one.")
    check_names("requests", fields, fields_of(schemas, definition))
    node = compile_schema(
        schemas.bundle(definition),
        policy=TextPolicy(),
        overrides=narrowing("requests", fields, schemas, definition),
    )
    return strategy("requests", node, {"operation": name, **_shown(edition, fields)})


def signed_deliveries(
    *,
    key: str,
    event: str | None = None,
    clock: Clock | Callable[[], int] | None = None,
    edition: str = _EDITION,
    **fields: Any,
) -> SearchStrategy[SignedDelivery]:
    """Webhooks with their bytes and the headers that a receiver verifies.

    Args:
        key: What they are signed with.
        event: Only this one; by default all that the edition knows.
        clock: What signatures are dated by: anything with `now_ms()`, or a function that gives milliseconds since the
            Unix epoch. By default the wall clock, when the value is drawn.
        edition: Which edition.
        fields: As for `webhook_payloads`.

    Raises:
        UnknownName: There is no such edition, event or field.
        UsageError: The schema forbids a value.
    """
    node = _payloads("signed_deliveries", event, edition, fields)
    return strategy("signed_deliveries", node, _shown(edition, fields, event=event), change=signer(key, clock))


def _of_kind(maker: str, definition: str, edition: str, fields: Mapping[str, Any]) -> SearchStrategy[dict[str, JSON]]:
    schemas = load_schemas(edition)
    if definition not in schemas:
        raise UsageError(f"{maker}(): {edition} has one kind of call. Use calls(edition={edition!r}).")
    check_names(maker, fields, fields_of(schemas, definition))
    return strategy(maker, call_node(maker, definition, fields, schemas), _shown(edition, fields))


def _any_call(maker: str, edition: str, fields: Mapping[str, Any]) -> Node:
    schemas = load_schemas(edition)
    kinds = kinds_in(schemas, "call")
    check_names(maker, fields, _known(schemas, kinds))
    found = kinds_of(maker, kinds, fields, schemas)
    return pick([call_node(maker, kind, given, schemas) for kind, given in found])


def _payloads(maker: str, event: str | None, edition: str, fields: Mapping[str, Any]) -> Node:
    schemas = load_schemas(edition)
    events: list[str] = schemas.definition("webhook")["properties"]["event"]["enum"]
    if event is not None and event not in events:
        raise UnknownName("event", event, events, where=f"{maker}(): ")
    known = {each: _payload_fields(schemas, each) for each in ([event] if event else events)}
    check_names(maker, fields, set().union(*known.values()))
    fit = [each for each, names in known.items() if fields.keys() <= names]
    if not fit:
        raise UsageError(f"{maker}(): no event has {' and '.join(fields)}. Leave one of them out.")
    return pick([payload_node(maker, each, fields, schemas) for each in fit])


def _payload_fields(schemas: SchemaSet, event: str) -> set[str]:
    definition = f"webhook-{event.replace('_', '-')}"
    _, kinds = call_of(schemas, definition)
    return {*fields_of(schemas, definition), *_known(schemas, kinds)} - {"event"}


def _known(schemas: SchemaSet, kinds: tuple[str, ...]) -> set[str]:
    return {name for kind in kinds for name in fields_of(schemas, kind)}


def _shown(edition: str, fields: Mapping[str, Any], *, event: str | None = None) -> dict[str, Any]:
    """The arguments as a reader wants to see them again."""
    said = {"event": event} if event is not None else {}
    named = {"edition": edition} if edition != _EDITION else {}
    return {**said, **fields, **named}
