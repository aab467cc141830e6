"""A short JSON to whoever is to be told, when it is due, and never more than a line if that fails."""

import io
import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from command import SMOKE

from conformance.cli.notify import Changes, Notice, notice_of
from conformance.errors import ConformanceError

FAULT = ("--fault", "list-calls-answers-206")
KEY = "key_planted_9f8e7d6c5b4a"


@contextmanager
def listener(status=204, *headers):
    """Takes notices; yields its URL and what came: path, content type and JSON of each."""
    came = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            came.append((self.path, self.headers["content-type"], json.loads(body)))
            self.send_response(status)
            for name, value in headers:
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_):
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/hooks/s3cret?token=t0ken", came
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


class TestWhatIsSent:
    def test_a_failed_run_is_told_with_its_counts_and_reports(self, conformance, vendor):
        del vendor
        with listener() as (url, came):
            said = conformance("run", *SMOKE, *FAULT, "--notify-url", url, "--report", "json=run.json")
        report = json.loads((conformance.folder / "run.json").read_text(encoding="utf-8"))
        assert said.code == 1
        ((path, kind, told),) = came
        assert (path, kind) == ("/hooks/s3cret?token=t0ken", "application/json")
        assert told == {
            "format": 1,
            "tool": report["tool"],
            "target": report["target"],
            "edition": "v2",
            "started_at": report["started_at"],
            "outcome": "failed",
            "exit_code": 1,
            "complete": True,
            "stopped": None,
            "counts": report["outcomes"],
            "failed": ["STAT-002"],
            "known": [],
            "reports": {"json": "run.json"},
        }

    def test_one_that_was_cut_short_says_why(self, conformance):
        with listener() as (url, came):
            said = conformance("run", *SMOKE, "--max-requests", 5, CONFORMANCE_NOTIFY_URL=url)
        assert said.code == 3
        ((_, _, told),) = came
        assert (told["outcome"], told["exit_code"]) == ("incomplete", 3)
        assert told["stopped"] == "the budget of 5 requests is used up"

    def test_one_that_holds_is_told_only_if_that_was_asked_for(self, conformance):
        with listener() as (url, came):
            assert conformance("run", *SMOKE, "--notify-url", url).code == 0
            assert came == []
            assert conformance("run", *SMOKE, "--notify-url", url, "--notify", "always").code == 0
            ((_, _, told),) = came
        assert (told["outcome"], told["exit_code"], told["failed"]) == ("passed", 0, [])

    def test_what_somebody_accepted_is_told_as_known(self, conformance):
        (conformance.folder / "known.yaml").write_text(
            "- {requirement: STAT-002, operation: list-calls, message: '*', reason: told, owner: us,"
            " until: 2099-12-31}\n"
        )
        with listener() as (url, came):
            told = ("--known", "known.yaml", "--notify-url", url, "--notify", "always")
            assert conformance("run", *SMOKE, *FAULT, *told).code == 0
        ((_, _, notice),) = came
        assert (notice["outcome"], notice["failed"], notice["known"]) == ("passed", [], ["STAT-002"])

    def test_a_key_is_not_sent_even_in_the_name_of_a_file(self, conformance):
        with listener() as (url, came):
            report = f"json={KEY}.json"
            conformance("run", *SMOKE, *FAULT, "--notify-url", url, "--report", report, RETELL_API_KEY=KEY)
        ((_, _, told),) = came
        assert told["reports"] == {"json": "[hidden].json"}


class TestWhenItIsDue:
    @pytest.mark.parametrize(
        ("occasion", "exit_code", "changes", "due"),
        [
            ("always", 0, None, True),
            ("on-failure", 0, Changes(new=0, fixed=2), False),
            ("on-failure", 1, Changes(new=0, fixed=0), True),
            ("on-failure", 3, None, True),
            ("on-change", 0, None, False),
            ("on-change", 1, None, True),
            ("on-change", 1, Changes(new=0, fixed=0), False),
            ("on-change", 1, Changes(new=1, fixed=0), True),
            ("on-change", 0, Changes(new=0, fixed=1), True),
            ("on-change", 3, Changes(new=0, fixed=0), True),
        ],
    )
    def test_by_what_was_asked_for(self, occasion, exit_code, changes, due):
        notice = Notice(url="https://hooks.example.com/x", occasion=occasion)
        assert notice.is_due(exit_code, changes) is due

    def test_nobody_is_told_without_a_url(self):
        assert notice_of(None, None, {}) is None

    def test_a_flag_wins_over_the_environment(self):
        environment = {"CONFORMANCE_NOTIFY_URL": "https://one.example.com/"}
        assert notice_of("https://two.example.com/", None, environment).url == "https://two.example.com/"
        assert notice_of(None, None, environment).url == "https://one.example.com/"


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("url", "occasion", "why"),
        [
            (
                "http://hooks.example.com/s3cret",
                None,
                "The URL to notify must be https: hooks.example.com is not on this machine.",
            ),
            (
                "https://me:s3cret@hooks.example.com/",
                None,
                "The URL to notify must hold no name and password before hooks.example.com.",
            ),
            (
                "hooks.example.com/s3cret",
                None,
                "The URL to notify is none. Give one as in --notify-url https://hooks.example.com/…",
            ),
            (
                "https://hooks.example.com:0/s3cret",
                None,
                "The URL to notify is none. Give one as in --notify-url https://hooks.example.com/…",
            ),
            (
                "",
                "always",
                "--notify always needs a URL. Give --notify-url, or set $CONFORMANCE_NOTIFY_URL.",
            ),
            (
                "https://hooks.example.com/",
                "sometimes",
                "There is no occasion for --notify 'sometimes'. Known: always, on-change, on-failure.",
            ),
        ],
        ids=["clear text", "password", "no scheme", "port", "no URL", "occasion"],
    )
    def test_before_anything_is_sent_and_without_showing_the_url(self, url, occasion, why):
        with pytest.raises(ConformanceError) as error:
            notice_of(url, occasion, {})
        assert str(error.value) == why
        assert error.value.exit_code == 2

    def test_a_url_in_a_file_since_it_may_be_a_secret(self, conformance):
        (conformance.folder / "conformance.yaml").write_text("notify-url: https://hooks.example.com/\n")
        said = conformance("run", *SMOKE)
        assert said.code == 2
        assert said.lines[0].startswith("conformance: conformance.yaml: There is no setting 'notify-url'.")


class TestWhatGoesWrong:
    def test_nobody_there_is_a_line_and_changes_nothing(self, conformance, closed_port):
        said = conformance("run", *SMOKE, *FAULT, "--notify-url", f"http://127.0.0.1:{closed_port}/s3cret")
        assert said.code == 1
        assert said.lines[-1] == (
            f"conformance: 127.0.0.1 was not notified: no connection to 127.0.0.1:{closed_port}:"
            " Connection refused. Is the server running there?"
        )
        assert "s3cret" not in said.err + said.out

    @pytest.mark.parametrize(
        ("status", "why"),
        [
            (307, "it redirects (307), and redirects are not followed. Give the final URL."),
            (404, "it answered 404."),
            (500, "it answered 500."),
        ],
    )
    def test_what_is_no_success_is_a_line_and_is_not_tried_again(self, status, why):
        with listener(status, ("location", "/elsewhere")) as (url, came):
            stream = io.StringIO()
            assert Notice(url=url).send({"format": 1}, stream) is False
            assert len(came) == 1
        assert stream.getvalue() == f"conformance: 127.0.0.1 was not notified: {why}\n"

    def test_a_proxy_of_the_environment_is_not_used(self, monkeypatch, closed_port):
        monkeypatch.setenv("ALL_PROXY", f"http://127.0.0.1:{closed_port}")
        with listener() as (url, came):
            assert Notice(url=url).send({"format": 1}, io.StringIO()) is True
            assert len(came) == 1
