"""The file of signatures in `suites/`, ready for use."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from conformance.contract.files import data_folder

KEY = "test-api-key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vector:
    name: str
    key: str
    body: bytes
    header: str | None
    now_ms: int
    verdict: str


@cache
def document() -> Any:
    return json.loads((data_folder("suites") / "webhook-signatures.json").read_text(encoding="utf-8"))


@cache
def vectors() -> tuple[Vector, ...]:
    return tuple(
        Vector(
            name=each["name"],
            key=each["key"],
            body=bytes_of(each["body"]),
            header=each["header"],
            now_ms=each["now_ms"],
            verdict=each["verdict"],
        )
        for each in document()["vectors"]
    )


def bytes_of(body: dict[str, Any]) -> bytes:
    if "base64" in body:
        return base64.b64decode(body["base64"], validate=True)
    if "repeat" in body:
        return body["repeat"].encode() * body["times"]
    return body["text"].encode()


def is_text(body: bytes) -> bool:
    """Whether the body can be handed to something that takes only text."""
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True
