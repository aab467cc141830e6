"""How long people wait for the Explorer: until it is there, and until a long answer is shown.

    python benchmarks/explorer.py [--rounds N]

Wall time in plain Python, without a browser. The first row is a kernel that has loaded nothing yet; the others are the
median of N rounds in one that has.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

_CALLS = 1000


def seconds_of(act: Callable[[], object]) -> float:
    """Wall time of one act, in seconds."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def first_view() -> None:
    """What a cell does that ends with `Explorer(target="mock")`, until its view has been made."""
    from conformance.notebook import Explorer  # noqa: PLC0415 - its import is part of what is measured

    with Explorer(target="mock") as explorer:
        explorer._repr_mimebundle_()


def long_answer() -> tuple[float, float]:
    """Seconds to send list-calls, judge and show the answer, and seconds to turn a page."""
    from conformance import MockVendor  # noqa: PLC0415 - loaded by now
    from conformance.notebook import Explorer  # noqa: PLC0415 - loaded by now

    with MockVendor(calls=_CALLS) as vendor, Explorer(target=vendor) as explorer:
        explorer.choose("list-calls").body = f'{{"limit": {_CALLS}}}'
        whole = seconds_of(explorer.send)
        return whole, seconds_of(explorer.view.results.next_button.click)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    cold = seconds_of(first_view)
    warm = statistics.median(seconds_of(first_view) for _ in range(rounds))
    answers = [long_answer() for _ in range(rounds)]
    rows = {
        "first view, cold kernel": cold,
        "first view, warm kernel": warm,
        f"an answer of {_CALLS} calls, judged and shown": statistics.median(whole for whole, _ in answers),
        "the next page of it": statistics.median(page for _, page in answers),
    }
    for name, seconds in rows.items():
        print(f"{name:<44}{seconds:>8.2f} s")


if __name__ == "__main__":
    main()
