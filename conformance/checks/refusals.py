"""What is accepted and what is refused."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.agreement import agrees, disagreements, late_disagreements, same_value
from conformance.checks.registry import Given, check
from conformance.checks.view import View
from conformance.checks.words import describe
from conformance.model import JSON, Level, Mismatch

_PRECONDITIONS = frozenset({401, 402, 403, 409, 429})
_OF_THE_ACCOUNT = frozenset({400, 404, 422})
_CLIENT_ERROR = range(400, 500)
_ONE_LINE = 120


def _was_judged(view: View) -> bool:
    """Whether an answer to a wrong body tells anything: not that of a missing operation, a limit or a debt."""
    return view.case.purpose == "invalid" and view.routed and (view.ok or view.status in _CLIENT_ERROR)


def _applies(view: View, given: Given) -> bool:
    flaw = view.case.flaw
    if flaw is None or not _was_judged(view) or view.status in _PRECONDITIONS:
        return False
    return (
        flaw.kind in given.get("kinds", [flaw.kind])
        and flaw.firm is given.get("firm", flaw.firm)
        and flaw.required is given.get("required", flaw.required)
    )


@check("refused", when=_applies)
def wrong_body_is_refused(view: View, given: Given) -> Iterator[Mismatch]:
    """A body that is wrong in one named way is not accepted."""
    del given
    flaw = view.case.flaw
    if flaw is not None and view.ok:
        yield Mismatch(
            message=f"accepted although {flaw.text}",
            expected="status 400 or 422",
            actual=f"status {view.status}",
            cause=f"{flaw.kind} {flaw.pointer}",
        )


@check(
    "refusal-status",
    when=lambda view, _: _was_judged(view) and not view.ok and view.status not in {401, 402, 429},
)
def refusal_has_a_documented_status(view: View, given: Given) -> Iterator[Mismatch]:
    """A wrong body is refused with a documented status."""
    if view.status not in given["statuses"]:
        yield Mismatch(
            message=f"refused with {view.status}",
            expected=" or ".join(f"status {status}" for status in given["statuses"]),
            actual=f"status {view.status}",
            cause=f"status {view.status}",
        )


@check("valid-is-accepted", when=lambda view, _: view.case.purpose == "valid" and _tells(view))
def valid_body_is_accepted(view: View, given: Given) -> Iterator[Mismatch]:
    """A request that the contract calls valid is accepted."""
    del given
    if view.ok:
        return
    yield Mismatch(
        message=f"refused although the contract calls it valid: {view.case.title}",
        expected="a 2xx",
        actual=f"status {view.status}{_reason(view)}",
        cause=str(view.case.facts.get("field", "body")),
    )


def _tells(view: View) -> bool:
    """Whether a refusal would be the server's fault: not where agent, number or call may be unknown to it."""
    routed = view.routed or view.case.facts.get("served")
    if not routed or view.status in _PRECONDITIONS or view.status not in range(500):
        return False
    if view.status in _OF_THE_ACCOUNT:
        return bool(view.case.facts.get("proven"))
    return True


def _reason(view: View) -> str:
    body: JSON = view.json
    message = body.get("message") if isinstance(body, dict) else None
    return f": {message}" if isinstance(message, str) and len(message) < _ONE_LINE else ""


@check("echo", when=lambda view, _: view.accepted and isinstance(view.sent, dict) and bool(view.calls))
def what_was_given_comes_back(view: View, given: Given) -> Iterator[Mismatch]:
    """The call that an operation answers shows what its request gave."""
    del given
    for at, call in view.calls:
        for field, shown_as, value in _given(view.sent):
            foreign = shown_as in _PHONE_FIELDS and call.get("call_type") != "phone_call"
            if field not in _ECHOED.get(view.case.operation, ()) or foreign:
                continue
            merged = shown_as == "retell_llm_dynamic_variables" or view.case.operation == "update-call"
            yield from _compare(at, shown_as, value, call, merged=merged)


_PHONE_FIELDS = ("from_number", "to_number", "direction")
_ECHOED = {
    "create-web-call": {"agent_id", "metadata", "retell_llm_dynamic_variables"},
    "create-phone-call": {"from_number", "to_number", "override_agent_id", "metadata", "retell_llm_dynamic_variables"},
    "register-phone-call": {
        "agent_id", "from_number", "to_number", "direction", "metadata", "retell_llm_dynamic_variables",
    },
    "update-call": {"metadata"},
}  # fmt: skip


def _given(sent: dict[str, JSON]) -> Iterator[tuple[str, str, JSON]]:
    for field, value in sent.items():
        yield field, {"override_agent_id": "agent_id"}.get(field, field), value


def _compare(at: str, field: str, given: JSON, call: dict[str, JSON], *, merged: bool) -> Iterator[Mismatch]:
    """Where members may have been there before, only those that were given are looked for."""
    if given == {} and field not in call:
        return
    shown = call.get(field)
    if merged and isinstance(given, dict) and isinstance(shown, dict):
        for name, value in given.items():
            if not same_value(shown.get(name), value):
                yield _lost(at, f"{field}/{name}", value, shown.get(name), present=name in shown)
    elif field not in call or not same_value(shown, given):
        yield _lost(at, field, given, shown, present=field in call)


def _lost(at: str, field: str, given: JSON, shown: JSON, *, present: bool) -> Mismatch:
    return Mismatch(
        message=f"`{field.split('/', maxsplit=1)[0]}` does not come back as it was given",
        expected=describe(given),
        actual=describe(shown) if present else "absent",
        pointer=f"{at}/{field}",
        level=Level.MUST,
        cause=field.split("/", maxsplit=1)[0],
    )


def _earlier(view: View) -> dict[str, JSON] | None:
    """The same call as an earlier answer showed it, once it cannot have changed meanwhile."""
    facts = view.case.facts
    if "created" in facts:
        return dict(facts["created"])
    if "listed" not in facts or not isinstance(view.json, dict):
        return None
    return dict(facts["listed"]) if facts.get("last") or agrees(facts["listed"], view.json) else None


@check("agrees-with-earlier", when=lambda view, _: bool(view.calls) and _earlier(view) is not None)
def get_agrees_with_earlier(view: View, given: Given) -> Iterator[Mismatch]:
    """get-call shows what does not change in the life of a call as its creation or a list showed it.

    That the end of a call stays as it is, no source says: where it differs, that only warns.
    """
    del given
    earlier = _earlier(view) or {}
    source = "the answer that made or changed it" if "created" in view.case.facts else "list-calls"
    for at, call in view.calls:
        if call.get("call_id") != earlier.get("call_id"):
            continue
        firm = disagreements(earlier, call, may_grow="created" in view.case.facts)
        for field in (*firm, *late_disagreements(earlier, call)):
            yield Mismatch(
                message=f"get-call shows another `{field}` than {source}",
                expected=describe(earlier[field]) if field in earlier else "absent",
                actual=describe(call[field]) if field in call else "absent",
                pointer=f"{at}/{field}",
                level=None if field in firm else Level.SHOULD,
                cause=f"{field} {source}",
            )
