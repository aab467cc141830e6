"""A server with defects on every operation, whose answers are full of what nobody may read elsewhere."""

from __future__ import annotations

import json
from itertools import cycle

from conformance.mockvendor import MockVendor

KEY = "key_planted_4f8c1e0a9b7d23"
TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJxdWV4bGV5In0.cGxhbnRlZC1zaWduYXR1cmU"  # noqa: S105 - it opens nothing
NUMBER = "+14155550123"
NAME = "Quexley"
SPOKEN = "my mother's maiden name is Brontwick"
PLANTED = {
    "key": ("4f8c1e0a9b7d23",),
    "token": ("eyJhbGci", "eyJzdWIi", "cGxhbnRlZ"),
    "number": ("4155550123", "415-555-0123", "415) 555-0123"),
    "name": (NAME, NAME.lower(), "WXVleGxle"),
    "transcript": ("Brontwick", "brontwick", "maiden name"),
}
"""What must not be found, in the spellings in which it might be."""

_SECRETLY = {"access_token": TOKEN, "recording_url": f"https://files.example.com/{NAME}.wav"}
_PERSONAL = {
    "transcript": SPOKEN,
    "transcript_object": [{"role": NAME, "content": SPOKEN, "words": [{"word": NAME, "start": "x"}]}],
    "transcript_with_tool_calls": [{"role": "tool_call_result", "tool_call_id": 5, "content": {"said": SPOKEN}}],
    "metadata": {"customer": NAME, "number": "4155550123", "notes": {"deep": [SPOKEN]}},
    "retell_llm_dynamic_variables": {"customer_name": NAME, "wish": SPOKEN},
    "collected_dynamic_variables": {"name": NAME, "age": 5},
    "custom_sip_headers": {"x-caller": NAME},
    "call_analysis": {
        "call_summary": f"{NAME} said: {SPOKEN}",
        "custom_analysis_data": [NAME],
        "user_sentiment": "Positive",
        "call_successful": "yes",
    },
    "public_log_url": [f"https://files.example.com/{NAME}.log"],
    "transfer_destination": {"number": NUMBER},
}
_OPEN = {
    "call_status": f"ended by {NUMBER}",
    "disconnection_reason": f"dialled {NUMBER} with {KEY}",
    "agent_version": f"Bearer {KEY}",
    "duration_ms": f"{TOKEN}",
    "start_timestamp": f"{KEY}",
    "audio_encoding": f"{NUMBER} {TOKEN}",
    "sample_rate": None,
}
"""Fields that may be shown, with secrets in them all the same."""

_WRONG = cycle([*_PERSONAL, *_OPEN, *_SECRETLY])
_KINDS = cycle([lambda value: value, lambda value: [value], lambda value: {"value": value}, json.dumps])


def _spoilt(call):
    """A call with something planted in every field, and one of them of a wrong form."""
    field = next(_WRONG)
    told = {**call, **_PERSONAL, **_SECRETLY}
    if field in _OPEN:
        told[field] = _OPEN[field]
    told[field] = next(_KINDS)(told[field])
    if call.get("call_type") == "phone_call":
        told |= {"from_number": NUMBER, "to_number": next(_KINDS)(NUMBER)}
    return told


def _answer(status, body):
    try:
        value = json.loads(body)
    except ValueError:
        return body
    if isinstance(value, list):
        return json.dumps([_spoilt(each) for each in value]).encode()
    if isinstance(value, dict) and "call_id" in value:
        return json.dumps(_spoilt(value)).encode()
    if status >= 400:
        words = f"Bearer {KEY} of {NUMBER} with {TOKEN} may not do that"
        return json.dumps({"status": NUMBER, "error": words, "message": [words]}).encode()
    return body


class LeakyAccount:
    """The mock vendor, spoilt: every answer breaks some requirement and shows what it should not."""

    def __init__(self):
        self.vendor = MockVendor(calls=9, api_key=KEY)
        self.count = 0

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            await self.vendor.app(scope, receive, send)
            return
        self.count += 1
        start, parts = {}, []

        async def collect(message):
            if message["type"] == "http.response.start":
                start.update(message)
            else:
                parts.append(message.get("body", b""))

        await self.vendor.app(scope, receive, collect)
        status, body = start["status"], _answer(start["status"], b"".join(parts))
        if self.count % 17 == 0:
            status, body = 500, f"<h1>{TOKEN}</h1> {NUMBER} {KEY}".encode()
        elif self.count % 23 == 0:
            body = body[: len(body) // 2]  # no JSON any more
        head = [
            (b"content-type", f"application/json; for={NUMBER}".encode()),
            (b"set-cookie", f"session={TOKEN}".encode()),
            (b"x-request", f"{KEY} {NUMBER} {TOKEN}".encode()),
        ]
        await send({"type": "http.response.start", "status": status, "headers": head})
        await send({"type": "http.response.body", "body": body})
