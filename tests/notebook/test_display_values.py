"""Every value shows itself: as HTML that reads without any style, and as plain text of about a screen."""

import json
import re

import pytest
import shown_values as v
from reading import Reader, words

from conformance.errors import UnknownName
from conformance.mockvendor import faults
from conformance.model import Outcome, Result
from conformance.notebook import CallView, side_by_side
from conformance.notebook.display import bundle

PARTS = {"img", "script", "iframe", "a", "svg", "button", "input"}


def result(outcome=Outcome.FAILED):
    reason = "needs --allow create-phone-call" if outcome is Outcome.SKIPPED else None
    found = (v.finding(),) if outcome is Outcome.FAILED else ()
    return Result(
        requirement=v.contract().requirement("OBJ-001"), outcome=outcome, cases=7, reason=reason, findings=found
    )


VALUES = {
    "contract": (
        v.contract,
        ["Contract v2", "15 operations", "create-web-call", "costs money", 'contract.operation("'],
    ),
    "v1": (lambda: v.contract("v1"), ["Contract v1", "given up"]),
    "operation": (
        lambda: v.contract().operation("create-phone-call"),
        [
            "POST",
            "/v2/create-phone-call",
            "dials a number",
            "from_number",
            "required",
            "E.164",
            "201",
            "402",
            "migration-guide",
        ],
    ),
    "reading operation": (lambda: v.contract().operation("get-call"), ["only reads", "call_id", "In the path."]),
    "requirement": (
        lambda: v.contract().requirement("REM-001"),
        [
            "REM-001",
            "must",
            "audio_websocket_protocol",
            "migration guide",
            "The migration guide says so",
            "Drop the field",
            "all that it fits",
        ],
    ),
    "schema": (
        lambda: v.contract().schema("call"),
        [
            "call_id",
            "string",
            "required",
            "only where call_type is",
            "access_token",
            "secret: never shown",
            "milliseconds since 1970",
            "there once the call ended",
            "one of",
            '"inbound"',
        ],
    ),
    "schemas": (lambda: v.contract().schemas, ["Schemas of v2", "web-call", "A call in a browser or an app"]),
    "case": (v.wrong_case, ["create-phone-call", "to_number is missing", "on purpose", "dials a number"]),
    "exchange": (v.exchange, ["POST", "/v2/create-phone-call", "201 Created", "12 ms", "call_id", "duration_ms"]),
    "received": (v.received, ["call_ended", "204 No Content", "event"]),
    "lost": (v.lost, ["no answer", "the connection was closed before an answer came"]),
    "mismatch": (v.mismatch, ["is no whole number", "integer", 'string "61"', "/duration_ms"]),
    "finding": (v.finding, ["OBJ-001", "expected integer", "Put all three", "curl -sS", "201 Created"]),
    "result": (result, ["OBJ-001", "failed", "7 exchanges"]),
    "skipped": (lambda: result(Outcome.SKIPPED), ["not exercised", "needs --allow create-phone-call"]),
    "run": (
        v.run,
        [
            "2 requirements failed",
            "2 failed",
            "1 warned",
            "not exercised",
            "REM-002",
            "2 calls may still exist",
            "One note.",
            "--seed 7",
        ],
    ),
    "comparison": (
        v.comparison,
        [
            "1 new",
            "1 fixed",
            "1 still failing",
            "Not seen any more",
            "LIST-005",
            "420",
            "the account has too few calls",
        ],
    ),
    "delivery": (v.delivery, ["call_ended", "500 Internal Server Error", "2024-06-10 06:14:22 UTC"]),
    "fault": (lambda: faults()[0], [faults()[0].name, faults()[0].breaks, "MockVendor(faults="]),
    "call": (
        lambda: CallView(v.PHONE),
        ["nothing is wrong", "2024-06-10 06:13:20 UTC", "1 min 1 s", "30.5 cents", "When the call began"],
    ),
    "pair": (lambda: side_by_side(v.WEB, v.PHONE), ["only here", "web_call", "phone_call"]),
}


@pytest.fixture(params=VALUES, scope="module")
def shown(request):
    make, told = VALUES[request.param]
    return make()._repr_mimebundle_(), told


def test_the_html_says_it_in_words_with_real_elements_and_nothing_that_acts(shown):
    html, told = shown[0]["text/html"], shown[1]
    reader = Reader(html)
    read = reader.words.replace("  ", " ")
    assert [each for each in told if each not in read and each not in reader.words.replace(" ", "")] == []
    assert PARTS.isdisjoint(reader.elements)
    assert not [name for name, _ in reader.attributes if name.startswith("on")]
    assert {"h3", "ul"} & set(reader.elements)
    assert len(html) < 300_000


def test_the_plain_text_says_the_same_on_a_screen(shown):
    text, told = shown[0]["text/plain"], shown[1]
    lines = text.splitlines()
    assert max(map(len, lines)) <= 100
    assert len(lines) <= 80
    assert told[0].lower().split(" ")[0] in text.lower()


def test_no_secret_and_nothing_personal_is_shown(shown):
    for text in shown[0].values():
        for hidden in (v.TOKEN, "5ec2e7", "key_example", "4155550123", "Good morning", "Ann Example"):
            assert hidden not in text


def test_a_schema_folds_each_field_and_says_where_it_is_read_from():
    reader = Reader(v.contract().schema("phone-call")._repr_mimebundle_()["text/html"])
    assert reader.elements.count("details") > 30
    assert "from openapi-2026-04 V2PhoneCallResponse" in reader.words


def test_every_schema_of_every_edition_can_be_shown():
    for edition in ("v1", "v2-launch", "v2-2025", "v2"):
        contract = v.contract(edition)
        for name in contract.schemas.names:
            assert len(bundle(contract.schema(name))["text/html"]) < 300_000
        for operation in contract.operations.values():
            assert f">{edition}</span></h3>" in bundle(operation)["text/html"]


def test_a_schema_has_a_name_and_an_edition_and_an_unknown_one_says_so():
    schema = v.contract("v2-launch").schema("web-call")
    assert (schema.name, schema.edition, schema.bundle["$ref"]) == ("web-call", "v2-launch", "#/$defs/web-call")
    with pytest.raises(UnknownName, match="Did you mean 'web-call'"):
        v.contract().schema("webcall")


def test_a_finding_is_marked_at_its_very_place():
    html = bundle(v.finding())["text/html"]
    assert re.search(r"duration_ms:</span> <mark><span[^>]*>&quot;61&quot;</span></mark>.*?expected integer", html)
    late = v.mismatch(pointer="/to_number", expected="present", actual="absent")
    assert "to_number: missing ✗ missing expected present, got absent" in words(
        bundle(v.finding(about=late))["text/html"]
    )


def test_a_finding_in_a_webhook_that_came_in_is_marked_in_its_body():
    about = v.mismatch(pointer="/call/duration_ms", expected="integer", actual="null")
    html = bundle(v.finding(about=about, shown=v.received()))["text/html"]
    delivery, answer = html.split("Our answer")
    assert "expected integer, got null" in delivery
    assert "<mark>" in delivery
    assert "<mark>" not in answer


def test_what_was_wrong_on_purpose_is_told_in_the_request():
    assert "to_number: missing ▸ wrong on purpose to_number is missing" in words(bundle(v.wrong_case())["text/html"])


def test_a_run_with_many_findings_shows_the_first_and_how_many_more():
    many = {"OBJ-001": tuple(v.finding(pointer=f"/{place}") for place in range(50))}
    shown = bundle(v.run(findings=many, created=[f"call_{place}" for place in range(500)]))
    assert "… and 30 more findings" in words(shown["text/html"])
    assert "… and 480 more" in words(shown["text/html"])
    assert "… and 44 more findings" in shown["text/plain"]
    assert len(shown["text/html"]) < 300_000


def test_a_run_says_failed_first_and_never_shows_green_where_nothing_was_exercised():
    run = v.run()
    told = words(bundle(run)["text/html"])
    assert told.index("✗ failed REM-002") < told.index("! warned LIST-003")
    nothing = v.run(findings={}, results=tuple(result(Outcome.SKIPPED) for _ in range(3)))
    assert "Nothing was exercised" in bundle(nothing)["text/plain"]
    assert "passed" not in bundle(nothing)["text/plain"]


def test_a_comparison_without_anything_new_says_so():
    same = v.comparison()
    told = words(bundle(same)["text/html"])
    assert "Something fails that did not" in told
    assert "p50 slower: 420 ms, not 20 ms" in told
    assert "None: what both runs saw has the same shapes." in told


@pytest.mark.parametrize(
    "value",
    [
        v.exchange({v.ATTACK: v.ATTACK}, sent={v.ATTACK: v.ATTACK}),
        v.exchange(v.ATTACK.encode(), sent=v.ATTACK.encode(), operation=v.ATTACK),
        v.exchange(response=None, error=v.ATTACK, url=v.ATTACK),
        v.finding(message=v.ATTACK, expected=v.ATTACK, actual=v.ATTACK, pointer=f"/{v.ATTACK}"),
        v.mismatch(message=v.ATTACK, pointer=v.ATTACK),
        v.run(target=v.ATTACK, stopped=v.ATTACK, complete=False, notes=[v.ATTACK], created=[v.ATTACK]),
        v.comparison(v.ATTACK, [v.drifted(v.ATTACK)]),
        v.delivery(
            event=v.ATTACK,
            call_id=v.ATTACK,
            body=v.ATTACK.encode(),
            headers={v.ATTACK: v.ATTACK},
            error=v.ATTACK,
            status=None,
        ),
        CallView({"call_type": "web_call", v.ATTACK: {v.ATTACK: v.ATTACK}, "call_id": v.ATTACK}),
        side_by_side({"call_type": v.ATTACK}, {"call_type": "web_call", v.ATTACK: 1}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_markup_in_a_value_stays_text(value):
    shown = bundle(value)
    reader = Reader(shown["text/html"])
    assert PARTS.isdisjoint(reader.elements)
    assert "<img src=x" in reader.words
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f\u202e]", shown["text/plain"] + reader.words)


def test_a_large_body_is_cut_where_it_is_shown():
    body = json.dumps([v.PHONE] * 900).encode()
    assert len(body) > 800_000
    shown = bundle(v.exchange(body))
    assert len(shown["text/html"]) < 300_000
    assert "more" in shown["text/plain"].splitlines()[-1]
