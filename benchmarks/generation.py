"""How fast request bodies are made: drawn by Hypothesis, sampled from a seed, wrong in one way.

    python benchmarks/generation.py [--rounds N] [--count N]

All sides run in one process, interleaved; figures are medians of CPU time. The naive walker draws each
optional member and each value on its own, from the same schemas.
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import time
from collections.abc import Callable, Iterable
from typing import Any

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis import strategies as st

from conformance.contract.schemas import SchemaSet, load_schemas
from conformance.generate.flat import Flat, branch, flatten
from conformance.generate.mutations import mutations
from conformance.generate.strategies import sample, simplest, strategy_for
from conformance.model import JSON

EDITION = "v2"
DEPTH = 4


def naive(schema: JSON, root: JSON, depth: int = 0) -> st.SearchStrategy[JSON]:
    """One draw for each decision, as a walker is first written."""
    flat = flatten(schema, root, send=True)
    if flat.choices:
        parts = [branch(flat, each, root, send=True) for each in flat.choices[0].branches]
        return st.one_of([_naive_flat(each, root, depth) for each in parts if each.types])
    return _naive_flat(flat, root, depth)


def _naive_flat(flat: Flat, root: JSON, depth: int) -> st.SearchStrategy[JSON]:
    if flat.enum is not None:
        return st.sampled_from(flat.values() or (None,))
    return st.one_of([_naive_type(name, flat, root, depth) for name in sorted(flat.types)])


def _naive_type(name: str, flat: Flat, root: JSON, depth: int) -> st.SearchStrategy[JSON]:
    if name == "string":
        low, high = int(flat.limits.get("minLength", 0)), int(flat.limits.get("maxLength", 100))
        return st.from_regex(flat.patterns[0]) if flat.patterns else st.text(min_size=low, max_size=high)
    if name == "integer":
        least, most = flat.limits.get("minimum", -(2**53)), flat.limits.get("maximum", 2**53)
        return st.integers(int(least), int(most))
    if name == "number":
        return st.floats(flat.limits.get("minimum", -1e6), flat.limits.get("maximum", 1e6))
    if name == "array":
        return st.lists(naive(flat.items, root, depth + 1), max_size=4) if depth < DEPTH else st.just([])
    if name == "object":
        return _naive_object(flat, root, depth)
    return st.booleans() if name == "boolean" else st.none()


def _naive_object(flat: Flat, root: JSON, depth: int) -> st.SearchStrategy[JSON]:
    if depth >= DEPTH:
        return st.just({})
    if not flat.properties:
        values = st.text() | st.integers(-(2**53), 2**53) | st.booleans() | st.none()
        return st.dictionaries(st.text(min_size=1), values, max_size=4)
    members = {
        name: naive(each, root, depth + 1)
        for name, each in flat.properties.items()
        if name in flat.required or "x-needs" not in flatten(each, root, send=True).notes
    }
    required = {name: each for name, each in members.items() if name in flat.required}
    optional = {name: each for name, each in members.items() if name not in flat.required}
    return st.fixed_dictionaries(required, optional=optional)


def drawn(strategy: st.SearchStrategy[JSON], count: int, run: int) -> int:
    """Run `count` examples of a property test that does nothing; returns how many came."""
    seen: list[int] = []

    @seed(run)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.quiet,
    )
    @given(strategy)
    def body(value: JSON) -> None:
        seen.append(len(value))

    body()
    return len(seen)


def rate(work: Callable[[], int]) -> float:
    """What `work` made in a second of CPU time."""
    begun = time.process_time()
    made = work()
    return made / (time.process_time() - begun)


def measured(schemas: SchemaSet, name: str, rounds: int, count: int) -> dict[str, float]:
    """The median rate of each side for one request schema."""
    schema = schemas.bundle(name)
    ours, theirs, least = strategy_for(schema), naive(schema, schema), simplest(schema)
    sides: dict[str, Callable[[int], int]] = {
        "drawn": lambda run: drawn(ours, count, run),
        "naive": lambda run: drawn(theirs, count, run),
        "sampled": lambda run: sum(1 for _ in itertools.islice(sample(schema, seed=run), count * 5)),
        "wrong": lambda _run: sum(
            1 for _ in mutations(schema, least, is_valid=lambda value: not schemas.validate(name, value))
        ),
    }
    rates: dict[str, list[float]] = {side: [] for side in sides}
    for run in range(rounds):
        for side, work in sides.items():
            rates[side].append(rate(lambda work=work, run=run: work(run)))  # type: ignore[misc]  # bound now
    return {side: statistics.median(found) for side, found in rates.items()}


def table(rows: Iterable[tuple[Any, ...]]) -> None:
    """Print rows under their heads."""
    heads = ("bodies a second", "drawn", "naive", "ratio", "sampled", "wrong in one way")
    print(f"{heads[0]:<30}" + "".join(f"{head:>18}" for head in heads[1:]))
    for name, *figures in rows:
        print(f"{name:<30}" + "".join(f"{figure:>18}" for figure in figures))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--count", type=int, default=200)
    options = parser.parse_args()
    schemas = load_schemas(EDITION)
    names = [each.request for each in schemas.operations() if each.request and each.request_in == "body"]
    rows = []
    for name in dict.fromkeys(names):
        found = measured(schemas, name, options.rounds, options.count)
        ratio = f"{found['drawn'] / found['naive']:.1f}"
        rows.append(
            (
                name,
                round(found["drawn"]),
                round(found["naive"]),
                ratio,
                round(found["sampled"]),
                round(found["wrong"]),
            )
        )
    table(rows)


if __name__ == "__main__":
    main()
