"""How many examples a second the public strategies give to a test that does nothing, in CPU time.

    python benchmarks/strategies.py [--rounds N] [--count N]

Figures are medians of several rounds; all strategies are measured in turn within a round.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Mapping
from typing import Any

from hypothesis import Phase, Verbosity, given, seed, settings
from hypothesis.strategies import SearchStrategy

from conformance import strategies

STRATEGIES: Mapping[str, SearchStrategy[Any]] = {
    repr(each): each
    for each in (
        strategies.web_calls(),
        strategies.phone_calls(call_status="ended"),
        strategies.calls(),
        strategies.call_lists(),
        strategies.call_lists(min_size=5),
        strategies.webhook_payloads(),
        strategies.webhook_payloads("call_analyzed"),
        strategies.requests("create-web-call"),
        strategies.requests("list-calls"),
        strategies.signed_deliveries(key="key_fictional"),
        strategies.calls(edition="v1"),
    )
}


def examples_a_second(strategy: SearchStrategy[Any], *, count: int, run: int) -> float:
    """Run a property test that does nothing, and count.

    Health checks stay on: one that fails ends the measurement.
    """
    seen: list[int] = []

    @seed(run)
    @settings(max_examples=count, database=None, deadline=None, phases=[Phase.generate], verbosity=Verbosity.quiet)
    @given(strategy)
    def body(value: Any) -> None:
        del value
        seen.append(1)

    begun = time.process_time()
    body()
    return len(seen) / (time.process_time() - begun)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--count", type=int, default=200)
    options = parser.parse_args()
    rates: dict[str, list[float]] = {name: [] for name in STRATEGIES}
    for run in range(options.rounds):
        for name, strategy in STRATEGIES.items():
            rates[name].append(examples_a_second(strategy, count=options.count, run=run))
    print(f"{'examples a second of CPU time':<58}{'median':>8}{'least':>8}")
    for name, found in rates.items():
        print(f"{name:<58}{statistics.median(found):>8.0f}{min(found):>8.0f}")


if __name__ == "__main__":
    main()
