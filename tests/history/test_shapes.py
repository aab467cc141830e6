"""What is remembered of the shapes of answers, and what never is."""

from __future__ import annotations

import json
import string
from dataclasses import replace

import pytest
from answered import PHONE, V2, WEB, delivery, exchange, seen
from drifting import shapes
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.errors import UsageError
from conformance.history.fingerprint import Fingerprint
from conformance.history.formats import NOT_SHOWN
from conformance.history.promises import promises
from conformance.model import Exchange, Flaw
from conformance.redact import Redactor


def paths(found, operation="list-calls", call_type="web_call", *, own=False):
    return found.groups[operation, call_type, own].paths


class TestWhatIsRemembered:
    def test_types_formats_values_and_presence_by_operation_and_call_type(self):
        found = paths(seen(exchange([WEB, PHONE])))
        assert found["/start_timestamp"].as_json() == {
            "types": {"integer": [1, 0]},
            "formats": {"ms since 1970": [1, 0]},
            "in": {"ended": [1, 0]},
        }
        assert found["/call_status"].values == {"ended": [1, 0]}
        assert found["/access_token"].formats == {"JWT": [1, 0]}
        assert "/from_number" not in found
        assert paths(seen(exchange([WEB, PHONE])), call_type="phone_call")["/from_number"].formats == {
            "E.164 number": [1, 0]
        }

    def test_user_data_stays_closed(self):
        found = paths(seen(exchange([WEB])))
        assert [path for path in found if path.startswith("/metadata")] == ["/metadata"]
        assert found["/metadata"].types == {"object": [1, 0]}

    def test_what_no_edition_knows_stays_closed(self):
        found = paths(seen(exchange([{**WEB, "participants": {"Maria Lopez": {"+14155550123": 1}}}])))
        assert found["/participants"].as_json() == {
            "types": {"object": [1, 0]},
            "in": {"ended": [1, 0]},
            "unknown": True,
        }

    @pytest.mark.parametrize("name", ["+14155550123", "Maria Lopez", "key_0123456789abcdef", "a/b", "x" * 65, ""])
    def test_a_name_that_might_be_personal_is_not_shown(self, name):
        found = paths(seen(exchange([{**WEB, name: 1}])))
        assert [path for path, each in found.items() if each.unknown] == [f"/{NOT_SHOWN}"]

    def test_null_beside_a_value(self):
        calls = [
            {**WEB, "call_id": f"call_{n:017}", "public_log_url": None if n % 2 else "https://x"} for n in range(4)
        ]
        assert paths(seen(exchange(calls)))["/public_log_url"].types == {"string": [2, 0], "null": [2, 1]}

    def test_a_call_is_an_example_of_what_it_is_first_to_show(self):
        calls = [{**WEB, "call_id": f"call_{n:017}", "agent_version": "1" if n == 2 else 1} for n in range(4)]
        group = seen(exchange(calls)).groups["list-calls", "web_call", False]
        assert group.paths["/agent_version"].types == {"integer": [3, 0], "string": [1, 1]}
        assert group.ids == ["call_00000000000000000", "call_00000000000000002"]

    def test_a_call_that_looks_the_same_counts_once(self):
        found = seen(*[exchange([WEB, PHONE])] * 3, exchange([{**WEB, "call_status": "ongoing"}]))
        trace = paths(found)["/call_id"]
        assert trace.seen == {"ended": [1, 0], "ongoing": [1, 0]}

    def test_calls_of_the_run_itself_are_told_apart(self):
        found = seen(exchange(WEB, "create-web-call", status=201), exchange([WEB, PHONE]))
        assert ("list-calls", "web_call", True) in found.groups
        assert ("list-calls", "phone_call", False) in found.groups
        assert ("create-web-call", "web_call", False) in found.groups

    def test_entries_of_a_transcript_by_their_kind(self):
        entries = [
            {"role": "agent", "content": "Hello", "words": []},
            {"role": "dtmf", "digit": "5"},
            {"role": "dtmf"},
            {"role": "sms", "content": "Hi"},
            {"role": "maria", "content": "Hi"},
        ]
        found = paths(seen(exchange([{**WEB, "transcript_with_tool_calls": entries}])))
        start = "/transcript_with_tool_calls"
        assert found[start].lengths == (5, 5)
        assert {path.removeprefix(start) for path in found if path.startswith(start)} == {
            "",
            "/*<utterance>",
            "/*<utterance>/role",
            "/*<utterance>/content",
            "/*<utterance>/words",
            "/*<dtmf>",
            "/*<dtmf>/role",
            "/*<dtmf>/digit",
            "/*<other>",
            "/*<other>/role",
            "/*<other>/content",
        }
        assert found[f"{start}/*<dtmf>/digit"].seen == {"ended": [1, 1]}
        assert found[f"{start}/*<other>/role"].values == {"sms": [1, 0], NOT_SHOWN: [1, 0]}

    def test_short_words_of_a_closed_set_from_the_third_time_on(self):
        def call(number, *products):
            costs = [{"product": product, "cost": 1} for product in products]
            return {**WEB, "call_id": f"call_{number:017}", "call_cost": {"product_costs": costs}}

        few = seen(exchange([call(n, "gpt_4_1", "maria" if n == 0 else "us_telephony") for n in range(4)]))
        at = "/call_cost/product_costs/*/product"
        assert paths(few)[at].as_json()["tokens"] == {"gpt_4_1": [4, 0], "us_telephony": [3, 1]}
        many = seen(exchange([call(n, f"product_{n}") for n in range(40)] * 4))
        assert "tokens" not in paths(many)[at].as_json()
        assert paths(many)[at].open

    def test_statuses_and_content_types_by_what_was_sent(self):
        flaw = Flaw(kind="missing", pointer="/agent_id", text="agent_id is missing")
        refusal = {"status": "error", "message": "No."}
        found = seen(
            exchange([WEB]),
            exchange(refusal, "create-web-call", purpose="invalid", status=400, flaw=flaw),
            exchange(refusal, purpose="auth", status=401, facts={"credentials": "none"}),
            exchange(refusal, purpose="hostile", status=400),
            exchange(refusal, purpose="valid", status=429),
        )
        assert found.statuses == {
            "list-calls valid": {"200": 1},
            "create-web-call invalid missing": {"400": 1},
            "list-calls auth none": {"401": 1},
        }
        assert found.content == {
            "list-calls success": {"application/json": 1},
            "create-web-call error": {"application/json": 1},
            "list-calls error": {"application/json": 1},
        }
        assert paths(found, call_type="error")["/message"].seen == {"401": [1, 0]}

    def test_webhooks_by_event(self):
        call = {name: value for name, value in WEB.items() if name != "access_token"}
        payload = {"event": "call_ended", "call": call}
        found = seen(delivery(payload), delivery(payload, attempt=2), delivery({"event": "call_paused", "call": call}))
        assert paths(found, "call_ended")["/call_status"].values == {"ended": [1, 0]}
        assert sorted(paths(found, "call_ended", "")) == ["", "/call", "/event"]
        assert paths(found, "call_ended", "")["/event"].seen == {"": [1, 0]}
        assert paths(found, "webhook", "")["/event"].values == {"call_paused": [1, -1]}

    @pytest.mark.parametrize(
        "body", [b"", b"[", b"null", b"[[[]]]", b"7", b'["a", null, {"call_id": []}]', b"[" * 9999]
    )
    def test_no_answer_makes_it_fail(self, body):
        found = seen(exchange(body), exchange(body, "get-call"), exchange(body, "list-phone-numbers"))
        assert found.statuses["list-calls valid"] == {"200": 1}
        odd = delivery({})
        seen(replace(odd, case=replace(odd.case, body=body)), Exchange(case=odd.case, url="", error="lost"))

    @pytest.mark.parametrize("edition", ["v1", "v2-launch", "v2-2025", "v2"])
    def test_every_edition_can_be_recorded_and_read_back(self, edition):
        found = shapes(edition=edition, calls=10)
        assert Fingerprint.from_json(json.loads(json.dumps(found.as_json()))) == found
        assert any(operation == "list-calls" and group.paths for (operation, _, _), group in found.groups.items())


class TestBounds:
    def test_names_that_nobody_knows_are_few(self):
        letters = string.ascii_lowercase
        call = {**WEB, **{f"field_{one}{two}": 1 for one in letters for two in letters}}
        assert sum(each.unknown for each in paths(seen(exchange([call]))).values()) == 30

    def test_values_are_few(self):
        letters = string.ascii_lowercase
        calls = [
            {**WEB, "call_id": f"call_{one}{two}{0:015}", "disconnection_reason": f"because_{one}{two}"}
            for one in letters
            for two in letters
        ]
        group = seen(exchange(calls)).groups["list-calls", "web_call", False]
        assert len(group.paths["/disconnection_reason"].values) == 50
        assert len(group.ids) == 50
        assert group.paths["/disconnection_reason"].count == 26 * 26

    def test_a_call_that_looks_different_each_time_is_looked_at_eight_times(self):
        answers = [exchange([{**WEB, f"field_{letter}": 1}]) for letter in string.ascii_lowercase]
        assert seen(*answers).groups["list-calls", "web_call", False].pictures == 8

    def test_a_large_account_stays_small(self):
        assert len(json.dumps(shapes(calls=150).as_json())) < 120_000


SECRETS = st.one_of(
    st.from_regex(r"\A(key|sk|token)_[a-z0-9]{8,24}[0-9][a-z0-9]{8,24}\Z"),
    st.from_regex(r"\A\+1415555 ?0[0-9]{3}\Z").map(lambda text: text.replace(" ", "")),
    st.sampled_from(["Maria Lopez", "maria.lopez@example.invalid", "Agent: My card is 4111 1111 1111 1111.", "Zoë"]),
    st.from_regex(r"\AeyJ[A-Za-z0-9]{20,40}\.[A-Za-z0-9]{20,40}\.[A-Za-z0-9]{5,20}\Z"),
)


def planted(value, secret, rng):
    """The same answer with a secret in each text and in each name of the user's own data."""
    if isinstance(value, dict):
        found = {name: planted(each, secret, rng) for name, each in value.items()}
        return {**found, secret: secret} if rng.random() < 0.3 else found
    if isinstance(value, list):
        return [planted(each, secret, rng) for each in value]
    return secret if isinstance(value, str) and rng.random() < 0.5 else value


class TestNothingPersonal:
    @settings(max_examples=60, deadline=None)
    @given(secret=SECRETS, rng=st.randoms(use_true_random=False), known=st.booleans())
    def test_nothing_that_an_answer_holds_is_kept(self, secret, rng, known):
        calls = self.calls()
        answers = [exchange(planted(calls, secret, rng)) for _ in range(3)]
        answers += [exchange(planted(each, secret, rng), "get-call") for each in calls[:4]]
        answers += [delivery({"event": "call_ended", "call": planted(calls[0], secret, rng), secret: secret})]
        answers += [delivery({"event": secret, "call": calls[0]})]
        answers += [exchange({"status": secret, "message": secret, secret: 1}, purpose="auth", status=401)]
        answers += [exchange(calls, content=secret.encode("ascii", "replace").decode())]
        redactor = Redactor(secrets=frozenset({secret})) if known else None
        kept = json.dumps(seen(*answers, redactor=redactor).as_json(), ensure_ascii=False)
        assert secret not in kept
        assert json.dumps(secret)[1:-1] not in kept

    def test_an_id_without_a_known_form_is_no_example(self):
        call = {**WEB, "call_id": "key_0123456789abcdef0123456789ab"}
        assert seen(exchange([call])).groups["list-calls", "web_call", False].ids == []

    def test_a_key_that_looks_like_a_value_is_hidden_if_it_is_known(self):
        call = {**WEB, "call_status": "my_plain_key", "disconnection_reason": "my_plain_key"}
        found = seen(exchange([call]), redactor=Redactor(secrets=frozenset({"my_plain_key"})))
        assert "my_plain_key" not in json.dumps(found.as_json())
        assert paths(found)["/disconnection_reason"].values == {NOT_SHOWN: [1, 0]}

    def calls(self):
        return [
            {**WEB, "transcript_object": [{"role": "user", "content": "Hi", "words": [{"word": "Hi", "start": 0}]}]},
            {**PHONE, "call_analysis": {"call_summary": "Short.", "custom_analysis_data": {"name": "Ada"}}},
            {
                **WEB,
                "call_id": "call_1",
                "recording_url": "https://records.example.invalid/a.wav",
                "agent_name": "Desk",
            },
            {**PHONE, "call_id": "call_2", "call_cost": {"product_costs": [{"product": "gpt_4_1", "cost": 1}]}},
        ]


class TestKeptForm:
    @pytest.mark.parametrize("told", [None, [], {}, {"format": 2, "groups": []}, "x"])
    def test_another_format_is_refused(self, told):
        with pytest.raises(UsageError) as error:
            Fingerprint.from_json(told)
        assert str(error.value) == (
            "These shapes are not of format 1, which this harness reads. Use the version that kept them."
        )

    def test_a_damaged_one_is_refused(self):
        with pytest.raises(UsageError) as error:
            Fingerprint.from_json({"format": 1, "edition": "v2", "groups": [{"operation": "get-call"}]})
        assert str(error.value) == "These shapes are damaged: KeyError('call_type'). Compare with another run."


class TestPromises:
    def test_are_found_at_paths(self):
        call = promises(V2, "call").branches["phone_call"][1]
        assert call.at("/agent_version").required
        assert call.at("/agent_version").types == {"integer"}
        assert call.at("/call_status").growing
        assert not call.at("/direction").growing
        assert call.at("/direction").values == ("inbound", "outbound")
        assert call.at("/start_timestamp").unit == "ms-epoch"
        assert call.at("/metadata").closed
        assert not call.at("/access_token").known
        assert call.at("/data_storage_setting").types == {"string", "null"}
        assert call.at("/transcript_with_tool_calls/*<tool-call-result>/content").required
        assert call.at("/transcript_with_tool_calls/*<dtmf>/digit").private
        assert not call.at("/transcript_with_tool_calls/*<dtmf>/content").known
        assert call.at("/call_cost/product_costs/*/cost").types == {"number"}
        assert not call.at("/no/such/*/place").known
