"""The journal of a run: what was answered so far, so that an interrupted run can go on without asking again.

A run is the same for the same seed and the same answers. So it goes on by beginning anew, with the answers of the
journal for as long as it asks for the same, and nothing is sent until it reaches what was not answered yet.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Self

from conformance.errors import UsageError
from conformance.model import JSON, Case, Exchange, Response
from conformance.redact import HIDDEN
from conformance.runs.sealing import SALT_BYTES, Seal, SealBrokenError

__all__ = ["LONGEST_AGE_S", "Journal", "JournalBusyError"]

LONGEST_AGE_S = 24 * 3600.0
"""After so many seconds the answers are too old to go on from, and are removed."""
_MAGIC = b"call-conformance journal 1\n"
_LENGTH_BYTES = 4
_LARGEST_BYTES = 512 * 1024 * 1024
_PATTERN = "unfinished-*.journal"
_SUCCESS = range(200, 300)


class JournalBusyError(Exception):
    """Another process keeps the same journal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Record:
    end: int
    told: dict[str, JSON]


class Journal:
    """A file that grows by one sealed record for each answer. A last record that was cut off is left out.

    Args:
        file: Open for reading and writing, and locked.
        seal: Hides the records.
        records: What it holds.
    """

    def __init__(self, path: Path, file: IO[bytes], seal: Seal, records: list[_Record]) -> None:
        self.path = path
        self._file, self._seal, self._records = file, seal, records
        self._start = len(_MAGIC) + SALT_BYTES
        self._next = 0
        self._live = False

    @classmethod
    def open(cls, folder: Path, *, name: str, key: str, resume: bool) -> Self:
        """The journal of runs of one kind; those in the folder that are too old are removed.

        Args:
            name: What tells runs apart that must not go on from each other.
            key: What seals it.
            resume: Whether to go on from what it holds; if not, it begins empty.

        Raises:
            JournalBusyError: Another process keeps it.
            UsageError: It cannot be opened there.
        """
        path = folder / _PATTERN.replace("*", hashlib.sha256(name.encode(errors="replace")).hexdigest()[:16])
        try:
            folder.mkdir(parents=True, exist_ok=True)
            _sweep(folder)
            file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b")
        except OSError as error:
            raise UsageError(f"The journal {path} cannot be kept: {error.strerror}. Choose another folder.") from error
        try:
            _lock(file)
            seal, records = _read(file, key) if resume else (None, [])
            if seal is None:
                seal = _begin(file, key)
        except BaseException:
            file.close()
            raise
        return cls(path, file, seal, records)

    @property
    def recalled(self) -> int:
        """How many answers were taken from it so far."""
        return self._next

    @property
    def left(self) -> int:
        """How many answers it still has to give."""
        return len(self._records) - self._next

    def recall(self, case: Case) -> Exchange | None:
        """The answer to a case, if it is the next that was asked; from the first that was not, nothing more."""
        if not self.left or self._records[self._next].told["case"] != _digest(case):
            return None
        told = self._records[self._next].told
        self._next += 1
        return _exchange(case, told)

    def note(self, exchange: Exchange) -> None:
        """Keep an answer that was just given. What was not recalled until now is of no more use."""
        if not self._live:
            self._cut(self._records[self._next - 1].end if self._next else self._start)
            del self._records[self._next :]
            self._live = True
        record = self._seal.close(zlib.compress(json.dumps(_told(exchange)).encode(), 1))
        if self._file.tell() + len(record) <= _LARGEST_BYTES:
            self._file.write(len(record).to_bytes(_LENGTH_BYTES) + record)
            self._file.flush()

    def witness(self) -> str | None:
        """The id of a call that a server which still is the same must know: made and not deleted, else listed."""
        deleted = [str(each.told["url"]) for each in self._records if each.told["operation"] == "delete-call"]
        ids = [call_id for each in reversed(self._records) for call_id in _calls(each.told)]
        return next((call_id for call_id in ids if not any(url.endswith(call_id) for url in deleted)), None)

    def forget(self) -> None:
        """Begin anew: what it holds is no longer so."""
        self._cut(self._start)
        self._records, self._next = [], 0

    def _cut(self, end: int) -> None:
        self._file.seek(end)
        self._file.truncate()

    def close(self, *, finished: bool) -> None:
        """Keep it for later, or remove it, as a run that is finished needs no journal. May be called twice."""
        if self._file.closed:
            return
        held = self._file.seek(0, os.SEEK_END) > self._start
        if finished or not held:
            with contextlib.suppress(OSError):
                self.path.unlink()
        self._file.close()


def _lock(file: IO[bytes]) -> None:
    """Keep others out until the file is closed, also by a crash."""
    try:
        import fcntl  # noqa: PLC0415 - not everywhere
    except ImportError:
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise JournalBusyError from error


def _sweep(folder: Path) -> None:
    for each in folder.glob(_PATTERN):
        with contextlib.suppress(OSError):
            if time.time() - each.stat().st_mtime > LONGEST_AGE_S:
                each.unlink()


def _begin(file: IO[bytes], key: str) -> Seal:
    salt = os.urandom(SALT_BYTES)
    file.seek(0)
    file.truncate()
    file.write(_MAGIC + salt)
    file.flush()
    return Seal(key, salt)


def _read(file: IO[bytes], key: str) -> tuple[Seal | None, list[_Record]]:
    """The records, without those at the end that got no answer: what interrupted the run may be to blame for those."""
    head = file.read(len(_MAGIC) + SALT_BYTES)
    if not head.startswith(_MAGIC) or len(head) < len(_MAGIC) + SALT_BYTES:
        return None, []
    seal = Seal(key, head[len(_MAGIC) :])
    records = list(_records(file, seal))
    while records and records[-1].told["status"] is None:
        records.pop()
    return (seal, records) if records else (None, [])


def _records(file: IO[bytes], seal: Seal) -> Iterator[_Record]:
    """Every whole record, up to the first that is none."""
    while len(length := file.read(_LENGTH_BYTES)) == _LENGTH_BYTES:
        sealed = file.read(int.from_bytes(length))
        if len(sealed) < int.from_bytes(length):
            return
        try:
            told = json.loads(zlib.decompress(seal.open(sealed)))
        except SealBrokenError:
            return
        yield _Record(end=file.tell(), told=told)


def _digest(case: Case) -> str:
    """What makes two cases the same question."""
    asked = (case.operation, case.purpose, case.method, case.url_path, case.headers, case.authorization, case.title)
    return hashlib.sha256(repr(asked).encode(errors="replace") + b"\0" + (case.body or b"")).hexdigest()


def _told(exchange: Exchange) -> dict[str, JSON]:
    response = exchange.response
    return {
        "case": _digest(exchange.case),
        "operation": exchange.case.operation,
        "url": exchange.url,
        "sent": [(name, HIDDEN if name.lower() == "authorization" else value) for name, value in exchange.sent],
        "status": response.status if response else None,
        "headers": list(response.headers) if response else [],
        "body": response.body.decode("latin-1") if response else "",
        "error": exchange.error,
        "unreachable": exchange.unreachable,
        "seconds": exchange.seconds,
        "at": exchange.at,
    }


def _exchange(case: Case, told: dict[str, Any]) -> Exchange:
    answered = told["status"] is not None
    return Exchange(
        case=case,
        url=told["url"],
        sent=_pairs(told["sent"]),
        response=Response(status=told["status"], headers=_pairs(told["headers"]), body=told["body"].encode("latin-1"))
        if answered
        else None,
        error=told["error"],
        unreachable=told["unreachable"],
        seconds=told["seconds"],
        at=told["at"],
    )


def _pairs(pairs: list[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in pairs)


def _calls(told: dict[str, Any]) -> Iterator[str]:
    """The ids of the calls in an answer that made or listed some."""
    if told["status"] not in _SUCCESS or not told["operation"].startswith(("create-", "register-", "list-")):
        return
    try:
        answer = json.loads(told["body"].encode("latin-1"))
    except (ValueError, RecursionError):
        return
    for each in answer if isinstance(answer, list) else [answer]:
        if isinstance(each, dict) and isinstance(each.get("call_id"), str) and each["call_id"]:
            yield each["call_id"]
