"""Which webhooks the mock vendor sends about a call, when, and what they say."""

import itertools
import json
import re

import pytest
from mock_client import NOW_MS, frozen
from webhook_receiver import CHOSEN, live, outbox, pass_by, sending, timeline

from conformance.contract.schemas import load_schemas
from conformance.contract.signature import HEADER, verify
from conformance.mockvendor.webhooks.events import DEFAULT, EVENTS

LIFE = ["call_started", "call_ended", "call_analyzed"]


def number(last):
    return f"+1415555{last}"


@pytest.fixture
def client(receiver):
    with sending(receiver.url) as found:
        yield found


def joined(client, **body):
    """A web call that is going on."""
    call_id = client.web(**body).json["call_id"]
    client.vendor.join(call_id)
    return call_id


class TestTheLifeOfACall:
    def test_a_call_that_connects_sends_three(self, client, receiver):
        call_id = joined(client)
        pass_by(client, 0)
        assert receiver.events(call_id) == ["call_started"]
        pass_by(client, timeline(client, call_id).ends_ms - NOW_MS)
        assert receiver.events(call_id) == ["call_started", "call_ended"]
        pass_by(client, 3_999)
        assert receiver.events(call_id) == ["call_started", "call_ended"]
        pass_by(client, 1)
        assert receiver.events(call_id) == LIFE
        pass_by(client, 1_000_000)
        assert receiver.events(call_id) == LIFE

    def test_what_is_not_joined_does_not_start(self, client, receiver):
        call_id = client.web().json["call_id"]
        pass_by(client, 29_999)
        assert receiver.got == []
        pass_by(client, 1)
        assert receiver.events(call_id) == ["call_ended"]
        pass_by(client, 4_000)
        assert receiver.events(call_id) == ["call_ended", "call_analyzed"]
        assert {got.call["call_status"] for got in receiver.got} == {"error"}

    @pytest.mark.parametrize("last", ["0194", "0195", "0197", "0198", "0199"])
    def test_numbers_that_do_not_connect_do_not_start(self, client, receiver, last):
        call_id = client.phone(to_number=number(last)).json["call_id"]
        live(client)
        assert receiver.events(call_id) == ["call_ended", "call_analyzed"]
        assert {got.call["call_status"] for got in receiver.got} == {"not_connected"}

    def test_an_outbound_call_starts_when_it_has_rung(self, client, receiver):
        client.phone(to_number=number("0196"))
        pass_by(client, 1_999)
        assert receiver.got == []
        pass_by(client, 1)
        assert receiver.events() == ["call_started"]

    def test_a_registered_call_that_nobody_dials_ends(self, client, receiver):
        client.register()
        pass_by(client, 300_000, 4_000)
        assert receiver.events() == ["call_ended", "call_analyzed"]

    def test_a_call_that_is_hung_up_sends_the_rest(self, client, receiver):
        call_id = joined(client)
        pass_by(client, 1_000)
        client.vendor.hang_up(call_id)
        pass_by(client, 0)
        assert receiver.events(call_id) == ["call_started", "call_ended"]
        assert receiver.got[-1].call["end_timestamp"] == NOW_MS + 1_000
        assert receiver.got[-1].call["disconnection_reason"] == "user_hangup"
        pass_by(client, 4_000)
        assert receiver.events(call_id) == LIFE

    def test_a_call_that_is_stopped_sends_the_rest(self, client, receiver):
        call_id = joined(client)
        pass_by(client, 1_000)
        assert client.stop(call_id).status == 204
        pass_by(client, 4_000)
        assert receiver.events(call_id) == LIFE

    def test_a_deleted_call_sends_nothing_more(self, client, receiver):
        call_id = joined(client)
        pass_by(client, 0)
        client.delete(call_id)
        live(client)
        assert receiver.events(call_id) == ["call_started"]

    def test_the_history_sends_nothing(self, receiver):
        with sending(receiver.url, calls=80) as client:
            live(client)
        assert receiver.got == []
        assert client.vendor.deliveries == []

    def test_calls_do_not_hold_each_other_up(self, client, receiver):
        ids = {joined(client) for _ in range(12)}
        live(client)
        assert {call_id: receiver.events(call_id) for call_id in ids} == dict.fromkeys(ids, LIFE)


class TestWhatIsSent:
    def test_it_is_signed_compact_json(self, client, receiver):
        joined(client, metadata={"größe": "你好"})
        pass_by(client, 0)
        (got,) = receiver.got
        assert (got.method, got.path, got.headers["content-type"]) == ("POST", "/webhook", "application/json")
        assert got.body == json.dumps(got.json, ensure_ascii=False, separators=(",", ":")).encode()
        assert "größe".encode() in got.body
        timestamp_ms = int(re.match(r"v=(\d+)", got.headers[HEADER])[1])
        assert verify(got.body, client.vendor.api_key, got.headers[HEADER], now_ms=timestamp_ms)
        assert timestamp_ms > NOW_MS  # the clock of the mock stands in the past, that of the signature does not

    def test_the_call_is_what_get_call_shows_then(self, client, receiver):
        call_id = joined(client, metadata={"a": 1})
        for span_ms in (0, 180_000, 4_000):
            pass_by(client, span_ms)
            shown = client.get(call_id).json
            del shown["access_token"]
            assert receiver.got[-1].call == shown
        assert "call_analysis" in shown

    def test_when_time_jumps_each_shows_its_own_time(self, client, receiver):
        call_id = joined(client)
        pass_by(client, 500_000)
        started, ended, analysed = (got.call for got in receiver.got)
        assert (started["call_status"], "end_timestamp" in started) == ("ongoing", False)
        assert (ended["call_status"], "call_analysis" in ended) == ("ended", False)
        assert (analysed["call_status"], "call_analysis" in analysed) == ("ended", True)
        assert {call["call_id"] for call in (started, ended, analysed)} == {call_id}

    def test_what_update_call_changed_is_in_what_comes_later(self, client, receiver):
        call_id = joined(client, metadata={"a": 1})
        pass_by(client, 0)
        client.update(call_id, metadata={"a": 2})
        pass_by(client, 180_000)
        assert [got.call["metadata"] for got in receiver.got] == [{"a": 1}, {"a": 2}, {"a": 2}]

    @pytest.mark.parametrize(
        ("edition", "members"),
        [
            ("v2", ["event", "call", "event_timestamp"]),
            ("v2-2025", ["event", "call"]),
            ("v2-launch", ["event", "call", "data"]),
        ],
    )
    def test_the_envelope_is_that_of_the_edition(self, receiver, edition, members):
        with sending(receiver.url, edition=edition) as client:
            joined(client)
            pass_by(client, 0)
        assert [*receiver.got[0].json] == members

    def test_v1_has_data_alone(self, receiver):
        with sending(receiver.url, edition="v1") as client:
            body = {"from_number": client.vendor.numbers[0], "to_number": number("0196")}
            client.send("POST", "/create-phone-call", body)
            live(client)
        assert [got.event for got in receiver.got] == LIFE
        assert [[*got.json] for got in receiver.got] == [["event", "data"]] * 3
        assert receiver.got[0].json["data"]["audio_encoding"] == "mulaw"

    @pytest.mark.parametrize("edition", EVENTS)
    @pytest.mark.parametrize("pace", [1.0, 0.01])
    def test_every_webhook_of_every_seed_is_valid(self, edition, pace):
        schemas, seen = load_schemas(edition), set()
        for seed in range(6):
            client = frozen(edition=edition, seed=seed, calls=0, pace=pace)
            sent = outbox(client, EVENTS[edition])
            for index in range(8):
                made_of_every_kind(client, index)
            for _ in range(30):
                for notice, body in sent.take():
                    seen.add((notice.event, notice.record.call_type))
                    assert schemas.validate("webhook", json.loads(body)) == ()
                client.vendor.clock.advance(12_000)
        assert seen >= set(itertools.product(DEFAULT, ["web_call", "phone_call"]))


def made_of_every_kind(client, index):
    phone = {"from_number": client.vendor.numbers[0], "to_number": number(f"01{90 + index}"), "metadata": {"ü": None}}
    if client.vendor.edition == "v1":
        client.send("POST", "/create-phone-call", phone)
        answer = client.send("POST", "/register-call", V1 | {"agent_id": client.vendor.agents[0]})
    else:
        client.phone(**phone)
        client.register()
        answer = client.web(metadata={"größe": "你好"}, retell_llm_dynamic_variables={"a": "b"})
    if index % 2:
        client.vendor.join(answer.json["call_id"])


V1 = {"audio_websocket_protocol": "web", "audio_encoding": "s16le", "sample_rate": 24000}


class TestChosenEvents:
    def test_only_those_are_sent(self, receiver):
        with sending(receiver.url, webhook_events=["call_ended"]) as client:
            joined(client)
            live(client)
        assert receiver.events() == ["call_ended"]

    def test_the_transcript_grows(self, receiver):
        with sending(receiver.url, webhook_events=["call_started", "transcript_updated", "call_ended"]) as client:
            call_id = joined(client)
            live(client)
            whole = client.get(call_id).json["transcript_with_tool_calls"]
        assert receiver.events() == ["call_started", *["transcript_updated"] * 3, "call_ended"]
        said = [got.json["transcript_with_tool_calls"] for got in receiver.got[1:4]]
        assert len(said[0]) < len(said[1]) < len(said[2])
        assert said[2] == whole
        assert said[1] == whole[: len(said[1])]

    def test_a_transcript_that_may_not_be_kept_is_not_told(self, receiver):
        with sending(receiver.url, webhook_events=["transcript_updated"]) as client:
            client.update(joined(client), data_storage_setting="basic_attributes_only")
            live(client)
        assert [got.json["transcript_with_tool_calls"] for got in receiver.got] == [[], [], []]

    def test_a_transfer_is_told_from_beginning_to_end(self, receiver):
        with sending(receiver.url, webhook_events=[*CHOSEN[:3], *CHOSEN[4:]]) as client:
            call_id = transferred(client)
            live(client)
            shown = client.get(call_id).json
        of_it = [got for got in receiver.got if got.call["call_id"] == call_id]
        assert [got.event for got in of_it] == [
            "call_started",
            "transfer_started",
            "transfer_bridged",
            "call_ended",
            "call_analyzed",
            "transfer_ended",
        ]
        numbers = [got.json["transfer_destination"]["number"] for got in of_it[1:3]]
        assert numbers == [shown["transfer_destination"] or "+14155550160"] * 2
        assert of_it[1].json["transfer_option"] == {"type": "cold_transfer", "showTransfereeAsCaller": False}
        assert of_it[-1].call["transfer_end_timestamp"] == shown["end_timestamp"] + 90_000

    def test_a_transfer_that_is_cut_short_is_cancelled(self, receiver):
        with sending(receiver.url, webhook_events=CHOSEN[4:]) as client:
            call_id = transferred(client)
            pass_by(client, timeline(client, call_id).transfers_ms - NOW_MS)
            client.vendor.hang_up(call_id)
            live(client)
        assert receiver.events(call_id) == ["transfer_started", "transfer_cancelled"]
        begun, ended = (got.json for got in receiver.got if got.call["call_id"] == call_id)
        assert begun["transfer_destination"] == ended["transfer_destination"]
        assert ended["call"]["disconnection_reason"] == "user_hangup"


def transferred(client):
    """A call that will be transferred."""
    for _ in range(60):
        call_id = client.phone().json["call_id"]
        if timeline(client, call_id).reason == "call_transfer":
            return call_id
    raise AssertionError("no call in sixty is transferred")


class TestPace:
    def test_a_life_can_be_a_hundredth_as_long(self, receiver):
        with sending(receiver.url, pace=0.01) as client:
            waiting = client.web().json["call_id"]
            call_id = joined(client)
            pass_by(client, 1_800)
            assert receiver.events(waiting) == ["call_ended", "call_analyzed"]
            pass_by(client, 40)
            assert receiver.events(call_id) == LIFE
            call = client.get(call_id).json
        assert call["duration_ms"] == call["end_timestamp"] - call["start_timestamp"] <= 1_800

    def test_the_pace_changes_no_fate(self):
        slow, fast = frozen(calls=0), frozen(calls=0, pace=0.01)
        for client in (slow, fast):
            for _ in range(10):
                client.phone()
            client.vendor.clock.advance(400_000)
        fates = [[call["disconnection_reason"] for call in client.vendor.calls] for client in (slow, fast)]
        assert fates[0] == fates[1]
