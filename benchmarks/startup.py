"""How long the harness takes to start: CPU time of whole processes.

    python benchmarks/startup.py [--rounds N]

Each row is the median CPU time (user and system) of N fresh interpreters; the empty one shows what Python itself costs.
All rows are measured in turn within a round, so that a busy moment of the machine touches all of them.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence

COMMANDS: Mapping[str, Sequence[str]] = {
    "python -c pass": ("-c", "pass"),
    "import conformance": ("-c", "import conformance"),
    "conformance --help": ("-m", "conformance", "--help"),
    "conformance list": ("-m", "conformance", "list"),
}


def cpu_seconds(arguments: Sequence[str], *, folder: str) -> float:
    """CPU time of one interpreter that runs to its end, in seconds.

    Args:
        folder: Where it runs: an empty one, so that no configuration is read.

    Raises:
        CalledProcessError: It failed; its time says nothing then.
    """
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(  # noqa: S603 - programs of ours
        [sys.executable, *arguments], cwd=folder, stdout=subprocess.DEVNULL, check=True
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def measured(rounds: int) -> dict[str, list[float]]:
    """The times of every command, in seconds, after one round that only warms the disk cache."""
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    with tempfile.TemporaryDirectory() as folder:
        for turn in range(rounds + 1):
            for name, arguments in COMMANDS.items():
                seconds = cpu_seconds(arguments, folder=folder)
                if turn:
                    times[name].append(seconds)
    return times


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=10)
    times = measured(parser.parse_args().rounds)
    print(f"{'CPU milliseconds':<22}{'median':>8}{'least':>8}{'most':>8}")
    for name, found in times.items():
        figures = (statistics.median(found), min(found), max(found))
        print(f"{name:<22}" + "".join(f"{1000 * figure:>8.0f}" for figure in figures))


if __name__ == "__main__":
    main()
