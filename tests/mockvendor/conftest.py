import pytest
from mock_client import Client, frozen


@pytest.fixture
def client() -> Client:
    """A client of a faultless mock vendor with a clock that stands still."""
    return frozen()
