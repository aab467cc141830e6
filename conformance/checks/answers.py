"""Statuses and the form of an answer."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import NoReturn
from urllib.parse import urlsplit

from conformance.checks.registry import Given, check, relation
from conformance.checks.view import ABSENT, View
from conformance.checks.words import describe, type_name
from conformance.model import JSON, Exchange, Level, Mismatch

_SERVER_ERROR, _NOT_IMPLEMENTED = 500, 501
_LARGE_BODY = 64_000
_UNKNOWN, _UNDOCUMENTED_UNKNOWN = frozenset({400, 422}), 404
_VENDOR = "retellai.com"
_MISSING = frozenset({404, 405, 410, 501})
_ANNOUNCED_ENDS = {"list-calls": "2026-06-15", "create-web-call": "2026-09-30"}
"""The days on which the vendor's own service was to stop supporting an operation, from its notices of deprecation."""


@check("success-status", when=lambda view, _: view.accepted and view.operation is not None)
def success_has_its_status(view: View, given: Given) -> Iterator[Mismatch]:
    """A request that was accepted is answered with the documented status, and without a body where none is."""
    operation = view.operation
    if operation is None:
        return
    if view.status != operation.success:
        yield Mismatch(
            message=f"{operation.name} answers {view.status}",
            expected=f"status {operation.success}",
            actual=f"status {view.status}",
            level=Level.SHOULD if view.status in given["warn"] else None,
            cause=f"status {view.status}",
        )
    elif given.get("empty") and view.response.body:
        yield Mismatch(
            message=f"{operation.name} answers {view.status} with a body",
            expected="no body",
            actual=f"{len(view.response.body)} bytes",
            cause="body",
        )


@check("unknown-call", when=lambda view, _: view.case.purpose == "unknown-call" and view.routed)
def unknown_call_is_refused(view: View, given: Given) -> Iterator[Mismatch]:
    """A call id that nobody has is answered 422; 404 is not documented, but says the same."""
    del given
    if view.status in _UNKNOWN or view.status >= _SERVER_ERROR or view.status in {401, 403, 429}:
        return
    yield Mismatch(
        message="a call id that does not exist is " + ("accepted" if view.ok else f"answered {view.status}"),
        expected="status 422",
        actual=f"status {view.status}",
        level=None if view.ok else Level.SHOULD,
        cause=f"status {view.status}",
    )


def _no_answer(exchange: Exchange, given: Given) -> Sequence[Mismatch] | None:
    """A connection that came about and then gave no answer is as bad as a server error."""
    del given
    case = exchange.case
    too_large = len(case.body or b"") > _LARGE_BODY  # may be refused by hanging up
    if exchange.unreachable or too_large:
        return None
    return [
        Mismatch(
            message=f"no answer to {case.title or case.purpose}",
            expected="an answer",
            actual=exchange.error or "none",
            cause=f"unanswered {case.flaw.kind if case.flaw else case.purpose}",
        )
    ]


@check(
    "no-server-error",
    when=lambda view, _: view.case.purpose != "gone" and view.status != _NOT_IMPLEMENTED,
    silence=_no_answer,
)
def no_server_error(view: View, given: Given) -> Iterator[Mismatch]:
    """Whatever is sent, the answer is no 5xx."""
    del given
    if view.status < _SERVER_ERROR:
        return
    flaw = view.case.flaw
    yield Mismatch(
        message=f"a server error on {view.case.title or view.case.purpose}",
        expected="a 2xx for what is valid, a 4xx for what is not",
        actual=f"status {view.status}",
        cause=f"{flaw.kind} {flaw.pointer.split('/')[1:2]}" if flaw else _occasion(view),
    )


def _occasion(view: View) -> str:
    return view.case.title if view.case.purpose == "hostile" else view.case.purpose


def _should_be_json(view: View, given: Given) -> bool:
    del given
    if _judged_as_error(view):
        return view.json is not ABSENT
    return view.accepted and bool(view.operation and view.operation.response)


@check("json-answer", when=_should_be_json)
def answer_is_json(view: View, given: Given) -> Iterator[Mismatch]:
    """A success answer is JSON and its content type says so; an error that is JSON says so too."""
    del given
    kind = (view.response.header("content-type") or "").split(";")[0].strip().lower()
    if not view.response.body:
        yield Mismatch(message="the answer has no body", expected="JSON", actual="an empty body", cause="empty")
    elif (problem := _not_json(view)) is not None:
        yield Mismatch(message="the body is not JSON", expected="JSON", actual=problem, cause="body")
    elif not kind.endswith("json"):
        yield Mismatch(
            message="the content type does not say JSON",
            expected="application/json",
            actual=kind or "no content type",
            cause="content-type",
        )


def _not_json(view: View) -> str | None:
    if view.json is not ABSENT and b"NaN" not in view.response.body and b"Infinity" not in view.response.body:
        return None
    try:
        json.loads(view.response.body, parse_constant=_no_constant)
    except RecursionError:
        return None  # JSON it may well be; only this reader cannot follow it
    except ValueError as error:
        start = view.response.body[:40].decode(errors="replace").split("\n")[0]
        return f"{start!r}… ({error})" if view.json is ABSENT else str(error)
    return None


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


@relation("operation-exists", group="operation", when=lambda view, _: view.case.purpose in {"valid", "invalid"})
def operation_exists(views: Sequence[View], given: Given) -> Iterator[Mismatch]:
    """Not every answer of an operation says that there is no such path or method.

    Where the path holds a call id, only calls that are known to exist tell anything.
    """
    del given
    telling = [view for view in views if _tells(view)]
    if not telling or any(view.status not in _MISSING for view in telling):
        return
    shown = telling[0]
    ended = _ANNOUNCED_ENDS.get(shown.case.operation)
    retired = ended is not None and str(urlsplit(shown.exchange.url).hostname or "").endswith(_VENDOR)
    yield Mismatch(
        message=f"the vendor has retired this operation, as it announced for {ended}"
        if retired
        else "there is no such operation here",
        expected=f"{shown.case.method} {_template(shown)} to be served",
        actual=f"status {shown.status}",
        level=Level.SHOULD if retired else None,
        exchange=shown.exchange,
        cause="missing",
    )


def _tells(view: View) -> bool:
    by_id = view.operation is not None and bool(view.operation.path_parameters)
    return not by_id or bool(view.case.facts.get("known")) or view.status in {405, 501}


def _template(view: View) -> str:
    return view.operation.path if view.operation else view.case.path


@check("v1-gone", when=lambda view, given: view.case.facts.get("probe") == given["probe"])
def v1_operation_is_gone(view: View, given: Given) -> Iterator[Mismatch]:
    """An operation of V1 no longer answers with calls. A page for every path (HTML, text) is no such answer."""
    del given
    if view.ok and isinstance(view.json, dict | list):
        yield Mismatch(
            message=f"{view.case.method} {view.case.path} still answers",
            expected="404, 405 or 410",
            actual=f"status {view.status} with a JSON {type_name(view.json)}",
            cause="answers",
        )


def _judged_as_error(view: View) -> bool:
    documented = {400, 401, 402, 403, 404, 409, 422, 429}
    return view.case.purpose != "gone" and view.status in documented and view.routed


@check("error-body", when=lambda view, _: _judged_as_error(view))
def error_says_what_is_wrong(view: View, given: Given) -> Iterator[Mismatch]:
    """An error has a JSON object with a non-empty string under one of the keys."""
    wanted = " or ".join(f"`{key}`" for key in given["keys"])
    body: JSON = view.json
    if isinstance(body, dict) and any(isinstance(body.get(key), str) and body[key].strip() for key in given["keys"]):
        return
    yield Mismatch(
        message=f"the error body has no {wanted}" if isinstance(body, dict) else "the error body is no JSON object",
        expected=f"a JSON object with a non-empty string {wanted}",
        actual=_error_words(view, given["keys"][0]),
        pointer=f"/{given['keys'][0]}" if isinstance(body, dict) else "",
        cause="message" if isinstance(body, dict) else "no object",
    )


def _error_words(view: View, key: str) -> str:
    body: JSON = view.json
    if isinstance(body, dict):
        return describe(body[key]) if key in body else f"an object with {', '.join(list(body)[:4]) or 'no members'}"
    if body is not ABSENT:
        return describe(body)
    if not view.response.body:
        return "an empty body"
    kind = view.response.header("content-type") or "no content type"
    return f"{kind}: {view.response.body[:40].decode(errors='replace')!r}"


@check("error-status", when=lambda view, _: _judged_as_error(view) and isinstance(view.json, dict))
def error_says_that_it_is_one(view: View, given: Given) -> Iterator[Mismatch]:
    """An error body has `status: error`."""
    del given
    if view.json.get("status") != "error":
        yield Mismatch(
            message="`status` is not `error`",
            expected='string "error"',
            actual=describe(view.json["status"]) if "status" in view.json else "absent",
            pointer="/status",
        )


@check(
    "unauthorized",
    when=lambda view, given: (
        view.case.facts.get("credentials") == given["credentials"]
        and view.routed
        and (bool(view.case.facts["known"]) or view.status not in {404, 410})
    ),
)
def unauthorized_is_401(view: View, given: Given) -> Iterator[Mismatch]:
    """Without a valid key the answer is 401.

    A malformed header may also be a bad request, as RFC 6750 has it: warned about.
    """
    if view.status in {401, 429} or view.status >= _SERVER_ERROR:
        return
    yield Mismatch(
        message=f"{_CREDENTIALS[given['credentials']]} is " + ("accepted" if view.ok else f"answered {view.status}"),
        expected="status 401",
        actual=f"status {view.status}",
        level=Level.SHOULD if (given["credentials"], view.status) == ("malformed", 400) else None,
        cause=f"status {view.status}",
    )


_CREDENTIALS = {
    "none": "a request without a key",
    "wrong": "a request with a key that does not exist",
    "malformed": "a request with a malformed Authorization header",
}
