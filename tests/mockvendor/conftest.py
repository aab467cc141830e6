import pytest
from mock_client import Client, frozen
from webhook_receiver import Receiver, shared, stop_shared


@pytest.fixture
def client() -> Client:
    """A client of a faultless mock vendor with a clock that stands still."""
    return frozen()


@pytest.fixture
def receiver() -> Receiver:
    """A receiver of webhooks that got nothing yet."""
    found = shared()
    found.forget()
    return found


@pytest.fixture(scope="session", autouse=True)
def _shared_receiver():
    yield
    stop_shared()
