"""Each refusal, with its whole body."""

import pytest
from mock_client import NUMBER, frozen

from conformance.mockvendor import MockClock

CREATE = "/v2/create-web-call"


def told(answer):
    assert answer.headers["content-type"] == "application/json"
    assert answer.json["status"] == "error"
    return answer.status, answer.json["message"]


def error(message):
    return {"status": "error", "message": message}


class TestKeys:
    @pytest.mark.parametrize(
        ("key", "message"),
        [
            (None, "No API key was sent."),
            ("Bearer key_of_somebody_else", "The API key is unknown."),
            ("Bearer", "The Authorization header is not of the form Bearer KEY."),
            ("", "The Authorization header is not of the form Bearer KEY."),
            ("key_mock_0123456789abcdef", "The Authorization header is not of the form Bearer KEY."),
            ("Basic key_mock_0123456789abcdef", "The Authorization header is not of the form Bearer KEY."),
            ("Bearer key_mock_0123456789abcdef x", "The Authorization header is not of the form Bearer KEY."),
        ],
    )
    def test_only_the_right_key_in_the_right_form_is_let_in(self, client, key, message):
        key = " " if key == "" else key
        for method, path in (("POST", CREATE), ("GET", "/v2/get-call/x"), ("DELETE", "/v2/delete-call/x")):
            answer = client.send(method, path, key=key)
            assert (answer.status, answer.json) == (401, error(message))
            assert answer.headers["www-authenticate"] == "Bearer"

    def test_the_scheme_may_be_written_in_any_case(self, client):
        assert client.send("POST", "/v2/list-calls", {}, key=client.key.replace("Bearer", "bearer")).status == 200


class TestBodies:
    @pytest.mark.parametrize(
        ("raw", "message"),
        [
            (b"", "The body is missing."),
            (b"  ", "The body is missing."),
            (b"{", "The body is no JSON."),
            (b'{"agent_id": NaN}', "The body is no JSON."),
            (b'{"agent_id": 1e999}', "The body is no JSON."),
            (b'{"agent_id": "a", "agent_id": "b"}', "The body is no JSON."),
            (b"\xff\xfe", "The body is no JSON."),
            (b"[" * 100_000, "The body is no JSON."),
            (b"[]", "The body is no JSON object."),
            (b'"text"', "The body is no JSON object."),
            (b"null", "The body is no JSON object."),
        ],
        ids=lambda value: str(value)[:24],
    )
    @pytest.mark.parametrize("operation", ["create-web-call", "list-calls"])
    def test_only_a_json_object_is_read(self, client, operation, raw, message):
        answer = client.send("POST", f"/v2/{operation}", raw=raw)
        assert (answer.status, answer.json) == (400, error(message))

    @pytest.mark.parametrize(
        ("body", "message"),
        [
            ({}, "agent_id is missing."),
            ({"agent_id": None}, "agent_id: expected string."),
            ({"agent_id": 7}, "agent_id: expected string."),
            ({"agent_id": ""}, "agent_id: expected at least 1 characters."),
            ({"agent_id": "a", "metadata": "text"}, "metadata: expected object."),
            ({"agent_id": "a", "metadata": None}, "metadata: expected object."),
        ],
        ids=str,
    )
    def test_a_body_must_fit_its_schema(self, client, body, message):
        assert client.send("POST", CREATE, body).json == error(message)
        assert client.send("POST", CREATE, body).status == 400

    @pytest.mark.parametrize(
        ("body", "message"),
        [
            ({"limit": 0}, "limit must be from 1 to 1000."),
            ({"limit": -1}, "limit must be from 1 to 1000."),
            ({"limit": 1001}, "limit must be from 1 to 1000."),
            ({"limit": 10**30}, "limit must be from 1 to 1000."),
            ({"limit": "5"}, "limit: expected integer."),
            ({"sort_order": "newest"}, "sort_order: expected one of ascending, descending."),
            ({"pagination_key": "call_of_nobody"}, "pagination_key is the id of no call."),
            ({"filter_criteria": []}, "filter_criteria: expected object."),
            (
                {"filter_criteria": {"call_type": ["video"]}},
                "filter_criteria/call_type/0: expected one of web_call, phone_call.",
            ),
            (
                {"filter_criteria": {"after_start_timestamp": "x"}},
                "The filter after_start_timestamp has the wrong form.",
            ),
            ({"filter_criteria": {"metadata.a": "x"}}, "The filter metadata.a has the wrong form."),
        ],
        ids=str,
    )
    def test_a_list_must_be_asked_for_well(self, client, body, message):
        answer = client.list(**body)
        assert (answer.status, answer.json) == (400, error(message))

    @pytest.mark.parametrize(
        ("body", "status", "message"),
        [
            ({"to_number": "415"}, 400, "to_number is no E.164 number."),
            ({"to_number": "+0123"}, 400, "to_number is no E.164 number."),
            ({"to_number": f"{NUMBER}\n"}, 400, "to_number is no E.164 number."),
            ({"from_number": "x"}, 400, "from_number is no E.164 number."),
            (
                {"from_number": "x", "ignore_e164_validation": True},
                422,
                "from_number is no number of this account.",
            ),
            ({"from_number": "+14155550199"}, 422, "from_number is no number of this account."),
            ({"override_agent_id": "agent_x"}, 422, "No agent of this account has that id."),
        ],
        ids=str,
    )
    def test_a_phone_call_needs_numbers_and_agents_that_exist(self, client, body, status, message):
        answer = client.phone(**body)
        assert (answer.status, answer.json) == (status, error(message))

    def test_an_unknown_agent_is_not_found(self, client):
        for create in (client.web, client.register):
            assert told(create(agent_id="agent_x")) == (422, "No agent of this account has that id.")

    @pytest.mark.parametrize("wanted", ["everything", "everything_except_pii"])
    def test_the_storage_setting_cannot_be_loosened(self, client, wanted):
        call_id = client.web().json["call_id"]
        client.update(call_id, data_storage_setting="basic_attributes_only")
        answer = client.update(call_id, data_storage_setting=wanted)
        message = "data_storage_setting is basic_attributes_only and cannot be loosened."
        assert (answer.status, answer.json) == (400, error(message))

    def test_an_unknown_field_in_an_update_is_refused(self, client):
        answer = client.update(client.web().json["call_id"], agent_id="x")
        assert (answer.status, answer.json) == (400, error("agent_id: expected absent."))


class TestPaths:
    @pytest.mark.parametrize("call_id", ["nobody", "a%2Fb", "%F0%9F%99%82", "..", "x" * 2000])
    @pytest.mark.parametrize(
        ("method", "operation", "body"),
        [("GET", "get", None), ("PATCH", "update", {}), ("DELETE", "delete", None), ("POST", "stop", None)],
    )
    def test_an_unknown_call_is_not_found(self, client, method, operation, body, call_id):
        answer = client.send(method, f"/v2/{operation}-call/{call_id}", body)
        assert (answer.status, answer.json) == (422, error("No call of this account has that id."))

    def test_only_a_call_that_goes_on_can_be_stopped(self, client):
        answer = client.stop(client.some(call_status="ended")["call_id"])
        assert (answer.status, answer.json) == (422, error("The call is not going on."))

    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("POST", "/register-call"),
            ("POST", "/create-phone-call"),
            ("GET", "/get-call/x"),
            ("GET", "/list-calls"),
            ("GET", "/"),
            ("GET", "/v2/get-call/"),
            ("POST", "/v3/list-calls"),
        ],
    )
    def test_v1_and_unknown_paths_are_gone(self, client, method, path):
        answer = client.send(method, path, {})
        assert (answer.status, answer.json) == (404, error("There is no such path."))

    @pytest.mark.parametrize(
        ("method", "path", "allowed"),
        [
            ("GET", "/v2/list-calls", "POST"),
            ("PUT", "/v2/update-call/x", "PATCH"),
            ("POST", "/v2/get-call/x", "GET"),
        ],
    )
    def test_a_known_path_says_which_method_it_takes(self, client, method, path, allowed):
        answer = client.send(method, path)
        assert (answer.status, answer.json) == (405, error(f"This path does not take {method}."))
        assert answer.headers["allow"] == allowed


class TestRateLimit:
    def test_what_is_too_much_for_a_second_is_put_off(self):
        clock = MockClock(start_ms=0, moving=False)
        client = frozen(rate_limit=2, clock=clock)
        assert [client.list().status for _ in range(3)] == [200, 200, 429]
        answer = client.list()
        assert answer.json == error("Too many requests; try again in a second.")
        assert answer.headers["retry-after"] == "1"
        clock.advance(1000)
        assert client.list().status == 200
