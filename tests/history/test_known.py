"""Findings that somebody accepted: read strictly, marked, and told when they are out of date."""

from __future__ import annotations

from dataclasses import replace

import pytest
from nights import finding, result, run_of

from conformance.errors import ConformanceError
from conformance.history.known import mark_known, read_known
from conformance.model import Acceptance, Outcome
from conformance.reports import json_report, junit, markdown

ENTRY = """\
- requirement: LIST-003
  operation: list-calls
  fingerprint: limit
  reason: The vendor knows.
  owner: ada
  until: 2026-11-30
"""
ACCEPTANCE = Acceptance(reason="The vendor knows.", owner="ada", until="2026-11-30")
ASKED = {"list-calls", "get-call"}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "known.yaml"


def known(path, text):
    path.write_text(text)
    return read_known(path)


def marked(path, text, run, *, profile="standard", asked=ASKED):
    return mark_known(run, known(path, text), profile=profile, asked=asked)


class TestAKnownFinding:
    def test_is_marked_and_fails_no_run_although_it_counts_as_failed(self, path):
        run = marked(path, ENTRY, run_of(result("LIST-003", finding()), result("LIST-004", finding("LIST-004"))))
        assert [each.known for result in run.results for each in result.findings] == [ACCEPTANCE, None]
        assert (run.count(Outcome.FAILED), run.failing(), run.outdated) == (2, 1, ())

    def test_leaves_the_others_of_its_requirement_alone(self, path):
        run = marked(path, ENTRY, run_of(result("LIST-003", finding(), finding(cause="order"))))
        assert run.failing() == 1

    def test_of_another_operation_is_another(self, path):
        run = marked(path, ENTRY, run_of(result("LIST-003", finding(operation="get-call"))), asked={"get-call"})
        assert (run.failing(), run.outdated) == (1, ())

    def test_that_only_warns_fails_no_strict_run(self, path):
        run = run_of(result("LIST-003", finding(outcome=Outcome.WARNED)))
        assert (run.failing(), run.failing(strict=True)) == (0, 1)
        assert marked(path, ENTRY, run).failing(strict=True) == 0

    @pytest.mark.parametrize(
        ("message", "failing"),
        [("too many calls", 0), ("too * calls", 0), ("too", 1), ("*[calls]", 1), ("*calls", 0)],
    )
    def test_can_be_told_by_its_message(self, path, message, failing):
        text = ENTRY.replace("fingerprint: limit", f'message: "{message}"')
        assert marked(path, text, run_of(result("LIST-003", finding()))).failing() == failing

    @pytest.mark.parametrize(("causes", "failing"), [(("limit", "order"), 0), (("limit", "order", "page"), 1)])
    def test_that_stands_for_many_is_known_only_if_all_of_them_are(self, path, causes, failing):
        text = ENTRY.replace("limit", "[limit, order]")
        assert marked(path, text, run_of(result("LIST-003", finding(causes=causes)))).failing() == failing


class TestOutOfDate:
    CLEAN = run_of(result("LIST-003"))

    def test_what_is_not_found_any_more_is_to_be_removed(self, path):
        run = marked(path, ENTRY, self.CLEAN)
        (sentence,) = run.outdated
        assert sentence == (
            f"{path}:1: LIST-003 list-calls is accepted, but it was exercised and is not found any more."
            " Remove the entry."
        )

    @pytest.mark.parametrize(
        ("run", "profile", "asked"),
        [
            (CLEAN, "smoke", ASKED),
            (CLEAN, "standard", {"get-call"}),
            (run_of(result("LIST-003", cases=0, reason="no call was seen")), "standard", ASKED),
            (run_of(result("LIST-004")), "standard", ASKED),
            (replace(CLEAN, complete=False, stopped="interrupted"), "standard", ASKED),
        ],
    )
    def test_but_not_if_the_run_could_not_have_seen_it(self, path, run, profile, asked):
        assert marked(path, ENTRY, run, profile=profile, asked=asked).outdated == ()

    def test_what_was_accepted_from_a_smoke_run_is_missed_in_one(self, path):
        assert len(marked(path, f"{ENTRY}  profile: smoke\n", self.CLEAN, profile="smoke").outdated) == 1

    @pytest.mark.parametrize(("day", "failing"), [("2026-11-30", 0), ("2026-12-01", 1)])
    def test_it_is_accepted_to_the_end_of_its_last_day(self, path, day, failing):
        assert marked(path, ENTRY, run_of(result("LIST-003", finding()), day=day)).failing() == failing

    @pytest.mark.parametrize(
        ("results", "what"),
        [
            ([result("LIST-003", finding())], "Fix it, or agree on a later day there"),
            ([result("LIST-003")], "Remove the entry"),
            ([], "Remove the entry"),
        ],
    )
    def test_what_is_over_is_told_once_and_says_what_to_do(self, path, results, what):
        run = marked(path, ENTRY, run_of(*results, day="2026-12-01"))
        assert run.outdated == (
            f"{path}:1: LIST-003 list-calls was accepted until 2026-11-30, which is over (ada). {what}.",
        )


class TestTheFile:
    def test_may_be_empty_or_only_comments(self, path):
        assert known(path, "# nothing yet\n") == ()

    def test_is_never_changed_by_a_run(self, path):
        text = f"# ours\n{ENTRY}"
        marked(path, text, run_of(result("LIST-003"), day="2027-01-01"))
        assert path.read_text() == text

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("a: 1\n", "PATH:1: must be a list of accepted findings. Begin each with `- requirement: …`."),
            ("- LIST-003\n", "PATH: entry 1 must have keys and values, as in `- requirement: LIST-007`."),
            (
                ENTRY.replace("  owner: ada\n", ""),
                "PATH:1: `owner` must be a text. Write it there, in quotes if need be.",
            ),
            (f"{ENTRY}  reasn: x\n", "PATH:1: There is no key 'reasn'. Did you mean 'reason'?"),
            (
                ENTRY.replace("2026-11-30", "30.11.2026"),
                "PATH:1: `until` must be a day, not '30.11.2026'. Write it as 2026-12-31.",
            ),
            (
                ENTRY.replace("2026-11-30", "2026-02-30"),
                "PATH:1: `until` must be a day, not '2026-02-30'. Write it as 2026-12-31.",
            ),
            (
                ENTRY.replace("  fingerprint: limit\n", ""),
                "PATH:1: needs `fingerprint` or `message`, and not both. `conformance accept` writes one.",
            ),
            (
                f"{ENTRY}  message: x\n",
                "PATH:1: needs `fingerprint` or `message`, and not both. `conformance accept` writes one.",
            ),
            (
                ENTRY.replace("limit", "[limit, 3]"),
                "PATH:1: `fingerprint` must be a text or a list of texts. Put them in quotes.",
            ),
            (f"{ENTRY}  profile: deeper\n", "PATH:1: There is no profile 'deeper'. Did you mean 'deep'?"),
            (f"# ours\n{ENTRY}{ENTRY}", "PATH:8: says the same as PATH:2. Remove one of them."),
            ("- [\n", "PATH:2: did not find expected node content. Correct the YAML there."),
        ],
    )
    def test_says_file_and_line_of_what_is_wrong(self, path, text, message):
        with pytest.raises(ConformanceError) as told:
            known(path, text)
        assert str(told.value).replace(str(path), "PATH") == message


class TestInReports:
    @pytest.fixture
    def run(self, path):
        return marked(path, ENTRY, run_of(result("LIST-003", finding())))

    def test_of_builds_it_is_skipped_and_says_why(self, run):
        text = junit.text(run)
        assert 'failures="0" errors="0"' in text
        assert '<skipped message="known: list-calls: too many calls" />' in text
        assert "known     The vendor knows. (ada, until 2026-11-30)" in text

    def test_in_markdown_nothing_failed_but_it(self, run):
        assert markdown.text(run).startswith("## ⚠️ Conformance: nothing failed but 1 known requirement\n")

    def test_in_json_it_stands_beside_the_counts(self, run):
        report = json_report.as_json(run)
        assert (report["known"], report["outcomes"]["failed"], "outdated" in report) == (1, 1, False)
        assert report["requirements"][0]["findings"][0]["known"] == {
            "reason": "The vendor knows.",
            "owner": "ada",
            "until": "2026-11-30",
        }

    def test_what_is_out_of_date_is_in_all_of_them(self, path):
        run = marked(path, ENTRY, run_of(result("LIST-003")))
        assert json_report.as_json(run)["outdated"] == list(run.outdated)
        assert markdown.text(run).startswith("## ❌ Conformance: the list of known findings is out of date\n")
        assert 'name="the list of known findings is up to date"' in junit.text(run)
