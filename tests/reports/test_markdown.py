import re

import pytest
from markdown_it import MarkdownIt
from sample_runs import HOSTILE, finding, hostile, one_of_each, requirement, result, run

from conformance.model import Outcome
from conformance.reports import markdown

WHOLE = """\
## ❌ Conformance: 1 requirement failed

<p><code>http://127.0.0.1:9</code> · edition v2 · seed 7 · 12 requests · 1.2 s</p>

| area | passed | failed | warned | skipped | errored |
| --- | ---: | ---: | ---: | ---: | ---: |
| listing | 1 | 1 | 1 |  |  |
| gone |  |  |  | 1 | 1 |
| **all** | **1** | **1** | **1** | **1** | **1** |

<details><summary>❌ <b>LIST-002</b> A limit is a prefix. (list-calls)</summary>

<pre>
what      list-calls: 3 calls for a limit of 2 (seen 3 times)
expected  2
actual    3
where     /2
request   POST /v2/list-calls {}
answer    200 {"call_id":"call_1"}
clause    OpenAPI 2026-04, limit
fix       Cut the list.
repeat    curl -sS http://127.0.0.1:9/v2/list-calls
</pre>

</details>

<details><summary>⚠️ <b>LIST-003</b> A limit is a prefix. (list-calls)</summary>

<pre>
what      list-calls: 3 calls for a limit of 2
expected  2
actual    3
where     /2
request   POST /v2/list-calls {}
answer    200 {"call_id":"call_1"}
clause    OpenAPI 2026-04, limit
fix       Cut the list.
repeat    curl -sS http://127.0.0.1:9/v2/list-calls
</pre>

</details>

<details><summary>Could not be judged (1)</summary>

<pre>
not reached: the connection was lost: GONE-002
</pre>

</details>

<details><summary>Skipped, and why (1)</summary>

<pre>
needs --allow create-web-call: GONE-001
</pre>

</details>
"""


def test_a_run_with_every_outcome_is_told_in_full():
    assert markdown.text(one_of_each()) == WHOLE


@pytest.mark.parametrize(
    ("results", "changes", "strict", "headline"),
    [
        ([result("A-1", Outcome.PASSED)], {}, False, "## ✅ Conformance: nothing failed"),
        ([result("A-1", Outcome.WARNED)], {}, False, "## ⚠️ Conformance: nothing failed, 1 warning"),
        ([result("A-1", Outcome.WARNED)], {}, True, "## ❌ Conformance: 1 requirement failed"),
        ([result("A-1", Outcome.FAILED), result("A-2", Outcome.FAILED)], {}, False, "2 requirements failed"),
        ([result("A-1", Outcome.ERRORED)], {}, False, "## ❔ Conformance: 1 requirement could not be judged"),
        ([result("A-1", Outcome.PASSED)], {"complete": False}, False, "## ❔ Conformance: not complete"),
    ],
)
def test_the_headline_says_what_the_exit_code_says(results, changes, strict, headline):
    assert markdown.text(run(*results, **changes), strict=strict).splitlines()[0].endswith(headline)


def rendered(text):
    return MarkdownIt("commonmark", {"html": True}).enable("table").render(text)


def test_nothing_that_an_answer_holds_is_taken_for_markup():
    page = rendered(markdown.text(hostile()))
    assert set(re.findall(r"</?([a-z]+[0-9]?)", page)) == {
        *("h2", "p", "code", "br", "pre", "details", "summary", "b"),
        *("table", "thead", "tbody", "tr", "th", "td", "strong"),
    }
    assert not any(character in page for character in "\x00\x1b\u202e\ufffe")


def test_a_name_or_a_link_in_an_answer_stands_where_none_is_looked_for():
    page = rendered(markdown.text(hostile()))
    assert "@someone" in page
    assert "@someone" not in re.sub(r"<(pre|code)>.*?</\1>", "", page, flags=re.DOTALL)


def test_the_table_holds_whatever_a_suite_is_called():
    text = markdown.text(run(result("A-1", Outcome.PASSED, area="a|b*c_<i>")))
    assert '<td>a|b*c_&lt;i&gt;</td>\n<td style="text-align:right">1</td>' in rendered(text)


def test_a_build_system_never_gets_more_than_it_takes():
    broken = requirement("A-1")
    many = [finding(broken, message=f"{number} {HOSTILE * 20}") for number in range(400)]
    text = markdown.text(run(result("A-1", Outcome.FAILED, findings=many)))
    assert len(text.encode()) < 600_000
    shown = text.count("<details>")
    assert 0 < shown < len(many)
    assert text.endswith(f"<p>… and {len(many) - shown} more findings: the JSON report has all of them.</p>\n")
