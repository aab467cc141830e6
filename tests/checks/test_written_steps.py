"""One step of a scenario: what holds is left alone, what does not is told with its place, and when it counts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from exchanges import answered, cases, contract, judged, phone_call, web_call
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.checks import CHECKS
from conformance.contract.scenarios import Earlier, Expect, Step, Trial
from conformance.model import Exchange, Level

ID = "MINE-001"
CALL = {
    "call_id": "call_1",
    "agent_id": "agent_1",
    "note": "hello",
    "price": 1.5,
    "count": 3,
    "none": None,
    "flag": True,
    "list": [1, {"a": 1, "b": 2}],
    "deep": {"a/b": {"c": 1}},
}
ABOUT = 'step 2 "get" (mine.suite.yaml:9)'


def case_of(expect, *, last=True, final=True, capture=(), operation="get-call"):
    step = Step(number=2, name="get", operation=operation, expect=expect, capture=dict(capture))
    trial = Trial(requirement=ID, step=step, place="mine.suite.yaml:9", last=last, final=final)
    case = cases().valid("get-call", title="step 2", call_id="call_1")
    return replace(case, purpose="written", facts={"written": trial})


def told(answer=CALL, status=200, *, requirement=ID, edition="v2", chosen=False, headers=None, **expect):
    """What the check says of an answer; None if it does not count."""
    keys = {name: expect.pop(name) for name in ("last", "final", "capture", "operation") if name in expect}
    values = expect.pop("values", {})
    made = Expect(**expect, values=tuple(values.items()))
    sent = {} if headers is None else {"headers": headers}
    exchange = answered(case_of(made, **keys), status, answer, **sent)
    found = judged("written", exchange, edition=edition, chosen=chosen, scenario=requirement)
    return found and [
        (each.message.removeprefix(f"{ABOUT}: "), each.expected, each.actual, each.pointer) for each in found
    ]


class TestStatus:
    @pytest.mark.parametrize("statuses", [(200,), ("2xx",), (404, 200), (404, "2xx")])
    def test_one_of_those_is_left_alone(self, statuses):
        assert told(statuses=statuses) == []

    @pytest.mark.parametrize(("statuses", "words"), [((201,), "201"), (("4xx",), "4xx"), ((404, "5xx"), "404 or 5xx")])
    def test_another_is_told(self, statuses, words):
        assert told(statuses=statuses) == [("the answer is 200", f"status {words}", "status 200", "")]

    def test_a_429_says_nothing_of_the_server(self):
        assert told({}, 429) is None
        assert told({}, 429, statuses=(429,)) == []


class TestValues:
    @pytest.mark.parametrize(
        ("pointer", "comparison"),
        [
            ("/call_id", {"equals": "call_1"}),
            ("/count", {"equals": 3.0}),
            ("/deep", {"equals": {"a/b": {"c": 1}}}),
            ("/deep/a~1b/c", {"equals": 1}),
            ("/list/1/b", {"equals": 2}),
            ("/none", {"equals": None}),
            ("/note", {"one_of": ["hi", "hello"]}),
            ("/note", {"matches": "^h.*o$"}),
            ("/price", {"at_least": 1.5, "at_most": 2}),
            ("/none", {"type": "null"}),
            ("/count", {"type": "integer"}),
            ("/count", {"type": "number"}),
            ("/flag", {"type": ["string", "boolean"]}),
            ("/note", {"length": 5}),
            ("/list", {"length": {"at_least": 1, "at_most": 2}}),
            ("/deep", {"length": 1}),
            ("/note", {"contains": "ell"}),
            ("/list", {"contains": 1}),
            ("/list", {"contains": {"a": 1}}),
            ("/deep", {"contains": {"a/b": {"c": 1}}}),
            ("", {"type": "object"}),
        ],
    )
    def test_what_fits_is_left_alone(self, pointer, comparison):
        assert told(values={pointer: comparison}) == []

    @pytest.mark.parametrize(
        ("pointer", "comparison", "expected", "actual"),
        [
            ("/call_id", {"equals": "call_2"}, '"call_2"', 'string "call_1"'),
            ("/flag", {"equals": 1}, "1", "true"),
            ("/note", {"one_of": ["hi", 1]}, 'one of "hi", 1', 'string "hello"'),
            ("/note", {"matches": "^l"}, "text that matches ^l", 'string "hello"'),
            ("/count", {"matches": "3"}, "text that matches 3", "integer 3"),
            ("/price", {"at_least": 2}, "at least 2", "number 1.5"),
            ("/price", {"at_least": 1, "at_most": 1}, "at most 1", "number 1.5"),
            ("/flag", {"at_least": 0}, "at least 0", "true"),
            ("/flag", {"type": "integer"}, "integer", "true"),
            ("/price", {"type": ["integer", "null"]}, "integer or null", "number 1.5"),
            ("/note", {"length": 4}, "length 4", 'string "hello"'),
            ("/list", {"length": {"at_least": 3}}, "length at least 3", "array of 2"),
            ("/count", {"length": 1}, "length 1", "integer 3"),
            ("/list", {"contains": {"a": 2}}, 'contains {"a":2}', "array of 2"),
            ("/note", {"contains": 5}, "contains 5", 'string "hello"'),
        ],
    )
    def test_what_does_not_is_told(self, pointer, comparison, expected, actual):
        assert told(values={pointer: comparison}) == [(f"{pointer} is not as expected", expected, actual, pointer)]

    @pytest.mark.parametrize("pointer", ["/nothing", "/list/2", "/list/01", "/list/-", "/note/0"])
    def test_what_is_not_there_is_told(self, pointer):
        assert told(values={pointer: {"equals": 1}}) == [(f"{pointer} is missing", "1", "absent", pointer)]


class TestPresence:
    def test_what_is_there_and_what_is_not(self):
        assert told(present=("/none", "/list/0"), absent=("/nothing",)) == []

    def test_the_other_way_round(self):
        assert told(present=("/nothing",)) == [("/nothing is missing", "present", "absent", "/nothing")]
        assert told(absent=("/none",)) == [("/none is there", "absent", "null", "/none")]

    def test_what_is_captured_must_be_there(self):
        assert told(capture={"call": "/call_id"}) == []
        assert told(capture={"call": "/id"}) == [("/id is missing", "present", "absent", "/id")]


class TestRelations:
    def test_the_same_and_another(self):
        same = Earlier(step=0, at=("/agent_id", "/count"), shown=("agent_1", 3))
        other = Earlier(step=0, at=("/call_id",), shown=("call_0",))
        assert told(same_as=same, differs_from=other) == []

    def test_what_differs_and_what_does_not(self):
        shown = Earlier(step=0, at=("/agent_id",), shown=("agent_2",))
        assert told(same_as=shown) == [
            ("/agent_id differs from that of step 1", '"agent_2"', 'string "agent_1"', "/agent_id")
        ]
        shown = Earlier(step=0, at=("/agent_id",), shown=("agent_1",))
        assert told(differs_from=shown) == [
            ("/agent_id is the same as that of step 1", 'not "agent_1"', 'string "agent_1"', "/agent_id")
        ]


class TestItems:
    LIST = ({"call_id": "call_1", "x": 1}, "text", {"call_id": "call_2"})

    def test_one_that_is_there_and_one_that_is_not(self):
        assert told(list(self.LIST), has_item={"call_id": "call_2"}, has_no_item={"call_id": "call_1", "x": 2}) == []

    def test_the_other_way_round(self):
        assert told(list(self.LIST), has_item={"call_id": "c"}) == [
            ("no item is like that", 'an item with {"call_id":"c"}', "none of 3 items", "")
        ]
        assert told([], has_item={"call_id": "c"}) == [
            ("no item is like that", 'an item with {"call_id":"c"}', "an empty list", "")
        ]
        assert told(list(self.LIST), has_no_item={"call_id": "call_2"}) == [
            ("an item is like that", 'no item with {"call_id":"call_2"}', "object with 1 members", "/2")
        ]

    def test_an_answer_that_is_no_list(self):
        assert told(has_no_item={"a": 1}) == [("the answer is no list", "array", "object with 9 members", "")]


class TestSchemas:
    def test_an_answer_that_fits(self):
        assert told(web_call(), schema="web-call") == []
        assert told(json_schema={"required": ["note"]}) == []

    def test_one_that_does_not(self):
        call = web_call()
        del call["agent_id"]
        assert told(call, schema="web-call") == [("/agent_id is missing", "present", "absent", "/agent_id")]
        schema = {"properties": {"note": {"type": "integer"}}}
        assert told(json_schema=schema) == [
            ("/note is not as `json_schema` says", "integer", 'string "hello"', "/note")
        ]

    def test_a_value_outside_a_growing_list_only_warns(self):
        call = web_call(disconnection_reason="a new one", call_status="ended")
        exchange = answered(case_of(Expect(schema="web-call"), final=False), 200, call)
        (mismatch,) = judged("written", exchange, scenario=ID)
        assert (mismatch.pointer, mismatch.level) == ("/disconnection_reason", Level.SHOULD)
        (mismatch,) = judged("written", exchange, scenario=ID, chosen=True)
        assert (mismatch.pointer, mismatch.level) == ("/disconnection_reason", None)

    def test_numbers_that_a_registration_did_not_give_only_warn(self):
        call = phone_call()
        del call["from_number"]
        for operation, level in (("register-phone-call", Level.SHOULD), ("get-call", None)):
            exchange = answered(case_of(Expect(schema="phone-call"), operation=operation), 200, call)
            (mismatch,) = judged("written", exchange, scenario=ID)
            assert (mismatch.pointer, mismatch.level) == ("/from_number", level)

    def test_an_answer_that_is_no_json(self):
        html = (("content-type", "text/html"),)
        assert told(b"<p>", headers=html, present=("/a",)) == [("the answer is not JSON", "JSON", "text/html", "")]
        assert told(b"", present=("/a",)) == [("the answer is not JSON", "JSON", "an empty body", "")]
        assert told(b"<p>", headers=html) == []


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "0"]), inner, max_size=3),
    max_leaves=6,
)
WANTED = {
    "equals": ANYTHING,
    "one_of": st.lists(ANYTHING, min_size=1, max_size=2),
    "matches": st.just("^a"),
    "at_least": st.floats(),
    "at_most": st.integers(),
    "type": st.sampled_from(["null", "integer", "number", "object"]),
    "length": st.integers(0, 2) | st.just({"at_least": 1}),
    "contains": ANYTHING,
}


@settings(max_examples=150, deadline=None)
@given(data=st.data(), answer=ANYTHING)
def test_no_answer_makes_it_raise(data, answer):
    name = data.draw(st.sampled_from(sorted(WANTED)))
    comparison = {name: data.draw(WANTED[name])}
    earlier = Earlier(step=0, at=("/a",), shown=(data.draw(ANYTHING),))
    pointer = data.draw(st.sampled_from(["", "/a", "/0", "/a/0"]))
    for expect in ({"values": {pointer: comparison}}, {"same_as": earlier}, {"differs_from": earlier}):
        assert len(told(answer, **expect)) <= 1
    assert told(answer, has_item={"a": 1}, schema="web-call", json_schema={"type": "object"})


class TestWhenItCounts:
    def test_a_step_that_holds_counts_only_as_the_last_of_its_scenario(self):
        assert told(final=False) is None
        assert told(final=True) == []

    def test_a_step_that_will_be_tried_again_is_not_judged_yet(self):
        assert told(statuses=(404,), last=False) is None

    def test_a_step_of_another_scenario_is_left_alone(self):
        assert told(requirement="MINE-002") is None

    def test_no_answer_is_told_unless_nobody_was_there(self):
        silence = CHECKS["written"].silence
        exchange = Exchange(
            case=case_of(Expect()), url="http://127.0.0.1:9000/", error="no answer within the time limit."
        )
        (mismatch,) = silence(exchange, {"scenario": ID})
        assert (mismatch.message, mismatch.expected, mismatch.actual) == (
            f"{ABOUT}: no answer",
            "an answer",
            "no answer within the time limit.",
        )
        assert silence(replace(exchange, unreachable=True), {"scenario": ID}) is None
        assert silence(exchange, {"scenario": "MINE-002"}) is None
        assert contract().schemas
