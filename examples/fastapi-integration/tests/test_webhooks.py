"""The service as a receiver: what the vendor tells it, and what it must not believe."""

from dataclasses import replace

import pytest
from fastapi.testclient import TestClient
from reminders.service import create_app

from conformance import MockVendor, assert_receiver_conforms

CALL = {"call_id": "call_of_this_test", "metadata": {"appointment": "Tuesday, 9:30"}}


@pytest.fixture
def vendor(service, settings, webhook_sender):
    """The harness in the vendor's place; it sends to the service."""
    return webhook_sender(service.app, key=settings.key, path="/webhook")


def known(service):
    return service.get("/reminders/call_of_this_test").json()


def test_the_end_of_a_call_is_kept(service, vendor):
    ended = {**CALL, "call_status": "ended", "disconnection_reason": "user_hangup"}
    assert vendor.send("call_ended", call=ended).response.status == 204
    assert known(service) == {"appointment": "Tuesday, 9:30", "status": "ended", "why": "user_hangup"}


def test_news_that_come_late_do_not_undo_what_is_known(service, vendor):
    vendor.send("call_ended", call={**CALL, "call_status": "ended"})
    assert vendor.send("call_started", call={**CALL, "call_status": "ongoing"}).response.status == 204
    assert known(service)["status"] == "ended"


def test_a_forged_delivery_changes_nothing(service, vendor):
    assert vendor.send("call_ended", call=CALL, forge="wrong-key").response.status == 401
    assert service.get("/reminders/call_of_this_test").status_code == 404


def test_what_the_vendor_sends_about_our_own_call_is_understood(settings, webhook_receiver):
    with MockVendor(api_key=settings.key, webhook_url=webhook_receiver.url, pace=0.001) as vendor:
        with TestClient(create_app(replace(settings, base_url=vendor.url))) as service:
            wanted = {"to_number": "+14155550123", "appointment": "Friday, 14:00"}
            call_id = service.post("/reminders", json=wanted).json()["call_id"]
            (told,) = webhook_receiver.wait_for(event="call_analyzed", call_id=call_id)
            answer = service.post("/webhook", content=told.case.body, headers=dict(told.sent))
            assert answer.status_code == 204
            assert service.get(f"/reminders/{call_id}").json()["appointment"] == "Friday, 14:00"


def test_the_receiver_keeps_every_promise(settings):
    assert_receiver_conforms(create_app(settings), key=settings.key, path="/webhook", profile="smoke")
