"""Spies on what a run sends."""

from __future__ import annotations

import pytest
from spying import Spy


@pytest.fixture
def spy():
    """Makes spies, and closes them."""
    made = []

    def make(**settings):
        made.append(Spy(**settings))
        return made[-1]

    yield make
    for each in made:
        each.close()
