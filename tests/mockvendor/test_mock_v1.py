"""The operations of V1, and the older editions of V2."""

import pytest
from mock_client import NUMBER, frozen

from conformance.contract.schemas import load_schemas
from conformance.mockvendor.app import HANDLERS
from conformance.mockvendor.editions import LOOKS
from conformance.mockvendor.requests import parse_query

SCHEMAS = load_schemas("v1")
AUDIO = {"audio_websocket_protocol": "web", "audio_encoding": "s16le", "sample_rate": 24000}


@pytest.fixture
def old():
    return frozen(edition="v1")


def test_register_call_gives_back_the_audio_fields(old):
    body = {
        "agent_id": old.vendor.agents[0],
        **AUDIO,
        "end_call_after_silence_ms": 20_000,
        "metadata": {"ü": 1},
    }
    answer = old.send("POST", "/register-call", body)
    assert answer.status == 201
    assert SCHEMAS.validate("registered-call", answer.json) == ()
    assert body.items() <= answer.json.items()
    assert not {"call_type", "access_token"} & set(answer.json)


def test_register_call_over_own_telephony_keeps_its_numbers(old):
    numbers = {"from_number": "+14155550150", "to_number": "+14155550151", "direction": "inbound"}
    audio = {"audio_websocket_protocol": "twilio", "audio_encoding": "mulaw", "sample_rate": 8000}
    answer = old.send("POST", "/register-call", {"agent_id": old.vendor.agents[0], **audio, **numbers})
    assert {**audio, **numbers}.items() <= answer.json.items()


@pytest.mark.parametrize("field", AUDIO)
def test_register_call_needs_the_audio_fields(old, field):
    body = {"agent_id": old.vendor.agents[0], **AUDIO}
    del body[field]
    answer = old.send("POST", "/register-call", body)
    assert (answer.status, answer.json) == (400, {"error_message": f"{field} is missing."})


def test_create_phone_call_dials(old):
    body = {"from_number": old.vendor.numbers[0], "to_number": NUMBER, "drop_call_if_machine_detected": True}
    call = old.send("POST", "/create-phone-call", body).json
    assert SCHEMAS.validate("registered-call", call) == ()
    assert (call["direction"], call["audio_encoding"], call["drop_call_if_machine_detected"]) == (
        "outbound",
        "mulaw",
        True,
    )
    old.vendor.clock.advance(300_000)
    later = old.send("GET", f"/get-call/{call['call_id']}")
    assert (later.status, SCHEMAS.validate("call", later.json)) == (200, ())
    assert later.json["call_status"] in {"ended", "error"}


class TestListCalls:
    @pytest.mark.parametrize("joined", [True, False])
    def test_agents_may_be_repeated_or_joined(self, old, joined):
        one, two = old.vendor.agents[:2]
        query = (
            f"filter_criteria%5Bagent_id%5D={one}%2C{two}"
            if joined
            else f"filter_criteria[agent_id][]={one}&filter_criteria[agent_id][]={two}"
        )
        answer = old.send("GET", f"/list-calls?{query}&limit=500")
        assert answer.status == 200
        assert SCHEMAS.validate("call-list", answer.json) == ()
        expected = {call["call_id"] for call in old.vendor.calls if call["agent_id"] in {one, two}}
        assert {call["call_id"] for call in answer.json} == expected

    def test_everything_is_the_default(self, old):
        assert len(old.send("GET", "/list-calls").json) == len(old.vendor.calls)

    def test_pages_and_bounds(self, old):
        starts = sorted(call["start_timestamp"] for call in old.vendor.calls if "start_timestamp" in call)
        query = f"filter_criteria[after_start_timestamp]={starts[4]}&sort_order=ascending&limit=2"
        first = old.send("GET", f"/list-calls?{query}").json
        second = old.send("GET", f"/list-calls?{query}&pagination_key={first[1]['call_id']}").json
        shown = [call["start_timestamp"] for call in (*first, *second) if "start_timestamp" in call]
        assert shown == sorted(shown)
        assert shown[0] == starts[4]

    @pytest.mark.parametrize("query", ["limit=many", "sort_order=up", "filter_criteria[after_end_timestamp]=x"])
    def test_wrong_queries_are_refused(self, old, query):
        answer = old.send("GET", f"/list-calls?{query}")
        assert (answer.status, list(answer.json)) == (400, ["error_message"])


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {}),
        ("limit=2&sort_order=ascending", {"limit": 2, "sort_order": "ascending"}),
        ("a[b][c]=1&a[b][d]=2", {"a": {"b": {"c": "1", "d": "2"}}}),
        ("a[][]=1&a[b]=2&a=3", {"a": "3"}),
        ("limit=٣", {"limit": "٣"}),
        ("limit=", {"limit": ""}),
        ("agent_id=a&agent_id=b,c", {"agent_id": ["a", "b", "c"]}),
        ("]=1&[=2", {"": "1"}),
    ],
)
def test_queries_are_read_whatever_they_look_like(query, expected):
    assert parse_query(query) == expected


@pytest.mark.parametrize("edition", LOOKS)
def test_every_operation_of_every_edition_has_somebody_who_answers(edition):
    for operation in load_schemas(edition).operations():
        assert (operation.method, operation.path) in HANDLERS


@pytest.mark.parametrize("edition", ["v2-launch", "v2-2025"])
def test_older_editions_of_v2_answer_in_their_own_shape(edition):
    client, schemas = frozen(edition=edition), load_schemas(edition)
    assert schemas.validate("web-call", client.web().json) == ()
    assert schemas.validate("phone-call", client.phone().json) == ()
    assert schemas.validate("call-list", client.list(limit=1000).json) == ()


def test_the_launch_edition_has_three_latencies_and_no_version():
    call = frozen(edition="v2-launch").with_field("e2e_latency")
    assert "latency" not in call
    assert "agent_version" not in call
    assert "values" not in call["e2e_latency"]
