"""Accept findings: one more entry at the end of a file that people keep, and nothing else of it changed."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from conformance.errors import ConformanceError, UsageError
from conformance.history.known import Known, read_known
from conformance.history.values import Details, Seen

_HEAD = "# Findings that are accepted for a while; see `conformance accept --help`.\n"
_ITEM = re.compile(r"^( *)- ", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepting:
    """Why a finding is accepted, by whom, and how long.

    Attributes:
        until: The last day.
    """

    reason: str
    owner: str
    until: dt.date


def find(run: Details, name: str) -> tuple[Seen, ...]:
    """The findings of a run that a name means: a handle, or a requirement that has only one.

    What the report tells as one finding is accepted as one, all its causes.

    Raises:
        UsageError: There is none, or there are several.
    """
    meant = [each for each in run.seen.values() if name in {each.handle, each.requirement}]
    parts = {each.part for each in meant}
    if len(parts) > 1:
        handles = ", ".join(sorted(each.handle for each in meant))
        raise UsageError(f"{name} has several findings in {run.run.id}. Name one of {handles}.")
    if not parts:
        raise UsageError(
            f"There is no finding {name!r} in {run.run.id}. `conformance show {run.run.id}` lists its findings."
        )
    return tuple(each for each in run.seen.values() if each.part in parts)


def accept(path: Path, run: Details, name: str, accepting: Accepting, *, today: dt.date) -> str:
    """Add a finding to a file of accepted ones, which is made if need be, and give the place of the entry.

    Raises:
        UsageError: There is no such finding, it is accepted already, the day is over, or the file cannot be written.
        ContractError: The file is wrong as it is.
    """
    seen = find(run, name)
    if accepting.until < today:
        raise UsageError(f"--until {accepting.until} is over. Give a day from {today} on.")
    entries = read_known(path) if path.exists() else ()
    _refuse_again(seen, entries)
    text = path.read_text(encoding="utf-8") if path.exists() else _HEAD
    text += "" if text.endswith("\n") or not text else "\n"
    entry = _entry(seen, accepting, today=today, profile=run.run.versions.profile, indent=_indent(text))
    _write(path, text + entry, expected=len(entries) + 1)
    return f"{path}:{(text + entry[:1]).count(chr(10)) + 1}"


def _refuse_again(seen: Sequence[Seen], entries: Sequence[Known]) -> None:
    for entry in entries:
        if (entry.requirement, entry.operation) != (seen[0].requirement, seen[0].operation):
            continue
        if entry.fingerprints & {each.cause for each in seen}:
            raise UsageError(
                f"{seen[0].handle} stands at {entry.where} already, until {entry.until}. Change the entry there."
            )


def _indent(text: str) -> str:
    first = _ITEM.search(text)
    return first[1] if first else ""


def _entry(seen: Sequence[Seen], accepting: Accepting, *, today: dt.date, profile: str, indent: str) -> str:
    first = seen[0]
    causes = [_quoted(each.cause) for each in seen]
    fields = {
        "requirement": first.requirement,
        "operation": first.operation,
        "fingerprint": causes[0] if len(causes) == 1 else f"[{', '.join(causes)}]",
        "reason": _quoted(accepting.reason),
        "owner": _quoted(accepting.owner),
        "until": accepting.until.isoformat(),
        "added": today.isoformat(),
        "profile": profile,
        "clause": _quoted(first.clause),
    }
    lines = [f"{name}: {value}" for name, value in fields.items() if value != '""' or name == "fingerprint"]
    return f"{indent}- " + f"\n{indent}  ".join(lines) + "\n"


def _quoted(text: str) -> str:
    """A text as YAML takes it in double quotes, where JSON is YAML."""
    return json.dumps(text, ensure_ascii=not text.isprintable())


def _write(path: Path, text: str, *, expected: int) -> None:
    """Replace the file, once what will stand there was read back."""
    real = path.resolve()
    partial = real.with_name(f".{real.name}.{os.getpid()}.partial")
    try:
        real.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(text, encoding="utf-8")
        if real.exists():
            partial.chmod(real.stat().st_mode & 0o777)
        _read_back(partial, path, expected)
        partial.replace(real)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}. Name another with --file.") from error
    finally:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)


def _read_back(partial: Path, path: Path, expected: int) -> None:
    try:
        found = len(read_known(partial))
    except ConformanceError as error:
        raise UsageError(f"{path}: an entry at its end would not be read. Write the list with `- ` items.") from error
    if found != expected:
        raise UsageError(f"{path}: an entry at its end would not be read. Write the list with `- ` items.")
