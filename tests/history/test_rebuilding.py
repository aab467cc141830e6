"""A run that was kept gives the reports that it gave then, and holds nothing that was hidden."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from nights import finding, keep, night, result, run_of

from conformance.history.rebuilding import run_of as rebuilt
from conformance.history.store import History
from conformance.model import Acceptance, Response
from conformance.reports import formats
from conformance.reports.json_report import as_json

SECRETS = (
    "key_planted_0a1b2c3d4e5f",
    "eyJhbGciOiJIUzI1NiJ9.planted.token",
    "Ada Lovelace",
    "+14155550123",
    "the secret plan",
)


@pytest.fixture
def history(tmp_path):
    with History(tmp_path / "history.sqlite3") as opened:
        yield opened


@pytest.mark.parametrize("faults", [["list-in-an-envelope", "limit-ignored"], []])
def test_the_json_report_of_a_rebuilt_run_is_the_one_that_was_kept(history, faults):
    _, run = night(history, "2026-11-20", faults=faults)
    document = history.document(history.get("last"))
    assert document == json.loads(json.dumps(as_json(run)))
    assert as_json(rebuilt(document)) == document


@pytest.mark.parametrize(
    "changes",
    [
        {"known": Acceptance(reason="agreed", owner="ada", until="2026-12-31")},
        {"exchange": replace(finding().exchange, response=None, error="no answer")},
        {"exchange": replace(finding().exchange, received=True)},
        {
            "exchange": replace(
                finding().exchange, case=replace(finding().exchange.case, body=b'{"agent_id": "\\ud83d\\u0000"}')
            )
        },
        {"exchange": replace(finding().exchange, response=Response(status=500, body=b"<html>"))},
    ],
)
def test_nor_is_anything_lost_of_rarer_findings(history, changes):
    run = run_of(result("LIST-003", replace(finding(), **changes)), complete=False, stopped="interrupted")
    document = history.document(history.get(keep(history, run)))
    assert as_json(rebuilt(document)) == document


@pytest.mark.parametrize("name", formats.FORMATS)
def test_every_report_can_be_made_of_a_kept_run(history, name):
    night(history, "2026-11-20", faults=["limit-ignored"])
    assert "LIST-003" in formats.report_text(rebuilt(history.document(history.get("last"))), name)


def test_nothing_that_was_hidden_is_in_the_file(history):
    key, token, name, number, said = SECRETS
    call = {
        "call_type": "web_call",
        "call_status": "ended",
        "access_token": token,
        "agent_id": 7,
        "from_number": number,
        "transcript": f"{name}: {said}",
        "metadata": {"name": name, "key": key},
        "retell_llm_dynamic_variables": {"customer": name},
        "call_analysis": {"call_summary": said},
    }
    calls = [{"call_id": f"call_{index}", **call} for index in range(3)]
    body = json.dumps(calls).encode()

    async def app(scope, receive, send):
        if scope["type"] == "http":
            await receive()
            await send(
                {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]}
            )
            await send({"type": "http.response.body", "body": body})

    _, run = night(history, "2026-11-20", app=app, secrets=(key,))
    assert sum(len(each.findings) for each in run.results) > 10
    folder = history.path.parent
    history.close()
    written = b"".join(file.read_bytes() for file in folder.iterdir())
    assert b"call_1" in written
    for planted in SECRETS:
        assert planted.encode() not in written
