"""`conformance run --save`, and what is done with runs that were kept."""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil

import pytest
from command import SMOKE, program

HISTORY = ".conformance/history.sqlite3"
TODAY = dt.datetime.now(dt.UTC).date()
LATER = str(TODAY + dt.timedelta(days=30))
FAULTY = ("--fault", "limit-ignored")
ACCEPT = ("--reason", "Ticket 12", "--owner", "ada", "--until", LATER)


def run(conformance, *arguments):
    return conformance("run", "mock", *SMOKE, "--suite", "listing", *arguments)


def plain(text):
    """Without what differs from run to run: days, numbers of runs, ports, times, fingerprints."""
    text = re.sub(r"\d{4}-\d\d-\d\d\.(\d+)", r"DAY.\1", text)
    text = re.sub(r"\d{4}-\d\d-\d\d", "DAY", text)
    text = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:PORT", text)
    text = re.sub(r"\d\d:\d\d(:\d\d)?( |$)", "TIME ", text)
    return re.sub(r"\d+\.\d s", "TIME s", text)


@pytest.fixture(scope="module")
def three_runs(tmp_path_factory):
    """A clean run, one with a fault, and a clean one again, all kept: what was said, and where they are."""
    folder = tmp_path_factory.mktemp("nights")
    arguments = ("run", "mock", *SMOKE, "--suite", "listing", "--save")
    return [program(*arguments, *more, folder=folder) for more in ((), FAULTY, ())], folder / ".conformance"


@pytest.fixture
def nights(conformance, three_runs):
    """The command line in a folder that holds the three runs, and what was said when they were kept."""
    said, kept = three_runs
    shutil.copytree(kept, conformance.folder / ".conformance")
    return conformance, said


class TestSaving:
    def test_says_where_and_how_it_differs_from_the_run_before(self, nights):
        _, said = nights
        assert [plain("\n".join(each.lines[1:])) for each in said] == [
            f"Kept as DAY.1 in {HISTORY}.",
            f"Kept as DAY.2 in {HISTORY}.\nCompared with DAY.1: 1 new · 0 fixed · 0 still failing.",
            f"Kept as DAY.3 in {HISTORY}.\nCompared with DAY.2: 0 new · 1 fixed · 0 still failing.",
        ]
        assert [each.code for each in said] == [0, 1, 0]

    def test_without_it_nothing_is_kept(self, conformance):
        run(conformance)
        assert list(conformance.folder.iterdir()) == []

    def test_a_file_that_cannot_be_used_is_said_before_anything_is_sent(self, conformance, vendor):
        (conformance.folder / "file").write_text("x")
        sent = len(vendor.requests)
        said = conformance("run", vendor.url, *SMOKE, "--save", "--history", "file/history.sqlite3")
        assert (said.code, said.lines[-1]) == (
            2,
            "conformance: The history file/history.sqlite3 cannot be used: File exists. Name another with --history.",
        )
        assert len(vendor.requests) == sent

    def test_settings_may_come_from_the_file(self, conformance):
        (conformance.folder / "conformance.yaml").write_text("save: true\nhistory: kept/runs.sqlite3\n")
        run(conformance)
        assert (conformance.folder / "kept" / "runs.sqlite3").is_file()
        assert conformance("history").out.splitlines()[0].startswith("run ")

    def test_the_html_report_shows_what_changed(self, nights):
        conformance, _ = nights
        run(conformance, "--save", *FAULTY, "--report", "html=report.html")
        assert f"{TODAY}.3" in (conformance.folder / "report.html").read_text()


class TestHistory:
    def test_lists_runs_the_newest_first(self, nights):
        conformance, _ = nights
        said = conformance("history", "--limit", 2)
        assert plain(said.out).splitlines() == [
            "run            at     edition    profile    failed  warned  passed  skipped",
            "DAY.3   TIME  v2         smoke           0       0      14       11",
            "    mock",
            "DAY.2   TIME  v2         smoke           1       0      13       11",
            "    mock",
        ]
        assert max(map(len, said.out.splitlines())) <= 80

    def test_as_json(self, nights):
        conformance, _ = nights
        told = json.loads(conformance("history", "--format", "json").out)
        assert [each["id"] for each in told] == [f"{TODAY}.{number}" for number in (3, 2, 1)]
        assert [each["outcomes"]["failed"] for each in told] == [0, 1, 0]
        assert {each["target"] for each in told} == {"mock"}

    def test_marks_a_baseline_to_compare_with(self, nights):
        conformance, _ = nights
        said = conformance("history", "--baseline", f"{TODAY}.1")
        assert (said.code, said.out) == (0, f"{TODAY}.1 is the baseline of mock from now on.\n")
        assert "    mock · baseline\n" in conformance("history").out
        told = json.loads(conformance("compare", "baseline", "last", "--format", "json").out)
        assert (told["before"]["id"], told["new"], told["fixed"]) == (f"{TODAY}.1", [], [])

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (("history",), f"No run is kept in {HISTORY}. `conformance run TARGET --save` keeps one."),
            (("show", "last"), f"No run is kept in {HISTORY}. `conformance run TARGET --save` keeps one."),
            (("history", "--limit", "0"), "--limit is 0; it must be at least 1."),
        ],
    )
    def test_what_is_wrong_is_one_line(self, conformance, arguments, message):
        said = conformance(*arguments)
        assert (said.code, said.lines, said.out) == (2, [f"conformance: {message}"], "")


class TestShow:
    def test_tells_findings_with_clause_and_first_day(self, nights):
        conformance, _ = nights
        said = conformance("show", f"{TODAY}.2")
        assert said.code == 0
        assert plain(said.out).splitlines()[4:8] == [
            "  LIST-003.bdfd78  failed",
            "    list-calls: the list is longer than `limit`",
            "    clause: OpenAPI 2026-04, POST /v2/list-calls, limit",
            "    first seen DAY (DAY.2)",
        ]

    def test_gives_the_report_that_was_kept(self, nights):
        conformance, _ = nights
        report = json.loads(conformance("show", f"{TODAY}.2", "--report", "json=-").out)
        assert report["outcomes"]["failed"] == 1
        conformance("show", "previous", "--report", "junit=junit.xml", "--report", "html=report.html")
        assert "LIST-003" in (conformance.folder / "junit.xml").read_text()
        assert "LIST-003" in (conformance.folder / "report.html").read_text()


class TestCompare:
    def test_is_1_only_if_something_new_fails(self, nights):
        conformance, _ = nights
        names = [f"{TODAY}.{number}" for number in (1, 2, 3)]
        assert conformance("compare", names[0], names[1]).code == 1
        assert conformance("compare", names[1], names[2]).code == 0
        assert conformance("compare").code == 0

    def test_says_what_is_fixed_with_its_clause(self, nights):
        conformance, _ = nights
        said = conformance("compare")
        lines = plain(said.out).splitlines()
        assert lines[lines.index("Fixed (1)") + 1 :][:4] == [
            "  LIST-003.bdfd78  failed",
            "    list-calls: the list is longer than `limit`",
            "    clause: OpenAPI 2026-04, POST /v2/list-calls, limit",
            "    first seen DAY (DAY.2)",
        ]
        assert said.out.endswith("0 new · 1 fixed · 0 still failing\n")
        assert "\nContract, suites, harness, edition, profile and seed are the same: what differs,\n" in said.out

    def test_a_run_is_not_compared_with_itself(self, nights):
        conformance, _ = nights
        said = conformance("compare", "last")
        assert (said.code, said.lines) == (
            2,
            [f"conformance: last and last are the same run, {TODAY}.3. Name another one."],
        )

    def test_as_markdown(self, nights):
        conformance, _ = nights
        assert conformance("compare", "--format", "markdown").out.startswith(
            "## ✅ 0 new · 1 fixed · 0 still failing\n"
        )

    def test_tells_runs_of_two_targets_apart(self, nights, vendor):
        conformance, _ = nights
        conformance("run", vendor.url, *SMOKE, "--suite", "listing", "--save", RETELL_API_KEY=vendor.api_key)
        said = conformance("compare")
        assert (said.code, said.lines) == (
            2,
            [f"conformance: Before {TODAY}.4 no run of {vendor.url} was kept. Name another run."],
        )
        assert conformance("compare", "--target", "mock").code == 0
        assert "Two targets, judged alike." in conformance("compare", f"{TODAY}.3", "last").out


class TestKnownFindings:
    @pytest.fixture
    def accepted(self, nights):
        conformance, _ = nights
        said = conformance("accept", f"{TODAY}.2", "LIST-003.bdfd78", *ACCEPT)
        assert (said.code, said.out) == (
            0,
            f"LIST-003.bdfd78 is accepted until {LATER}, at known.yaml:2. Give the file with --known.\n",
        )
        return conformance

    def test_fail_no_run_and_are_told_apart(self, accepted):
        said = run(accepted, "--known", "known.yaml", *FAULTY)
        assert said.code == 0
        assert "\nFAILED (known) LIST-003 The list holds at most `limit` calls.\n" in said.out
        assert f"  known    Ticket 12 (ada, until {LATER})\n" in said.out
        assert " · 1 failed (1 known) · " in said.out
        report = json.loads(run(accepted, "--known", "known.yaml", *FAULTY, "--report", "json=-").out)
        assert (report["outcomes"]["failed"], report["known"]) == (1, 1)

    def test_do_not_hide_another(self, accepted):
        assert run(accepted, "--known", "known.yaml", *FAULTY, "--fault", "list-in-an-envelope").code == 1

    def test_that_are_not_found_any_more_fail_the_run(self, accepted):
        said = run(accepted, "--known", "known.yaml", "--quiet")
        assert said.code == 1
        assert said.out.startswith(
            "known.yaml:2: LIST-003 list-calls is accepted, but it was exercised and is not\n"
            "found any more. Remove the entry.\n"
        )
        for name, told in (("junit", 'failures="1"'), ("markdown", "❌ Conformance: the list of known findings")):
            assert told in run(accepted, "--known", "known.yaml", "--report", f"{name}=-").out

    def test_are_known_in_a_comparison_too(self, accepted):
        run(accepted, "--save", "--known", "known.yaml", *FAULTY)
        said = accepted("compare")
        assert said.code == 0
        assert "  LIST-003.bdfd78  failed (known)\n" in said.out
        assert "1 of the failed known" in accepted("history").out

    def test_a_list_that_is_wrong_is_said_before_anything_is_sent(self, conformance, vendor):
        (conformance.folder / "known.yaml").write_text("- requirement: LIST-003\n")
        sent = len(vendor.requests)
        said = conformance("run", vendor.url, *SMOKE, "--known", "known.yaml")
        assert (said.code, said.lines[-1]) == (
            2,
            "conformance: known.yaml:1: `operation` must be a text. Write it there, in quotes if need be.",
        )
        assert len(vendor.requests) == sent

    @pytest.mark.parametrize(
        ("more", "message"),
        [
            (("--until", "soon"), "--until must be a day, not 'soon'. Write it as 2026-12-31."),
            (("--until", "2026-01-01"), f"--until 2026-01-01 is over. Give a day from {TODAY} on."),
            (("--reason", " "), "--reason is empty. Say it in a few words."),
        ],
    )
    def test_what_cannot_be_accepted_is_one_line(self, nights, more, message):
        conformance, _ = nights
        said = conformance("accept", "previous", "LIST-003", *ACCEPT, *more)
        assert (said.code, said.lines, said.out) == (2, [f"conformance: {message}"], "")
        assert not (conformance.folder / "known.yaml").exists()
