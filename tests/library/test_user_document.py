"""The examples of docs/testing-your-code.md run as they stand, and fail where they are said to."""

import re
from importlib.metadata import entry_points
from pathlib import Path

import pytest

import conformance
import conformance.testing

pytest_plugins = ["pytester"]

TEXT = (Path(__file__).parents[2] / "docs" / "testing-your-code.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"^```python\n# (\w+\.py)\n(.*?)^```$", TEXT, flags=re.DOTALL | re.MULTILINE))
SETTINGS = """
from hypothesis import settings

settings.register_profile("here", database=None, deadline=None, max_examples=15, derandomize=True)
settings.load_profile("here")
"""


@pytest.fixture
def folder(pytester, monkeypatch):
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    for name, text in {**FILES, "conftest.py": SETTINGS}.items():
        (pytester.path / name).write_text(text, encoding="utf-8")
    return pytester


def run(folder, *arguments):
    installed = any(each.value == "conformance.pytest_plugin" for each in entry_points(group="pytest11"))
    plugin = [] if installed else ["-p", "conformance.pytest_plugin"]
    return folder.runpytest_subprocess("-q", "-p", "no:cacheprovider", *plugin, *arguments)


def test_every_block_of_python_has_a_name():
    assert len(FILES) == TEXT.count("\n```python\n")


def test_the_examples_hold_and_the_handler_fails_with_the_webhook_that_is_shown(folder):
    result = run(folder)
    result.assert_outcomes(passed=11, failed=1)
    shown = re.search(r"^```text\n(.*?)^```$", TEXT, flags=re.DOTALL | re.MULTILINE)[1]
    said = [line.removeprefix("E").strip() for line in result.outlines]
    lines = [line.strip() for line in shown.splitlines() if not line.endswith("(")]  # versions call it otherwise
    assert [line for line in lines if line not in said] == []


def test_every_public_strategy_and_name_is_told_of():
    named = set(re.findall(r"\w+", TEXT))
    assert set(conformance.strategies.__all__) - {"SignedDelivery"} <= named
    assert set(conformance.__all__) - {"__version__", "diff", "load_contract", "MockReceiver"} <= named
    assert set(conformance.testing.__all__) - {"ConformanceAssertionError"} <= named
