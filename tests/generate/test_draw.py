"""Drawing outside a test: the same for the same seed, and without a trace."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from generation_schemas import bundle, judge
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.generate.draw import draw_values
from conformance.generate.strategies import sample, simplest, strategy_for

ROOT = Path(__file__).parents[2]
PROGRAM = """
import json, sys
from conformance.contract.schemas import load_schemas
from conformance.generate.draw import draw_values
from conformance.generate.strategies import sample, strategy_for
import itertools
if "others" in sys.argv:
    import local_module
    from hypothesis import strategies as st
    strategy = st.text() | st.integers() | st.binary(min_size=64, max_size=64).map(bytes.hex)
    draw_values(strategy, count=30, seed=3)
schema = load_schemas("v2").bundle("create-phone-call-request")
sampled = list(itertools.islice(sample(schema, seed=7), 40))
print(json.dumps([draw_values(strategy_for(schema), count=40, seed=7), sampled]))
"""


def values_of_another_process(folder, *arguments):
    (folder / "local_module.py").write_text(f"A = {'x' * 20!r}\nB = 123456789\nC = {bytes(range(50))!r}\n")
    done = subprocess.run(  # noqa: S603 - a program of ours
        [sys.executable, "-W", "error", "-c", PROGRAM, *arguments],
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": f"{ROOT}{os.pathsep}{folder}",
            "PYTHONHASHSEED": str(len(arguments)),
        },
        capture_output=True,
        check=True,
        text=True,
    )
    return json.loads(done.stdout)


class TestTheSameSeed:
    def test_gives_the_same_values_in_other_processes_whatever_they_loaded(self, tmp_path):
        schema = bundle("create-phone-call-request")
        here = [list(draw_values(strategy_for(schema), count=40, seed=7))]
        here.append([value for _, value in zip(range(40), sample(schema, seed=7), strict=False)])
        assert values_of_another_process(tmp_path) == here
        assert values_of_another_process(tmp_path, "others") == here
        assert {path.name for path in tmp_path.iterdir()} <= {"local_module.py", "__pycache__"}

    def test_gives_the_same_values_again_and_another_one_others(self):
        strategy = strategy_for(bundle("list-calls-request"))
        first = draw_values(strategy, count=20, seed=1)
        assert draw_values(strategy, count=20, seed=1) == first
        assert draw_values(strategy, count=20, seed=2) != first

    def test_leaves_the_global_random_state_alone_and_does_not_depend_on_it(self):
        strategy = strategy_for(bundle("list-calls-request"))
        random.seed(1)
        first, state = draw_values(strategy, count=5, seed=1), random.getstate()
        random.seed(1)
        assert random.getstate() == state
        random.seed(2)
        assert draw_values(strategy, count=5, seed=1) == first


class TestWhatIsDrawn:
    def test_is_as_many_as_asked_for_all_different_valid_and_not_the_simplest(self):
        schema = bundle("create-web-call-request")
        values = draw_values(strategy_for(schema), count=60, seed=0)
        assert len(values) == len({json.dumps(value, sort_keys=True) for value in values}) == 60
        assert all(map(judge(schema), values))
        assert simplest(schema) not in values

    def test_is_less_where_there_is_no_more(self):
        assert sorted(draw_values(strategy_for({"enum": ["a", "b"]}), count=9, seed=0)) == ["a", "b"]

    def test_may_come_from_any_strategy(self):
        assert len(draw_values(st.integers(0, 1000), count=10, seed=0)) == 10

    @pytest.mark.parametrize("count", [0, 1])
    def test_of_few_is_few(self, count):
        assert len(draw_values(strategy_for(bundle("list-calls-request")), count=count, seed=0)) == count

    def test_works_inside_a_property_test(self):
        strategy = strategy_for(bundle("list-calls-request"))
        seen = set()

        @settings(max_examples=3, database=None, deadline=None)
        @given(st.integers())
        def outer(_number):
            seen.add(json.dumps(draw_values(strategy, count=3, seed=5)))

        outer()
        assert seen == {json.dumps(draw_values(strategy, count=3, seed=5))}
