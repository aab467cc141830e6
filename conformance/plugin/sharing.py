"""What the workers of pytest-xdist share: one run for all of them, and what the controller tells of it."""

from __future__ import annotations

import contextlib
import hashlib
import pickle
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conformance.plugin.running import Held

__all__ = ["facts_of", "hear_worker", "remember", "shared", "tell_controller"]

_FACTS = pytest.StashKey[dict[str, dict[str, Any]]]()


def shared(config: pytest.Config, group: str, make: Callable[[], Held]) -> Held:
    """What `make` gives, made by one worker alone; the others wait for it. If that one dies, the next makes it.

    The folder is the private one that pytest makes for the session, and each worker a folder of its own in it.
    """
    worker = getattr(config, "workerinput", None)
    if worker is None:
        return make()
    folder = Path(config.option.basetemp).parent
    name = hashlib.sha256(f"{worker['testrunuid']} {group}".encode()).hexdigest()[:20]
    kept = folder / f"conformance-{name}.pickle"
    with _locked(kept.with_suffix(".lock")):
        if kept.is_file():
            return _read(kept)
        held = make()
        partial = kept.with_suffix(".partial")
        partial.write_bytes(pickle.dumps(held))
        partial.replace(kept)
        return held


def _read(path: Path) -> Held:
    held: Held = pickle.loads(path.read_bytes())  # noqa: S301 - written by a worker of this session, in its private folder
    return held


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold a lock between processes, waiting for it. The system frees it when its holder dies."""
    with path.open("a+b") as file:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415 - on one system only
            import time  # noqa: PLC0415 - the same

            while True:
                with contextlib.suppress(OSError):  # it gives up after ten tries
                    msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
                    break
                time.sleep(0.1)
        else:
            import fcntl  # noqa: PLC0415 - on one system only

            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def remember(config: pytest.Config, group: str, held: Held) -> None:
    """Keep of a run what the summary tells."""
    run = held.run
    told: dict[str, Any] = {"edition": held.edition, "error": held.error}
    if run is not None:
        told |= {
            "target": run.target,
            "seed": run.seed,
            "requests": run.requests,
            "seconds": run.seconds,
            "notes": list(run.notes),
            "stopped": run.stopped,
        }
    config.stash.setdefault(_FACTS, {})[group] = told


def facts_of(config: pytest.Config) -> list[dict[str, Any]]:
    """What the summary tells of each run, also of those of workers."""
    return list(config.stash.get(_FACTS, {}).values())


def tell_controller(config: Any) -> None:
    """In a worker, at its end: hand over what the summary tells."""
    if _FACTS in config.stash:
        config.workeroutput["conformance"] = config.stash[_FACTS]


def hear_worker(config: pytest.Config, told: dict[str, dict[str, Any]]) -> None:
    """In the controller: a worker ended and handed over what it knows."""
    config.stash.setdefault(_FACTS, {}).update(told)
