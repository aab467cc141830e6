"""What tests of several folders use."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from ports import reserved_port


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port on which nothing listens while the test runs."""
    with reserved_port() as port:
        yield port
