"""The phone-number operations."""

import pytest
from mock_client import frozen

from conformance.contract.schemas import load_schemas

SCHEMAS = load_schemas("v2")
NEW = "+14155550177"


def test_a_number_is_imported_shown_changed_and_given_back(client):
    body = {
        "phone_number": NEW,
        "termination_uri": "desk.pstn.example.invalid",
        "sip_trunk_auth_username": "ada",
    }
    made = client.send("POST", "/import-phone-number", body)
    assert (made.status, SCHEMAS.validate("phone-number", made.json)) == (201, ())
    assert made.json["phone_number_type"] == "custom"
    assert made.json["sip_outbound_trunk_config"] == {
        "termination_uri": "desk.pstn.example.invalid",
        "auth_username": "ada",
    }
    path = f"phone-number/{NEW}"
    assert client.send("GET", f"/get-{path}").json == made.json
    assert client.send("GET", f"/get-{path.replace('+', '%2B')}").json == made.json
    client.vendor.clock.advance(10)
    changed = client.send("PATCH", f"/update-{path}", {"nickname": "Büro", "transport": "TLS"})
    assert (changed.status, changed.json["nickname"]) == (200, "Büro")
    assert changed.json["sip_outbound_trunk_config"]["transport"] == "TLS"
    assert changed.json["last_modification_timestamp"] == made.json["last_modification_timestamp"] + 10
    assert client.phone(from_number=NEW).status == 201
    gone = client.send("DELETE", f"/delete-{path}")
    assert (gone.status, gone.content) == (204, b"")
    assert client.send("GET", f"/get-{path}").status == 422


def test_a_number_is_bought(client):
    made = client.send("POST", "/create-phone-number", {"area_code": 212, "number_provider": "telnyx"})
    assert (made.status, SCHEMAS.validate("phone-number", made.json)) == (201, ())
    assert (made.json["phone_number_type"], made.json["area_code"]) == ("retell-telnyx", 212)
    assert made.json["phone_number"] in client.vendor.numbers


def test_all_numbers_are_listed_plainly_and_in_pages(client):
    plain = client.send("GET", "/list-phone-numbers").json
    assert SCHEMAS.validate("phone-number-list", plain) == ()
    first = client.send("GET", "/v2/list-phone-numbers?limit=2").json
    assert SCHEMAS.validate("phone-number-page", first) == ()
    assert first["has_more"] is True
    key = first["items"][1]["phone_number"].replace("+", "%2B")
    assert first["pagination_key"] == first["items"][1]["phone_number"]
    rest = client.send("GET", f"/v2/list-phone-numbers?limit=2&pagination_key={key}").json
    assert rest["has_more"] is False
    assert "pagination_key" not in rest
    assert sorted(each["phone_number"] for each in (*first["items"], *rest["items"])) == sorted(
        each["phone_number"] for each in plain
    )


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "message"),
    [
        ("POST", "/import-phone-number", {"phone_number": NEW}, 400, "termination_uri is missing."),
        (
            "POST",
            "/import-phone-number",
            {"phone_number": "x", "termination_uri": "t", "ignore_e164_validation": False},
            400,
            "phone_number is no E.164 number.",
        ),
        (
            "POST",
            "/create-phone-number",
            {"phone_number": "+14155550100"},
            400,
            "phone_number belongs to this account already.",
        ),
        (
            "POST",
            "/create-phone-number",
            {"inbound_agent_id": "x"},
            400,
            "No agent of this account has that id.",
        ),
        ("GET", f"/get-phone-number/{NEW}", None, 422, "No such number belongs to this account."),
        ("PATCH", f"/update-phone-number/{NEW}", {}, 422, "No such number belongs to this account."),
        (
            "PATCH",
            "/update-phone-number/+14155550100",
            {"outbound_agent_id": "x"},
            422,
            "No agent of this account has that id.",
        ),
        ("DELETE", f"/delete-phone-number/{NEW}", None, 422, "No such number belongs to this account."),
        ("GET", "/v2/list-phone-numbers?limit=0", None, 400, "limit must be from 1 to 1000."),
        (
            "GET",
            "/v2/list-phone-numbers?pagination_key=x",
            None,
            400,
            "pagination_key is no number of this account.",
        ),
    ],
)
def test_refusals(client, method, path, body, status, message):  # noqa: PLR0917 - a row of the table
    answer = client.send(method, path, body)
    assert (answer.status, answer.json) == (status, {"status": "error", "message": message})


def test_v1_numbers_have_one_agent():
    client, schemas = frozen(edition="v1"), load_schemas("v1")
    agent = client.vendor.agents[1]
    made = client.send("POST", "/create-phone-number", {"agent_id": agent, "area_code": 415})
    assert (made.status, schemas.validate("phone-number", made.json)) == (201, ())
    assert made.json["agent_id"] == agent
    assert schemas.validate("phone-number-list", client.send("GET", "/list-phone-numbers").json) == ()
