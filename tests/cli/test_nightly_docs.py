"""The schedules that people copy, and the document about them: well-formed, and every command in them exists."""

import json
import re
import shlex
from pathlib import Path

import pytest
import yaml

from conformance.cli.notify import OCCASIONS, message
from conformance.cli.parser import build_parser
from conformance.model import Run
from conformance.runs.journal import LONGEST_AGE_S

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "examples" / "ci"
DOCUMENT = (ROOT / "docs" / "regression-runs.md").read_text(encoding="utf-8")
GITHUB = yaml.safe_load((FOLDER / "github-actions-nightly.yml").read_text(encoding="utf-8"))
GITLAB = yaml.safe_load((FOLDER / "gitlab-ci-nightly.yml").read_text(encoding="utf-8"))
CRON = (FOLDER / "cron.txt").read_text(encoding="utf-8")
SCHEDULES = [line for line in CRON.splitlines() if re.match(r"[0-9*]", line)]


def commands_of(script):
    """The commands of ours in a shell script, without what the shell does with their output."""
    whole = script.replace("\\\n", " ")
    found = re.findall(r"(?:^|[;&|(] *|flock -n \S+ )(conformance [^\n;&|>]+)", whole, flags=re.MULTILINE)
    return [" ".join(each.split()) for each in found]


JOBS = {
    "github": [each for step in GITHUB["jobs"]["nightly"]["steps"] for each in commands_of(step.get("run", ""))],
    "gitlab": [
        each
        for part in ("before_script", "script", "after_script")
        for line in GITLAB["conformance-nightly"][part]
        for each in commands_of(" ".join(line.split()))
    ],
    "cron": [each for line in SCHEDULES for each in commands_of(line)],
    "document": re.findall(r"^\$ (conformance .+)$", DOCUMENT, flags=re.MULTILINE),
}


@pytest.mark.parametrize(
    ("name", "command"), [(name, command) for name, commands in JOBS.items() for command in commands]
)
def test_every_command_is_one_that_there_is(name, command):
    del name
    options = build_parser().parse_args(shlex.split(command)[1:])
    assert callable(options.command)


def test_each_schedule_runs_the_quick_profile_keeps_it_and_has_its_known_findings():
    assert [len(commands) >= 2 for commands in JOBS.values()] == [True] * 4
    for name in ("github", "gitlab", "cron"):
        (words,) = [shlex.split(each) for each in JOBS[name] if "smoke" in each]
        assert {"--save", "--known", "--max-time", "--quiet"} <= set(words), name


def test_a_cron_line_has_five_fields_and_no_sign_that_cron_reads_as_a_new_line():
    assert len(SCHEDULES) == 2
    for line in SCHEDULES:
        fields = line.split(maxsplit=5)
        assert [bool(re.fullmatch(r"\*|[0-9]+", field)) for field in fields[:5]] == [True] * 5
        assert fields[5].startswith('cd "$HOME/nightly" && . ./secrets.env && flock -n .lock conformance ')
        assert "%" not in line


def test_no_key_is_written_into_any_of_them():
    for text in (CRON, DOCUMENT, *(path.read_text(encoding="utf-8") for path in FOLDER.glob("*nightly*"))):
        assert re.findall(r"key_\w+|--api-key\b|hooks\.\S+/\w", text) == []
    assert GITHUB["jobs"]["nightly"]["env"]["RETELL_API_KEY"] == "${{ secrets.RETELL_API_KEY }}"


def test_what_is_needed_the_next_night_is_kept_also_when_the_job_fails():
    steps = {step["uses"].split("@")[0]: step for step in GITHUB["jobs"]["nightly"]["steps"] if "uses" in step}
    assert steps["actions/cache/save"]["if"] == steps["actions/upload-artifact"]["if"] == "always()"
    assert (
        steps["actions/cache/save"]["with"]["path"] == steps["actions/cache/restore"]["with"]["path"] == ".conformance"
    )
    assert steps["actions/cache/save"]["with"]["key"] == steps["actions/cache/restore"]["with"]["key"]
    assert steps["actions/cache/save"]["with"]["key"].startswith(steps["actions/cache/restore"]["with"]["restore-keys"])
    job = GITLAB["conformance-nightly"]
    assert job["cache"] == {"key": "conformance-history", "paths": [".conformance/"], "when": "always"}
    assert job["artifacts"]["when"] == "always"


def test_no_finding_is_allowed_to_pass():
    assert GITLAB["conformance-nightly"]["allow_failure"] == {"exit_codes": [3]}
    lenient = [step["name"] for step in GITHUB["jobs"]["nightly"]["steps"] if step.get("continue-on-error")]
    assert lenient == ["What changed since the night before"]


def test_the_notice_in_the_document_has_the_members_of_a_real_one():
    (shown,) = re.findall(r"^```json\n(.*?)^```$", DOCUMENT, flags=re.DOTALL | re.MULTILINE)
    run = Run(
        edition="v2",
        target="t",
        seed=1,
        started_at="",
        seconds=0.0,
        requests=0,
        complete=True,
        results=(),
        stopped=None,
    )
    assert list(json.loads(shown)) == [
        *(name for name in message(run, exit_code=1) if name != "reports"),
        "new",
        "fixed",
        "reports",
    ]


def test_the_occasions_and_the_age_in_the_document_are_the_true_ones():
    rows = re.findall(r"^\| `(on-failure|on-change|always)`", DOCUMENT, flags=re.MULTILINE)
    assert tuple(rows) == OCCASIONS
    assert f"after {LONGEST_AGE_S / 3600:g} hours" in DOCUMENT
