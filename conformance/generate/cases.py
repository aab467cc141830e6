"""How cases are made: path, bytes, effect and the facts that checks look at.

Facts that cases carry, by name: `list` (the parameters of a list request), `group` and `role` (which relation judges
it, and as what), `call_id` (the id asked for), `known` (that call exists), `proven` (agent, number and call are known
to work, so that a refusal is the server's own), `created` (the call as its creation showed it), `finds` and `last`
(the id that a list must hold, and that there is no further try), `expected` (the calls that a filtered list must
hold), `credentials` (`none`, `wrong`, `malformed`), `deleted` (the id that a list must no longer hold), `listed` (the
call as a list showed it), `served` (calls were listed before, so that a 404 says no more that there are no lists),
`probe` (which V1 operation is looked for), `field` (the field that a valid body is about),
`delivered`, `unanswered`, `made`, `fresh` (the webhooks that came about a call, for how many milliseconds one that
failed did not come again, and whether the run made the call, for its webhooks alone).

Steps that people wrote out carry `written` (the `Trial`), `valid` (the contract calls the request valid) and `alone`
(only its scenario judges it).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from conformance.generate.encode import encode
from conformance.model import JSON, Case, Effect, Flaw

if TYPE_CHECKING:
    from conformance.contract.contract import Contract

_JSON_HEADERS = (("content-type", "application/json"),)
_KEY = "Bearer {key}"
_ESSENTIAL = {
    "create-web-call": "agent_id",
    "register-phone-call": "agent_id",
    "register-call": "agent_id",
    "create-phone-call": "to_number",
}


class CaseMaker:
    """Makes the cases of one edition.

    Args:
        contract: The edition.
        tag: Put into the metadata of every call that is made, if not None.
    """

    def __init__(self, contract: Contract, *, tag: Mapping[str, str] | None) -> None:
        self.contract, self.tag = contract, tag

    def has(self, operation: str) -> bool:
        """Whether the edition has an operation of that name."""
        return operation in self.contract.operations

    def valid(self, operation: str, body: JSON = None, *, title: str, call_id: str | None = None, **facts: Any) -> Case:
        """A case that the contract calls valid."""
        return self._make(operation, "valid", self._tagged(operation, body), call_id, title=title, facts=facts)

    def unknown_call(self, operation: str, call_id: str, body: JSON = None) -> Case:
        """A case about a call that nobody has; it can have no effect."""
        title = f"{operation} of a call id that does not exist"
        return self._make(operation, "unknown-call", body, call_id, title=title, effect=Effect.READ)

    def deleted(self, call_id: str, *, last: bool) -> Case:
        """A look whether a call that was deleted is gone."""
        title = "a call that was just deleted"
        return self._make("get-call", "deleted", None, call_id, title=title, facts={"last": last}, effect=Effect.READ)

    def invalid(self, operation: str, body: JSON | bytes, flaw: Flaw, *, call_id: str | None = None) -> Case:
        """A case that is wrong in one named way."""
        return self._make(operation, "invalid", body, call_id, title=f"a body in which {flaw.text}", flaw=flaw)

    def hostile(self, operation: str, body: bytes, *, title: str, call_id: str | None = None) -> Case:
        """A case at the edges of JSON or HTTP, to which any answer will do but a crash."""
        return self._make(operation, "hostile", body, call_id, title=title)

    def stranger(
        self,
        operation: str,
        body: JSON,
        *,
        credentials: str,
        authorization: str | None,
        call_id: str | None = None,
        known: bool = True,
    ) -> Case:
        """An otherwise valid case without a valid key."""
        facts = {"credentials": credentials, "known": known}
        title = f"a request with {credentials} credentials" if credentials != "none" else "a request without a key"
        effect = None if known else Effect.READ
        return self._make(
            operation,
            "auth",
            body,
            call_id,
            title=title,
            facts=facts,
            authorization=authorization,
            effect=effect,
        )

    def listing(self, parameters: Mapping[str, JSON], *, title: str, purpose: str = "valid", **facts: Any) -> Case:
        """A list request: a JSON body from V2 on, a query in V1."""
        operation = self.contract.operation("list-calls")
        everything = {"list": dict(parameters), "proven": "pagination_key" not in parameters, **facts}
        if operation.request_in == "query":
            return self._make(
                "list-calls", purpose, None, None, title=title, facts=everything, query=bracketed(parameters)
            )
        return self._make("list-calls", purpose, dict(parameters), None, title=title, facts=everything)

    def probe(self, name: str, method: str, path: str, body: JSON = None, effect: Effect = Effect.READ) -> Case:
        """A look whether an operation of V1 still answers."""
        return Case(
            operation=name if name.startswith("v1-") else "list-calls",
            purpose="gone",
            method=method,
            path=path,
            effect=effect,
            headers=_JSON_HEADERS if body is not None else (),
            body=None if body is None else encode(body),
            title=f"{method} {path}",
            facts={"probe": name},
        )

    def _tagged(self, operation: str, body: JSON) -> JSON:
        if self.tag is None or operation not in _ESSENTIAL or not isinstance(body, dict):
            return body
        return {**body, "metadata": {**body.get("metadata", {}), **self.tag}}

    def _make(
        self,
        name: str,
        purpose: str,
        body: JSON | bytes,
        call_id: str | None,
        *,
        title: str,
        facts: Mapping[str, Any] | None = None,
        flaw: Flaw | None = None,
        effect: Effect | None = None,
        authorization: str | None = _KEY,
        query: str = "",
    ) -> Case:
        operation = self.contract.operation(name)
        raw = body if isinstance(body, bytes) or body is None else encode(body)
        told = dict(facts or {})
        if call_id is not None:
            told["call_id"] = call_id
        return Case(
            operation=name,
            purpose=purpose,
            method=operation.method,
            path=operation.path_with(quote(str(call_id or ""), safe="", errors="replace")),
            query=query,
            effect=effect or effect_of(operation.effect, name, raw),
            headers=_JSON_HEADERS if raw is not None else (),
            authorization=authorization,
            body=raw,
            flaw=flaw,
            title=title,
            facts=told,
        )


def effect_of(effect: Effect, operation: str, body: bytes | None) -> Effect:
    """What a body would do if it were accepted: nothing if it names nobody to call and no agent to answer.

    A value that a server could convert (a number for a string) counts as naming somebody.
    """
    if operation not in _ESSENTIAL:
        return effect
    try:
        value = json.loads(body or b"")
    except RecursionError:
        return effect
    except ValueError:
        return Effect.READ
    if not isinstance(value, dict):
        return Effect.READ
    named = value.get(_ESSENTIAL[operation])
    names_somebody = (isinstance(named, str) and named.strip() != "") or (
        isinstance(named, int | float) and not isinstance(named, bool)
    )
    return effect if names_somebody or (isinstance(named, list) and named) else Effect.READ


def bracketed(parameters: Mapping[str, JSON]) -> str:
    """A query string with bracketed keys and empty brackets for arrays, as V1 clients send it."""
    pairs: list[tuple[str, str]] = []

    def walk(name: str, value: JSON) -> None:
        if isinstance(value, dict):
            for key, member in value.items():
                walk(f"{name}[{key}]" if name else key, member)
        elif isinstance(value, list):
            for each in value:
                walk(f"{name}[]", each)
        else:
            pairs.append((name, value if isinstance(value, str) else json.dumps(value)))

    walk("", dict(parameters))
    return urlencode(pairs, errors="replace")
