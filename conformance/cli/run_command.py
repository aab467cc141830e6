"""`conformance run`."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from conformance.cli.interruption import interruptible
from conformance.cli.keeping import keeping
from conformance.cli.listening import Address, address_of, key_that_signs, open_inbox, timeout_ms_of
from conformance.cli.notify import Changes, Notice, message, notice_of
from conformance.cli.resuming import check_resume, kept_journal, say_how_to_go_on
from conformance.cli.settings import Settings, current_folder, settle
from conformance.errors import UnknownName, UsageError
from conformance.guard import is_local
from conformance.model import Outcome, Run
from conformance.testing import hurried

if TYPE_CHECKING:
    from conformance.cli.beside import Beside
    from conformance.contract.contract import Contract
    from conformance.runs import Options
    from conformance.seams import Inbox, Target

_PLACEHOLDER_KEY = "key_conformance_placeholder"
_MOCK_PORT = 8787
_MOCK_KEY = "key_mock_0123456789abcdef"
_Opened: TypeAlias = "tuple[Target, tuple[str, ...], Inbox | None]"


def run_target(options: argparse.Namespace) -> int:
    """Run the suites against a target and report."""
    settings = settle(options, environment=os.environ, folder=current_folder())
    reports = [report_of(text) for text in settings["report"] or ()]
    notice = notice_of(options.notify_url, settings["notify"], os.environ)
    if settings["target"] != "mock":
        _check_target(settings)
    check_resume(settings)
    contract = _contract(settings)
    if options.plan:
        from conformance.cli.plan_command import show_plan  # noqa: PLC0415 - only for --plan

        return show_plan(contract, settings)
    return _carry_out(contract, settings, reports, notice)


def _check_target(settings: Settings) -> None:
    from conformance.targets import check_target  # noqa: PLC0415 - only where there is one

    if settings["fault"]:
        raise UsageError("--fault goes with the embedded mock only. Leave it out, or leave out the target.")
    check_target(settings["target"])


def _contract(settings: Settings) -> Contract:
    from conformance.contract.contract import Surroundings, load_contract  # noqa: PLC0415 - costly
    from conformance.contract.scenarios import OTHER_REQUEST  # noqa: PLC0415 - costly
    from conformance.contract.suites import is_suite_file  # noqa: PLC0415 - costly
    from conformance.generate.scenarios import PROFILES  # noqa: PLC0415 - costly

    if settings["profile"] not in PROFILES:
        raise UnknownName("profile", settings["profile"], PROFILES)
    named = settings["suite"] or ()
    files = [Path(each) for each in named if is_suite_file(each)]
    contract = load_contract(
        settings["edition"],
        suites=files,
        surroundings=Surroundings(variables=os.environ, environment=settings["environment"]),
    ).judging("server")
    for name in settings["allow"] or ():
        if name != OTHER_REQUEST:
            contract.operation(name)
    return contract.narrowed(
        suites=[each for each in named if not is_suite_file(each)],
        requirements=settings["requirement"] or (),
        files=files,
        tags=settings["tag"] or (),
    )


def _carry_out(contract: Contract, settings: Settings, reports: list[tuple[str, str]], notice: Notice | None) -> int:
    from conformance.reports import terminal  # noqa: PLC0415 - costly
    from conformance.runs import Runner  # noqa: PLC0415 - costly

    progress = terminal.ProgressReporter(sys.stderr)
    with keeping(contract, settings) as kept, interruptible(sys.stderr) as asked:
        with opened_target(contract, settings) as (target, keys, inbox), contextlib.closing(progress):
            options = run_options(settings, *keys)
            with kept_journal(contract, settings, options, keys[0]) as journal:
                runner = Runner(
                    contract=contract,
                    target=target,
                    options=options,
                    reporters=() if settings["quiet"] else (progress,),
                    recorders=kept.recorders(keys),
                    inbox=inbox,
                    pause=asked.pause,
                    stop=asked.reason,
                    journal=journal,
                )
                run = kept.marked(runner.run())
                asked.written_now()
                if journal is not None:
                    journal.close(finished=run.complete)
        kept.keep(run)
        code = tell(run, settings, reports, kept.beside() if reports else None)
        say_how_to_go_on(journal, settings)
        notify(notice, run, code, reports, kept.changes)
        if kept.problem is not None:
            raise kept.problem
        return code


def notify(
    notice: Notice | None, run: Run, code: int, reports: Sequence[tuple[str, str]], changes: Changes | None = None
) -> None:
    """Tell whom it concerns how the run ended. Whether they could be told changes nothing.

    Args:
        changes: How it differs from the run before; None if none was kept.
    """
    if notice is not None and notice.is_due(code, changes):
        notice.send(message(run, exit_code=code, changes=changes, reports=reports), sys.stderr)


def tell(run: Run, settings: Settings, reports: Sequence[tuple[str, str]], beside: Beside | None = None) -> int:
    """Print and write the reports of a run, and give its exit code.

    Args:
        beside: What reports say of earlier runs.
    """
    from conformance.reports import formats, terminal  # noqa: PLC0415 - costly

    if not any(path == "-" for _, path in reports):
        terminal.show(run, sys.stdout, quiet=bool(settings["quiet"]))
    strict, more = bool(settings["strict"]), beside or {"earlier": (), "changes": None}
    for name, path in reports:
        if path == "-":
            sys.stdout.write(formats.report_text(run, name, strict=strict, **more))
        else:
            formats.write_report(run, name, Path(path), environment=os.environ, strict=strict, **more)
    return exit_code(run, strict=strict)


def exit_code(run: Run, *, strict: bool) -> int:
    """0, 1 or 3, as the command line promises."""
    if not run.complete:
        return 3
    if run.failing(strict=strict) or run.outdated:
        return 1
    return 3 if run.count(Outcome.ERRORED) else 0


def run_options(settings: Settings, *keys: str) -> Options:
    """What the settings say of a run."""
    from conformance.runs import Options  # noqa: PLC0415 - costly

    mock = settings["target"] == "mock"
    return Options(
        profile=settings["profile"],
        seed=settings["seed"],
        agents=settings["agent_id"] or (),
        from_numbers=settings["from_number"] or (),
        to_numbers=settings["to_number"] or (),
        allow=settings["allow"] or (),
        requests=settings["max_requests"],
        calls=settings["max_calls"],
        seconds=settings["max_time"],
        clean_up=bool(settings["clean_up"]),
        repeat_base=f"http://127.0.0.1:{_MOCK_PORT}" if mock else None,
        repeat=_repeat(settings),
        secrets=keys,
    )


def _repeat(settings: Settings) -> list[str]:
    """The command that repeats a run, where one request alone cannot."""
    words = ["conformance", "run", settings["target"]]
    for name in settings["fault"] or ():
        words += ["--fault", name]
    return [*words, "--webhook-listen", settings["webhook_listen"]] if settings["webhook_listen"] else words


@contextlib.contextmanager
def opened_target(contract: Contract, settings: Settings) -> Iterator[_Opened]:
    """The target, the keys that must not be shown, and where its webhooks come in."""
    address = address_of(settings)
    if settings["target"] == "mock":
        with _embedded_mock(contract, settings, address) as opened:
            yield opened
        return
    from conformance.targets import open_target  # noqa: PLC0415 - costly

    key = key_of(settings, settings["target"])
    signs = key_that_signs(settings, key)
    with contextlib.ExitStack() as stack:
        target = open_target(settings["target"], key=key, timeout_seconds=settings["timeout"])
        stack.callback(target.close)
        inbox = None
        if address is not None:
            inbox = stack.enter_context(open_inbox(settings, address, signs, local=target.local))
        yield target, (key, signs), inbox


@contextlib.contextmanager
def _embedded_mock(contract: Contract, settings: Settings, address: Address | None) -> Iterator[_Opened]:
    from conformance.mockvendor import MockVendor  # noqa: PLC0415 - costly
    from conformance.targets import open_target  # noqa: PLC0415 - costly

    with contextlib.ExitStack() as stack:
        sending: dict[str, Any] = {}
        inbox = None
        if address is not None:
            inbox = stack.enter_context(open_inbox(settings, address, _MOCK_KEY, local=True, mock=True))
            sending = hurried.sending_to(inbox.url, timeout_ms=timeout_ms_of(settings, mock=True))
        mock = MockVendor(edition=contract.edition, faults=settings["fault"] or (), api_key=_MOCK_KEY, **sending)
        vendor = stack.enter_context(mock)
        target = open_target(vendor.url, key=vendor.api_key, timeout_seconds=settings["timeout"])
        stack.callback(target.close)
        yield target, (vendor.api_key,), inbox


def key_of(settings: Settings, target: str, *, what: str = "") -> str:
    """The API key from the environment. On this machine a placeholder does; elsewhere there must be one.

    Args:
        what: What the placeholder is for, if it is not sent.
    """
    variable = settings["api_key_env"]
    key = os.environ.get(variable, "")
    if key.strip() != key or any(ord(each) < 33 or ord(each) > 126 for each in key):  # noqa: PLR2004 - visible ASCII
        raise UsageError(f"The key in ${variable} has spaces or characters that no header can hold. Set it again.")
    if key:
        return key
    if target.startswith("app:") or is_local(target) or "://" not in target:
        if not settings["quiet"]:
            does = f"{_PLACEHOLDER_KEY} is the key to {what}" if what else "a placeholder is sent as the key"
            sys.stderr.write(f"${variable} is not set: {does}.\n")
        return _PLACEHOLDER_KEY
    raise UsageError(f"${variable} is not set. Put the API key there, or name another variable with --api-key-env.")


def report_of(text: str) -> tuple[str, str]:
    """Format and path of a report, as the command line names them."""
    from conformance.reports import formats  # noqa: PLC0415 - only where there is one

    return formats.report_of(text)
