"""What a call carries once it is over: transcript, recordings, latency, cost, tokens, analysis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.mockvendor.conversation import conversation, scrubbed, spoken, transcript

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping, Sequence

    from conformance.model import JSON

__all__ = ["after_call", "analysis"]

_CENTS_PER_SECOND = {"elevenlabs_tts": 0.1166667, "gpt_4_1": 0.075, "us_telephony": 0.025}
_SUMMARIES = (
    "The user reported a noisy heating, and a visit was arranged.",
    "Der Kunde hat einen Termin am Dienstag vereinbart.",
    "用户确认了地址。",
    "The user asked for a human being and was passed on.",
    "",
)
_SENTIMENTS = ("Positive", "Neutral", "Negative", "Unknown")
_MAYBE = 0.5
_RARELY = 0.2


def after_call(rng: random.Random, call_id: str, duration_ms: int, *, reason: str) -> dict[str, JSON]:
    """The fields of a call that was connected, from its end on."""
    seconds = duration_ms / 1000
    transferred = reason in {"call_transfer", "transfer_bridged"}
    entries = conversation(rng, seconds, transferred=transferred)
    found = _said(entries) | _links(rng, call_id) | {"latency": _latency(rng, len(entries))}
    found["call_cost"] = _cost(seconds, leg=transferred)
    if rng.random() < 1 - _RARELY:
        found["llm_token_usage"] = _tokens(rng, len(entries))
    if rng.random() < _MAYBE:
        found["collected_dynamic_variables"] = {"last_node_name": "Farewell", "postal_code": "94016"}
    if reason == "call_transfer":
        found["transfer_destination"] = rng.choice(("+14155550160", "sip:desk@pbx.example.invalid;transport=tls", None))
    return found


def analysis(rng: random.Random, *, reason: str, connected: bool) -> dict[str, JSON]:
    """The `call_analysis` of a call."""
    if not connected:
        return {
            "in_voicemail": False,
            "user_sentiment": "Unknown",
            "call_successful": False,
            "custom_analysis_data": {},
        }
    voicemail = reason in {"voicemail_reached", "machine_detected"}
    found: dict[str, JSON] = {
        "call_summary": rng.choice(_SUMMARIES),
        "in_voicemail": voicemail,
        "user_sentiment": "Unknown" if voicemail else rng.choice(_SENTIMENTS),
    }
    if rng.random() < 1 - _RARELY:
        found["call_successful"] = rng.random() < _MAYBE
    found["custom_analysis_data"] = rng.choice(
        ({}, {"appointment": "Dienstag 10:30", "is_new_customer": True, "rating": 4, "größe": "groß"})
    )
    return found


def _said(entries: Sequence[dict[str, JSON]]) -> dict[str, JSON]:
    return {
        "transcript": transcript(entries),
        "transcript_object": spoken(entries),
        "transcript_with_tool_calls": list(entries),
        "scrubbed_transcript_with_tool_calls": scrubbed(entries),
    }


def _links(rng: random.Random, call_id: str) -> dict[str, JSON]:
    base = f"https://records.example.invalid/{call_id}"
    found: dict[str, JSON] = {
        "recording_url": f"{base}/recording.wav",
        "recording_multi_channel_url": f"{base}/recording_multichannel.wav",
        "scrubbed_recording_url": f"{base}/scrubbed.wav",
        "scrubbed_recording_multi_channel_url": f"{base}/scrubbed_multichannel.wav",
        "public_log_url": f"{base}/public_log.txt",
    }
    if rng.random() < _MAYBE:
        found["knowledge_base_retrieved_contents_url"] = f"{base}/knowledge.txt"
    return found


def _latency(rng: random.Random, turns: int) -> dict[str, JSON]:
    found = {name: _stats(rng, turns, low) for name, low in (("e2e", 600), ("llm", 300), ("tts", 120))}
    for name, low in (("asr", 40), ("knowledge_base", 80), ("llm_websocket_network_rtt", 20), ("s2s", 200)):
        if rng.random() < _RARELY:
            found[name] = _stats(rng, turns, low)
    return dict(found)


def _stats(rng: random.Random, count: int, low: int) -> Mapping[str, JSON]:
    values = sorted(round(rng.uniform(low, 3 * low), 2) for _ in range(max(1, count // 2)))

    def percentile(share: float) -> float:
        return values[min(len(values) - 1, int(share * len(values)))]

    return {
        "p50": percentile(0.5),
        "p90": percentile(0.9),
        "p95": percentile(0.95),
        "p99": percentile(0.99),
        "max": values[-1],
        "min": values[0],
        "num": len(values),
        "values": values,
    }


def _cost(seconds: float, *, leg: bool) -> dict[str, JSON]:
    billed = round(seconds)
    products: list[dict[str, JSON]] = [
        {"product": name, "unit_price": price, "cost": round(price * billed, 7)}
        for name, price in _CENTS_PER_SECOND.items()
    ]
    if leg:
        products.append({"product": "us_telephony", "cost": 1.25, "is_transfer_leg_cost": True})
    return {
        "product_costs": products,
        "total_duration_seconds": billed,
        "total_duration_unit_price": round(sum(_CENTS_PER_SECOND.values()), 7),
        "combined_cost": round(sum(product["cost"] for product in products), 7),
    }


def _tokens(rng: random.Random, requests: int) -> dict[str, JSON]:
    values = [rng.randrange(400, 4000) for _ in range(max(1, requests))]
    return {"values": values, "average": round(sum(values) / len(values), 3), "num_requests": len(values)}
