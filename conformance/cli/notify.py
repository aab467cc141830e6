"""Tell somebody how a run ended: a short JSON to a URL. Nothing that is sent or said here holds a secret."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TextIO
from urllib.parse import urlsplit

from conformance.cli.hiding import hiding
from conformance.errors import UnknownName, UsageError
from conformance.guard import is_local
from conformance.model import JSON, Outcome, Run
from conformance.redact import Redactor

__all__ = ["OCCASIONS", "URL_VARIABLE", "Changes", "Notice", "message", "notice_of"]

OCCASIONS = ("on-failure", "on-change", "always")
URL_VARIABLE = "CONFORMANCE_NOTIFY_URL"
_TIMEOUT_S = 10.0
_NOT_CARRIED_THROUGH = 3
_SUCCESS = range(200, 300)
_REDIRECTS = range(300, 400)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """How a run differs from the one that it was compared with.

    Attributes:
        new: Findings that the earlier run did not have.
        fixed: Findings of the earlier run that are gone.
    """

    new: int
    fixed: int


@dataclass(frozen=True, kw_only=True)
class Notice:
    """Where to tell it, and when.

    Attributes:
        url: Where the JSON is posted; its path and query may be a secret, and are never shown.
        occasion: One of `OCCASIONS`.
        redactor: Hides what is never sent.
    """

    url: str
    occasion: str = "on-failure"
    redactor: Redactor = field(default_factory=Redactor)

    def is_due(self, exit_code: int, changes: Changes | None) -> bool:
        """Whether a run that ended so is told. Where nothing was compared, only a failure is a change."""
        if self.occasion == "always":
            return True
        if self.occasion == "on-change" and changes is not None:
            return bool(changes.new or changes.fixed) or exit_code == _NOT_CARRIED_THROUGH
        return exit_code != 0

    def send(self, told: Mapping[str, JSON], stream: TextIO) -> bool:
        """Post the JSON once, without following redirects. What goes wrong is one line on the stream.

        Returns:
            Whether it was taken.
        """
        problem = _post(self.url, self.redactor.value(dict(told)))
        if problem is not None:
            stream.write(f"conformance: {urlsplit(self.url).hostname} was not notified: {problem}\n")
        return problem is None


def notice_of(url: str | None, occasion: str | None, environment: Mapping[str, str]) -> Notice | None:
    """What the command line and the environment say of notifications, or None if nobody is to be told.

    Args:
        url: From the flag; without it, `$CONFORMANCE_NOTIFY_URL`.
        occasion: One of `OCCASIONS`; None is on-failure.

    Raises:
        UsageError: The URL is none that may be told, or there is an occasion and no URL.
        UnknownName: There is no such occasion.
    """
    if occasion is not None and occasion not in OCCASIONS:
        raise UnknownName("occasion for --notify", occasion, OCCASIONS)
    address = url or environment.get(URL_VARIABLE, "")
    if not address:
        if occasion is not None:
            raise UsageError(f"--notify {occasion} needs a URL. Give --notify-url, or set ${URL_VARIABLE}.")
        return None
    _check(address)
    return Notice(url=address, occasion=occasion or OCCASIONS[0], redactor=hiding(environment, address))


def _check(url: str) -> None:
    """Refuse what would carry the notice in clear text, without showing the URL: its path may be a secret."""
    try:
        parts = urlsplit(url)
        host, has_port = parts.hostname, parts.port != 0
    except ValueError as error:
        raise UsageError(f"The URL to notify is none: {error}. Check --notify-url.") from error
    if not host or not has_port or parts.scheme not in {"http", "https"}:
        raise UsageError("The URL to notify is none. Give one as in --notify-url https://hooks.example.com/…")
    if parts.scheme == "http" and not is_local(url):
        raise UsageError(f"The URL to notify must be https: {host} is not on this machine.")
    if "@" in parts.netloc:
        raise UsageError(f"The URL to notify must hold no name and password before {host}.")


def message(
    run: Run, *, exit_code: int, changes: Changes | None = None, reports: Sequence[tuple[str, str]] = ()
) -> dict[str, JSON]:
    """The JSON that is posted.

    Args:
        run: Already redacted.
        changes: None where the run was compared with no other.
        reports: Format and path of what was written.
    """
    from conformance.reports.json_report import TOOL, version  # noqa: PLC0415 - only where somebody is told
    from conformance.reports.wording import counts  # noqa: PLC0415 - the same

    failed = [each for each in run.results if each.outcome is Outcome.FAILED]
    return {
        "format": 1,
        "tool": {"name": TOOL, "version": version()},
        "target": run.target,
        "edition": run.edition,
        "started_at": run.started_at,
        "outcome": _outcome(run, exit_code),
        "exit_code": exit_code,
        "complete": run.complete,
        "stopped": run.stopped,
        "counts": counts(run),
        "failed": [each.requirement.id for each in failed if each.fails()],
        "known": [each.requirement.id for each in failed if not each.fails()],
        **({} if changes is None else {"new": changes.new, "fixed": changes.fixed}),
        "reports": {name: path for name, path in reports if path != "-"},
    }


def _outcome(run: Run, exit_code: int) -> str:
    """The run in a word."""
    if exit_code == _NOT_CARRIED_THROUGH:
        return "incomplete" if not run.complete else "errored"
    if exit_code:
        return "failed"
    return "warned" if run.count(Outcome.WARNED) else "passed"


def _post(url: str, told: JSON) -> str | None:
    """Why it was not taken, or None. No message of a library is shown whole: some name the URL."""
    import httpx  # noqa: PLC0415 - costly, and only where somebody is told

    from conformance.targets.http import USER_AGENT, explain  # noqa: PLC0415 - the same

    try:
        with (
            httpx.Client(timeout=_TIMEOUT_S, follow_redirects=False, trust_env=False) as client,
            client.stream("POST", url, json=told, headers={"user-agent": USER_AGENT}) as answer,
        ):
            status = answer.status_code  # what it says beyond that is nobody's business, however long it is
    except httpx.InvalidURL:
        return "no client can ask for that URL."
    except (httpx.HTTPError, OSError) as error:
        return explain(error, url).replace(url, "the URL").replace(" Raise --timeout if the server is slow.", "")
    if status in _REDIRECTS:
        return f"it redirects ({status}), and redirects are not followed. Give the final URL."
    return None if status in _SUCCESS else f"it answered {status}."
