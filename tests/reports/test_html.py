"""The HTML report as text: what it claims, what it marks, and that nothing in it is markup but its own."""

import base64
import hashlib
import html as markup
import json
import re
from dataclasses import dataclass, field, replace

import pytest
from sample_runs import HOSTILE, finding, hostile, one_of_each, requirement, result, run

from conformance.model import Acceptance, Level, Outcome, Result
from conformance.reports import html
from conformance.reports.html.body import body_html
from conformance.reports.html.cells import Cell, cells_of, columns_of
from conformance.reports.html.escape import prose
from conformance.reports.html.trend import trend_html
from conformance.reports.html.verdict import verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted(Result):
    exercised: dict = field(default_factory=dict)


def failed(name="LIST-001", *, known=None):
    found = replace(finding(requirement(name)), known=known)
    return result(name, Outcome.FAILED, findings=[found])


def warned(name="LIST-002"):
    found = finding(requirement(name), outcome=Outcome.WARNED)
    return result(name, Outcome.WARNED, findings=[found], level=Level.SHOULD)


KNOWN = Acceptance(reason="mended soon", owner="voice", until="2026-12-31")
PASSED = result("LIST-003", Outcome.PASSED)
SKIPPED = result("LIST-004", Outcome.SKIPPED, cases=0, reason="no call was seen")
ERRORED = result("LIST-005", Outcome.ERRORED, cases=0, reason="nobody knows")
CUT = {"complete": False, "stopped": "interrupted"}
VERDICTS = [
    (
        run(failed(), PASSED),
        False,
        (Outcome.FAILED, "1 requirement failed", "Of 2 requirements that were exercised, 1 is broken."),
    ),
    (
        run(failed(), failed("LIST-009"), failed("LIST-008", known=KNOWN), warned(), PASSED, SKIPPED),
        False,
        (
            Outcome.FAILED,
            "2 requirements failed",
            (
                "Of 5 requirements that were exercised, 2 are broken, 1 is broken in known ways alone and 1 other"
                " warns. 1 was not exercised."
            ),
        ),
    ),
    (
        run(failed(), SKIPPED, **CUT),
        False,
        (
            Outcome.FAILED,
            "1 requirement failed",
            (
                "Of 1 requirement that was exercised, 1 is broken."
                " The run was cut short, so more may be wrong: interrupted."
            ),
        ),
    ),
    (
        run(PASSED, warned(), **CUT),
        True,
        (
            Outcome.ERRORED,
            "Not complete: no verdict",
            "Nothing failed until the run was cut short: interrupted.",
        ),
    ),
    (
        replace(run(PASSED), outdated=("REM-003 is not seen any more.",)),
        False,
        (
            Outcome.FAILED,
            "The list of known findings is out of date",
            "Nothing failed, but what is listed as known has to be looked at: see below.",
        ),
    ),
    (
        run(PASSED, warned()),
        True,
        (
            Outcome.FAILED,
            "1 warning",
            "Of 2 requirements that were exercised, 1 warns, and here warnings fail the run.",
        ),
    ),
    (
        run(PASSED, warned(), SKIPPED),
        False,
        (
            Outcome.WARNED,
            "Nothing failed, 1 warning",
            "Of 2 requirements that were exercised, 1 warns; the others hold. 1 was not exercised.",
        ),
    ),
    (
        run(PASSED, ERRORED),
        False,
        (Outcome.ERRORED, "No verdict", "1 requirement could not be judged. Nothing failed."),
    ),
    (
        run(failed(known=KNOWN), PASSED),
        False,
        (
            Outcome.WARNED,
            "Nothing failed but what is known",
            "Of 2 requirements that were exercised, 1 is broken, in ways that somebody accepted for a while.",
        ),
    ),
    (
        run(PASSED, result("LIST-006", Outcome.PASSED), SKIPPED),
        False,
        (Outcome.PASSED, "Nothing failed", "Each of 2 requirements that were exercised holds. 1 was not exercised."),
    ),
    (
        run(PASSED),
        False,
        (Outcome.PASSED, "Nothing failed", "The one requirement that was exercised holds."),
    ),
    (
        run(SKIPPED),
        False,
        (Outcome.SKIPPED, "Nothing was exercised", "No requirement was exercised, so nothing is known."),
    ),
]


@pytest.mark.parametrize(("judged", "strict", "told"), VERDICTS, ids=[told[1] for _, _, told in VERDICTS])
def test_the_verdict_claims_what_was_exercised_and_no_more(judged, strict, told):
    found = verdict(judged, strict=strict)
    assert (found.kind, found.headline, found.sentence) == told


def counted(outcome=Outcome.PASSED, *, findings=(), exercised=None, operations=(), cases=3, reason=None):
    return Counted(
        requirement=requirement("LIST-001", operations=operations),
        outcome=outcome,
        cases=cases,
        findings=tuple(findings),
        reason=reason,
        exercised=exercised or {},
    )


def test_an_operation_that_was_not_exercised_is_not_green():
    cells = cells_of(counted(exercised={"get-call": 3}, operations=("get-call", "list-calls")))
    assert cells == {
        "get-call": Cell(outcome=Outcome.PASSED, cases=3),
        "list-calls": Cell(outcome=Outcome.SKIPPED, cases=0),
    }


def test_where_nobody_counted_several_operations_are_judged_together():
    both = cells_of(counted(operations=("get-call", "list-calls")))
    assert both == dict.fromkeys(("get-call", "list-calls"), Cell(outcome=Outcome.PASSED, together=True))
    assert cells_of(counted(operations=("get-call",))) == {"get-call": Cell(outcome=Outcome.PASSED, cases=3)}


@pytest.mark.parametrize("outcome", [Outcome.SKIPPED, Outcome.ERRORED])
def test_what_was_not_judged_is_so_everywhere(outcome):
    cells = cells_of(counted(outcome, cases=0, operations=("get-call", "list-calls")))
    assert cells == dict.fromkeys(("get-call", "list-calls"), Cell(outcome=outcome))


def test_a_finding_stands_where_it_was_and_the_gravest_wins():
    mild = finding(requirement("LIST-001"), outcome=Outcome.WARNED)
    grave = finding(requirement("LIST-001"))
    cells = cells_of(counted(Outcome.FAILED, findings=[mild, grave, mild], exercised={"list-calls": 5, "get-call": 1}))
    assert cells == {
        "list-calls": Cell(outcome=Outcome.FAILED, cases=5, finding=2),
        "get-call": Cell(outcome=Outcome.PASSED, cases=1),
    }


def test_columns_are_the_operations_of_the_edition_then_events_then_what_is_gone():
    operations = ("register-call", "list-calls", "get-call", "create-web-call")
    gone = counted(exercised={"v1-get-call": 1, "get-list-calls": 1})
    hook = replace(counted(), requirement=requirement("HOOK-001", area="webhooks"))
    hook = replace(hook, exercised={"call_ended": 2, "get-call": 1})
    columns = columns_of(run(gone, counted(operations=operations), hook))
    assert [(each.name, str(each.group)) for each in columns] == [
        ("create-web-call", "Operations"),
        ("get-call", "Operations"),
        ("list-calls", "Operations"),
        ("call_ended", "Webhook events"),
        ("v1-get-call", "Gone since V1"),
        ("get-list-calls", "Gone since V1"),
    ]


def test_an_edition_that_nobody_knows_has_the_columns_that_were_seen():
    columns = columns_of(replace(run(counted(operations=("b-call", "a-call"))), edition="of-tomorrow"))
    assert [each.name for each in columns] == ["b-call", "a-call"]


def plain(shown):
    """What a reader sees, with the marked lines in angle brackets."""
    marked = re.sub(r"<mark>(.*?)</mark>", r"<<\1>>", shown, flags=re.DOTALL)
    return markup.unescape(re.sub(r"</?(?:b|i|s|span)\b[^<>]*>", "", marked))


def test_the_wrong_place_is_marked():
    body = json.dumps({"id": "a", "costs": {"total": 1.5, "parts": [{"n": 1}, {"n": None}]}}).encode()
    assert plain(body_html(body, "/costs/parts/1/n")) == (
        '{\n  "id": "a",\n  "costs": {\n    "total": 1.5,\n    "parts": [\n      {"n": 1},\n      {\n'
        '<<        "n": null>>\n      }\n    ]\n  }\n}'
    )


def test_what_is_not_there_is_marked_where_it_would_be():
    assert plain(body_html(b'[{"a~b/c": {}}]', "/0/a~0b~1c/d")) == (
        '[\n  {\n    "a~b/c": {\n<<      "d" is not here>>\n    }\n  }\n]'
    )
    assert plain(body_html(b"[1]", "/7")) == "[\n  1\n<<  item 7 is not here>>\n]"


def test_a_marked_object_is_marked_whole():
    assert plain(body_html(b'{"a": {"b": [[1], []]}}', "/a")) == (
        '{\n<<  "a": {>>\n<<    "b": [>>\n<<      [1],>>\n<<      []>>\n<<    ]>>\n<<  }>>\n}'
    )


def test_of_a_long_list_the_marked_item_and_its_neighbours_are_shown():
    calls = [{"call_id": f"call_{index}", "note": "n" * 150} for index in range(100)]
    shown = plain(body_html(json.dumps(calls).encode(), "/50/note")).splitlines()
    assert shown[1] == '  {"call_id": "call_0", … 2 members},'
    assert shown[4:8] == [
        "  … 46 more items",
        '  {"call_id": "call_49", … 2 members},',
        "  {",
        '    "call_id": "call_50",',
    ]
    assert shown[-3:] == ['  {"call_id": "call_51", … 2 members},', "  … 48 more items", "]"]


def test_of_a_very_long_object_the_part_around_the_mark_is_shown():
    body = json.dumps({f"field_{index}": index for index in range(1000)}).encode()
    shown = plain(body_html(body, "/field_500")).splitlines()
    assert (len(shown), shown[0], shown[-1]) == (162, "… 441 lines above", "… 401 more lines")
    assert '<<  "field_500": 500,>>' in shown


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (None, "no body"),
        (b"<b>&\x1b\xff", "<b>&\\u001b\ufffd"),
        (b"NaN", '"NaN"'),
        (b"x" * 5000, "x" * 4000 + "\n… 1000 more characters"),
        (json.dumps("y" * 500).encode(), '"' + "y" * 400 + '…"'),
        (b"[" * 100_000, "[" * 4000 + "\n… 96000 more characters"),
        (b"1" * 5000, "1" * 4000 + "\n… 1000 more characters"),
    ],
)
def test_any_body_can_be_shown(body, told):
    assert plain(body_html(body, "")) == told


def test_a_body_that_is_nested_deeply_ends_somewhere():
    body = b"[" * 500 + b"1" + b"]" * 500
    for pointer in ("", "/0" * 500):
        lines = plain(body_html(body, pointer)).splitlines()
        assert (len(lines), lines[40].strip()) == (81, "[…]")


def test_what_stands_in_backticks_is_code_and_stays_text():
    assert prose("`a<b` & `c") == "<code>a&lt;b</code> &amp; `c"


def test_nothing_of_an_answer_becomes_markup():
    text = html.text(hostile())
    assert "<img" not in text
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert text.count("<script>") == text.count("</script>") == 1
    assert text.count("<main>") == text.count("</main>") == 1
    assert markup.escape(HOSTILE[:40]) in text


def test_the_policy_names_its_own_style_and_script_and_nothing_else():
    text = html.text(one_of_each())
    parts = [re.search(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)[1] for tag in ("style", "script")]
    style, script = (base64.b64encode(hashlib.sha256(each.encode()).digest()).decode() for each in parts)
    assert re.search(r'Security-Policy" content="([^"]*)"', text)[1] == (
        f"default-src 'none'; style-src 'sha256-{style}'; script-src 'sha256-{script}';"
        " base-uri 'none'; form-action 'none'"
    )


def test_the_page_asks_for_nothing():
    text = html.text(one_of_each(), earlier=[("2026-01-01T00:00:00Z", {"failed": 1})])
    assert re.findall(r'(?:src|srcset|data|action|poster|xlink:href)="[^"]*"', text) == []
    assert {each[0] for each in re.findall(r'href="([^"]*)"', text)} == {"#"}
    assert re.findall(r"@import|url\(|@font-face|\sstyle=|\son[a-z]+=", text) == []


def test_every_link_leads_somewhere():
    text = html.text(one_of_each())
    targets = set(re.findall(r'id="([^"]*)"', text))
    links = {each for each in re.findall(r'href="#([^"]*)"', text) if "=" not in each}
    assert links - targets == set()
    assert len(targets) == len(re.findall(r'\sid="', text))


def test_a_known_finding_says_who_accepted_it_and_how_long():
    text = html.text(run(failed(known=KNOWN)))
    assert '<span class="known">known until 2026-12-31</span>' in text
    assert "<dt>Known</dt><dd>mended soon (voice, until 2026-12-31)</dd>" in text


def test_the_latest_runs_are_drawn():
    earlier = [(f"2026-01-{day:02}T02:00:00Z", {"failed": day, "warned": 1, "passed": 9}) for day in range(1, 32)]
    drawn = trend_html(earlier, ("2026-02-01T02:00:00Z", {"passed": 9}))
    assert drawn.count("<g>") == 30
    assert f'aria-label="Failed requirements in the last 30 runs: {", ".join(map(str, range(3, 32)))}, 0"' in drawn
    assert "<title>2026-01-31 02:00: 31 failed, 1 warned, 9 passed</title>" in drawn
    assert "since 2026-01-03</figcaption>" in drawn
    assert trend_html((), ("2026-02-01T02:00:00Z", {})) == ""


def test_a_finding_is_new_or_older_as_its_sentence_says():
    def line(text, since=""):
        return html.Change(requirement="LIST-001", operation="list-calls", text=text, since=since)

    told = finding(requirement("LIST-001"))
    new, still = line("something else"), line("3 calls for a limit of 2", since="2026-01-01")
    assert html.Changes(against="r", new=(new,), still=(still,)).of(told) is still
    assert html.Changes(against="r", new=(new,)).of(told) is new
    assert html.Changes(against="r", fixed=(still,)).of(told) is None
    elsewhere = replace(new, operation="get-call")
    assert html.Changes(against="r", new=(elsewhere,)).of(told) is None
