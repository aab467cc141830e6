"""A schema of the newest edition, turned into that of an earlier one."""

from __future__ import annotations

import copy
from typing import ClassVar

import pytest

from conformance.contract.projection import applies, merge_patch, project
from conformance.contract.schemas import editions, load_schemas
from conformance.errors import ContractError

ORDER = ["old", "middle", "new"]


class TestProperties:
    SCHEMA: ClassVar = {
        "type": "object",
        "required": ["always", "later", "gone"],
        "properties": {
            "always": {"type": "string"},
            "later": {"type": "string", "x-since": "middle"},
            "gone": {"type": "string", "x-until": "old"},
            "required": {"x-since": "new"},
        },
    }

    @pytest.mark.parametrize(
        ("edition", "properties", "required"),
        [
            ("old", ["always", "gone"], ["always", "gone"]),
            ("middle", ["always", "later"], ["always", "later"]),
            ("new", ["always", "later", "required"], ["always", "later"]),
        ],
    )
    def test_they_come_and_go_together_with_being_required(self, edition, properties, required):
        found = project(self.SCHEMA, edition, ORDER)

        assert list(found["properties"]) == properties
        assert found["required"] == required

    def test_no_empty_list_of_required_fields_is_left(self):
        schema = {"required": ["a"], "properties": {"a": {"x-since": "new"}}}

        assert project(schema, "old", ORDER) == {"properties": {}}

    def test_names_that_look_like_keywords_are_names(self):
        schema = {"properties": {"properties": {"type": "object"}, "x-since": {"type": "string"}}}

        assert project(schema, "old", ORDER) == schema

    def test_nothing_that_was_applied_is_left(self):
        assert "x-since" not in str(project(self.SCHEMA, "new", ORDER))

    def test_the_schema_itself_stays_as_it_was(self):
        before = copy.deepcopy(self.SCHEMA)
        project(self.SCHEMA, "old", ORDER)

        assert before == self.SCHEMA


class TestPatches:
    def test_a_patch_replaces_lists_and_takes_away_by_null(self):
        schema = {
            "enum": ["a", "b"],
            "default": "b",
            "x-editions": {"old": {"enum": ["a"], "default": None}},
        }

        assert project(schema, "old", ORDER) == {"enum": ["a"]}
        assert project(schema, "new", ORDER) == {"enum": ["a", "b"], "default": "b"}

    @pytest.mark.parametrize(
        ("target", "patch", "result"),
        [
            ({"a": "b"}, {"a": "c"}, {"a": "c"}),
            ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
            ({"a": "b"}, {"a": None}, {}),
            ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
            ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
            ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
            (["a", "b"], ["c", "d"], ["c", "d"]),
            ({"a": "foo"}, None, None),
            ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
            ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
            ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
        ],
    )
    def test_the_examples_of_rfc_7396(self, target, patch, result):
        assert merge_patch(target, patch) == result


class TestGrowingLists:
    def test_every_edition_knows_the_values_of_the_others(self):
        schema = {
            "enum": ["a", "b"],
            "x-growing": True,
            "x-known": ["z"],
            "x-editions": {"old": {"enum": ["a", "o"]}},
        }

        assert project(schema, "old", ORDER)["x-known"] == ["b", "z"]
        assert project(schema, "new", ORDER)["x-known"] == ["z", "o"]

    def test_the_real_ones_overlap_nowhere(self):
        for edition in editions():
            schemas = load_schemas(edition.id)
            for name in ("disconnection-reason", "transcript-entry"):
                node = schemas.definition(name)
                node = node.get("properties", {}).get("role", node)
                assert not set(node["enum"]) & set(node["x-known"])


class TestBranches:
    def test_a_branch_that_came_later_is_left_out(self):
        schema = {"allOf": [{"$ref": "#/a"}, {"$ref": "#/b", "x-since": "new"}]}

        assert project(schema, "old", ORDER) == {"allOf": [{"$ref": "#/a"}]}
        assert project(schema, "new", ORDER) == {"allOf": [{"$ref": "#/a"}, {"$ref": "#/b"}]}


class TestUnknownEditions:
    def test_a_slip_in_an_annotation_is_named(self):
        with pytest.raises(ContractError, match=r"'newer' is not in editions\.json"):
            applies({"x-since": "newer"}, "new", ORDER)
