"""No response whatever makes a check or a relation raise, and no finding of one makes a report raise."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from delivered import delivered, fetched_after
from exchanges import AGENT, FROM, START_MS, TO, answered, cases, contract, phone_call, web_call
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from conformance.checks import CHECKS, RELATIONS, Verdicts
from conformance.contract.schemas import editions
from conformance.generate.cases import bracketed
from conformance.model import Flaw
from conformance.redact import Redactor
from conformance.reports.repeat import curl

EDITIONS = [each.id for each in editions()]
FLAWS = [
    Flaw(kind="missing", pointer="/agent_id", text="agent_id is missing", required=True),
    Flaw(kind="null", pointer="/metadata", text="metadata is null", firm=False),
    Flaw(kind="not-json", pointer="", text="the body is not JSON"),
]
LISTS = [
    {},
    {"limit": 2},
    {"limit": 2, "pagination_key": "call_web"},
    {"sort_order": "ascending"},
    {"filter_criteria": {"call_type": ["web_call"]}, "limit": 2},
    {"filter_criteria": {"call_type": ["web_call"], "agent_id": [AGENT]}},
    {"filter_criteria": {"start_timestamp": {"lower_threshold": 5}, "duration_ms": {"upper_threshold": 5}}},
    {"filter_criteria": {"call_successful": [True]}},
    {"filter_criteria": {"after_start_timestamp": 5}},
    {"filter_criteria": {"metadata": {"a.b": ["x"]}}},
    {"filter_criteria": {"metadata.a.b": ["x"]}},
    {"filter_criteria": {"e2e_latency_p50": {"lower_threshold": 1}}},
]


def every_case(edition):
    """A case of every kind that scenarios make."""
    make = cases(edition)
    body = {"agent_id": AGENT, "from_number": FROM, "to_number": TO, "metadata": {"a": [1, {"b": None}]}}
    known = {"known": True, "proven": True}
    for name, operation in contract(edition).operations.items():
        call_id = "call_web" if "call_id" in operation.path_parameters else None
        yield make.valid(name, body, title="a body", call_id=call_id, **known, field="metadata")
        yield from (make.invalid(name, body, flaw, call_id=call_id) for flaw in FLAWS)
        for credentials in ("none", "wrong", "malformed"):
            yield make.stranger(name, body, credentials=credentials, authorization=None, call_id=call_id)
        if call_id:
            yield make.unknown_call(name, call_id)
            yield replace(make.unknown_call(name, call_id), purpose="deleted", facts={"last": True})
    for facts in ({"created": web_call()}, {"listed": phone_call(call_id="call_web"), "last": True}):
        yield make.valid("get-call", title="a call", call_id="call_web", **known, **facts)
    for probe in ("v1-list-calls", "v1-get-call", "v1-register-call", "v1-create-phone-call", "get-list-calls"):
        yield make.probe(probe, "GET", "/list-calls")
    for parameters in LISTS:
        assert bracketed(parameters) is not None
        yield make.listing(parameters, title="a list", expected=(web_call(),), last=True, finds="call_web")
        yield make.listing(parameters, title="a list", last=True, deleted="call_web")
        if parameters.get("filter_criteria", {}):
            yield make.listing(parameters, title="a list", group="spellings x", expected=(web_call(),), last=True)
    for role, parameters in (("before", {}), ("page", {"limit": 2}), ("page", LISTS[2]), ("after", {})):
        yield make.listing(parameters, title="a list", group="pages x", role=role)


def every_delivery(payload):
    """A webhook of every kind and fate with that body, and the look at its call afterwards."""
    events = (
        None,
        "call_started",
        "call_ended",
        "call_analyzed",
        "transcript_updated",
        "transfer_started",
        "callEnded",
    )
    for event in events:
        yield delivered(event, web_call(), body=payload)
        yield delivered(event, web_call(), body=payload, attempt=5, before="refused", answer="refused")
    held = delivered("call_ended", web_call(), body=payload, answer="held", held_ms=900, gave_up=True)
    yield held
    for problem in ("missing", "malformed", "wrong digest", "in seconds", "stale"):
        genuine = problem not in {"missing", "malformed", "wrong digest"}
        signature = {"problem": problem, "genuine": genuine, "timestamp_ms": 5 if genuine else None}
        yield delivered("call_analyzed", web_call(), body=payload, signature=signature)
    yield fetched_after([held], web_call(), unanswered={"refused": 6000, "held": 6000})


CASES = {edition: list(every_case(edition)) for edition in EDITIONS}
LATE = {
    "end_timestamp": START_MS + 10,
    "duration_ms": 10,
    "disconnection_reason": "call_transfer",
    "transfer_destination": TO,
    "latency": {"e2e": {"p50": 2, "p90": 1}},
}
KEYS = st.sampled_from(sorted({*web_call(), *phone_call(), *LATE, "metadata", "sample_rate", "message", "status"}))
ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=8)
    | st.sampled_from(["call_web", "web_call", "phone_call", "\ud800", 10**30, 10**400, 1e308]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS | st.text(max_size=3), inner, max_size=4),
    max_leaves=8,
)
CALLS = st.builds(
    lambda call, changes: {**call, **changes},
    st.sampled_from([web_call(), phone_call(**LATE), phone_call(call_id="call_web")]),
    st.dictionaries(KEYS | st.text(max_size=3), ANYTHING, max_size=3),
)
BODIES = st.one_of(
    st.binary(max_size=30),
    st.one_of(ANYTHING, CALLS, st.lists(CALLS | ANYTHING, max_size=4)).map(lambda body: json.dumps(body).encode()),
)
HEADERS = st.lists(
    st.tuples(
        st.sampled_from(["content-type", "Content-Type", "x", "location", ""]),
        st.sampled_from(["application/json", "text/html", ";", "", " json"]) | st.text(max_size=8),
    ),
    max_size=3,
)
ANSWERS = st.tuples(
    st.sampled_from([200, 201, 204, 302, 400, 401, 404, 405, 422, 429, 500, 501]) | st.integers(-1, 999),
    BODIES,
    HEADERS,
)
DEEP = b'{"metadata": ' + b"[" * 900 + b'{"sample_rate": 1}' + b"]" * 900 + b"}"


def run_all(edition, exchanges):
    """Every check, every relation, and all that is said of what they found."""
    verdicts = Verdicts(contract(edition), lambda exchange: curl(exchange, base="http://127.0.0.1"))
    redactor = Redactor(fields=contract(edition).schemas.privacy_fields())
    for exchange in exchanges:
        verdicts.take(exchange)
    verdicts.conclude()
    for result in verdicts.results({}):
        for finding in result.findings:
            redactor.finding(finding)
            assert finding.mismatch.message
    return verdicts


@pytest.mark.parametrize("edition", EDITIONS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(answer=ANSWERS)
@example(answer=(200, DEEP, [("content-type", "application/json")]))
@example(answer=(201, b"[" + DEEP + b"]", []))
@example(answer=(200, b"1" * 5000, []))
@example(answer=(200, json.dumps({**LATE, "start_timestamp": 1, "end_timestamp": 10**400}).encode(), []))
@example(answer=(200, json.dumps([{"call_status": [], "call_id": {}, "disconnection_reason": {}}]).encode(), []))
@example(answer=(200, b'{"call_id": "\\ud800", "call_status": "\\ud800", "start_timestamp": 1e999}', []))
def test_no_response_makes_any_check_or_relation_raise(edition, answer):
    status, body, headers = answer
    run_all(edition, [answered(case, status, body, headers) for case in CASES[edition]])
    run_all(edition, every_delivery(body))


@pytest.mark.parametrize("edition", EDITIONS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_no_mixture_of_responses_makes_any_of_them_raise(edition, data):
    chosen = data.draw(st.lists(st.sampled_from(CASES[edition]), min_size=1, max_size=12))
    run_all(edition, [answered(case, *data.draw(ANSWERS)) for case in chosen])


def test_the_cases_of_this_file_reach_every_check_and_relation():
    reached = set()
    for edition in EDITIONS:
        answers = (
            (200, [web_call(), phone_call(), phone_call(**LATE)]),
            (201, phone_call(**LATE)),
            (200, web_call()),
            (400, {"message": "No."}),
            (401, {"message": "No."}),
        )
        for status, body in answers:
            exchanges = [answered(case, status, body) for case in CASES[edition]]
            verdicts = run_all(edition, exchanges)
            reached |= {each.requirement.check for each in verdicts.results({}) if each.cases}
        for call in (web_call(), phone_call(**LATE, call_status="not_connected")):
            payload = {"event": "call_ended", "call": call, "data": call, "event_timestamp": START_MS}
            verdicts = run_all(edition, every_delivery(payload))
            reached |= {each.requirement.check for each in verdicts.results({}) if each.cases}
    of_receivers = {each.check for each in contract().requirements if each.judges == "receiver"}
    assert reached == (CHECKS.keys() | RELATIONS.keys()) - of_receivers - {"written"}
