"""The one place where secrets and personal data are hidden.

Everything that is shown or written passes here: reports, console, exception text. Keys and tokens are always hidden;
fields that the schemas mark as personal are hidden in bodies.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from conformance.model import JSON, Case, Exchange, Finding, Mismatch, Response

HIDDEN = "[hidden]"
KEY_VARIABLE = "$RETELL_API_KEY"
_SECRET_HEADERS = frozenset(
    {"authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key", "x-retell-signature"}
)
_TOKEN = re.compile(r"eyJ[A-Za-z0-9_-]{6,}(?:\.[A-Za-z0-9_-]*){0,2}")
_NUMBER = re.compile(r"(\+|%2[Bb])([0-9]{7,})")
_QUOTED = re.compile(r'"[^"].*', re.DOTALL)
_SHORTEST_SECRET = 4
_USER_DATA = frozenset({"metadata", "dynamic_variables"})
_HOLDERS = frozenset({"call_analysis"})
"""Objects that hold what is personal beside what is not. Where none stands there, nobody knows which it is."""


@dataclass(frozen=True, kw_only=True)
class Redactor:
    """Hides what must not be shown.

    Attributes:
        secrets: Exact strings that never appear: the API key, tokens that were seen.
        fields: Field name to `secret` or `personal`, from the schemas.
        shown: Values that may be shown although they look like something to hide.
        aliases: What stands in the place of a value, so that a command can still be repeated: `$FROM_NUMBER`.
    """

    secrets: frozenset[str] = frozenset()
    fields: Mapping[str, str] = field(default_factory=dict)
    shown: frozenset[str] = frozenset()
    aliases: Mapping[str, str] = field(default_factory=dict)

    def knowing(self, secrets: Iterable[str]) -> Redactor:
        """The same with more secrets."""
        more = {each for each in secrets if len(each) >= _SHORTEST_SECRET}
        return replace(self, secrets=self.secrets | more)

    def text(self, text: str) -> str:
        """A text without secrets, tokens, telephone numbers, and halves of characters that no file can hold."""
        text = text.encode(errors="replace").decode()
        for secret in sorted(self.secrets, key=len, reverse=True):
            text = text.replace(secret, HIDDEN)
        for value, alias in self.aliases.items():
            text = text.replace(value, alias)
        text = _TOKEN.sub(HIDDEN, text)
        return _NUMBER.sub(lambda found: found[0] if f"+{found[2]}" in self.shown else _mask(found[1], found[2]), text)

    def value(self, value: JSON) -> JSON:
        """A JSON value with the values of secret and personal fields hidden; its shape stays."""
        if isinstance(value, dict):
            return {self.text(key): self._member(key, member) for key, member in value.items()}
        if isinstance(value, list):
            return [self.value(each) for each in value]
        return self._written(value) if isinstance(value, str) else value

    def _written(self, text: str) -> str:
        """A text in a body. JSON inside a text holds what it holds: an object that was written twice, say."""
        return self._broken(text) if ":" in text and ('"' in text or "'" in text) else self.text(text)

    def _member(self, key: str, value: JSON) -> JSON:
        kind = self.fields.get(key)
        if key in _HOLDERS and self.fields and not isinstance(value, dict):
            return self._hidden(value)
        if kind is None or value is None or isinstance(value, bool):
            return self.value(value)
        return self._hidden(value)

    def _hidden(self, value: JSON) -> JSON:
        """The same shape, every leaf hidden, so that a reader still sees what was there."""
        if isinstance(value, dict):
            return {self.text(key): self._hidden(member) for key, member in value.items()}
        if isinstance(value, list):
            return [self._hidden(each) for each in value]
        if isinstance(value, str) and value and value not in self.shown:
            return HIDDEN
        return value

    def body(self, body: bytes | None) -> bytes | None:
        """A body with its values hidden; one that is no JSON as text."""
        if not body:
            return body
        try:
            return json.dumps(self.value(json.loads(body)), ensure_ascii=False, separators=(",", ":")).encode(
                errors="replace"
            )
        except RecursionError:
            return f"{HIDDEN}: nested too deeply".encode()
        except ValueError:
            return self._broken(body.decode(errors="replace")).encode()

    def sent(self, body: bytes | None) -> bytes | None:
        """A body that the harness made itself: it holds nothing personal but numbers, and what it filters by."""
        if not body:
            return body
        text = body.decode(errors="replace")
        try:
            value = json.loads(body)
        except (ValueError, RecursionError):
            return self.text(text).encode()
        criteria = value.get("filter_criteria") if isinstance(value, dict) else None
        if isinstance(criteria, dict) and any(key.split(".")[0] in _USER_DATA for key in criteria):
            kept = {key: _leaves(each) if key.split(".")[0] in _USER_DATA else each for key, each in criteria.items()}
            text = json.dumps({**value, "filter_criteria": kept}, ensure_ascii=False, separators=(",", ":"))
        return self.text(text).encode()

    def _broken(self, text: str) -> str:
        """A body that is no JSON.

        Nothing after the name of a hidden field is shown, since nobody knows where its value ends.
        """
        found = _naming(tuple(self.fields)).search(text) if self.fields else None
        return self.text(text) if found is None else self.text(text[: found.end()]) + HIDDEN

    def headers(self, headers: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
        """Headers with credentials hidden."""
        return tuple((name, HIDDEN if name.lower() in _SECRET_HEADERS else self.text(value)) for name, value in headers)

    def case(self, case: Case) -> Case:
        """A case that may be shown."""
        facts: dict[str, Any] = {}
        flaw = case.flaw and replace(case.flaw, pointer=self.text(case.flaw.pointer), text=self.text(case.flaw.text))
        return replace(
            case,
            flaw=flaw,
            authorization=case.authorization and self.text(case.authorization),
            path=self.text(case.path),
            query=self.text(case.query),
            headers=self.headers(case.headers),
            body=self.sent(case.body),
            title=self.text(case.title),
            facts=facts,
        )

    def exchange(self, exchange: Exchange) -> Exchange:
        """An exchange that may be shown."""
        response = exchange.response
        shown = response and Response(
            status=response.status,
            headers=self.headers(response.headers),
            body=self.body(response.body) or b"",
        )
        return replace(
            exchange,
            case=self._received(exchange.case) if exchange.received else self.case(exchange.case),
            url=self.text(exchange.url),
            sent=self.headers(exchange.sent),
            response=shown or None,
            error=exchange.error and self.text(exchange.error),
        )

    def _received(self, case: Case) -> Case:
        """A delivery of the target: what it holds is as personal as an answer."""
        return replace(self.case(case), body=self.body(case.body))

    def finding(self, finding: Finding) -> Finding:
        """A finding that may be shown, its repeat command included."""
        return replace(
            finding,
            mismatch=self.mismatch(finding.mismatch),
            exchange=self.exchange(finding.exchange),
            repeat=self.text(finding.repeat),
            causes=tuple(map(self.text, finding.causes)),
        )

    def mismatch(self, mismatch: Mismatch) -> Mismatch:
        """A mismatch that may be shown. What it quotes from a hidden field is hidden too."""
        steps = mismatch.pointer.split("/")
        quotes = not self.fields.keys().isdisjoint(steps) or (bool(self.fields) and steps[-1] in _HOLDERS)
        expected, actual = (
            _QUOTED.sub(f'"{HIDDEN}"', text) if quotes else text for text in (mismatch.expected, mismatch.actual)
        )
        return replace(
            mismatch,
            message=self._written(mismatch.message),
            expected=self._written(expected),
            actual=self._written(actual),
            pointer=self.text(mismatch.pointer),
            cause=mismatch.cause and self.text(mismatch.cause),
            exchange=None,
        )


@functools.lru_cache(maxsize=16)
def _naming(fields: tuple[str, ...]) -> re.Pattern[str]:
    """The name of a field and its colon, in JSON that was written once or, with backslashes, several times."""
    return re.compile(rf'["\'](?:{"|".join(map(re.escape, fields))})\\*["\']\s*:\s*')


def _leaves(value: JSON) -> JSON:
    """The same shape with every text hidden."""
    if isinstance(value, dict):
        return {key: _leaves(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_leaves(each) for each in value]
    return HIDDEN if isinstance(value, str) else value


def _mask(sign: str, digits: str) -> str:
    return f"{sign}{digits[0]}{'*' * (len(digits) - 3)}{digits[-2:]}"
