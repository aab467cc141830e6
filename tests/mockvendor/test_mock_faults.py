"""The table of faults, and each fault seen to do what it says."""

import json
import re

import pytest
from fault_probes import PROBES
from mock_client import frozen

from conformance.contract.contract import load_contract
from conformance.contract.schemas import editions, load_schemas
from conformance.mockvendor import faults
from conformance.mockvendor.faults.base import View
from conformance.model import Level

FAULTS = {fault.name: fault for fault in faults()}
SCHEMAS = load_schemas("v2")

REQUIREMENTS = {
    each.id: each for edition in editions() for each in load_contract(edition.id).judging("server").requirements
}

SHOWN_RIGHT = [fault.name for fault in faults() if fault.area in {"auth", "requests", "sequences", "gone"}]


@pytest.fixture(scope="module")
def clean():
    return frozen(calls=60)


def test_every_requirement_can_be_broken():
    assert {fault.breaks for fault in faults()} == set(REQUIREMENTS)


def test_every_must_can_be_broken_as_one():
    binding = {name for name, each in REQUIREMENTS.items() if each.level is Level.MUST}
    broken = {fault.breaks for fault in faults() if fault.level is Level.MUST}
    # OBJ-005 and HOOK-005 are about lists of values that grow: they only warn unless an edition was named.
    assert broken == binding - {"OBJ-005", "HOOK-005"}


def test_names_are_unique_and_texts_are_sentences():
    assert len(FAULTS) == len(faults())
    for fault in faults():
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", fault.name)
        assert re.fullmatch(r".{10,120}\.", fault.text), fault.text
        assert len({fault.text for fault in faults()}) == len(faults())
        assert fault.area


def test_every_fault_has_a_probe_and_every_probe_a_fault():
    assert sorted(PROBES) == sorted(FAULTS)


@pytest.mark.parametrize("name", PROBES)
def test_the_fault_shows(name):
    assert PROBES[name](frozen(edition=FAULTS[name].edition, faults=[name], calls=60)) is True


def test_without_a_fault_no_probe_sees_one():
    seen = [name for name, probe in PROBES.items() if probe(frozen(edition=FAULTS[name].edition, calls=60))]
    assert seen == []


@pytest.mark.parametrize("name", SHOWN_RIGHT)
def test_a_wrongly_accepted_request_gets_an_otherwise_perfect_call(name):
    client = frozen(faults=[name], calls=20)
    agent, number = client.vendor.agents[0], client.vendor.numbers[0]
    wrong = [{}, [], None, {"agent_id": None}, {"agent_id": ""}, {"agent_id": 7}, {"agent_id": "agent_x"}]
    wrong += [{"agent_id": agent, "metadata": "x"}, {"agent_id": agent, "direction": "up"}]
    dialled = [{"from_number": number}, {"from_number": None, "to_number": "+14155550123"}]
    dialled += [{"from_number": number, "to_number": each} for each in ("", 7, "415")]
    asked = [("create-web-call", body) for body in wrong] + [("register-phone-call", body) for body in wrong]
    for operation, body in (*asked, *(("create-phone-call", body) for body in dialled)):
        answer = client.send("POST", f"/v2/{operation}", body)
        if answer.status == 201:
            kind = "web-call" if operation == "create-web-call" else "phone-call"
            assert SCHEMAS.validate(kind, answer.json) == ()
            shown = client.get(answer.json["call_id"])
            assert (shown.status, SCHEMAS.validate("call", shown.json)) == (200, ())
            turned = FAULTS[name].breaks == "SEQ-004" and kind == "web-call"
            assert (shown.json["call_type"] != answer.json["call_type"]) is turned
        else:
            assert 400 <= answer.status < 500
    assert SCHEMAS.validate("call-list", client.list().json) == ()


@pytest.mark.parametrize("fault", [fault for fault in faults() if fault.show], ids=lambda fault: fault.name)
def test_a_fault_changes_what_is_shown_and_nothing_that_is_remembered(fault, clean):
    calls = clean.vendor.calls
    before = json.dumps(calls)
    for operation in ("get-call", "list-calls", "create-web-call", "update-call"):
        for call in calls:
            fault.show(dict(call), View(operation=operation, later=True))
    assert json.dumps(calls) == before
