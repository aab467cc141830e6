"""How quickly runs that were kept are listed and compared: 500 runs with 1,000,000 findings.

    python benchmarks/history.py [--runs N] [--findings N]

Builds a history with so many runs and findings in all (half of them the same in every run, half of them come and go),
then measures the program itself from its start to its end: wall-clock time, the median of five. Reports are kept empty:
neither command reads them.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from conformance.history.connection import connect, transaction

ROUNDS = 5
REQUIREMENTS = 150
TARGET = "https://api.example.com"
_BEGIN = dt.date(2026, 1, 1)


def build(path: Path, *, runs: int, findings: int) -> None:
    """Write the rows of many runs, quickly, through the triggers that guard them."""
    each = findings // runs
    connection = connect(path)
    with transaction(connection):
        connection.executemany(
            "INSERT INTO requirements VALUES (?, ?, ?, ?)",
            ((key, _name(key), f"What holds, number {key}.", "OpenAPI 2026-04") for key in range(REQUIREMENTS)),
        )
        connection.executemany(
            "INSERT INTO identities VALUES (?, ?, ?, 'get-call', ?)",
            ((key, TARGET, _name(key % REQUIREMENTS), f"type /field_{key}") for key in range(2 * each)),
        )
    for number in range(1, runs + 1):
        with transaction(connection):
            _run(connection, number, each)
    connection.close()


def _name(key: int) -> str:
    return f"CALL-{key % REQUIREMENTS:03}"


def _run(connection: sqlite3.Connection, number: int, each: int) -> None:
    connection.executemany(
        "INSERT INTO results VALUES (?, ?, 'failed', 40, NULL)", ((number, key) for key in range(REQUIREMENTS))
    )
    connection.executemany("INSERT INTO findings VALUES (?, ?, ?, 'failed', 0, ?)", _findings(number, each))
    connection.execute("INSERT INTO traffic VALUES (?, 'get-call', 400, 20.5, 41.0, 99.5)", (number,))
    connection.execute("INSERT INTO documents VALUES (?, '{}')", (number,))
    day = _BEGIN + dt.timedelta(days=number)
    connection.execute(
        "INSERT INTO runs VALUES (?, ?, ?, ?, 'v2', 'deep', 1, 'c', 's', '1', ?, 60.0, 400, 1, NULL, 0, ?, 0, 0, 0, 0)",
        (number, f"{day}.1", TARGET, TARGET, f"{day}T03:00:00.000Z", REQUIREMENTS),
    )


def _findings(number: int, each: int) -> Iterator[tuple[int, int, int, str]]:
    steady = each // 2
    for key in range(each):
        identity = key if key < steady else steady + (key - steady + 37 * number) % (2 * each - steady)
        yield number, identity, key, f"field_{identity} is a number where the contract has a text"


def measured(folder: Path, *arguments: str) -> float:
    """Seconds that the program takes, the median of some rounds."""
    times = []
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CONFORMANCE_")}
    for _ in range(ROUNDS):
        began = time.perf_counter()
        done = subprocess.run(  # noqa: S603 - a program of ours
            [sys.executable, "-m", "conformance", *arguments],
            cwd=folder,
            env=environment,
            stdout=subprocess.DEVNULL,
            check=False,
        )
        times.append(time.perf_counter() - began)
        if done.returncode not in {0, 1}:
            raise SystemExit(f"conformance {' '.join(arguments)} ended with {done.returncode}.")
    return statistics.median(times)


def main() -> None:
    """Build, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=500)
    parser.add_argument("--findings", type=int, default=1_000_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / ".conformance" / "history.sqlite3"
        began = time.perf_counter()
        build(path, runs=options.runs, findings=options.findings)
        took, size = time.perf_counter() - began, path.stat().st_size / 1e6
        print(f"{options.findings} findings in {options.runs} runs: built in {took:.1f} s, {size:.0f} MB")
        for arguments in (("history",), ("compare",), ("compare", str(_BEGIN + dt.timedelta(days=1)), "last")):
            print(f"{'conformance ' + ' '.join(arguments):<40}{measured(folder, *arguments):>8.2f} s")


if __name__ == "__main__":
    main()
