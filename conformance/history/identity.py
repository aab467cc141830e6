"""By what a finding is known again in another run: requirement, operation and cause; no ids, numbers, values."""

from __future__ import annotations

import hashlib
import re

from conformance.model import Finding

_LONGEST = 160
_NUMBER = re.compile(r"[-+]?\d[\d.,:*]*")
_ID = re.compile(r"\d{4}|(?=[a-f]*\d)[0-9a-f]{8}|\*{2}")
"""Four digits in a row, or eight hexadecimal ones; masked numbers too. Names (`p50`, `e164`) have no such part."""
_STATUS = re.compile(r"\bstatus ([1-5])\d\d\b")
_FIELD = re.compile(r"\['([a-z_0-9]+)'\]")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_LETTERS = 6


def causes(finding: Finding) -> tuple[str, ...]:
    """Why it is told apart from others of its requirement and operation; several where one stands for many."""
    mismatch = finding.mismatch
    own = mismatch.cause if mismatch.cause is not None else mismatch.pointer
    return tuple(dict.fromkeys(map(steady, finding.causes or (own,))))


def steady(cause: str) -> str:
    """A cause without what differs from run to run: ids, numbers, quoted values. Of a status its class stays.

    `status 503` becomes `status 5xx`, `/3/call_id` becomes `/*/call_id`.
    """
    text = _QUOTED.sub("*", _FIELD.sub(r"/\1", _STATUS.sub(r"status \1xx", cause)))
    return " ".join("/".join(map(_step, word.split("/"))) for word in text.split())[:_LONGEST]


def _step(step: str) -> str:
    return "*" if _NUMBER.fullmatch(step) or _ID.search(step) else step


def handle(requirement: str, operation: str, cause: str) -> str:
    """What people call a finding: `LIST-007.3fa9c1`. The same in every run, and of every target."""
    digest = hashlib.sha256(f"{operation}\n{cause}".encode()).hexdigest()
    return f"{requirement}.{digest[:_LETTERS]}"
