"""`conformance webhook`: the harness plays the vendor against somebody's receiver."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from conformance.cli.interruption import interruptible
from conformance.cli.run_command import key_of, report_of, tell
from conformance.cli.settings import Settings, current_folder, settle
from conformance.errors import UnknownName, UsageError

if TYPE_CHECKING:
    from conformance.contract.contract import Contract
    from conformance.runs import ReceiverOptions
    from conformance.seams import Target

_TIMEOUT_S = 10.0
_MOCK_KEY = "key_of_the_mock_receiver_0123456789"
_IGNORED = ("target", "suite", "requirement", "fault", "edition", "timeout")
"""Settings of `conformance run` that this command takes from its own flags alone."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where deliveries go.

    Attributes:
        target: What is opened: a base URL, or `app:module:attribute`.
        name: What the user wrote.
        path: Percent-encoded, with the slash.
        query: Behind the path, or "".
    """

    target: str
    name: str
    path: str
    query: str = ""


def send_webhooks(options: argparse.Namespace) -> int:
    """Judge a receiver, or send it single deliveries by hand."""
    settings = _settled(options)
    reports = [report_of(text) for text in settings["report"] or ()]
    if options.fault and options.url != "mock":
        raise UsageError("--fault goes with `conformance webhook mock` only. Leave it out, or leave out the URL.")
    by_hand = options.event is not None or options.payload is not None or options.forward
    if by_hand:
        from conformance.cli.by_hand import check_by_hand, send_by_hand  # noqa: PLC0415 - only where it is asked for

        check_by_hand(options)
        with _opened(options, settings) as (place, target, key):
            return send_by_hand(options, settings, place=place, target=target, key=key)
    contract = _contract(options)
    with _opened(options, settings) as (place, target, key):
        return _judge(contract, options, settings, reports, place=place, target=target, key=key)


def _settled(options: argparse.Namespace) -> Settings:
    given = argparse.Namespace(**{name: value for name, value in vars(options).items() if name not in _IGNORED})
    given.timeout = options.timeout if options.timeout is not None else _TIMEOUT_S
    return settle(given, environment=os.environ, folder=current_folder())


def _contract(options: argparse.Namespace) -> Contract:
    from conformance.contract.contract import load_contract  # noqa: PLC0415 - costly
    from conformance.generate.deliveries import ERAS  # noqa: PLC0415 - costly

    if options.edition is not None and options.edition not in ERAS:
        raise UnknownName("edition", options.edition, ERAS, where="Receivers are judged with webhooks of V2. ")
    contract = load_contract(options.edition).judging("receiver")
    return contract.narrowed(suites=(), requirements=options.requirement or ())


@contextlib.contextmanager
def _opened(options: argparse.Namespace, settings: Settings) -> Iterator[tuple[Place, Target, str]]:
    if options.url == "mock":
        from conformance.mockreceiver import MockReceiver  # noqa: PLC0415 - costly
        from conformance.targets import open_application  # noqa: PLC0415 - costly

        mock = MockReceiver(_MOCK_KEY, faults=options.fault or ())
        target = open_application(mock.app, name="mock", key="", timeout_seconds=settings["timeout"])
        with contextlib.closing(target):
            yield Place(target="app:mock", name="mock", path="/webhook"), target, _MOCK_KEY
        return
    place = placed(options.url, options.path)
    key = key_of(settings, place.target, what="sign with")
    with contextlib.closing(_target(place, settings)) as target:
        yield place, target, key


def placed(text: str, path: str | None) -> Place:
    """Where deliveries go, from the command line.

    Raises:
        UsageError: It is neither a URL nor an application.
    """
    from conformance.targets import check_target  # noqa: PLC0415 - only where there is one

    if path is not None and (not path.startswith("/") or not path.isascii() or any(each.isspace() for each in path)):
        raise UsageError(f"--path {path!r} is no path. Write it with a slash in front, as in --path /webhook.")
    if text.startswith("app:"):
        check_target(text)
        where, _, query = (path or "/").partition("?")
        return Place(target=text, name=text, path=where, query=query)
    bare, _, query = text.partition("?")
    check_target(bare)
    if path is not None:
        raise UsageError("--path goes with app:module:attribute only. Write the path into the URL.")
    parts = urlsplit(bare)
    return Place(target=f"{parts.scheme}://{parts.netloc}", name=text, path=parts.path or "/", query=query)


def _target(place: Place, settings: Settings) -> Target:
    if place.target.startswith("app:"):
        from conformance.targets import open_target  # noqa: PLC0415 - costly

        return open_target(place.target, key="", timeout_seconds=settings["timeout"])
    from conformance.targets.http import HttpTarget  # noqa: PLC0415 - costly

    return HttpTarget(place.target, key="", timeout_seconds=settings["timeout"], name=place.name)


def _judge(
    contract: Contract,
    options: argparse.Namespace,
    settings: Settings,
    reports: list[tuple[str, str]],
    *,
    place: Place,
    target: Target,
    key: str,
) -> int:
    from conformance.reports import terminal  # noqa: PLC0415 - costly
    from conformance.runs import ReceiverRunner  # noqa: PLC0415 - costly

    progress = terminal.ProgressReporter(sys.stderr)
    with interruptible(sys.stderr) as asked:
        with contextlib.closing(progress):
            runner = ReceiverRunner(
                contract=contract,
                target=target,
                options=_options(options, settings, place, key),
                reporters=() if settings["quiet"] else (progress,),
                pause=asked.pause,
                stop=asked.reason,
            )
            run = runner.run()
            asked.written_now()
        return tell(run, settings, reports)


def _options(options: argparse.Namespace, settings: Settings, place: Place, key: str) -> ReceiverOptions:
    from conformance.generate.deliveries import ERAS, PROFILES  # noqa: PLC0415 - costly
    from conformance.runs import ReceiverOptions  # noqa: PLC0415 - costly

    if settings["profile"] not in PROFILES:
        raise UnknownName("profile", settings["profile"], PROFILES)
    return ReceiverOptions(
        key=key,
        key_name=f"${settings['api_key_env']}",
        path=place.path,
        query=place.query,
        profile=settings["profile"],
        seed=settings["seed"],
        eras=(options.edition,) if options.edition else ERAS,
        requests=settings["max_requests"],
        seconds=settings["max_time"],
        timeout_ms=round(settings["timeout"] * 1000),
        repeat=_repeat(options),
    )


def _repeat(options: argparse.Namespace) -> list[str]:
    words = ["conformance", "webhook", options.url]
    for name in ("path", "edition", "profile", "api_key_env"):
        value = getattr(options, name)
        if value is not None:
            words += [f"--{name.replace('_', '-')}", value]
    if options.timeout is not None:
        words += ["--timeout", f"{options.timeout:g}"]
    for fault in options.fault or ():
        words += ["--fault", fault]
    return words
