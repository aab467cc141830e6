"""Starts an example as a process of its own, on loopback, and ends it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from ports import reserved_port
from receiver_mistakes import source_of

KEY = "key_fictional_of_receivers"
NODE_MODULES = Path(__file__).parents[1] / "node" / "node_modules"
PATIENCE_S = 30.0


@contextmanager
def receiver(
    framework: str,
    folder: Path,
    mistake: str | None = None,
    *,
    source: str | None = None,
    environment: Mapping[str, str] | None = None,
) -> Iterator[str]:
    """Yields the URL of the webhook; the folder keeps what the process says. `source` stands for the example's own."""
    with reserved_port() as port, (folder / "said.txt").open("wb") as said:
        process = subprocess.Popen(  # noqa: S603 - an example of ours
            [*program(framework, folder, source or source_of(framework, mistake)), str(port)],
            cwd=folder,
            env={**os.environ, "RETELL_API_KEY": KEY, **(environment or {})},
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_for(process, port, folder)
            yield f"http://127.0.0.1:{port}/webhook"
        finally:
            process.kill()
            process.wait(PATIENCE_S)


def program(framework: str, folder: Path, source: str) -> list[str]:
    if framework != "express":
        (folder / "receiver.py").write_text(source, encoding="utf-8")
        return [sys.executable, "receiver.py"]
    assert NODE_MODULES.is_dir(), f"{NODE_MODULES} is missing: run `make node`."
    (folder / "node_modules").symlink_to(NODE_MODULES)
    (folder / "receiver.mjs").write_text(source, encoding="utf-8")
    return ["node", "receiver.mjs"]


def wait_for(process: subprocess.Popen[bytes], port: int, folder: Path) -> None:
    """Until it takes connections."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            try:
                process.wait(0.05)
            except subprocess.TimeoutExpired:
                continue
            break
        return
    raise AssertionError(f"The receiver did not start:\n{(folder / 'said.txt').read_text()}")
