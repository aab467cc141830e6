"""Nothing secret or personal survives; what is left keeps its shape."""

from __future__ import annotations

import json
from dataclasses import replace
from urllib.parse import quote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from conformance.contract.contract import load_contract
from conformance.model import (
    Case,
    Effect,
    Evidence,
    Exchange,
    Finding,
    Flaw,
    Level,
    Mismatch,
    Outcome,
    Requirement,
    Response,
)
from conformance.redact import Redactor

KEY = "key_live_4f8c1e0a9b7d"
TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1c2VyIn0.c2lnbmF0dXJl"  # noqa: S105 - shaped like a token, opens nothing
NUMBER = "+14155550123"
FIELDS = load_contract("v2").schemas.privacy_fields()
REDACTOR = Redactor(secrets=frozenset({KEY}), fields=FIELDS)


class TestText:
    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            (f"Bearer {KEY}", "Bearer [hidden]"),
            (f"{KEY}{KEY}", "[hidden][hidden]"),
            (f"token={TOKEN}&x=1", "token=[hidden]&x=1"),
            (f"x{TOKEN}", "x[hidden]"),
            ("eyJhbGciOiJIUzI1NiJ9", "[hidden]"),
            (f"dial {NUMBER}.", "dial +1********23."),
            (f"dial {NUMBER}th", "dial +1********23th"),
            (f"/get-phone-number/{quote(NUMBER)}", "/get-phone-number/%2B1********23"),
            ("+1415555", "+1****55"),
            ("a sum: 1+234567", "a sum: 1+234567"),
            ("half a pair: \ud83d", "half a pair: ?"),
            ("nothing to hide", "nothing to hide"),
        ],
    )
    def test_keys_tokens_and_numbers_are_hidden_and_the_rest_stays(self, text, shown):
        assert REDACTOR.text(text) == shown

    def test_a_number_that_the_harness_made_up_is_shown(self):
        assert replace(REDACTOR, shown=frozenset({NUMBER})).text(f"{NUMBER} +14155550199") == f"{NUMBER} +1********99"

    def test_of_two_secrets_the_longer_is_hidden_first(self):
        assert REDACTOR.knowing([KEY + "_extended"]).text(KEY + "_extended") == "[hidden]"

    def test_what_is_too_short_to_be_a_secret_does_not_eat_the_text(self):
        assert REDACTOR.knowing(["", "abc"]).text("abcd") == "abcd"


class TestBody:
    def test_hidden_fields_keep_their_shape(self):
        body = {
            "call_id": "call_1",
            "access_token": "secret",
            "from_number": NUMBER,
            "transcript": "Agent: hello Ada",
            "transcript_object": [{"role": "user", "content": "I am Ada", "words": [{"word": "Ada", "start": 0.1}]}],
            "metadata": {"name": "Ada", "deep": [{"x": "Lovelace"}], "visits": 3, "vip": True, "none": None},
            "call_analysis": {"call_summary": "Ada called", "user_sentiment": "Positive"},
            "duration_ms": 61500,
            "transcript_with_tool_calls": None,
            "call_summary": "",
        }
        assert REDACTOR.value(body) == {
            "call_id": "call_1",
            "access_token": "[hidden]",
            "from_number": "[hidden]",
            "transcript": "[hidden]",
            "transcript_object": [
                {"role": "[hidden]", "content": "[hidden]", "words": [{"word": "[hidden]", "start": 0.1}]}
            ],
            "metadata": {"name": "[hidden]", "deep": [{"x": "[hidden]"}], "visits": 3, "vip": True, "none": None},
            "call_analysis": {"call_summary": "[hidden]", "user_sentiment": "Positive"},
            "duration_ms": 61500,
            "transcript_with_tool_calls": None,
            "call_summary": "",
        }

    @pytest.mark.parametrize("times", [1, 2, 3])
    def test_an_object_that_was_written_as_a_text_is_hidden_from_the_first_hidden_field_on(self, times):
        text = {"user_sentiment": "Positive", "call_summary": "Ada called"}
        for _ in range(times):
            text = json.dumps(text)
        shown = REDACTOR.value({"x": text})["x"]
        assert "user_sentiment" in shown
        assert shown.endswith(": [hidden]")
        assert "Ada" not in shown

    @pytest.mark.parametrize("value", ["Ada called", ["Ada called"], '{"summary": "Ada called"}'])
    def test_what_stands_where_an_object_holds_personal_fields_is_hidden(self, value):
        assert "Ada" not in repr(REDACTOR.value({"call_analysis": value}))

    def test_a_secret_as_the_name_of_a_member_is_hidden_too(self):
        assert REDACTOR.value({KEY: 1, "metadata": {KEY: 2}}) == {"[hidden]": 1, "metadata": {"[hidden]": 2}}

    def test_a_body_that_is_no_json_is_shown_as_text(self):
        assert REDACTOR.body(f"<p>{KEY}\xff".encode("latin-1")) == "<p>[hidden]\ufffd".encode()

    @pytest.mark.parametrize("field", ["transcript", "access_token", "metadata"])
    def test_broken_json_is_hidden_from_the_first_hidden_field_on(self, field):
        broken = f'{{"call_id": "call_1", "{field}" : {{"a": "Ada'.encode()
        assert REDACTOR.body(broken) == f'{{"call_id": "call_1", "{field}" : [hidden]'.encode()

    def test_what_is_nested_too_deeply_to_look_into_is_not_shown(self):
        deep = b"[" * 900 + b'{"transcript": "Ada"}' + b"]" * 900
        assert b"Ada" not in REDACTOR.body(deep)

    @pytest.mark.parametrize("body", [None, b""])
    def test_no_body_stays_none(self, body):
        assert REDACTOR.body(body) == body

    @pytest.mark.parametrize(
        "name", ["Authorization", "PROXY-AUTHORIZATION", "cookie", "Set-Cookie", "x-api-key", "x-retell-signature"]
    )
    def test_headers_with_credentials_are_hidden_whole(self, name):
        assert REDACTOR.headers([(name, "anything"), ("date", KEY)]) == ((name, "[hidden]"), ("date", "[hidden]"))


class TestMismatch:
    @pytest.mark.parametrize(
        ("pointer", "actual", "shown"),
        [
            ("/3/call_analysis/call_summary", 'string "Ada called', 'string "[hidden]"'),
            ("/metadata/name", 'string "Ada"', 'string "[hidden]"'),
            ("/3/call_analysis", 'string "Ada called', 'string "[hidden]"'),
            ("/call_analysis/user_sentiment", 'string "Gone"', 'string "Gone"'),
            ("/x", 'string "{\\"transcript\\": \\"I am Ada', 'string "{\\"transcript\\": [hidden]'),
            ("/access_token", 'string ""', 'string ""'),
            ("/transcript", "integer 5", "integer 5"),
            ("/call_status", 'string "gone"', 'string "gone"'),
        ],
    )
    def test_what_it_quotes_from_a_hidden_field_is_hidden(self, pointer, actual, shown):
        mismatch = Mismatch(message="m", expected=actual, actual=actual, pointer=pointer)
        assert REDACTOR.mismatch(mismatch) == Mismatch(message="m", expected=shown, actual=shown, pointer=pointer)


REQUIREMENT = Requirement(
    id="X-001",
    area="x",
    title="X.",
    level=Level.MUST,
    evidence=Evidence.ASSUMED,
    check="x",
    clause="c",
    sources=("assumed",),
)


def planted(around, secret):
    """A finding that holds a secret wherever one can stand."""
    text = f"{around}{secret}{around}"
    body = json.dumps({text: text, "x": [{"metadata": {text: text}}, text]}).encode()
    headers = (("x-one", text), ("Authorization", f"Bearer {secret}"))
    case = Case(
        operation="get-call",
        purpose="valid",
        method="GET",
        path=f"/{text}",
        query=f"q={text}",
        effect=Effect.READ,
        headers=headers,
        authorization=f"Bearer {secret}",
        body=body,
        title=text,
        flaw=Flaw(kind="null", pointer=f"/{text}", text=text),
        facts={"listed": {"x": text}},
    )
    exchange = Exchange(
        case=case,
        url=f"http://127.0.0.1/{text}",
        sent=headers,
        response=Response(status=200, headers=headers, body=body),
        error=text,
    )
    mismatch = Mismatch(message=text, expected=text, actual=text, pointer=f"/{text}", cause=text, exchange=exchange)
    return Finding(
        requirement=REQUIREMENT,
        operation="get-call",
        outcome=Outcome.FAILED,
        mismatch=mismatch,
        exchange=exchange,
        repeat=f"curl {text}",
    )


SECRETS = st.from_regex(r"[A-Za-z0-9_\-.~/+=]{8,40}", fullmatch=True).filter(lambda text: text not in "[hidden]")
TOKENS = st.from_regex(r"eyJ[A-Za-z0-9_-]{6,30}(\.[A-Za-z0-9_-]{4,30}){0,2}", fullmatch=True)
NUMBERS = st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True)


def everything(redactor, finding):
    """What each method of the redactor makes of the parts of a finding."""
    exchange = finding.exchange
    return [
        redactor.finding(finding),
        redactor.mismatch(finding.mismatch),
        redactor.exchange(exchange),
        redactor.case(exchange.case),
        redactor.headers(exchange.sent),
        redactor.body(exchange.case.body),
        redactor.body(exchange.case.body[:-1]),
        redactor.body(finding.repeat.encode()),
        redactor.value(json.loads(exchange.case.body)),
        redactor.text(exchange.url),
    ]


@settings(deadline=None)
@given(st.text(), SECRETS)
@example("", "a+b/c=d~")
def test_no_planted_key_survives(around, secret):
    redactor = Redactor(fields=FIELDS).knowing([secret])
    for shown in everything(redactor, planted(around, secret)):
        assert secret not in repr(shown)


@settings(deadline=None)
@given(around=st.text(), secret=TOKENS | NUMBERS)
def test_no_planted_token_or_number_survives(around, secret):
    for shown in everything(Redactor(fields=FIELDS), planted(around, secret)):
        assert secret not in repr(shown)


@settings(deadline=None)
@given(
    field=st.sampled_from(sorted(FIELDS)),
    words=st.from_regex(r"[a-z]{6,12}Zoe[a-z]{6,12}", fullmatch=True),
    wrap=st.sampled_from([lambda each: each, lambda each: [each], lambda each: {"x": [{"y": each}]}]),
)
def test_what_the_schemas_mark_as_secret_or_personal_survives_in_no_body(field, words, wrap):
    redactor = Redactor(fields=FIELDS)
    body = json.dumps([{"call_analysis": {field: wrap(words)}}]).encode()
    assert words.encode() not in redactor.body(body)
    assert words.encode() not in redactor.body(body[:-1])


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def shape(value):
    if isinstance(value, dict):
        return [shape(each) for each in value.values()]
    return [shape(each) for each in value] if isinstance(value, list) else type(value)


@settings(deadline=None)
@given(value=st.dictionaries(st.sampled_from([*sorted(FIELDS)[:4], "x", "y"]), JSON_VALUES))
def test_the_shape_of_a_value_stays(value):
    assert shape(REDACTOR.value(value)) == shape(value)


@settings(deadline=None)
@given(value=JSON_VALUES)
def test_what_is_hidden_once_does_not_change_when_it_is_hidden_again(value):
    once = REDACTOR.value(value)
    assert REDACTOR.value(once) == once
