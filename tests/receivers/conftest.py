"""What the tests of receivers share."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest
from receiver_processes import KEY

from conformance.cli import main


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What a run against a receiver came to: exit code, what was said, and the report if one was written."""

    code: int
    out: str
    err: str
    report: dict

    def ids(self, outcome):
        return {each["id"] for each in self.report["requirements"] if each["outcome"] == outcome}

    def messages(self, requirement):
        (found,) = (each for each in self.report["requirements"] if each["id"] == requirement)
        return sorted(each["message"] for each in found["findings"])


@pytest.fixture
def judge(tmp_path, monkeypatch, capsys):
    """Runs `conformance webhook` in this process."""
    monkeypatch.setenv("RETELL_API_KEY", KEY)
    monkeypatch.setenv("COLUMNS", "80")
    path = tmp_path / "report.json"

    def run(url, *words):
        code = main(["webhook", url, "--quiet", "--report", f"json={path}", *words])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        report = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        return Judged(code=code, out=out, err=err, report=report)

    return run
