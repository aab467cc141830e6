"""What is drawn from a schema is valid, varied, shrinks, and is the same for the same seed."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from collections import Counter
from random import Random

import pytest
from generation_schemas import ANSWERS, CALL, KEYWORDS, REQUESTS, TREE, bundle, judge
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from conformance.errors import ContractError
from conformance.generate.source import NothingFits, Source, ZeroDrawer
from conformance.generate.strategies import sample, simplest, strategy_for
from conformance.generate.text import TextPolicy

ENDLESS = {
    "$ref": "#/$defs/a",
    "$defs": {"a": {"type": "object", "required": ["a"], "properties": {"a": {"$ref": "#/$defs/a"}}}},
}
QUICK = settings(
    max_examples=40,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
)


def sampled(schema, count, **options):
    return list(itertools.islice(sample(schema, seed=1, **options), count))


def paths_of(value, prefix=""):
    """The path of every member in a value; those of all items of an array are one."""
    if isinstance(value, dict):
        for name, member in value.items():
            yield f"{prefix}/{name}"
            yield from paths_of(member, f"{prefix}/{name}")
    elif isinstance(value, list):
        for item in value:
            yield from paths_of(item, f"{prefix}/*")


def strings_of(value):
    if isinstance(value, dict):
        for name, member in value.items():
            yield name
            yield from strings_of(member)
    elif isinstance(value, list):
        for item in value:
            yield from strings_of(item)
    elif isinstance(value, str):
        yield value


def depth_of(value):
    if isinstance(value, dict | list):
        return 1 + max(map(depth_of, value.values() if isinstance(value, dict) else value), default=0)
    return 0


class TestWhatIsDrawnIsValid:
    @pytest.mark.parametrize("name", KEYWORDS)
    def test_for_every_keyword_by_both_engines(self, name):
        schema = KEYWORDS[name]
        reference, fast = Draft202012Validator(schema), judge(schema)

        @QUICK
        @given(strategy_for(schema))
        def check(value):
            assert reference.is_valid(value)
            assert fast(value)

        check()
        assert all(map(fast, sampled(schema, 150)))

    @pytest.mark.parametrize("name", [*REQUESTS, *ANSWERS])
    def test_for_the_contract_by_both_engines(self, name):
        schema = bundle(name)
        reference, fast = Draft202012Validator(schema), judge(schema)
        values = sampled(schema, 60)
        assert all(map(fast, (*values, *sampled(schema, 60, extra_keys=True))))
        assert all(map(reference.is_valid, values[:5]))

    def test_multiples_of_a_cent_are_valid_by_exact_arithmetic(self):
        schema = {"type": "number", "multipleOf": 0.01, "minimum": 0, "maximum": 10}
        assert all(map(judge(schema), sampled(schema, 300)))  # the reference divides in binary, and errs

    @pytest.mark.parametrize("name", REQUESTS)
    def test_under_hypothesis_too(self, name):
        fast = judge(bundle(name))

        @QUICK
        @given(strategy_for(bundle(name), extra_keys=True))
        def check(value):
            assert fast(value)

        check()


class TestVariety:
    @pytest.mark.parametrize("name", REQUESTS)
    def test_every_member_is_there_and_is_missing_within_300_values(self, name):
        values = sampled(bundle(name), 300)
        definition = bundle(name)["$defs"][name]
        optional = {
            key
            for key, schema in definition["properties"].items()
            if key not in definition.get("required", ()) and "x-needs" not in schema
        }
        seen = Counter(key for value in values for key in value)
        assert all(0 < seen[key] < len(values) for key in optional)

    def test_nested_members_are_there_too(self):
        found = {path for value in sampled(bundle("list-calls-request"), 300) for path in paths_of(value)}
        assert {"/filter_criteria/start_timestamp/lower_threshold", "/filter_criteria/agent_id"} <= found

    def test_both_branches_of_a_condition_come_equally_often(self):
        seen = Counter(value["call_type"] for value in sampled(CALL, 400))
        assert min(seen["web"], seen["phone"]) > 120

    def test_user_data_is_deep_long_empty_and_unicode_but_never_too_much(self):
        values = sampled({"type": "object", "x-opaque": True}, 1500)
        texts = [text for value in values for text in strings_of(value)]
        assert {} in values
        assert "" in texts
        assert 8 <= max(map(depth_of, values)) <= 12
        assert max(map(len, texts)) > 1000
        assert max(len(json.dumps(value, ensure_ascii=False).encode()) for value in values) < 8_000
        assert any(not text.isascii() for text in texts)
        assert any(ord(letter) > 0xFFFF for text in texts for letter in text)
        assert {type(member) for value in values for member in value.values()} == {
            str, int, float, bool, type(None), list, dict
        }  # fmt: skip

    def test_ascii_only_on_request(self):
        values = sampled({"type": "object"}, 300, text=TextPolicy(unicode=False))
        assert all(text.isascii() for value in values for text in strings_of(value))


class TestWhatACorrectServerMayRefuse:
    def test_is_not_in_any_text(self):
        values = sampled({}, 2000) + sampled({"type": "string"}, 2000)
        letters = {letter for value in values for text in strings_of(value) for letter in text}
        assert not any(ord(letter) < 32 for letter in letters - {"\n", "\t"})
        assert not any(0xD800 <= ord(letter) < 0xE000 or ord(letter) & 0xFFFE == 0xFFFE for letter in letters)
        assert not any(0xFDD0 <= ord(letter) < 0xFDF0 for letter in letters)

    def test_is_not_in_any_key_of_the_users_data(self):
        names = {
            path.rsplit("/", 1)[-1]
            for value in sampled({"type": "object"}, 2000)
            for path in paths_of(value)
            if not path.endswith("/*")
        }
        assert not names & {"", "__proto__"}
        assert not any("." in name or name.startswith("$") or not name.isprintable() for name in names)
        assert any(not name.isascii() for name in names)

    def test_numbers_are_exact_in_every_parser(self):
        numbers = sampled({"type": "number"}, 1000) + sampled({"type": "integer"}, 1000)
        assert all(abs(number) < 2**53 for number in numbers)
        assert {type(number) for number in numbers} == {int, float}

    @pytest.mark.parametrize("schema", [{"type": "string", "format": "e164"}, KEYWORDS["telephone pattern"]])
    def test_telephone_numbers_belong_to_nobody(self, schema):
        for number in sampled(schema, 200):
            assert number[:2] == "+1"
            assert len(number) == 12
            assert number[5:10] == "55501"

    def test_fields_with_a_precondition_are_left_out_unless_required(self):
        needs = {"type": "string", "x-needs": "a node of that agent"}
        schema = {"type": "object", "properties": {"a": needs, "b": needs}, "required": ["b"]}
        assert {tuple(value) for value in sampled(schema, 50)} == {("b",)}

    def test_what_is_sent_is_narrower_where_the_schema_says_so(self):
        schema = {
            "type": "object",
            "properties": {"limit": {"type": "integer", "x-send": {"minimum": 1, "maximum": 9}}},
        }
        assert {value.get("limit") for value in sampled(schema, 200)} == {None, *range(1, 10)}


class TestShrinking:
    def test_the_simplest_value_is_the_least_object(self):
        assert simplest(bundle("create-web-call-request")) == {"agent_id": "a"}
        assert simplest(bundle("list-calls-request")) == {}
        assert simplest(TREE) == {"name": "", "next": None}

    def test_a_failing_body_shrinks_to_what_matters(self):
        strategy = strategy_for(bundle("list-calls-request"))
        found = find(
            strategy,
            lambda value: "descending" in value.values(),
            settings=settings(database=None),
            random=Random(0),  # noqa: S311 - no secret
        )
        assert found == {"sort_order": "descending"}

    def test_a_nested_culprit_is_found_alone(self):
        strategy = strategy_for({"type": "object", "required": ["id"], "properties": {
            "id": {"type": "string", "minLength": 1}, "metadata": {"type": "object", "x-opaque": True},
            "note": {"type": "string"}, "count": {"type": "integer"},
        }})  # fmt: skip
        found = find(
            strategy,
            lambda value: any(not text.isascii() for text in strings_of(value.get("metadata", {}))),
            settings=settings(database=None),
            random=Random(0),  # noqa: S311 - no secret
        )
        assert found.keys() == {"id", "metadata"}
        assert len(list(paths_of(found["metadata"]))) <= 3


class TestOverrides:
    def test_a_value_is_always_there(self):
        values = sampled(bundle("create-phone-call-request"), 50, overrides={"override_agent_id": "agent_1"})
        assert {value["override_agent_id"] for value in values} == {"agent_1"}

    def test_a_value_decides_the_branch(self):
        assert all("from" in value for value in sampled(CALL, 50, overrides={"call_type": "phone"}))

    def test_what_the_user_gives_wins_over_the_schema(self):
        values = sampled(bundle("create-phone-call-request"), 20, overrides={"from_number": "anonymous"})
        assert {value["from_number"] for value in values} == {"anonymous"}

    def test_a_strategy_is_drawn_from(self):
        strategy = strategy_for(CALL, overrides={"id": st.sampled_from(["x", "y"])})

        @QUICK
        @given(strategy)
        def check(value):
            assert value["id"] in {"x", "y"}

        check()

    def test_a_strategy_needs_hypothesis(self):
        with pytest.raises(ContractError, match="Give a value"):
            next(sample(CALL, seed=1, overrides={"id": st.just("x")}))

    def test_no_value_is_shared_between_examples(self):
        first, second = sampled({"type": "object"}, 2, overrides={"a": {"b": []}})
        first["a"]["b"].append(1)
        assert second["a"] == {"b": []}


class TestRefusedSchemas:
    @pytest.mark.parametrize(
        ("schema", "words"),
        [
            ({"properties": {"a/b": {"unevaluatedItems": False}}}, "'unevaluatedItems' at /properties/a~1b/"),
            ({"$defs": {"x": {"format": "hostname"}}}, "at /$defs/x/format: format 'hostname'"),
            ({"pattern": "(?=a)b"}, "cannot be generated from at '?=a)b'"),
            ({"pattern": "["}, "is no regular expression"),
            ({"$ref": "#/$defs/none"}, "leads nowhere"),
            ({"$ref": "other.json#/$defs/a"}, "leads out of the schema"),
            ({"type": "string", "enum": [1]}, "allows no value"),
            ({"$defs": {"a": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"}, "leads back to itself"),
            (ENDLESS, "requires itself without end"),
        ],
    )  # fmt: skip
    def test_are_refused_with_the_place(self, schema, words):
        with pytest.raises(ContractError) as caught:
            strategy_for(schema)
        assert words in str(caught.value)

    def test_hardly_any_value_is_an_error_and_not_a_loop(self):
        schema = {"type": "string", "minLength": 40, "pattern": "^ab?c?$"}
        with pytest.raises(ContractError, match="Hardly any value"):
            next(sample(schema, seed=1))
        with pytest.raises(ContractError, match="No simplest value"):
            simplest(schema)

    def test_zeros_reject_in_their_own_way(self):
        with pytest.raises(NothingFits):
            Source(ZeroDrawer()).reject()


def test_importing_the_folder_loads_no_engine():
    code = (
        "import sys, conformance.generate, conformance.generate.strategies, conformance.generate.mutations,"
        "conformance.generate.draw, conformance.generate.reduce, conformance.generate.encode;"
        "sys.exit(any(name in sys.modules for name in ('hypothesis', 'jsonschema', 'jsonschema_rs')))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False)  # noqa: S603 - a program of ours
    assert done.returncode == 0
