"""Scenarios that only read: the account in pages, orders, limits, filters, single calls."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from conformance.agreement import agrees
from conformance.generate.scenarios.base import Session, Steps, call_of, ids_of, items_of, status_of
from conformance.model import JSON, Case

_WINDOW = 3
_OK = 200
_MOST = 1000


def first_look(session: Session) -> Steps:
    """The smallest list request: does anything answer here?"""
    yield session.cases.listing({}, title="a list request without any parameter")


def whole_account(session: Session) -> Steps:
    """Read the calls once, page by page, so that every later judgement knows them; in one answer before and after."""
    size, key, group = session.profile.page_size, None, "pages account"
    whole: dict[str, JSON] = {"limit": min(size * session.profile.pages, _MOST)}
    yield session.cases.listing(whole, title="the account in one answer", group=group, role="before")
    for page in range(session.profile.pages):
        parameters = {"limit": size} if key is None else {"limit": size, "pagination_key": key}
        exchange = yield session.cases.listing(
            parameters, title=f"page {page + 1} of the list", group=group, role="page"
        )
        ids = ids_of(exchange)
        session.knowledge.account.extend(item for item in items_of(exchange) if item.get("call_id") != key)
        if len(ids) < size:
            session.knowledge.complete = exchange is not None and status_of(exchange) == _OK
            break
        if ids[-1] == key:
            break
        key = ids[-1]
    if key is not None:
        yield session.cases.listing(whole, title="the account in one answer again", group=group, role="after")


def limits_and_orders(session: Session) -> Steps:
    """Limit alone and with both orders."""
    for limit in (1, 2):
        yield session.cases.listing({"limit": limit}, title=f"a list of at most {limit}")
    for order in ("ascending", "descending"):
        yield session.cases.listing({"sort_order": order, "limit": 50}, title=f"a list in {order} order")


def pages(session: Session) -> Steps:
    """The same calls in one answer, in pages, and in one answer again, in both orders."""
    for order in ("descending", "ascending") if session.profile.pairs else ("descending",):
        group = f"pages {order}"
        whole = {"limit": 3 * _WINDOW, "sort_order": order}
        before = yield session.cases.listing(whole, title="a window of the list", group=group, role="before")
        if len(ids_of(before)) <= _WINDOW:
            continue
        key = None
        for _ in range(3):
            parameters = {"limit": _WINDOW, "sort_order": order} | ({"pagination_key": key} if key else {})
            page = yield session.cases.listing(parameters, title="a page of that window", group=group, role="page")
            ids = ids_of(page)
            if not ids or ids[-1] == key:
                break
            key = ids[-1]
        yield session.cases.listing(whole, title="that window again", group=group, role="after")


def single_calls(session: Session) -> Steps:
    """Calls that were listed, fetched one by one: some of each type and status.

    One that differs from what was listed is listed and fetched again, since calls change.
    """
    for call_id in _sample(session):
        listed = session.knowledge.calls[call_id]
        exchange = yield _get_listed(session, call_id, listed)
        shown = call_of(exchange)
        if shown is None or agrees(listed, shown):
            continue
        again = yield session.cases.listing(
            {"filter_criteria": {"call_id": [call_id]}}
            if "call_id" in session.contract.filters()
            else {"limit": session.profile.page_size},
            title="a call that was listed otherwise than it is shown",
        )
        if again is not None and call_id in ids_of(again):
            yield _get_listed(session, call_id, session.knowledge.calls[call_id], last=True)
    yield session.cases.unknown_call("get-call", session.unknown_id("get"))


def _get_listed(session: Session, call_id: str, listed: Mapping[str, JSON], *, last: bool = False) -> Case:
    return session.cases.valid(
        "get-call", title="a call that was listed", call_id=call_id, known=True, listed=listed, last=last
    )


def _sample(session: Session) -> list[str]:
    kinds: dict[tuple[str, str], list[str]] = {}
    for call in session.knowledge.listed():
        kind = (str(call.get("call_type")), str(call.get("call_status")))
        kinds.setdefault(kind, []).append(call["call_id"])
    chosen: list[str] = []
    while any(kinds.values()) and len(chosen) < session.profile.gets:
        chosen.extend(ids.pop(0) for ids in kinds.values() if ids)
    return chosen[: session.profile.gets]


def get_instead_of_post(session: Session) -> Steps:
    """GET on the list, a defect of one early SDK."""
    operation = session.contract.operation("list-calls")
    if operation.method == "POST":
        yield session.cases.probe("get-list-calls", "GET", operation.path)


def v1_reads(session: Session) -> Steps:
    """The V1 operations that only read."""
    if session.cases.has("register-call"):
        return
    exchange = yield session.cases.probe("v1-list-calls", "GET", "/list-calls")
    ids = ids_of(exchange) or list(session.knowledge.calls)
    call_id = ids[0] if ids else session.unknown_id("v1")
    yield session.cases.probe("v1-get-call", "GET", f"/get-call/{quote(call_id, safe='')}")
    if ids_of(exchange) and status_of(exchange):
        yield session.cases.valid("get-call", title="a call that V1 lists", call_id=ids[0], known=True)


def v1_writes(session: Session) -> Steps:
    """V1 operations that would make a call: with whole bodies on this machine, with harmless ones elsewhere."""
    if session.cases.has("register-call"):
        return
    known = session.knowledge
    agent = known.agents[0] if known.agents and session.local else ""
    register = {
        "agent_id": agent,
        "audio_websocket_protocol": "web",
        "audio_encoding": "s16le",
        "sample_rate": 24000,
    }
    yield session.cases.probe("v1-register-call", "POST", "/register-call", register if agent else {})
    numbers = {"from_number": known.from_numbers[0], "to_number": known.to_numbers[0]} if known.from_numbers else {}
    yield session.cases.probe("v1-create-phone-call", "POST", "/create-phone-call", numbers if session.local else {})
