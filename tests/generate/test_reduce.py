"""Whatever fails is made smaller in few steps, the same way every time."""

from __future__ import annotations

import itertools
import json
from fractions import Fraction

import pytest
from hypothesis import given, settings

from conformance.generate.reduce import reduce_value, smaller
from conformance.generate.strategies import strategy_for

QUICK = settings(max_examples=40, database=None, deadline=None)
ANYTHING = strategy_for({})


def texts_of(value):
    return json.dumps(value)


def parts_of(value):
    yield value
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from parts_of(part)


def measure(value):
    """How complex a value is: parts, letters, letters that are not plain, size and kinds of numbers."""
    parts = list(parts_of(value))
    texts = [part for part in parts if isinstance(part, str)]
    numbers = [part for part in parts if isinstance(part, int | float)]
    return (
        len(parts),
        sum(map(len, texts)),
        sum(letter != "a" for text in texts for letter in text),
        sum(abs(Fraction(number)) for number in numbers),
        sum(isinstance(number, float) + (number < 0) for number in numbers),
    )


class TestSteps:
    @pytest.mark.parametrize("value", [None, False, 0, "", [], {}])
    def test_the_simplest_values_have_none(self, value):
        assert list(smaller(value)) == []

    def test_big_ones_come_first(self):
        steps = list(smaller({"a": 1, "b": 2, "c": 3, "d": 4}))
        assert steps[:3] == [{}, {"c": 3, "d": 4}, {"a": 1, "b": 2}]
        assert {"a": 1, "b": 0, "c": 3, "d": 4} in steps

    @QUICK
    @given(ANYTHING)
    def test_none_leads_back(self, value):
        steps = list(itertools.islice(smaller(value), 200))
        assert all(repr(step) != repr(value) for step in steps)

    @QUICK
    @given(ANYTHING)
    def test_each_is_simpler_by_a_measure_that_cannot_fall_for_ever(self, value):
        before = measure(value)
        assert all(measure(step) < before for step in itertools.islice(smaller(value), 200))


class TestReducing:
    def test_keeps_only_what_matters(self):
        body = {"agent_id": "agent_1", "metadata": {"a": [1, {"b": "xxé"}], "c": "long" * 100}, "limit": 50}
        found = reduce_value(body, lambda value: "\\u00e9" in texts_of(value), most=400)
        assert found == {"metadata": {"a": [{"b": "é"}]}}

    def test_simplifies_numbers_to_the_edge(self):
        assert reduce_value({"limit": 987_654}, lambda value: value.get("limit", 0) > 1000, most=400) == {"limit": 1001}

    @QUICK
    @given(strategy_for({"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "integer"}}}))
    def test_ends_in_a_value_that_no_single_step_makes_smaller(self, value):
        def fails(candidate):
            return len(texts_of(candidate)) >= 9

        if fails(value):
            found = reduce_value(value, fails, most=5_000)
            assert fails(found)
            assert not any(map(fails, smaller(found)))

    def test_asks_no_more_often_than_allowed_and_never_twice(self):
        asked = []

        def fails(candidate):
            asked.append(repr(candidate))
            return len(asked) % 3 == 0

        reduce_value({"a": list(range(50)), "b": {"c": "d" * 50}}, fails, most=25)
        assert len(asked) == len(set(asked)) == 25

    def test_keeps_the_kind_of_the_value(self):
        found = reduce_value(
            {"agent_id": "abc", "x": 1},
            lambda _value: True,
            most=100,
            is_candidate=lambda value: bool(value.get("agent_id")),
        )
        assert found == {"agent_id": "a"}

    def test_is_the_same_every_time(self):
        body = {"b": [3, 2, {"x": "yes"}], "a": "yes"}
        results = [repr(reduce_value(body, lambda value: "yes" in texts_of(value), most=60)) for _ in range(2)]
        assert results[0] == results[1] == "{'a': 'yes'}"
