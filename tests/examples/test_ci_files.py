"""The jobs that people copy: they are YAML, and their commands do what the document says."""

import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "examples" / "ci"
FAULT = "sample-rate-null-on-later-pages"


def job_of_github():
    job = yaml.safe_load((FOLDER / "github-actions.yml").read_text(encoding="utf-8"))["jobs"]["nightly"]
    (command,) = [step["run"] for step in job["steps"] if step.get("name") == "Conformance"]
    return command, job["env"]


def job_of_gitlab():
    job = yaml.safe_load((FOLDER / "gitlab-ci.yml").read_text(encoding="utf-8"))["conformance-nightly"]
    (command,) = job["script"]
    return command, job["variables"]


JOBS = {"github": job_of_github, "gitlab": job_of_gitlab}
SUMMARIES = {"github": "summary", "gitlab": "conformance.md"}


def carried_out(command, folder, environment):
    """The exit code of a command, run as a build does, with the mock for a server."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CONFORMANCE_", "RETELL_"))}
    scripts = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    told = {"PATH": scripts, "GITHUB_STEP_SUMMARY": str(folder / "summary"), **environment}
    done = subprocess.run(  # noqa: S603 - a command of ours
        ["/bin/sh", "-e", "-c", command], cwd=folder, env={**kept, **told}, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr
    return done.returncode


def settings_of(variables):
    """What the job sets, with the mock in the place of the server, and few requests."""
    assert {"CONFORMANCE_TARGET", "CONFORMANCE_PROFILE", "CONFORMANCE_MAX_REQUESTS"} <= set(variables)
    kept = {name: value for name, value in variables.items() if name.startswith("CONFORMANCE_")}
    return {**kept, "CONFORMANCE_TARGET": "mock", "CONFORMANCE_PROFILE": "smoke"}


@pytest.mark.parametrize("name", JOBS)
def test_a_night_without_findings_succeeds_and_leaves_every_report(name, tmp_path):
    command, variables = JOBS[name]()
    assert carried_out(command, tmp_path, settings_of(variables)) == 0
    assert json.loads((tmp_path / "conformance.json").read_text(encoding="utf-8"))["complete"] is True
    report = ET.parse(tmp_path / "conformance.xml").getroot()  # noqa: S314 - it was just written here
    assert report.attrib["failures"] == "0"
    summary = (tmp_path / SUMMARIES[name]).read_text(encoding="utf-8")
    assert summary.startswith("## ✅ Conformance: nothing failed\n")


@pytest.mark.parametrize("name", JOBS)
def test_a_finding_fails_the_job_and_is_in_every_report(name, tmp_path):
    command, variables = JOBS[name]()
    assert carried_out(command, tmp_path, {**settings_of(variables), "CONFORMANCE_FAULT": FAULT}) == 1
    told = json.loads((tmp_path / "conformance.json").read_text(encoding="utf-8"))
    assert [each["id"] for each in told["requirements"] if each["outcome"] == "failed"] == ["REM-003"]
    report = ET.parse(tmp_path / "conformance.xml").getroot()  # noqa: S314 - it was just written here
    assert [case.attrib["name"][:7] for case in report.iter("testcase") if case.find("failure") is not None] == [
        "REM-003"
    ]
    summary = (tmp_path / SUMMARIES[name]).read_text(encoding="utf-8")
    assert summary.startswith("## ❌ Conformance: 1 requirement failed\n")
    assert "<b>REM-003</b>" in summary


def commands_of_github():
    job = yaml.safe_load((FOLDER / "github-actions.yml").read_text(encoding="utf-8"))["jobs"]["tests"]
    return [step["run"] for step in job["steps"] if step.get("name") == "Tests"]


def commands_of_gitlab():
    return yaml.safe_load((FOLDER / "gitlab-ci.yml").read_text(encoding="utf-8"))["conformance-tests"]["script"]


def test_the_tests_of_a_change_run_with_the_mock_and_leave_their_report(tmp_path):
    (tmp_path / "test_own.py").write_text("def test_own():\n    pass\n", encoding="utf-8")
    (command,) = commands_of_github()
    assert commands_of_gitlab() == [command]
    assert carried_out(command, tmp_path, {"CONFORMANCE_PROFILE": "smoke"}) == 0
    names = {case.attrib["name"] for case in ET.parse(tmp_path / "tests.xml").iter("testcase")}  # noqa: S314 - ours
    assert {"test_own", "LIST-007", "REM-003"} <= names


def test_the_key_is_a_secret_of_the_build_and_never_a_word_of_a_command():
    for path in FOLDER.glob("*.yml"):
        text = path.read_text(encoding="utf-8")
        assert re.findall(r"key_\w+|--api-key\b", text) == []
    assert job_of_github()[1]["RETELL_API_KEY"] == "${{ secrets.RETELL_API_KEY }}"


def test_no_finding_is_allowed_to_pass():
    job = yaml.safe_load((FOLDER / "gitlab-ci.yml").read_text(encoding="utf-8"))["conformance-nightly"]
    assert job["allow_failure"] == {"exit_codes": [3]}


def test_reports_are_kept_also_when_the_job_fails():
    github = yaml.safe_load((FOLDER / "github-actions.yml").read_text(encoding="utf-8"))
    uploads = [
        step
        for job in github["jobs"].values()
        for step in job["steps"]
        if step.get("uses", "").startswith("actions/upload-artifact")
    ]
    assert [step["if"] for step in uploads] == ["always()", "always()"]
    gitlab = yaml.safe_load((FOLDER / "gitlab-ci.yml").read_text(encoding="utf-8"))
    kept = [job["artifacts"]["when"] for job in gitlab.values() if "script" in job]
    assert kept == ["always", "always"]
