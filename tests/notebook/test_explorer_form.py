"""From schemas to fields, and between fields and JSON, without any widget."""

import pytest

from conformance.contract.schemas import editions, load_schemas
from conformance.errors import UnknownName
from conformance.notebook.explorer.form import (
    ABSENT,
    Kind,
    every,
    fields_of,
    read,
    value_at,
    with_value,
    without,
)


def _field(name, schema="create-web-call-request", edition="v2"):
    return next(each for each in every(fields_of(load_schemas(edition), schema)) if each.dotted == name)


class TestFieldsOfARequest:
    def test_required_ones_come_first(self):
        fields = fields_of(load_schemas("v2"), "create-phone-call-request")
        assert [each.name for each in fields if each.required] == [each.name for each in fields[:2]]

    @pytest.mark.parametrize(
        ("name", "schema", "kind"),
        [
            ("agent_id", "create-web-call-request", Kind.TEXT),
            ("agent_version", "create-web-call-request", Kind.WHOLE),
            ("metadata", "create-web-call-request", Kind.JSON),
            ("agent_override", "create-web-call-request", Kind.JSON),
            ("ignore_e164_validation", "create-phone-call-request", Kind.TRUTH),
            ("sort_order", "list-calls-request", Kind.CHOICE),
            ("filter_criteria", "list-calls-request", Kind.GROUP),
            ("filter_criteria.agent_id", "list-calls-request", Kind.JSON),
            ("filter_criteria.start_timestamp", "list-calls-request", Kind.GROUP),
            ("filter_criteria.start_timestamp.lower_threshold", "list-calls-request", Kind.WHOLE),
        ],
    )
    def test_each_has_the_input_that_fits_its_schema(self, name, schema, kind):
        assert _field(name, schema).kind is kind

    def test_bounds_choices_defaults_and_meaning_come_from_the_schema(self):
        limit, order = _field("limit", "list-calls-request"), _field("sort_order", "list-calls-request")
        assert (limit.least, limit.most, limit.begin, limit.words) == (1, 1000, 50, "whole number, 1 to 1000")
        assert (order.choices, order.begin) == (("ascending", "descending"), "descending")
        assert _field("agent_id").about == "The agent that answers: one of the account."
        assert _field("current_state").nullable
        assert not _field("agent_id").nullable
        assert "version that the agent has" in _field("agent_version").needs

    def test_a_password_is_private(self):
        assert _field("auth_password", "update-phone-number-request").private

    @pytest.mark.parametrize("edition", [each.id for each in editions()])
    def test_every_request_of_every_edition_has_fields_that_begin_with_what_they_can_show(self, edition):
        schemas = load_schemas(edition)
        for operation in schemas.operations():
            for field in every(fields_of(schemas, operation.request)) if operation.request else ():
                assert field.fits(field.begin), (operation.name, field.dotted)

    def test_an_unknown_request_is_told(self):
        with pytest.raises(UnknownName):
            fields_of(load_schemas("v2"), "no-such-request")


class TestWhatAnInputCanShow:
    @pytest.mark.parametrize(
        ("name", "schema", "value", "fits"),
        [
            ("agent_id", "create-web-call-request", "agent_1", True),
            ("agent_id", "create-web-call-request", "two\nlines", False),
            ("agent_id", "create-web-call-request", 7, False),
            ("agent_version", "create-web-call-request", True, False),
            ("agent_version", "create-web-call-request", 1.5, False),
            ("limit", "list-calls-request", 1000, True),
            ("limit", "list-calls-request", 1001, False),
            ("sort_order", "list-calls-request", "up", False),
            ("filter_criteria", "list-calls-request", [], False),
            ("metadata", "create-web-call-request", "text", True),
        ],
    )
    def test_only_what_it_does_not_change(self, name, schema, value, fits):
        assert _field(name, schema).fits(value) is fits


class TestReadingJson:
    @pytest.mark.parametrize(
        ("text", "line", "column", "reason"),
        [
            ('{"a": 1,}', 1, 9, "double quotes"),
            ('{\n  "a": 5,', 2, 10, "double quotes"),
            ('{"a" 1}', 1, 6, "a colon"),
            ("", 1, 1, "it is empty"),
            ('{"a": 1} x', 1, 10, "after the end"),
            ('{\n"a": NaN}', 2, 6, "no number NaN"),
            ("[" * 100_000, 1, 1, "nested too deeply"),
        ],
    )
    def test_what_is_broken_has_line_column_and_reason(self, text, line, column, reason):
        value, broken = read(text)
        assert value is ABSENT
        assert (broken.line, broken.column) == (line, column)
        assert reason in str(broken)

    def test_what_is_json_comes_as_it_is(self):
        assert read('{"a": [1, null]}') == ({"a": [1, None]}, None)


class TestChangingADocument:
    def test_a_value_is_put_where_it_belongs_and_all_else_stays(self):
        before = {"z": 1, "a": {"b": 2}}
        after = with_value(before, ("a", "c"), None)
        assert after == {"z": 1, "a": {"b": 2, "c": None}}
        assert list(after) == ["z", "a"]
        assert before == {"z": 1, "a": {"b": 2}}

    def test_objects_above_are_made_and_go_with_the_last_that_they_hold(self):
        made = with_value({}, ("filter_criteria", "start_timestamp", "lower_threshold"), 5)
        assert value_at(made, ("filter_criteria", "start_timestamp", "lower_threshold")) == 5
        assert without(made, ("filter_criteria", "start_timestamp", "lower_threshold")) == {}

    def test_absent_and_null_are_different(self):
        assert value_at({"a": None}, ("a",)) is None
        assert value_at({"a": None}, ("b",)) is ABSENT
        assert without({"a": None}, ("b", "c")) == {"a": None}
