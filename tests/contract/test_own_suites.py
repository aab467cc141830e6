"""Suites of one's own: each key of a scenario both ways, and what is said of a file that is wrong."""

from __future__ import annotations

import pytest
from own_files import EDITIONS, FORM, GET, HEAD, complaint, read, step_of, with_step, with_steps

from conformance.checks import CHECKS, RELATIONS
from conformance.contract.contract import load_contract
from conformance.contract.files import read_json
from conformance.contract.schemas import load_schemas
from conformance.contract.suite_form import form_of_suites
from conformance.contract.suites import is_suite_file, suite_files
from conformance.contract.yaml_file import read_yaml
from conformance.errors import UsageError
from conformance.model import Evidence, Level


@pytest.fixture
def suite(tmp_path):
    """Writes a suite file."""

    def write(content, name="mine.suite.yaml"):
        path = tmp_path / name
        path.write_text(content, encoding="utf-8")
        return path

    return write


class TestRequirements:
    def test_what_is_left_out_has_defaults(self, suite):
        path = suite(f"{HEAD}requirements:\n  - {{id: MINE-001, title: So., level: must, check: bare-array}}\n")
        (found,) = read(path).requirements
        assert (found.evidence, found.clause, found.sources) == (Evidence.ASSUMED, "mine.suite.yaml:5", ())
        assert all(len(read(path, edition=each).requirements) == 1 for each in EDITIONS)

    def test_our_own_files_leave_nothing_out(self):
        needed = {"id", "title", "level", "editions", "evidence", "clause", "sources", "check"}
        for document in map(read_yaml, suite_files()):
            assert "scenarios" not in document
            assert [entry["id"] for entry in document["requirements"] if not needed <= entry.keys()] == []

    @pytest.mark.parametrize(
        ("entry", "message"),
        [
            ("check: bare-aray", ":5: There is no check 'bare-aray'. Did you mean 'bare-array'?"),
            ("check: written", None),
            (
                "check: bare-array, operations: [list-cals]",
                ":5: There is no operation 'list-cals'. Did you mean 'list-calls'?",
            ),
            ("check: removed-field", f':5: /requirements/0: "with" is a required property.{FORM}'),
            (
                "check: removed-field, with: {name: x}",
                f":5: /requirements/0/with: Additional properties are not allowed ('name' was unexpected).{FORM}",
            ),
            ("check: outbound", f':5: /requirements/0: "operations" is a required property.{FORM}'),
            (
                "check: bare-array, with: {a: 1}",
                f':5: /requirements/0/with: {{"a":1}} has more than 0 properties.{FORM}',
            ),
        ],
    )
    def test_a_wrong_one_is_told_with_its_line(self, suite, entry, message):
        path = suite(f"{HEAD}requirements:\n  - {{id: MINE-001, title: So., level: must, {entry}}}\n")
        told = complaint(path)
        assert told == f"{path}{message}" if message else told.startswith(f"{path}:5: There is no check 'written'.")


class TestScenarios:
    def test_one_with_the_least_that_it_must_say(self, suite):
        found = read(suite(with_steps(GET)))
        (requirement,), (scenario,) = found.requirements, found.scenarios
        assert (requirement.id, requirement.title, requirement.level) == ("MINE-001", "It holds.", Level.MUST)
        assert (requirement.check, requirement.clause, requirement.suite) == (
            "written",
            "mine.suite.yaml:5",
            "mine.suite.yaml",
        )
        assert (scenario.id, scenario.tags, scenario.needs) == ("MINE-001", (), ())
        (step,) = scenario.steps
        assert (step.operation, step.path_values, step.key, step.sends) == (
            "get-call",
            {"call_id": "call_x"},
            "right",
            False,
        )
        assert (step.expect.statuses, step.line, step.label) == (("2xx",), 8, "step 1")

    def test_one_with_all_that_it_can_say(self, suite):
        path = suite(
            HEAD + "scenarios:\n  - id: MINE-001\n    title: It holds.\n    level: should\n    editions: v2\n"
            "    tags: [a, b]\n    clause: a talk\n    advice: Do it.\n    steps:\n" + GET
        )
        found = read(path)
        (requirement,), (scenario,) = found.requirements, found.scenarios
        assert (requirement.level, requirement.clause, requirement.advice) == (Level.SHOULD, "a talk", "Do it.")
        assert scenario.tags == ("a", "b")
        assert read(path, edition="v1").scenarios == ()
        assert read(path, edition="v1").requirements == ()

    @pytest.mark.parametrize(
        ("keys", "attribute", "value"),
        [
            ("name: first", "name", "first"),
            ("query: {a: [1, x]}", "query", {"a": [1, "x"]}),
            ("headers: {x-a: b}", "headers", {"x-a": "b"}),
            ("key: wrong", "key", "wrong"),
            ("request: null", "sends", True),
            ("request: {a: [1, null]}", "request", {"a": [1, None]}),
            ("capture: {c: /call_id}", "capture", {"c": "/call_id"}),
        ],
    )
    def test_a_key_of_a_step(self, suite, keys, attribute, value):
        assert getattr(step_of(suite(with_step(keys))), attribute) == value

    @pytest.mark.parametrize(
        ("keys", "attribute", "value"),
        [
            ("status: 201", "statuses", (201,)),
            ("status: [200, 4xx]", "statuses", (200, "4xx")),
            ("schema: web-call", "schema", "web-call"),
            ("json_schema: {type: object}", "json_schema", {"type": "object"}),
            ("present: [/a, /b]", "present", ("/a", "/b")),
            ("absent: [/a~1b]", "absent", ("/a~1b",)),
            ("values: {/a: 1}", "values", (("/a", {"equals": 1}),)),
            ("values: {/a: [1]}", "values", (("/a", {"equals": [1]}),)),
            ("values: {/a: {at_least: 0, type: integer}}", "values", (("/a", {"at_least": 0, "type": "integer"}),)),
            ("has_item: {a: 1}", "has_item", {"a": 1}),
            ("has_no_item: {a: 1}", "has_no_item", {"a": 1}),
            ("within_seconds: 5", "within_seconds", 5.0),
        ],
    )
    def test_a_key_of_what_is_expected(self, suite, keys, attribute, value):
        assert getattr(step_of(suite(with_step(f"expect: {{{keys}}}"))).expect, attribute) == value

    @pytest.mark.parametrize("word", ["first", "1"])
    def test_an_earlier_step_is_known_by_its_name_and_its_number(self, suite, word):
        text = f"{GET}        name: first\n{GET}        expect: {{same_as: {{step: {word}, at: [/a]}}}}\n"
        assert step_of(suite(with_steps(text))).expect.same_as.step == 0

    def test_a_step_that_is_no_operation(self, suite):
        step = step_of(suite(with_steps("      - {method: GET, path: /health}\n")))
        assert (step.operation, step.method, step.path) == ("", "GET", "/health")


class TestVariables:
    HEAD = HEAD + (
        "variables:\n  plain: x\n  agent: {env: MY_AGENT, default: agent_x}\n  number: {env: MY_NUMBER, secret: true}\n"
        "  limit: {env: MY_LIMIT, default: 5}\nenvironments:\n  staging: {agent: agent_s, limit: 7}\n"
    )

    def scenario(self, suite, uses="[$plain, $agent, $limit]", **around):
        return read(suite(with_step(f"request: {uses}", self.HEAD)), **around).scenarios[0]

    def test_defaults_hold_where_nothing_else_is_said(self, suite):
        assert self.scenario(suite).variables == {"plain": "x", "agent": "agent_x", "limit": 5}

    def test_an_environment_of_the_file_wins_over_defaults(self, suite):
        found = self.scenario(suite, environment="staging").variables
        assert (found["agent"], found["limit"]) == ("agent_s", 7)

    def test_the_environment_wins_over_the_file_and_keeps_the_kind_of_the_default(self, suite):
        found = self.scenario(suite, environment="staging", MY_AGENT="agent_e", MY_LIMIT="9").variables
        assert (found["agent"], found["limit"]) == ("agent_e", 9)

    def test_only_who_uses_a_missing_one_needs_it(self, suite):
        assert self.scenario(suite).needs == ()
        assert self.scenario(suite, uses="$number").needs == ("MY_NUMBER",)
        assert self.scenario(suite, uses="$number", MY_NUMBER="+14155550123").needs == ()

    def test_a_secret_is_known_in_every_form_in_which_it_is_sent(self, suite):
        path = suite(with_step("request: $number", self.HEAD))
        assert read(path, MY_NUMBER='to "p/q"').secrets == {
            'to "p/q"',
            "to%20%22p%2Fq%22",
            "to%20%22p/q%22",
            "to+%22p%2Fq%22",
            'to \\"p/q\\"',
        }

    def test_a_value_of_the_wrong_kind(self, suite):
        path = suite(with_step("request: $limit", self.HEAD))
        assert complaint(path, MY_LIMIT="many") == (
            f"{path}: $MY_LIMIT is 'many', not a whole number, as its default is. Set it again."
        )

    def test_an_unknown_environment(self, suite):
        path = suite(with_step("request: $limit", self.HEAD))
        assert complaint(path, environment="prod") == f"{path}:10: There is no environment 'prod'. Known: staging."


class TestLoading:
    def test_scenarios_stand_beside_what_ships_and_are_chosen_by_file_and_tag(self, suite):
        first = suite(with_steps(GET).replace("title: It", "tags: [a]\n    title: It"))
        second = suite(with_steps(GET).replace("MINE-001", "MINE-002"), "other.suite.yaml")
        contract = load_contract("v2", suites=[first, second, first])
        assert [each.id for each in contract.scenarios] == ["MINE-001", "MINE-002"]
        assert len(contract.requirements) == len(load_contract("v2").requirements) + 2
        of_file = contract.narrowed(suites=(), requirements=(), files=[second])
        assert [each.id for each in of_file.requirements] == ["MINE-002"]
        assert [each.id for each in of_file.scenarios] == ["MINE-002"]
        tagged = contract.narrowed(suites=(), requirements=(), tags=["a"])
        assert [each.id for each in tagged.requirements] == ["MINE-001"]
        both = contract.narrowed(suites=["errors"], requirements=(), files=[first])
        assert [each.id for each in both.requirements] == ["ERR-001", "ERR-002", "MINE-001"]

    def test_a_file_that_ships_is_the_suite_of_its_name(self):
        path = next(each for each in suite_files() if each.name == "errors.suite.yaml")
        contract = load_contract("v2", suites=[path])
        assert contract.requirements == load_contract("v2").requirements
        kept = contract.narrowed(suites=(), requirements=(), files=[path]).requirements
        assert [each.id for each in kept] == ["ERR-001", "ERR-002"]

    def test_nothing_left_is_an_error_and_not_a_green_run(self, suite):
        path = suite(with_steps(GET).replace("title: It", "editions: v1\n    title: It"))
        contract = load_contract("v2", suites=[path])
        with pytest.raises(UsageError) as caught:
            contract.narrowed(suites=(), requirements=(), files=[path])
        assert str(caught.value) == (
            "Nothing of what was named is judged here in the edition v2. Name more, or another edition;"
            " what receivers promise, `conformance webhook` judges."
        )

    def test_an_unknown_tag(self, suite):
        with pytest.raises(UsageError) as caught:
            load_contract("v2", suites=[suite(with_steps(GET))]).narrowed(suites=(), requirements=(), tags=["a"])
        assert str(caught.value) == "There is no tag 'a'. Known: ."

    @pytest.mark.parametrize(
        ("word", "meant"), [("listing", False), ("mine.suite.yaml", True), ("a/b.yaml", True), ("pyproject", False)]
    )
    def test_a_word_that_means_a_file(self, word, meant):
        assert is_suite_file(word) is meant


class TestTheSchema:
    def test_its_checks_are_those_that_there_are(self):
        requirement = read_json(form_of_suites())["$defs"]["requirement"]
        checks = requirement["properties"]["check"]["enum"]
        assert set(checks) == (CHECKS.keys() | RELATIONS.keys()) - {"written"}
        named = [branch["if"]["properties"]["check"] for branch in requirement["allOf"]]
        assert {name for each in named for name in each.get("enum", [each.get("const")])} == set(checks)

    def test_its_operations_are_those_of_all_editions(self):
        definitions = read_json(form_of_suites())["$defs"]
        known = {operation.name for edition in EDITIONS for operation in load_schemas(edition).operations()}
        assert set(definitions["step"]["properties"]["operation"]["enum"]) == known
        assert known < set(definitions["requirement"]["properties"]["operations"]["items"]["enum"])

    def test_every_key_has_a_description(self):
        def undescribed(node, at=""):
            for name, schema in node.get("properties", {}).items():
                if "description" not in schema and "$ref" not in schema:
                    yield f"{at}/{name}"
            for key in ("then", "items"):
                if isinstance(node.get(key), dict) and not at.endswith(("/step", "/length")):
                    yield from undescribed(node[key], f"{at}/{key}")
            for key in ("properties", "$defs"):
                for name, schema in node.get(key, {}).items():
                    yield from undescribed(schema, f"{at}/{name}")

        assert list(undescribed(read_json(form_of_suites()))) == []
