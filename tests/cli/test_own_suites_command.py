"""`conformance run --suite FILE`: what it prints, how it ends, and what is said of a file that is wrong."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from conformance.contract.suite_form import form_of_suites

FILE = """\
# yaml-language-server: $schema=suite.schema.json
format: 1
area: orders
title: Our orders
variables:
  order: {env: ORDER, default: 17}
environments:
  staging: {order: 18}
requirements:
  - {id: ORDER-001, title: Lists are arrays., level: must, check: bare-array}
scenarios:
  - id: ORDER-002
    title: A web call keeps its order.
    tags: [calls]
    steps:
      - operation: list-calls
        request: {limit: 1}
        capture: {agent: /0/agent_id}
      - name: create
        operation: create-web-call
        request: {agent_id: $agent, metadata: {order: $order}}
        expect:
          status: 201
          values: {/metadata/order: $order}
"""


@pytest.fixture
def suite(tmp_path):
    path = tmp_path / "orders.suite.yaml"
    path.write_text(FILE, encoding="utf-8")
    return path


def test_its_scenarios_alone_are_quick(conformance, suite):
    said = conformance("run", "mock", "--suite", suite, "--tag", "calls", "--report", "json=-", "--quiet")
    report = json.loads(said.out)
    assert said.code == 0
    assert report["requests"] == 3
    assert [(each["id"], each["outcome"]) for each in report["requirements"]] == [("ORDER-002", "passed")]


def test_its_requirements_are_judged_too(conformance, suite):
    said = conformance("run", "mock", "--suite", suite.name, "--profile", "smoke", "--quiet")
    assert (said.code, said.out.split(" · ")[:2]) == (0, ["1 passed", "1 skipped"])


def test_a_defect_is_found_and_told_whole(conformance, suite):
    fault = ("--fault", "metadata-numbers-become-texts")
    said = conformance("run", "mock", "--suite", suite, "--tag", "calls", *fault, "--quiet", COLUMNS="200")
    assert said.code == 1
    lines = [line.rstrip() for line in said.out.splitlines()]
    assert lines[:5] == [
        "FAILED ORDER-002 A web call keeps its order.",
        '  what     create-web-call: step 2 "create" (orders.suite.yaml:19): /metadata/order is not as expected',
        "  expected 17",
        '  actual   string "[hidden]"',
        "  where    /metadata/order",
    ]
    assert lines[7] == "  clause   orders.suite.yaml:12"


@pytest.mark.parametrize(
    ("arguments", "environment", "order"),
    [((), {}, 17), (("--environment", "staging"), {}, 18), (("--environment", "staging"), {"ORDER": "19"}, 19)],
)
def test_where_variables_come_from(conformance, suite, arguments, environment, order):
    broken = FILE.replace("/metadata/order: $order", "/metadata/order: x")
    suite.write_text(broken, encoding="utf-8")
    said = conformance("run", "mock", "--suite", suite, "--tag", "calls", "--quiet", *arguments, **environment)
    assert f"  actual   integer {order}\n" in "\n".join(line.rstrip() for line in said.out.splitlines()) + "\n"


def test_the_environment_can_be_chosen_by_a_variable(conformance, suite):
    said = conformance("run", "--suite", suite, CONFORMANCE_ENVIRONMENT="prod")
    assert (said.code, said.err) == (
        2,
        f"conformance: {suite}:8: There is no environment 'prod'. Known: staging.\n",
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("bare-array", "bare-aray", "10: There is no check 'bare-aray'. Did you mean 'bare-array'?"),
        ("on: list-calls", "on: list-cals", "16: There is no operation 'list-cals'. Did you mean 'list-calls'?"),
        (
            "{agent_id: $agent,",
            "{agent_id: $agnt,",
            (
                "19: $agnt is neither a variable nor captured in an earlier step. Known: $agent, $order."
                " Define it, or write $$ for a dollar."
            ),
        ),
        ("ORDER-002", "ORDER-001", "12: ORDER-001 stands here twice. Give one of them a new id."),
        ("ORDER-002", "LIST-001", "12: LIST-001 is already defined in listing.suite.yaml. Give it another id."),
        ("area: orders", "area: [", None),
    ],
)
def test_a_wrong_file_ends_the_command_before_anything_is_sent(conformance, suite, old, new, message):
    suite.write_text(FILE.replace(old, new), encoding="utf-8")
    said = conformance("run", "http://127.0.0.1:9", "--suite", suite)
    assert (said.code, said.out, len(said.lines)) == (2, "", 1)
    assert said.err.startswith(f"conformance: {suite}:")
    assert message is None or said.err == f"conformance: {suite}:{message}\n"


def test_a_file_that_is_not_there(conformance, tmp_path):
    said = conformance("run", "--suite", "none.suite.yaml")
    assert (said.code, said.err) == (
        2,
        "conformance: none.suite.yaml: cannot be read (No such file or directory). Check the path.\n",
    )
    assert not list(tmp_path.iterdir())


def test_a_tag_that_nobody_has(conformance, suite):
    said = conformance("run", "--suite", suite, "--tag", "call")
    assert (said.code, said.err) == (2, "conformance: There is no tag 'call'. Did you mean 'calls'?\n")


def test_other_requests_can_be_allowed_by_their_name(conformance, suite):
    said = conformance("run", "mock", "--suite", suite, "--tag", "calls", "--allow", "other-request", "--quiet")
    assert said.code == 0


class TestSchema:
    def test_it_is_printed_and_written(self, conformance, tmp_path):
        text = form_of_suites().read_text(encoding="utf-8")
        assert conformance("schema").out == text
        assert conformance("schema", "suite", "-o", "suite.schema.json").out == ""
        assert (tmp_path / "suite.schema.json").read_text(encoding="utf-8") == text

    def test_where_it_cannot_be_written(self, conformance):
        said = conformance("schema", "suite", "-o", "none/suite.schema.json")
        assert (said.code, said.err) == (
            2,
            "conformance: none/suite.schema.json: cannot be written (No such file or directory). Check the path.\n",
        )


DOCUMENT = (Path(__file__).parents[2] / "docs" / "writing-suites.md").read_text(encoding="utf-8")
EXAMPLES = [each for each in re.findall(r"```yaml\n(.*?)```", DOCUMENT, flags=re.DOTALL) if "format: 1" in each]


class TestTheDocument:
    def test_its_example_passes_against_the_mock(self, conformance, tmp_path):
        (tmp_path / "orders.suite.yaml").write_text(EXAMPLES[0], encoding="utf-8")
        said = conformance("run", "mock", "--suite", "orders.suite.yaml", "--quiet")
        assert (said.code, said.out.split(" · ")[0]) == (0, "1 passed")

    def test_its_requirement_can_be_read(self, conformance, tmp_path):
        (tmp_path / "ours.suite.yaml").write_text(EXAMPLES[1], encoding="utf-8")
        said = conformance("run", "mock", "--suite", "ours.suite.yaml", "--profile", "smoke", "--quiet")
        assert (said.code, said.out.split(" · ")[0]) == (0, "1 skipped")

    def test_its_mistake_is_told_as_it_is_shown(self, conformance, tmp_path):
        broken = EXAMPLES[0].replace("{agent_id: $agent,", "{agent_id: $agnt,")
        (tmp_path / "orders.suite.yaml").write_text(broken, encoding="utf-8")
        assert conformance("run", "mock", "--suite", "orders.suite.yaml").err in DOCUMENT
