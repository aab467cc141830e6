"""Fingerprints of what a run was judged by, so that a later reader knows whose doing a difference is."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.history.values import Versions
from conformance.model import JSON

if TYPE_CHECKING:
    from conformance.contract.contract import Contract

_DIGITS = 12


def versions_of(contract: Contract, *, target: str, profile: str, seed: int, harness: str) -> Versions:
    """Under which circumstances a run is made.

    Args:
        contract: Holding the requirements that the run judges, and no others.
        target: What the user called it.
        harness: The version of the harness.
    """
    return Versions(
        target=target.rstrip("/"),
        edition=contract.edition,
        profile=profile,
        seed=seed,
        contract=_fingerprint(_schemas(contract)),
        suites=_fingerprint(_requirements(contract)),
        harness=harness,
    )


def _schemas(contract: Contract) -> JSON:
    schemas = contract.schemas
    return {
        "definitions": {name: schemas.definition(name) for name in schemas.names},
        "operations": [asdict(each) for each in schemas.operations()],
    }


def _requirements(contract: Contract) -> JSON:
    """The requirements without the lines on which they stand; files of the user's own by their bytes."""
    told = []
    for requirement in contract.requirements:
        fields = asdict(requirement)
        del fields["line"], fields["suite"]
        told.append(fields)
    own = [hashlib.sha256(_bytes(path)).hexdigest() for path in sorted(set(contract.files.values()))]
    return {"requirements": told, "own": own}


def _bytes(path: Path) -> bytes:
    """What a file holds; nothing if it went away since it was read."""
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _fingerprint(value: JSON) -> str:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]
