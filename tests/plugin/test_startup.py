"""Where nothing of it is used, the plugin imports nothing and changes nothing."""

from __future__ import annotations

import json
import re
import subprocess
import sys

HEAVY = ("hypothesis", "httpx", "jsonschema", "jsonschema_rs", "yaml", "starlette", "uvicorn", "rich")
SCRIPT = """
import json, sys
import pytest

class Looking:
    def pytest_sessionfinish(self):
        print("MODULES " + json.dumps(sorted(sys.modules)))

given = ["-q", "-p", "no:hypothesispytest", *sys.argv[1:]]
sys.exit(pytest.main(given, [Looking()]))
"""


def modules_after(folder, *arguments):
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", SCRIPT, *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    return set(json.loads(re.search(r"MODULES (.*)", done.stdout)[1]))


def test_an_unused_plugin_imports_nothing_but_itself(tmp_path):
    (tmp_path / "test_own.py").write_text("def test_own():\n    pass\n")
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'shop'\n")
    found = modules_after(tmp_path)
    assert found.isdisjoint(HEAVY)
    assert sorted(each for each in found if each.startswith("conformance")) == [
        "conformance",
        "conformance.plugin",
        "conformance.plugin.options",
        "conformance.pytest_plugin",
    ]
