"""Values drawn from a strategy outside any test, the same for the same seed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from conformance.generate.encode import encode
from conformance.model import JSON

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

_SPARE = 10
_ROUNDS = 4


def draw_values(strategy: SearchStrategy[JSON], *, count: int, seed: int) -> tuple[JSON, ...]:
    """Up to `count` different values of a strategy; fewer if it has fewer, or hides them well.

    Strategies of `strategy_for` give the same values for the same seed in every process, whatever ran before
    and whichever modules are loaded. Others may depend on the modules loaded, as Hypothesis takes constants
    from them. The simplest value is left out where there are enough others. Neither the global random state
    nor a `.hypothesis` folder is touched. May be called inside a test of Hypothesis.
    """
    found: dict[bytes, JSON] = {}
    for attempt in range(_ROUNDS):
        before = len(found)
        with _nothing_stored():
            for value in _collected(strategy, (count - len(found)) * 2 + _SPARE, f"{seed}/{attempt}"):
                found.setdefault(encode(value), value)
        if len(found) > count or len(found) == before:
            break
    values = list(found.values())
    return tuple(values[1 : count + 1] if len(values) > count else values)


def _collected(strategy: SearchStrategy[JSON], count: int, seed: str) -> list[JSON]:
    import hypothesis  # noqa: PLC0415 - costly; the command line starts without it

    values: list[JSON] = []
    if hypothesis.currently_in_test_context():  # where it refuses to run another, unless in a thread of its own
        thread = Thread(target=lambda: values.extend(_collected(strategy, count, seed)))
        thread.start()
        thread.join()
        return values

    @hypothesis.seed(seed)
    @hypothesis.settings(
        backend="hypothesis",
        database=None,
        deadline=None,
        max_examples=count,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
        verbosity=hypothesis.Verbosity.quiet,
    )
    @hypothesis.given(strategy)
    def collect(value: JSON) -> None:
        values.append(value)

    collect()
    return values


@contextmanager
def _nothing_stored() -> Iterator[None]:
    """Hypothesis keeps what it learns about modules and Unicode in a folder; let it find none to write to."""
    from hypothesis import configuration  # noqa: PLC0415 - costly

    before = configuration.storage_directory(intent_to_write=False).path
    configuration.set_hypothesis_home_dir(Path(os.devnull))
    try:
        yield
    finally:
        configuration.set_hypothesis_home_dir(before)
