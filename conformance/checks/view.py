"""What checks look at: an exchange, read with the contract at hand. Each reading is done once."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from conformance.model import JSON, Case, Exchange, Operation, Response

if TYPE_CHECKING:
    from conformance.contract.contract import Contract
    from conformance.contract.schemas import SchemaError

ABSENT = object()
_CALL_ANSWERS = frozenset({"call", "web-call", "phone-call", "registered-call"})
_SUCCESS = range(200, 300)
_UNPLAIN = (b"NaN", b"Infinity", b"\\ud", b"\\uD", b'"":')
_NO_BRACKETS = bytes(each for each in range(256) if each not in b"{}[]")
_DEEPEST = 60


class View:
    """An exchange that was answered, with what the contract says of its operation.

    What is judged is what the target said: the body of its answer, or of the delivery that it sent.
    """

    def __init__(self, exchange: Exchange, contract: Contract) -> None:
        if exchange.response is None:
            raise ValueError("an exchange without a response cannot be judged")
        self.exchange, self.contract = exchange, contract
        self.response: Response = exchange.response
        self.body: bytes = (exchange.case.body or b"") if exchange.received else exchange.response.body

    @property
    def case(self) -> Case:
        """The case that was sent."""
        return self.exchange.case

    @property
    def operation(self) -> Operation | None:
        """The operation of the edition, or None for one that it does not have."""
        return self.contract.operations.get(self.case.operation)

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.response.status

    @property
    def ok(self) -> bool:
        """True for any 2xx."""
        return self.status in _SUCCESS

    @property
    def accepted(self) -> bool:
        """True if a request that the contract calls valid was answered with a 2xx."""
        return self.ok and (self.case.purpose == "valid" or bool(self.case.facts.get("valid")))

    @property
    def routed(self) -> bool:
        """False if the answer may mean that there is no such operation here."""
        if self.status in {405, 501}:
            return False
        fixed = self.operation is None or not self.operation.path_parameters
        return not (fixed and self.status in {404, 410})

    @cached_property
    def json(self) -> JSON:
        """What the target said as JSON, or ABSENT if it is none."""
        if not self.exchange.received:
            return self.response.json(ABSENT)
        return self.sent if self.case.body else ABSENT

    @cached_property
    def sent(self) -> JSON:
        """The body that was sent, as JSON, or ABSENT."""
        try:
            return json.loads(self.case.body or b"")
        except (ValueError, RecursionError):
            return ABSENT

    @property
    def listing(self) -> Mapping[str, JSON] | None:
        """The parameters of a list request, if this is one that was answered with an array."""
        asked = self.case.facts.get("list")
        return asked if self.accepted and asked is not None and isinstance(self.json, list) else None

    @cached_property
    def calls(self) -> tuple[tuple[str, dict[str, JSON]], ...]:
        """Every call object of the answer or delivery, with its JSON pointer."""
        return tuple(self._delivered() if self.exchange.received else self._calls())

    def _delivered(self) -> Iterator[tuple[str, dict[str, JSON]]]:
        """The call of a delivery; before V2 it stood in `data`."""
        name = "call" if "webhook-call" in self.contract.schemas else "data"
        call = self.json.get(name) if isinstance(self.json, dict) else None
        if isinstance(call, dict):
            yield f"/{name}", call

    def _calls(self) -> Iterator[tuple[str, dict[str, JSON]]]:
        operation = self.operation
        if not self.accepted or operation is None or operation.response is None:
            return
        if isinstance(self.json, list) and operation.name == "list-calls":
            for index, item in enumerate(self.json):
                if isinstance(item, dict):
                    yield f"/{index}", item
        elif isinstance(self.json, dict) and operation.response in _CALL_ANSWERS:
            yield "", self.json

    @cached_property
    def shape_errors(self) -> tuple[tuple[str, dict[str, JSON], SchemaError], ...]:
        """What is wrong with the calls by the schema.

        Pointer of the call, the call, the error (pointer inside the call).
        """
        schemas, plain = self.contract.schemas, self._is_plain
        name = "webhook-call" if self.exchange.received and "webhook-call" in schemas else "call"
        return tuple(
            (at, call, error) for at, call in self.calls for error in schemas.validate(name, call, plain=plain)
        )

    @cached_property
    def _is_plain(self) -> bool:
        """Whether the bytes rule out what JSON Schema engines trip over, so that no value need be searched."""
        body = self.body
        if any(sign in body for sign in _UNPLAIN):
            return False
        brackets = body.translate(None, _NO_BRACKETS)
        for _ in range(_DEEPEST):
            shorter = brackets.replace(b"{}", b"").replace(b"[]", b"")
            if shorter == brackets:
                return not brackets
            brackets = shorter
        return False
