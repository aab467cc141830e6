"""The life of a call, on a clock that is pushed."""

import pytest

from conformance.contract.schemas import load_schemas
from conformance.errors import UnknownName
from conformance.mockvendor import MockClock

SCHEMAS = load_schemas("v2")


def life(client, call_id, *steps):
    """The status and the reason after each step of the clock, in milliseconds."""
    seen = []
    for step in steps:
        client.vendor.clock.advance(step)
        call = client.get(call_id).json
        assert SCHEMAS.validate("call", call) == ()
        seen.append((call["call_status"], call.get("disconnection_reason")))
    return seen


def test_a_web_call_that_nobody_joins_ends_in_an_error_after_30_seconds(client):
    call_id = client.web().json["call_id"]
    assert life(client, call_id, 29_999, 1) == [("registered", None), ("error", "error_user_not_joined")]


def test_a_registered_phone_call_that_nobody_dials_times_out_after_5_minutes(client):
    call_id = client.register().json["call_id"]
    assert life(client, call_id, 299_999, 1) == [("registered", None), ("error", "registered_call_timeout")]


def test_a_web_call_goes_on_when_joined_and_ends_when_hung_up(client):
    call_id = client.web().json["call_id"]
    client.vendor.clock.advance(5_000)
    client.vendor.join(call_id)
    call = client.get(call_id).json
    assert (call["call_status"], call["start_timestamp"]) == ("ongoing", client.vendor.clock.now_ms())
    assert "end_timestamp" not in call
    client.vendor.clock.advance(7_000)
    client.vendor.hang_up(call_id)
    call = client.get(call_id).json
    assert (call["call_status"], call["disconnection_reason"], call["duration_ms"]) == (
        "ended",
        "user_hangup",
        7_000,
    )
    assert "call_analysis" not in call
    client.vendor.clock.advance(4_000)
    assert client.get(call_id).json["call_analysis"]["user_sentiment"]


def test_a_joined_call_ends_by_itself(client):
    call_id = client.web().json["call_id"]
    client.vendor.join(call_id)
    assert [status for status, _ in life(client, call_id, 19_000, 180_000)] == ["ongoing", "ended"]


@pytest.mark.parametrize(
    ("number", "steps", "expected"),
    [
        ("+14155550199", (24_999, 1), [("registered", None), ("not_connected", "dial_no_answer")]),
        ("+14155550198", (3_999, 1), [("registered", None), ("not_connected", "dial_busy")]),
        ("+14155550197", (4_000,), [("not_connected", "dial_failed")]),
        ("+14155550195", (4_000,), [("not_connected", "invalid_destination")]),
        ("+14155550194", (4_000,), [("not_connected", "user_declined")]),
        (
            "+14155550196",
            (1_999, 1, 120_000),
            [("registered", None), ("ongoing", None), ("ended", "voicemail_reached")],
        ),
    ],
)
def test_special_numbers_decide_what_becomes_of_a_phone_call(client, number, steps, expected):
    assert life(client, client.phone(to_number=number).json["call_id"], *steps) == expected


def test_other_phone_calls_end_in_several_ways(client):
    ids = [client.phone().json["call_id"] for _ in range(30)]
    client.vendor.clock.advance(10 * 60_000)
    calls = [client.get(call_id).json for call_id in ids]
    assert {call["call_status"] for call in calls} == {"ended", "not_connected"}
    assert len({call["disconnection_reason"] for call in calls}) > 3
    assert all(call["call_analysis"] for call in calls)


def test_only_a_waiting_call_can_be_joined_and_only_an_ongoing_one_hung_up(client):
    call_id = client.web().json["call_id"]
    with pytest.raises(UnknownName, match="There is no ongoing call"):
        client.vendor.hang_up(call_id)
    client.vendor.join(call_id)
    with pytest.raises(UnknownName, match="There is no registered call"):
        client.vendor.join(call_id)


def test_a_clock_that_runs_follows_the_wall_clock():
    clock = MockClock()
    before = clock.now_ms()
    clock.advance(5_000)
    assert 5_000 <= clock.now_ms() - before < 6_000
