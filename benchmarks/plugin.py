"""How much longer pytest takes to start where the plugin is installed and nobody uses it: CPU time of whole processes.

    python benchmarks/plugin.py [--rounds N]

Both rows collect an empty folder, one with the plugin and one without. They are measured in turn, so that a busy
moment of the machine touches both; the difference is that of neighbours. Plugins of others are left out, as they would
add their noise, and bytecode is kept, as in any installation.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence

LIMIT_MS = 20
NOTHING_COLLECTED = 5


def command(*, plugin: bool) -> Sequence[str]:
    """Words behind `python -m pytest`, with the plugin or without it."""
    chosen = "conformance.pytest_plugin" if plugin else "no:conformance"
    return ["-p", chosen, "-p", "no:cacheprovider", "--collect-only", "-q"]


def cpu_milliseconds(arguments: Sequence[str], *, folder: str) -> float:
    """CPU time, user and system, of one pytest that finds nothing to run.

    Raises:
        RuntimeError: It ended otherwise; its time says nothing then.
    """
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    words = [sys.executable, "-m", "pytest", *arguments]
    alone = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "CONFORMANCE_"))}
    alone |= {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPYCACHEPREFIX": f"{folder}/.bytecode"}
    done = subprocess.run(  # noqa: S603 - a program of ours
        words, cwd=folder, env=alone, stdout=subprocess.DEVNULL, check=False
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != NOTHING_COLLECTED:
        raise RuntimeError(f"pytest ended with {done.returncode}: {' '.join(words)}")
    return 1000 * (after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)


def measured(rounds: int) -> tuple[list[float], list[float]]:
    """Times with and without the plugin, in milliseconds, after one round that only warms the disk cache."""
    times: tuple[list[float], list[float]] = ([], [])
    with tempfile.TemporaryDirectory() as folder:
        for turn in range(rounds + 1):
            # Whoever comes second finds warmer caches, so they take turns at that as well.
            order = (True, False) if turn % 2 else (False, True)
            found = {plugin: cpu_milliseconds(command(plugin=plugin), folder=folder) for plugin in order}
            if turn:
                times[0].append(found[True])
                times[1].append(found[False])
    return times


def main() -> int:
    """Measure and print; 1 if the plugin costs more than it may."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    having, lacking = measured(rounds)
    differences = [one - other for one, other in zip(having, lacking, strict=True)]
    print(f"{'CPU milliseconds':<22}{'median':>8}{'least':>8}{'most':>8}")
    for name, found in (("without the plugin", lacking), ("with it", having), ("difference", differences)):
        figures = (statistics.median(found), min(found), max(found))
        print(f"{name:<22}" + "".join(f"{figure:>8.1f}" for figure in figures))
    return int(statistics.median(differences) >= LIMIT_MS)


if __name__ == "__main__":
    sys.exit(main())
