"""A call with what is wrong at its very place, and two calls side by side."""

import json

import pytest
import shown_values as v
from reading import words
from retell.types import WebCallResponse

from conformance.errors import UnknownName
from conformance.notebook import CallView, side_by_side
from conformance.notebook.display import bundle


def told(*args, **options):
    return words(bundle(CallView(*args, **options))["text/html"])


def plain(*args, **options):
    return bundle(CallView(*args, **options))["text/plain"].splitlines()


def test_each_field_says_what_it_is_and_what_its_number_means():
    lines = plain(v.PHONE)
    assert lines[0] == "call of v2: nothing is wrong"
    assert "  agent_version: 1  integer · Version of that agent" in lines
    assert "  start_timestamp: 1718000000000  → 2024-06-10 06:13:20 UTC  integer · When the call began" in lines
    assert "  duration_ms: 61000  → 1 min 1 s  integer · How long the call took" in lines


def test_what_is_wrong_stands_at_its_place_with_the_reason_and_the_clause():
    shown = told(v.BAD)
    assert "✗ 4 places wrong" in shown
    assert 'duration_ms: "61" integer · How long the call took ✗ wrong expected integer, got string "61"' in shown
    assert (
        'audio_encoding: "s16le" ✗ wrong expected absent, got string "s16le" (migration guide (2024-07): audio_encoding'
        in shown
    )
    assert "access_token belongs to the web call" in shown
    assert "to_number: missing ✗ missing expected present, got absent" in shown
    assert "notes_of_ours: {1 field} not in the contract, which is allowed" in shown


def test_phone_fields_on_a_web_call_are_wrong():
    shown = told(v.WEB | {"from_number": "+14155550123", "direction": "inbound"})
    assert "✗ 2 places wrong" in shown
    assert 'direction: "inbound" ✗ wrong expected absent' in shown


def test_a_value_of_a_list_that_grows_is_doubtful_and_not_wrong():
    assert "! 1 place doubtful" in told(v.PHONE | {"disconnection_reason": "something_new"})


def test_a_webhook_a_list_and_a_request_are_recognised():
    assert plain({"event": "call_ended", "call": v.PHONE})[0] == "webhook of v2: nothing is wrong"
    assert plain([v.WEB, v.PHONE])[0] == "call-list of v2: nothing is wrong"
    assert plain({"agent_id": "agent_1"})[0] == "create-web-call-request of v2: nothing is wrong"


def test_what_is_no_call_says_so():
    assert plain("no JSON at all")[0] == "JSON document of v2: 1 place wrong"
    assert "It is no JSON." in told(b"{")
    assert "Name its kind" in told({"x": 1})
    assert plain({"x": 1})[0] == "JSON document of v2: not judged"


def test_a_kind_and_an_edition_can_be_named():
    view = CallView(json.dumps(v.WEB), "web_call", "v2-launch")
    assert (view.kind, view.edition) == ("web-call", "v2-launch")
    assert "expected phone_call" in told(v.WEB, "phone-call")
    with pytest.raises(UnknownName):
        CallView(v.WEB, "webcall")
    with pytest.raises(UnknownName):
        CallView(v.WEB, edition="v9")


def test_an_object_of_an_sdk_is_taken():
    made = WebCallResponse.model_validate(v.WEB)
    assert plain(made)[0] == "call of v2: nothing is wrong"


def test_personal_data_are_shown_when_asked_for_and_tokens_never():
    hidden, shown = told(v.BAD), told(v.BAD, personal=True)
    for personal in ("+14155550123", "Ann Example", "Good morning."):
        assert personal not in hidden
        assert personal in shown
    assert v.TOKEN not in hidden + shown
    assert "personal=True" in hidden
    assert "personal=True" not in shown


def test_two_calls_stand_side_by_side_with_what_only_one_of_them_has_marked():
    pair = side_by_side(v.WEB, v.PHONE)
    web, phone = pair.only
    assert set(web) == {"/access_token"}
    assert {"/from_number", "/to_number", "/direction", "/duration_ms"} <= set(phone)
    assert "/call_id" not in phone
    text = bundle(pair)["text/plain"].splitlines()
    assert 'access_token: "[hidden]"  ▸ only here' in "\n".join(text)
    assert max(map(len, text)) <= 100
    assert side_by_side(CallView(v.WEB), v.PHONE, personal=True).right.personal


def test_its_repr_says_how_it_came_out():
    assert repr(CallView(v.BAD)) == "CallView: call of v2, 4 places wrong"


@pytest.mark.parametrize(
    "value",
    [
        [v.PHONE | {"call_id": f"call_{place}"} for place in range(1000)],
        [v.BAD | {"call_id": f"call_{place}"} for place in range(1000)],
        v.PHONE | {"transcript_object": v.PHONE["transcript_object"] * 1000},
        v.PHONE | {"transcript": "Agent: Good morning.\n" * 50_000},
    ],
    ids=["1,000 calls", "1,000 wrong calls", "2,000 entries", "1 MB of text"],
)
def test_large_values_are_cut(value):
    shown = bundle(CallView(value))
    assert len(shown["text/html"]) < 300_000
    assert len(shown["text/plain"].splitlines()) <= 60


def test_a_list_of_many_wrong_calls_names_the_place_of_each():
    view = CallView([v.PHONE] * 120 + [v.PHONE | {"duration_ms": "61"}])
    assert [each.mismatch.pointer for each in view.told] == ["/120/duration_ms"]
    assert "120: {18 fields}" in "\n".join(plain([v.PHONE] * 120 + [v.PHONE | {"duration_ms": "61"}]))
    assert "… and 80 more" in told([v.PHONE] * 120 + [v.PHONE | {"duration_ms": "61"}])
