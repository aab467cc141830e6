"""Single webhooks, for tests of one's own receiver."""

from __future__ import annotations

import pytest

from conformance.errors import UnknownName, UsageError
from conformance.mockreceiver import MockReceiver
from conformance.webhooks import WebhookSender

KEY = "key_fictional_0001"


@pytest.fixture
def receiver():
    return MockReceiver(KEY)


@pytest.fixture
def sender(receiver):
    with WebhookSender(receiver.app, KEY, path="/hook") as sender:
        yield sender


def test_an_event_arrives_signed(sender, receiver):
    exchange = sender.send("call_analyzed", call_type="web_call", call={"call_id": "call_mine"})
    assert exchange.response.status == 204
    assert receiver.accepted == [exchange.case.body]
    sent = exchange.case.json()
    assert (sent["event"], sent["call"]["call_id"], sent["call"]["call_type"]) == (
        "call_analyzed", "call_mine", "web_call",
    )  # fmt: skip


def test_each_is_about_a_call_of_its_own(sender):
    assert len({sender.send().case.json()["call"]["call_id"] for _ in range(3)}) == 3


def test_a_forgery_is_refused(sender):
    assert sender.send(forge="stale").response.status == 401


def test_bytes_are_sent_as_they_are(sender, receiver):
    sender.send(payload=b"{ not json")
    assert receiver.accepted == [b"{ not json"]


def test_a_payload_of_ones_own_keeps_its_event(sender):
    assert sender.send("call_ended", payload={"event": "mine", "call": {}}).case.json() == {"event": "mine", "call": {}}


def test_over_http_too():
    with MockReceiver(KEY) as receiver, WebhookSender(receiver.url, KEY) as sender:
        assert sender.send(edition="v2-launch").response.status == 204
        assert b'"data":{' in receiver.accepted[0]


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"event": "call_endet"}, "There is no event 'call_endet'. Did you mean 'call_ended'?"),
        (
            {"event": "transfer_started", "edition": "v2-2025"},
            "There is no event 'transfer_started'. Did you mean 'call_started'?",
        ),
        ({"call_type": "webcall"}, "There is no type of call 'webcall'. Did you mean 'web_call'?"),
        ({"forge": "stal"}, "There is no forgery 'stal'. Did you mean 'stale'?"),
        (
            {"edition": "v1"},
            "Webhooks are sent in editions of V2. There is no edition 'v1'. Known: v2, v2-2025, v2-launch.",
        ),
    ],
)
def test_unknown_names_are_told_with_the_nearest(sender, how, words):
    with pytest.raises(UnknownName) as raised:
        sender.send(**how)
    assert str(raised.value) == words


def test_what_is_no_url_is_refused():
    with pytest.raises(UsageError):
        WebhookSender("somewhere", KEY)
