"""A value is written as JavaScript writes it; other ways to write it mean the same."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings

from conformance.generate.encode import encode, encodings
from conformance.generate.strategies import strategy_for

QUICK = settings(max_examples=60, database=None, deadline=None)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ({"a": 1, "b": [True, None]}, '{"a":1,"b":[true,null]}'),
        ({}, "{}"),
        ([[], {}, 0.5], "[[],{},0.5]"),
        ("Zoë 你好 \U0001f600", '"Zoë 你好 \U0001f600"'),
        ('\n\t"\\/\x01\u2028', '"\\n\\t\\"\\\\/\\u0001\u2028"'),
        (1.0, "1"),
        (-0.0, "0"),
        (1e20, "100000000000000000000"),
        (1e21, "1e+21"),
        (1.5e300, "1.5e+300"),
        (1.3416667, "1.3416667"),
        (0.000001, "0.000001"),
        (0.0000123, "0.0000123"),
        (1.25e-7, "1.25e-7"),
        (1e-10, "1e-10"),
        (12345.678, "12345.678"),
        ("\ud800", '"\\ud800"'),
        ({"a": {"b": 2.0, "c": "x"}}, '{"a":{"b":2,"c":"x"}}'),
    ],
)
def test_values_are_written_as_javascript_writes_them(value, written):
    assert encode(value) == written.encode()


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_what_json_cannot_hold_is_refused(number):
    with pytest.raises(ValueError, match=r"."):
        encode({"a": [number]})


@QUICK
@given(strategy_for({}))
def test_what_is_written_can_be_read_back(value):
    assert json.loads(encode(value)) == value


@QUICK
@given(strategy_for({"type": "object"}))
def test_every_way_to_write_a_value_means_the_same(value):
    written = dict(encodings(value))
    assert list(written) == ["compact", "spaced", "ascii", "reversed"]
    assert all(json.loads(body) == value for body in written.values())
    assert written["ascii"].isascii()


def test_the_ways_differ():
    written = [body for _, body in encodings({"a": "é", "b": {"c": 1, "d": 2}})]
    assert len(set(written)) == 4
    assert written[3] == '{"b":{"d":2,"c":1},"a":"é"}'.encode()
