"""What the fixtures of the plugin do."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from conformance.plugin.adding import suites_named
from conformance.plugin.items import group_of
from conformance.plugin.options import in_flags
from conformance.plugin.state import FIXTURE, NO_TARGET, NOT_OVERRIDDEN, state_of

if TYPE_CHECKING:
    from conformance.mockvendor import MockVendor
    from conformance.model import Result
    from conformance.testing import CallApi
    from conformance.webhooks import WebhookReceiver, WebhookSender

MOCK_KEY = "key_mock_0123456789abcdef"
"""The key of every mock vendor that is given none."""


@contextlib.contextmanager
def default_target(config: pytest.Config) -> Iterator[Any]:
    """What the settings name; the test is skipped if they name nothing."""
    target = state_of(config).target
    if target is None:
        raise pytest.skip.Exception(NO_TARGET, _use_item_location=True)
    if target == FIXTURE:
        pytest.fail(NOT_OVERRIDDEN, pytrace=False)
    if target != "mock":
        yield target
        return
    with running_mock(config) as vendor:
        yield vendor.url


@contextlib.contextmanager
def running_mock(config: pytest.Config) -> Iterator[MockVendor]:
    """A mock vendor of the edition that was chosen, served while the block runs."""
    from conformance.mockvendor import MockVendor  # noqa: PLC0415 - costly

    settings = state_of(config).settings
    chosen = {"edition": settings["edition"]} if settings["edition"] else {}
    with MockVendor(**chosen, api_key=MOCK_KEY) as vendor:
        yield vendor


def results_for(request: pytest.FixtureRequest) -> tuple[Result, ...]:
    """The results of the suites that the markers of a test name; without a marker, of all that is selected."""
    from conformance.plugin.running import runs_of  # noqa: PLC0415 - costly

    group = group_of(request.node)
    if not group and state_of(request.config).target is None:
        raise pytest.skip.Exception(NO_TARGET, _use_item_location=True)
    target = request.getfixturevalue("conformance_target") if group else None
    held = runs_of(request.session).held(group, target)
    if held.run is None:
        pytest.fail(in_flags(held.error), pytrace=False)
    named = suites_named(request.node) or state_of(request.config).suites
    return tuple(each for each in held.run.results if not named or each.requirement.area in named)


@contextlib.contextmanager
def bound_client(request: pytest.FixtureRequest) -> Iterator[CallApi]:
    """A client bound to the mock vendor if the test uses that, and else to the target."""
    from conformance.testing import CallApi  # noqa: PLC0415 - costly

    if "mock_vendor" in request.fixturenames:
        vendor = request.getfixturevalue("mock_vendor")
        with contextlib.closing(CallApi(vendor, vendor.api_key)) as client:
            yield client
        return
    target = request.getfixturevalue("conformance_target")
    with contextlib.closing(CallApi(target, _key(target, request.config))) as client:
        yield client


def _key(target: Any, config: pytest.Config) -> str | None:
    """The key to a target: None for a mock vendor that is given as such, which knows its own."""
    from conformance.cli.run_command import key_of  # noqa: PLC0415 - costly

    state = state_of(config)
    if hasattr(target, "api_key"):
        return None
    return MOCK_KEY if state.target == "mock" and isinstance(target, str) else key_of(state.settings, str(target))


@contextlib.contextmanager
def senders() -> Iterator[Callable[..., WebhookSender]]:
    """A maker of senders, which are closed at the end."""
    from conformance.webhooks import WebhookSender  # noqa: PLC0415 - costly

    with contextlib.ExitStack() as stack:

        def make(receiver: Any, *, key: str = MOCK_KEY, **more: Any) -> WebhookSender:
            return stack.enter_context(WebhookSender(receiver, key, **more))

        yield make


@contextlib.contextmanager
def running_receiver() -> Iterator[WebhookReceiver]:
    """A receiver that listens while the block runs."""
    from conformance.webhooks import WebhookReceiver  # noqa: PLC0415 - costly

    with WebhookReceiver(MOCK_KEY) as receiver:
        yield receiver
