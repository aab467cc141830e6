"""A requirement is an item: it passes, fails, warns, is skipped, and stands in the reports as people expect."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from conformance.contract.contract import load_contract
from conformance.mockvendor import MockVendor
from conformance.runs import Options, Runner
from conformance.targets.opening import open_application

pytest_plugins = ["pytester"]

SPLIT = ("--conformance-suite", "split")


def test_each_requirement_of_a_suite_is_an_item_with_its_own_node_id(project):
    said = project.judge(*SPLIT, "--collect-only", "-q")
    assert said.text.splitlines()[:8] == [f"suites/split.suite.yaml::SPLIT-00{number}" for number in range(1, 9)]
    assert said.code == 0


def test_collecting_alone_opens_no_target(project):
    said = project.run("--conformance-target", "app:nowhere:app", "--collect-only", "-q", *SPLIT)
    assert (said.code, said.err) == (0, "")


def test_a_failing_item_shows_the_finding_and_nothing_of_the_harness(project):
    said = project.judge("--conformance-requirement", "SPLIT-001")
    assert said.code == 1
    shown = said.section("FAILURES")
    assert shown[1] == ("FAILED SPLIT-001 Every call says which kind it is: `call_type` is `web_call` or `phone_call`.")
    assert [line[2:11].strip() for line in shown[2:]] == [
        "what",
        "expected",
        "actual",
        "where",
        "request",
        "answer",
        "clause",
        "fix",
        "repeat",
    ]
    assert shown[3:6] == ["  expected  present", "  actual    absent", "  where     /call_type"]
    assert shown[10] == "  repeat    conformance run app:shop:app --seed 1"
    assert said.section("short test summary info") == [
        "FAILED suites/split.suite.yaml::SPLIT-001 - get-call: `call_type` is missing"
    ]


def test_the_summary_counts_by_suite_and_tells_of_the_run(project):
    said = project.judge(*SPLIT, "--conformance-suite", "listing")
    shown = said.section("conformance")
    assert shown[0] == "suite    passed  failed  warned  skipped  errored"
    assert shown[1].split()[:3] == ["split", "4", "1"]
    assert shown[3].startswith("app:shop:app · ")
    assert shown[3].endswith(" · edition v2 · seed 1")


def test_a_skip_says_why(project):
    said = project.judge("--conformance-requirement", "SPLIT-002", "-rs")
    assert said.section("short test summary info") == [
        "SKIPPED [1] suites/split.suite.yaml:17: the profile smoke sends nothing that exercises it"
    ]


def test_a_warning_is_a_warning_of_pytest(project):
    said = project.judge("--conformance-requirement", "STAT-004")
    assert (said.code, said.outcomes) == (0, {"passed": 1, "warnings": 1})
    shown = said.section("warnings summary")
    assert shown[0] == "suites/status.suite.yaml::STAT-004"
    assert shown[1] == (
        "  suites/status.suite.yaml:39: ConformanceWarning: WARNED STAT-004"
        " A call id that the account does not know is answered 422."
    )
    assert shown[2] == "    what      get-call: a call id that does not exist is answered 404"


@pytest.mark.parametrize("how", [("--conformance-strict",), ("-W", "error")])
def test_a_warning_fails_where_people_want_it_to(project, how):
    said = project.judge("--conformance-requirement", "STAT-004", *how)
    assert (said.code, said.outcomes) == (1, {"failed": 1})
    assert said.section("FAILURES")[1].startswith("WARNED STAT-004 ")
    assert said.section("short test summary info") == [
        "FAILED suites/status.suite.yaml::STAT-004 - get-call: a call id that does not exist is answered 404"
    ]


def test_a_target_that_is_down_is_one_line_on_each_item(project):
    said = project.run("--conformance-target", "http://127.0.0.1:9", *SPLIT)
    line = "http://127.0.0.1:9: no connection to 127.0.0.1:9: Connection refused. Is the server running there?"
    assert (said.code, said.outcomes) == (1, {"errors": 8})
    assert [each for each in said.section("ERRORS") if not each.startswith("___")] == [line] * 8
    assert said.section("conformance")[2] == f"No run: {line}"


def test_a_wrong_key_is_one_line_too_and_is_not_shown(project, monkeypatch):
    monkeypatch.setenv("RETELL_API_KEY", "key_of_somebody_else")
    said = project.judge("--conformance-requirement", "SPLIT-001")
    assert said.section("ERRORS")[1:] == [
        "app:shop:app: the key was refused (401). Set the right one in the environment; see --conformance-api-key-env."
    ]
    assert "key_of_somebody_else" not in said.text


def test_junit_has_the_properties_of_each_requirement(project):
    project.judge("--conformance-requirement", "SPLIT-001", "--junitxml", "junit.xml", "--conformance-seed", "3")
    (case,) = cases(project)
    assert (case.get("classname"), case.get("name")) == ("suites.split.suite.yaml", "SPLIT-001")
    assert {each.get("name"): each.get("value") for each in case.iter("property")} == {
        "requirement": "SPLIT-001",
        "area": "split",
        "clause": "migration guide (2024-07): the call object is split in two, told apart by call_type",
        "level": "must",
        "seed": "3",
        "edition": "v2",
        "outcome": "failed",
    }
    assert case.find("failure").get("message") == "get-call: `call_type` is missing"


def cases(project):
    return list(ET.parse(project.folder / "junit.xml").iter("testcase"))  # noqa: S314 - pytest wrote it just now


def test_k_m_and_deselect_choose_among_the_items(project):
    assert project.judge(*SPLIT, "-k", "SPLIT-001 or SPLIT-002", "-q").outcomes == {
        "failed": 1,
        "skipped": 1,
        "deselected": 6,
    }
    assert project.judge(*SPLIT, "-m", 'conformance_suite(name="listing")').outcomes == {"deselected": 8}
    assert project.judge(*SPLIT, "-m", "not conformance").outcomes == {"deselected": 8}
    assert project.judge(*SPLIT, "--deselect", "suites/split.suite.yaml").outcomes == {"deselected": 8}


def test_x_stops_at_the_first_failure(project):
    assert project.judge(*SPLIT, "-x").outcomes == {"failed": 1}


def test_the_last_failures_run_again_alone(project):
    project.pytester.makepyfile(test_own="def test_wrong():\n    assert False\n\n\ndef test_right():\n    pass\n")
    assert project.judge(*SPLIT).outcomes == {"failed": 2, "passed": 5, "skipped": 3}
    said = project.judge(*SPLIT, "--lf", "-v")
    assert (said.outcomes["failed"], "passed" in said.outcomes) == (2, False)
    assert "suites/split.suite.yaml::SPLIT-001 FAILED" in said.text


def test_durations_name_the_item_that_carried_out_the_run(project):
    said = project.judge("--conformance-requirement", "SPLIT-001", "--durations", "1", "--durations-min", "0")
    assert said.section("slowest 1 durations")[0].endswith("setup    suites/split.suite.yaml::SPLIT-001")


def test_without_the_plugin_there_are_no_options(project):
    said = project.bare("--conformance-target", "mock")
    assert said.code == 4
    assert "unrecognized arguments: --conformance-target" in said.err


def test_the_order_of_items_changes_no_outcome(project):
    plain = project.judge(*SPLIT, "-v")
    project.pytester.makeconftest("def pytest_collection_modifyitems(items):\n    items.reverse()\n")
    turned = project.judge(*SPLIT, "-v")
    assert told(turned) == list(reversed(told(plain)))


def told(said):
    return [line.split(" ")[:2] for line in said.text.splitlines() if line.startswith("suites/")]


def test_pytest_finds_what_a_run_of_the_library_finds(project):
    said = project.judge("--junitxml", "junit.xml")
    found = {
        (properties["requirement"], properties["outcome"])
        for properties in (
            {each.get("name"): each.get("value") for each in case.iter("property")} for case in cases(project)
        )
        if properties["outcome"] in {"failed", "warned"}
    }
    vendor = MockVendor(calls=20, faults=project.faults)
    target = open_application(vendor.app, name="app", key=vendor.api_key, timeout_seconds=30)
    run = Runner(contract=load_contract(), target=target, options=Options(profile="smoke")).run()
    target.close()
    assert found == {(each.requirement.id, str(each.outcome)) for each in run.results if each.findings}
    assert len(found) == 6
    assert said.outcomes["failed"] == 4
