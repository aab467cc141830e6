"""What is accepted, what is refused, and what comes back of it."""

from __future__ import annotations

import pytest
from exchanges import FROM, GONE, TO, answered, cases, created, fetched, judged, phone_call, said, web_call

from conformance.model import Flaw, Level

MAKE = cases()
ERROR = {"status": "error", "message": "No."}
FIRM = Flaw(kind="missing", pointer="/agent_id", text="agent_id is missing", required=True)
DOUBTFUL = Flaw(kind="null", pointer="/metadata", text="metadata is null", firm=False)


def wrong(status, flaw=FIRM, body=ERROR):
    return answered(MAKE.invalid("create-web-call", {}, flaw), status, body)


class TestWrongBodyIsRefused:
    @pytest.mark.parametrize("status", [400, 404, 409, 415, 418, 422])
    def test_a_refusal_is_accepted(self, status):
        if status in {404, 409}:
            assert judged("refused", wrong(status)) is None
        else:
            assert judged("refused", wrong(status)) == []

    @pytest.mark.parametrize("status", [200, 201, 204])
    def test_a_success_is_reported(self, status):
        assert said(judged("refused", wrong(status, body=web_call()))) == [
            ("accepted although agent_id is missing", "status 400 or 422", f"status {status}", "")
        ]

    @pytest.mark.parametrize("status", [302, 401, 402, 403, 405, 410, 429, 500, 501])
    def test_it_does_not_apply_where_the_body_may_not_have_been_judged(self, status):
        assert judged("refused", wrong(status)) is None

    @pytest.mark.parametrize(
        ("given", "flaw", "applies"),
        [
            ({}, FIRM, True),
            ({"kinds": ["missing"]}, FIRM, True),
            ({"kinds": ["null", "wrong-type"]}, FIRM, False),
            ({"firm": True}, FIRM, True),
            ({"firm": True}, DOUBTFUL, False),
            ({"firm": False}, DOUBTFUL, True),
            ({"required": True}, FIRM, True),
            ({"required": False}, FIRM, False),
            ({"kinds": ["missing"], "firm": True, "required": True}, FIRM, True),
        ],
    )
    def test_a_requirement_names_the_flaws_that_it_is_about(self, given, flaw, applies):
        assert (judged("refused", wrong(201, flaw), **given) is not None) is applies

    def test_it_does_not_apply_to_a_valid_body(self):
        assert judged("refused", created()) is None


class TestRefusalHasADocumentedStatus:
    @pytest.mark.parametrize("status", [400, 422])
    def test_a_documented_one_is_accepted(self, status):
        assert judged("refusal-status", wrong(status), statuses=[400, 422]) == []

    @pytest.mark.parametrize("status", [403, 409, 415])
    def test_another_is_reported(self, status):
        assert said(judged("refusal-status", wrong(status), statuses=[400, 422])) == [
            (f"refused with {status}", "status 400 or status 422", f"status {status}", "")
        ]

    @pytest.mark.parametrize("status", [201, 401, 402, 404, 429, 500])
    def test_it_does_not_apply_to_what_is_no_refusal_of_the_body(self, status):
        assert judged("refusal-status", wrong(status), statuses=[400, 422]) is None


class TestValidBodyIsAccepted:
    def ask(self, status, body=ERROR, **facts):
        case = MAKE.valid("create-web-call", {"agent_id": "agent_1"}, title="the smallest body", **facts)
        return judged("valid-is-accepted", answered(case, status, body))

    @pytest.mark.parametrize("status", [200, 201, 204])
    def test_any_success_is_accepted(self, status):
        assert self.ask(status) == []

    @pytest.mark.parametrize(
        ("body", "actual"),
        [
            (ERROR, "status 422: No."),
            ({"message": 5}, "status 422"),
            ({"message": "x" * 200}, "status 422"),
            (b"no", "status 422"),
        ],
    )
    def test_a_refusal_is_reported_once_agent_and_number_are_known_to_work(self, body, actual):
        (mismatch,) = self.ask(422, body, proven=True, field="metadata")
        assert said([mismatch]) == [
            ("refused although the contract calls it valid: the smallest body", "a 2xx", actual, "")
        ]
        assert mismatch.cause == "metadata"

    @pytest.mark.parametrize("status", [302, 415, 418])
    def test_what_no_agent_or_number_explains_is_reported_at_once(self, status):
        assert len(self.ask(status)) == 1

    def test_a_list_that_is_not_found_is_reported_once_there_were_lists(self):
        criteria = {"filter_criteria": {"call_type": ["web_call"]}}
        for served, said_of_it in ((True, ["status 404: No."]), (False, None)):
            case = MAKE.listing(criteria, title="a list filtered by call_type", served=served)
            found = judged("valid-is-accepted", answered(case, 404, ERROR))
            assert (found and [each.actual for each in found]) == said_of_it

    @pytest.mark.parametrize("status", [400, 404, 422])
    def test_an_agent_that_nobody_has_may_be_a_reason_to_refuse_a_list(self, status):
        criteria = {"filter_criteria": {"agent_id": ["agent_of_nobody"]}}
        case = MAKE.listing(criteria, title="a list filtered by agent_id", served=True, proven=False)
        assert judged("valid-is-accepted", answered(case, status, ERROR)) is None

    @pytest.mark.parametrize("status", [400, 422, 401, 402, 403, 404, 409, 429, 500, 503])
    def test_it_does_not_apply_where_the_account_may_be_the_reason(self, status):
        assert self.ask(status) is None


PHONE = {"from_number": FROM, "to_number": TO}


class TestWhatWasGivenComesBack:
    def ask(self, given, operation="create-web-call", **shown):
        body = {"agent_id": "agent_1", **given} if operation != "create-phone-call" else {**PHONE, **given}
        call = (web_call if operation == "create-web-call" else phone_call)(**shown)
        return judged("echo", created(call, operation=operation, body=body))

    @pytest.mark.parametrize(
        ("given", "shown"),
        [
            ({}, {}),
            ({"metadata": {}}, {}),
            ({"metadata": {"a": [1, {"b": None}], "ä": "你"}}, {"metadata": {"ä": "你", "a": [1.0, {"b": None}]}}),
            ({"retell_llm_dynamic_variables": {"a": "1"}}, {"retell_llm_dynamic_variables": {"a": "1", "own": "x"}}),
            ({"opt_out_sensitive_data_storage": True}, {}),
        ],
    )
    def test_the_same_values_are_accepted(self, given, shown):
        assert self.ask(given, **shown) == []

    @pytest.mark.parametrize(
        ("given", "shown", "expected"),
        [
            (
                {"metadata": {"a": 1}},
                {},
                ("`metadata` does not come back as it was given", "object with 1 members", "absent", "/metadata"),
            ),
            (
                {"metadata": {"a": 1}},
                {"metadata": {"a": True}},
                ("`metadata` does not come back as it was given", "object with 1 members", "object with 1 members",
                 "/metadata"),
            ),
            (
                {"retell_llm_dynamic_variables": {"a": "1"}},
                {"retell_llm_dynamic_variables": {}},
                ("`retell_llm_dynamic_variables` does not come back as it was given", 'string "1"', "absent",
                 "/retell_llm_dynamic_variables/a"),
            ),
            (
                {},
                {"agent_id": "agent_2"},
                ("`agent_id` does not come back as it was given", 'string "agent_1"', 'string "agent_2"', "/agent_id"),
            ),
        ],
    )  # fmt: skip
    def test_what_is_lost_or_changed_is_reported(self, given, shown, expected):
        assert said(self.ask(given, **shown)) == [expected]

    def test_an_overriding_agent_is_the_agent_of_the_call(self):
        given = {"override_agent_id": "agent_9"}
        assert self.ask(given, "create-phone-call", agent_id="agent_9") == []
        assert [each.pointer for each in self.ask(given, "create-phone-call")] == ["/agent_id"]

    def test_numbers_are_only_looked_for_on_a_phone_call(self):
        given = {"from_number": FROM}
        assert self.ask(given, "register-phone-call", call_type="web_call", from_number=GONE) == []
        assert [each.pointer for each in self.ask(given, "register-phone-call", from_number=TO)] == ["/from_number"]

    def test_it_does_not_apply_to_a_refusal_or_to_a_body_that_is_no_object(self):
        assert judged("echo", created(ERROR, 400)) is None
        assert judged("echo", created(body=[])) is None


OVER = {"call_status": "ended", "end_timestamp": 5_000, "duration_ms": 4_000, "disconnection_reason": "user_hangup"}


class TestGetAgreesWithEarlier:
    def test_the_same_is_accepted_whatever_went_on(self):
        later = web_call(call_status="ended", metadata={}, start_timestamp=5)
        assert judged("agrees-with-earlier", fetched(later, created=web_call())) == []

    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            (
                {"agent_id": "agent_2"},
                ("get-call shows another `agent_id` than the answer that made or changed it", 'string "agent_1"',
                 'string "agent_2"', "/agent_id"),
            ),
            (
                {"metadata": {"a": 1}},
                ("get-call shows another `metadata` than the answer that made or changed it", "object with 2 members",
                 "object with 1 members", "/metadata"),
            ),
        ],
    )  # fmt: skip
    def test_another_value_is_reported(self, changes, expected):
        created = web_call(metadata={"a": 1, "b": 2})
        shown = {"metadata": {"a": 1, "b": 2}, **changes}
        assert said(judged("agrees-with-earlier", fetched(web_call(**shown), created=created))) == [expected]

    def test_metadata_that_somebody_added_meanwhile_accuses_nobody(self):
        created, shown = web_call(metadata={"a": 1}), web_call(metadata={"a": 1, "tag": "theirs"})
        assert judged("agrees-with-earlier", fetched(shown, created=created)) == []

    def test_a_list_is_only_held_against_it_when_asked_for_the_last_time(self):
        later = web_call(agent_id="agent_2")
        assert judged("agrees-with-earlier", fetched(later, listed=web_call(), last=False)) is None
        (mismatch,) = judged("agrees-with-earlier", fetched(later, listed=web_call(), last=True))
        assert mismatch.message == "get-call shows another `agent_id` than list-calls"
        assert judged("agrees-with-earlier", fetched(web_call(), listed=web_call(), last=False)) == []

    @pytest.mark.parametrize(
        ("field", "value", "actual"),
        [
            ("end_timestamp", 6_000, "integer 6000"),
            ("duration_ms", 4_001, "integer 4001"),
            ("disconnection_reason", "agent_hangup", 'string "agent_hangup"'),
        ],
    )
    def test_another_end_of_a_call_that_was_over_only_warns(self, field, value, actual):
        listed, shown = web_call(**OVER), web_call(**{**OVER, field: value})
        assert judged("agrees-with-earlier", fetched(shown, listed=listed, last=False)) is None
        (mismatch,) = judged("agrees-with-earlier", fetched(shown, listed=listed, last=True))
        assert (mismatch.pointer, mismatch.actual, mismatch.level) == (f"/{field}", actual, Level.SHOULD)

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ({"call_status": "ongoing", "duration_ms": 1}, {}),
            ({"call_status": "not_connected"}, {"duration_ms": 7}),
            ({}, {"duration_ms": None}),
            ({"end_timestamp": 5_000.0}, {}),
            ({}, {"duration_ms": "4001"}),
            ({}, {"duration_ms": 4_000.5}),
            ({}, {"duration_ms": 4}),
            ({}, {"duration_ms": -4_000}),
            ({"start_timestamp": 1_000}, {"start_timestamp": 1_000, "end_timestamp": 900}),
        ],
    )
    def test_an_end_that_came_meanwhile_or_is_told_wrong_elsewhere_accuses_nobody(self, before, after):
        listed, shown = web_call(**{**OVER, **before}), web_call(**{**OVER, **after})
        assert judged("agrees-with-earlier", fetched(shown, listed=listed, last=True)) == []

    def test_another_call_is_told_elsewhere(self):
        shown = web_call(call_id="call_other", agent_id="agent_2")
        assert judged("agrees-with-earlier", fetched(shown, call_id="call_web", created=web_call())) == []

    def test_it_does_not_apply_where_nothing_was_seen_before(self):
        assert judged("agrees-with-earlier", fetched(web_call())) is None


def test_a_doubtful_flaw_is_as_grave_as_its_requirement():
    assert [each.level for each in judged("refused", wrong(201, DOUBTFUL))] == [None]
    assert Level.MUST != Level.SHOULD
