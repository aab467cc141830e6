"""What may be shown: outputs of notebooks are saved and passed on."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from conformance.contract.schemas import editions, load_schemas
from conformance.model import JSON, Case, Exchange
from conformance.redact import Redactor

__all__ = ["credentials", "hidden_case", "hidden_exchange", "prepared", "redactor"]

_NUMBER = re.compile(r"\+[0-9]{7,}")
_DEEPEST = 30


@functools.cache
def _grades() -> Mapping[str, str]:
    """`secret` or `personal` by the name of a field, over all editions: a value does not say of which one it is."""
    found: dict[str, str] = {}
    for edition in editions():
        for name, grade in load_schemas(edition.id).privacy_fields().items():
            if found.get(name) != "secret":
                found[name] = grade
    return found


def redactor(*, personal: bool = False, text: str = "") -> Redactor:
    """What hides secrets, and unless `personal` what is personal.

    Args:
        text: What the numbers that may be shown stand in, where `personal`.
    """
    if not personal:
        return Redactor(fields=_grades())
    secret = {name: grade for name, grade in _grades().items() if grade == "secret"}
    return Redactor(fields=secret, shown=frozenset(_NUMBER.findall(text)))


def hidden_case(case: Case) -> Case:
    """A request that may be shown, whoever made it."""
    hiding = redactor()
    return replace(hiding.case(case), body=hiding.body(case.body))


def hidden_exchange(exchange: Exchange) -> Exchange:
    """An exchange that may be shown, whoever made its request."""
    hiding = redactor().knowing(credentials(exchange))
    shown = hiding.exchange(exchange)
    return replace(shown, case=replace(shown.case, body=hiding.body(exchange.case.body)))


def credentials(exchange: Exchange) -> Iterator[str]:
    """The key that an exchange was sent with, in case the answer repeats it."""
    for name, value in exchange.sent:
        if name.lower() == "authorization":
            yield value.rpartition(" ")[2]


def prepared(value: JSON, depth: int = 0) -> JSON:
    """The same value without what is nested too deeply for anybody to read, and without halves of characters."""
    if isinstance(value, Mapping):
        if depth >= _DEEPEST:
            return {} if not value else {"…": "nested too deeply to be shown"}
        return {_whole(str(name)): prepared(each, depth + 1) for name, each in value.items()}
    if isinstance(value, list | tuple):
        if depth >= _DEEPEST:
            return [] if not value else ["nested too deeply to be shown"]
        return [prepared(each, depth + 1) for each in value]
    return _whole(value) if isinstance(value, str) else value


def _whole(text: str) -> str:
    return text.encode(errors="replace").decode()
