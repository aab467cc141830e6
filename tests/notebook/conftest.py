"""A panel that has judged."""

import pytest
from suite_runner_parts import FAULTS, run_smoke

from conformance.notebook import SuiteRunner


@pytest.fixture(scope="module")
def judged():
    """A panel after one run of the smoke profile against a mock with two faults."""
    with SuiteRunner(faults=FAULTS) as runner:
        run_smoke(runner)
        yield runner
