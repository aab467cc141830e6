"""The ranges in pyproject.toml are tried out at both ends.

The newest versions are those that run the whole suite: requirements/dev.txt pins them. The oldest stand in an
environment of their own (`make oldest`), in which the tests that touch pytest and Hypothesis most run once more.
"""

import importlib.metadata
import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".cache" / "oldest" / "bin" / "python"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
DECLARED = {
    each.name: each
    for each in map(Requirement, [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["pytest"]])
}
CHOSEN = (
    "tests/plugin/test_items.py",
    "tests/plugin/test_fixtures.py",
    "tests/plugin/test_collected_suites.py",
    "tests/library/test_public_strategies.py",
)
BOTH = ("pytest", "hypothesis")


def pins(name):
    """The versions that a file of requirements pins."""
    lines = (ROOT / "requirements" / name).read_text(encoding="utf-8").splitlines()
    return {found[1]: Version(found[2]) for line in lines if (found := re.match(r"([a-z0-9-]+)==([^ ;]+)", line))}


def said_by_the_oldest(*words):
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "CONFORMANCE_"))}
    done = subprocess.run(  # noqa: S603 - a program of ours
        [PYTHON, *words], cwd=ROOT, env=plain, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("name", sorted(DECLARED))
def test_the_oldest_that_is_pinned_is_the_oldest_that_is_declared(name):
    (least,) = [Version(each.version) for each in DECLARED[name].specifier if each.operator == ">="]
    assert pins("oldest.txt")[name] == least


@pytest.mark.parametrize("name", sorted(DECLARED))
def test_the_newest_that_is_pinned_is_declared_and_is_what_runs_this(name):
    pinned = pins("dev.txt")[name]
    assert pinned in DECLARED[name].specifier
    assert Version(importlib.metadata.version(name)) == pinned


@pytest.mark.parametrize("name", BOTH)
def test_the_two_ends_are_not_the_same(name):
    assert pins("oldest.txt")[name] < pins("dev.txt")[name]


def test_the_plugin_and_the_strategies_work_with_the_oldest():
    program = f"import importlib.metadata as m; print(*(m.version(name) for name in {BOTH!r}))"
    assert said_by_the_oldest("-c", program).split() == [str(pins("oldest.txt")[name]) for name in BOTH]
    told = said_by_the_oldest("-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "not pytest_asyncio", *CHOSEN)
    assert re.search(r"^\d+ passed, 2 deselected in ", told, flags=re.MULTILINE), told
