"""assert_conforms and check: what is told of a value, word for word."""

import contextlib
import types

import httpx
import pytest
from retell.types import PhoneCallResponse

from conformance import assert_conforms, check
from conformance.errors import UnknownName, UsageError
from conformance.model import Level
from conformance.testing import ConformanceAssertionError

CALL = {
    "call_id": "call_1",
    "call_type": "phone_call",
    "agent_id": "agent_1",
    "agent_version": 1,
    "call_status": "ended",
    "from_number": "+14155550123",
    "to_number": "+14155550124",
    "direction": "outbound",
    "start_timestamp": 1_750_000_000_000,
    "end_timestamp": 1_750_000_061_000,
    "duration_ms": 61_000,
    "disconnection_reason": "user_hangup",
}
WEB_CALL = {name: CALL[name] for name in ("call_id", "agent_id", "agent_version", "call_status")} | {
    "call_type": "web_call",
    "access_token": "token_fictional",
}
ENDED = {"event": "call_ended", "call": CALL}
NUMBERS = {"from_number": "+14155550123", "to_number": "+14155550124"}
INBOUND = {"event": "call_inbound", "call_inbound": NUMBERS}


def text_of(value, kind=None, **options):
    with pytest.raises(ConformanceAssertionError) as told:
        assert_conforms(value, kind, **options)
    return str(told.value)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (CALL, "phone-call"),
        (CALL, "phone_call"),
        (CALL, "call"),
        (CALL, None),
        (WEB_CALL, "web-call"),
        ([CALL, WEB_CALL], None),
        ([], "call-list"),
        (ENDED, None),
        (ENDED, "webhook-call-ended"),
        ({"agent_id": "agent_1"}, None),
        (NUMBERS, None),
        ({"agent_id": "agent_1", "direction": "inbound"}, None),
        ({"limit": 5}, None),
        ({"status": "error", "message": "no such call"}, None),
        (INBOUND, None),
    ],
)
def test_what_conforms_passes(value, kind):
    assert_conforms(value, kind, strict=True)
    assert check(value, kind) == ()


def test_every_place_is_told_on_a_line_of_its_own_with_the_clause_of_what_does_not_belong():
    bad = CALL | {"duration_ms": "61", "audio_encoding": "s16le", "access_token": "token_fictional"}
    del bad["to_number"]
    assert text_of(bad, "phone-call") == (
        "Not a phone-call of v2:\n"
        '  /access_token: expected absent, got string "[hidden]" (migration guide (2024-07): the access_token belongs'
        " to the web call; sdk 4.0.0, PhoneCallResponse has none)\n"
        '  /audio_encoding: expected absent, got string "s16le" (migration guide (2024-07): audio_encoding is removed'
        " from the call object)\n"
        '  /duration_ms: expected integer, got string "61"\n'
        "  /to_number: expected present, got absent"
    )


def test_the_other_type_of_call_is_told_once():
    assert text_of(WEB_CALL, "phone-call") == (
        "Not a phone-call of v2:\n"
        '  /call_type: expected phone_call, got string "web_call" (migration guide (2024-07): numbers and direction'
        " belong to the phone call)"
    )


def test_places_in_a_list_are_told_in_its_order():
    calls = [CALL] * 11 + [CALL | {"agent_id": 5}]
    calls[2] = {**CALL, "call_status": None}
    assert text_of(calls) == (
        "Not a call-list of v2:\n"
        "  /2/call_status: expected one of registered, not_connected, ongoing, ended, error, got null\n"
        "  /11/agent_id: expected string, got integer 5"
    )


def test_a_long_list_of_mismatches_is_cut():
    lines = text_of([CALL | {"agent_id": 5}] * 50).splitlines()
    assert len(lines) == 42
    assert lines[-1] == "  and 10 more"


def test_times_that_cannot_be_are_told():
    assert text_of(CALL | {"end_timestamp": 1_740_000_000_000, "duration_ms": 0}) == (
        "Not a call of v2:\n"
        "  /end_timestamp: expected not before start_timestamp 1750000000000, got integer 1740000000000"
    )


def test_a_payload_is_judged_with_its_call():
    assert text_of(
        {"event": "call_ended", "call": CALL | {"call_analysis": {"call_summary": 1}, "sample_rate": None}}
    ) == (
        "Not a webhook of v2:\n"
        "  /call/call_analysis: expected absent until `call_analyzed`, got object with 1 members\n"
        "  /call/call_analysis/call_summary: expected string, got integer 1\n"
        "  /call/sample_rate: expected absent, got null (migration guide (2024-07): sample_rate is removed from the"
        " call object)"
    )
    assert text_of({"event": "call_ended", "data": CALL}) == (
        "Not a webhook of v2:\n  /call: expected the call object under `call`, got absent"
    )


class TestWhatOnlyShouldHold:
    mild = CALL | {"disconnection_reason": "a_reason_from_next_year", "transcript": None}

    def test_passes(self):
        assert_conforms(self.mild)

    def test_is_told_if_it_is_asked_for(self):
        text = text_of(self.mild, strict=True)
        assert [line.partition(",")[0] for line in text.splitlines()] == [
            "Not a call of v2:",
            "  /disconnection_reason: expected one of user_hangup",
            "  /transcript: expected string",
        ]

    def test_is_told_by_check_with_its_level(self):
        assert [(each.pointer, each.level) for each in check(self.mild)] == [
            ("/disconnection_reason", Level.SHOULD),
            ("/transcript", Level.SHOULD),
        ]

    def test_a_type_that_some_source_allows(self):
        (mismatch,) = check({"agent_id": "agent_1", "agent_version": "tag"}, "create-web-call-request")
        assert (mismatch.pointer, mismatch.level) == ("/agent_version", Level.SHOULD)
        assert_conforms({"agent_id": "agent_1", "agent_version": "tag"}, "create-web-call-request")

    def test_a_list_that_grows_is_taken_literally_where_the_edition_is_named(self):
        with pytest.raises(ConformanceAssertionError):
            assert_conforms(self.mild, edition="v2")


def test_the_edition_decides():
    launch = {name: value for name, value in CALL.items() if name != "agent_version"}
    assert_conforms(launch, edition="v2-launch")
    assert text_of(launch) == "Not a call of v2:\n  /agent_version: expected present, got absent"
    old = {"call_id": "call_1", "agent_id": "agent_1", "audio_websocket_protocol": "web", "audio_encoding": "s16le"}
    assert text_of(old, "call", edition="v1").splitlines()[0] == "Not a call of v1:"


@pytest.mark.parametrize(
    "value",
    [
        b'{"agent_id": 5}',
        '{"agent_id": 5}',
        types.MappingProxyType({"agent_id": 5}),
        httpx.Response(200, json={"agent_id": 5}),
        types.SimpleNamespace(get_json=lambda: {"agent_id": 5}),
        types.SimpleNamespace(model_dump=lambda **_: {"agent_id": 5}),
    ],
)
def test_values_come_in_many_forms(value):
    assert text_of(value, "create-web-call-request") == (
        "Not a create-web-call-request of v2:\n  /agent_id: expected string, got integer 5"
    )


def test_a_call_of_an_sdk_is_judged_as_it_came():
    assert_conforms(PhoneCallResponse.model_validate(CALL), "phone-call")


@pytest.mark.parametrize(
    ("value", "actual"),
    [
        ("<html>", "Expecting value: line 1 column 1 (char 0)"),
        ({"agent_id": {1}}, "Object of type set is not JSON serializable"),
        (object, "Object of type type is not JSON serializable"),
    ],
)
def test_what_is_no_json_is_told(value, actual):
    assert text_of(value, "call") == f"Not a call of v2:\n  expected JSON, got {actual}"


@pytest.mark.parametrize(
    "value", [None, 5, [5], {"call": {}}, {"event": 5}, {"event": "x", "call": []}, float("nan"), {"a": "\ud800"}]
)
@pytest.mark.parametrize("kind", ["call", "web-call", "call-list", "webhook", "create-web-call-request"])
def test_nothing_makes_it_raise_anything_else(value, kind):
    grave = tuple(each for each in check(value, kind) if each.level is Level.MUST)
    with pytest.raises(ConformanceAssertionError) if grave else contextlib.nullcontext() as told:
        assert_conforms(value, kind)
    assert told is None or told.value.mismatches == grave


def test_an_unknown_kind_is_told_of():
    with pytest.raises(UnknownName) as told:
        assert_conforms(CALL, "phonecall")
    assert str(told.value) == "There is no schema 'phonecall'. Did you mean 'phone-call'?"


def test_what_cannot_be_recognised_needs_a_kind():
    with pytest.raises(UsageError) as told:
        check({"colour": "red"})
    assert str(told.value) == "Nothing tells what this is. Name its kind, as in check(value, 'web-call')."
