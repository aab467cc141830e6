"""`conformance list`, `explain`, `mock`, and what all commands share."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request

import pytest
from command import SCRIPT, program

from conformance import mockreceiver
from conformance.contract.contract import load_contract
from conformance.contract.schemas import editions
from conformance.mockvendor import faults


class TestList:
    @pytest.mark.parametrize(
        ("what", "key", "expected"),
        [
            ("requirements", "id", [each.id for each in load_contract().requirements]),
            ("operations", "operation", list(load_contract().operations)),
            ("editions", "edition", [each.id for each in editions()]),
            ("faults", "fault", [each.name for each in (*faults(), *mockreceiver.faults())]),
            ("suites", "suite", list(dict.fromkeys(each.area for each in load_contract().requirements))),
        ],
    )
    def test_every_one_is_listed_as_text_and_as_json(self, conformance, what, key, expected):
        as_json, as_text = conformance("list", what, "--format", "json"), conformance("list", what)
        assert [each[key] for each in json.loads(as_json.out)] == expected
        assert (as_json.code, as_text.code, as_json.err, as_text.err) == (0, 0, "", "")
        heading, *rows = as_text.out.splitlines()
        assert heading.split()[0] == key
        assert [row.split()[0] for row in rows if not row.startswith(" ")] == expected
        assert "\x1b" not in as_text.out

    def test_requirements_are_listed_where_nothing_is_named(self, conformance):
        assert conformance("list").out == conformance("list", "requirements").out

    def test_another_edition_has_other_operations(self, conformance):
        found = json.loads(conformance("list", "operations", "--edition", "v1", "--format", "json").out)
        assert "register-call" in {each["operation"] for each in found}


class TestExplain:
    def test_one_requirement_in_full(self, conformance):
        said = conformance("explain", "LIST-003")
        assert (said.code, said.err) == (0, "")
        lines = said.out.splitlines()
        assert lines[0] == "LIST-003  The list holds at most `limit` calls."
        assert {"level       must", "operations  list-calls", "check       limit-kept"} <= set(lines)
        assert any(re.fullmatch(r"suite       listing\.suite\.yaml:\d+", line) for line in lines)

    @pytest.mark.parametrize("requirement", [each.id for each in load_contract().requirements])
    def test_every_requirement_can_be_explained(self, conformance, requirement):
        assert conformance("explain", requirement).out.startswith(f"{requirement}  ")


class TestMock:
    def test_a_taken_port_is_told(self, conformance):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            said = conformance("mock", "--port", port)
        assert (said.code, said.out) == (2, "")
        assert said.lines == [
            f"conformance: Port {port} cannot be used: Address already in use. Choose another one, or 0 for any."
        ]

    def test_its_faults_are_listed(self, conformance):
        said = conformance("mock", "--list-faults")
        assert said.code == 0
        assert [row.split()[0] for row in said.out.splitlines()[1:] if not row.startswith(" ")] == [
            each.name for each in faults()
        ]

    def test_it_is_served_until_it_is_told_to_stop(self, tmp_path):
        arguments = [SCRIPT, "mock", "--port", "0", "--calls", "1", "--fault", "limit-ignored"]
        with subprocess.Popen(  # noqa: S603 - a program of ours
            arguments, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as serving:
            try:
                told = [serving.stdout.readline() for _ in range(3)]
                url = re.search(r"http://127\.0\.0\.1:\d+", told[0])[0]
                with pytest.raises(urllib.error.HTTPError) as caught:
                    urllib.request.urlopen(f"{url}/v2/get-call/x", timeout=5)  # noqa: S310 - loopback
                caught.value.close()
                serving.send_signal(signal.SIGTERM)
                rest, complaints = serving.communicate(timeout=20)
            finally:
                with contextlib.suppress(ProcessLookupError):
                    serving.kill()
        assert caught.value.code == 401
        assert told[0] == (
            f"The mock vendor speaks edition v2 at {url}, with the fault limit-ignored. Stop it with Ctrl-C.\n"
        )
        assert told[1].startswith("Its key is fictional: export RETELL_API_KEY=key_mock_")
        assert told[2] == f"Point an SDK at it:   export RETELL_BASE_URL={url}\n"
        assert (serving.returncode, rest, complaints) == (0, "", "stopped.\n")


SLOW = (
    "asyncio", "conformance.contract", "conformance.generate", "conformance.mockvendor", "conformance.runs",
    "conformance.targets", "httpx", "hypothesis", "jsonschema", "jsonschema_rs", "rich", "ssl", "starlette",
    "uvicorn", "yaml",
)  # fmt: skip
PROGRAM = """
import contextlib, io, json, sys
from conformance.cli import main
out = io.StringIO()
with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out), contextlib.suppress(SystemExit):
    main(sys.argv[1:])
print(json.dumps(sorted(sys.modules)))
"""


def loaded_by(*arguments):
    done = subprocess.run(  # noqa: S603 - a program of ours
        [sys.executable, "-c", PROGRAM, *arguments], capture_output=True, text=True, check=True, timeout=60
    )
    return set(json.loads(done.stdout))


class TestStartUp:
    @pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"], ["run", "--sed"], []], ids=" ".join)
    def test_help_and_wrong_flags_load_nothing_that_costs(self, arguments):
        assert loaded_by(*arguments).isdisjoint(SLOW)

    def test_importing_the_package_loads_nothing_that_costs(self):
        program_text = "import conformance, sys; print(' '.join(sys.modules))"
        done = subprocess.run(  # noqa: S603 - a program of ours
            [sys.executable, "-c", program_text], capture_output=True, text=True, check=True, timeout=60
        )
        assert set(done.stdout.split()).isdisjoint(SLOW)


class TestThemAll:
    @pytest.mark.parametrize("command", [[], ["run"], ["mock"], ["list"], ["explain"]], ids=" ".join)
    def test_each_has_its_help(self, conformance, command):
        said = conformance(*command, "--help")
        assert (said.code, said.err) == (0, "")
        assert said.out.startswith("usage: conformance")
        assert "exit codes:" in said.out

    def test_the_version_is_that_of_the_package(self, conformance):
        said = conformance("--version")
        assert said.code == 0
        assert re.fullmatch(r"conformance \d+\.\d+\.\d+\n", said.out)

    def test_a_reader_that_goes_away_is_no_error(self, tmp_path):
        reading, writing = os.pipe()
        os.close(reading)
        done = subprocess.run(  # noqa: S603 - a program of ours
            [SCRIPT, "list"], stdout=writing, stderr=subprocess.PIPE, cwd=tmp_path, check=False, timeout=60
        )
        os.close(writing)
        assert (done.returncode, done.stderr) == (0, b"")

    def test_it_is_a_module_too(self, tmp_path):
        done = subprocess.run(
            [sys.executable, "-m", "conformance", "explain", "LIST-003"],
            capture_output=True, text=True, cwd=tmp_path, check=False, timeout=60,
        )  # fmt: skip
        assert (done.returncode, done.stdout) == (0, program("explain", "LIST-003", folder=tmp_path).out)
