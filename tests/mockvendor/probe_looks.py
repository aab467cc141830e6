"""The looks at a mock vendor that the probes of its faults are made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mock_client import NUMBER, Client

Probe = Callable[[Client], bool]

CREATE, PHONE, REGISTER, LIST = (
    "/v2/create-web-call",
    "/v2/create-phone-call",
    "/v2/register-phone-call",
    "/v2/list-calls",
)
OTHER_KEY = "Bearer key_of_somebody_else"
DEEP = {"a": {"b": {"c": {"d": {"e": {"f": {"g": 1}}}}}}}


def first(client, **wanted):
    return client.get(client.some(**wanted)["call_id"]).json


def showing(client, *names):
    """get-call for a call that has those fields when nothing is broken."""
    return client.get(client.with_field(*names)["call_id"]).json


def listed(client, call):
    """The same call in a list."""
    return next(each for each in client.list(limit=1000).json if each["call_id"] == call["call_id"])


def every(client, **body):
    return client.list(limit=1000, **body).json


def later(client):
    """The second page."""
    key = client.list(limit=5).json[-1]["call_id"]
    return client.list(limit=1000, pagination_key=key).json


def entries(call, role):
    return [entry for entry in call["transcript_with_tool_calls"] if entry["role"] == role]


def with_role(client, role):
    """get-call for a call with a transcript entry of that role."""
    call = next(
        call
        for call in client.vendor.calls
        if any(entry["role"] == role for entry in call.get("transcript_with_tool_calls", ()))
    )
    return client.get(call["call_id"]).json


def phone_body(client, **body):
    return {"from_number": client.vendor.numbers[0], "to_number": NUMBER, **body}


def kept(sent: Mapping[str, object]) -> Probe:
    """Whether metadata comes back other than it was sent."""
    return lambda client: client.web(metadata=sent).json.get("metadata") != sent


def order(client, **body):
    starts = [call["start_timestamp"] for call in every(client, **body) if "start_timestamp" in call]
    return "up" if starts == sorted(starts) else "down" if starts == sorted(starts, reverse=True) else "none"


def joined(client, limit, **body):
    return [call["call_id"] for page in client.pages(limit, **body) for call in page]


def created(client):
    return client.web().json["call_id"]


def finds(**criteria: object) -> Probe:
    """Whether a list finds calls by criteria that none meets."""
    return lambda client: bool(every(client, filter_criteria=criteria))


def overlooks(field: str, *bounds: str) -> Probe:
    """Whether those thresholds of a filter are overlooked, and no other."""
    beyond = {"lower": 10**15, "upper": -1}

    def look(client: Client) -> bool:
        found = {
            bound
            for bound, value in beyond.items()
            if every(client, filter_criteria={field: {f"{bound}_threshold": value}})
        }
        return found == set(bounds)

    return look
