"""Whether a value that somebody's code made or got is what the contract says."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from traceback import extract_tb
from typing import Any

from conformance.contract.contract import Contract, load_contract
from conformance.errors import UsageError
from conformance.model import JSON, Level, Mismatch
from conformance.redact import Redactor
from conformance.testing.judging import Told, judged

_MOST_LINES = 40
_PACKAGE = str(Path(__file__).parents[1])
_REQUESTS = (
    ("create-phone-call-request", {"from_number", "to_number", "override_agent_id"}, set[str]()),
    ("register-phone-call-request", {"direction", "from_number", "to_number"}, {"agent_id"}),
    ("create-web-call-request", set[str](), {"agent_id"}),
    ("list-calls-request", {"filter_criteria", "sort_order", "limit", "pagination_key"}, set[str]()),
)
"""Requests by what only they have: one of these members, and all of those."""


class ConformanceAssertionError(AssertionError):
    """A value, a receiver or a server does not keep the contract. The text says what, one line for each place.

    Attributes:
        mismatches: What differs, where a value was judged; else empty.
    """

    def __init__(self, text: str, mismatches: Sequence[Mismatch] = ()) -> None:
        super().__init__(text)
        self.mismatches = tuple(mismatches)

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in place of a traceback: the line that asked, and the text, which says it all."""
        asked = (each for each in extract_tb(self.__traceback__) if not each.filename.startswith(_PACKAGE))
        line = next((f", line {each.lineno}: {each.line}" for each in reversed(list(asked)) if each.line), "")
        return [f"{type(self).__name__}{line}", str(self)]


def assert_conforms(value: Any, kind: str | None = None, *, edition: str | None = None, strict: bool = False) -> None:
    """Raise unless a value is what the contract says.

    Args:
        value: Parsed JSON; JSON as text or bytes; a response with `json()` or `get_json()`; an object with
            `model_dump()`, as SDKs give.
        kind: The name of a schema: `call`, `web-call`, `phone-call`, `call-list`, `webhook`, `create-web-call-request`
            and so on. Underscores do as well. Without it, calls, lists, webhooks and requests are recognised.
        edition: Which edition; the newest by default. If it is named, lists of values that grow are taken literally.
        strict: Whether what only should hold is asked for too.

    Raises:
        ConformanceAssertionError: It is not. The text is the same for the same value.
        UnknownName: There is no such edition, or no schema of that name in it.
        UsageError: Without a kind: it is none that can be recognised.
    """
    __tracebackhide__ = True
    name, told = _told(value, kind, edition)
    wrong = [each for each in told if each.grave or strict]
    if wrong:
        lines = [f"Not a {name} of {_contract(edition).edition}:", *map(_line, wrong[:_MOST_LINES])]
        if len(wrong) > _MOST_LINES:
            lines.append(f"  and {len(wrong) - _MOST_LINES} more")
        raise ConformanceAssertionError("\n".join(lines), [each.mismatch for each in wrong])


def check(value: Any, kind: str | None = None, *, edition: str | None = None) -> tuple[Mismatch, ...]:
    """What differs between a value and the contract, sorted by place; empty if nothing does.

    Args and raises: as for `assert_conforms`, but that nothing is asserted. `level` of a mismatch says how grave it is.
    """
    return tuple(each.mismatch for each in _told(value, kind, edition)[1])


def _told(value: Any, kind: str | None, edition: str | None) -> tuple[str, tuple[Told, ...]]:
    contract = _contract(edition)
    plain, wrong = parsed(value)
    name = kind.replace("_", "-") if kind is not None else "JSON document" if wrong else recognised(plain, contract)
    if wrong is not None:
        return name, (wrong,)
    return name, tuple(_hidden(each, contract) for each in judged(plain, name, contract))


def recognised(value: JSON, contract: Contract) -> str:
    """The kind that a value seems to be of.

    Raises:
        UsageError: Nothing tells.
    """
    if isinstance(value, list):
        return "call-list"
    names = set(value) if isinstance(value, dict) else set()
    if "event" in names:
        return "inbound-request" if value["event"] == "call_inbound" else "webhook"
    if names & {"call_id", "call_type"}:
        return "call"
    if "status" in names and "message" in names:
        return "error-body"
    for name, some, every in _REQUESTS:
        if name in contract.schemas and every <= names and (names & some or not some):
            return name
    raise UsageError("Nothing tells what this is. Name its kind, as in check(value, 'web-call').")


@functools.lru_cache(maxsize=8)
def _contract(edition: str | None) -> Contract:
    return load_contract(edition)


def parsed(value: Any) -> tuple[JSON, Told | None]:
    """The value as parsed JSON, or what is wrong if it is none."""
    try:
        if callable(getattr(value, "model_dump", None)):
            value = value.model_dump(mode="json", by_alias=True, exclude_unset=True)
        elif callable(getattr(value, "get_json", None)):
            return value.get_json(), None
        elif callable(getattr(value, "json", None)):
            return value.json(), None
        if isinstance(value, str | bytes | bytearray):
            return json.loads(value), None
        return json.loads(json.dumps(_plain(value))), None
    except (ValueError, TypeError, RecursionError) as error:
        return None, _no_json(error)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value


def _no_json(error: Exception) -> Told:
    mismatch = Mismatch(message="it is no JSON", expected="JSON", actual=str(error), level=Level.MUST)
    return Told(mismatch=mismatch, grave=True)


def _hidden(told: Told, contract: Contract) -> Told:
    redactor = Redactor(fields=contract.schemas.privacy_fields())
    return replace(told, mismatch=redactor.mismatch(told.mismatch))


def _line(told: Told) -> str:
    mismatch = told.mismatch
    place = f"{mismatch.pointer}: " if mismatch.pointer else ""
    clause = f" ({told.clause})" if told.clause else ""
    return f"  {place}expected {mismatch.expected}, got {mismatch.actual}{clause}"
