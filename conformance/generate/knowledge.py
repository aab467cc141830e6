"""What a run has learned of the account so far: calls, agents, numbers, which of them work."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from conformance.model import JSON, Exchange

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_SUCCESS = range(200, 300)
_NOT_ALLOWED, _NOT_FOUND = frozenset({405, 501}), frozenset({404, 410})
_FICTIONAL_NUMBER = "+14155550100"


def _items(answer: JSON) -> list[JSON]:
    """What an answer lists; a list in an envelope is learned from too, although it is wrong."""
    if isinstance(answer, list):
        return answer
    if isinstance(answer, dict) and "call_id" not in answer:
        return [item for member in answer.values() if isinstance(member, list) for item in member]
    return [answer]


@dataclass(slots=True, kw_only=True)
class Knowledge:
    """Grows with every exchange. What the user gave comes first; what was seen in answers comes after.

    Attributes:
        agents: Agent ids, best first.
        from_numbers: Numbers of the account, best first.
        to_numbers: Numbers that may be dialled; on this machine a fictional one if none was given.
        calls: Call objects by id, as they were last seen.
        account: The calls in the order in which they were read, newest first.
        complete: True if `account` holds all calls that there were.
        created: Ids of the calls that this run made, by operation.
        deleted: Ids of the calls that this run deleted.
        working_agents: Agents with which a creation was accepted.
        missing: Operations that the server does not have, as far as can be told.
        why_not: Why an operation was not exercised, by its name.
        secrets: Texts that answers held and that must not be shown.
    """

    agents: list[str] = field(default_factory=list)
    from_numbers: list[str] = field(default_factory=list)
    to_numbers: list[str] = field(default_factory=lambda: [_FICTIONAL_NUMBER])
    calls: dict[str, Mapping[str, JSON]] = field(default_factory=dict)
    account: list[Mapping[str, JSON]] = field(default_factory=list)
    complete: bool = False
    created: dict[str, list[str]] = field(default_factory=dict)
    deleted: list[str] = field(default_factory=list)
    working_agents: set[str] = field(default_factory=set)
    working_bodies: dict[str, Mapping[str, JSON]] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)
    why_not: dict[str, str] = field(default_factory=dict)
    secrets: set[str] = field(default_factory=set)

    def learn(self, exchange: Exchange) -> None:
        """Take in what an answer tells."""
        self._note_missing(exchange)
        if exchange.response is None or exchange.response.status not in _SUCCESS:
            return
        answer = exchange.response.json(None)
        for item in _items(answer):
            if isinstance(item, dict) and isinstance(item.get("call_id"), str) and item["call_id"]:
                self._meet(item)
        self._note_creation(exchange, answer)

    def _note_missing(self, exchange: Exchange) -> None:
        """404 tells that an operation is missing, unless its path names a call that may not exist."""
        case = exchange.case
        if exchange.response is None or case.purpose not in {"valid", "invalid"}:
            return
        telling = "call_id" not in case.facts or bool(case.facts.get("known"))
        status = exchange.response.status
        if status in _NOT_ALLOWED or (status in _NOT_FOUND and telling):
            self.missing.add(case.operation)
            self.why_not[case.operation] = f"the server has no {case.operation}"
        elif case.operation in self.missing:
            self.missing.discard(case.operation)
            self.why_not.pop(case.operation, None)

    def _meet(self, call: Mapping[str, JSON]) -> None:
        self.calls[call["call_id"]] = call
        agent = call.get("agent_id")
        if isinstance(agent, str) and agent and agent not in self.agents:
            self.agents.append(agent)
        own = call.get("from_number") if call.get("direction") == "outbound" else call.get("to_number")
        if isinstance(own, str) and _E164.fullmatch(own) and own not in self.from_numbers:
            self.from_numbers.append(own)

    def _note_creation(self, exchange: Exchange, answer: JSON) -> None:
        case = exchange.case
        makes_call = case.operation.removeprefix("v1-") in {
            "create-web-call",
            "create-phone-call",
            "register-phone-call",
            "register-call",
        }
        if makes_call and isinstance(answer, dict) and isinstance(answer.get("call_id"), str):
            self.created.setdefault(case.operation, []).append(answer["call_id"])
        if case.operation == "delete-call" and "call_id" in case.facts and case.purpose in {"valid", "written"}:
            self.deleted.append(case.facts["call_id"])

    def listed(self, **wanted: JSON) -> list[Mapping[str, JSON]]:
        """The calls that were seen with these values, oldest knowledge first, without those that this run made."""
        own = {call_id for ids in self.created.values() for call_id in ids}
        return [
            call
            for call_id, call in self.calls.items()
            if call_id not in own and all(call.get(key) == value for key, value in wanted.items())
        ]

    @property
    def remaining(self) -> tuple[str, ...]:
        """Ids of the calls that this run made and did not delete."""
        return tuple(call_id for ids in self.created.values() for call_id in ids if call_id not in set(self.deleted))
