"""A client of the operations for tests: thin, typed, and without a mind of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self, TypedDict, Unpack
from urllib.parse import quote

import httpx

from conformance.contract.contract import DEFAULT_EDITION
from conformance.contract.schemas import load_schemas
from conformance.errors import ConformanceError, UnknownName, UsageError
from conformance.guard import Budget, Guard, Permission, is_local
from conformance.mockvendor import MockVendor
from conformance.model import JSON, Case
from conformance.targets.http import USER_AGENT
from conformance.targets.opening import application_transport, check_target, load_application
from conformance.testing.opening import key_for, no_target, served_at

if TYPE_CHECKING:
    from conformance.model import Operation

__all__ = ["CallApi", "CallCriteria", "NumberRange"]

_LARGEST_PAGE = 1000
_NO_LIMIT = Budget(requests=10**9, calls=10**9, seconds=10.0**9)
_IN_PROCESS = "http://app.localhost"


class NumberRange(TypedDict, total=False):
    """A range of whole numbers, open at a side that is not given."""

    lower_threshold: int
    upper_threshold: int


class CallCriteria(TypedDict, total=False):
    """What listed calls must have; several must all hold. Timestamps and durations in milliseconds."""

    call_id: list[str]
    agent_id: list[str]
    version: list[int]
    call_status: list[str]
    call_type: list[Literal["web_call", "phone_call"]]
    direction: list[Literal["inbound", "outbound"]]
    disconnection_reason: list[str]
    from_number: list[str]
    to_number: list[str]
    batch_call_id: list[str]
    in_voicemail: list[bool]
    call_successful: list[bool]
    user_sentiment: list[str]
    start_timestamp: NumberRange
    end_timestamp: NumberRange
    duration_ms: NumberRange
    e2e_latency_p50: NumberRange
    metadata: dict[str, list[str]]
    dynamic_variables: dict[str, list[str]]


class _NewCall(TypedDict, total=False):
    agent_override: dict[str, JSON]
    metadata: dict[str, JSON]
    retell_llm_dynamic_variables: dict[str, JSON]


class NewWebCall(_NewCall, total=False):
    """What a web call may be created with beside its agent."""

    agent_version: int | str
    current_node_id: str | None
    current_state: str | None


class NewPhoneCall(_NewCall, total=False):
    """What a phone call may be created with beside its numbers."""

    override_agent_id: str
    override_agent_version: int | str
    custom_sip_headers: dict[str, str]
    ignore_e164_validation: bool


class RegisteredPhoneCall(_NewCall, total=False):
    """What a phone call may be registered with beside its agent. Numbers and direction are stored only."""

    agent_version: int | str
    from_number: str
    to_number: str
    direction: Literal["inbound", "outbound"]


class CallChanges(TypedDict, total=False):
    """What can be changed of a call."""

    metadata: dict[str, JSON]
    data_storage_setting: Literal["everything", "everything_except_pii", "basic_attributes_only"]
    override_dynamic_variables: dict[str, str] | None
    custom_attributes: dict[str, str | float | bool]


class CallApi:
    """The operations on calls, each answered by the plain `httpx.Response`.

        with CallApi(vendor) as api:
            call = api.create_web_call("agent_1", metadata={"order": "A-1001"}).raise_for_status().json()

    No answer raises by itself, nothing is tried again, redirects are not followed, and no proxy settings are read.

    Args:
        target: A base URL, `app:module:attribute`, an ASGI or WSGI application, or a `MockVendor`, served or not.
        key: The API key; None for that of the mock, or a placeholder on this machine.
        timeout_s: Seconds to wait for an answer.
        edition: Whose operations these are: one of V2.
        allow: Off this machine: operations that may write, bill or dial.
        to_numbers: Off this machine: the numbers that may be dialled.

    Attributes:
        client: The `httpx.Client` behind it, for all else.

    Raises:
        UsageError: It is no target, it needs a key, or the edition is no V2.
        UnknownName: There is no such edition.
    """

    def __init__(
        self,
        target: Any,
        key: str | None = None,
        *,
        timeout_s: float = 30.0,
        edition: str = DEFAULT_EDITION,
        allow: Sequence[str] = (),
        to_numbers: Sequence[str] = (),
    ) -> None:
        self._operations = {each.name: each for each in load_schemas(edition).operations()}
        if "create-web-call" not in self._operations:
            raise UsageError(f"CallApi speaks V2, not {edition}. Choose another edition.")
        base, transport = _placed(target, timeout_s)
        self._guard = Guard(
            _NO_LIMIT,
            Permission(operations=frozenset(allow), to_numbers=tuple(to_numbers)),
            local=transport is not None or is_local(base),
        )
        self.client = httpx.Client(
            base_url=base,
            headers={
                "authorization": f"Bearer {key_for(target, key)}",
                "user-agent": USER_AGENT,
                "accept": "application/json",
            },
            timeout=timeout_s,
            follow_redirects=False,
            trust_env=False,
            transport=transport,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections. May be called twice."""
        self.client.close()

    def send(
        self, operation: str, *, call_id: str | None = None, body: Mapping[str, JSON] | None = None
    ) -> httpx.Response:
        """Send any operation on calls.

        Args:
            operation: Its name: `get-call`.
            call_id: What stands in the path, if the operation has a place for it.
            body: What is sent as JSON, whether it is right or wrong; None for no body.

        Raises:
            UnknownName: The edition has no such operation.
            UsageError: The path needs a call id, or the operation has effects off this machine and is not allowed.
            httpx.HTTPError: There was no answer.
        """
        found = self._operation(operation)
        if found.path_parameters and call_id is None:
            raise UsageError(f"{operation} needs a call id. Give call_id=….")
        path = found.path_with(quote(call_id or "", safe=""))
        self._check_effect(found, body)
        return self.client.request(found.method, path, json=body)

    def _check_effect(self, operation: Operation, body: Mapping[str, JSON] | None) -> None:
        case = Case(
            operation=operation.name,
            purpose="client",
            method=operation.method,
            path=operation.path,
            effect=operation.effect,
            body=None if body is None else json.dumps(body).encode(),
        )
        refusal = self._guard.judge(case)
        if refusal is not None:
            words = refusal.reason.replace(f"--allow {operation.name}", f"allow=[{operation.name!r}]")
            words = words.replace("--to-number", "to_numbers")
            raise UsageError(
                f"{operation.name} is not sent off this machine: {words}. Give it to CallApi if it may be."
            )

    def _operation(self, name: str) -> Operation:
        if name not in self._operations:
            raise UnknownName("operation", name, self._operations)
        return self._operations[name]

    def create_web_call(self, agent_id: str, **fields: Unpack[NewWebCall]) -> httpx.Response:
        """Create a web call: 201 and the call, with the token to join it."""
        return self.send("create-web-call", body={"agent_id": agent_id, **fields})

    def create_phone_call(self, from_number: str, to_number: str, **fields: Unpack[NewPhoneCall]) -> httpx.Response:
        """Dial a number: 201 and the call. Both numbers in E.164."""
        return self.send("create-phone-call", body={"from_number": from_number, "to_number": to_number, **fields})

    def register_phone_call(self, agent_id: str, **fields: Unpack[RegisteredPhoneCall]) -> httpx.Response:
        """Announce a call that comes in over own telephony: 201 and the call."""
        return self.send("register-phone-call", body={"agent_id": agent_id, **fields})

    def get_call(self, call_id: str) -> httpx.Response:
        """Fetch a call: 200 and the call."""
        return self.send("get-call", call_id=call_id)

    def list_calls(
        self,
        *,
        limit: int | None = None,
        sort_order: Literal["ascending", "descending"] | None = None,
        pagination_key: str | None = None,
        filter_criteria: Mapping[str, JSON] | None = None,
        **criteria: Unpack[CallCriteria],
    ) -> httpx.Response:
        """List calls: 200 and an array.

        Args:
            limit: How many at most; 50 unless given, 1000 at most.
            sort_order: By start; the newest first unless asked otherwise.
            pagination_key: The id of the last call of the page before.
            filter_criteria: Criteria that are no keywords, such as `{"metadata.customer_id": ["cust_1"]}`.
            criteria: What the calls must have.
        """
        wanted = {"limit": limit, "sort_order": sort_order, "pagination_key": pagination_key}
        body: dict[str, JSON] = {name: value for name, value in wanted.items() if value is not None}
        if filter_criteria or criteria:
            body["filter_criteria"] = {**(filter_criteria or {}), **criteria}
        return self.send("list-calls", body=body)

    def iter_calls(
        self,
        *,
        page_size: int = 100,
        sort_order: Literal["ascending", "descending"] | None = None,
        filter_criteria: Mapping[str, JSON] | None = None,
        **criteria: Unpack[CallCriteria],
    ) -> Iterator[dict[str, JSON]]:
        """Every call that matches, page after page.

        Args:
            page_size: How many calls to ask for at once, 1 to 1000. A page with fewer is the last.
            sort_order: By start; the newest first unless asked otherwise.
            filter_criteria: As for `list_calls`.
            criteria: What the calls must have.

        Raises:
            httpx.HTTPStatusError: A page was refused.
            ConformanceError: The server gives a call twice, so that the pages may never end.
            UsageError: The size of a page is out of range.
        """
        if not 1 <= page_size <= _LARGEST_PAGE:
            raise UsageError(f"page_size is {page_size}; it must be 1 to {_LARGEST_PAGE}.")
        seen: set[str] = set()
        last: str | None = None
        while True:
            answer = self.list_calls(
                limit=page_size,
                sort_order=sort_order,
                pagination_key=last,
                filter_criteria=filter_criteria,
                **criteria,
            )
            page: list[dict[str, JSON]] = answer.raise_for_status().json()
            for call in page:
                last = str(call["call_id"])
                if last in seen:
                    raise ConformanceError(f"list-calls gave the call {last} twice. Its pages may never end.")
                seen.add(last)
                yield call
            if len(page) < page_size:
                return

    def update_call(self, call_id: str, **fields: Unpack[CallChanges]) -> httpx.Response:
        """Change what is stored of a call: 200 and the call."""
        return self.send("update-call", call_id=call_id, body=dict(fields))

    def delete_call(self, call_id: str) -> httpx.Response:
        """Delete a call: 204."""
        return self.send("delete-call", call_id=call_id)

    def stop_call(self, call_id: str) -> httpx.Response:
        """End a call that goes on: 204. Not every server offers it."""
        return self.send("stop-call", call_id=call_id)


def _placed(target: Any, timeout_s: float) -> tuple[str, httpx.BaseTransport | None]:
    """Where requests go, and through what if not through a socket."""
    if isinstance(target, MockVendor):
        address = served_at(target)
        return (address, None) if address else (_IN_PROCESS, application_transport(target.app, timeout_s))
    if isinstance(target, str):
        check_target(target)
        if not target.startswith("app:"):
            return target.rstrip("/"), None
        return _IN_PROCESS, application_transport(load_application(target), timeout_s)
    if not callable(target):
        raise UsageError(no_target(target))
    return _IN_PROCESS, application_transport(target, timeout_s)
