"""`conformance run` where it is carried through: exit codes, streams, reports, plans."""

from __future__ import annotations

import json
import re

import jsonschema
import pytest
from command import SMOKE, program

from conformance.contract.files import data_folder
from conformance.mockvendor import MockVendor

REPORT = json.loads((data_folder("schemas") / "harness" / "report.schema.json").read_text())
REDUCED = ("--suite", "listing", "--suite", "status")


def valid(text):
    report = json.loads(text)
    jsonschema.Draft202012Validator(REPORT, format_checker=jsonschema.FormatChecker()).validate(report)
    return report


class TestExitCodes:
    def test_0_where_all_holds(self, conformance, vendor):
        said = conformance("run", vendor.url, *SMOKE, "--strict", RETELL_API_KEY=vendor.api_key)
        assert said.code == 0
        assert re.fullmatch(
            r"\d+ passed · (\d+ skipped · )?\d+ requests · \d+\.\d s · edition v2 · seed 1", said.out.splitlines()[-1]
        )

    @pytest.mark.parametrize("fault", ["limit-one-too-many", "list-in-an-envelope"])
    def test_1_where_something_does_not(self, conformance, fault):
        said = conformance("run", "mock", *SMOKE, *REDUCED, "--fault", fault, "--quiet")
        assert said.code == 1
        assert said.out.startswith("FAILED LIST-00")

    def test_warnings_are_1_only_if_strict(self, conformance):
        arguments = ("run", "mock", "--suite", "errors", "--fault", "error-body-without-status", *SMOKE)
        relaxed, strict = conformance(*arguments), conformance(*arguments, "--strict")
        assert (relaxed.code, strict.code) == (0, 1)
        assert " warned · " in relaxed.out.splitlines()[-1]


class TestTheStreams:
    def test_a_run_without_a_terminal_has_no_escape_codes_and_no_progress(self, conformance, vendor):
        said = conformance("run", vendor.url, *SMOKE, RETELL_API_KEY=vendor.api_key)
        assert "\x1b" not in said.out + said.err
        assert said.err.startswith(f"{vendor.url} · edition v2 · at most ")
        assert said.lines[0].endswith(" requests")
        assert len(said.lines) == 1

    def test_nor_has_a_program_with_no_color(self, vendor, tmp_path):
        said = program(
            "run",
            vendor.url,
            *SMOKE,
            folder=tmp_path,
            RETELL_API_KEY=vendor.api_key,
            NO_COLOR="1",
            TERM="xterm-256color",
        )
        assert said.code == 0
        assert "\x1b" not in said.out + said.err

    def test_nor_one_with_colour_whose_answers_try_to_steer_the_terminal(self, conformance, monkeypatch, tmp_path):
        (tmp_path / "steering.py").write_text(
            "import json\n"
            "def app(environ, start_response):\n"
            "    status = '500 No' if environ['PATH_INFO'].startswith('/v2/get') else '200 OK'\n"
            "    start_response(status, [('content-type', 'application/json')])\n"
            "    body = {'message': '\\x1b[31mred\\x07'} if status[0] == '5' else ['\\x1b[2J']\n"
            "    return [json.dumps(body, ensure_ascii=False).encode()]\n"
        )
        monkeypatch.syspath_prepend(tmp_path)
        said = conformance("run", "app:steering:app", *SMOKE)
        assert said.code == 1
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", said.out + said.err)

    def test_quiet_says_findings_and_the_summary_alone(self, conformance, vendor):
        said = conformance("run", vendor.url, *SMOKE, "--quiet", RETELL_API_KEY=vendor.api_key)
        assert (said.err, said.out.count("\n")) == ("", 1)

    def test_the_key_is_nowhere(self, conformance, tmp_path):
        with MockVendor(calls=5, faults=["limit-ignored"], api_key="key_planted_31f7") as own:
            said = conformance(
                "run", own.url, *SMOKE, "--report", "json=report.json", "--api-key-env", "MINE", MINE=own.api_key
            )
        assert said.code == 1
        assert "key_planted_31f7" not in said.out + said.err + (tmp_path / "report.json").read_text()
        assert "$RETELL_API_KEY" in said.out


class TestTheReport:
    def test_is_what_its_schema_says(self, conformance, vendor, tmp_path):
        path = tmp_path / "deep" / "report.json"
        said = conformance("run", vendor.url, *SMOKE, "--report", f"json={path}", RETELL_API_KEY=vendor.api_key)
        report = valid(path.read_text())
        assert said.code == 0
        assert (report["target"], report["edition"], report["seed"]) == (vendor.url, "v2", 1)
        assert (report["complete"], report["stopped"]) == (True, None)
        assert [each.name for each in path.parent.iterdir()] == ["report.json"]
        assert sum(report["outcomes"].values()) == len(report["requirements"])

    def test_goes_to_stdout_alone_where_it_is_asked_for_there(self, conformance):
        said = conformance("run", "mock", *SMOKE, *REDUCED, "--fault", "limit-one-too-many", "--report", "json=-")
        report = valid(said.out)
        assert said.code == 1
        failed = [each for each in report["requirements"] if each["outcome"] == "failed"]
        finding = failed[0]["findings"][0]
        assert (failed[0]["id"], finding["operation"]) == ("LIST-003", "list-calls")
        assert finding["repeat"].startswith("curl -sS -i -X POST http://127.0.0.1:8787/v2/list-calls ")
        assert finding["request"]["headers"]["authorization"] == "[hidden]"

    def test_tells_that_a_run_was_cut_short(self, conformance):
        said = conformance("run", "mock", "--max-requests", "3", "--report", "json=-")
        report = valid(said.out)
        assert said.code == 3
        assert (report["complete"], report["stopped"]) == (False, "the budget of 3 requests is used up")
        assert report["requests"] == 3

    def test_may_be_written_to_several_places(self, conformance, vendor, tmp_path):
        said = conformance(
            "run", vendor.url, *SMOKE, "--report", "json=a.json", "--report", "json=b.json",
            RETELL_API_KEY=vendor.api_key,
        )  # fmt: skip
        assert said.code == 0
        assert valid((tmp_path / "a.json").read_text()) == valid((tmp_path / "b.json").read_text())


class TestThePlan:
    def test_sends_nothing(self, conformance, closed_port):
        url = f"http://127.0.0.1:{closed_port}"
        said = conformance("run", url, "--plan", *SMOKE)
        assert (said.code, said.err) == (0, "")
        assert said.out.startswith(f"Plan for {url}: edition v2, profile smoke, seed 1.\n")
        assert "list-calls" in said.out
        assert "Ceiling: " in said.out

    def test_needs_no_key_and_tells_what_would_not_be_sent_elsewhere(self, conformance):
        said = conformance("run", "https://api.example.invalid", "--plan")
        assert said.code == 0
        refused = [line for line in said.out.splitlines() if line.startswith("Not sent: ")]
        assert "Not sent: create-web-call: needs --allow create-web-call" in refused
        effects = {line.split()[2] for line in said.out.splitlines() if re.match(r"[a-z0-9-]+ +\w+ ", line)}
        assert effects <= {"read", "effect"}

    def test_an_operation_that_was_allowed_is_in_it(self, conformance):
        said = conformance("run", "https://api.example.invalid", "--plan", "--allow", "create-web-call")
        assert re.search(r"^create-web-call +valid +bills", said.out, re.MULTILINE)
        assert "create-phone-call: needs --allow create-phone-call" in said.out


class TestTheTarget:
    def test_may_be_an_application_in_this_process(self, conformance, monkeypatch, tmp_path):
        (tmp_path / "planted_service.py").write_text(
            "from conformance.mockvendor import MockVendor\nvendor = MockVendor(calls=8, api_key='key_in_process')\n"
        )
        monkeypatch.syspath_prepend(tmp_path)
        said = conformance("run", "app:planted_service:vendor.app", *SMOKE, RETELL_API_KEY="key_in_process")
        assert said.code == 0

    def test_is_the_mock_where_none_is_named(self, conformance):
        said = conformance("run", *SMOKE, *REDUCED)
        assert said.code == 0

    @pytest.mark.parametrize("edition", ["v1", "v2-launch", "v2-2025"])
    def test_is_judged_by_the_edition_that_was_named(self, conformance, edition):
        said = conformance("run", "mock", "--edition", edition, *SMOKE, "--quiet")
        assert (said.code, said.out.count("\n")) == (0, 1)
        assert f"edition {edition} " in said.out
