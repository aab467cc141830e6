"""Saves runs until it is told to stop, or is killed. A program of its own, for tests that need more than one process.

python saving.py FILE many COUNT          saves so many runs, and prints the id of each once it is kept
python saving.py FILE killed ROUNDS SEED  begins anew after each kill; prints what was kept by each that was killed
"""

from __future__ import annotations

import json
import os
import random
import select
import signal
import sys
from pathlib import Path

from nights import finding, keep, result, run_of

from conformance.history.store import History

REQUIREMENTS, EACH = 40, 5
NAMES = [f"LIST-{number:03}" for number in range(REQUIREMENTS)]
RUN = run_of(*(result(name, *(finding(name, f"cause {letter}") for letter in "abcde")) for name in NAMES))


def say(text):
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def many(path, count):
    with History(path) as history:
        for _ in range(count):
            say(keep(history, RUN))


def killed(path, rounds, seed):
    chance = random.Random(seed)  # noqa: S311 - chance, no secret
    for _ in range(rounds):
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.dup2(writing, 1)
            many(path, 1000)
        os.close(writing)
        with os.fdopen(reading, "rb", buffering=0) as kept:
            lines = b""
            for _ in range(chance.randrange(4)):
                lines += kept.read(64)
            select.select([], [], [], chance.random() / 50)  # the kill comes at any point of a save
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            lines += kept.read()
        say(json.dumps(lines.decode().split()))


if __name__ == "__main__":
    if sys.argv[2] == "many":
        many(Path(sys.argv[1]), int(sys.argv[3]))
    else:
        killed(Path(sys.argv[1]), int(sys.argv[3]), int(sys.argv[4]))
