"""Two runs side by side: what is new, what is mended, what nobody knows, and whose doing it is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from nights import TARGET, TRAFFIC, VERSIONS, finding, keep, night, result, run_of

from conformance.history.compare import State, compare
from conformance.history.store import History
from conformance.history.told import comparison_json, comparison_markdown
from conformance.history.values import Traffic
from conformance.history.wording import comparison_lines
from conformance.model import Acceptance, Outcome


@pytest.fixture
def history(tmp_path):
    with History(tmp_path / "history.sqlite3") as opened:
        yield opened


def compared(history, before, after):
    return compare(*(history.details(history.get(name)) for name in (before, after)))


def states(comparison):
    return {
        (each.finding.requirement, each.finding.cause): (str(each.state), each.why) for each in comparison.standings
    }


class TestTwoNights:
    def test_a_fault_is_new_and_then_fixed_with_its_clause_and_the_day_it_was_first_seen(self, history):
        night(history, "2026-11-20")
        night(history, "2026-11-21", faults=["limit-ignored"])
        night(history, "2026-11-22", faults=["limit-ignored"])
        night(history, "2026-11-23")
        told = []
        for before, after in (("2026-11-20", "2026-11-21"), ("2026-11-21", "2026-11-22"), ("2026-11-22", "2026-11-23")):
            comparison = compared(history, before, after)
            (standing,) = comparison.standings
            told.append((standing.state, comparison.fails, standing.finding.first))
            assert standing.finding.requirement == "LIST-003"
            assert standing.finding.clause == "OpenAPI 2026-04, POST /v2/list-calls, limit"
        assert told == [
            (State.NEW, True, "2026-11-21"),
            (State.STILL, False, "2026-11-21"),
            (State.FIXED, False, "2026-11-21"),
        ]

    def test_two_clean_nights_with_other_seeds_and_accounts_differ_in_nothing(self, history):
        night(history, "2026-11-20", seed=1, account=0)
        night(history, "2026-11-21", seed=2, account=1)
        comparison = compared(history, "2026-11-20", "2026-11-21")
        assert comparison.standings == ()
        assert [(each.what, each.before, each.after) for each in comparison.changes] == [("seed", "1", "2")]

    def test_a_defect_that_comes_back_is_new_and_says_that_it_was_there(self, history):
        for day, faults in (("2026-11-01", ["limit-ignored"]), ("2026-11-02", []), ("2026-11-03", ["limit-ignored"])):
            night(history, day, faults=faults)
        (standing,) = compared(history, "2026-11-02", "2026-11-03").standings
        assert (standing.state, standing.why, standing.finding.first, standing.finding.first_run) == (
            State.NEW,
            "it was there before, and is back",
            "2026-11-01",
            "2026-11-01.1",
        )


class TestFixed:
    """What is gone is fixed only if the later run asked as much."""

    BEFORE = run_of(result("LIST-003", finding()))

    @pytest.mark.parametrize(
        ("after", "versions", "traffic", "why"),
        [
            (run_of(result("LIST-003")), VERSIONS, TRAFFIC, ""),
            (run_of(result("LIST-003", cases=39)), VERSIONS, TRAFFIC, ""),
            (
                run_of(result("LIST-003", cases=0, reason="the server has no list-calls")),
                VERSIONS,
                TRAFFIC,
                "the server has no list-calls",
            ),
            (run_of(), VERSIONS, TRAFFIC, "LIST-003 was not judged"),
            (run_of(result("LIST-003")), VERSIONS, TRAFFIC[:1], "list-calls was not asked"),
            (
                run_of(result("LIST-003", cases=3)),
                replace(VERSIONS, profile="smoke"),
                TRAFFIC,
                "fewer cases were sent: 3, not 40",
            ),
            (run_of(result("LIST-003", cases=41)), replace(VERSIONS, profile="deep"), TRAFFIC, ""),
            (
                run_of(result("LIST-003", cases=3), complete=False, stopped="interrupted"),
                VERSIONS,
                TRAFFIC,
                "fewer cases were sent: 3, not 40",
            ),
        ],
    )
    def test_or_not_known_to_be(self, history, after, versions, traffic, why):
        keep(history, self.BEFORE)
        keep(history, after, versions=versions, traffic=traffic)
        comparison = compared(history, "previous", "last")
        state = "no longer exercised" if why else "fixed"
        assert states(comparison) == {("LIST-003", "limit"): (state, why)}
        assert not comparison.fails


class TestNew:
    @pytest.mark.parametrize(
        ("before", "why"),
        [
            (run_of(result("LIST-003")), ""),
            (run_of(result("LIST-003", cases=0, reason="no")), "2026-11-20.1 did not exercise LIST-003"),
            (run_of(), "2026-11-20.1 did not judge LIST-003"),
        ],
    )
    def test_says_if_it_could_not_be_seen_before(self, history, before, why):
        keep(history, before)
        keep(history, run_of(result("LIST-003", finding())))
        comparison = compared(history, "previous", "last")
        assert states(comparison) == {("LIST-003", "limit"): ("new", why)}
        assert comparison.fails

    def test_another_cause_of_the_same_requirement_is_new_and_says_so(self, history):
        keep(history, run_of(result("LIST-003", finding())))
        keep(history, run_of(result("LIST-003", finding(), finding(cause="order"))))
        comparison = compared(history, "previous", "last")
        assert states(comparison) == {
            ("LIST-003", "limit"): ("still failing", ""),
            ("LIST-003", "order"): ("new", "LIST-003 failed there in 2026-11-20.1 too, for another cause"),
        }

    def test_a_warning_that_became_a_failure_is_new_and_the_other_way_round_is_not(self, history):
        mild = run_of(result("LIST-003", finding(outcome=Outcome.WARNED)))
        keep(history, mild)
        keep(history, run_of(result("LIST-003", finding())))
        keep(history, mild)
        worse, milder = (compared(history, f"2026-11-20.{number}", f"2026-11-20.{number + 1}") for number in (1, 2))
        assert (states(worse), worse.fails) == ({("LIST-003", "limit"): ("new", "it was warned before")}, True)
        assert (states(milder), milder.fails) == (
            {("LIST-003", "limit"): ("still failing", "it was failed before")},
            False,
        )

    def test_a_new_warning_or_a_known_finding_fails_nothing(self, history):
        acceptance = Acceptance(reason="agreed", owner="ada", until="2026-12-31")
        known = replace(finding(), known=acceptance)
        keep(history, run_of(result("LIST-003"), result("LIST-004")))
        keep(
            history,
            run_of(result("LIST-003", known), result("LIST-004", finding("LIST-004", outcome=Outcome.WARNED))),
        )
        comparison = compared(history, "previous", "last")
        assert [each.state for each in comparison.standings] == [State.NEW, State.NEW]
        assert not comparison.fails


class TestJoinedFindings:
    """What is told as one finding from four places on is not new because a fourth place was found."""

    def test_are_compared_by_each_cause(self, history):
        each = [finding(cause=f"null /{letter}") for letter in "abc"]
        joined = finding(cause="null /d", causes=("null /d", "null /a", "null /b", "null /c"))
        keep(history, run_of(result("LIST-003", *each)))
        keep(history, run_of(result("LIST-003", joined)))
        comparison = compared(history, "previous", "last")
        assert {cause: state for (_, cause), (state, _) in states(comparison).items()} == {
            "null /a": "still failing",
            "null /b": "still failing",
            "null /c": "still failing",
            "null /d": "new",
        }


class TestTraffic:
    @pytest.mark.parametrize(
        ("before", "after", "told"),
        [
            ((40, 20.0, 35.0), (40, 110.0, 125.0), ()),
            ((40, 20.0, 35.0), (40, 121.0, 139.0), ("p50 slower: 121 ms, not 20 ms", "p90 slower: 139 ms, not 35 ms")),
            ((40, 900.0, 900.0), (40, 1500.0, 400.0), ("p90 faster: 400 ms, not 900 ms",)),
            ((4, 20.0, 35.0), (4, 900.0, 900.0), ()),
            ((40, 20.0, 35.0), (50, 20.0, 35.0), ()),
            ((40, 20.0, 35.0), (61, 20.0, 35.0), ("61 requests, not 40",)),
            ((40, None, None), (40, 20.0, 35.0), ()),
        ],
    )
    def test_is_told_where_it_differs_by_much(self, history, before, after, told):
        for requests, p50, p90 in (before, after):
            keep(history, run_of(), traffic=[Traffic(operation="get-call", requests=requests, p50=p50, p90=p90)])
        (pace,) = compared(history, "previous", "last").traffic
        assert pace.told == told


class TestWhatPeopleRead:
    @pytest.fixture
    def comparison(self, history):
        many = [finding("OPS-002", f"null /{letter}", operation="create-web-call") for letter in "abcde"]
        keep(history, run_of(result("LIST-003", finding()), result("LIST-009"), result("OPS-002", cases=40)))
        keep(
            history,
            run_of(
                result("LIST-003"),
                result("LIST-009", cases=0, reason="needs --allow create-web-call"),
                result("OPS-002", *many),
                day="2026-11-21",
            ),
            versions=replace(VERSIONS, harness="0.2.0", suites="5017e6"),
            traffic=[Traffic(operation="list-calls", requests=44, p50=321.0, p90=350.0, longest=400.0)],
        )
        return compared(history, "previous", "last")

    def test_is_text_of_eighty_columns(self, comparison):
        lines = list(comparison_lines(comparison))
        assert max(map(len, lines)) <= 80
        assert "\n".join(lines) + "\n" == TEXT

    def test_is_json(self, comparison):
        told = comparison_json(comparison)
        assert told["drift"] is None
        assert [told[name]["id"] for name in ("before", "after")] == ["2026-11-20.1", "2026-11-21.1"]
        assert told["changes"] == [
            {"what": "suites", "before": "5017e5", "after": "5017e6"},
            {"what": "harness", "before": "0.1.0", "after": "0.2.0"},
        ]
        assert len(told["new"]) == 5
        assert told["fixed"] == [
            {
                "finding": "LIST-003.bdfd78",
                "requirement": "LIST-003",
                "operation": "list-calls",
                "cause": "limit",
                "outcome": "failed",
                "message": "too many calls",
                "clause": "OpenAPI 2026-04, limit",
                "first_seen": "2026-11-20",
                "first_run": "2026-11-20.1",
                "known": False,
                "was": "failed",
                "why": "",
            }
        ]
        assert told["requirements_lost"] == [
            {"requirement": "LIST-009", "outcome": "skipped", "was": "passed", "why": "needs --allow create-web-call"}
        ]

    def test_is_markdown_in_which_an_answer_means_nothing(self, history):
        hostile = "</pre><img src=x>\x1b[2J|*x*"
        keep(history, run_of(result("LIST-003")))
        keep(history, run_of(result("LIST-003", finding(message=hostile))))
        text = comparison_markdown(compared(history, "previous", "last"))
        assert text.startswith("## ❌ 1 new · 0 fixed · 0 still failing\n")
        assert "<img" not in text
        assert "&lt;/pre&gt;&lt;img src=x&gt;\\u001b[2J|*x*" in text


TEXT = f"""\
before  2026-11-20.1  {TARGET} · edition v2 · profile standard ·
        seed 1
        1 failed · 2 passed · 50 requests · 1.5 s
after   2026-11-21.1  {TARGET} · edition v2 · profile standard ·
        seed 1
        1 failed · 1 passed · 1 skipped · 50 requests · 1.5 s

Not only the target may have changed: suites, harness did too.

  suites: 5017e5 → 5017e6
  harness: 0.1.0 → 0.2.0

New (5)
  OPS-002.c2e0f8  failed
    create-web-call: too many calls
    clause: OpenAPI 2026-04, limit
    first seen 2026-11-21 (2026-11-21.1)
    4 more alike

Fixed (1)
  LIST-003.bdfd78  failed
    list-calls: too many calls
    clause: OpenAPI 2026-04, limit
    first seen 2026-11-20 (2026-11-20.1)

Requirements no longer exercised (1)
  needs --allow create-web-call: LIST-009

operation                         requests             p50 ms             p90 ms
get-call                            10 → -            5.0 → -            9.0 → -
list-calls                         40 → 44       20.0 → 321.0       35.0 → 350.0
  ! p50 slower: 321 ms, not 20 ms
  ! p90 slower: 350 ms, not 35 ms

5 new · 1 fixed · 0 still failing
"""
