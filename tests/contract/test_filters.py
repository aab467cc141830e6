"""What the criteria of list-calls mean: which calls must, must not, or may be listed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.contract.filters import left_out, matches

CALL = {
    "call_id": "call_1",
    "agent_id": "agent_1",
    "agent_version": 3,
    "call_type": "phone_call",
    "call_status": "ended",
    "direction": "inbound",
    "from_number": "+14155550100",
    "to_number": "+14155550101",
    "disconnection_reason": "user_hangup",
    "start_timestamp": 2000,
    "end_timestamp": 5000,
    "duration_ms": 3000,
    "latency": {"e2e": {"p50": 800.5}},
    "call_analysis": {"in_voicemail": False, "call_successful": True, "user_sentiment": "Positive"},
    "metadata": {"plan": "gold", "deep": {"city": "Oslo"}, "visits": 3, "none": None},
    "retell_llm_dynamic_variables": {"name": "Ada"},
}


class TestOneCriterion:
    @pytest.mark.parametrize(
        ("criteria", "expected"),
        [
            ({"agent_id": ["agent_0", "agent_1"]}, True),
            ({"agent_id": ["agent_0"]}, False),
            ({"agent_id": []}, False),
            ({"call_type": ["web_call"]}, False),
            ({"call_status": ["ended"]}, True),
            ({"call_id": ["call_1"]}, True),
            ({"direction": ["outbound"]}, False),
            ({"disconnection_reason": ["user_hangup"]}, True),
            ({"from_number": ["+14155550100"]}, True),
            ({"to_number": ["+14155550100"]}, False),
            ({"version": [3]}, True),
            ({"version": [4]}, False),
        ],
    )
    def test_a_list_of_values_matches_any_of_them(self, criteria, expected):
        assert matches(CALL, criteria) is expected

    def test_a_field_that_a_call_lacks_matches_no_value(self):
        assert matches({"call_type": "web_call"}, {"from_number": ["+14155550100"]}) is False

    @pytest.mark.parametrize(
        ("criteria", "expected"),
        [
            ({"in_voicemail": [False]}, True),
            ({"call_successful": [False]}, False),
            ({"user_sentiment": ["Positive", "Neutral"]}, True),
        ],
    )
    def test_analysis_is_looked_up_inside_the_call(self, criteria, expected):
        assert matches(CALL, criteria) is expected

    @pytest.mark.parametrize("call", [{}, {"call_analysis": {}}, {"call_analysis": None}, {"call_analysis": "no"}])
    def test_analysis_that_is_absent_may_go_either_way(self, call):
        assert matches(call, {"in_voicemail": [False]}) is None

    @pytest.mark.parametrize(
        ("bounds", "expected"),
        [
            ({"lower_threshold": 1999}, True),
            ({"lower_threshold": 2000}, None),
            ({"lower_threshold": 2001}, False),
            ({"upper_threshold": 2001}, True),
            ({"upper_threshold": 2000}, None),
            ({"upper_threshold": 1999}, False),
            ({"lower_threshold": 1000, "upper_threshold": 3000}, True),
            ({"lower_threshold": None, "upper_threshold": 3000}, True),
            ({"lower_threshold": 3000, "upper_threshold": 4000}, False),
            ({}, True),
        ],
    )
    def test_a_value_on_a_threshold_may_go_either_way(self, bounds, expected):
        assert matches(CALL, {"start_timestamp": bounds}) is expected

    @pytest.mark.parametrize("field", ["end_timestamp", "duration_ms", "e2e_latency_p50"])
    def test_every_range_reads_its_own_field(self, field):
        value = {"end_timestamp": 5000, "duration_ms": 3000, "e2e_latency_p50": 800.5}[field]
        assert matches(CALL, {field: {"lower_threshold": value - 1, "upper_threshold": value + 1}}) is True
        assert matches(CALL, {field: {"lower_threshold": value + 1}}) is False

    @pytest.mark.parametrize("value", [None, "2000", True])
    def test_a_value_that_is_no_number_may_go_either_way(self, value):
        assert matches({"duration_ms": value}, {"duration_ms": {"lower_threshold": 1}}) is None

    @pytest.mark.parametrize(
        ("criteria", "expected"),
        [
            ({"after_start_timestamp": 2000}, True),
            ({"after_start_timestamp": 2001}, False),
            ({"before_start_timestamp": 2000}, False),
            ({"before_start_timestamp": 2001}, True),
            ({"after_end_timestamp": 5000}, True),
            ({"before_end_timestamp": 5000}, False),
        ],
    )
    def test_the_bounds_of_the_launch_form(self, criteria, expected):
        assert matches(CALL, criteria) is expected

    def test_a_bound_of_the_launch_form_tells_nothing_of_a_call_without_that_time(self):
        assert matches({}, {"after_start_timestamp": 1}) is None

    @pytest.mark.parametrize(
        ("criteria", "expected"),
        [
            ({"metadata.plan": ["gold"]}, True),
            ({"metadata.plan": ["silver"]}, False),
            ({"metadata.deep.city": ["Oslo"]}, True),
            ({"metadata": {"plan": ["gold"], "deep.city": ["Oslo"]}}, True),
            ({"metadata": {"plan": ["gold"], "deep.city": ["Rome"]}}, False),
            ({"metadata.missing": ["x"]}, False),
            ({"metadata.none": ["x"]}, False),
            ({"metadata.visits": ["3"]}, None),
            ({"metadata": {"visits": ["3"], "plan": ["silver"]}}, False),
            ({"dynamic_variables.name": ["Ada"]}, True),
            ({"dynamic_variables": {"name": ["Bob"]}}, False),
        ],
    )
    def test_texts_of_the_users_own_data_are_found_by_their_path(self, criteria, expected):
        assert matches(CALL, criteria) is expected

    def test_a_criterion_that_nobody_knows_tells_nothing(self):
        assert matches(CALL, {"batch_call_id": ["x"]}) is None


class TestSeveralCriteria:
    @pytest.mark.parametrize(
        ("criteria", "expected"),
        [
            ({}, True),
            ({"agent_id": ["agent_1"], "call_type": ["phone_call"]}, True),
            ({"agent_id": ["agent_1"], "call_type": ["web_call"]}, False),
            ({"agent_id": ["agent_1"], "unknown": 1}, None),
            ({"agent_id": ["agent_0"], "unknown": 1}, False),
        ],
    )
    def test_all_of_them_must_be_met(self, criteria, expected):
        assert matches(CALL, criteria) is expected

    @given(data=st.data())
    @settings(deadline=None)
    def test_their_order_does_not_matter(self, data):
        criteria = {"agent_id": ["agent_1"], "call_type": ["web_call"], "unknown": 1, "duration_ms": {}}
        chosen = data.draw(st.permutations(sorted(criteria)))
        assert matches(CALL, {name: criteria[name] for name in chosen}) is False


def call(name, start):
    return {"call_id": name, "start_timestamp": start}


A, B, C, D = call("a", 4), call("b", 3), call("c", 2), call("d", 1)


class TestLeftOut:
    def test_an_answer_shorter_than_its_limit_holds_all(self):
        assert left_out([A, C], [A, B, C, D], limit=3, ascending=False) == (B, D)

    def test_a_full_one_holds_all_that_stand_before_its_last_call(self):
        assert left_out([A, C], [A, B, C, D], limit=2, ascending=False) == (B,)

    def test_the_other_way_round_too(self):
        assert left_out([D, B], [A, B, C, D], limit=2, ascending=True) == (C,)

    def test_a_call_that_began_together_with_the_last_one_may_be_on_the_next_page(self):
        assert left_out([A, C], [call("e", 2)], limit=2, ascending=False) == ()

    def test_calls_without_a_start_have_no_place_in_a_full_one(self):
        assert (
            left_out([A, C], [{"call_id": "e"}, {"call_id": "f", "start_timestamp": None}], limit=2, ascending=False)
            == ()
        )

    def test_a_full_one_that_ends_with_a_call_without_a_start_tells_nothing(self):
        assert left_out([A, {"call_id": "e"}], [B], limit=2, ascending=False) == ()

    def test_a_full_one_that_is_in_no_order_tells_nothing(self):
        assert left_out([C, A, D], [B], limit=3, ascending=False) == ()

    def test_nothing_expected_is_nothing_left_out(self):
        assert left_out([], [], limit=50, ascending=False) == ()

    @given(
        starts=st.lists(st.integers(0, 6), max_size=12),
        limit=st.integers(1, 8),
        ascending=st.booleans(),
        keep=st.sets(st.integers(0, 11)),
    )
    @settings(deadline=None)
    def test_a_correct_answer_leaves_nothing_out(self, starts, limit, ascending, keep):
        account = [call(str(index), start) for index, start in enumerate(starts)]
        account.sort(key=lambda each: each["start_timestamp"], reverse=not ascending)
        expected = [each for index, each in enumerate(account) if index in keep]
        listed = account[:limit]
        assert left_out(listed, expected, limit=limit, ascending=ascending) == ()
