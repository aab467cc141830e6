"""Exchanges made by hand: a case as scenarios make it, and an answer."""

from __future__ import annotations

import functools
import json

from conformance.checks import CHECKS, RELATIONS
from conformance.checks.view import View
from conformance.contract.contract import load_contract
from conformance.generate.cases import CaseMaker
from conformance.model import Exchange, Response

BASE = "http://127.0.0.1:9000"
JSON_HEADERS = (("content-type", "application/json"),)
AGENT = "agent_1"
FROM, TO = "+14155550100", "+14155550123"
START_MS = 1_714_608_475_945


@functools.cache
def contract(edition="v2", *, chosen=False):
    return load_contract(edition, chosen=chosen)


def cases(edition="v2"):
    """Makes the cases of an edition."""
    return CaseMaker(contract(edition), tag=None)


def answered(case, status, body=None, headers=JSON_HEADERS):
    """A case and its answer; a body that is no bytes is sent as JSON."""
    raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    return Exchange(
        case=case,
        url=f"{BASE}{case.url_path}",
        response=Response(status=status, headers=tuple(headers), body=raw),
    )


def judged(name, exchange, *, edition="v2", chosen=False, **given):
    """The mismatches that a check yields, or None if it does not apply."""
    view = View(exchange, contract(edition, chosen=chosen))
    check = CHECKS[name]
    return list(check.judge(view, given)) if check.when(view, given) else None


def related(name, exchanges, *, edition="v2", **given):
    """The mismatches that a relation yields over those exchanges that take part, or None if none does."""
    views = [View(each, contract(edition)) for each in exchanges]
    relation = RELATIONS[name]
    views = [view for view in views if relation.when(view, given)]
    return list(relation.judge(views, given)) if views else None


def said(mismatches):
    """Message, expected, actual and pointer of each."""
    return [(each.message, each.expected, each.actual, each.pointer) for each in mismatches]


def web_call(**changes):
    return _without_absent(
        {
            "call_id": "call_web",
            "agent_id": AGENT,
            "agent_version": 0,
            "call_status": "registered",
            "call_type": "web_call",
            "access_token": "token",
            **changes,
        }
    )


def phone_call(**changes):
    return _without_absent(
        {
            "call_id": "call_phone",
            "agent_id": AGENT,
            "agent_version": 0,
            "call_status": "ended",
            "call_type": "phone_call",
            "from_number": FROM,
            "to_number": TO,
            "direction": "outbound",
            "start_timestamp": START_MS,
            **changes,
        }
    )


GONE = object()
"""As the value of a change: the field is absent."""


def _without_absent(call):
    return {name: value for name, value in call.items() if value is not GONE}


def created(call=None, status=201, *, operation="create-web-call", body=None, edition="v2"):
    """A call that was made, and the answer that shows it."""
    sent = {"agent_id": AGENT} if body is None else body
    case = cases(edition).valid(operation, sent, title="a body")
    return answered(case, status, web_call() if call is None else call)


def fetched(call, *, call_id=None, edition="v2", **facts):
    """A call that was fetched."""
    case = cases(edition).valid("get-call", title="a call", call_id=call_id or call["call_id"], known=True, **facts)
    return answered(case, 200, call)


def listed(calls, parameters=None, *, status=200, edition="v2", **facts):
    """A list request that was answered with these calls."""
    return answered(cases(edition).listing(parameters or {}, title="a list", **facts), status, calls)
