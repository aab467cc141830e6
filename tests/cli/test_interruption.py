"""Ctrl-C and SIGTERM: once, between two requests and with every report; twice, at once. Then `--resume`."""

import io
import json
import os
import queue
import signal
import subprocess
import threading
import xml.etree.ElementTree as ET
from contextlib import contextmanager

import pytest
from command import SCRIPT, SMOKE
from gated_server import NEVER, PATIENCE_S, gated_vendor

from conformance.cli.interruption import Interruption, interruptible

REPORTS = ("--report", "json=run.json", "--report", "junit=run.xml", "--report", "markdown=run.md")
ONCE = "conformance: stopping after this request, then writing what was found. Once more stops at once."


class Going:
    """A command in a process of its own, whose stderr is read as it comes."""

    def __init__(self, process):
        self.process, self.said = process, queue.Queue()
        self.lines = []
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stderr:
            self.said.put(line.rstrip("\n"))
        self.said.put(None)

    def hears(self, wanted):
        """Wait until it says a line."""
        while (line := self.said.get(timeout=PATIENCE_S)) is not None:
            self.lines.append(line)
            if line == wanted:
                return
        raise AssertionError(self.lines)

    def end(self):
        """Wait until it ends: exit code, stdout, stderr."""
        out = self.process.stdout.read()
        code = self.process.wait(PATIENCE_S)
        while (line := self.said.get(timeout=PATIENCE_S)) is not None:
            self.lines.append(line)
        return code, out, "\n".join(self.lines)


@contextmanager
def going(*arguments, folder, key):
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CONFORMANCE_", "RETELL_"))}
    process = subprocess.Popen(  # noqa: S603 - a program of ours
        [SCRIPT, *arguments],
        cwd=folder,
        env={**kept, "RETELL_API_KEY": key},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield Going(process)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
        process.stderr.close()


def told(folder):
    return json.loads((folder / "run.json").read_text(encoding="utf-8"))


class TestOnce:
    @pytest.mark.parametrize(
        ("number", "why"), [(signal.SIGINT, "interrupted"), (signal.SIGTERM, "ended by SIGTERM")], ids=str
    )
    def test_the_request_that_is_under_way_is_finished_and_everything_is_written(self, number, why, tmp_path):
        with (
            gated_vendor(9, faults=["list-calls-answers-206"]) as (url, key, gate),
            going("run", url, *REPORTS, folder=tmp_path, key=key) as run,
        ):
            assert gate.reached.wait(PATIENCE_S)
            run.process.send_signal(number)
            run.hears(ONCE)
            gate.opened.set()
            code, out, err = run.end()
            assert (code, gate.seen) == (3, 9)
        assert out.endswith(f"Not complete: {why}.\n")
        assert "Traceback" not in err
        report = told(tmp_path)
        assert (report["complete"], report["stopped"], report["requests"]) == (False, why, 9)
        assert [each["id"] for each in report["requirements"] if each["outcome"] == "failed"] == ["STAT-002"]
        suites = ET.parse(tmp_path / "run.xml").getroot()  # noqa: S314 - it was just written here
        assert suites.find("testsuite[@name='run']/testcase/error").attrib["message"] == why
        assert (tmp_path / "run.md").read_text(encoding="utf-8").startswith("## ❌ Conformance: 1 requirement failed")

    def test_a_wait_for_a_server_that_is_too_busy_is_cut_short(self):
        asked = Interruption()
        asked.ask(signal.SIGINT)
        asked.pause(3600)  # returns

    def test_receivers_are_left_in_the_same_way(self, tmp_path):
        with (
            gated_vendor(4) as (url, key, gate),
            going("webhook", f"{url}/hook", "--report", "json=run.json", folder=tmp_path, key=key) as run,
        ):
            assert gate.reached.wait(PATIENCE_S)
            run.process.send_signal(signal.SIGINT)
            run.hears(ONCE)
            gate.opened.set()
            code, _, err = run.end()
        assert code == 3
        assert "Traceback" not in err
        assert told(tmp_path)["stopped"] == "interrupted"


class TestOutOfTime:
    def test_what_was_found_until_then_is_written(self, conformance):
        said = conformance("run", "--max-time", "0.2", "--report", "json=run.json", "--report", "html=run.html")
        assert said.code == 3
        assert said.out.endswith("Not complete: the time of 0.2 s is used up.\n")
        report = told(conformance.folder)
        assert (report["complete"], report["stopped"]) == (False, "the time of 0.2 s is used up")
        assert (conformance.folder / "run.html").exists()


class TestTwice:
    def test_the_request_that_is_under_way_is_given_up_and_everything_is_written(self, tmp_path):
        with (
            gated_vendor(9, faults=["list-calls-answers-206"]) as (url, key, gate),
            going("run", url, *REPORTS, folder=tmp_path, key=key) as run,
        ):
            assert gate.reached.wait(PATIENCE_S)
            run.process.send_signal(signal.SIGINT)
            run.hears(ONCE)
            run.process.send_signal(signal.SIGTERM)
            code, out, err = run.end()
            assert not gate.opened.is_set()
        assert code == 3
        assert out.endswith("Not complete: interrupted.\n")
        assert "Traceback" not in err
        report = told(tmp_path)
        assert (report["complete"], report["stopped"]) == (False, "interrupted")
        assert [each["id"] for each in report["requirements"] if each["outcome"] == "failed"] == ["STAT-002"]
        assert (tmp_path / "run.xml").exists()
        assert (tmp_path / "run.md").exists()


class TestSignals:
    def test_they_go_back_to_whom_they_belonged(self):
        mine = []
        before = signal.signal(signal.SIGTERM, lambda *_: mine.append("mine"))
        try:
            with interruptible(io.StringIO()) as asked:
                assert asked.reason() is None
                signal.raise_signal(signal.SIGTERM)
                assert asked.reason() == "ended by SIGTERM"
            signal.raise_signal(signal.SIGTERM)
        finally:
            signal.signal(signal.SIGTERM, before)
        assert mine == ["mine"]

    def test_what_is_ignored_stays_ignored(self):
        before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
        try:
            with interruptible(io.StringIO()) as asked:
                signal.raise_signal(signal.SIGTERM)
                assert asked.reason() is None
        finally:
            signal.signal(signal.SIGTERM, before)

    def test_a_second_one_interrupts_and_the_first_reason_stays(self):
        asked = Interruption()
        asked.ask(signal.SIGTERM)
        with pytest.raises(KeyboardInterrupt):
            asked.ask(signal.SIGINT)
        assert asked.reason() == "ended by SIGTERM"

    def test_an_impatient_one_does_not_leave_reports_unwritten(self):
        lines = []
        asked = Interruption(lines.append)
        asked.ask(signal.SIGINT)
        asked.written_now()
        asked.ask(signal.SIGINT)
        assert lines[1] == "writing what was found. Once more leaves it unwritten."
        with pytest.raises(KeyboardInterrupt):
            asked.ask(signal.SIGINT)

    def test_outside_of_the_main_thread_nothing_is_taken(self):
        before, seen = signal.getsignal(signal.SIGINT), []
        stream = io.StringIO()  # without a file behind it, as in notebooks

        def look():
            with interruptible(stream):
                seen.append(signal.getsignal(signal.SIGINT))

        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
        assert seen == [before]


class TestResume:
    def test_an_interrupted_run_goes_on_and_asks_nothing_twice(self, tmp_path, conformance):
        with gated_vendor(30) as (url, key, gate):
            with going("run", url, "--resume", folder=tmp_path, key=key) as run:
                assert gate.reached.wait(PATIENCE_S)
                run.process.send_signal(signal.SIGINT)
                run.hears(ONCE)
                gate.opened.set()
                code, _, err = run.end()
            assert (code, gate.seen) == (3, 30)
            assert err.splitlines()[-1] == "The same command with --resume goes on from here, within 24 hours."
            (journal,) = (tmp_path / ".conformance").iterdir()
            assert journal.stat().st_mode & 0o777 == 0o600
            said = conformance("run", url, "--resume", "--report", "json=run.json", RETELL_API_KEY=key)
            assert said.code == 0
            again = gate.seen - 30
        report = told(tmp_path)
        assert report["complete"] is True
        assert report["requests"] == 30 + again
        assert report["notes"] == ["The run goes on with one that was interrupted: 30 answers are from then."]
        assert list((tmp_path / ".conformance").iterdir()) == []

    def test_a_killed_one_goes_on_too(self, tmp_path, conformance):
        with gated_vendor(20) as (url, key, gate):
            with going("run", url, "--resume", folder=tmp_path, key=key) as run:
                assert gate.reached.wait(PATIENCE_S)
                run.process.kill()
                run.process.wait()
            gate.opened.set()
            said = conformance("run", url, "--resume", "--report", "json=run.json", RETELL_API_KEY=key)
        assert said.code == 0
        assert told(tmp_path)["notes"] == ["The run goes on with one that was interrupted: 19 answers are from then."]

    def test_a_server_that_was_set_up_anew_is_not_accused(self, tmp_path, conformance):
        with gated_vendor(NEVER, seed=1) as (url, key, gate):
            port = int(url.rpartition(":")[2])
            cut = conformance("run", url, *SMOKE, "--resume", "--max-requests", 20, RETELL_API_KEY=key)
            assert (cut.code, gate.seen) == (3, 20)
        with gated_vendor(NEVER, port=port, seed=2, api_key=key):
            said = conformance("run", url, *SMOKE, "--resume", "--report", "json=run.json", RETELL_API_KEY=key)
        assert said.code == 0
        (note,) = told(tmp_path)["notes"]
        assert note == (
            "The server no longer knows what the interrupted run saw there:"
            " nothing was taken over, and the run began anew."
        )

    def test_another_run_does_not_go_on_from_it(self, conformance):
        with gated_vendor(NEVER) as (url, key, _):
            assert conformance("run", url, "--resume", "--max-requests", 20, RETELL_API_KEY=key).code == 3
            said = conformance("run", url, "--resume", "--seed", 2, "--max-requests", 20, RETELL_API_KEY=key)
        assert said.lines[0] == "There is no interrupted run to go on with: this one begins anew."

    @pytest.mark.parametrize(
        ("arguments", "why"),
        [
            (("mock",), "what runs in this process begins anew with each run. Give a URL."),
            (("app:somewhere:app",), "what runs in this process begins anew with each run. Give a URL."),
            (
                ("http://127.0.0.1:9", "--webhook-listen", "127.0.0.1:0"),
                "webhooks that came are not kept. Leave out --webhook-listen.",
            ),
        ],
        ids=["mock", "application", "webhooks"],
    )
    def test_what_cannot_go_on_is_said_before_anything_is_sent(self, conformance, arguments, why):
        said = conformance("run", *arguments, "--resume")
        assert (said.code, said.out, said.err) == (2, "", f"conformance: --resume cannot be used here: {why}\n")
