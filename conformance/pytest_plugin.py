"""The pytest plugin: options, hooks and fixtures. It imports what does the work only where it is used."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from conformance.plugin.options import FOLDER_FILES, OPTIONS

if TYPE_CHECKING:
    from conformance.mockvendor import MockVendor
    from conformance.model import Result
    from conformance.testing import CallApi
    from conformance.webhooks import WebhookReceiver, WebhookSender

_SUFFIX = ".suite.yaml"
_MARKERS = (
    "conformance: a requirement of the Call API contract; put there by the plugin.",
    (
        "conformance_suite(name): a requirement of that suite. On a test of your own: its fixture conformance_results"
        " holds the results of that suite."
    ),
)
_SCOPES = ("function", "session")
_TOLD = pytest.StashKey[bool]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """The flags, and the same as ini settings."""
    group = parser.getgroup("conformance", "conformance with the Call API")
    for option in OPTIONS:
        if option.kind == "switch":
            group.addoption(option.flag, dest=option.key, action="store_true", default=None, help=option.help)
        else:
            action = "append" if option.kind == "list" else "store"
            group.addoption(option.flag, dest=option.key, metavar=option.metavar, action=action, help=option.help)
    for option in OPTIONS:
        kind: Any = {"list": "linelist", "switch": "bool", "text": "string"}[option.kind]
        empty: Any = {"list": [], "switch": None, "text": ""}[option.kind]
        parser.addini(option.key, f"{option.flag}: {option.help}", type=kind, default=empty)
    parser.addini(
        "conformance_mock_scope", "scope of the fixture mock_vendor: function (default) or session", default="function"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Markers, and what the settings say, if there are any."""
    for marker in _MARKERS:
        config.addinivalue_line("markers", marker)
    if config.getini("conformance_mock_scope") not in _SCOPES:
        raise pytest.UsageError("conformance_mock_scope must be function or session.")
    if _is_told_something(config):
        from conformance.plugin.state import begin  # noqa: PLC0415 - only where it is used

        begin(config)


def _is_told_something(config: pytest.Config) -> bool:
    """Whether anything anywhere sets an option of the plugin."""
    if _TOLD not in config.stash:
        config.stash[_TOLD] = _looks_told(config)
    return config.stash[_TOLD]


def _looks_told(config: pytest.Config) -> bool:
    if any(config.getoption(each.key) or config.getini(each.key) for each in OPTIONS):
        return True
    if any(name.startswith("CONFORMANCE_") for name in os.environ):
        return True
    own, shared = (config.rootpath / name for name in FOLDER_FILES)
    return own.is_file() or (shared.is_file() and b"tool.conformance" in shared.read_bytes())


def pytest_report_header(config: pytest.Config) -> str | None:
    """What is judged, if anything is."""
    if not _is_told_something(config):
        return None
    from conformance.plugin.state import header  # noqa: PLC0415 - only where it is used

    return header(config)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Suites of people's own are collected as the same kind of items."""
    if not file_path.name.endswith(_SUFFIX):
        return None
    from conformance.plugin.items import own_suite  # noqa: PLC0415 - only where it is used

    return own_suite(file_path, parent)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(session: pytest.Session, config: pytest.Config, items: list[pytest.Item]) -> None:
    """Add the items, before anything selects among them."""
    asked = any("conformance_results" in getattr(item, "fixturenames", ()) for item in items)
    if not asked and not _is_told_something(config):
        return
    from conformance.plugin.adding import add_items  # noqa: PLC0415 - only where it is used

    add_items(session, config, items)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """A table by area."""
    reports = [each for some in terminalreporter.stats.values() for each in some]
    if any(name == "requirement" for each in reports for name, _ in getattr(each, "user_properties", ())):
        from conformance.plugin.summary import summarize  # noqa: PLC0415 - only where it is used

        summarize(terminalreporter, config, reports)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker of pytest-xdist tells the controller of its runs."""
    if hasattr(session.config, "workeroutput"):
        from conformance.plugin.sharing import tell_controller  # noqa: PLC0415 - only where it is used

        tell_controller(session.config)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """The controller of pytest-xdist hears of the runs of a worker."""
    told = getattr(node, "workeroutput", {}).get("conformance")
    if told:
        from conformance.plugin.sharing import hear_worker  # noqa: PLC0415 - only where it is used

        hear_worker(node.config, told)


def _mock_scope(fixture_name: str, config: pytest.Config) -> Any:
    del fixture_name
    return config.getini("conformance_mock_scope")


@pytest.fixture(scope="session")
def conformance_target(request: pytest.FixtureRequest) -> Iterator[Any]:
    """What is judged: what --conformance-target names, `mock` as the URL of a running mock vendor.

    Override it in conftest.py, in the scope of the session, to return a URL, an ASGI or a WSGI application, or a
    MockVendor.
    """
    from conformance.plugin.fixtures import default_target  # noqa: PLC0415 - only where it is used

    with default_target(request.config) as target:
        yield target


@pytest.fixture
def conformance_results(request: pytest.FixtureRequest) -> tuple[Result, ...]:
    """The results of the suite that the marker conformance_suite names, or of every one that is selected."""
    from conformance.plugin.fixtures import results_for  # noqa: PLC0415 - only where it is used

    return results_for(request)


@pytest.fixture(scope=_mock_scope)
def mock_vendor(request: pytest.FixtureRequest) -> Iterator[MockVendor]:
    """A running mock vendor: `.url`, `.api_key`, `.fault(name)`, `.clock`, `.calls`.

    One for each test, or one for all with the ini setting `conformance_mock_scope = session`.
    """
    from conformance.plugin.fixtures import running_mock  # noqa: PLC0415 - only where it is used

    with running_mock(request.config) as vendor:
        yield vendor


@pytest.fixture
def call_api(request: pytest.FixtureRequest) -> Iterator[CallApi]:
    """A client of the operations, bound to the mock vendor if the test uses that, and else to the target."""
    from conformance.plugin.fixtures import bound_client  # noqa: PLC0415 - only where it is used

    with bound_client(request) as client:
        yield client


@pytest.fixture
def webhook_sender() -> Iterator[Callable[..., WebhookSender]]:
    """Makes senders that play the vendor: `webhook_sender(receiver, key=…, path="/webhook") -> WebhookSender`.

    The receiver is a URL, or an ASGI or WSGI application; the key is that of the mock vendor unless it is given.
    """
    from conformance.plugin.fixtures import senders  # noqa: PLC0415 - only where it is used

    with senders() as make:
        yield make


@pytest.fixture
def webhook_receiver() -> Iterator[WebhookReceiver]:
    """A receiver that listens, with the key of the mock vendor: `MockVendor(webhook_url=webhook_receiver.url)`."""
    from conformance.plugin.fixtures import running_receiver  # noqa: PLC0415 - only where it is used

    with running_receiver() as receiver:
        yield receiver
