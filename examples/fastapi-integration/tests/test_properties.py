"""Whatever the vendor may send, the service takes."""

import tempfile
from pathlib import Path

from fastapi.testclient import TestClient
from hypothesis import given, settings
from reminders.service import Settings, create_app, outcome_of

from conformance import strategies

KEY = "key_reminders_fictional"
FOLDER = tempfile.TemporaryDirectory()
SERVICE = TestClient(
    create_app(
        Settings(key=KEY, agent_id="agent_1", from_number="+14155550100", database=Path(FOLDER.name) / "calls.sqlite")
    )
)


@settings(deadline=None)  # each one is stored: how long that takes is the machine's affair
@given(strategies.signed_deliveries(key=KEY))
def test_every_delivery_is_accepted(delivery):
    answer = SERVICE.post("/webhook", content=delivery.body, headers=delivery.headers)
    assert answer.status_code == 204


@given(strategies.calls(call_status="ended"))
def test_whatever_an_ended_call_looks_like_its_outcome_can_be_told(call):
    assert outcome_of(call)["status"] == "ended"
