"""What tests of several folders use."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings
from ports import reserved_port

settings.register_profile("untimed", parent=settings(), deadline=None)  # a busy machine is no finding
settings.load_profile("untimed")


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port on which nothing listens while the test runs."""
    with reserved_port() as port:
        yield port
