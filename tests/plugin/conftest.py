"""Projects of people who use the plugin, each in a folder of its own, judged without a socket."""

from __future__ import annotations

import importlib
import os
import pkgutil
import re

import pytest

import conformance

# pytest's own pytester forgets what was imported in a run; to import it again for each test takes long, and gives
# libraries two classes of one name.
LATE = (
    "httpcore",
    "httptools",
    "hypothesis.strategies",
    "jsonschema_rs",
    "stringprep",
    "encodings.idna",
    "uvicorn.lifespan.off",
    "uvicorn.loops.auto",
    "uvicorn.protocols.http.auto",
)
NEITHER = ("conformance.__main__", "conformance.notebook")
MODULES = [each.name for each in pkgutil.walk_packages(conformance.__path__, "conformance.")]
OWN = [each for each in MODULES if not each.startswith(NEITHER)]
for name in (*LATE, *OWN):
    importlib.import_module(name)

KEY = "key_shop_0123456789"
FAULTS = (
    "get-call-without-call-type",
    "unknown-call-id-answers-404",
    "limit-ignored",
    "errors-say-html",
    "error-body-without-status",
    "v1-list-calls-still-answers",
)
SHOP = """
from conformance.mockvendor import MockVendor

vendor = MockVendor(calls=20, api_key={key!r}, faults={faults!r})
app = vendor.app
"""
_QUIET = ("-p", "no:asyncio")
TARGET = ("--conformance-target", "app:shop:app", "--conformance-profile", "smoke")


class Project:
    """A folder with tests, and a server `shop` that has six faults."""

    faults = FAULTS

    def __init__(self, pytester):
        self.pytester, self.folder = pytester, pytester.path
        pytester.makepyfile(shop=SHOP.format(key=KEY, faults=FAULTS))

    def run(self, *arguments):
        """Run pytest in this process; what it says has no times in it."""
        return Said(self.pytester.runpytest_inprocess("-W", "default", *_QUIET, *arguments))

    def run_async(self, mode):
        """Run pytest with pytest-asyncio, which stays away from the other runs."""
        words = ("-W", "default", "--asyncio-mode", mode, "-o", "asyncio_default_fixture_loop_scope=function")
        return Said(self.pytester.runpytest_inprocess(*words))

    def bare(self, *arguments):
        """Run pytest without the plugin."""
        return Said(self.pytester.runpytest_inprocess("-p", "no:conformance", *_QUIET, *arguments))

    def judge(self, *arguments):
        """Run pytest with the server as its target."""
        return self.run(*TARGET, *arguments)


class Said:
    def __init__(self, result):
        self.code, self.result = int(result.ret), result
        self.text = re.sub(r"\d+\.\d+ ?s\b", "N s", result.stdout.str())
        self.err = result.stderr.str()

    @property
    def outcomes(self):
        return self.result.parseoutcomes()

    def section(self, title):
        """The lines of one section."""
        parts = re.split(r"^=+ (.*?) =+$", self.text, flags=re.MULTILINE)
        return dict(zip(parts[1::2], parts[2::2], strict=False))[title].strip("\n").splitlines()


@pytest.fixture
def project(pytester, monkeypatch):
    for name in [each for each in os.environ if each.startswith(("CONFORMANCE_", "RETELL_", "PYTEST_XDIST"))]:
        monkeypatch.delenv(name)
    for name in ("CI", "BUILD_NUMBER", "PYTEST_ADDOPTS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("RETELL_API_KEY", KEY)
    monkeypatch.setenv("COLUMNS", "120")
    return Project(pytester)
