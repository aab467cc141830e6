"""An interrupted run goes on from its journal: to the same verdicts, asking nothing twice; nobody can read the file."""

from __future__ import annotations

import os
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.contract.contract import load_contract
from conformance.mockvendor import MockVendor
from conformance.model import Case, Effect, Exchange, Outcome, Response
from conformance.runs import Options, Runner
from conformance.runs.journal import LONGEST_AGE_S, Journal, JournalBusyError
from conformance.runs.sealing import SALT_BYTES, Seal, SealBrokenError
from conformance.targets import open_application

CONTRACT = load_contract("v2")
KEY = "key_journal_0123456789"
SCENARIOS = ("first-look", "account", "pages", "calls", "smallest", "fields", "afterwards", "updates", "deletions")
FAULTS = ("sample-rate-null-on-later-pages", "metadata-lost")


class Counting:
    """Passes cases on to an application in this process, and keeps them."""

    local, name = True, "app:counting"

    def __init__(self, vendor):
        self._inner = open_application(vendor.app, name=self.name, key=vendor.api_key, timeout_seconds=30)
        self.cases = []

    def send(self, case):
        self.cases.append(case)
        return self._inner.send(case)

    def close(self):
        self._inner.close()


def play(vendor, journal, *, most=None, **options):
    """Carry a run out until so many requests were sent: the run, and the requests."""
    target = Counting(vendor)
    runner = Runner(
        contract=CONTRACT,
        target=target,
        options=Options(only=SCENARIOS, secrets=(vendor.api_key,), **options),
        stop=lambda: "interrupted" if most is not None and len(target.cases) >= most else None,
        pause=lambda _: None,
        journal=journal,
    )
    try:
        run = runner.run()
    finally:
        target.close()
        journal.close(finished=False)
    return run, target.cases


OPEN = []


def opened(folder, *, resume=True, key=KEY, name="a run"):
    """A journal; it is closed at the end of the test if not before."""
    OPEN.append(Journal.open(folder, name=name, key=key, resume=resume))
    return OPEN[-1]


@pytest.fixture(autouse=True)
def closing():
    yield
    while OPEN:
        OPEN.pop().close(finished=False)


def verdicts(run):
    return [
        (
            result.requirement.id,
            result.outcome,
            result.cases,
            result.reason,
            [(finding.operation, finding.mismatch.message, finding.seen) for finding in result.findings],
        )
        for result in run.results
    ]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The same run, carried through at once."""
    return play(MockVendor(calls=12, faults=FAULTS), opened(tmp_path_factory.mktemp("whole")))


class TestGoingOn:
    @pytest.mark.parametrize("most", [1, 3, 25, 60])
    def test_it_comes_to_the_same_verdicts_and_asks_nothing_twice(self, most, whole, tmp_path):
        vendor = MockVendor(calls=12, faults=FAULTS)
        cut, before = play(vendor, opened(tmp_path), most=most)
        assert (cut.complete, cut.stopped, len(before)) == (False, "interrupted", most)
        run, after = play(vendor, opened(tmp_path))
        assert run.complete
        assert run.count(Outcome.FAILED) == 2
        assert verdicts(run) == verdicts(whole[0])
        asked_whether_it_is_the_same_server = 1
        assert len(before) + len(after) == len(whole[1]) + asked_whether_it_is_the_same_server
        assert run.requests == len(before) + len(after)

    def test_calls_that_were_made_before_count_for_the_budget_of_calls(self, tmp_path):
        vendor = MockVendor(calls=12)
        cut, before = play(vendor, opened(tmp_path), most=60, calls=30)
        made = sum(case.effect in {Effect.BILLS, Effect.DIALS} for case in before)
        assert cut.created
        _, after = play(vendor, opened(tmp_path), calls=30)
        assert made + sum(case.effect in {Effect.BILLS, Effect.DIALS} for case in after) == 30

    def test_a_server_that_forgot_the_calls_is_asked_everything_anew(self, whole, tmp_path):
        play(MockVendor(calls=12, faults=FAULTS), opened(tmp_path), most=25)
        run, after = play(MockVendor(calls=12, seed=3, faults=FAULTS), opened(tmp_path))
        assert len(after) == run.requests
        (note,) = run.notes
        assert note == (
            "The server no longer knows what the interrupted run saw there:"
            " nothing was taken over, and the run began anew."
        )
        assert run.count(Outcome.FAILED) == whole[0].count(Outcome.FAILED)

    def test_it_can_be_interrupted_again(self, whole, tmp_path):
        vendor = MockVendor(calls=12, faults=FAULTS)
        for _ in range(4):
            play(vendor, opened(tmp_path), most=20)
        run, _ = play(vendor, opened(tmp_path))
        assert verdicts(run) == verdicts(whole[0])


def exchange(number, *, status=200, body=b"[]"):
    case = Case(
        operation="list-calls",
        purpose="valid",
        method="POST",
        path="/v2/list-calls",
        effect=Effect.READ,
        body=b'{"limit":%d}' % number,
        facts={"list": {"limit": number}},
    )
    answer = None if status is None else Response(status=status, headers=(("x-one", "1"), ("x-one", "2")), body=body)
    return Exchange(
        case=case,
        url="http://127.0.0.1/v2/list-calls",
        sent=(("authorization", f"Bearer {KEY}"), ("accept", "application/json")),
        response=answer,
        error=None if answer else "no answer",
        seconds=0.25,
        at=number,
    )


def filled(folder, exchanges):
    journal = opened(folder)
    for each in exchanges:
        journal.note(each)
    journal.close(finished=False)
    return journal.path


class TestTheFile:
    def test_what_is_recalled_is_what_was_answered_but_for_the_key(self, tmp_path):
        wanted = exchange(1, body=b"\xff\x00 no JSON")
        filled(tmp_path, [wanted])
        found = opened(tmp_path).recall(wanted.case)
        assert found.response == wanted.response
        assert found.sent == (("authorization", "[hidden]"), ("accept", "application/json"))
        assert (found.case, found.url, found.seconds, found.at) == (wanted.case, wanted.url, 0.25, 1)

    def test_another_question_gets_nothing_and_the_next_one_still_does(self, tmp_path):
        filled(tmp_path, [exchange(1), exchange(2)])
        journal = opened(tmp_path)
        assert journal.recall(exchange(2).case) is None
        assert journal.recall(exchange(1).case) is not None
        assert (journal.recalled, journal.left) == (1, 1)

    def test_what_was_not_recalled_is_gone_once_something_else_was_asked(self, tmp_path):
        filled(tmp_path, [exchange(1), exchange(2), exchange(3)])
        journal = opened(tmp_path)
        journal.recall(exchange(1).case)
        journal.note(exchange(9))
        journal.close(finished=False)
        again = opened(tmp_path)
        assert again.left == 2
        assert [again.recall(exchange(number).case) is not None for number in (1, 9)] == [True, True]

    def test_questions_at_the_end_that_got_no_answer_are_asked_again(self, tmp_path):
        filled(tmp_path, [exchange(1), exchange(2, status=None), exchange(3), exchange(4, status=None)])
        assert opened(tmp_path).left == 3  # what went on afterwards was not interrupted there

    def test_nothing_in_it_can_be_read_and_only_its_owner_may_try(self, tmp_path):
        path = filled(tmp_path, [exchange(1, body=b'[{"transcript":"I am Zoe"}]' * 50)])
        held = path.read_bytes()
        for planted in (b"transcript", b"Zoe", b"list-calls", KEY.encode()):
            assert planted not in held
        assert path.stat().st_mode & 0o777 == 0o600

    def test_another_key_opens_nothing_of_it(self, tmp_path):
        filled(tmp_path, [exchange(1)])
        assert opened(tmp_path, key="key_other_0123456789").left == 0

    def test_a_file_that_was_cut_off_anywhere_gives_every_whole_answer_before(self, tmp_path):
        path = filled(tmp_path, [exchange(number) for number in range(1, 13)])
        held, counts = path.read_bytes(), []
        for end in sorted(random.Random(1).sample(range(len(held)), 25)):  # noqa: S311 - places, not secrets
            path.write_bytes(held[:end])
            journal = opened(tmp_path)
            counts.append(journal.left)
            assert [journal.recall(exchange(number + 1).case) is None for number in range(12)].count(False) == counts[
                -1
            ]
            journal.close(finished=False)
        assert counts == sorted(counts)
        assert counts[-1] >= 11

    def test_without_resume_it_begins_empty(self, tmp_path):
        filled(tmp_path, [exchange(1)])
        assert opened(tmp_path, resume=False).left == 0

    def test_a_finished_run_leaves_nothing_nor_does_one_that_got_no_answer(self, tmp_path):
        journal = opened(tmp_path)
        journal.note(exchange(1))
        journal.close(finished=True)
        opened(tmp_path).close(finished=False)
        assert list(tmp_path.iterdir()) == []

    def test_what_is_too_old_is_removed(self, tmp_path):
        path = filled(tmp_path, [exchange(1)])
        old = path.stat().st_mtime - LONGEST_AGE_S - 60
        os.utime(path, (old, old))
        assert opened(tmp_path, name="another run").left == 0
        assert not path.exists()

    def test_two_processes_do_not_keep_the_same(self, tmp_path):
        journal = opened(tmp_path)
        with pytest.raises(JournalBusyError):
            opened(tmp_path)
        journal.close(finished=False)
        opened(tmp_path).close(finished=False)


SEAL = Seal("key", bytes(SALT_BYTES))


class TestSeal:
    @settings(deadline=None)
    @given(st.binary(max_size=300))
    def test_what_it_closes_it_opens(self, record):
        assert SEAL.open(SEAL.close(record)) == record

    def test_the_same_record_looks_different_each_time(self):
        assert SEAL.close(b"the same") != SEAL.close(b"the same")

    @settings(deadline=None)
    @given(record=st.binary(min_size=1, max_size=60), data=st.data())
    def test_a_changed_bit_is_noticed(self, record, data):
        sealed = bytearray(SEAL.close(record))
        place = data.draw(st.integers(0, len(sealed) - 1))
        sealed[place] ^= 1 << data.draw(st.integers(0, 7))
        with pytest.raises(SealBrokenError):
            SEAL.open(bytes(sealed))

    @pytest.mark.parametrize("sealed", [b"", b"short", bytes(47), bytes(48)])
    def test_what_was_never_sealed_is_not_opened(self, sealed):
        with pytest.raises(SealBrokenError):
            SEAL.open(sealed)

    @pytest.mark.parametrize(("key", "salt"), [("other", bytes(SALT_BYTES)), ("key", b"x" * SALT_BYTES)])
    def test_another_key_or_salt_opens_nothing(self, key, salt):
        with pytest.raises(SealBrokenError):
            Seal(key, salt).open(SEAL.close(b"text"))
