"""Wrong bodies are wrong in exactly one way, which their name tells."""

from __future__ import annotations

import itertools
import json

import jsonschema_rs
import pytest
from generation_schemas import CALL, REQUESTS, TREE, bundle, judge
from jsonschema import Draft202012Validator

from conformance.errors import ContractError
from conformance.generate.mutations import Mutation, mutations, raw_mutations
from conformance.generate.strategies import sample, simplest

SMALL = {
    "type": "object",
    "required": ["id", "size"],
    "additionalProperties": False,
    "properties": {
        "id": {"type": "string", "minLength": 2, "maxLength": 4, "pattern": "^[a-z]+$"},
        "size": {"type": "integer", "minimum": 1, "maximum": 9},
        "share": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
        "mode": {"type": ["string", "null"], "enum": ["fast", "slow", None]},
        "reason": {"enum": ["hangup"], "x-growing": True, "x-known": ["no_such_value"]},
        "tags": {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 2},
        "version": {"type": "integer", "x-lenient": ["string", "null"]},
        "metadata": {"type": "object", "x-opaque": True, "properties": {"hidden": {"type": "string"}}},
        "headers": {"type": "object", "additionalProperties": {"type": "string"}},
        "nested": {"type": "object", "required": ["a"], "properties": {"a": {"type": "boolean"}}},
        "option": {
            "oneOf": [
                {"type": "object", "required": ["kind"], "properties": {"kind": {"const": "none"}}},
                {
                    "type": "object",
                    "required": ["kind", "text"],
                    "properties": {"kind": {"const": "say"}, "text": {"type": "string"}},
                },
            ]
        },
    },
}
LEAST = {"id": "ab", "size": 1}


def found(schema=SMALL, valid=LEAST):
    return list(mutations(schema, valid, is_valid=judge(schema)))


def by_text():
    return {each.text: each for each in found()}


def at(value, pointer):
    """Whether something is at a pointer, and what."""
    for step in pointer.split("/")[1:]:
        if isinstance(value, list) and int(step) < len(value):
            value = value[int(step)]
        elif isinstance(value, dict) and step in value:
            value = value[step]
        else:
            return False, None
    return True, value


def differences(left, right, pointer=""):
    """The places at which two values differ, where both are containers of the same type."""
    if isinstance(left, dict) and isinstance(right, dict):
        for name in {*left, *right}:
            if name not in left or name not in right:
                yield f"{pointer}/{name}"
            else:
                yield from differences(left[name], right[name], f"{pointer}/{name}")
    elif isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
        for index, (one, other) in enumerate(zip(left, right, strict=True)):
            yield from differences(one, other, f"{pointer}/{index}")
    elif left is not right and (left != right or isinstance(left, bool) is not isinstance(right, bool)):
        yield pointer


def is_on_the_way(place, pointer):
    """Whether a place is the one that a pointer names, or around it."""
    return f"{pointer}/".startswith(f"{place}/")


class TestEveryMutation:
    @pytest.mark.parametrize("name", REQUESTS)
    def test_is_invalid_by_both_engines(self, name):
        schema = bundle(name)
        reference, fast = Draft202012Validator(schema), judge(schema)
        all_of_them = found(schema, simplest(schema))
        assert len(all_of_them) > 20
        assert not any(fast(json.loads(each.body)) for each in all_of_them)
        assert not any(reference.is_valid(json.loads(each.body)) for each in all_of_them[::7])

    @pytest.mark.parametrize("name", REQUESTS)
    def test_is_wrong_in_one_place_only(self, name):
        schema, is_valid = bundle(name), judge(bundle(name))
        errors = jsonschema_rs.Draft202012Validator(schema).iter_errors
        rich = max(itertools.islice(sample(schema, seed=3), 60), key=lambda value: len(json.dumps(value)))
        for valid in (simplest(schema), rich):
            for each in mutations(schema, valid, is_valid=is_valid):
                told = ["".join(f"/{step}" for step in error.instance_path) for error in errors(each.value)]
                changed = differences(each.value, valid)
                assert all(is_on_the_way(place, each.pointer) for place in told), each.text
                assert all(
                    is_on_the_way(place, each.pointer) or is_on_the_way(each.pointer, place) for place in changed
                )

    def test_is_mended_by_putting_one_value_in_its_place(self):
        good = {"id": "ab", "size": 1, "share": 0.5, "mode": "fast", "reason": "hangup", "tags": ["x"],
                "version": 1, "metadata": {}, "headers": {"entry": "x"}, "nested": {"a": True},
                "option": {"kind": "say", "text": "x"}}  # fmt: skip
        is_valid = judge(SMALL)
        for each in found(SMALL, good):
            mended = [self.mended(each, valid) for valid in (good, {**good, "option": {"kind": "none"}})]
            assert any(map(is_valid, mended)), each.text

    def mended(self, mutation, valid):
        body, (*steps, last) = json.loads(mutation.body), mutation.pointer.split("/")[1:]
        there, value = at(valid, mutation.pointer)
        _, target = at(body, "".join(f"/{step}" for step in steps))
        if there:
            target[int(last) if isinstance(target, list) else last] = value
        else:
            target.pop(last, None)
        return body

    def test_is_told_once(self):
        marks = [(each.kind, each.pointer, each.body) for each in found()]
        assert len(marks) == len(set(marks))

    def test_is_the_same_every_time(self):
        assert found() == found()

    def test_names_its_field_and_can_go_into_a_case(self):
        each = by_text()["nested.a is missing"]
        assert (each.field, each.pointer, each.kind) == ("nested", "/nested/a", "missing")
        assert each.flaw().text == "nested.a is missing"
        assert json.loads(each.body) == {**LEAST, "nested": {}}


class TestKinds:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("id is missing", None),
            ("id is null", None),
            ("id is shorter than 2 characters", "a"),
            ("id is longer than 4 characters", "ababa"),
            ("id is 'ab!', which does not match ^[a-z]+$", "ab!"),
            ("id is a number instead of string", 7),
            ("size is below the minimum of 1", 0),
            ("size is above the maximum of 9", 10),
            ("size is a fractional number instead of integer", 7.5),
            ("share is not beyond 0", 0),
            ("share is not beyond 1", 1),
            ("mode is 'no_such_value', which is none of fast, slow, null", "no_such_value"),
            ("mode is 'FAST', which is none of fast, slow, null", "FAST"),
            ("tags has no item", []),
            ("tags has more than 2 items", ["", "", ""]),
            ("tags[0] is a boolean instead of string", True),
            ("headers.entry is an object instead of string", {}),
            ("no_such_field is not a documented field", "wrong"),
            ("option.text is missing", None),
            ("option.text is a number instead of string", 7),
            ("metadata is a string instead of object", "wrong"),
        ],
    )
    def test_are_enumerated(self, text, value):
        each = by_text()[text]
        assert at(each.value, each.pointer)[1] == value

    def test_nothing_inside_the_users_data_is_wrong(self):
        assert not any(each.pointer.startswith("/metadata/") for each in found())

    def test_lenient_types_are_never_sent(self):
        kinds = {each.text for each in found() if each.field == "version"}
        assert "version is a boolean instead of integer" in kinds
        assert not any("a string" in text or "null" in text for text in kinds)

    def test_values_of_other_editions_are_never_sent(self):
        assert not any(each.field == "reason" and each.value["reason"] == "no_such_value" for each in found())

    def test_recursive_schemas_end(self):
        pointers = {each.pointer for each in found(TREE, simplest(TREE))}
        assert {"/name", "/next", "/children/0"} <= pointers

    def test_branches_are_those_of_the_body(self):
        phone = {each.text for each in found(CALL, {"call_type": "phone", "id": "a", "from": "+14155550100"})}
        assert "from is missing" in phone
        assert "token is missing" not in phone

    def test_unsupported_keywords_are_refused(self):
        with pytest.raises(ContractError, match="unevaluatedProperties"):
            list(mutations({"unevaluatedProperties": False}, {}, is_valid=lambda _value: True))


class TestFirmness:
    @pytest.mark.parametrize(
        ("text", "firm"),
        [
            ("id is missing", True),
            ("id is null", True),
            ("id is shorter than 2 characters", True),
            ("id is a number instead of string", False),
            ("id is a boolean instead of string", True),
            ("id is an array instead of string", True),
            ("size is a string instead of integer", True),
            ("size is a fractional number instead of integer", False),
            ("share is null", False),
            ("share is a string instead of number", False),
            ("share is an object instead of number", True),
            ("share is a boolean instead of number", False),
            ("tags is a string instead of array", False),
            ("tags is a number instead of array", True),
            ("tags is an object instead of array", False),
            ("tags has no item", False),
            ("nested is a string instead of object", True),
            ("nested.a is missing", True),
            ("mode is 'no_such_value', which is none of fast, slow, null", True),
            ("mode is 'FAST', which is none of fast, slow, null", False),
            ("reason is 'HANGUP', which is none of hangup", False),
            ("no_such_field is not a documented field", True),
        ],
    )
    def test_follows_what_a_correct_server_may_turn_into_something_valid(self, text, firm):
        assert by_text()[text].firm is firm


class TestWholeBodies:
    def test_are_no_json_or_no_object(self):
        each_of_them = list(raw_mutations(LEAST, is_valid=judge(SMALL)))
        for each in each_of_them:
            if each.kind == "not-json":
                with pytest.raises(ValueError, match=r"."):
                    json.loads(each.body)
            else:
                assert not isinstance(json.loads(each.body), dict)
        assert all(each.firm and each.pointer == each.field == "" for each in each_of_them)
        assert len({each.body for each in each_of_them}) == len(each_of_them) == 12

    def test_of_a_body_that_may_be_empty_are_not_firm_where_nothing_is_sent(self):
        doubtful = {each.body for each in raw_mutations({}) if not each.firm}
        assert doubtful == {b"", b"null"}

    def test_single_quotes_stay_wrong_without_any_field(self):
        texts = [each.text for each in raw_mutations({})]
        assert "the body has single quotes" in texts


class TestSecondSource:
    """The negated schema of jsonschema-rs is a source of its own: none of what it allows may be valid."""

    @pytest.mark.parametrize("name", ["create-web-call-request", "list-calls-request"])
    def test_agrees_that_every_mutation_is_wrong(self, name):
        negated = jsonschema_rs.canonicalize(bundle(name)).negate()
        assert negated is not None
        is_wrong = jsonschema_rs.Draft202012Validator(negated.to_json_schema()).is_valid
        all_of_them = found(bundle(name), simplest(bundle(name)))
        assert all(is_wrong(json.loads(each.body)) for each in all_of_them)
        assert not any(map(is_wrong, itertools.islice(sample(bundle(name), seed=1), 100)))


def test_a_mutation_is_a_value():
    assert Mutation(kind="a", pointer="", text="") == Mutation(kind="a", pointer="", text="")
