"""Work in a thread: one at a time, and somebody who stops waiting for it does not end it."""

import threading

import pytest

from conformance.notebook.parts import Job


def test_an_interrupted_wait_leaves_the_work_under_way(monkeypatch):
    go, told = threading.Event(), []
    job = Job("job", told.append)
    assert job.start(lambda: go.wait(10))

    def interrupted(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(threading.Condition, "wait", interrupted)
        with pytest.raises(KeyboardInterrupt):
            job.wait(10)
    assert job.running
    assert not job.start(lambda: None)
    job.cancel()
    assert job.cancelled
    go.set()
    assert job.wait(10)
    assert told == []


def test_what_raises_is_told_and_the_next_may_begin():
    told = []
    job = Job("job", told.append)
    job.start(lambda: 1 / 0)
    assert job.wait(10)
    assert [type(each) for each in told] == [ZeroDivisionError]
    assert job.start(lambda: None)
    assert job.wait(10)
