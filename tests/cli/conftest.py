import pytest
from command import Command

from conformance.mockvendor import MockVendor


@pytest.fixture
def conformance(capsys, monkeypatch, tmp_path):
    """The command line in this process, in an empty folder, with an environment that holds no setting."""
    return Command(capsys, monkeypatch, tmp_path)


@pytest.fixture(scope="module")
def vendor():
    """A mock vendor that is only read."""
    with MockVendor(calls=12) as serving:
        yield serving
