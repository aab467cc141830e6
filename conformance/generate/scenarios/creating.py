"""Scenarios that make calls: the smallest body first, then each optional field, then drawn bodies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from conformance.generate.draw import draw_values
from conformance.generate.encode import encodings
from conformance.generate.scenarios.base import Session, Steps, ids_of, status_of
from conformance.generate.strategies import strategy_for
from conformance.model import JSON

CREATES = ("register-call", "create-web-call", "register-phone-call", "create-phone-call")
_WEB_AUDIO = {"audio_websocket_protocol": "web", "audio_encoding": "s16le", "sample_rate": 24000}
_TRIES, _LAG_SECONDS = 3, 0.4
_AGENTS, _OF_THE_AGENT = 3, frozenset({400, 404, 422})
_DEEP: JSON = "the end"
for _ in range(10):
    _DEEP = {"deeper": _DEEP}
_USER_DATA: dict[str, tuple[JSON, ...]] = {
    "metadata": (
        {},
        {"name": "Zoë Ünïcode", "greeting": "你好 مرحبا", "emoji": "🙂", "quote": "\"'\\/<&>"},
        _DEEP,
        {"long": "abc " * 750},
        {"empty": "", "none": None, "no": False, "zero": 0, "list": [], "object": {}, "fraction": 0.5},
        {f"key-{index}": index for index in range(60)},
        {" padded ": "  spaces stay  ", "lines": "one\ntwo\tthree"},
    ),
    "retell_llm_dynamic_variables": (
        {},
        {"customer_name": "Zoë 你好 🙂", "empty": "", "long": "abc " * 250, "number": "007"},
    ),
}


def smallest(session: Session) -> Steps:
    """Each create operation with nothing but its required fields; tells which agents and numbers work."""
    refused = []
    for operation in _offered(session):
        for attempt in range(_AGENTS):
            body = smallest_body(session, operation, attempt)
            if body is None:
                break
            exchange = yield session.cases.valid(operation, body, title="the smallest body")
            _note(session, operation, body, status_of(exchange))
            if status_of(exchange) not in _OF_THE_AGENT:
                break
            refused.append((operation, body))
    for operation, body in refused:
        works = body.get("agent_id") in session.knowledge.working_agents
        if works and operation not in session.knowledge.working_bodies:
            exchange = yield session.cases.valid(
                operation, body, title="the smallest body, with an agent that works", proven=True
            )
            _note(session, operation, body, status_of(exchange))


def _offered(session: Session) -> list[str]:
    return [name for name in CREATES if session.cases.has(name)]


def smallest_body(session: Session, operation: str, attempt: int = 0) -> dict[str, JSON] | None:
    """The required fields alone, with the agent whose turn it is; None (and a reason) if none is known."""
    known = session.knowledge
    if operation == "create-phone-call":
        if not known.from_numbers:
            known.why_not[operation] = "no number of the account is known: give --from-number"
            return None
        return {"from_number": known.from_numbers[0], "to_number": known.to_numbers[0]} if attempt == 0 else None
    agents = [*sorted(known.working_agents), *(each for each in known.agents if each not in known.working_agents)]
    if not agents:
        known.why_not[operation] = "no agent is known: give --agent-id"
        return None
    if attempt >= len(agents):
        return None
    return {"agent_id": agents[attempt], **(_WEB_AUDIO if operation == "register-call" else {})}


def _note(session: Session, operation: str, body: Mapping[str, JSON], status: int) -> None:
    known = session.knowledge
    if status in range(200, 300):
        known.working_bodies[operation] = body
        known.why_not.pop(operation, None)
        if isinstance(body.get("agent_id"), str):
            known.working_agents.add(body["agent_id"])
    elif status in _OF_THE_AGENT:
        what = "--from-number or --to-number" if operation == "create-phone-call" else "--agent-id"
        known.why_not[operation] = f"the smallest body was answered {status}: try another {what}"
    elif status:
        known.why_not[operation] = f"the smallest body was answered {status}"


def each_field(session: Session) -> Steps:
    """The smallest body with each optional field alone."""
    for operation, base in list(session.knowledge.working_bodies.items()):
        for field, value in _optional_fields(session, operation):
            yield session.cases.valid(
                operation, {**base, field: value}, title=f"a body with {field}", proven=True, field=field
            )


def _optional_fields(session: Session, operation: str) -> Iterator[tuple[str, JSON]]:
    bundle = _request_schema(session, operation)
    schema = bundle["$defs"][bundle["$ref"].rsplit("/", 1)[-1]]
    for index, (field, definition) in enumerate(schema["properties"].items()):
        if field in schema.get("required", ()):
            continue
        if "x-needs" in definition:
            yield from _met(session, operation, field)
            continue
        if field in _USER_DATA:
            yield from ((field, value) for value in _USER_DATA[field])
            continue
        if "enum" in definition:
            yield from ((field, value) for value in definition["enum"])
            continue
        alone = {"$defs": bundle["$defs"], **definition}
        for value in draw_values(strategy_for(alone), count=2, seed=session.seed * 31 + index)[-1:]:
            yield field, value


def _met(session: Session, operation: str, field: str) -> Iterator[tuple[str, JSON]]:
    """Values of fields with a precondition that is met by what was seen."""
    agent = session.knowledge.working_bodies[operation].get("agent_id")
    if field == "agent_override":
        yield field, {}
    elif field == "agent_version":
        versions = [call.get("agent_version") for call in session.knowledge.listed(agent_id=agent)]
        for version in versions[:1]:
            if isinstance(version, int):
                yield field, version


def _request_schema(session: Session, operation: str) -> dict[str, JSON]:
    return session.contract.schemas.bundle(session.contract.operation(operation).request or "")


def drawn(session: Session) -> Steps:
    """Bodies that nobody wrote down, on top of required fields that work; and the same values in other bytes."""
    for operation, base in list(session.knowledge.working_bodies.items()):
        for body in drawn_bodies(session, operation, base, session.profile.draws):
            yield session.cases.valid(operation, body, title="a drawn body", proven=True, field="drawn")
    for operation, base in list(session.knowledge.working_bodies.items())[:1]:
        rich = {**base, "metadata": {"name": "Zoë Ünïcode 你好", "nested": {"list": [1, None, True, ""]}}}
        for name, raw in encodings({**rich, "metadata": {**rich["metadata"], **(session.cases.tag or {})}}):
            case = session.cases.valid(operation, rich, title=f"a body written {name}", proven=True, field=name)
            yield replace(case, body=raw)


def drawn_bodies(session: Session, operation: str, base: Mapping[str, JSON], count: int) -> tuple[dict[str, JSON], ...]:
    """Drawn bodies with the fields of `base` in place of what was drawn for them; the most varied come last."""
    if not count:
        return ()
    bundle = _request_schema(session, operation)
    strategy = strategy_for(bundle, overrides=dict(base))
    values = draw_values(strategy, count=count, seed=session.seed)
    return tuple(value for value in values if value != base)


def afterwards(session: Session) -> Steps:
    """What was made can be fetched and found."""
    for operation, ids in list(session.knowledge.created.items()):
        if operation not in _offered(session):
            continue
        for call_id in dict.fromkeys((ids[0], ids[-1])):
            created = session.knowledge.calls.get(call_id)
            if created is not None:
                yield session.cases.valid(
                    "get-call",
                    title="a call that was just made",
                    call_id=call_id,
                    known=True,
                    proven=True,
                    created=created,
                )
        yield from _found(session, ids[0])


def _found(session: Session, call_id: str) -> Steps:
    if "call_id" not in session.contract.filters():
        return
    for attempt in range(1, _TRIES + 1):
        exchange = yield session.cases.listing(
            {"filter_criteria": {"call_id": [call_id]}, "limit": 50},
            title="the call that was just made, by its id",
            finds=call_id,
            last=attempt == _TRIES,
        )
        if exchange is None or call_id in ids_of(exchange):
            return
        session.pause(_LAG_SECONDS)
