"""The notebooks that ship: clean as they lie there, and run from top to bottom."""

import html
import re
import tempfile
import time
from pathlib import Path

import nbformat
import pytest
from notebook_files import FOLDER, NOTEBOOKS, outputs_of, ran, read, text_of

ROOT = FOLDER.parent
LONGEST_S = 60
APP = "explorer-app"
FACTS = {
    "01-first-run": (
        "15 operations, 57 schemas, 152 requirements",
        "create-web-call ! costs money v2 Request POST /v2/create-web-call Answer 201 with web-call",
        "✓ nothing is wrong",
        "✗ 3 places wrong",
        "expected absent, got integer 24000 (migration guide (2024-07): sample_rate is removed from the call object)",
        "✓ Nothing failed Each of 93 requirements that were exercised holds. 21 were not exercised.",
        "✗ 1 requirement failed Of 93 requirements that were exercised, 1 is broken. 21 were not exercised.",
        "✗ failed REM-003 No call carries sample_rate , not even as null.",
    ),
    "02-from-v1-to-v2": (
        "List Calls becomes a POST",
        "audio_websocket_protocol is gone",
        "GET /list-calls 404",
        "POST /v2/list-calls 200, 2 calls",
        "v1 works",
        "v2 fails: there is no 'data' in the webhook",
        "v2 works",
    ),
    "03-explore-a-server": (
        "POST /v2/create-web-call → 201 Created",
        "POST /v2/create-web-call → 400 Bad Request",
        "✗ failed REM-003 No call carries sample_rate , not even as null.",
        "1 failed, 92 passed, 21 not exercised",
        "✗ Something fails that did not 1 new · 0 fixed · 1 still failing",
        "the list is longer than limit",
    ),
    "04-webhooks": (
        "as the harness does it: True",
        "POST /webhook → 204 No Content",
        "POST /webhook → 401 Unauthorized",
        "✓ Nothing failed Each of 15 requirements that were exercised holds.",
        "The receiver breaks 1 requirement",
        "FAILED RCV-031 A delivery with a wrong digest is refused.",
        "call_started 204 call_ended 204 call_analyzed 204",
    ),
    "05-regressions-over-time": (
        "57 passed · 57 skipped · 36 requests",
        "FAILED REM-003",
        "1 new · 0 fixed · 0 still failing · 1 drifted",
        "REM-003 is accepted until 2099-12-31, at known.yaml:2.",
        "FAILED (known) REM-003",
        "/queue_position appeared: in none of 47 calls before, integer in 47 of 47 now.",
        "REM-003 list-calls is accepted, but it was exercised and is not found any more. Remove the entry.",
    ),
    APP: ("Explorer of http://127.0.0.1:",),
}
SECRETS = re.compile(r"key_mock_\w+|key_example_\w+|eyJ[\w-]{6,}\.|Bearer (?!\$)\w")


@pytest.mark.parametrize("name", NOTEBOOKS)
class TestAsItLiesThere:
    def test_it_has_no_outputs_and_no_state(self, name):
        book = read(name)
        nbformat.validate(book)
        code = [cell for cell in book.cells if cell.cell_type == "code"]
        assert [cell for cell in code if cell.outputs or cell.execution_count is not None] == []
        assert [cell.metadata for cell in book.cells if cell.metadata] == []
        assert set(book.metadata) == {"kernelspec", "language_info"}
        assert book.metadata.kernelspec.name == "python3"
        assert book.metadata.language_info == {"name": "python"}

    def test_it_is_short_and_begins_with_a_title(self, name):
        book = read(name)
        code = [cell for cell in book.cells if cell.cell_type == "code"]
        assert len(code) <= 12
        assert book.cells[0].cell_type == "markdown"
        assert book.cells[0].source.startswith("# ")

    def test_its_links_lead_to_files_beside_it(self, name):
        text = "\n".join(cell.source for cell in read(name).cells if cell.cell_type == "markdown")
        assert [link for link in re.findall(r"\]\(([^)]+)\)", text) if not (FOLDER / link).is_file()] == []


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_it_runs_and_shows_what_it_is_about(name, tmp_path):
    began = time.monotonic()
    book = ran(name, tmp_path)
    assert time.monotonic() - began < LONGEST_S
    text = html.unescape(text_of(book))
    assert [fact for fact in FACTS[name] if fact not in text] == []
    assert name == APP or "left: []" in text
    everything = "\n".join(outputs_of(book))
    assert SECRETS.findall(everything) == []
    places = {str(ROOT), str(tmp_path), str(Path.home()) + "/", tempfile.gettempdir() + "/"}
    assert [place for place in places if place in everything] == []
    assert [path.name for path in tmp_path.iterdir() if not path.name.startswith(".")] == []
