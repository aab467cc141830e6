"""Suite files of one's own, as short as they can be, and what is read from them."""

from __future__ import annotations

import pytest

from conformance.contract.contract import Surroundings
from conformance.contract.schemas import editions
from conformance.contract.suites import load_suite
from conformance.errors import ConformanceError, UsageError

EDITIONS = [each.id for each in editions()]
FORM = " See suites/README.md for the form of a suite."
HEAD = "format: 1\narea: mine\ntitle: Mine\n"
SCENARIO = "scenarios:\n  - id: MINE-001\n    title: It holds.\n    steps:\n"
GET = "      - operation: get-call\n        path: {call_id: call_x}\n"


def with_steps(text, head=HEAD):
    """A file with one scenario whose steps these are; the first begins in line 8."""
    return f"{head}{SCENARIO}{text}"


def with_step(keys, head=HEAD):
    return with_steps(f"{GET}        {keys}\n", head)


def read(path, *, edition="v2", environment=None, **variables):
    around = Surroundings(variables=variables, environment=environment)
    return load_suite(path, editions=EDITIONS, edition=edition, surroundings=around)


def step_of(path, **variables):
    return read(path, **variables).scenarios[0].steps[-1]


def complaint(path, **around):
    with pytest.raises(ConformanceError) as caught:
        read(path, **around)
    assert isinstance(caught.value, UsageError)
    assert "\n" not in str(caught.value)
    return str(caught.value)
