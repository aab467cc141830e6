"""Answers that are broken at random: a run comes to its end all the same."""

from __future__ import annotations

import contextlib
import json
import random
from dataclasses import replace

import pytest
from spying import runner

from conformance.contract.contract import load_contract
from conformance.errors import TargetError


def garbled(seed):
    """Answers that are broken at random, in the middle of a conversation that otherwise makes sense."""
    rng = random.Random(seed)  # noqa: S311 - repeatable, not secret

    def garble(case, exchange):
        value = exchange.response.json(None) if exchange.response else None
        if len(str(case.url_path)) == 0 or rng.random() < 0.5 or value is None:
            return exchange
        body = rng.choice(
            [_mangled(rng, value), [], {}, None, [None], {"call_id": ["x"]}, [[1]], 5, "x", {"calls": value}]
        )
        status = rng.choice([exchange.response.status] * 6 + [200, 400, 404, 500, 301, 204])
        return replace(exchange, response=replace(exchange.response, status=status, body=json.dumps(body).encode()))

    return garble


ODD = [None, 0, -1, 1e300, 10**400, "", "\ud800", "a/b\n%00", [], {}, True, [[]], {"a": {"b": []}}]


def _mangled(rng, value):
    if isinstance(value, list):
        return [_mangled(rng, each) for each in value for _ in range(rng.choice([0, 1, 1, 1, 2]))]
    if isinstance(value, dict):
        return {key: rng.choice(ODD) if rng.random() < 0.1 else each for key, each in value.items()}
    return rng.choice(ODD)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("edition", ["v1", "v2"])
def test_whatever_a_server_answers_a_run_comes_to_its_end(spy, edition, seed):
    target = spy(edition=edition, after=garbled(seed), calls=15)
    with contextlib.suppress(TargetError):
        run = runner(target, edition=edition, profile="standard", requests=120).run()
        assert len(run.results) == len(load_contract(edition).judging("server").requirements)
