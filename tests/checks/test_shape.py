"""The call object, part by part."""

from __future__ import annotations

import pytest
from exchanges import (
    FROM,
    GONE,
    START_MS,
    TO,
    answered,
    cases,
    created,
    fetched,
    judged,
    listed,
    phone_call,
    said,
    web_call,
)

from conformance.model import Level

PARTS = (
    "identity", "version", "type", "enum", "growing", "null", "member", "call-type", "token", "phone-fields",
    "timestamp",
)  # fmt: skip


def shape(call, part, **settings):
    return judged("call-shape", fetched(call), part=part, **settings)


def parts_broken_by(call):
    return {part for part in PARTS if shape(call, part)}


class TestCallHasThePart:
    @pytest.mark.parametrize("call", [web_call(), phone_call()])
    def test_a_whole_call_breaks_none(self, call):
        assert parts_broken_by(call) == set()

    @pytest.mark.parametrize(
        ("call", "part", "expected"),
        [
            (web_call(agent_id=GONE), "identity", ("`agent_id` is missing", "present", "absent", "/agent_id")),
            (
                web_call(call_status=5),
                "identity",
                ("`call_status` has a value that is not documented",
                 "one of registered, not_connected, ongoing, ended, error", "integer 5", "/call_status"),
            ),
            (
                web_call(agent_version=GONE),
                "version",
                ("`agent_version` is missing", "present", "absent", "/agent_version"),
            ),
            (
                web_call(agent_version="0"),
                "version",
                ("`agent_version` is not what its schema says", "integer", 'string "0"', "/agent_version"),
            ),
            (
                web_call(transcript=["hello"]),
                "type",
                ("`transcript` is not what its schema says", "string", "array of 1", "/transcript"),
            ),
            (
                web_call(transcript=None),
                "null",
                ("`transcript` is null", "string", "null", "/transcript"),
            ),
            (
                web_call(call_status="gone"),
                "growing",
                ("`call_status` has a value that is not documented",
                 "one of registered, not_connected, ongoing, ended, error", 'string "gone"', "/call_status"),
            ),
            (
                web_call(transcript_object=[{"role": "user", "words": []}]),
                "member",
                ("`content` is missing", "present", "absent", "/transcript_object/0/content"),
            ),
            (
                phone_call(call_type=GONE),
                "call-type",
                ("`call_type` is missing", "present", "absent", "/call_type"),
            ),
            (
                web_call(call_type="video"),
                "call-type",
                ("`call_type` has a value that is not documented", "one of web_call, phone_call", 'string "video"',
                 "/call_type"),
            ),
            (
                web_call(access_token=GONE),
                "token",
                ("`access_token` is missing", "present", "absent", "/access_token"),
            ),
            (
                web_call(access_token=""),
                "token",
                ("`access_token` is not what its schema says", "at least 1 characters", 'string ""', "/access_token"),
            ),
            (
                phone_call(from_number=GONE),
                "phone-fields",
                ("`from_number` is missing", "present", "absent", "/from_number"),
            ),
            (
                phone_call(direction=None),
                "phone-fields",
                ("`direction` is null", "one of inbound, outbound", "null", "/direction"),
            ),
            (
                phone_call(direction="up"),
                "enum",
                ("`direction` has a value that is not documented", "one of inbound, outbound", 'string "up"',
                 "/direction"),
            ),
        ],
    )  # fmt: skip
    def test_one_defect_is_told_under_one_part_with_its_pointer(self, call, part, expected):
        assert said(shape(call, part)) == [expected]
        assert parts_broken_by(call) == {part}

    def test_in_a_list_the_pointer_leads_to_the_item(self):
        exchange = listed([web_call(), web_call(agent_id=None)])
        assert [each.pointer for each in judged("call-shape", exchange, part="identity")] == ["/1/agent_id"]

    def test_a_timestamp_is_left_to_its_own_check(self):
        assert parts_broken_by(phone_call(start_timestamp="soon")) == {"timestamp"}

    def test_a_call_of_no_kind_is_not_asked_for_the_fields_of_one(self):
        assert parts_broken_by(web_call(call_type=GONE, access_token=GONE)) == {"call-type"}

    def test_unknown_fields_are_nobodys_business(self):
        assert parts_broken_by(web_call(brand_new={"x": None})) == set()

    def test_a_growing_list_warns_unless_the_edition_was_chosen(self):
        call = web_call(call_status="gone")
        assert [each.level for each in shape(call, "growing")] == [Level.SHOULD]
        assert [each.level for each in shape(call, "growing", chosen=True)] == [None]

    def test_what_was_not_given_to_register_phone_call_is_only_warned_about(self):
        call = phone_call(from_number=GONE, to_number=GONE)
        body = {"agent_id": "agent_1", "to_number": TO}
        exchange = created(call, operation="register-phone-call", body=body)
        told = {each.pointer: each.level for each in judged("call-shape", exchange, part="phone-fields")}
        assert told == {"/from_number": Level.SHOULD, "/to_number": None}

    def test_it_does_not_apply_to_refusals_or_to_answers_without_a_call(self):
        assert judged("call-shape", created({"status": "error"}, 400), part="type") is None
        assert judged("call-shape", created([web_call()]), part="type") is None
        assert judged("call-shape", listed([]), part="type") is None


class TestTimestampsAreMilliseconds:
    @pytest.mark.parametrize("value", [START_MS, float(START_MS), None])
    def test_whole_milliseconds_are_accepted(self, value):
        assert judged("timestamps", fetched(phone_call(start_timestamp=value))) == []

    @pytest.mark.parametrize(
        ("value", "message", "actual"),
        [
            (1_714_608_475, "`start_timestamp` looks like seconds", "integer 1714608475"),
            (1_714_608_475_945.5, "`start_timestamp` is no time in milliseconds", "number 1714608475945.5"),
            ("2024-05-02", "`start_timestamp` is no time in milliseconds", 'string "2024-05-02"'),
            (True, "`start_timestamp` is no time in milliseconds", "true"),
            (0, "`start_timestamp` is no time in milliseconds", "integer 0"),
            (-5, "`start_timestamp` is no time in milliseconds", "integer -5"),
        ],
    )
    def test_anything_else_is_reported(self, value, message, actual):
        expected = (message, "whole milliseconds since 1970, as in 1714608475945", actual, "/start_timestamp")
        assert said(judged("timestamps", fetched(phone_call(start_timestamp=value)))) == [expected]

    def test_a_field_that_nobody_documents_is_left_alone(self):
        assert judged("timestamps", fetched(web_call(my_timestamp="soon"))) == []

    def test_it_does_not_apply_without_a_call(self):
        assert judged("timestamps", listed([])) is None


class TestNoFieldsOfTheOtherKind:
    WEB = {"type": "web_call", "fields": ["from_number", "to_number", "direction"]}  # noqa: RUF012 - only read

    def test_a_call_of_its_own_kind_is_accepted(self):
        assert judged("foreign-fields", fetched(web_call()), **self.WEB) == []

    def test_each_foreign_field_is_reported(self):
        mismatches = judged("foreign-fields", fetched(web_call(from_number=FROM, direction="inbound")), **self.WEB)
        assert said(mismatches) == [
            ("a web_call carries `from_number`", "absent", f'string "{FROM}"', "/from_number"),
            ("a web_call carries `direction`", "absent", 'string "inbound"', "/direction"),
        ]

    def test_a_null_is_only_warned_about(self):
        (mismatch,) = judged("foreign-fields", fetched(web_call(to_number=None)), **self.WEB)
        assert (mismatch.actual, mismatch.level) == ("null", Level.SHOULD)

    def test_only_calls_of_the_kind_are_looked_at(self):
        exchange = listed([phone_call(), web_call(to_number=TO)])
        assert [each.pointer for each in judged("foreign-fields", exchange, **self.WEB)] == ["/1/to_number"]

    def test_it_does_not_apply_to_the_other_kind_alone(self):
        assert judged("foreign-fields", fetched(phone_call()), **self.WEB) is None


class TestRemovedFieldIsAbsent:
    def ask(self, call):
        return judged("removed-field", fetched(call), field="sample_rate")

    def test_a_call_without_it_is_accepted(self):
        assert self.ask(web_call()) == []

    @pytest.mark.parametrize(("value", "actual"), [(8000, "integer 8000"), (None, "null")])
    def test_it_is_reported_even_as_null(self, value, actual):
        assert said(self.ask(web_call(sample_rate=value))) == [
            ("`sample_rate` is still there", "absent", actual, "/sample_rate")
        ]

    @pytest.mark.parametrize(
        ("changes", "pointer", "level"),
        [
            ({"latency": {"e2e": {"sample_rate": 1}}}, "/latency/e2e/sample_rate", None),
            ({"transcript_object": [{}, {"sample_rate": 1}]}, "/transcript_object/1/sample_rate", None),
            ({"brand_new": {"sample_rate": 1}}, "/brand_new/sample_rate", Level.SHOULD),
            ({"a/b": {"c~d": {"sample_rate": 1}}}, "/a~1b/c~0d/sample_rate", Level.SHOULD),
        ],
    )
    def test_inside_other_objects_too_more_mildly_where_nobody_documents_them(self, changes, pointer, level):
        (mismatch,) = self.ask(web_call(**changes))
        assert (mismatch.pointer, mismatch.level) == (pointer, level)

    @pytest.mark.parametrize(
        "changes",
        [
            {"metadata": {"sample_rate": 1}},
            {"retell_llm_dynamic_variables": {"sample_rate": "1"}},
            {"call_analysis": {"custom_analysis_data": {"sample_rate": 1}}},
            {"transcript": "the sample_rate of this call"},
        ],
    )
    def test_the_users_own_data_is_not_searched(self, changes):
        assert self.ask(web_call(**changes)) == []

    def test_it_does_not_apply_without_a_call(self):
        assert judged("removed-field", listed([]), field="sample_rate") is None


class TestCreatesTheRightType:
    def test_the_right_one_is_accepted(self):
        assert judged("creates-type", created(), type="web_call") == []

    def test_the_other_is_reported(self):
        assert said(judged("creates-type", created(phone_call()), type="web_call")) == [
            ("create-web-call made a phone_call", "web_call", "phone_call", "/call_type")
        ]

    def test_a_value_that_is_neither_is_told_elsewhere(self):
        assert judged("creates-type", created(web_call(call_type="video")), type="web_call") == []

    def test_it_does_not_apply_without_a_type(self):
        assert judged("creates-type", created(web_call(call_type=GONE)), type="web_call") is None


class TestDialledCallsAreOutbound:
    def ask(self, **changes):
        body = {"from_number": FROM, "to_number": TO}
        return judged("outbound", created(phone_call(**changes), operation="create-phone-call", body=body))

    def test_outbound_is_accepted(self):
        assert self.ask() == []

    def test_inbound_is_reported(self):
        assert said(self.ask(direction="inbound")) == [
            ("a call that was just dialled says that it is inbound", "outbound", "inbound", "/direction")
        ]

    def test_it_does_not_apply_without_a_direction(self):
        assert self.ask(direction=GONE) is None


class TestTheCallThatWasAskedFor:
    def test_the_same_id_is_accepted(self):
        assert judged("same-call", fetched(web_call())) == []

    def test_another_is_reported(self):
        assert said(judged("same-call", fetched(web_call(), call_id="call_other"))) == [
            (
                "another call was answered than the one that was asked for",
                "call_id call_other",
                "call_id call_web",
                "/call_id",
            )
        ]

    def test_an_id_that_is_missing_or_no_string_is_told_elsewhere(self):
        assert judged("same-call", fetched(web_call(call_id=5), call_id="call_other")) == []

    def test_it_does_not_apply_to_a_refusal(self):
        case = cases().valid("get-call", title="a call", call_id="call_1", known=True)
        assert judged("same-call", answered(case, 422, {"status": "error"})) is None
