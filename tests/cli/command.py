"""Runs `conformance` in this process or as a program, and keeps what it says."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from conformance.cli import main

SCRIPT = Path(sys.executable).with_name("conformance")
KEY = "key_test_5d7a"
SMOKE = ("--profile", "smoke")


@dataclass
class Said:
    code: int
    out: str
    err: str

    @property
    def lines(self):
        """What was said on stderr."""
        return self.err.splitlines()


class Command:
    def __init__(self, capsys, monkeypatch, folder):
        self.capsys, self.monkeypatch, self.folder = capsys, monkeypatch, folder
        monkeypatch.chdir(folder)
        for name in [each for each in os.environ if each.startswith(("CONFORMANCE_", "RETELL_"))]:
            monkeypatch.delenv(name)

    def __call__(self, *arguments, **environment):
        for name, value in environment.items():
            self.monkeypatch.setenv(name, value)
        self.capsys.readouterr()
        try:
            code = main([str(each) for each in arguments])
        except SystemExit as end:
            code = end.code
        return Said(code, *self.capsys.readouterr())


def program(*arguments, folder, **environment):
    """The installed console script, in a process of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CONFORMANCE_", "RETELL_"))}
    done = subprocess.run(  # noqa: S603 - a program of ours
        [SCRIPT, *map(str, arguments)],
        cwd=folder,
        env={**kept, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return Said(done.returncode, done.stdout, done.stderr)


@contextmanager
def same_answer(status, body, *headers, tls=None):
    """A server that gives one answer to everything; yields its URL and the requests that it got."""
    seen = []

    class Handler(BaseHTTPRequestHandler):
        def answer(self):
            self.rfile.read(int(self.headers.get("content-length") or 0))
            seen.append(f"{self.command} {self.path}")
            self.send_response(status)
            for name, value in (*headers, ("content-length", str(len(body)))):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PATCH = do_DELETE = answer  # noqa: N815 - the names that the library calls

        def log_message(self, *_):
            """Says nothing."""

    class Server(ThreadingHTTPServer):
        def get_request(self):
            connection, address = super().get_request()
            return (tls.wrap_socket(connection, server_side=True) if tls else connection), address

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http{'s' if tls else ''}://127.0.0.1:{server.server_address[1]}", seen
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
