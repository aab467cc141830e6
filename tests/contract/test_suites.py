"""Suite files: what is wrong with a broken one is told with file and line; what ships keeps its own rules."""

from __future__ import annotations

import json
import re

import pytest

from conformance.checks import CHECKS, RELATIONS
from conformance.contract.contract import load_contract
from conformance.contract.files import data_folder
from conformance.contract.schemas import editions
from conformance.contract.suites import WRITTEN, areas, read_suite, suite_files
from conformance.contract.yaml_file import read_yaml
from conformance.errors import ContractError, UnknownName, UsageError
from conformance.model import Evidence, Level

EDITIONS = [each.id for each in editions()]
HEAD = """\
format: 1
area: mine
title: Mine
requirements:
"""
ENTRY = """\
  - id: MINE-001
    title: It is so.
    level: must
    editions: all
    evidence: assumed
    clause: a clause
    sources: [assumed]
    check: bare-array
"""
GOOD = HEAD + ENTRY
FORM = " See suites/README.md for the form of a suite."
YAML = " Correct the YAML there."


@pytest.fixture
def suite(tmp_path):
    """Writes a suite file."""

    def write(content, name="mine.suite.yaml"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def complaint(path, *, edition="v2"):
    with pytest.raises(UsageError) as caught:
        read_suite(path, editions=EDITIONS, edition=edition)
    return str(caught.value)


class TestWhatIsRead:
    def test_a_requirement_with_all_that_it_can_say(self, suite):
        path = suite(
            HEAD.replace("title:", "order: 7\ntitle:")
            + ENTRY.replace("bare-array", "filter-kept")
            + "    operations: [list-calls]\n    with: {fields: [a]}\n    yields_to: [LIST-001]\n    advice: Do it.\n"
        )
        order, (found,) = read_suite(path, editions=EDITIONS, edition="v2")
        assert order == 7
        assert (found.id, found.area, found.title, found.level) == ("MINE-001", "mine", "It is so.", Level.MUST)
        assert (found.evidence, found.clause, found.sources) == (Evidence.ASSUMED, "a clause", ("assumed",))
        assert (found.check, found.parameters, found.operations) == ("filter-kept", {"fields": ["a"]}, ("list-calls",))
        assert (found.yields_to, found.advice) == (("LIST-001",), "Do it.")
        assert (found.suite, found.line) == ("mine.suite.yaml", 6)

    def test_one_with_the_least_that_it_must_say_comes_last(self, suite):
        order, (found,) = read_suite(suite(GOOD), editions=EDITIONS, edition="v2")
        assert order == 1000
        assert (found.operations, found.parameters, found.yields_to, found.advice) == ((), {}, (), "")

    @pytest.mark.parametrize(
        ("words", "expected"),
        [
            ("all", ["v1", "v2-launch", "v2-2025", "v2"]),
            ("v1", ["v1"]),
            ("v2", ["v2"]),
            ('">=v2-2025"', ["v2-2025", "v2"]),
            ('"<=v2-launch"', ["v1", "v2-launch"]),
        ],
    )
    def test_it_holds_in_the_editions_of_its_range(self, suite, words, expected):
        path = suite(GOOD.replace("editions: all", f"editions: {words}"))
        assert [each for each in EDITIONS if read_suite(path, editions=EDITIONS, edition=each)[1]] == expected

    def test_requirements_are_grouped_by_area_in_the_order_of_the_suites(self):
        contract = load_contract("v2")
        grouped = areas(contract.requirements)
        assert [each for members in grouped.values() for each in members] == list(contract.requirements)
        assert next(iter(grouped)) == "operations"

    def test_a_suite_of_ones_own_stands_beside_those_that_ship(self, suite):
        contract = load_contract("v2", suites=[suite(GOOD)])
        assert contract.requirements[-1] == contract.requirement("MINE-001")
        assert len(contract.requirements) == len(load_contract("v2").requirements) + 1


class TestWhatIsBroken:
    @pytest.mark.parametrize(
        ("content", "message"),
        [
            ("a: [1\nb: 2\n", f":2: did not find expected ',' or ']'.{YAML}"),
            ("a:\n\t- b\n", f":2: found character that cannot start any token.{YAML}"),
            ("a: *x\n", f":1: found undefined alias.{YAML}"),
            (
                "a: !!python/object:os.system x\n",
                f":1: could not determine a constructor for the tag 'tag:yaml.org,2002:python/object:os.system'.{YAML}",
            ),
            (f"{GOOD}---\n{GOOD}", f":13: expected a single document in the stream but found another document.{YAML}"),
            ("a: \x07\n", None),
            ("[" * 5000, None),
            (f"{GOOD}1: x\n", f":13: a key must be a string, not 1.{YAML}"),
            ("~: x\n", f":1: a key must be a string, not None.{YAML}"),
            (f"{GOOD}    check: again\n", f":13: the key 'check' stands here twice.{YAML}"),
            (f"area: two\n{GOOD}", f":3: the key 'area' stands here twice.{YAML}"),
            ("", f':1: null is not of type "object".{FORM}'),
            ("- 1\n", f':1: [1] is not of type "object".{FORM}'),
            (
                f"{GOOD}oder: 1\n",
                f":1: Additional properties are not allowed ('oder' was unexpected).{FORM}",
            ),
            (
                f"{GOOD}    chekc: x\n",
                f":5: /requirements/0: Additional properties are not allowed ('chekc' was unexpected).{FORM}",
            ),
            (
                GOOD.replace("    level: must\n", ""),
                f':5: /requirements/0: "level" is a required property.{FORM}',
            ),
            (
                HEAD + ENTRY + ENTRY.replace("must", "moust"),
                f':13: /requirements/1/level: "moust" is not one of "must", "should" or "may".{FORM}',
            ),
            (
                GOOD.replace("level: must", "level: yes"),
                f':5: /requirements/0/level: "yes" is not one of "must", "should" or "may".{FORM}',
            ),
            (GOOD.replace("format: 1", "format: 2"), f":1: /format: 1 was expected.{FORM}"),
            (GOOD.replace("[assumed]", "[]"), f":5: /requirements/0/sources: [] has less than 1 item.{FORM}"),
            (
                GOOD.replace("MINE-001", "mine1"),
                f':5: /requirements/0/id: "mine1" does not match "^[A-Z][A-Z0-9]*-[0-9]{{3}}$".{FORM}',
            ),
            (
                GOOD.replace("editions: all", "editions: latest"),
                f':5: /requirements/0/editions: "latest" does not match "^(all|(>=|<=)?v[0-9][a-z0-9-]*)$".{FORM}',
            ),
            (
                GOOD.replace("editions: all", 'editions: ">=v2-2026"'),
                ":5: There is no edition 'v2-2026'. Did you mean 'v2-2025'?",
            ),
            (HEAD + ENTRY + ENTRY, ":13: MINE-001 stands here twice. Give one of them a new id."),
        ],
    )
    def test_it_is_told_with_file_and_line(self, suite, content, message):
        path = suite(content)
        told = complaint(path)
        # The two without a whole message are worded by the YAML library.
        assert told == f"{path}{message}" if message else told.startswith(f"{path}:") and told.endswith(YAML)
        assert "\n" not in told

    def test_a_missing_file(self, tmp_path):
        path = tmp_path / "none.suite.yaml"
        assert complaint(path) == f"{path}: cannot be read (No such file or directory). Check the path."

    def test_a_folder(self, tmp_path):
        assert complaint(tmp_path) == f"{tmp_path}: cannot be read (Is a directory). Check the path."

    def test_a_file_that_is_not_utf8(self, suite):
        path = suite(GOOD.encode().replace(b"Mine", b"M\xefne"))
        assert complaint(path) == f"{path}: is not UTF-8 text. Save it as UTF-8."

    def test_an_id_that_another_suite_has(self, suite):
        path = suite(GOOD.replace("MINE-001", "LIST-001"))
        with pytest.raises(ContractError) as caught:
            load_contract("v2", suites=[path])
        assert str(caught.value) == (
            f"{path}:5: LIST-001 is already defined in listing.suite.yaml. Give it another id."
        )

    def test_every_kind_of_it_is_a_usage_error(self):
        assert issubclass(ContractError, UsageError)
        assert issubclass(UnknownName, UsageError)


class TestScalars:
    @pytest.mark.parametrize("word", ["yes", "no", "on", "off", "y", "n", "Yes", "NO", "2024-07-01", "tRue"])
    def test_what_yaml_1_2_reads_as_text_is_text(self, suite, word):
        assert read_yaml(suite(f"a: {word}\n{word}: b\n")) == {"a": word, word: "b"}

    @pytest.mark.parametrize(
        ("word", "value"), [("true", True), ("False", False), ("TRUE", True), ("null", None), ("~", None), ("1", 1)]
    )
    def test_booleans_null_and_numbers_are_what_they_are(self, suite, word, value):
        found = read_yaml(suite(f"a: {word}\n"))["a"]
        assert (found, type(found)) == (value, type(value))

    def test_a_mapping_knows_its_line(self, suite):
        document = read_yaml(suite("a: 1\nb:\n  - c: 1\n  - {d: 2}\n"))
        assert (document.line, document["b"][0].line, document["b"][1].line) == (1, 3, 4)


class TestNarrowing:
    def test_suites_and_requirements_add_up(self):
        narrowed = load_contract("v2").narrowed(suites=["errors"], requirements=["LIST-001"])
        assert [each.id for each in narrowed.requirements] == ["ERR-001", "ERR-002", "LIST-001"]

    def test_none_named_is_all(self):
        contract = load_contract("v2")
        assert contract.narrowed(suites=(), requirements=()) is contract

    @pytest.mark.parametrize(
        ("suites", "requirements", "message"),
        [
            (["lists"], [], "There is no suite 'lists'. Did you mean 'listing'?"),
            ([], ["STAT-05"], "There is no requirement 'STAT-05'. Did you mean 'STAT-005'?"),
        ],
    )
    def test_an_unknown_one_is_told_with_its_nearest(self, suites, requirements, message):
        with pytest.raises(UnknownName) as caught:
            load_contract("v2").narrowed(suites=suites, requirements=requirements)
        assert str(caught.value) == message


SHIPPED = [(path.name, entry) for path in suite_files() for entry in read_yaml(path)["requirements"]]
ENTRIES = pytest.mark.parametrize("entry", [entry for _, entry in SHIPPED], ids=[entry["id"] for _, entry in SHIPPED])
TAGS = {each["tag"] for each in json.loads((data_folder("schemas") / "sources.json").read_text())["sources"]}
OPERATIONS = {name for edition in EDITIONS for name in load_contract(edition).operations}


class TestWhatShips:
    def test_each_file_is_named_after_its_area(self):
        for path in suite_files():
            assert path.name == f"{read_yaml(path)['area']}.suite.yaml"

    def test_each_file_has_a_place_of_its_own(self):
        orders = [read_yaml(path)["order"] for path in suite_files()]
        assert len(set(orders)) == len(orders)

    def test_ids_are_unique_over_all_files(self):
        ids = [entry["id"] for _, entry in SHIPPED]
        assert sorted(set(ids)) == sorted(ids)

    def test_each_file_has_one_prefix_and_no_other_file_has_it(self):
        prefixes = {(name, entry["id"].partition("-")[0]) for name, entry in SHIPPED}
        assert len(prefixes) == len({prefix for _, prefix in prefixes}) == len(suite_files())

    def test_each_check_has_a_requirement_but_that_of_scenarios(self):
        assert {entry["check"] for _, entry in SHIPPED} | {WRITTEN} == CHECKS.keys() | RELATIONS.keys()

    def test_every_edition_can_be_loaded_and_has_requirements(self):
        assert all(load_contract(edition).requirements for edition in EDITIONS)

    @ENTRIES
    def test_its_sources_are_tags_that_exist(self, entry):
        assert set(entry["sources"]) <= TAGS

    @ENTRIES
    def test_its_title_is_a_sentence_that_says_what_is_so(self, entry):
        title = entry["title"]
        assert title.endswith(".")
        assert not re.search(r"\b(should|must|shall|ought)\b", title)
        assert re.match(r"[A-Z`]|[a-z]+-[a-z-]+ ", title), "an operation or a capital begins it"

    @ENTRIES
    def test_what_it_yields_to_exists_and_is_not_itself(self, entry):
        others = {each["id"] for _, each in SHIPPED} - {entry["id"]}
        assert set(entry.get("yields_to", ())) <= others

    @ENTRIES
    def test_its_operations_exist_in_some_edition(self, entry):
        assert set(entry.get("operations", ())) <= OPERATIONS

    @ENTRIES
    def test_it_says_what_to_change(self, entry):
        assert re.fullmatch(r"[A-Z].*\.", entry["advice"])
