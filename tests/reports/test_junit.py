"""The JUnit report, held against what the schemas in use have in common."""

import xml.etree.ElementTree as ET

import pytest
from sample_runs import finding, hostile, one_of_each, requirement, result, run

from conformance.model import Outcome
from conformance.reports import junit

CHILDREN = {
    "testsuites": ["testsuite"],
    "testsuite": ["properties", "testcase", "system-out", "system-err"],
    "properties": ["property"],
    "testcase": ["properties", "skipped", "error", "failure", "system-out", "system-err"],
}
ATTRIBUTES = {
    "testsuites": {"name", "tests", "failures", "errors", "time"},
    "testsuite": {"name", "tests", "failures", "errors", "skipped", "time", "timestamp", "hostname"},
    "properties": set(),
    "property": {"name", "value"},
    "testcase": {"classname", "name", "time"},
    "skipped": {"message"},
    "error": {"message", "type"},
    "failure": {"message", "type"},
    "system-out": set(),
}


def parsed(conducted, **options):
    """The report, after every element was seen to be in its place, with the attributes that it must have."""
    root = ET.fromstring(junit.text(conducted, **options))  # noqa: S314 - it was just written here
    for element in root.iter():
        order = CHILDREN.get(element.tag, [])
        places = [order.index(child.tag) for child in element]
        assert places == sorted(places), element.tag
        assert set(element.attrib) == ATTRIBUTES[element.tag]
    return root


def case_of(root, name):
    return next(case for case in root.iter("testcase") if case.attrib["name"].startswith(f"{name} "))


def properties(element):
    return {each.attrib["name"]: each.attrib["value"] for each in element.findall("properties/property")}


def verdicts(root):
    return {
        case.attrib["name"].partition(" ")[0]: [child.tag for child in case if child.tag != "properties"]
        for case in root.iter("testcase")
    }


def test_there_is_a_test_case_for_each_requirement_under_its_area():
    root = parsed(one_of_each())
    assert [(case.attrib["classname"], case.attrib["name"]) for case in root.iter("testcase")] == [
        ("suites.listing", "LIST-001 A limit is a prefix."),
        ("suites.listing", "LIST-002 A limit is a prefix."),
        ("suites.listing", "LIST-003 A limit is a prefix."),
        ("suites.gone", "GONE-001 A limit is a prefix."),
        ("suites.gone", "GONE-002 A limit is a prefix."),
    ]


def test_each_outcome_has_the_element_that_readers_know():
    assert verdicts(parsed(one_of_each())) == {
        "LIST-001": [],
        "LIST-002": ["failure"],
        "LIST-003": ["system-out"],
        "GONE-001": ["skipped"],
        "GONE-002": ["error"],
    }


def test_warnings_are_failures_where_they_fail_the_run():
    assert verdicts(parsed(one_of_each(), strict=True))["LIST-003"] == ["failure"]


def test_a_failure_tells_the_whole_finding():
    failure = case_of(parsed(one_of_each()), "LIST-002").find("failure")
    assert failure.attrib == {"message": "list-calls: 3 calls for a limit of 2", "type": "failed"}
    assert failure.text.splitlines() == [
        "FAILED LIST-002 A limit is a prefix.",
        "  what      list-calls: 3 calls for a limit of 2 (seen 3 times)",
        "  expected  2",
        "  actual    3",
        "  where     /2",
        "  request   POST /v2/list-calls {}",
        '  answer    200 {"call_id":"call_1"}',
        "  clause    OpenAPI 2026-04, limit",
        "  fix       Cut the list.",
        "  repeat    curl -sS http://127.0.0.1:9/v2/list-calls",
    ]


def test_several_findings_are_one_failure_and_all_told():
    broken = requirement("A-1")
    both = [finding(broken, outcome=Outcome.WARNED, message="mild"), finding(broken, message="grave")]
    failure = case_of(parsed(run(result("A-1", Outcome.FAILED, findings=both))), "A-1").find("failure")
    assert failure.attrib["message"] == "list-calls: grave (and 1 more)"
    assert [line for line in failure.text.splitlines() if line.startswith("  what")] == [
        "  what      list-calls: mild",
        "  what      list-calls: grave",
    ]


def test_reasons_are_messages():
    root = parsed(one_of_each())
    assert case_of(root, "GONE-001").find("skipped").attrib == {"message": "needs --allow create-web-call"}
    assert case_of(root, "GONE-002").find("error").attrib["message"] == "not reached: the connection was lost"


def test_a_test_case_has_requirement_clause_and_seed_as_properties():
    assert properties(case_of(parsed(one_of_each()), "LIST-001")) == {
        "requirement": "LIST-001",
        "level": "must",
        "evidence": "documented",
        "clause": "OpenAPI 2026-04, limit",
        "edition": "v2",
        "seed": "7",
        "cases": "4",
    }


def test_the_counts_are_those_of_the_elements():
    root = parsed(one_of_each())
    assert root.attrib == {"name": "conformance", "tests": "5", "failures": "1", "errors": "1", "time": "1.250"}
    listing, gone = root
    assert [listing.attrib[name] for name in ("tests", "failures", "errors", "skipped")] == ["3", "1", "0", "0"]
    assert [gone.attrib[name] for name in ("tests", "failures", "errors", "skipped")] == ["2", "0", "1", "1"]
    assert listing.attrib["timestamp"] == "2026-01-02T03:04:05"


def test_a_run_that_was_cut_short_is_never_green():
    root = parsed(run(result("A-1", Outcome.PASSED), complete=False, stopped="out of budget"))
    assert root.attrib["errors"] == "1"
    assert root.find("testsuite[@name='run']/testcase/error").text == "Not complete: out of budget."


@pytest.mark.parametrize("strict", [False, True])
def test_no_answer_makes_it_anything_but_xml(strict):
    root = parsed(hostile(), strict=strict)
    failure = case_of(root, "LIST-001").find("failure")
    assert (
        r"</pre></details>|<img src=x onerror=alert(1)> # no *heading* `x` ]]> & @someone\u0000\u001b[31m"
        in failure.text
    )
