"""Suites of people's own, collected where they lie."""

from __future__ import annotations

import re

import pytest

from conformance.contract.files import data_folder

pytest_plugins = ["pytester"]

CONFTEST = """
import pytest
from shop import vendor


@pytest.fixture(scope="session")
def conformance_target():
    return {target}
"""


@pytest.fixture
def suite(project):
    (project.folder / "shop.suite.yaml").write_text(own_suite())
    return project


def own_suite():
    """The first requirement of the suite `split`, as somebody's own."""
    text = (data_folder("suites") / "split.suite.yaml").read_text()
    head, _, rest = text.partition("  - id: SPLIT-001")
    entry = rest.partition("  - id: ")[0]
    head = re.sub(r"^order: .*\n", "", head.replace("area: split", "area: shop"), flags=re.MULTILINE)
    return head + "  - id: SHOP-001" + entry


def test_a_suite_without_a_target_is_skipped_with_the_reason(suite):
    said = suite.run("-rs")
    assert said.outcomes == {"skipped": 1}
    assert said.section("short test summary info")[0].endswith(
        ": no target: give --conformance-target, or override the fixture conformance_target"
    )


def test_a_suite_is_judged_with_the_others_in_one_run(suite):
    said = suite.judge("--conformance-requirement", "SPLIT-001")
    assert said.outcomes == {"failed": 2}
    assert said.section("short test summary info") == [
        "FAILED shop.suite.yaml::SHOP-001 - get-call: `call_type` is missing",
        "FAILED suites/split.suite.yaml::SPLIT-001 - get-call: `call_type` is missing",
    ]
    assert len([line for line in said.section("conformance") if line.startswith("app:shop:app")]) == 1


def test_its_items_are_named_by_node_id_as_any_other(suite):
    said = suite.judge("shop.suite.yaml::SHOP-001", "--conformance-requirement", "SPLIT-002")
    assert said.outcomes == {"failed": 1, "skipped": 1}
    assert suite.run("shop.suite.yaml::SHOP-001").outcomes == {"skipped": 1}


def test_a_file_is_chosen_by_the_option_too(suite):
    (suite.folder / "own").mkdir()
    (suite.folder / "shop.suite.yaml").rename(suite.folder / "own" / "shop.suite.yaml")
    suite.pytester.makeini("[pytest]\ntestpaths = tests\n")
    (suite.folder / "tests").mkdir()
    said = suite.judge("--conformance-suite", "own/shop.suite.yaml")
    assert said.section("short test summary info") == [
        "FAILED own/shop.suite.yaml::SHOP-001 - get-call: `call_type` is missing"
    ]


@pytest.mark.parametrize(
    ("wrong", "right", "message"),
    [
        ("level: must", "level: most", ":{line}: /requirements/0/level: "),
        ("SHOP-001", "LIST-001", ":{line}: LIST-001 is already defined in "),
    ],
)
def test_a_broken_file_is_an_error_of_collection_with_its_line(suite, wrong, right, message):
    text = own_suite().replace(wrong, right, 1)
    (suite.folder / "shop.suite.yaml").write_text(text)
    said = suite.run()
    assert (said.code, said.outcomes) == (2, {"errors": 1})
    shown = said.section("ERRORS")
    assert len(shown) == 2
    assert shown[1].startswith("shop.suite.yaml" + message.split("{line}")[0])
    assert message.split("{line}")[1] in shown[1]


@pytest.mark.parametrize("target", ["vendor.app", "vendor", "wsgi"])
def test_the_target_may_be_what_a_fixture_returns(suite, target):
    (suite.folder / "conftest.py").write_text(CONFTEST.format(target=target) + (WSGI if target == "wsgi" else ""))
    said = suite.run("--conformance-profile", "smoke")
    assert said.outcomes == {"failed": 1}
    assert said.section("FAILURES")[-1] == (
        "  repeat    pytest --conformance-profile smoke 'shop.suite.yaml::SHOP-001'"
    )


WSGI = """

def wsgi(environ, start_response):
    import httpx
    from conformance.targets.asgi import AsgiTransport

    transport = AsgiTransport(vendor.app, timeout_seconds=10)
    with httpx.Client(transport=transport, base_url="http://app.localhost") as client:
        sent = {}
        if "HTTP_AUTHORIZATION" in environ:
            sent["authorization"] = environ["HTTP_AUTHORIZATION"]
        if environ.get("CONTENT_TYPE"):
            sent["content-type"] = environ["CONTENT_TYPE"]
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        answer = client.request(environ["REQUEST_METHOD"], environ["PATH_INFO"], headers=sent, content=body)
    transport.close()
    start_response(f"{answer.status_code} status", list(answer.headers.items()))
    return [answer.content]
"""


def test_the_target_may_be_a_url_from_a_fixture_below(suite):
    (suite.folder / "tests").mkdir()
    (suite.folder / "tests" / "conftest.py").write_text(
        "import pytest\nfrom shop import vendor\n\n@pytest.fixture(scope='session')\ndef conformance_target():\n"
        "    with vendor:\n        yield vendor.url\n"
    )
    suite.pytester.makeini("[pytest]\npythonpath = .\n")
    (suite.folder / "shop.suite.yaml").rename(suite.folder / "tests" / "shop.suite.yaml")
    said = suite.run("--conformance-target", "fixture", "--conformance-profile", "smoke", "-k", "SHOP or SPLIT-001")
    assert {key: said.outcomes[key] for key in ("failed",)} == {"failed": 2}
    alone = suite.run(
        "--conformance-target", "fixture", "--conformance-profile", "smoke", "suites/split.suite.yaml::SPLIT-001"
    )
    assert alone.outcomes == {"failed": 1}
    assert alone.section("FAILURES")[-1].startswith("  repeat    curl -sS -i http://127.0.0.1:")


def test_a_target_of_a_fixture_that_nobody_overrides_is_one_line(suite):
    said = suite.run("--conformance-target", "fixture", "--conformance-requirement", "SPLIT-001")
    line = "--conformance-target fixture: no conftest.py overrides the fixture conformance_target"
    assert [each for each in said.section("ERRORS") if not each.startswith("___")] == [line] * 2


def test_a_fixture_that_gives_something_else_is_one_line(suite):
    (suite.folder / "conftest.py").write_text(CONFTEST.format(target="17"))
    assert suite.run().section("ERRORS")[1] == (
        "A target cannot be of type int. Give a URL, an ASGI or WSGI application, or a MockVendor."
    )


SCENARIOS = """\
format: 1
area: orders
title: What the shop does with calls
variables:
  most: {env: SHOP_MOST, default: 20}
environments:
  staging: {most: 3}
scenarios:
  - id: ORDER-001
    title: A list is as short as asked
    tags: [quick]
    steps:
      - operation: list-calls
        request: {limit: $most}
        expect: {status: 200, json_schema: {type: array, maxItems: 3}}
  - id: ORDER-002
    title: A call of the list can be read
    steps:
      - operation: list-calls
        request: {limit: 1}
        expect: {status: 200}
        capture: {call: /0/call_id}
      - operation: get-call
        path: {call_id: $call}
        expect: {status: 200, values: {/call_id: $call}}
"""


def test_written_out_scenarios_are_items_with_tags_and_environments(suite):
    (suite.folder / "shop.suite.yaml").unlink()
    (suite.folder / "orders.suite.yaml").write_text(SCENARIOS)
    chosen = ("--conformance-suite", "orders.suite.yaml", "-v")
    said = suite.judge(*chosen, "--conformance-environment", "staging")
    assert {line.split(" ")[0] for line in said.text.splitlines() if line.startswith("orders.suite.yaml::")} == {
        "orders.suite.yaml::ORDER-001",
        "orders.suite.yaml::ORDER-002",
    }
    assert said.outcomes == {"failed": 1, "passed": 1}
    assert said.section("FAILURES")[1] == "FAILED ORDER-001 A list is as short as asked"
    assert suite.judge(*chosen, "--conformance-tag", "quick").outcomes == {"failed": 1}
    assert suite.judge(*chosen, "-k", "quick").outcomes == {"failed": 1, "deselected": 1}


def test_what_receivers_promise_is_skipped_with_the_command_that_judges_it(suite):
    text = own_suite().replace("area: shop", "area: shop\njudges: receiver")
    (suite.folder / "shop.suite.yaml").write_text(text)
    said = suite.judge("--conformance-suite", "shop.suite.yaml", "-rs")
    assert said.section("short test summary info")[0].endswith(
        ": receivers promise this: `conformance webhook` judges it"
    )
