"""The examples do what they say, and each mistake is one: seen with a few deliveries, without any check."""

from __future__ import annotations

import pytest
from receiver_mistakes import FILES, MISTAKES
from receiver_probes import ACCEPTED, REFUSED, answers
from receiver_processes import receiver

RIGHT = {**dict.fromkeys(ACCEPTED, 204), **dict.fromkeys(REFUSED, 401)}
SEEN = {
    "written anew": {"escaped": 401},
    "no await": dict.fromkeys(REFUSED, 204),
    "reads data": {"plain": 500, "no call": 500},
    "only phone calls": {"web call": 500, "no call": 500},
    "100 kB": {"long": 413},
    "no window": {"stale": 204},
    "known events only": {"unknown event": 500, "no call": 500},
    "not idempotent": {"again": 500},
    "hangs": dict.fromkeys(REFUSED),
}
MADE = [(framework, mistake) for framework, each in MISTAKES.items() for mistake in each]


@pytest.mark.parametrize("framework", FILES)
def test_an_example_accepts_what_is_signed_and_refuses_the_rest(framework, tmp_path):
    with receiver(framework, tmp_path) as url:
        assert answers(url) == RIGHT


@pytest.mark.parametrize("framework", FILES)
def test_every_mistake_is_made_in_every_framework(framework):
    assert set(MISTAKES[framework]) == set(SEEN)


@pytest.mark.parametrize(("framework", "mistake"), MADE)
def test_a_mistake_changes_the_answer_that_it_concerns_and_no_other(framework, mistake, tmp_path):
    with receiver(framework, tmp_path, mistake) as url:
        assert answers(url, wait_for_refusal_s=0.3 if mistake == "hangs" else 10.0) == {**RIGHT, **SEEN[mistake]}
