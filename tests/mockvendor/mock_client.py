"""A client for the application of a mock vendor in this process: one request after another, no socket."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

from conformance.mockvendor import MockClock, MockVendor

NOW_MS = 1_775_120_400_000
NUMBER = "+14155550123"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.content)


@dataclass
class Client:
    vendor: MockVendor
    key: str = field(init=False)

    def __post_init__(self):
        self.key = f"Bearer {self.vendor.api_key}"

    def send(self, method, path, body=None, *, raw=None, key="", content_type="application/json") -> Answer:
        """Send a request; `key=None` sends no Authorization header."""
        content = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
        pairs = [("content-type", content_type)]
        if key is not None:
            pairs.append(("authorization", key or self.key))
        return asyncio.run(_ask(self.vendor.app, method, path, pairs, content))

    def web(self, **body) -> Answer:
        return self.send("POST", "/v2/create-web-call", {"agent_id": self.vendor.agents[0], **body})

    def phone(self, **body) -> Answer:
        numbers = {"from_number": self.vendor.numbers[0], "to_number": NUMBER}
        return self.send("POST", "/v2/create-phone-call", {**numbers, **body})

    def register(self, **body) -> Answer:
        return self.send("POST", "/v2/register-phone-call", {"agent_id": self.vendor.agents[0], **body})

    def get(self, call_id) -> Answer:
        return self.send("GET", f"/v2/get-call/{call_id}")

    def list(self, **body) -> Answer:
        return self.send("POST", "/v2/list-calls", body)

    def update(self, call_id, **body) -> Answer:
        return self.send("PATCH", f"/v2/update-call/{call_id}", body)

    def delete(self, call_id) -> Answer:
        return self.send("DELETE", f"/v2/delete-call/{call_id}")

    def stop(self, call_id) -> Answer:
        return self.send("POST", f"/v2/stop-call/{call_id}")

    def ids(self, **body) -> list[str]:
        return [call["call_id"] for call in self.list(**body).json]

    def pages(self, limit, **body) -> list[list[dict]]:
        """Every page, until one is short; at most 200."""
        found, extra = [], {}
        for _ in range(200):
            page = self.list(limit=limit, **body, **extra).json
            found.append(page)
            if len(page) < limit:
                break
            extra = {"pagination_key": page[-1]["call_id"]}
        return found

    def some(self, **wanted) -> dict:
        """A call of the history with those values."""
        return next(
            call for call in reversed(self.vendor.calls) if all(call.get(key) == value for key, value in wanted.items())
        )

    def with_field(self, *names) -> dict:
        """A call of the history that has those fields."""
        return next(call for call in reversed(self.vendor.calls) if all(call.get(name) for name in names))


def frozen(**settings) -> Client:
    """A client of a new mock vendor whose clock only moves when it is pushed."""
    settings.setdefault("clock", MockClock(start_ms=NOW_MS, moving=False))
    return Client(MockVendor(**{"calls": 80, **settings}))


async def _ask(app, method, path, headers, content) -> Answer:
    plain, _, query = path.partition("?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": plain,
        "raw_path": plain.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in headers],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    sent = []

    async def receive():
        return {"type": "http.request", "body": content, "more_body": False}

    async def send(message):
        sent.append(message)

    await app(scope, receive, send)
    start = sent[0]
    return Answer(
        start["status"],
        {name.decode(): value.decode() for name, value in start["headers"]},
        b"".join(message.get("body", b"") for message in sent[1:]),
    )
