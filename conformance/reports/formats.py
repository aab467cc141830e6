"""The reports by name: which there are, and how each comes into its file."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.errors import UnknownName, UsageError
from conformance.reports import html, json_report, junit, markdown, sarif

if TYPE_CHECKING:
    from conformance.model import Run

_VERDICTS: Mapping[str, Callable[..., str]] = {"junit": junit.text, "markdown": markdown.text, "sarif": sarif.text}
"""The formats that say what fails the run, so that it matters whether warnings do."""

FORMATS = ("json", "junit", "markdown", "html", "sarif")
SUMMARY_VARIABLE = "GITHUB_STEP_SUMMARY"
"""Names a file that several steps of a build write into, one after the other."""


def report_of(text: str) -> tuple[str, str]:
    """Format and path of a report, as users write them: `json=report.json`.

    Raises:
        UsageError: A part is missing, or there is no such format.
    """
    name, separator, path = text.partition("=")
    if not separator or not path:
        raise UsageError(f"--report {text!r} lacks a part. Write FORMAT=PATH, as in json=report.json.")
    if name not in FORMATS:
        raise UnknownName("report format", name, FORMATS)
    return name, path


def report_text(
    run: Run,
    name: str,
    *,
    strict: bool = False,
    earlier: Sequence[html.Earlier] = (),
    changes: html.Changes | None = None,
) -> str:
    """A run, already redacted, in one of the formats.

    Args:
        name: One of `FORMATS`.
        strict: Warnings fail the run.
        earlier: When earlier runs began and how they came out, oldest first. HTML shows them.
        changes: What changed since one of them. HTML shows it.
    """
    if name == "html":
        told = html.text(run, earlier=earlier, changes=changes, strict=strict)
    else:
        told = _VERDICTS[name](run, strict=strict) if name in _VERDICTS else json_report.text(run)
    # What was sent may hold halves of characters, which no file can: they are spelled as JSON does.
    return told.encode(errors="backslashreplace").decode()


def write_report(
    run: Run,
    name: str,
    path: Path,
    *,
    environment: Mapping[str, str],
    strict: bool = False,
    earlier: Sequence[html.Earlier] = (),
    changes: html.Changes | None = None,
) -> None:
    """Write a report, whole or not at all.

    Markdown is added to the end of the file that `$GITHUB_STEP_SUMMARY` names, where other steps may have written.

    Raises:
        UsageError: The file cannot be written.
    """
    told = report_text(run, name, strict=strict, earlier=earlier, changes=changes)
    summary = environment.get(SUMMARY_VARIABLE, "")
    try:
        if name == "markdown" and summary and path.absolute() == Path(summary).absolute():
            _append(told, path)
        else:
            _replace(told, path)
    except OSError as error:
        raise UsageError(f"The report {path} cannot be written: {error.strerror}. Choose another path.") from error


def _append(told: str, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(f"\n{told}" if file.tell() else told)


def _replace(told: str, path: Path) -> None:
    partial = path.with_name(f".{path.name}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(told, encoding="utf-8")
        partial.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
        raise
