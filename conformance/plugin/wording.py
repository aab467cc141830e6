"""A result in one sentence."""

from __future__ import annotations

from conformance.model import Result
from conformance.reports.wording import printable

__all__ = ["short_text"]


def short_text(result: Result) -> str:
    """The first sentence of the first finding."""
    first = result.findings[0]
    more = f" (and {len(result.findings) - 1} more)" if len(result.findings) > 1 else ""
    return f"{first.operation}: {printable(first.mismatch.message)}{more}"
