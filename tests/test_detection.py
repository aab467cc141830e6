"""Every fault breaks its requirement and no other; the clean mocks break none, whatever the seed."""

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from conformance.contract.contract import load_contract
from conformance.contract.schemas import editions
from conformance.mockreceiver import faults as receiver_faults
from conformance.mockvendor import MockVendor, faults
from conformance.model import Outcome
from conformance.runs import Options, Runner
from conformance.targets.asgi import AsgiTransport
from conformance.targets.http import HttpTarget

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "benchmarks"))
import score  # the same code that computes the published score

SEEDS = range(1, 5)
AT_ONCE = 6
"""Runs that listen to webhooks mostly wait: for the end of a call, for a second attempt."""
FIRST_OF_EACH = list({fault.breaks: fault.name for fault in reversed(faults()) if not fault.in_webhooks}.values())[::2]
"""The first fault of every second requirement, since each is a whole run. `make score` takes all faults of all of them,
and docs/SCORE.md holds what came of it."""
IN_WEBHOOKS = [fault.name for fault in faults() if fault.in_webhooks]


@pytest.mark.parametrize("name", FIRST_OF_EACH)
def test_a_fault_breaks_its_requirement_and_no_other(name):
    row = score.judge_fault(name, calls=80)
    assert (row.found, row.failed, row.warned) == (True, *_expected(name))


@pytest.mark.parametrize("first", range(0, len(IN_WEBHOOKS), AT_ONCE))
def test_faults_of_webhooks_break_their_requirement_and_no_other(first):
    names = IN_WEBHOOKS[first : first + AT_ONCE]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        rows = list(pool.map(score.judge_fault, names))
    assert {row.name: (row.failed, row.warned) for row in rows} == {name: _expected(name) for name in names}


@pytest.mark.parametrize("name", [fault.name for fault in receiver_faults()])
def test_a_fault_of_a_receiver_breaks_its_requirement_and_no_other(name):
    row = score.judge_receiver_fault(name)
    assert (row.found, row.failed, row.warned) == (True, *_expected(name))


def _expected(name):
    fault = next(each for each in (*faults(), *receiver_faults()) if each.name == name)
    broken = (fault.breaks,)
    return (broken, ()) if fault.level == "must" else ((), broken)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_clean_mock_is_accused_of_nothing(seed):
    row = score.judge_clean(seed)
    assert (row.failed, row.warned) == ((), ())


@pytest.mark.parametrize("first", range(1, 9, AT_ONCE))
def test_the_webhooks_of_the_clean_mock_are_accused_of_nothing(first):
    with ThreadPoolExecutor(AT_ONCE) as pool:
        rows = list(pool.map(score.judge_clean_webhooks, range(first, min(first + AT_ONCE, 9))))
    assert [(row.name, row.failed, row.warned) for row in rows if not row.alone] == []


@pytest.mark.parametrize("seed", SEEDS)
def test_the_clean_receiver_is_accused_of_nothing(seed):
    row = score.judge_clean_receiver(seed)
    assert (row.failed, row.warned) == ((), ())


@pytest.mark.parametrize("edition", ["v1", "v2-launch", "v2-2025", "v2"])
def test_the_clean_mock_of_each_edition_is_accused_of_nothing(edition):
    vendor = MockVendor(edition=edition)
    target = HttpTarget(
        "http://mock.localhost", key=vendor.api_key, transport=AsgiTransport(vendor.app, timeout_seconds=30)
    )
    try:
        run = Runner(contract=load_contract(edition), target=target, options=Options(), pause=lambda _: None).run()
    finally:
        target.close()
    assert score.outcomes(run, Outcome.FAILED) == ()
    assert score.outcomes(run, Outcome.WARNED) == ()


def test_every_requirement_of_every_edition_is_broken_by_a_fault():
    required = {each.id for edition in editions() for each in load_contract(edition.id).requirements}
    assert required - {fault.breaks for fault in (*faults(), *receiver_faults())} == set()


def test_the_default_edition_is_exercised_whole_by_the_mock():
    run = score.run_in_process(MockVendor(), score.FirstFinding(), seed=1)
    skipped = [result for result in run.results if result.outcome is Outcome.SKIPPED]
    assert {result.requirement.area for result in skipped} == {"webhooks"}
    assert {result.reason for result in skipped} == {
        "needs --webhook-listen HOST:PORT/PATH, and a target that sends webhooks there"
    }
    assert run.requests <= 600


def test_the_webhooks_of_the_mock_exercise_every_requirement_on_them_but_those_of_chosen_events():
    run = score.run_listening(None, edition="v2", reporter=score.FirstFinding(), seed=1)
    skipped = [result for result in run.results if result.outcome is Outcome.SKIPPED]
    assert [each.requirement.id for each in skipped if each.requirement.area == "webhooks"] == ["HOOK-022"]


@pytest.mark.parametrize("calls", [0, 1, 2000])
def test_accounts_of_any_size_are_read_within_bounds_and_accused_of_nothing(calls):
    run = score.run_in_process(MockVendor(calls=calls), score.FirstFinding(), seed=1)
    assert (score.outcomes(run, Outcome.FAILED), score.outcomes(run, Outcome.WARNED)) == ((), ())
    assert run.complete
    assert run.requests <= 600
