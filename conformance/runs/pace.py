"""How much of a run is done, told by its scenarios: the ceiling of requests is not what a run is expected to take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

__all__ = ["Pace"]

_OTHER = 3
_LAST = 0.98
"""What is made smaller after the scenarios takes its time too."""
_READS = {"first-look": 1, "account": 5, "v1-reads": 2, "get-list": 1, "limits": 4}
_REQUESTS: Mapping[str, Mapping[str, int]] = MappingProxyType(
    {
        "smoke": {**_READS, "pages": 5, "filters": 8, "calls": 5, "strangers": 6},
        "standard": {
            **_READS,
            "pages": 10,
            "filters": 70,
            "user-data": 4,
            "filtered-pages": 10,
            "calls": 11,
            "fields": 38,
            "drawn": 22,
            "afterwards": 9,
            "refusals": 227,
            "hostile": 54,
            "programs": 22,
            "strangers": 21,
            "webhooks": 20,
            "deletions": 9,
            "clean-up": 73,
        },
        "deep": {
            **_READS,
            "pages": 10,
            "filters": 174,
            "user-data": 4,
            "filtered-pages": 10,
            "calls": 61,
            "fields": 38,
            "drawn": 184,
            "afterwards": 9,
            "refusals": 642,
            "hostile": 102,
            "programs": 102,
            "strangers": 21,
            "webhooks": 20,
            "deletions": 9,
            "clean-up": 268,
        },
    }
)
"""Requests that each scenario takes with the mock vendor, about; those that are not named take a few."""


class Pace:
    """Where a run stands. Scenarios count by the requests that they usually take.

    Args:
        profile: Its name.
        scenarios: Their names, in the order in which they are played.
    """

    def __init__(self, profile: str, scenarios: Sequence[str]) -> None:
        usual = _REQUESTS.get(profile, {})
        self._weights = [usual.get(name, _OTHER) for name in scenarios]
        self._at, self._began = -1, 0

    def begin(self, sent: int) -> None:
        """The next scenario begins, and so many requests were sent before it."""
        self._at, self._began = self._at + 1, sent

    def share(self, sent: int) -> float:
        """How much is done, from 0 to nearly 1, once so many requests were sent."""
        if not 0 <= self._at < len(self._weights):
            return 0.0
        here = min(sent - self._began, self._weights[self._at])
        return _LAST * (sum(self._weights[: self._at]) + here) / sum(self._weights)
