"""`conformance webhook URL --event, --payload, --forward`: single deliveries, shown and not judged."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.errors import TargetError, UsageError
from conformance.testing.hurried import PACE

if TYPE_CHECKING:
    from conformance.cli.settings import Settings
    from conformance.cli.webhook_command import Place
    from conformance.generate.deliveries import DeliveryMaker
    from conformance.model import Case, Exchange
    from conformance.seams import Target

_SHOWN = 600
_TYPES = {"web": "web_call", "phone": "phone_call", "web_call": "web_call", "phone_call": "phone_call"}
_FORWARD_S = 60.0
_OK = range(200, 300)


def check_by_hand(options: argparse.Namespace) -> None:
    """Whether the flags go together.

    Raises:
        UsageError: They do not.
    """
    ways = [name for name in ("event", "payload", "forward") if getattr(options, name)]
    if len(ways) > 1:
        raise UsageError(f"--{ways[0]} and --{ways[1]} do not go together. Leave one of them out.")
    if options.repeat is not None and options.repeat < 1:
        raise UsageError(f"--repeat is {options.repeat}; it must be at least 1.")
    if options.call_type is not None and options.call_type not in _TYPES:
        raise UsageError(f"--call-type is {options.call_type!r}; it must be web or phone.")
    if options.forward and options.url.startswith(("app:", "mock")):
        raise UsageError("--forward needs a receiver behind a URL. Start it, and give its URL.")


def send_by_hand(options: argparse.Namespace, settings: Settings, *, place: Place, target: Target, key: str) -> int:
    """Send what was asked for.

    Returns:
        0 if everything was answered 2xx, else 1.

    Raises:
        TargetError: Nothing listens there.
    """
    if options.forward:
        return _forward(place, settings, key)
    from conformance.generate.deliveries import DeliveryMaker  # noqa: PLC0415 - costly

    maker = DeliveryMaker(
        key=key,
        path=place.path,
        query=place.query,
        timeout_ms=round(settings["timeout"] * 1000),
        now_ms=lambda: time.time_ns() // 1_000_000,
    )
    good = True
    for case in _cases(options, settings, maker):
        exchange = target.send(case)
        if exchange.unreachable:
            raise TargetError(f"{target.name}: {exchange.error}")
        good = _show(exchange, key) and good
    return 0 if good else 1


def _cases(options: argparse.Namespace, settings: Settings, maker: DeliveryMaker) -> Iterator[Case]:
    """Each is made when its turn has come, so that it is signed then."""
    times = options.repeat or 1
    if options.payload is not None:
        body = _read(options.payload)
        yield from (maker.raw(body) for _ in range(times))
        return
    from conformance.generate.deliveries import Payloads  # noqa: PLC0415 - costly
    from conformance.webhooks.sender import made_payload  # noqa: PLC0415 - costly

    call_type = _TYPES[options.call_type or "phone"]
    payload = made_payload(Payloads(seed=settings["seed"]), options.event, call_type, options.edition or "v2")
    yield from (maker.signed(payload, "by hand") for _ in range(times))


def _read(name: str) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise UsageError(f"--payload {name!r} cannot be read: {error.strerror or error}.") from error


def _show(exchange: Exchange, key: str) -> bool:
    """Print request and answer; whether it was accepted."""
    from conformance.reports.wording import request_line, shortened  # noqa: PLC0415 - costly

    response = exchange.response
    _say(request_line(exchange, longest=_SHOWN), key)
    if response is None:
        _say(f"  → {exchange.error or 'no answer'}", key)
        return False
    body = shortened(response.body.decode(errors="replace"), _SHOWN)
    _say(f"  → {f'{response.status} {body}'.strip()} ({exchange.seconds * 1000:.0f} ms)", key)
    wrong = _wrong_answer(exchange) if exchange.case.operation == "call_inbound" and response.status in _OK else None
    if wrong:
        _say(f"  ✗ {wrong}", key)
    return response.status in _OK and wrong is None


def _say(text: str, key: str) -> None:
    """One line; what the user sends by hand is shown as it is, but for the key."""
    from conformance.redact import HIDDEN  # noqa: PLC0415 - costly
    from conformance.reports.wording import printable  # noqa: PLC0415 - costly

    sys.stdout.write(f"{printable(text.replace(key, HIDDEN))}\n")


def _wrong_answer(exchange: Exchange) -> str | None:
    """What is wrong with the answer to the inbound question, if anything."""
    from conformance.contract.schemas import load_schemas  # noqa: PLC0415 - costly

    answer = exchange.response.json(None) if exchange.response else None
    if answer is None:
        return 'the answer must be JSON, such as {"call_inbound": {}}'
    errors = load_schemas("v2").validate("inbound-response", answer)
    return "; ".join(f"{error.pointer or 'the answer'}: expected {error.expected}" for error in errors) or None


def _forward(place: Place, settings: Settings, key: str) -> int:
    """Let the mock vendor make a web call and a phone call, and show how their webhooks are answered."""
    import httpx  # noqa: PLC0415 - costly

    from conformance.mockvendor import MockVendor  # noqa: PLC0415 - costly

    with MockVendor(
        api_key=key, webhook_url=place.name, pace=PACE, webhook_timeout_ms=round(settings["timeout"] * 1000)
    ) as vendor:
        with httpx.Client(base_url=vendor.url, headers={"authorization": f"Bearer {key}"}, trust_env=False) as client:
            calls = client.post("/v2/list-calls", json={"limit": 50}).raise_for_status().json()
            agent = calls[0]["agent_id"]
            number = next(call["from_number"] for call in calls if call.get("direction") == "outbound")
            made = client.post("/v2/create-web-call", json={"agent_id": agent}).raise_for_status().json()
            vendor.join(made["call_id"])
            numbers = {"from_number": number, "to_number": "+14155550123"}
            client.post("/v2/create-phone-call", json=numbers).raise_for_status()
        return _follow(vendor, calls=2)


def _follow(vendor: object, *, calls: int) -> int:
    """Show each delivery as it is answered, until the calls are analysed."""
    from conformance.mockvendor import MockVendor  # noqa: PLC0415 - costly

    if not isinstance(vendor, MockVendor):
        raise TypeError("this follows a mock vendor")
    shown, good, deadline = 0, True, time.monotonic() + _FORWARD_S
    while time.monotonic() < deadline:
        at_rest = vendor.settled(0.05)
        deliveries = vendor.deliveries
        for each in deliveries[shown:]:
            if each.status is None and each.error is None:
                break
            shown += 1
            good = good and each.status in _OK
            sys.stdout.write(f"{each.event} {each.call_id}, attempt {each.attempt} → {each.status or each.error}\n")
        done = {each.call_id for each in deliveries if each.event == "call_analyzed"}
        if at_rest and shown == len(deliveries) and len(done) == calls:
            break
        time.sleep(0.05)
    return 0 if good and shown else 1
