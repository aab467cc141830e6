"""The line that is shown while a run goes on."""

import io
import re

import pytest

from conformance.reports import terminal
from conformance.reports.estimate import Estimate


class Terminal(io.StringIO):
    def isatty(self):
        return True


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def shown(stream):
    """What stood on the line, one text for each time it was drawn."""
    plain = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", stream.getvalue())
    return [" ".join(part.split()) for part in re.split(r"[\r\n]+", plain) if part.strip()]


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(terminal, "Estimate", lambda: Estimate(clock))
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    return clock


def test_a_terminal_shows_requests_findings_and_what_is_left(clock):
    stream = Terminal()
    progress = terminal.ProgressReporter(stream)
    progress.started("http://127.0.0.1:9", "v2", 2000)
    progress.exchanged("list-calls", 1)
    progress.reached(0.0)
    clock.now = 10.0
    progress.exchanged("get-call", 200)
    progress.reached(0.4)
    progress.close()
    assert shown(stream)[0] == "http://127.0.0.1:9 · edition v2 · at most 2000 requests"
    assert re.fullmatch(r"get-call [━╸╺]{10} 200 requests · about 15 s left", shown(stream)[-1])


def test_elsewhere_there_is_the_ceiling_and_nothing_more(clock):
    stream = io.StringIO()
    progress = terminal.ProgressReporter(stream)
    progress.started("http://127.0.0.1:9", "v2", 2000)
    progress.exchanged("list-calls", 1)
    progress.reached(0.0)
    clock.now = 10.0
    progress.reached(0.5)
    progress.close()
    assert stream.getvalue() == "http://127.0.0.1:9 · edition v2 · at most 2000 requests\n"
