"""Runs that are kept: found again, never changed, whole or not there."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from nights import TARGET, TRAFFIC, VERSIONS, finding, keep, result, run_of

from conformance.errors import UsageError
from conformance.history.migrations import VERSIONS as FORMS
from conformance.history.migrations import bring_up_to_date
from conformance.history.store import History
from conformance.model import Outcome
from conformance.reports.json_report import as_json
from conformance.seams import RunStore

SAVING = Path(__file__).with_name("saving.py")
TABLES = ("runs", "documents", "results", "findings", "traffic", "shapes", "requirements", "identities", "baselines")
REFUSED = r"^runs that were kept do not change$"
OF_RUNS = ("documents", "results", "findings", "traffic", "shapes")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "kept" / "history.sqlite3"


@pytest.fixture
def history(path):
    with History(path) as opened:
        yield opened


def saving(path, *arguments):
    return subprocess.Popen(  # noqa: S603 - a program of ours
        [sys.executable, SAVING, path, *map(str, arguments)], stdout=subprocess.PIPE, text=True
    )


class TestWhatIsKept:
    def test_is_called_by_its_day_and_a_number(self, history):
        names = [keep(history, run_of(day=day)) for day in ("2026-11-20", "2026-11-20", "2026-11-21", "2026-11-20")]
        assert names == ["2026-11-20.1", "2026-11-20.2", "2026-11-21.1", "2026-11-20.3"]

    def test_comes_back_as_it_was(self, history):
        run = run_of(result("LIST-003", finding()), result("LIST-004"), complete=False, stopped="interrupted")
        kept = history.get(keep(history, run))
        details = history.details(kept)
        assert history.document(kept) == as_json(run)
        assert (kept.versions, kept.complete, kept.stopped) == (VERSIONS, False, "interrupted")
        assert (kept.outcomes[Outcome.FAILED], kept.outcomes[Outcome.PASSED], kept.failing) == (1, 1, 1)
        assert [(each.requirement, each.outcome, each.cases) for each in details.judged.values()] == [
            ("LIST-003", Outcome.FAILED, 40),
            ("LIST-004", Outcome.PASSED, 40),
        ]
        assert [(each.cause, each.message, each.clause) for each in details.seen.values()] == [
            ("limit", "too many calls", "OpenAPI 2026-04, limit")
        ]
        assert tuple(details.traffic.values()) == TRAFFIC

    def test_is_read_by_its_owner_alone(self, history):
        files = list(history.path.parent.iterdir())
        assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}

    def test_has_the_shapes_that_came_with_it(self, history):
        shapes = {"get-call": {"/call_id": ["string"]}}
        kept = history.get(keep(history, run_of(), shapes=shapes))
        assert history.details(kept).shapes == shapes
        assert history.details(history.get(keep(history, run_of()))).shapes is None

    def test_one_finding_for_many_places_is_kept_by_each_of_its_causes(self, history):
        many = finding(message="too many calls; 3 more alike: /1, /2, /3", causes=("limit", "order", "page"))
        seen = history.details(history.get(keep(history, run_of(result("LIST-003", many))))).seen.values()
        assert [(each.cause, each.message, each.part) for each in seen] == [
            ("limit", "too many calls", 0),
            ("order", "too many calls; alike: order", 0),
            ("page", "too many calls; alike: page", 0),
        ]

    def test_the_class_fits_the_seam(self, history):
        store: RunStore = history
        assert store.list() == ()


class TestNames:
    @pytest.fixture
    def nights(self, history):
        other = replace(VERSIONS, target="http://127.0.0.1:9")
        for day, versions in (
            ("2026-11-19", other),
            ("2026-11-20", VERSIONS),
            ("2026-11-20", VERSIONS),
            ("2026-11-21", other),
            ("2026-11-22", VERSIONS),
        ):
            keep(history, run_of(day=day), versions=versions)
        return history

    @pytest.mark.parametrize(
        ("name", "found"),
        [
            ("2026-11-20.1", "2026-11-20.1"),
            ("2026-11-20", "2026-11-20.2"),
            ("last", "2026-11-22.1"),
            ("previous", "2026-11-20.2"),
        ],
    )
    def test_an_id_a_day_and_words_find_a_run(self, nights, name, found):
        assert nights.get(name).id == found

    def test_the_previous_one_is_complete_and_of_the_same_profile_if_there_is_one(self, history):
        smoke = replace(VERSIONS, profile="smoke")
        for complete, versions in ((True, VERSIONS), (True, smoke), (False, VERSIONS), (False, smoke)):
            keep(history, run_of(complete=complete), versions=versions)
        last = history.list()
        assert [before and before.id for before in map(history.before, last)] == [
            "2026-11-20.2",
            "2026-11-20.1",
            "2026-11-20.1",
            None,
        ]

    def test_a_target_narrows_them(self, nights):
        assert nights.get("last", target="http://127.0.0.1:9").id == "2026-11-21.1"
        assert [each.id for each in nights.list(1, target="http://127.0.0.1:9")] == ["2026-11-21.1"]

    def test_the_list_begins_with_the_newest(self, nights):
        assert [each.id for each in nights.list(2)] == ["2026-11-22.1", "2026-11-21.1"]

    def test_the_baseline_is_the_one_marked_last_for_its_target(self, nights):
        nights.baseline("2026-11-20.1")
        nights.baseline("2026-11-19.1")
        nights.baseline("2026-11-20.2")
        assert nights.get("baseline").id == "2026-11-20.2"
        assert nights.get("baseline", target="http://127.0.0.1:9").id == "2026-11-19.1"
        assert [each.id for each in nights.list() if each.baseline] == ["2026-11-20.2", "2026-11-19.1"]

    @pytest.mark.parametrize(
        ("name", "message"),
        [
            ("2026-11-20.3", "There is no run '2026-11-20.3' in FILE. Did you mean '2026-11-20.2'?"),
            ("lats", "There is no run 'lats' in FILE. Did you mean 'last'?"),
            ("x", "There is no run 'x' in FILE. `conformance history` lists them."),
            (
                "baseline",
                f"No run of {TARGET} is marked as baseline. `conformance history --baseline RUN` marks one.",
            ),
        ],
    )
    def test_what_is_not_there_is_said(self, nights, name, message):
        with pytest.raises(UsageError) as told:
            nights.get(name)
        assert str(told.value) == message.replace("FILE", str(nights.path))

    def test_nothing_kept_yet_is_said(self, history, tmp_path):
        with pytest.raises(UsageError) as told:
            history.get("last")
        assert str(told.value) == f"No run is kept in {history.path}. `conformance run TARGET --save` keeps one."
        with pytest.raises(UsageError, match=r"No run is kept in .*none"):
            History(tmp_path / "none", create=False)


class TestNothingChanges:
    @pytest.fixture
    def database(self, history, path):
        keep(history, run_of(result("LIST-003", finding())), shapes={})
        history.baseline("last")
        history.close()
        connection = sqlite3.connect(path)
        yield connection
        connection.close()

    @pytest.mark.parametrize("table", TABLES)
    def test_no_row_is_updated_or_deleted(self, database, table):
        column = next(database.execute("SELECT name FROM pragma_table_info(?)", (table,)))[0]
        update = f"UPDATE {table} SET {column} = {column}"  # noqa: S608 - names of ours
        for statement in (update, f"DELETE FROM {table}"):  # noqa: S608 - the same
            with pytest.raises(sqlite3.IntegrityError, match=REFUSED):
                database.execute(statement)

    @pytest.mark.parametrize("table", ["runs", *OF_RUNS])
    def test_nor_added_to_a_run_later_nor_replaced(self, database, table):
        with pytest.raises(sqlite3.IntegrityError, match=REFUSED):
            database.execute(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")  # noqa: S608 - names of ours


class TestAFileThatIsNone:
    def test_is_left_alone(self, tmp_path):
        path = tmp_path / "notes.txt"
        path.write_text("My notes, which are long enough to be read as a page.\n" * 20)
        with pytest.raises(UsageError) as told:
            History(path)
        assert str(told.value) == (
            f"{path} is no history of runs: file is not a database. Name another file with --history."
        )
        assert path.read_text().startswith("My notes")

    def test_as_is_somebody_elses_database(self, tmp_path):
        path = tmp_path / "books.sqlite3"
        with sqlite3.connect(path) as books:
            books.execute("CREATE TABLE books (title)")
        books.close()
        with pytest.raises(UsageError) as told:
            History(path)
        assert str(told.value) == f"{path} is a database, but no history of runs. Name another file with --history."

    def test_and_a_folder(self, tmp_path):
        with pytest.raises(UsageError) as told:
            History(tmp_path)
        assert str(told.value) == (
            f"The history {tmp_path} cannot be used: Is a directory. Name another with --history."
        )


class TestFormsOfTheFile:
    def test_one_of_the_first_form_is_brought_up_to_date_with_what_it_holds(self, path):
        path.parent.mkdir()
        first = sqlite3.connect(path, isolation_level=None)
        bring_up_to_date(first, path, FORMS[:1])
        assert first.execute("PRAGMA user_version").fetchone() == (1,)
        assert "shapes" not in {name for (name,) in first.execute("SELECT name FROM sqlite_master")}
        report = json.dumps(as_json(run_of()))
        first.execute("INSERT INTO documents VALUES (1, ?)", (report,))
        first.execute(
            "INSERT INTO runs VALUES (1, '2026-11-01.1', 'mock', 'mock', 'v2', 'smoke', 1, 'c', 's', '0.1.0',"
            " '2026-11-01T03:00:00.000Z', 1.5, 40, 1, NULL, 50, 0, 0, 60, 0, 0)"
        )
        first.close()
        with History(path) as history:
            (old,) = history.list()
            assert (old.id, old.versions.target, history.document(old)) == ("2026-11-01.1", "mock", json.loads(report))
            assert history.details(old).shapes is None
            new = history.get(keep(history, run_of(), shapes={"a": 1}))
            assert history.details(new).shapes == {"a": 1}
            assert history.baseline("2026-11-01").baseline

    def test_a_step_that_fails_leaves_the_file_as_it_was(self, path):
        path.parent.mkdir()
        first = sqlite3.connect(path, isolation_level=None)
        bring_up_to_date(first, path, FORMS[:1])
        before = list(first.iterdump())
        with pytest.raises(sqlite3.OperationalError):
            bring_up_to_date(first, path, (FORMS[0], ("CREATE TABLE more (a)", "CREATE TABLE runs (a)")))
        assert (list(first.iterdump()), first.execute("PRAGMA user_version").fetchone()) == (before, (1,))
        first.close()

    def test_one_of_a_newer_release_is_refused(self, history, path):
        history.close()
        with sqlite3.connect(path) as newer:
            newer.execute("PRAGMA user_version = 7")
        newer.close()
        with pytest.raises(UsageError) as told:
            History(path)
        assert str(told.value) == (
            f"The history {path} is of a newer release: its form is version 7, and this one knows 2 at most."
            " Update the harness, or name another file with --history."
        )


class TestWholeOrNotAtAll:
    def test_a_save_that_breaks_off_leaves_nothing(self, history):
        broken = run_of(result("LIST-003", finding()))
        with pytest.raises(TypeError):
            history.save(broken, document=as_json(broken), versions=VERSIONS, shapes={"no": object()})
        assert history.list() == ()
        assert keep(history, broken) == "2026-11-20.1"

    def test_processes_save_at_once(self, path):
        both = [saving(path, "many", 15) for _ in range(2)]
        told = [each.communicate(timeout=60)[0].split() for each in both]
        assert [each.returncode for each in both] == [0, 0]
        assert sorted(int(name.split(".")[1]) for names in told for name in names) == list(range(1, 31))
        with History(path) as history:
            assert len(history.list(100)) == 30

    def test_a_kill_at_any_point_loses_no_finished_run_and_shows_no_half_one(self, path):
        worker = saving(path, "killed", 50, 20261122)
        finished, whole = 0, (40, 200, 2)
        for line in worker.stdout:
            names = json.loads(line)
            finished += len(names)
            with History(path) as history:
                kept = {each.id: each for each in history.list(10_000)}
                assert set(names) <= set(kept)
                assert len(kept) >= finished
                details = history.details(history.get("last")) if kept else None
                assert details is None or (len(details.judged), len(details.seen), len(details.traffic)) == whole
        assert worker.wait(timeout=30) == 0
        worker.stdout.close()
        with History(path) as history:
            keep(history, run_of())
        with contextlib.closing(sqlite3.connect(path)) as database:
            counts = database.execute(
                "SELECT count(DISTINCT (SELECT count(*) FROM findings WHERE run = number)),"
                " (SELECT count(*) FROM documents WHERE run NOT IN (SELECT number FROM runs)) FROM runs"
            ).fetchone()
            assert counts == (2, 0)  # every run of the worker has equally many findings; the last has none
            assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert finished > 50
