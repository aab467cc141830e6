"""Whole runs from Python: against a server, and against a receiver of webhooks."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from conformance.contract.contract import Contract, load_contract
from conformance.contract.scenarios import OTHER_REQUEST
from conformance.contract.suites import is_suite_file
from conformance.contract.variables import Surroundings
from conformance.errors import UnknownName, UsageError
from conformance.generate import deliveries
from conformance.generate.scenarios import PROFILES
from conformance.mockvendor import MockVendor
from conformance.model import Finding, Outcome, Run
from conformance.reports.plain import finding_text
from conformance.runs import Options, ReceiverOptions, ReceiverRunner, Runner
from conformance.targets import check_target, open_application, open_target
from conformance.targets.http import HttpTarget
from conformance.testing.opening import Opened, label, opened
from conformance.testing.values import ConformanceAssertionError

if TYPE_CHECKING:
    from conformance.seams import Inbox, Recorder, Reporter, Target

_MOCK_BASE = "http://127.0.0.1:8787"


def run(
    target: Any = "mock",
    *,
    edition: str | None = None,
    profile: str = "standard",
    seed: int = 1,
    suites: Sequence[str | Path] = (),
    requirements: Sequence[str] = (),
    tags: Sequence[str] = (),
    environment: str | None = None,
    key: str | None = None,
    faults: Sequence[str] = (),
    agents: Sequence[str] = (),
    from_numbers: Sequence[str] = (),
    to_numbers: Sequence[str] = (),
    allow: Sequence[str] = (),
    max_requests: int | None = None,
    max_calls: int | None = None,
    max_seconds: float = 3600.0,
    timeout_s: float = 30.0,
    clean_up: bool = False,
    inbox: Inbox | None = None,
    reporters: Sequence[Reporter] = (),
    recorders: Sequence[Recorder] = (),
    stop: Callable[[], str | None] = lambda: None,
) -> Run:
    """Judge a server, as `conformance run` does, and return what came of it. Nothing is printed.

    Args:
        target: `mock`, a URL, `app:module:attribute`, an ASGI or WSGI application, or a `MockVendor`.
        edition: Which edition; the newest by default. If it is named, lists of values that grow are taken literally.
        profile: `smoke`, `standard` or `deep`.
        seed: Equal seeds send the same.
        suites: Names of suites, and files of suites of your own, to judge no others.
        requirements: Ids of requirements, to judge no others.
        tags: Only scenarios of suite files that have one of these.
        environment: Which of the `environments` of suite files is chosen. Their variables come from this process.
        key: The API key. On this machine a placeholder does.
        faults: Faults of the mock; with `mock` only.
        agents: Ids of agents to use.
        from_numbers: Numbers to call from.
        to_numbers: Numbers that may be dialled.
        allow: Operations that may have effects outside this machine.
        max_requests: Budget of requests; None is that of the profile.
        max_calls: Budget of created calls; None is 500 on this machine and 25 elsewhere.
        max_seconds: Budget of time.
        timeout_s: Seconds to wait for an answer.
        clean_up: Whether to delete every call that the run made.
        inbox: Where the target sends its webhooks, if they are to be judged too: a `ListeningInbox` of
            `conformance.webhooks` that is open.
        reporters: Told while it goes on.
        recorders: Shown each exchange as it was, with nothing hidden.
        stop: Asked before each request: why the run is to end now, or None.

    Raises:
        UnknownName: There is no such edition, profile, suite, requirement, tag, operation or fault.
        UsageError: The target is none, needs a key, or nothing is left to judge.
        TargetError: The target cannot be reached, or is no Call API.
    """
    if profile not in PROFILES:
        raise UnknownName("profile", profile, PROFILES)
    contract = _chosen(edition, suites, requirements, tags, environment)
    for name in allow:
        if name != OTHER_REQUEST:
            contract.operation(name)
    with _opened_server(target, key, edition=contract.edition, faults=faults, timeout_s=timeout_s) as found:
        options = Options(
            profile=profile,
            seed=seed,
            agents=agents,
            from_numbers=from_numbers,
            to_numbers=to_numbers,
            allow=allow,
            requests=max_requests,
            calls=max_calls,
            seconds=max_seconds,
            clean_up=clean_up,
            repeat_base=_MOCK_BASE if target == "mock" else None,
            secrets=(found.key,),
        )
        return Runner(
            contract=contract,
            target=found.target,
            options=options,
            reporters=reporters,
            recorders=recorders,
            inbox=inbox,
            stop=stop,
        ).run()


def _chosen(
    edition: str | None,
    suites: Sequence[str | Path],
    requirements: Sequence[str],
    tags: Sequence[str],
    environment: str | None,
) -> Contract:
    """The contract with what was chosen: suites by name, files of suites, requirements, scenarios by tag."""
    files = [Path(each) for each in suites if is_suite_file(str(each))]
    surroundings = Surroundings(variables=os.environ, environment=environment)
    contract = load_contract(edition, suites=files, surroundings=surroundings).judging("server")
    names = [str(each) for each in suites if not is_suite_file(str(each))]
    return contract.narrowed(suites=names, requirements=requirements, files=files, tags=tags)


@contextlib.contextmanager
def _opened_server(
    target: Any, key: str | None, *, edition: str, faults: Sequence[str], timeout_s: float
) -> Iterator[Opened]:
    if isinstance(target, str) and target == "mock":
        with MockVendor(edition=edition, faults=faults) as vendor, opened(vendor, key, timeout_s=timeout_s) as found:
            yield found
        return
    if faults:
        raise UsageError("faults go with the target 'mock' only. Give them to your MockVendor, or leave them out.")
    with opened(target, key, timeout_s=timeout_s) as found:
        yield found


def assert_server_conforms(target: Any, *, strict: bool = False, **options: Any) -> Run:
    """Raise unless a server keeps every promise that must hold.

    Args:
        target: As for `run`.
        strict: Whether what only should hold is asked for too.
        options: As for `run`.

    Returns:
        The run.

    Raises:
        ConformanceAssertionError: Something failed, or the run was not complete.
        ConformanceError: As for `run`.
    """
    __tracebackhide__ = True
    found = run(target, **options)
    again = None if isinstance(target, str) else "assert_server_conforms"
    _raise_for(found, what="The server", again=again, strict=strict)
    return found


def assert_receiver_conforms(
    receiver: Any,
    *,
    key: str,
    path: str = "/",
    profile: str = "smoke",
    timeout_s: float = 10.0,
    edition: str | None = None,
    seed: int = 1,
    requirements: Sequence[str] = (),
    strict: bool = False,
) -> Run:
    """Raise unless a receiver of webhooks takes what is signed, refuses what is not, and answers in time.

    Args:
        receiver: A URL with its path, an ASGI or WSGI application, or `app:module:attribute`.
        key: What the receiver verifies signatures with. It should be a fictional one.
        path: Where an application takes webhooks.
        profile: `smoke` sends a dozen or so, `standard` some hundred, `deep` more.
        timeout_s: Seconds to wait for an answer. Ten are documented.
        edition: The only edition whose webhooks are sent; by default those of all editions of V2.
        seed: Equal seeds send the same.
        requirements: Ids of requirements, to judge no others.
        strict: Whether what only should hold is asked for too.

    Returns:
        The run.

    Raises:
        ConformanceAssertionError: Something failed, or the run was not complete.
        UnknownName: There is no such edition, profile or requirement.
        UsageError: The receiver is none.
        TargetError: The receiver cannot be reached.
    """
    __tracebackhide__ = True
    if profile not in deliveries.PROFILES:
        raise UnknownName("profile", profile, deliveries.PROFILES)
    if edition is not None and edition not in deliveries.ERAS:
        raise UnknownName("edition", edition, deliveries.ERAS, where="Receivers are judged with webhooks of V2. ")
    contract = load_contract(edition).judging("receiver").narrowed(suites=(), requirements=requirements)
    with _opened_receiver(receiver, path, timeout_s) as (target, where):
        bare, _, query = where.partition("?")
        options = ReceiverOptions(
            key=key,
            path=bare,
            query=query,
            profile=profile,
            seed=seed,
            eras=(edition,) if edition else deliveries.ERAS,
            timeout_ms=round(timeout_s * 1000),
            key_name="the one that was given",
            repeat=("conformance", "webhook", str(receiver), "--profile", profile),
        )
        found = ReceiverRunner(contract=contract, target=target, options=options).run()
    again = None if isinstance(receiver, str) else "assert_receiver_conforms"
    _raise_for(found, what="The receiver", again=again, strict=strict)
    return found


@contextlib.contextmanager
def _opened_receiver(receiver: Any, path: str, timeout_s: float) -> Iterator[tuple[Target, str]]:
    where = path
    if isinstance(receiver, str) and receiver.startswith("app:"):
        target: Target = open_target(receiver, key="", timeout_seconds=timeout_s)
    elif isinstance(receiver, str):
        bare, _, query = receiver.partition("?")
        check_target(bare)
        parts = urlsplit(bare)
        where = (parts.path or "/") + (f"?{query}" if query else "")
        target = HttpTarget(f"{parts.scheme}://{parts.netloc}", key="", timeout_seconds=timeout_s, name=receiver)
    elif callable(receiver):
        target = open_application(receiver, name=f"app:{label(receiver)}", key="", timeout_seconds=timeout_s)
    else:
        kind = type(receiver).__name__
        raise UsageError(f"A receiver cannot be of type {kind}. Give a URL, or an ASGI or WSGI application.")
    with contextlib.closing(target):
        yield target, where


def _raise_for(found: Run, *, what: str, again: str | None, strict: bool) -> None:
    """Raise if something is to be told.

    Args:
        again: The function to call again, where no command could name the application.
    """
    __tracebackhide__ = True
    told = {Outcome.FAILED, Outcome.WARNED} if strict else {Outcome.FAILED}
    findings = [each for result in found.results for each in result.findings if each.outcome in told]
    if again is not None:
        findings = [replace(each, repeat=_call_again(again, found, each)) for each in findings]
    if not findings and found.complete and not found.count(Outcome.ERRORED):
        return
    broken = len({each.requirement.id for each in findings})
    requirements = "1 requirement" if broken == 1 else f"{broken} requirements"
    heading = f"{what} breaks {requirements} (edition {found.edition}, seed {found.seed})."
    if not findings:
        heading = f"{what} could not be judged."
    stopped = [f"Not complete: {found.stopped}."] if found.stopped else []
    raise ConformanceAssertionError("\n\n".join([heading, *map(finding_text, findings), *found.notes, *stopped]))


def _call_again(function: str, found: Run, finding: Finding) -> str:
    return f"{function}(…, seed={found.seed}, requirements=[{finding.requirement.id!r}])"
