"""The ASGI application: every request goes through the same steps, and every fault hooks into one of them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, unquote

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount

from conformance.contract.schemas import load_schemas
from conformance.mockvendor import calls, calls_v1, numbers
from conformance.mockvendor.editions import LOOKS
from conformance.mockvendor.requests import authorise, read_body
from conformance.mockvendor.state import State
from conformance.mockvendor.wire import Ask, Problem, Refused, Reply

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from conformance.mockvendor.faults.base import FaultSet
    from conformance.model import Operation

__all__ = ["Desk", "Logged", "application"]

Handler = Callable[[State, Ask], Reply]

HANDLERS: Mapping[tuple[str, str], Handler] = {
    ("POST", "/v2/create-web-call"): calls.create_web_call,
    ("POST", "/v2/create-phone-call"): calls.create_phone_call,
    ("POST", "/v2/register-phone-call"): calls.register_phone_call,
    ("GET", "/v2/get-call/{call_id}"): calls.get_call,
    ("POST", "/v2/list-calls"): calls.list_calls,
    ("PATCH", "/v2/update-call/{call_id}"): calls.update_call,
    ("DELETE", "/v2/delete-call/{call_id}"): calls.delete_call,
    ("POST", "/v2/stop-call/{call_id}"): calls.stop_call,
    ("POST", "/register-call"): calls_v1.register_call,
    ("POST", "/create-phone-call"): calls_v1.create_phone_call,
    ("GET", "/get-call/{call_id}"): calls.get_call,
    ("GET", "/list-calls"): calls.list_calls,
    ("POST", "/import-phone-number"): numbers.import_number,
    ("POST", "/create-phone-number"): numbers.create_number,
    ("GET", "/get-phone-number/{phone_number}"): numbers.get_number,
    ("GET", "/list-phone-numbers"): numbers.list_numbers,
    ("GET", "/v2/list-phone-numbers"): numbers.list_numbers_paged,
    ("PATCH", "/update-phone-number/{phone_number}"): numbers.update_number,
    ("DELETE", "/delete-phone-number/{phone_number}"): numbers.delete_number,
}
"""Who answers, by method and path of the contract."""

_HEADERS = {401: (("www-authenticate", "Bearer"),), 429: (("retry-after", "1"),)}
_SECOND_MS = 1000


class Logged(NamedTuple):
    """One request that was answered."""

    method: str
    path: str
    status: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """An operation and the edition that it belongs to."""

    edition: str
    operation: Operation

    def match(self, path: str) -> dict[str, str] | None:
        """The parameters in a path, still encoded, or None if it is another one."""
        wanted, given = self.operation.path.split("/"), path.split("/")
        if len(wanted) != len(given):
            return None
        found = {}
        for name, value in zip(wanted, given, strict=True):
            if name.startswith("{") and value:
                found[name[1:-1]] = unquote(value)
            elif name != value:
                return None
        return found


class Desk:
    """Answers requests, one at a time.

    Args:
        api_key: The only key that is let in.
        rate_limit: How many requests a second are answered; the others get 429.
    """

    def __init__(self, *, state: State, api_key: str, rate_limit: int | None) -> None:
        self.state, self.lock = state, threading.RLock()
        self.log: list[Logged] = []
        self._api_key, self._rate_limit = api_key, rate_limit
        self._recent: list[int] = []
        own = [Route(edition=state.edition, operation=each) for each in load_schemas(state.edition).operations()]
        taken = {(route.operation.method, route.operation.path) for route in own}
        old = [Route(edition="v1", operation=each) for each in load_schemas("v1").operations()]
        self._routes = own
        self._gone = [route for route in old if (route.operation.method, route.operation.path) not in taken]

    def answer(self, method: str, path: str, query: str, headers: Mapping[str, str], raw: bytes) -> Reply:
        """Answer one request.

        Args:
            method: In capitals.
            path: Still percent-encoded, without the query.
            query: What stands behind the question mark.
            headers: By lower-case name.
            raw: The body.
        """
        with self.lock:
            reply = self._answer(method, path, query, headers, raw)
            self.log.append(Logged(method, path, reply.status))
            return reply

    def _answer(self, method: str, path: str, query: str, headers: Mapping[str, str], raw: bytes) -> Reply:
        faults = self.state.faults
        ask = Ask(
            edition=self.state.edition,
            operation="",
            method=method,
            path=path,
            parameters={},
            query=query,
            headers=headers,
            raw=raw,
            waives=faults.waives,
        )
        try:
            reply = self._handled(ask, faults)
        except Refused as refused:
            reply = _refusal(ask, refused.problem, self._allowed(path))
        return faults.after(ask, reply)

    def _handled(self, ask: Ask, faults: FaultSet) -> Reply:
        self._hold_rate(ask)
        operation = self._route(ask)
        authorise(ask, self._api_key)
        answer = faults.before(ask)
        if answer is not None:
            return answer
        read_body(ask, operation, load_schemas(ask.edition))
        return HANDLERS[operation.method, operation.path](self.state, ask)

    def _hold_rate(self, ask: Ask) -> None:
        if self._rate_limit is None:
            return
        now_ms = self.state.now_ms()
        self._recent = [at for at in self._recent if at > now_ms - _SECOND_MS]
        if len(self._recent) >= self._rate_limit:
            ask.refuse("too-many", 429, "Too many requests; try again in a second.")
        self._recent.append(now_ms)

    def _route(self, ask: Ask) -> Operation:
        """The operation that is asked for; tells the request which it is, and what stands in its path."""
        matched = next((each for each in self._matching(ask.path) if each[0].operation.method == ask.method), None)
        if matched is None:
            matched = self._unlikely(ask)
        route, parameters = matched
        ask.operation, ask.parameters = route.operation.name, parameters
        if route in self._gone:
            ask.refuse("gone", 404, "There is no such path.")
        ask.edition = route.edition
        return route.operation

    def _unlikely(self, ask: Ask) -> tuple[Route, dict[str, str]]:
        """The operation of that path with another method, if a fault lets it pass."""
        matched = next(self._matching(ask.path), None)
        if matched is None or matched[0] in self._gone:
            raise Refused(Problem(kind="no-path", status=404, message="There is no such path."))
        ask.operation = matched[0].operation.name
        ask.refuse("wrong-method", 405, f"This path does not take {ask.method}.")
        return matched

    def _matching(self, path: str) -> Iterator[tuple[Route, dict[str, str]]]:
        for route in (*self._routes, *self._gone):
            parameters = route.match(path)
            if parameters is not None:
                yield route, parameters

    def _allowed(self, path: str) -> str:
        return ", ".join(route.operation.method for route, _ in self._matching(path))


def _refusal(ask: Ask, problem: Problem, allowed: str) -> Reply:
    headers = (("allow", allowed),) if problem.status == 405 else _HEADERS.get(problem.status, ())  # noqa: PLR2004
    value = LOOKS[ask.edition].error(problem.message)
    return Reply(status=problem.status, value=value, headers=headers, problem=problem)


def application(desk: Desk, latency_ms: int) -> Starlette:
    """The desk as an ASGI application; each answer takes so long."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        raw_path = scope.get("raw_path") or quote(scope["path"]).encode()
        headers = {name.lower(): value for name, value in request.headers.items()}
        body = await request.body()
        if latency_ms:
            await asyncio.sleep(latency_ms / 1000)
        path = raw_path.decode("latin-1").partition("?")[0]
        reply = desk.answer(request.method, path, request.url.query, headers, body)
        response = Response(reply.content(), status_code=reply.status, headers=dict(reply.headers))
        if reply.content_type and not reply.empty:
            response.headers["content-type"] = reply.content_type
        await response(scope, receive, send)

    return Starlette(routes=[Mount("/", app=serve)])
