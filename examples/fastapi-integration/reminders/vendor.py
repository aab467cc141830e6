"""The vendor's API, as far as this service needs it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx

PAGE = 50


class CallRefusedError(Exception):
    """The vendor did not take the call; the text says why."""


class Vendor:
    """Makes calls and looks them up.

    Args:
        key: The API key.
        base_url: Another one than the vendor's in tests.
    """

    def __init__(self, key: str, base_url: str) -> None:
        headers = {"authorization": f"Bearer {key}"}
        self._http = httpx.Client(base_url=base_url, headers=headers, timeout=10, trust_env=False)

    def call(self, to_number: str, *, from_number: str, agent_id: str, metadata: dict[str, Any]) -> str:
        """Call somebody; gives the id of the call.

        Raises:
            CallRefusedError: The vendor said no, or could not be asked.
        """
        body = {
            "from_number": from_number,
            "to_number": to_number,
            "override_agent_id": agent_id,
            "metadata": metadata,
        }
        return str(self._asked("POST", "/v2/create-phone-call", json=body)["call_id"])

    def look_up(self, call_id: str) -> dict[str, Any]:
        """A call as the vendor knows it now."""
        found: dict[str, Any] = self._asked("GET", f"/v2/get-call/{call_id}")
        return found

    def recent(self, **criteria: list[str]) -> Iterator[dict[str, Any]]:
        """Calls that meet the criteria, the newest first, each once."""
        seen: set[str] = set()
        body: dict[str, Any] = {"filter_criteria": criteria, "limit": PAGE}
        while True:
            page = self._asked("POST", "/v2/list-calls", json=body)
            fresh = [call for call in page if call["call_id"] not in seen]
            yield from fresh
            if not fresh or len(page) < PAGE:
                return
            seen.update(call["call_id"] for call in fresh)
            body["pagination_key"] = page[-1]["call_id"]

    def close(self) -> None:
        """Release the connections."""
        self._http.close()

    def _asked(self, method: str, path: str, **rest: Any) -> Any:
        try:
            answer = self._http.request(method, path, **rest)
        except httpx.HTTPError as error:
            raise CallRefusedError(f"The vendor cannot be reached: {error}") from error
        if answer.is_success:
            return answer.json()
        raise CallRefusedError(f"The vendor answered {answer.status_code}: {answer.text[:200]}")
