"""The service under test, and the server that the suite is held against."""

import os

import pytest
from fastapi.testclient import TestClient
from reminders.service import Settings, create_app

from conformance import MockVendor


@pytest.fixture
def settings(mock_vendor, tmp_path):
    """What the service is told when the mock vendor stands in for the real one."""
    return Settings(
        key=mock_vendor.api_key,
        agent_id=mock_vendor.agents[0],
        from_number=mock_vendor.numbers[0],
        database=tmp_path / "reminders.sqlite",
        base_url=mock_vendor.url,
    )


@pytest.fixture
def service(settings):
    """A client of the service, in this process."""
    with TestClient(create_app(settings)) as client:
        yield client


@pytest.fixture(scope="session")
def conformance_target():
    """What calls.suite.yaml is held against: the staging server if there is one, and else the mock vendor."""
    if url := os.environ.get("CALL_API_URL"):
        yield url
        return
    with MockVendor() as vendor:
        yield vendor
