"""What the command line hides beside a run: keys in the environment, wherever somebody may have repeated them."""

from __future__ import annotations

from collections.abc import Mapping

from conformance.redact import Redactor

__all__ = ["hiding"]

_SHORTEST_KEY = 8


def hiding(environment: Mapping[str, str], *secrets: str) -> Redactor:
    """Hides the values of all variables that end in `_API_KEY`, tokens, and telephone numbers.

    Args:
        secrets: Further texts to hide.
    """
    keys = (value for name, value in environment.items() if name.endswith("_API_KEY"))
    return Redactor(secrets=frozenset(each for each in (*keys, *secrets) if len(each) >= _SHORTEST_KEY))
