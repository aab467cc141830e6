"""The service as a client: what it asks the vendor for, and what it makes of the answers."""

from contextlib import closing

import pytest
from reminders.vendor import CallRefusedError, Vendor

APPOINTMENT = {"to_number": "+14155550123", "appointment": "Tuesday, 9:30"}


@pytest.fixture
def vendor(mock_vendor):
    with closing(Vendor(mock_vendor.api_key, mock_vendor.url)) as client:
        yield client


def test_a_reminder_is_a_call_that_knows_its_appointment(service, mock_vendor):
    answer = service.post("/reminders", json=APPOINTMENT)
    assert answer.status_code == 201
    made = mock_vendor.calls[-1]
    assert made["call_id"] == answer.json()["call_id"]
    assert made["to_number"] == "+14155550123"
    assert made["metadata"] == {"appointment": "Tuesday, 9:30"}


def test_a_call_that_was_made_can_be_looked_up(service, call_api):
    call_id = service.post("/reminders", json=APPOINTMENT).json()["call_id"]
    assert call_api.get_call(call_id).json()["metadata"] == {"appointment": "Tuesday, 9:30"}


def test_a_number_that_is_none_is_refused_with_the_reason(service, mock_vendor):
    before = len(mock_vendor.calls)
    answer = service.post("/reminders", json={**APPOINTMENT, "to_number": "Jane"})
    assert answer.status_code == 502
    assert answer.json()["detail"].startswith("The vendor answered 4")
    assert len(mock_vendor.calls) == before


def test_a_wrong_key_is_said_to_be_the_reason(mock_vendor):
    with closing(Vendor("key_of_somebody_else", mock_vendor.url)) as stranger:
        with pytest.raises(CallRefusedError, match="The vendor answered 401"):
            stranger.look_up(mock_vendor.calls[0]["call_id"])


def test_recent_calls_are_read_to_the_end(vendor, mock_vendor):
    wanted = [call["call_id"] for call in mock_vendor.calls if call["call_status"] == "ended"]
    assert sorted(call["call_id"] for call in vendor.recent(call_status=["ended"])) == sorted(wanted)


def test_a_call_comes_once_even_from_a_vendor_whose_pages_overlap(vendor, mock_vendor):
    mock_vendor.fault("page-repeats-a-call")
    ids = [call["call_id"] for call in vendor.recent()]
    assert len(ids) == len(set(ids)) == len(mock_vendor.calls)
