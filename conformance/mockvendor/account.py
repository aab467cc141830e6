"""The account that the mock vendor serves: its agents and its phone numbers. All made up."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

    from conformance.model import JSON

__all__ = ["Agent", "agents", "audio_of", "new_id", "phone_numbers", "token"]

_NAMES = ("Front Desk", "Terminvereinbarung", "Umfrage № 26", "Night Line")


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """An agent: its id, its name and its newest version."""

    id: str
    name: str
    version: int


def agents(rng: random.Random) -> tuple[Agent, ...]:
    """The agents of the account."""
    return tuple(
        Agent(id=new_id(rng, "agent_", 30), name=name, version=version)
        for name, version in zip(_NAMES, (7, 2, 0, 1), strict=True)
    )


def phone_numbers(agent: Agent, now_ms: int) -> dict[str, dict[str, JSON]]:
    """The phone numbers of the account as the API shows them, by number."""
    rows = (
        ("+14155550100", "retell-twilio", "+1 (415) 555-0100"),
        ("+14155550101", "retell-telnyx", "+1 (415) 555-0101"),
        ("+12125550102", "custom", "+1 (212) 555-0102"),
    )
    return {
        number: {
            "phone_number": number,
            "phone_number_type": kind,
            "phone_number_pretty": pretty,
            "area_code": int(number[2:5]),
            "inbound_agent_id": agent.id,
            "outbound_agent_id": agent.id,
            "inbound_agents": [{"agent_id": agent.id, "weight": 1}],
            "outbound_agents": [{"agent_id": agent.id, "weight": 1}],
            "nickname": None if kind == "custom" else f"Line {index}",
            "inbound_webhook_url": None,
            "last_modification_timestamp": now_ms - (index + 1) * 86_400_000,
        }
        for index, (number, kind, pretty) in enumerate(rows)
    }


def new_id(rng: random.Random, prefix: str, digits: int) -> str:
    """An opaque id: a prefix and so many hexadecimal digits."""
    return f"{prefix}{rng.getrandbits(4 * digits):0{digits}x}"


def token(rng: random.Random, call_id: str) -> str:
    """An access token shaped like the vendor's: three parts, a video grant for one room. Signed by nobody."""
    parts = ({"alg": "HS256"}, {"video": {"roomJoin": True, "room": f"web_call_{call_id}"}, "sub": "client"})
    signed = (*(json.dumps(part).encode() for part in parts), rng.randbytes(32))
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in signed)


def audio_of(call_type: str) -> dict[str, JSON]:
    """The audio fields of a V1 call that nobody chose any for."""
    if call_type == "web_call":
        return {"audio_websocket_protocol": "web", "audio_encoding": "s16le", "sample_rate": 24000}
    return {"audio_websocket_protocol": "twilio", "audio_encoding": "mulaw", "sample_rate": 8000}
