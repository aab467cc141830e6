"""Findings that people accepted, each with a reason, an owner and an end. A run only reads them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from conformance.contract.yaml_file import Located, read_yaml
from conformance.errors import ContractError, UnknownName
from conformance.history.identity import causes
from conformance.model import Acceptance, Finding, Result, Run

_TEXTS = ("requirement", "operation", "reason", "owner", "until")
_OPTIONAL = ("fingerprint", "message", "added", "clause", "profile")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
PROFILES = ("smoke", "standard", "deep")
"""How much they send, in rising order."""
_USUAL = "standard"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """One accepted finding.

    Attributes:
        fingerprints: The causes that are meant; empty if the message tells.
        message: The message that is meant, with `*` for any text; "" if fingerprints tell.
        until: The last day on which it is accepted.
        profile: The profile of the run that it was accepted from: what sends less may not see it.
        where: File and line.
    """

    requirement: str
    operation: str
    fingerprints: frozenset[str]
    message: str
    reason: str
    owner: str
    until: dt.date
    profile: str
    where: str

    def covers(self, finding: Finding, cause: str) -> bool:
        """Whether one cause of a finding is meant."""
        if (self.requirement, self.operation) != (finding.requirement.id, finding.operation):
            return False
        if self.fingerprints:
            return cause in self.fingerprints
        pattern = ".*".join(map(re.escape, self.message.split("*")))
        return re.fullmatch(pattern, finding.mismatch.message, re.DOTALL) is not None

    @property
    def acceptance(self) -> Acceptance:
        """What is shown beside the finding."""
        return Acceptance(reason=self.reason, owner=self.owner, until=self.until.isoformat())


def read_known(path: Path) -> tuple[Known, ...]:
    """The accepted findings of a file, in its order.

    Raises:
        ContractError: The file is wrong; the message names file, line, and what to do.
        UnknownName: An entry has a key that means nothing; so too.
    """
    document = read_yaml(path)
    if document is None:
        return ()
    if not isinstance(document, list):
        raise ContractError(f"{path}:1: must be a list of accepted findings. Begin each with `- requirement: …`.")
    found: list[Known] = []
    for index, entry in enumerate(document, start=1):
        if not isinstance(entry, Located):
            raise ContractError(f"{path}: entry {index} must have keys and values, as in `- requirement: LIST-007`.")
        known = _entry(entry, f"{path}:{entry.line}")
        for other in found:
            if _same(other, known):
                raise ContractError(f"{known.where}: says the same as {other.where}. Remove one of them.")
        found.append(known)
    return tuple(found)


def _entry(entry: Located, where: str) -> Known:
    for key in entry:
        if key not in (*_TEXTS, *_OPTIONAL):
            raise UnknownName("key", key, (*_TEXTS, *_OPTIONAL), where=f"{where}: ")
    for key in _TEXTS:
        _text(entry, key, where)
    if ("fingerprint" in entry) == ("message" in entry):
        raise ContractError(
            f"{where}: needs `fingerprint` or `message`, and not both. `conformance accept` writes one."
        )
    if entry.get("profile", _USUAL) not in PROFILES:
        raise UnknownName("profile", str(entry["profile"]), PROFILES, where=f"{where}: ")
    if "added" in entry:
        _date(entry, "added", where)
    return Known(
        requirement=entry["requirement"],
        operation=entry["operation"],
        fingerprints=_fingerprints(entry, where),
        message=_text(entry, "message", where) if "message" in entry else "",
        reason=entry["reason"],
        owner=entry["owner"],
        until=_date(entry, "until", where),
        profile=entry.get("profile", _USUAL),
        where=where,
    )


def _text(entry: Mapping[str, Any], key: str, where: str) -> str:
    value = entry.get(key)
    if not isinstance(value, str) or not value.strip():
        raise ContractError(f"{where}: `{key}` must be a text. Write it there, in quotes if need be.")
    return value


def _fingerprints(entry: Mapping[str, Any], where: str) -> frozenset[str]:
    if "fingerprint" not in entry:
        return frozenset()
    value = entry["fingerprint"]
    texts = value if isinstance(value, list) else [value]
    if not texts or not all(isinstance(each, str) for each in texts):
        raise ContractError(f"{where}: `fingerprint` must be a text or a list of texts. Put them in quotes.")
    return frozenset(texts)


def _date(entry: Mapping[str, Any], key: str, where: str) -> dt.date:
    text = _text(entry, key, where)
    try:
        if _DATE.fullmatch(text):
            return dt.date.fromisoformat(text)
    except ValueError:
        pass
    raise ContractError(f"{where}: `{key}` must be a day, not {text!r}. Write it as 2026-12-31.")


def _same(one: Known, other: Known) -> bool:
    alike = (one.requirement, one.operation) == (other.requirement, other.operation)
    return alike and one.message == other.message and (bool(one.message) or bool(one.fingerprints & other.fingerprints))


def mark_known(run: Run, known: Sequence[Known], *, profile: str, asked: Collection[str]) -> Run:
    """The same run with its known findings marked, and told what of the known ones is out of date.

    Counts and outcomes stay as they are: what failed failed. Only `Run.failing` leaves known findings aside.

    Args:
        profile: How much the run sent.
        asked: The operations that were asked.
    """
    day = dt.date.fromisoformat(run.started_at[:10])
    live = [each for each in known if each.until >= day]
    results = tuple(
        replace(result, findings=tuple(_marked(finding, live) for finding in result.findings)) for result in run.results
    )
    outdated = (*_expired(known, live, run), *_stale(live, run, profile=profile, asked=asked))
    return replace(run, results=results, outdated=tuple(outdated))


def _marked(finding: Finding, live: Sequence[Known]) -> Finding:
    """Known only if each of its causes is: what stands for many defects may hold a new one."""
    covering = [next((each for each in live if each.covers(finding, cause)), None) for cause in causes(finding)]
    found = [each for each in covering if each is not None]
    if len(found) < len(covering):
        return finding
    return replace(finding, known=min(found, key=lambda each: each.until).acceptance)


def _seen(entry: Known, run: Run) -> bool:
    findings = (finding for result in run.results for finding in result.findings)
    return any(entry.covers(finding, cause) for finding in findings for cause in causes(finding))


def _expired(known: Sequence[Known], live: Sequence[Known], run: Run) -> Iterator[str]:
    for entry in known:
        if entry not in live:
            what = "Fix it, or agree on a later day there" if _seen(entry, run) else "Remove the entry"
            yield (
                f"{entry.where}: {entry.requirement} {entry.operation} was accepted until {entry.until}, which is over"
                f" ({entry.owner}). {what}."
            )


def _stale(live: Sequence[Known], run: Run, *, profile: str, asked: Collection[str]) -> Iterator[str]:
    results = {result.requirement.id: result for result in run.results}
    for entry in live:
        if run.complete and _exercised(entry, results.get(entry.requirement), profile, asked) and not _seen(entry, run):
            yield (
                f"{entry.where}: {entry.requirement} {entry.operation} is accepted, but it was exercised and is not"
                " found any more. Remove the entry."
            )


def _exercised(entry: Known, result: Result | None, profile: str, asked: Collection[str]) -> bool:
    """Whether a run that did not see it should have: its requirement, its operation, and no less was sent."""
    thorough = PROFILES.index(profile) >= PROFILES.index(entry.profile)
    return result is not None and result.cases > 0 and thorough and entry.operation in asked
