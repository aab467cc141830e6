"""Webhooks that a server sends: what is reported, and what is left alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from delivered import NOW_MS, delivered
from exchanges import GONE, contract, judged, phone_call, related, said, web_call

from conformance.checks import Verdicts
from conformance.contract.schemas import editions
from conformance.model import Level, Outcome

EXAMPLES = json.loads((Path(__file__).parents[1] / "contract" / "examples" / "valid.json").read_text(encoding="utf-8"))
WEBHOOKS = [each for each in EXAMPLES if each["schema"] == "webhook"]
ANALYSIS = {"call_summary": "They talked."}


def level_of(mismatches):
    (mismatch,) = mismatches
    return mismatch.level


class TestDocumentedSamples:
    @pytest.mark.parametrize("edition", [each.id for each in editions()])
    def test_none_of_them_fails_anything(self, edition):
        verdicts = Verdicts(contract(edition, chosen=True), lambda _: "")
        samples = [each["value"] for each in WEBHOOKS if edition in each["editions"]]
        for value in samples:
            call = value.get("call", value.get("data"))
            verdicts.take(delivered(value["event"], call, body=value))
        verdicts.conclude()
        results = verdicts.results({})
        assert samples
        assert [each.requirement.id for each in results if each.outcome is Outcome.FAILED] == []
        assert "HOOK-001" in [each.requirement.id for each in results if each.cases == len(samples)]

    def test_requirements_on_answers_alone_are_not_judged_on_them(self):
        verdicts = Verdicts(contract(), lambda _: "")
        verdicts.take(delivered("call_ended", web_call(call_status="registered", end_timestamp=5, access_token=GONE)))
        judged_too = {each.requirement.id for each in verdicts.results({}) if each.cases}
        assert judged_too.isdisjoint({"SPLIT-004", "LIFE-003", "LIFE-004", "LIFE-006", "SEQ-004", "OPS-003"})
        assert judged_too >= {"SPLIT-001", "SPLIT-006", "REM-001", "OBJ-001", "OBJ-007", "HOOK-003"}


class TestEnvelope:
    def test_a_post_of_an_event_is_accepted(self):
        assert judged("delivery-envelope", delivered()) == []

    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            ({"method": "PUT"}, ("a webhook comes by another method", "POST", "PUT", "")),
            ({"body": b"event=x"}, ("the body of a webhook is no JSON object", "a JSON object", "no JSON", "")),
            ({"body": [1]}, ("the body of a webhook is no JSON object", "a JSON object", "array of 1", "")),
            (
                {"body": {"call": {}}},
                ("a webhook does not say what happened", "a text under `event`", "absent", "/event"),
            ),
            (
                {"body": {"event": None}},
                ("a webhook does not say what happened", "a text under `event`", "null", "/event"),
            ),
        ],
    )
    def test_anything_else_is_reported(self, changes, expected):
        assert said(judged("delivery-envelope", delivered(**changes))) == [expected]

    def test_answers_and_webhooks_of_chats_are_no_deliveries_to_judge(self):
        assert judged("delivery-envelope", delivered("chat_ended")) is None
        assert judged("delivery-envelope", delivered("call_inbound")) is None

    @pytest.mark.parametrize("kind", ["application/json", "application/json; charset=utf-8", "application/hook+json"])
    def test_a_content_type_that_says_json_is_accepted(self, kind):
        assert judged("delivery-content-type", delivered(headers=(("Content-Type", kind),))) == []

    def test_another_one_is_reported(self):
        assert said(judged("delivery-content-type", delivered(headers=(("content-type", "text/plain"),)))) == [
            ("the content type of a webhook does not say JSON", "application/json", "text/plain", "")
        ]


class TestTheCall:
    def test_an_object_is_accepted_with_data_beside_it(self):
        body = {"event": "call_ended", "call": phone_call(), "data": {"call_id": "x"}}
        assert judged("delivery-has", delivered(body=body), member="call") == []

    @pytest.mark.parametrize(
        ("body", "message", "actual"),
        [
            ({"data": {}}, "`data` stands alone", "absent"),
            ({}, "`call` is missing", "absent"),
            ({"call": "call_1"}, "`call` is no object", 'string "call_1"'),
        ],
    )
    def test_anything_else_is_reported(self, body, message, actual):
        found = judged("delivery-has", delivered(body={"event": "call_ended", **body}), member="call")
        assert said(found) == [(message, "the call object under `call`", actual, "/call")]
        assert level_of(found) is None

    def test_an_event_that_nobody_documents_may_lack_it(self):
        found = judged("delivery-has", delivered("number_bought", body={"event": "number_bought"}), member="call")
        assert level_of(found) is Level.SHOULD


class TestTheEvent:
    @pytest.mark.parametrize(
        ("edition", "chosen", "event", "level"),
        [
            ("v2", False, "callEnded", Level.SHOULD),
            ("v2", True, "callEnded", None),
            ("v2-2025", True, "transfer_started", Level.SHOULD),
        ],
    )
    def test_an_unknown_name_fails_only_against_an_edition_that_was_chosen(self, edition, chosen, event, level):
        found = judged("delivery-event", delivered(event), edition=edition, chosen=chosen)
        assert found[0].message == "an event has a name that is not documented"
        assert found[0].actual == f'string "{event}"'
        assert level_of(found) is level

    def test_a_documented_one_is_accepted(self):
        assert judged("delivery-event", delivered("transfer_started")) == []

    @pytest.mark.parametrize(
        ("event", "member", "value", "level"),
        [
            ("call_ended", "event_timestamp", "yesterday", Level.SHOULD),
            ("transfer_started", "transfer_option", "warm", None),
            ("transfer_started", "transfer_option", None, Level.SHOULD),
            ("transcript_updated", "transcript_with_tool_calls", "Hello", None),
        ],
    )
    def test_what_stands_beside_the_call_has_its_form(self, event, member, value, level):
        body = {"event": event, "call": phone_call(), member: value}
        found = judged("delivery-members", delivered(event, body=body), warn=["event_timestamp"])
        assert [(each.pointer, each.message) for each in found] == [
            (f"/{member}", f"`{member}` beside the call is not what its schema says")
        ]
        assert level_of(found) is level

    def test_what_nobody_documents_beside_the_call_is_left_alone(self):
        body = {"event": "call_ended", "call": {"call_id": 5}, "trace": 5}
        assert judged("delivery-members", delivered(body=body), warn=[]) is None
        right = {"event": "call_ended", "call": {"call_id": 5}, "event_timestamp": NOW_MS}
        assert judged("delivery-members", delivered(body=right), warn=[]) == []

    def test_an_event_carries_what_it_tells_of_beside_the_call_or_in_it(self):
        members = {"members": {"transfer_started": "transfer_destination"}}
        beside = {"event": "transfer_started", "call": phone_call(), "transfer_destination": {"number": "+1"}}
        assert judged("event-carries", delivered("transfer_started", body=beside), **members) == []
        inside = phone_call(transfer_destination="+1")
        assert judged("event-carries", delivered("transfer_started", inside), **members) == []
        assert said(judged("event-carries", delivered("transfer_started"), **members)) == [
            (
                "`transfer_started` has no `transfer_destination`",
                "beside the call, or in it",
                "absent",
                "/transfer_destination",
            )
        ]
        hidden = phone_call(opt_out_sensitive_data_storage=True)
        assert judged("event-carries", delivered("transfer_started", hidden), **members) is None


class TestTheSignature:
    def wrong(self, problem, **more):
        return delivered(signature={"problem": problem, "genuine": False, **more})

    def test_a_right_one_is_accepted(self):
        for name in ("delivery-signed", "signature-form", "signature-fresh"):
            assert judged(name, delivered()) == []
        assert related("signature-digest", [delivered()]) == []

    def test_none_is_reported_once(self):
        missing = self.wrong("missing", timestamp_ms=None, age_ms=None)
        assert said(judged("delivery-signed", missing)) == [
            ("a webhook is not signed", "the header x-retell-signature", "absent", "")
        ]
        assert judged("signature-form", missing) is None
        assert judged("signature-fresh", missing) is None
        assert related("signature-digest", [missing]) is None

    def test_another_form_is_reported_without_what_it_says(self):
        told = delivered(
            headers=(("X-Retell-Signature", "sha256=ABCDEF"),),
            signature={"problem": "malformed", "genuine": False},
        )
        assert said(judged("signature-form", told)) == [
            (
                "the signature has another form",
                "v=<milliseconds>,d=<64 lower-case hex digits>",
                "sha256=<6 other text>",
                "",
            )
        ]

    def test_a_wrong_digest_is_reported(self):
        found = related("signature-digest", [self.wrong("wrong digest")])
        assert found[0].message == "the digest of a webhook is not that of its body"
        assert level_of(found) is None

    def test_where_another_key_may_sign_it_only_warns(self):
        unsure = delivered(sure_key=False, signature={"problem": "wrong digest", "genuine": False})
        found = related("signature-digest", [unsure])
        assert found[0].message == (
            "the digest of a webhook is not that of its body with this key: only the key with the webhook badge signs;"
            " name its variable with --webhook-key-env NAME"
        )
        assert level_of(found) is Level.SHOULD
        assert level_of(related("signature-digest", [unsure, delivered(sure_key=False)])) is None

    @pytest.mark.parametrize(
        ("problem", "signature", "message", "actual"),
        [
            (
                "in seconds",
                {"timestamp_ms": 1714608475, "age_ms": 10**12},
                "the timestamp of the signature looks like seconds",
                "v=1714608475",
            ),
            ("stale", {"age_ms": 300_001}, "the timestamp of the signature is too old", "300 s old"),
            ("future", {"age_ms": -400_000}, "the timestamp of the signature lies ahead", "400 s ahead"),
        ],
    )
    def test_a_wrong_time_is_reported(self, problem, signature, message, actual):
        late = delivered(signature={"problem": problem, **signature})
        assert said(judged("signature-fresh", late)) == [
            (message, "milliseconds since 1970, at most 300 s from the time of arrival", actual, "")
        ]

    def test_the_time_is_not_judged_where_the_digest_is_wrong(self):
        assert judged("signature-fresh", self.wrong("wrong digest", age_ms=10**9)) is None


class TestTheStateOfTheCall:
    def test_an_end_without_analysis_is_accepted(self):
        assert judged("no-analysis-yet", delivered("call_ended", phone_call(call_analysis=None))) == []

    def test_an_end_with_analysis_is_reported(self):
        found = judged("no-analysis-yet", delivered("call_ended", phone_call(call_analysis=ANALYSIS)))
        assert said(found) == [
            (
                "`call_ended` already has `call_analysis`",
                "absent until `call_analyzed`",
                "object with 1 members",
                "/call/call_analysis",
            )
        ]

    def test_what_is_sent_again_may_have_been_written_anew(self):
        again = delivered("call_ended", phone_call(call_analysis=ANALYSIS), attempt=2)
        assert judged("no-analysis-yet", again) is None

    @pytest.mark.parametrize(
        ("changes", "level"),
        [
            ({"transcript": "Agent: hello"}, None),
            ({"transcript": "Agent: hello", "call_analysis": None}, None),
            ({"transcript": "Agent: hello", "data_storage_setting": "everything_except_pii"}, Level.SHOULD),
            ({"call_status": "not_connected"}, Level.SHOULD),
            ({}, Level.SHOULD),
        ],
    )
    def test_an_analysis_that_is_missing_is_reported(self, changes, level):
        found = judged("analysis-is-there", delivered("call_analyzed", phone_call(**changes)))
        assert found[0].message == "`call_analyzed` has no `call_analysis`"
        assert level_of(found) is level

    def test_an_analysis_is_accepted(self):
        assert judged("analysis-is-there", delivered("call_analyzed", phone_call(call_analysis=ANALYSIS))) == []

    @pytest.mark.parametrize(
        ("event", "status", "wrong"),
        [
            ("call_ended", "ended", False),
            ("call_ended", "registered", False),
            ("call_ended", "ongoing", True),
            ("call_analyzed", "registered", True),
            ("call_analyzed", "not_connected", False),
        ],
    )
    def test_the_status_fits_the_event(self, event, status, wrong):
        found = judged("status-fits-event", delivered(event, phone_call(call_status=status)))
        assert [each.message for each in found] == ([f"`{event}` tells of a call that is {status}"] if wrong else [])
