"""The plain logic behind the suite runner: what is known when, how far a run is, plots, words."""

import re
from dataclasses import replace

import pytest

from conformance.contract.contract import load_contract
from conformance.errors import UsageError
from conformance.history.values import Kept, Versions
from conformance.model import Case, Effect, Exchange, Finding, Mismatch, Outcome, Requirement, Response, Result, Run
from conformance.notebook.runner.board import MARKS, WAITING, Board
from conformance.notebook.runner.opening import said_in_python
from conformance.notebook.runner.past import Past
from conformance.notebook.runner.plots import latency_plot, outcome_plot
from conformance.notebook.runner.telling import quiet_cell, reasons_html, totals_html
from conformance.notebook.runner.watching import Latency, Times, Watch

EVIL = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def contract():
    return load_contract().judging("server").narrowed(suites=["listing"], requirements=())


def exchange(operation="list-calls", *, seconds=0.0, received=False, answered=True):
    case = Case(operation=operation, purpose="valid", method="POST", path="/", effect=Effect.READ)
    response = Response(status=200) if answered else None
    return Exchange(case=case, url="http://127.0.0.1/", response=response, seconds=seconds, received=received)


def finding(requirement, operation="list-calls", outcome=Outcome.FAILED):
    mismatch = Mismatch(message=EVIL, expected="this", actual="that")
    return Finding(
        requirement=requirement,
        operation=operation,
        outcome=outcome,
        mismatch=mismatch,
        exchange=exchange(operation),
        repeat="curl",
    )


def run_of(*results, **more):
    return Run(
        edition="v2",
        target="mock",
        seed=1,
        started_at="2026-11-22T10:00:00.000Z",
        seconds=1.0,
        requests=2,
        complete=True,
        results=results,
        **more,
    )


def kept(number, *, failed=0, complete=True):
    counts = dict.fromkeys(Outcome, 0) | {Outcome.PASSED: 10, Outcome.FAILED: failed}
    versions = Versions(target="mock", edition="v2", profile="smoke", seed=1, contract="c", suites="s", harness="0")
    return Kept(
        number=number,
        id=f"2026-11-22.{number}",
        versions=versions,
        started_at=f"2026-11-22T10:{number:02}:00Z",
        seconds=1.0,
        requests=9,
        complete=complete,
        stopped=None if complete else "cancelled",
        address="mock",
        outcomes=counts,
        failing=failed,
    )


class TestTheBoard:
    def test_before_a_run_nothing_is_judged(self, contract):
        board = Board(contract)
        states = board.states()
        assert len(states) == len(contract.requirements)
        assert {each["outcome"] for each in states.values()} == {WAITING}
        assert {cell[0] for each in states.values() for cell in each["cells"].values()} == {WAITING}
        assert board.shown(outcome="skipped") == []

    def test_while_it_goes_on_only_what_was_found_is_known(self, contract):
        board, requirement = Board(contract), contract.requirements[2]
        board.take(finding(requirement, outcome=Outcome.WARNED))
        board.take(finding(requirement))
        state = board.states([requirement.id])[requirement.id]
        assert state["outcome"] == "failed"
        assert state["cells"]["list-calls"][0] == "failed"
        assert board.found == 2
        assert [each.outcome for each in board.findings(requirement.id)] == ["failed", "warned"]
        assert board.shown(outcome="failed") == [requirement.id]
        assert board.states()[contract.requirements[0].id]["outcome"] == WAITING

    def test_after_it_the_run_is_known(self, contract):
        board, (first, second, *_) = Board(contract), contract.requirements
        board.finish(
            run_of(
                Result(requirement=first, outcome=Outcome.PASSED, cases=3, exercised={"list-calls": 3}),
                Result(requirement=second, outcome=Outcome.SKIPPED, reason="no call was seen"),
            )
        )
        assert board.states()[first.id] == {"outcome": "passed", "cells": {"list-calls": ["passed", 3, False]}}
        assert board.reasons() == {"no call was seen": [second]}

    def test_every_outcome_has_a_sign_and_a_word(self):
        assert {each["key"] for each in MARKS} == {*map(str, Outcome), WAITING}
        assert all(each["sign"] and each["word"] for each in MARKS)


class TestWatching:
    def test_is_told_at_most_ten_times_a_second_and_loses_no_finding(self, contract):
        now, told = [0.0], []
        watch = Watch(Board(contract), lambda *each: told.append(each), monotonic=lambda: now[0])
        watch.started("mock", "v2", 100)
        for done in range(1, 101):
            now[0] += 0.01
            watch.exchanged("list-calls", done)
            watch.reached(done / 100)
            watch.found(finding(contract.requirements[done % 20]))
        assert len(told) <= 10
        watched = {name for _, changed in told for name in changed}
        assert {each.id for each in contract.requirements[:18]} <= watched
        assert told[-1][0].text.startswith(f"{told[-1][0].requests} requests · ")
        assert "list-calls" in told[-1][0].text

    def test_says_what_is_left_once_that_can_be_guessed(self, contract):
        now = [0.0]
        watch = Watch(Board(contract), lambda *_: None, monotonic=lambda: now[0])
        watch.started("mock", "v2", 100)
        now[0] = 20.0
        watch.reached(0.5)
        assert "about 20 s left" in watch.progress().text
        assert watch.progress().share == 0.5

    def test_times_are_nearest_ranks_of_answers_alone(self):
        times = Times()
        for each in range(1, 101):
            times.take(exchange(seconds=each / 1000))
        times.take(exchange(seconds=9.0, answered=False))
        times.take(exchange("call_ended", seconds=9.0, received=True))
        (found,) = times.latencies()
        assert (found.answers, found.p50, found.p95, found.longest) == (100, 50.0, 95.0, 100.0)

    def test_operations_stand_in_the_order_that_is_given(self):
        times = Times()
        for name in ("b", "c", "a"):
            times.take(exchange(name))
        assert [each.operation for each in times.latencies(["a", "b"])] == ["a", "b", "c"]


class TestPlots:
    def test_latency_has_a_dot_and_a_whisker_for_each_operation_within_the_picture(self):
        values = [(0.4, 0.4), (3.0, 812.5)]
        latencies = [
            Latency(operation=f"{EVIL}{index}", answers=4, p50=p50, p95=p95, longest=p95)
            for index, (p50, p95) in enumerate(values)
        ]
        told = latency_plot(latencies)
        assert told.count("<circle") == 2
        assert max(float(each) for each in re.findall(r'x[12]?="([\d.]+)"', told)) <= 620
        assert "p50 3.0 ms, p95 812 ms, 4 answers" in told
        assert EVIL not in told

    def test_outcomes_have_a_column_for_each_of_the_last_thirty_runs(self):
        told = outcome_plot([kept(number, failed=number % 3) for number in range(1, 41)], own=["2026-11-22.40"])
        assert told.count("<g><title>") == 30
        assert "2026-11-22.40 (this panel)" in told
        assert "2026-11-22.10:" not in told
        assert "requirements</text>" in told
        assert all(float(each) >= 0 for each in re.findall(r'height="([-\d.]+)"', told))

    def test_a_run_that_was_cut_short_says_so(self):
        assert "not complete" in outcome_plot([kept(1, failed=2, complete=False)])

    def test_without_figures_there_is_no_plot(self):
        assert latency_plot([]) == outcome_plot([]) == ""

    def test_nothing_at_all_still_has_an_axis(self):
        empty = replace(kept(1), outcomes=dict.fromkeys(Outcome, 0))
        assert "<svg" in outcome_plot([empty])
        assert "<svg" in latency_plot([Latency(operation="a", answers=1, p50=0.0, p95=0.0, longest=0.0)])


class TestWords:
    def test_name_arguments_and_no_flags(self):
        told = "needs --allow create-web-call"
        assert said_in_python(told) == 'needs allow=("create-web-call",)'
        assert "--" not in said_in_python(
            "needs --webhook-listen HOST:PORT/PATH, and a target that sends webhooks there"
        )

    def test_what_others_wrote_is_never_markup(self, contract):
        requirement = replace(contract.requirements[0], title=EVIL, clause=EVIL)
        result = Result(requirement=requirement, outcome=Outcome.SKIPPED, reason=EVIL)
        shown = (
            quiet_cell(result, EVIL, None, waiting=False)
            + quiet_cell(result, "", None, waiting=False)
            + reasons_html({EVIL: [requirement]})
            + totals_html(run_of(result, stopped=EVIL, notes=(EVIL,)), EVIL)
        )
        assert "<img" not in shown
        assert "&lt;img" in shown

    def test_rows_of_the_matrix_are_data_and_no_markup(self, contract):
        first: Requirement = replace(contract.requirements[0], title=EVIL)
        (row,) = Board(replace(contract, requirements=(first,))).row_values()
        assert row["title"] == EVIL


class TestThePast:
    def test_a_file_that_is_not_there_is_refused_and_not_made(self, tmp_path):
        with pytest.raises(UsageError, match="--save"):
            Past(tmp_path / "none.sqlite")
        assert list(tmp_path.iterdir()) == []

    def test_begins_empty(self):
        past = Past()
        assert past.runs() == ()
        past.close()
        past.close()
