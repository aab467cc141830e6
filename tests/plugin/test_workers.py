"""With pytest-xdist: one run among all workers, and the same results as without."""

from __future__ import annotations

import re

pytest_plugins = ["pytester"]

COUNTED = """
from pathlib import Path

from conformance.mockvendor import MockVendor

vendor = MockVendor(calls=20, api_key="key_shop_0123456789", faults=["get-call-without-call-type"])


async def app(scope, receive, send):
    if scope["type"] == "http":
        with Path("asked.txt").open("a") as file:
            file.write(scope["path"] + "\\n")
    await vendor.app(scope, receive, send)
"""


def test_four_workers_share_one_run(project):

    (project.folder / "shop.py").write_text(COUNTED)
    asked = project.folder / "asked.txt"
    chosen = ("-v", "-k", "split or auth or errors", "--junitxml", "junit.xml")
    plain = project.judge(*chosen)
    once = asked.read_text()
    asked.unlink()
    shared = project.judge(*chosen, "-n", "4", "--conformance-report", "json=report.json")
    assert asked.read_text() == once
    assert outcomes(shared) == outcomes(plain)
    assert shared.code == plain.code == 1
    assert re.sub(r"\[gw\d\].*\n", "", "\n".join(shared.section("FAILURES"))) == "\n".join(plain.section("FAILURES"))
    assert shared.section("conformance")[0] == plain.section("conformance")[0]
    assert sorted(shared.section("conformance")[1:-1]) == sorted(plain.section("conformance")[1:-1])
    assert (project.folder / "report.json").is_file()


def outcomes(said):
    found = re.findall(
        r"(?:(PASSED|FAILED|SKIPPED) (suites/\S+)|^(suites/\S+) (PASSED|FAILED|SKIPPED))", said.text, re.MULTILINE
    )
    return {(first or last, name or other) for first, name, other, last in found}
