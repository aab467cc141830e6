"""Remembers the shapes that a target answers with, while a run goes on.

Counted are pictures: a call that looks the same as before counts once, however many lists it stands in. So counts of
two runs can be compared, whatever was asked how often.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from conformance.history.filing import add, file_picture
from conformance.history.fingerprint import ERROR, UNKNOWN_EVENT, Fingerprint, Group, Key
from conformance.history.formats import NOT_SHOWN, media_type
from conformance.history.picture import Picture
from conformance.history.promises import OTHER, UNKNOWN, Promise, promises
from conformance.model import JSON, Exchange
from conformance.redact import Redactor

if TYPE_CHECKING:
    from conformance.contract.schemas import SchemaSet

_PICTURES, _PICTURES_OF_ONE = 1_000, 8
"""Of one group, and of one call in it: enough evidence, and what an answer costs stays small."""
_MAKES_CALLS = frozenset({"create-web-call", "create-phone-call", "register-phone-call", "register-call"})
_COUNTED = frozenset({"valid", "invalid", "auth", "unknown-call", "gone"})
"""Purposes whose answers say something about the target; bytes at the edges may be answered either way."""
_NO_JSON = object()
_TOO_MANY, _SUCCESS, _REFUSALS = 429, range(200, 300), range(400, 500)


class ShapeRecorder:
    """Is shown each exchange as it happened, before anything was hidden. Keeps nothing personal and no secret of it.

    Args:
        schemas: Of the edition that the run is about.
        redactor: What it would hide is not kept either.
    """

    def __init__(self, schemas: SchemaSet, redactor: Redactor | None = None) -> None:
        self._schemas, self._redactor = schemas, redactor or Redactor()
        self._roots: dict[str, Promise] = {}
        self._operations = {each.name: each for each in schemas.operations()}
        self._groups: dict[Key, Group] = {}
        self._statuses: dict[str, dict[str, int]] = {}
        self._content: dict[str, dict[str, int]] = {}
        self._known: set[int] = set()
        self._pictured: dict[tuple[Key, str], int] = {}
        self._made: set[str] = set()
        self._safe: dict[str, str] = {}

    def take(self, exchange: Exchange) -> None:
        """One more exchange, or a webhook that came in. One without an answer tells nothing."""
        if exchange.received:
            self._take_delivery(exchange)
        elif exchange.response is not None and not exchange.case.facts.get("alone"):
            self._take_answer(exchange)

    def fingerprint(self) -> Fingerprint:
        """What was seen so far."""
        return Fingerprint(
            edition=self._schemas.edition.id, groups=self._groups, statuses=self._statuses, content=self._content
        )

    def as_json(self) -> dict[str, JSON]:
        """What was seen so far, in the form in which it is kept."""
        return self.fingerprint().as_json()

    def _take_answer(self, exchange: Exchange) -> None:
        case, response = exchange.case, exchange.response
        if response is None or case.purpose not in _COUNTED or response.status == _TOO_MANY:
            return
        sent = " ".join(filter(None, (case.operation, case.purpose, _way(exchange))))
        add(self._statuses.setdefault(sent, {}), str(response.status))
        operation = self._operations.get(case.operation)
        accepted = response.status in _SUCCESS and case.purpose == "valid"
        if operation is None or not (accepted or response.status in _REFUSALS) or case.purpose == "gone":
            return
        told = media_type(response.header("content-type"))
        add(self._content.setdefault(f"{case.operation} {'success' if accepted else ERROR}", {}), told)
        value = response.json(_NO_JSON)
        if value is _NO_JSON:
            return
        if accepted and operation.response is not None:
            self._take_value(case.operation, self._root(operation.response), value)
        elif not accepted:
            self._picture((case.operation, ERROR, False), self._root("error-body"), value, state=str(response.status))

    def _take_value(self, operation: str, promise: Promise, value: JSON) -> None:
        items = promise.items
        if items is None or not isinstance(value, list):
            self._take_object(operation, promise, value, path="")
            return
        self._picture((operation, "", False), Promise(), [], state="")
        of_calls = "call_type" in items.members
        for item in value:
            self._take_object(operation, items, item, path="" if of_calls else "/*")

    def _take_object(self, operation: str, promise: Promise, value: JSON, *, path: str) -> None:
        """A call, or anything else that an operation gives."""
        if not isinstance(value, dict):
            self._picture((operation, "", False), promise, value, path=path)
            return
        call_id = value.get("call_id")
        made = isinstance(call_id, str) and call_id in self._made
        if operation in _MAKES_CALLS and isinstance(call_id, str):
            self._made.add(call_id)
        kind, promise = _kind_of_call(promise, value)
        state = _state(promise, value)
        key = (operation, kind, made)
        identity = call_id or value.get("phone_number")
        if not isinstance(identity, str) or self._is_new(key, identity, _looks(key, identity, state, value)):
            self._picture(key, promise, value, state=state, path=path)

    def _is_new(self, key: Key, identity: str, looks: int) -> bool:
        """Whether a picture is to be counted: it was not seen before, and there are not too many."""
        if looks in self._known:
            return False
        times, group = self._pictured.get((key, identity), 0), self._groups.get(key)
        if times >= _PICTURES_OF_ONE or (group is not None and group.pictures >= _PICTURES):
            return False
        self._pictured[key, identity] = times + 1
        self._known.add(looks)
        return True

    def _take_delivery(self, exchange: Exchange) -> None:
        payload = _payload(exchange)
        if payload is None or "webhook" not in self._schemas:
            return
        root = self._root("webhook")
        label, promise = root.branch(payload)
        event = UNKNOWN_EVENT if label == OTHER else str(payload["event"])
        call = payload.get("call")
        self._picture((event, "", False), promise, {**payload, "call": {}} if isinstance(call, dict) else payload)
        if label != OTHER and isinstance(call, dict):
            self._take_object(event, self._root("webhook-call"), call, path="")

    def _root(self, name: str) -> Promise:
        if name not in self._roots:
            self._roots[name] = promises(self._schemas, name) if name in self._schemas else UNKNOWN
        return self._roots[name]

    def _picture(self, key: Key, promise: Promise, value: JSON, *, state: str = "", path: str = "") -> None:
        picture = Picture()
        picture.look(value, promise, path)
        file_picture(self._groups.setdefault(key, Group()), picture, state=state, value=value, safely=self._safely)

    def _safely(self, text: str) -> str:
        """The text, if it holds nothing that is to be hidden."""
        if text not in self._safe:
            self._safe[text] = text if self._redactor.text(text) == text else NOT_SHOWN
        return self._safe[text]


def _way(exchange: Exchange) -> str:
    """In which way a request was wrong, if it was."""
    flaw, credentials = exchange.case.flaw, exchange.case.facts.get("credentials")
    return flaw.kind if flaw is not None else str(credentials or "")


def _kind_of_call(promise: Promise, value: dict[str, JSON]) -> tuple[str, Promise]:
    """The call type, and what is promised of it; "" for what is no call."""
    told, field = value.get("call_type"), promise.members.get("call_type")
    if field is None:
        return "", promise
    if told not in (field.values or ()) or not isinstance(told, str):
        return OTHER, promise
    return told, promise.branch(value)[1]


def _state(promise: Promise, value: dict[str, JSON]) -> str:
    """Where a call stands: what is filled in depends on it."""
    told, field = value.get("call_status"), promise.members.get("call_status")
    if field is None:
        return ""
    return told if isinstance(told, str) and told in (field.values or ()) else OTHER


def _looks(key: Key, identity: str, state: str, value: dict[str, JSON]) -> int:
    """What tells one picture of a call from another, cheaply: the fields and their types, two levels down."""
    types: list[object] = []
    for each in value.values():
        if isinstance(each, dict):
            types.append((*each, *map(type, each.values())))
        else:
            types.append(bool(each) if isinstance(each, list) else type(each))
    return hash((key, identity, state, *value, *types))


def _payload(exchange: Exchange) -> dict[str, JSON] | None:
    """What a webhook holds when it comes for the first time, or None."""
    if exchange.case.facts.get("delivery", {}).get("attempt", 1) > 1:
        return None
    try:
        payload = json.loads(exchange.case.body or b"")
    except (ValueError, RecursionError):
        return None
    return payload if isinstance(payload, dict) else None
