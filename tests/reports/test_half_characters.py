"""What was sent may hold half of a character, which no file can hold: every report tells it all the same."""

import json
from dataclasses import replace

import pytest
from sample_runs import finding, requirement, result, run

from conformance.model import Outcome
from conformance.reports import formats


def half():
    """A run with a finding whose request holds half of a character."""
    broken = requirement("X-001")
    found = finding(broken)
    case = replace(found.exchange.case, body=b'{"agent_id":"\\ud83d"}')
    found = replace(found, exchange=replace(found.exchange, case=case))
    return run(result("X-001", Outcome.FAILED, findings=(found,)))


@pytest.mark.parametrize("name", formats.FORMATS)
def test_a_report_is_written_and_spells_it(name, tmp_path):
    path = tmp_path / "report"
    formats.write_report(half(), name, path, environment={})
    assert "\\ud83d" in path.read_text(encoding="utf-8")


def test_the_json_report_holds_what_was_sent():
    told = json.loads(formats.report_text(half(), "json"))
    (found,) = told["requirements"][0]["findings"]
    assert found["request"]["body"] == {"agent_id": "\ud83d"}
