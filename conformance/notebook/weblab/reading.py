"""What stands in the editor, read: the value, or why it is no JSON, and what is not as the contract says."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass

from conformance.contract.contract import Contract, load_contract
from conformance.model import JSON
from conformance.notebook.display.tree import Mark
from conformance.redact import Redactor
from conformance.testing.judging import Told, judged
from conformance.webhooks.sender import INBOUND

__all__ = ["NotJson", "Reading", "contract_of", "marks_of", "read"]

_WORDS = {
    "Expecting ',' delimiter": "a comma or a closing bracket is missing",
    "Expecting ':' delimiter": "a colon is missing behind a name",
    "Expecting property name enclosed in double quotes": "a name in double quotes is missing",
    "Illegal trailing comma before end of object": "there is a comma before the closing bracket",
    "Illegal trailing comma before end of array": "there is a comma before the closing bracket",
    "Expecting value": "a value is missing",
    "Unterminated string starting at": "a text begins that does not end",
    "Invalid control character at": "a text holds a line break or another control character",
    "Invalid \\escape": "a backslash is followed by something unknown",
    "Extra data": "something stands behind the end",
}
"""What the parser of Python says, for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotJson:
    """Why a text is no JSON; line and column begin with 1, and are 0 where no place can be named."""

    line: int
    column: int
    text: str

    def __str__(self) -> str:
        where = f"Line {self.line}, column {self.column}: " if self.line else ""
        return f"{where}{self.text}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A text, read.

    Attributes:
        value: The JSON value, None where it is none.
        problem: Why it is no JSON, or None.
        told: What is not as the contract says, in the order of the text.
    """

    value: JSON = None
    problem: NotJson | None = None
    told: tuple[Told, ...] = ()

    @property
    def wrong(self) -> bool:
        """Whether it breaks something that must hold."""
        return self.problem is not None or any(each.grave for each in self.told)

    @property
    def event(self) -> str | None:
        """What it tells, if it says so in a text."""
        found = self.value.get("event") if isinstance(self.value, dict) else None
        return found if isinstance(found, str) else None

    @property
    def call(self) -> Mapping[str, JSON]:
        """The call in it; empty if there is none."""
        found = self.value.get("call") if isinstance(self.value, dict) else None
        return found if isinstance(found, dict) else {}


@functools.lru_cache(maxsize=8)
def contract_of(edition: str) -> Contract:
    """The contract of an edition, read once."""
    return load_contract(edition)


def read(text: str, edition: str) -> Reading:
    """Read a text as a webhook of an edition. No text makes it raise."""
    try:
        value = json.loads(text, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        words = _WORDS.get(error.msg, error.msg[:1].lower() + error.msg[1:])
        return Reading(problem=NotJson(line=error.lineno, column=error.colno, text=words))
    except RecursionError:
        return Reading(problem=NotJson(line=0, column=0, text="It is nested too deeply to be read"))
    except ValueError as error:
        return Reading(problem=NotJson(line=0, column=0, text=str(error)))
    contract = contract_of(edition)
    is_question = isinstance(value, dict) and value.get("event") == INBOUND and "inbound-request" in contract.schemas
    try:
        told = judged(value, "inbound-request" if is_question else "webhook", contract)
    except RecursionError:
        return Reading(problem=NotJson(line=0, column=0, text="It is nested too deeply to be read"))
    return Reading(value=value, told=told)


def _no_number(name: str) -> JSON:
    raise ValueError(f"It holds {name}, which is no JSON")


def marks_of(told: tuple[Told, ...], redactor: Redactor | None = None) -> dict[str, list[Mark]]:
    """What is wrong, by its place, for `json_tree`.

    Args:
        redactor: Hides what was got; None where all of it is the user's own.
    """
    found: dict[str, list[Mark]] = {}
    for each in told:
        clause = f" ({each.clause})" if each.clause else ""
        mismatch = redactor.mismatch(each.mismatch) if redactor else each.mismatch
        text = f"{mismatch.message}: expected {mismatch.expected}, got {mismatch.actual}{clause}"
        found.setdefault(mismatch.pointer, []).append(Mark(text=text, kind="failed" if each.grave else "warned"))
    return found
