"""Keys, tokens, telephone numbers, names and what was said appear in nothing that the harness prints or writes."""

from __future__ import annotations

import contextlib
import html
import io
import json
import os
import sqlite3
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import pytest
from leaky_account import KEY, NUMBER, PLANTED, TOKEN, LeakyAccount

from conformance.cli import main
from conformance.reports.formats import FORMATS
from conformance.serving import Server

NAMED = [(kind, spelling) for kind, spellings in PLANTED.items() for spelling in spellings]


@dataclass
class Left:
    """What two runs and the commands about them left behind.

    Attributes:
        folder: Everything that was written.
        printed: What was said on both streams, by command.
        posted: The bodies of the notices.
    """

    folder: Path
    printed: dict[tuple[str, ...], str]
    posted: list[bytes]

    def said(self, *words):
        """What the commands that begin so have printed."""
        return [text for command, text in self.printed.items() if command[: len(words)] == words]


class Listener:
    """Takes notices."""

    def __init__(self):
        self.bodies = []

    async def __call__(self, scope, receive, send):
        body, more = b"", scope["type"] == "http"
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        self.bodies.append(body)
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})


@contextlib.contextmanager
def alone(folder):
    """The command line in a folder and an environment of its own, with the planted key."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for name in [each for each in os.environ if each.startswith(("CONFORMANCE_", "RETELL_"))]:
            patch.delenv(name)
        patch.setenv("RETELL_API_KEY", KEY)
        patch.setenv("COLUMNS", "80")
        yield


def commanded(words):
    """Everything that a command prints, on both streams, and its exit code."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = main(list(words))
        except SystemExit as end:
            code = end.code
    return f"{out.getvalue()}\n{err.getvalue()}\nexit code {code}"


@pytest.fixture(scope="module")
def left(tmp_path_factory):
    """Two runs against the leaky account with everything that can be asked for, and every command about them."""
    found = Left(folder=tmp_path_factory.mktemp("leaky"), printed={}, posted=[])

    def command(*words):
        found.printed[words] = commanded(words)
        return found.printed[words]

    listener = Listener()
    found.posted = listener.bodies
    with alone(found.folder), serving(LeakyAccount()) as url, serving(listener) as hook:
        run = ("run", url, "--save", "--notify-url", f"{hook}/hook", "--notify", "always")
        command(
            *run,
            "--to-number",
            NUMBER,
            "--max-requests",
            "260",
            *(word for name in FORMATS for word in ("--report", f"{name}=run.{name}")),
        )
        command(*run, "--quiet", "--strict", "--max-requests", "30")
        for name in FORMATS:
            command("show", "previous", "--report", f"{name}=shown.{name}")
            command("show", "previous", "--report", f"{name}=-")
        for form in ("text", "json"):
            command("history", "--format", form)
            shown = command("show", "previous", "--format", form)
        for form in ("text", "json", "markdown"):
            command("compare", "previous", "last", "--format", form)
        command(*accepting(a_finding(shown)))
        command("run", url, "--known", "known.yaml", "--max-requests", "10", "--quiet")
    return found


@contextlib.contextmanager
def serving(app):
    server = Server(app)
    try:
        yield server.url
    finally:
        server.stop()


def a_finding(shown):
    """How `conformance accept` takes the first finding of a run, as `show` tells it."""
    told, _ = json.JSONDecoder().raw_decode(shown)
    return str(told["findings"][0]["finding"])


def accepting(finding):
    said = f"asked {NUMBER} about {TOKEN} and {KEY}"
    return ("accept", "previous", finding, "--reason", said, "--owner", KEY, "--until", "2099-12-31")


def spellings(text: str) -> Iterator[str]:
    """A text as it stands, and with what encodings of it would hide from a search."""
    yield text
    yield html.unescape(text)
    yield unquote(text)
    yield text.replace("\\", "")
    yield "".join(text.split())


def leaks(text: str) -> list[str]:
    """What was planted and is found in a text, with what stands before it."""
    found = []
    for form in spellings(text):
        for kind, planted in NAMED:
            at = form.find(planted)
            if at >= 0:
                found.append(f"{kind}: {form[max(0, at - 120) : at + len(planted)]}")
    return found


def test_the_account_holds_everything_that_was_planted_and_breaks_requirements_everywhere(left):
    report = json.loads((left.folder / "run.json").read_text(encoding="utf-8"))
    findings = [finding for each in report["requirements"] for finding in each["findings"]]
    assert len(findings) >= 20
    assert {"list-calls", "get-call", "create-web-call", "create-phone-call"} <= {
        each["operation"] for each in findings
    }
    assert "[hidden]" in json.dumps(findings)


@pytest.mark.parametrize("name", FORMATS)
def test_a_report_that_was_written_holds_none_of_it(left, name):
    for path in (left.folder / f"run.{name}", left.folder / f"shown.{name}"):
        text = path.read_text(encoding="utf-8")
        assert len(text) > 1000
        assert leaks(text) == []


@pytest.mark.parametrize("name", FORMATS)
def test_a_report_that_was_printed_holds_none_of_it(left, name):
    (text,) = left.said("show", "previous", "--report", f"{name}=-")
    assert len(text) > 1000
    assert leaks(text) == []


def test_no_command_prints_any_of_it(left):
    assert [len(left.said(name)) for name in ("run", "history", "compare", "accept")] == [3, 2, 3, 1]
    for words, text in left.printed.items():
        assert leaks(text) == [], words
        assert "Traceback" not in text


def test_no_file_that_is_kept_holds_any_of_it(left):
    files = [path for path in left.folder.rglob("*") if path.is_file()]
    assert {"history.sqlite3", "known.yaml"} <= {path.name for path in files}
    assert any(path.suffix == ".journal" for path in files)
    for path in files:
        held = path.read_bytes()
        for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
            assert leaks(held.decode(encoding, errors="replace")) == [], path.name


def test_no_value_in_the_database_holds_any_of_it_even_packed(left):
    connection = sqlite3.connect(left.folder / ".conformance" / "history.sqlite3")
    with contextlib.closing(connection):
        tables = [name for (name,) in connection.execute("select name from sqlite_master where type = 'table'")]
        values = [value for table in tables for row in connection.execute(f'select * from "{table}"') for value in row]  # noqa: S608 - names of its own tables
    assert len(values) > 100
    for value in values:
        held = value if isinstance(value, bytes) else str(value).encode()
        with contextlib.suppress(zlib.error):
            held = zlib.decompress(held)
        assert leaks(held.decode(errors="replace")) == []


def test_no_notice_holds_any_of_it(left):
    assert len(left.posted) == 2
    for body in left.posted:
        assert leaks(body.decode()) == []


@pytest.mark.parametrize(
    "words",
    [
        ("run", f"http://127.0.0.1:9/{KEY}", "--max-requests", "3"),
        ("run", f"app:{KEY}:{TOKEN}"),
        ("run", f"http://me:{KEY}@127.0.0.1:9"),
        ("run", f"http://127.0.0.1:9/?key={KEY}"),
        ("run", "--edition", KEY),
        ("run", "--report", f"json=/dev/null/{KEY}.json", "--requirement", "REM-003", "--max-requests", "2"),
        ("run", "--known", f"{TOKEN}.yaml"),
        ("show", KEY),
        ("show", NUMBER),
        ("compare", TOKEN, KEY),
        ("accept", KEY, TOKEN, "--reason", KEY, "--owner", NUMBER, "--until", KEY),
        ("run", "--notify-url", f"http://hooks.example.com/{KEY}"),
        ("explain", KEY),
        ("webhook", f"http://127.0.0.1:9/{KEY}/{TOKEN}", "--max-requests", "1"),
    ],
    ids=lambda words: words[0],
)
def test_no_error_message_holds_a_key_a_token_or_a_number(tmp_path, words):
    with alone(tmp_path):
        said = commanded(words)
    assert not said.endswith("exit code 0")
    assert leaks(said) == []
