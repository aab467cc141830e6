"""The sample project, run as whoever copies it would run it: in a folder of its own, with what it configures."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SAMPLE = Path(__file__).resolve().parents[2] / "examples" / "fastapi-integration"
OWN = {
    "tests/calls.suite.yaml::CALLS-001",
    "tests/calls.suite.yaml::CALLS-002",
    "tests/calls.suite.yaml::CALLS-101",
}
TESTS = {
    "tests/test_making_calls.py::test_a_reminder_is_a_call_that_knows_its_appointment",
    "tests/test_making_calls.py::test_a_call_that_was_made_can_be_looked_up",
    "tests/test_making_calls.py::test_a_number_that_is_none_is_refused_with_the_reason",
    "tests/test_making_calls.py::test_a_wrong_key_is_said_to_be_the_reason",
    "tests/test_making_calls.py::test_recent_calls_are_read_to_the_end",
    "tests/test_making_calls.py::test_a_call_comes_once_even_from_a_vendor_whose_pages_overlap",
    "tests/test_properties.py::test_every_delivery_is_accepted",
    "tests/test_properties.py::test_whatever_an_ended_call_looks_like_its_outcome_can_be_told",
    "tests/test_webhooks.py::test_the_end_of_a_call_is_kept",
    "tests/test_webhooks.py::test_news_that_come_late_do_not_undo_what_is_known",
    "tests/test_webhooks.py::test_a_forged_delivery_changes_nothing",
    "tests/test_webhooks.py::test_what_the_vendor_sends_about_our_own_call_is_understood",
    "tests/test_webhooks.py::test_the_receiver_keeps_every_promise",
}


@pytest.fixture
def project(tmp_path):
    """A copy, so that nothing of this repository is near it."""
    return shutil.copytree(SAMPLE, tmp_path / "project", ignore=shutil.ignore_patterns("__pycache__", ".*"))


def run_pytest(project, *arguments):
    """The node ids by outcome, and everything that pytest said."""
    plain = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("CONFORMANCE_", "PYTEST_", "RETELL_", "REMINDERS_", "CALL_API_"))
    }
    words = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:asyncio", "-rA", *arguments]
    done = subprocess.run(  # noqa: S603 - a program of ours
        words, cwd=project, env=plain, capture_output=True, text=True, check=False, timeout=120
    )
    told: dict[str, set[str]] = {}
    for outcome, node in re.findall(
        r"^(PASSED|FAILED|ERROR|SKIPPED|XFAIL) (\S+::\S+)", done.stdout, flags=re.MULTILINE
    ):
        told.setdefault(outcome, set()).add(node)
    return told, done.stdout + done.stderr


def test_its_tests_its_properties_and_its_own_suite_pass(project):
    told, text = run_pytest(project)
    assert told == {"PASSED": TESTS | OWN}, text


def test_its_suite_finds_what_a_server_does_wrong(project):
    conftest = project / "tests" / "conftest.py"
    broken = conftest.read_text(encoding="utf-8").replace(
        "MockVendor()", 'MockVendor(faults=["create-phone-call-answers-202"])'
    )
    conftest.write_text(broken, encoding="utf-8")
    told, text = run_pytest(project, "tests/calls.suite.yaml", "-k", "CALLS-101")
    assert told == {"FAILED": {"tests/calls.suite.yaml::CALLS-101"}}, text


def test_every_requirement_can_be_held_against_the_target_that_it_gives(project):
    chosen = ("--conformance-suite", "split", "--conformance-profile", "smoke", "-k", "SPLIT")
    told, text = run_pytest(project, "--conformance-target", "fixture", *chosen)
    built_in = {node for node in told["PASSED"] if node.startswith("suites/split.suite.yaml::SPLIT-")}
    assert built_in, text
    assert "FAILED" not in told, text
