"""List Calls: form, limit, order, filters, pages."""

from __future__ import annotations

import pytest
from exchanges import GONE, START_MS, answered, cases, fetched, judged, listed, phone_call, related, said, web_call


def call(name, start=START_MS, **changes):
    return phone_call(call_id=name, start_timestamp=start, **changes)


class TestListIsABareArray:
    @pytest.mark.parametrize("body", [[], [web_call()], [1]])
    def test_an_array_is_accepted(self, body):
        assert judged("bare-array", listed(body)) == []

    @pytest.mark.parametrize(
        ("body", "message", "actual"),
        [
            ({"calls": [], "next": 1}, "the list comes in an envelope", "a JSON object with calls, next"),
            ("calls", "the list is no array", "a JSON string"),
            (None, "the list is no array", "a JSON null"),
        ],
    )
    def test_anything_else_is_reported(self, body, message, actual):
        exchange = listed(b"null" if body is None else body)
        assert said(judged("bare-array", exchange)) == [(message, "a JSON array of calls", actual, "")]

    def test_it_does_not_apply_to_a_refusal_to_another_operation_or_to_what_is_no_json(self):
        assert judged("bare-array", listed({}, status=400)) is None
        assert judged("bare-array", fetched(web_call())) is None
        assert judged("bare-array", listed(b"<html>")) is None


class TestItemsAreObjects:
    def test_objects_are_accepted(self):
        assert judged("items-are-objects", listed([{}, web_call()])) == []

    def test_each_other_item_is_reported(self):
        assert said(judged("items-are-objects", listed(["call_1", {}, None]))) == [
            ("an item of the list is no call object", "object", 'string "call_1"', "/0"),
            ("an item of the list is no call object", "object", "null", "/2"),
        ]

    def test_it_does_not_apply_to_an_empty_list(self):
        assert judged("items-are-objects", listed([])) is None


class TestLimitIsKept:
    def test_as_many_as_asked_for_are_accepted(self):
        assert judged("limit-kept", listed([{}, {}], {"limit": 2})) == []

    def test_more_are_reported(self):
        assert said(judged("limit-kept", listed([{}, {}, {}], {"limit": 2}))) == [
            ("the list is longer than `limit`", "at most 2 calls", "3 calls", "")
        ]

    def test_without_a_limit_a_thousand_are_the_most(self):
        assert judged("limit-kept", listed([{}] * 1000)) == []
        assert said(judged("limit-kept", listed([{}] * 1001))) == [
            ("the list is longer than `limit`", "at most 1000 calls", "1001 calls", "")
        ]

    def test_it_does_not_apply_to_an_envelope(self):
        assert judged("limit-kept", listed({"calls": []}, {"limit": 2})) is None


class TestListIsInOrder:
    def ask(self, starts, *, order="descending", asked=None):
        calls = [call(str(index), start) for index, start in enumerate(starts)]
        return judged("list-order", listed(calls, {"sort_order": asked} if asked else {}), order=order)

    @pytest.mark.parametrize("starts", [[3, 2, 1], [3, 3, 1], [3, None, 1], [3, GONE, "x", True, 1]])
    def test_newest_first_is_accepted_and_calls_without_a_start_are_passed_over(self, starts):
        assert self.ask(starts) == []

    def test_another_order_is_reported_once(self):
        assert said(self.ask([3, 1, 2, 0, 9])) == [
            ("the list is not descending by `start_timestamp`", "a start not after 1", "2", "/2/start_timestamp")
        ]

    def test_oldest_first_is_judged_where_it_was_asked_for(self):
        assert self.ask([1, 2], order="ascending", asked="ascending") == []
        assert said(self.ask([2, 1], order="ascending", asked="ascending")) == [
            ("the list is not ascending by `start_timestamp`", "a start not before 2", "1", "/1/start_timestamp")
        ]

    def test_it_does_not_apply_to_the_other_order_or_to_a_single_start(self):
        assert self.ask([1, 2], order="ascending") is None
        assert self.ask([1, 2], asked="ascending") is None
        assert self.ask([1, None]) is None


class TestKeyIsExclusive:
    def test_the_calls_after_it_are_accepted(self):
        assert judged("key-exclusive", listed([call("b")], {"pagination_key": "a"})) == []

    def test_the_named_call_is_reported(self):
        assert said(judged("key-exclusive", listed([call("b"), call("a")], {"pagination_key": "a"}))) == [
            ("the call named by `pagination_key` is in the answer", "no call a", "call a", "/1/call_id")
        ]

    def test_it_does_not_apply_without_a_key(self):
        assert judged("key-exclusive", listed([call("a")], {"limit": 2})) is None


def filtered(calls, criteria, *, fields=None, **facts):
    """A filtered list, judged by the requirement about these fields; None is the one about several."""
    given = {} if fields is None else {"fields": fields}
    exchange = listed(calls, {"filter_criteria": criteria, "limit": 50}, **{"expected": (), **facts})
    return judged("filter-kept", exchange, **given)


class TestFilterIsKept:
    WEB = {"call_type": ["web_call"]}  # noqa: RUF012 - only read

    def test_calls_that_match_are_accepted(self):
        assert filtered([web_call(), web_call()], self.WEB, fields=["call_type"]) == []

    def test_the_first_that_does_not_match_is_reported(self):
        mismatches = filtered([web_call(), phone_call(), phone_call()], self.WEB, fields=["call_type"])
        assert said(mismatches) == [
            (
                "the list filtered by `call_type` holds a call that does not match",
                '{"call_type": ["web_call"]}',
                '{"call_type": "phone_call"}',
                "/1",
            )
        ]

    def test_what_the_contract_leaves_open_is_accepted(self):
        assert filtered([web_call()], {"in_voicemail": [True]}, fields=["in_voicemail"]) == []

    def test_a_call_that_was_left_out_is_told_once_it_is_confirmed(self):
        expected = (web_call(call_id="call_lost"),)
        assert filtered([], self.WEB, fields=["call_type"], expected=expected) == []
        (mismatch,) = filtered([web_call()], self.WEB, fields=["call_type"], expected=expected, last=True)
        assert mismatch.message.startswith("the list filtered by `call_type` leaves out a call")
        assert mismatch.expected == 'call call_lost among those with {"call_type": ["web_call"]}'
        assert mismatch.actual == "1 other calls"

    def test_several_criteria_are_judged_by_their_own_requirement(self):
        both = {"call_type": ["web_call"], "agent_id": ["agent_1"]}
        assert filtered([web_call()], both) == []
        assert filtered([phone_call()], both) != []
        assert filtered([phone_call()], both, fields=["call_type"]) is None
        assert filtered([phone_call()], self.WEB) is None
        assert filtered([phone_call()], self.WEB, fields=["agent_id"]) is None


class TestNewCallIsFound:
    def ask(self, calls, **facts):
        parameters = {"filter_criteria": {"call_id": ["call_new"]}}
        return judged("filter-finds", listed(calls, parameters, finds="call_new", **facts))

    @pytest.mark.parametrize("last", [True, False])
    def test_a_list_that_holds_it_is_accepted(self, last):
        assert self.ask([call("call_new")], last=last) == []

    @pytest.mark.parametrize(("calls", "actual"), [([], "an empty list"), ([call("x")], "1 other calls")])
    def test_one_that_does_not_is_reported_at_the_last_try(self, calls, actual):
        assert said(self.ask(calls, last=True)) == [
            ("a call that was just created is not found by the filter `call_id`", "call call_new", actual, "")
        ]

    def test_it_does_not_apply_before_that(self):
        assert self.ask([], last=False) is None
        assert judged("filter-finds", listed([])) is None


ACCOUNT = [call(name, start) for name, start in zip("abcdefg", range(7, 0, -1), strict=True)]


def paged(*pages, before=ACCOUNT, after=ACCOUNT, limit=2):
    """The same account in one answer, in pages, and in one answer again."""
    exchanges = [listed(before, {}, group="pages x", role="before")]
    key = None
    for page in pages:
        parameters = {"limit": limit, **({"pagination_key": key} if key else {})}
        exchanges.append(listed(page, parameters, group="pages x", role="page"))
        key = page[-1]["call_id"] if page else key
    if after is not None:
        exchanges.append(listed(after, {}, group="pages x", role="after"))
    return related("pages-join", exchanges)


class TestPagesJoin:
    def test_pages_that_follow_each_other_are_accepted(self):
        assert paged(ACCOUNT[0:2], ACCOUNT[2:4], ACCOUNT[4:6]) == []

    def test_a_call_that_moves_meanwhile_is_no_repeat(self):
        moved = [*ACCOUNT[1:], ACCOUNT[0]]
        assert paged(ACCOUNT[0:2], ACCOUNT[2:4], [ACCOUNT[4], ACCOUNT[0]], after=moved) == []

    def test_a_repeat_is_reported(self):
        assert said(paged(ACCOUNT[0:2], [ACCOUNT[2], ACCOUNT[0]]))[0] == (
            "a later page repeats a call of an earlier one",
            "calls that no earlier page held",
            "call a",
            "/1/call_id",
        )

    def test_a_gap_is_reported(self):
        assert said(paged(ACCOUNT[0:2], ACCOUNT[3:5])) == [
            (
                "a page leaves out a call that follows the one before it",
                "call c after call b",
                "call d",
                "/0/call_id",
            )
        ]

    def test_an_empty_page_before_the_end_is_a_gap(self):
        assert said(paged(ACCOUNT[0:2], [])) == [
            ("a page leaves out a call that follows the one before it", "call c after call b", "an empty page", "")
        ]

    def test_calls_that_come_meanwhile_accuse_nobody(self):
        new = call("new", 9)
        assert paged([new, ACCOUNT[0]], ACCOUNT[1:3], after=[new, *ACCOUNT]) == []
        assert paged(ACCOUNT[0:2], [new, ACCOUNT[2]], after=[new, *ACCOUNT]) == []

    def test_calls_that_go_or_move_meanwhile_accuse_nobody(self):
        assert paged(ACCOUNT[0:2], ACCOUNT[3:5], after=ACCOUNT[:2] + ACCOUNT[3:]) == []
        assert paged(ACCOUNT[0:2], ACCOUNT[3:5], after=ACCOUNT[::-1]) == []

    def test_the_call_of_the_key_is_left_to_its_own_check(self):
        assert paged(ACCOUNT[0:2], ACCOUNT[1:3]) == []

    @pytest.mark.parametrize("pages", [[], [ACCOUNT[0:2]]])
    def test_one_page_joins_nothing(self, pages):
        assert paged(*pages) == []

    def test_without_the_second_look_nothing_is_judged(self):
        assert paged(ACCOUNT[0:2], ACCOUNT[3:5], after=None) == []

    def test_a_list_that_holds_a_call_twice_is_no_measure(self):
        assert paged(ACCOUNT[0:2], ACCOUNT[3:5], before=[*ACCOUNT, ACCOUNT[0]]) == []

    def test_it_does_not_apply_to_refusals(self):
        case = cases().listing({}, title="a list", group="pages x", role="page")
        assert related("pages-join", [answered(case, 500, {})]) is None


class TestEitherSpellingFilters:
    GOLD, OTHER = web_call(metadata={"plan": "gold"}), web_call(metadata={"plan": "tin"})

    def ask(self, nested, flat):
        asked = [({"metadata": {"plan": ["gold"]}}, nested), ({"metadata.plan": ["gold"]}, flat)]
        exchanges = [
            listed(calls, {"filter_criteria": criteria, "limit": 50}, group="spellings x", expected=())
            for criteria, calls in asked
            if calls is not None
        ]
        return related("either-spelling", exchanges, fields=["metadata"])

    @pytest.mark.parametrize("answers", [([GOLD], [GOLD]), ([GOLD], [OTHER]), ([OTHER], [GOLD]), ([OTHER], None)])
    def test_one_that_does_what_it_says_will_do(self, answers):
        assert self.ask(*answers) == []

    def test_where_neither_does_the_first_is_reported(self):
        (mismatch,) = self.ask([self.OTHER], [self.OTHER])
        assert mismatch.message == "the list filtered by `metadata` holds a call that does not match"
        assert mismatch.exchange.case.facts["list"]["filter_criteria"] == {"metadata": {"plan": ["gold"]}}
