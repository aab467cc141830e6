"""Each operation of V2, asked as it should be."""

import pytest
from mock_client import NUMBER, frozen

from conformance.contract.schemas import load_schemas

SCHEMAS = load_schemas("v2")


class TestCreateWebCall:
    def test_it_answers_201_with_a_registered_web_call_and_its_token(self, client):
        answer = client.web()
        assert answer.status == 201
        assert answer.headers["content-type"] == "application/json"
        call = answer.json
        assert SCHEMAS.validate("web-call", call) == ()
        assert (call["call_type"], call["call_status"]) == ("web_call", "registered")
        assert call["access_token"].count(".") == 2
        assert not {"from_number", "to_number", "direction"} & set(call)

    def test_what_was_sent_comes_back_in_the_answer_and_in_get_call(self, client):
        sent = {
            "metadata": {"größe": "groß", "deep": [{"a": [None, True, 1.5]}], "emoji": "🙂", "": ""},
            "retell_llm_dynamic_variables": {"name": "王小明", "empty": ""},
        }
        call = client.web(**sent).json
        assert {name: call[name] for name in sent} == sent
        assert client.get(call["call_id"]).json == call

    @pytest.mark.parametrize(
        "extra",
        [
            {"agent_version": 0},
            {"agent_version": 12345},
            {"agent_override": {}},
            {"current_node_id": None},
            {"current_state": "start"},
            {"metadata": {}},
            {"retell_llm_dynamic_variables": {}},
            {"sample_rate": 24000},
        ],
        ids=str,
    )
    def test_every_optional_field_is_accepted(self, client, extra):
        assert client.web(**extra).status == 201

    def test_the_version_asked_for_is_the_version_shown(self, client):
        assert client.web(agent_version=3).json["agent_version"] == 3


class TestCreatePhoneCall:
    def test_it_answers_201_with_an_outbound_phone_call(self, client):
        answer = client.phone(metadata={"a": 1}, custom_sip_headers={"X-A": "b"})
        assert answer.status == 201
        call = answer.json
        assert SCHEMAS.validate("phone-call", call) == ()
        shown = ("call_type", "call_status", "direction", "from_number", "to_number", "metadata")
        assert [call[name] for name in shown] == [
            "phone_call",
            "registered",
            "outbound",
            client.vendor.numbers[0],
            NUMBER,
            {"a": 1},
        ]
        assert "access_token" not in call

    def test_another_agent_can_be_asked_for(self, client):
        other = client.vendor.agents[1]
        assert client.phone(override_agent_id=other).json["agent_id"] == other

    def test_own_telephony_may_dial_a_pseudo_number_on_request(self, client):
        custom = client.vendor.numbers[2]
        assert client.phone(from_number=custom, to_number="1001", ignore_e164_validation=True).status == 201


@pytest.mark.parametrize("value", [7, [], {"a": 1}])
def test_a_field_that_the_operation_does_not_know_is_overlooked(client, value):
    call = client.web(custom_sip_headers=value, direction=value, override_agent_id=value).json
    assert SCHEMAS.validate("web-call", call) == ()
    assert not {"custom_sip_headers", "direction"} & set(call)


class TestRegisterPhoneCall:
    def test_it_answers_201_and_fills_in_what_was_not_said(self, client):
        call = client.register().json
        assert SCHEMAS.validate("phone-call", call) == ()
        assert (call["direction"], call["from_number"], call["to_number"]) == (
            "inbound",
            "anonymous",
            "+12125550102",
        )

    def test_numbers_and_direction_come_back(self, client):
        sent = {"from_number": "+14155550150", "to_number": "+14155550151", "direction": "outbound"}
        answer = client.register(**sent)
        assert answer.status == 201
        assert {name: answer.json[name] for name in sent} == sent


class TestUpdateCall:
    def test_metadata_is_replaced(self, client):
        call = client.web(metadata={"a": 1}).json
        answer = client.update(call["call_id"], metadata={"b": "ü"})
        assert (answer.status, answer.json) == (200, {**call, "metadata": {"b": "ü"}})
        assert client.get(call["call_id"]).json == answer.json

    def test_dynamic_variables_lie_over_the_given_ones_until_cleared_with_null(self, client):
        call = client.web(retell_llm_dynamic_variables={"a": "1", "b": "2"}).json

        def variables(**body):
            return client.update(call["call_id"], **body).json["retell_llm_dynamic_variables"]

        assert variables(override_dynamic_variables={"b": "3", "c": "4"}) == {"a": "1", "b": "3", "c": "4"}
        assert variables(metadata={}) == {"a": "1", "b": "3", "c": "4"}
        assert variables(override_dynamic_variables=None) == {"a": "1", "b": "2"}

    def test_the_storage_setting_can_be_tightened_and_hides_what_it_should(self, client):
        call = client.with_field("transcript")
        assert client.update(call["call_id"], data_storage_setting="everything_except_pii").status == 200
        shown = client.get(call["call_id"]).json
        assert "transcript" not in shown
        assert "scrubbed_transcript_with_tool_calls" in shown
        client.update(call["call_id"], data_storage_setting="basic_attributes_only")
        assert "scrubbed_transcript_with_tool_calls" not in client.get(call["call_id"]).json

    def test_custom_attributes_that_nobody_knows_change_nothing(self, client):
        call = client.web().json
        answer = client.update(call["call_id"], custom_attributes={"a": 1, "b": True, "c": "x"})
        assert (answer.status, answer.json) == (200, call)

    def test_an_empty_object_changes_nothing(self, client):
        call = client.web().json
        assert client.update(call["call_id"]).json == call


class TestDeleteCall:
    def test_it_answers_204_without_a_body_and_the_call_is_gone(self, client):
        call_id = client.web().json["call_id"]
        answer = client.delete(call_id)
        assert (answer.status, answer.content) == (204, b"")
        assert "content-type" not in answer.headers
        assert [client.get(call_id).status, client.delete(call_id).status, client.update(call_id).status] == [
            422,
            422,
            422,
        ]
        assert client.ids(filter_criteria={"call_id": [call_id]}) == []


class TestStopCall:
    def test_it_ends_a_call_that_goes_on(self, client):
        call_id = client.some(call_status="ongoing")["call_id"]
        answer = client.stop(call_id)
        assert (answer.status, answer.content) == (204, b"")
        call = client.get(call_id).json
        assert (call["call_status"], call["disconnection_reason"]) == ("ended", "agent_hangup")


class TestTheWire:
    def test_json_is_compact_and_not_escaped(self, client):
        answer = client.web(metadata={"ä": "🙂", "n": 1.0})
        assert '"metadata":{"ä":"🙂","n":1}'.encode() in answer.content
        assert b": " not in answer.content

    def test_a_lone_surrogate_comes_back_as_it_was_sent(self, client):
        raw = b'{"agent_id":"%s","metadata":{"a":"\\ud800"}}' % client.vendor.agents[0].encode()
        answer = client.send("POST", "/v2/create-web-call", raw=raw)
        assert answer.status == 201
        assert b'{"a":"\\ud800"}' in answer.content

    def test_a_call_id_may_be_percent_encoded(self, client):
        call_id = client.web().json["call_id"]
        assert client.get(call_id.replace("_", "%5F")).status == 200

    def test_requests_are_logged(self, client):
        client.web()
        client.get("nobody")
        assert client.vendor.requests == [
            ("POST", "/v2/create-web-call", 201),
            ("GET", "/v2/get-call/nobody", 422),
        ]

    def test_equal_seeds_and_clocks_give_equal_answers(self):
        def story(seed):
            client = frozen(seed=seed)
            return [client.web().content, client.phone().content, client.list(limit=1000).content]

        assert story(5) == story(5)
        assert story(5) != story(6)
