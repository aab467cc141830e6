"""Statuses and the form of an answer."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from exchanges import GONE, answered, cases, created, fetched, judged, listed, related, said, web_call

from conformance.model import Flaw, Level

MAKE = cases()
ERROR = {"status": "error", "message": "No."}
FLAW = Flaw(kind="missing", pointer="/agent_id", text="agent_id is missing")


def refused(status, body=ERROR, **settings):
    return answered(MAKE.invalid("create-web-call", {}, FLAW), status, body, **settings)


class TestSuccessHasItsStatus:
    def test_the_documented_one_is_accepted(self):
        assert judged("success-status", created(), warn=[200]) == []

    def test_another_is_reported(self):
        (mismatch,) = judged("success-status", created(status=202), warn=[200])
        assert said([mismatch]) == [("create-web-call answers 202", "status 201", "status 202", "")]
        assert mismatch.level is None

    def test_one_that_is_seen_in_use_is_only_warned_about(self):
        (mismatch,) = judged("success-status", created(status=200), warn=[200])
        assert mismatch.level is Level.SHOULD

    def test_a_body_where_none_is_documented_is_reported(self):
        case = MAKE.valid("delete-call", title="a deletion", call_id="call_1")
        assert judged("success-status", answered(case, 204), warn=[], empty=True) == []
        mismatches = judged("success-status", answered(case, 204, b"{}"), warn=[], empty=True)
        assert said(mismatches) == [("delete-call answers 204 with a body", "no body", "2 bytes", "")]

    def test_it_does_not_apply_to_a_refusal_or_to_a_wrong_body(self):
        assert judged("success-status", created(ERROR, 400), warn=[]) is None
        assert judged("success-status", refused(200), warn=[]) is None


class TestUnknownCallIsRefused:
    def ask(self, status, body=ERROR):
        return judged("unknown-call", answered(MAKE.unknown_call("get-call", "call_none"), status, body))

    @pytest.mark.parametrize("status", [422, 400, 401, 403, 429, 500, 503])
    def test_422_and_what_says_something_else_are_accepted(self, status):
        assert self.ask(status) == []

    def test_404_is_only_warned_about(self):
        (mismatch,) = self.ask(404)
        assert said([mismatch]) == [("a call id that does not exist is answered 404", "status 422", "status 404", "")]
        assert mismatch.level is Level.SHOULD

    def test_a_success_is_reported(self):
        (mismatch,) = self.ask(200, web_call())
        assert mismatch.message == "a call id that does not exist is accepted"
        assert mismatch.level is None

    def test_it_does_not_apply_where_there_is_no_such_operation_or_the_call_exists(self):
        assert self.ask(405) is None
        assert judged("unknown-call", fetched(web_call())) is None


class TestNoServerError:
    @pytest.mark.parametrize("status", [200, 302, 400, 429, 499])
    def test_anything_below_500_is_accepted(self, status):
        assert judged("no-server-error", refused(status)) == []

    @pytest.mark.parametrize("status", [500, 502, 503, 599])
    def test_a_server_error_is_reported_with_what_caused_it(self, status):
        (mismatch,) = judged("no-server-error", refused(status))
        assert said([mismatch]) == [
            (
                "a server error on a body in which agent_id is missing",
                "a 2xx for what is valid, a 4xx for what is not",
                f"status {status}",
                "",
            )
        ]
        assert mismatch.cause == "missing ['agent_id']"

    def test_on_a_valid_body_its_purpose_is_the_cause(self):
        (mismatch,) = judged("no-server-error", created(ERROR, 500))
        assert (mismatch.message, mismatch.cause) == ("a server error on a body", "valid")

    def test_it_does_not_apply_to_probes_of_v1_or_to_what_is_not_implemented(self):
        assert judged("no-server-error", answered(MAKE.probe("v1-list-calls", "GET", "/list-calls"), 500)) is None
        assert judged("no-server-error", refused(501)) is None


class TestAnswerIsJson:
    @pytest.mark.parametrize(
        "kind", ["application/json", "application/json; charset=utf-8", "APPLICATION/JSON", "application/problem+json"]
    )
    def test_json_that_says_so_is_accepted(self, kind):
        case = created().case
        assert judged("json-answer", answered(case, 201, web_call(), headers=[("Content-Type", kind)])) == []

    @pytest.mark.parametrize(
        ("body", "headers", "expected"),
        [
            (b"", [("content-type", "application/json")], ("the answer has no body", "JSON", "an empty body", "")),
            (
                b"{}",
                [("content-type", "text/html; x")],
                ("the content type does not say JSON", "application/json", "text/html", ""),
            ),
            (
                b"{}",
                [],
                ("the content type does not say JSON", "application/json", "no content type", ""),
            ),
            (
                b"<p>\nhello",
                [("content-type", "text/html")],
                ("the body is not JSON", "JSON", "'<p>'… (Expecting value: line 1 column 1 (char 0))", ""),
            ),
            (
                b'{"a": NaN}',
                [("content-type", "application/json")],
                ("the body is not JSON", "JSON", "NaN is no JSON number", ""),
            ),
            (
                b'{"a": -Infinity}',
                [("content-type", "application/json")],
                ("the body is not JSON", "JSON", "-Infinity is no JSON number", ""),
            ),
        ],
    )
    def test_anything_else_is_reported(self, body, headers, expected):
        assert said(judged("json-answer", answered(created().case, 201, body, headers))) == [expected]

    def test_an_error_that_is_json_must_say_so_too(self):
        mismatches = judged("json-answer", refused(400, headers=[("content-type", "text/plain")]))
        assert said(mismatches) == [("the content type does not say JSON", "application/json", "text/plain", "")]

    def test_it_does_not_apply_to_an_error_that_is_no_json_or_to_an_answer_without_a_body(self):
        assert judged("json-answer", refused(400, b"no")) is None
        deleted = MAKE.valid("delete-call", title="a deletion", call_id="call_1")
        assert judged("json-answer", answered(deleted, 204)) is None


class TestOperationExists:
    @pytest.mark.parametrize("status", [404, 405, 410, 501])
    def test_one_that_is_never_there_is_reported(self, status):
        mismatches = related("operation-exists", [created(ERROR, status), refused(status)])
        assert said(mismatches) == [
            (
                "there is no such operation here",
                "POST /v2/create-web-call to be served",
                f"status {status}",
                "",
            )
        ]

    @pytest.mark.parametrize("status", [200, 400, 401, 422, 429, 500])
    def test_a_single_other_answer_shows_that_it_is_there(self, status):
        assert related("operation-exists", [created(ERROR, 404), refused(status)]) == []

    def test_where_the_path_holds_an_id_only_calls_that_exist_tell_anything(self):
        case = MAKE.valid("get-call", title="a call", call_id="call_1")
        known = replace(case, facts={**case.facts, "known": True})
        assert related("operation-exists", [answered(case, 404)]) == []
        (mismatch,) = related("operation-exists", [answered(known, 404)])
        assert mismatch.expected == "GET /v2/get-call/{call_id} to be served"

    def test_the_vendor_may_retire_the_list(self):
        exchange = replace(listed(ERROR, status=410), url="https://api.retellai.com/v2/list-calls")
        (mismatch,) = related("operation-exists", [exchange])
        assert (mismatch.message, mismatch.level) == (
            "the vendor has retired this operation, as it announced for 2026-06-15",
            Level.SHOULD,
        )

    def test_it_does_not_apply_to_requests_without_a_key(self):
        stranger = MAKE.stranger("create-web-call", {}, credentials="none", authorization=None)
        assert related("operation-exists", [answered(stranger, 404)]) is None


class TestV1OperationIsGone:
    def ask(self, status, body, probe="v1-list-calls"):
        exchange = answered(MAKE.probe("v1-list-calls", "GET", "/list-calls"), status, body)
        return judged("v1-gone", exchange, probe=probe)

    @pytest.mark.parametrize(
        ("status", "body"),
        [(404, ERROR), (410, b""), (401, ERROR), (500, b""), (302, b""), (200, b"<html>"), (200, "OK"), (200, 1)],
    )
    def test_a_refusal_or_a_page_for_every_path_is_accepted(self, status, body):
        assert self.ask(status, body) == []

    @pytest.mark.parametrize(("body", "kind"), [([], "array"), ([web_call()], "array"), ({}, "object")])
    def test_an_answer_is_reported(self, body, kind):
        assert said(self.ask(200, body)) == [
            ("GET /list-calls still answers", "404, 405 or 410", f"status 200 with a JSON {kind}", "")
        ]

    def test_it_does_not_apply_to_another_operation(self):
        assert self.ask(200, [], probe="v1-get-call") is None


class TestErrorSaysWhatIsWrong:
    @pytest.mark.parametrize("status", [400, 401, 402, 403, 409, 422, 429])
    def test_a_message_is_accepted(self, status):
        assert judged("error-body", refused(status), keys=["message"]) == []

    def test_any_of_the_keys_will_do(self):
        exchange = refused(400, {"error_message": "No."})
        assert judged("error-body", exchange, keys=["error_message", "message"]) == []

    @pytest.mark.parametrize(
        ("body", "expected"),
        [
            (
                {"message": ""},
                ("the error body has no `message`", "a JSON object with a non-empty string `message`",
                 'string ""', "/message"),
            ),
            (
                {"message": " \n"},
                ("the error body has no `message`", "a JSON object with a non-empty string `message`",
                 'string " \\n"', "/message"),
            ),
            (
                {"message": ["No."]},
                ("the error body has no `message`", "a JSON object with a non-empty string `message`",
                 "array of 1", "/message"),
            ),
            (
                {"error": 1, "b": 2},
                ("the error body has no `message`", "a JSON object with a non-empty string `message`",
                 "an object with error, b", "/message"),
            ),
            (
                {},
                ("the error body has no `message`", "a JSON object with a non-empty string `message`",
                 "an object with no members", "/message"),
            ),
            (
                ["No."],
                ("the error body is no JSON object", "a JSON object with a non-empty string `message`",
                 "array of 1", ""),
            ),
            (
                b"",
                ("the error body is no JSON object", "a JSON object with a non-empty string `message`",
                 "an empty body", ""),
            ),
            (
                b"No",
                ("the error body is no JSON object", "a JSON object with a non-empty string `message`",
                 "application/json: 'No'", ""),
            ),
        ],
    )  # fmt: skip
    def test_a_body_without_one_is_reported(self, body, expected):
        assert said(judged("error-body", refused(400, body), keys=["message"])) == [expected]

    @pytest.mark.parametrize("status", [200, 404, 405, 418, 500, 501])
    def test_it_does_not_apply_to_statuses_that_are_not_documented_or_say_that_nothing_is_there(self, status):
        assert judged("error-body", refused(status, b""), keys=["message"]) is None


class TestErrorSaysThatItIsOne:
    def test_status_error_is_accepted(self):
        assert judged("error-status", refused(400)) == []

    @pytest.mark.parametrize(
        ("body", "actual"),
        [({"message": "No."}, "absent"), ({"status": 400}, "integer 400"), ({"status": "fail"}, 'string "fail"')],
    )
    def test_anything_else_is_reported(self, body, actual):
        mismatches = judged("error-status", refused(400, body))
        assert said(mismatches) == [("`status` is not `error`", 'string "error"', actual, "/status")]

    def test_it_does_not_apply_to_what_is_no_object(self):
        assert judged("error-status", refused(400, ["error"])) is None


class TestUnauthorizedIs401:
    def ask(self, status, credentials="none", *, operation="create-web-call", known=True, given=None):
        case = MAKE.stranger(
            operation,
            {},
            credentials=credentials,
            authorization=None,
            known=known,
            call_id="call_1" if operation == "get-call" else None,
        )
        return judged("unauthorized", answered(case, status, ERROR), credentials=given or credentials)

    @pytest.mark.parametrize("status", [401, 429, 500])
    def test_401_is_accepted_and_so_is_what_tells_nothing(self, status):
        assert self.ask(status) == []

    @pytest.mark.parametrize(
        ("credentials", "status", "message"),
        [
            ("none", 201, "a request without a key is accepted"),
            ("none", 403, "a request without a key is answered 403"),
            ("wrong", 400, "a request with a key that does not exist is answered 400"),
            ("malformed", 200, "a request with a malformed Authorization header is accepted"),
        ],
    )
    def test_anything_else_is_reported(self, credentials, status, message):
        (mismatch,) = self.ask(status, credentials)
        assert said([mismatch]) == [(message, "status 401", f"status {status}", "")]
        assert mismatch.level is None

    def test_a_malformed_header_may_be_a_bad_request(self):
        (mismatch,) = self.ask(400, "malformed")
        assert mismatch.level is Level.SHOULD

    def test_it_does_not_apply_to_other_credentials_or_to_a_missing_operation(self):
        assert self.ask(200, given="wrong") is None
        assert self.ask(404) is None
        assert self.ask(405) is None

    def test_a_call_that_may_not_exist_may_be_said_not_to_exist(self):
        assert self.ask(404, operation="get-call", known=False) is None
        assert self.ask(200, operation="get-call", known=False) != []
        assert self.ask(404, operation="get-call") != []


def test_an_answer_is_cut_where_it_is_quoted():
    long = web_call(call_status="x" * 500, access_token=GONE)
    (mismatch,) = judged("call-shape", created(long), part="growing")
    assert mismatch.actual == f"string {json.dumps('x' * 500)[:60]}…"
