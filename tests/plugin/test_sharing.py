"""One run among the workers of pytest-xdist, whatever becomes of one of them."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from conformance.plugin.running import Held
from conformance.plugin.sharing import shared


def worker(folder, name):
    return SimpleNamespace(workerinput={"testrunuid": "one"}, option=SimpleNamespace(basetemp=str(folder / name)))


def test_what_one_worker_made_the_others_read(tmp_path):
    made = Held(edition="v2", error="made by the first")
    assert shared(worker(tmp_path, "gw0"), "", lambda: made) is made
    assert shared(worker(tmp_path, "gw1"), "", lambda: pytest.fail("made again")) == made


def test_each_group_has_a_run_of_its_own(tmp_path):
    shared(worker(tmp_path, "gw0"), "", lambda: Held(edition="v2", error="one"))
    assert shared(worker(tmp_path, "gw1"), "conftest.py", lambda: Held(edition="v2", error="two")).error == "two"


def test_after_a_worker_that_died_the_next_one_makes_it(tmp_path):
    def die():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        shared(worker(tmp_path, "gw0"), "", die)
    assert shared(worker(tmp_path, "gw1"), "", lambda: Held(edition="v2", error="made")).error == "made"


def test_without_workers_nothing_is_written(tmp_path):
    alone = SimpleNamespace(option=SimpleNamespace(basetemp=str(tmp_path / "gw0")))
    assert shared(alone, "", lambda: Held(edition="v2")) == Held(edition="v2")
    assert list(tmp_path.iterdir()) == []
