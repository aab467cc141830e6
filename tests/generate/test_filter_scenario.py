"""What is asked of list-calls by criteria, given what the account holds."""

from __future__ import annotations

import pytest

from conformance.contract.contract import load_contract
from conformance.generate.cases import CaseMaker
from conformance.generate.knowledge import Knowledge
from conformance.generate.scenarios.base import PROFILES, Session
from conformance.generate.scenarios.filtering import filters
from conformance.model import Exchange, Response

START = 1_775_120_400_000
CALLS = [
    {
        "call_id": f"call_{number}",
        "call_type": "web_call",
        "agent_id": "agent_1",
        "call_status": "ended",
        "start_timestamp": START + number * 60_000,
        "call_analysis": {"user_sentiment": "Neutral", "call_successful": True},
    }
    for number in range(6)
]


def asked(edition="v2", calls=CALLS, profile="standard"):
    """The criteria of each list, with whether a refusal would be the server's own fault."""
    contract = load_contract(edition)
    knowledge = Knowledge(calls={call["call_id"]: call for call in calls}, account=list(calls), complete=True)
    session = Session(
        contract=contract,
        cases=CaseMaker(contract, tag=None),
        knowledge=knowledge,
        profile=PROFILES[profile],
        seed=1,
        local=True,
        pause=lambda _: None,
    )
    steps, answer, found = filters(session), None, []
    while True:
        try:
            case = steps.send(answer)
        except StopIteration:
            return found
        if case.operation == "list-calls":
            found.append((case.facts["list"].get("filter_criteria", {}), case.facts["proven"]))
        nothing = Response(status=200, headers=(), body=b"[]")
        answer = Exchange(case=case, url="http://mock.localhost/", response=nothing)


def by(field, found):
    return [(criteria[field], proven) for criteria, proven in found if list(criteria) == [field]]


def test_where_all_calls_have_one_value_another_is_asked_for_too():
    found = asked()
    assert by("call_type", found) == [(["web_call"], True)] * 3 + [(["phone_call"], True)]
    assert by("call_status", found) == [(["ended"], True), (["not_connected"], False)]
    assert by("user_sentiment", found) == [(["Neutral"], True), (["Negative"], False)]
    assert by("call_successful", found) == [([True], True), ([False], False)]
    known, (strange, proven) = by("agent_id", found)
    assert known == (["agent_1"], True)
    assert strange[0].startswith("agent_")
    assert strange != ["agent_1"]
    assert not proven


@pytest.mark.parametrize("field", ["direction", "disconnection_reason", "in_voicemail", "version", "from_number"])
def test_what_no_call_has_is_not_asked_for(field):
    assert by(field, asked()) == []


def test_where_calls_differ_only_their_values_are_asked_for():
    calls = [{**call, "agent_id": f"agent_{index % 2}"} for index, call in enumerate(CALLS)]
    assert by("agent_id", asked(calls=calls)) == [
        (["agent_0"], True),
        (["agent_1"], True),
        (["agent_0", "agent_1"], True),
    ]


@pytest.mark.parametrize(
    ("edition", "criteria"),
    [
        ("v2", {"start_timestamp": {"upper_threshold": START - 86_400_000}}),
        ("v2-launch", {"before_start_timestamp": START - 86_400_000}),
    ],
)
def test_a_list_that_is_empty_is_asked_for(edition, criteria):
    assert (criteria, True) in asked(edition)


def test_the_smoke_profile_asks_for_neither():
    found = asked(profile="smoke")
    assert len(found) <= PROFILES["smoke"].filters
    assert (["phone_call"], True) not in by("call_type", found)
