"""Correct servers that choose differently wherever the contract leaves a choice: none of them is accused."""

from __future__ import annotations

import functools
import re
from collections.abc import Collection

import pytest
from personality import PERSONALITIES, SILENT, Personality
from server import KEY, serving, serving_deep

from conformance.contract.contract import Contract, load_contract
from conformance.model import Outcome, Run
from conformance.runs import Options, Runner
from conformance.targets import open_target

SEEDS = range(1, 21)
UNTOLD_NUMBERS = "SPLIT-005"
WARNED: dict[str, set[str]] = {
    "generous": {"REQ-008", "REQ-012"},
    "clone": {UNTOLD_NUMBERS, "STAT-001", "STAT-004", "AUTH-003", "ERR-002", "OBJ-006"},
    "nothing-yet": set(),
    "moved": set(),
    "unpaid": set(),
    "grown": {UNTOLD_NUMBERS, "OBJ-005"},
    "slow": set(),
}
"""By personality; the others leave out numbers that register-phone-call was not given, and nothing else."""

NO_TRANSFER = "LIFE-007"
NO_AFTERMATH = {"LIFE-002", "LIFE-006", NO_TRANSFER, "LIFE-008", "LIST-015", "LIST-017", "LIST-019", "LIST-020"}
NO_CREATION = {"LIFE-009", "LIST-011", "REQ-001", "REQ-002", "REQ-003", "REQ-009", "REQ-010", "REQ-011", "SEQ-001"} | {
    *("SEQ-003", "SEQ-005", "SEQ-006", "SPLIT-002", "SPLIT-003", "SPLIT-008", "STAT-001", "STAT-003"),
}
ON_SERVERS = load_contract("v2", chosen=False).judging("server").requirements
NO_CALL_AT_ALL = {each.id for each in ON_SERVERS if each.area != "webhooks"} - {
    *(f"AUTH-00{number}" for number in (1, 2, 3)),
    *(f"ERR-00{number}" for number in (1, 2)),
    *(f"GONE-00{number}" for number in (1, 2, 3, 4, 5)),
    *(f"OPS-00{number}" for number in (1, 2, 3)),
    *("LIST-001", "LIST-003", "LIST-007", "LIST-025", "LIST-026", "STAT-002", "STAT-004", "STAT-005"),
    *("REQ-004", "REQ-005", "REQ-006", "REQ-007", "REQ-008", "REQ-012", "REQ-013"),
}
SKIPPED: dict[str, set[str]] = {
    "strict": NO_AFTERMATH,
    "crowded": NO_AFTERMATH,
    "taciturn": NO_AFTERMATH | {"LIFE-001"},
    "timeless": NO_AFTERMATH - {"LIFE-006", "LIST-015"} | {"LIFE-001", "LIST-004", "LIST-005", "LIST-018"},
    "lively": {"LIST-015", "LIST-017", "LIST-019", "LIST-020"},
    "newborn": {NO_TRANSFER, "LIST-004", "LIST-005", "LIST-006", "LIST-012", "LIST-013", "LIST-014", "REQ-010"}
    | {"LIST-017", "LIST-019", "LIST-020", "SPLIT-008"},
    "moved": {"REQ-009", "REQ-011", "SPLIT-002"},
    "grown": {NO_TRANSFER},
    "unpaid": NO_CREATION,
    "nothing-yet": NO_CALL_AT_ALL,
}
"""By personality; the others leave nothing out."""


@functools.cache
def contract() -> Contract:
    return load_contract("v2", chosen=False)


def judged(personality: Personality, seed: int, *, agents: Collection[str] = (), profile: str = "standard") -> Run:
    with serving(personality) as url:
        return judged_at(url, Options(seed=seed, agents=tuple(agents), profile=profile))


def judged_at(url: str, options: Options) -> Run:
    target = open_target(url, key=KEY, timeout_seconds=20)
    try:
        return Runner(contract=contract(), target=target, options=options).run()
    finally:
        target.close()


def ids(run: Run, outcome: Outcome) -> set[str]:
    """Those that came out so; nobody listens to webhooks here."""
    results = [result for result in run.results if result.requirement.area != "webhooks"]
    return {result.requirement.id for result in results if result.outcome is outcome}


def accusations(run: Run) -> list[str]:
    """What a reader would be told is broken."""
    return [
        f"{result.requirement.id} {finding.operation}: {finding.mismatch.message};"
        f" expected {finding.mismatch.expected}, actual {finding.mismatch.actual} at {finding.mismatch.pointer!r}"
        f" ({finding.exchange.case.title})"
        for result in run.results
        if result.outcome in {Outcome.FAILED, Outcome.ERRORED}
        for finding in result.findings
    ]


def profile_of(name: str) -> str:
    return "smoke" if name == "slow" else "standard"


def turns() -> list[tuple[str, int]]:
    """Every seed, and every personality at least once."""
    names = list(PERSONALITIES)
    return [(names[index % len(names)], seed) for index, seed in enumerate(SEEDS)]


@pytest.mark.parametrize(("name", "seed"), turns())
def test_a_correct_server_is_not_accused(name: str, seed: int) -> None:
    run = judged(PERSONALITIES[name], seed, profile=profile_of(name))
    assert accusations(run) == []
    assert run.complete
    assert ids(run, Outcome.WARNED) == WARNED.get(name, {UNTOLD_NUMBERS})
    if name != "slow":
        assert ids(run, Outcome.SKIPPED) == SKIPPED.get(name, set())


def test_every_personality_has_its_turn() -> None:
    assert {name for name, _ in turns()} == set(PERSONALITIES)


@pytest.mark.parametrize("name", SILENT)
def test_nobody_is_accused_where_no_source_says_a_word(name: str) -> None:
    assert accusations(judged(SILENT[name], 1)) == []


def test_an_empty_account_is_judged_once_an_agent_is_named() -> None:
    personality = PERSONALITIES["nothing-yet"]
    run = judged(personality, 1, agents=[personality.agent])
    assert accusations(run) == []
    assert ids(run, Outcome.WARNED) == {UNTOLD_NUMBERS}
    assert len(ids(run, Outcome.SKIPPED)) < len(SKIPPED["nothing-yet"])


def test_agents_of_old_calls_that_are_gone_cost_nothing_once_a_living_one_is_named() -> None:
    personality = PERSONALITIES["moved"]
    run = judged(personality, 1, agents=[personality.agent])
    assert accusations(run) == []
    assert "SPLIT-002" not in ids(run, Outcome.SKIPPED)


def test_whatever_was_left_out_has_a_reason() -> None:
    run = judged(PERSONALITIES["nothing-yet"], 2)
    reasons = [result.reason for result in run.results if result.outcome is Outcome.SKIPPED]
    assert all(reason and re.search(r"\w{3}", reason) for reason in reasons)


def test_what_one_run_left_behind_accuses_nobody_in_the_next() -> None:
    with serving_deep() as url:
        for seed in (1, 2):
            run = judged_at(url, Options(seed=seed))
            assert accusations(run) == []
            assert ids(run, Outcome.SKIPPED) <= {NO_TRANSFER}
