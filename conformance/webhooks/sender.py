"""The harness as the vendor, for tests and notebooks: one webhook at a time to a receiver."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from conformance.errors import UnknownName
from conformance.generate.deliveries import CALL_TYPES, ERAS, FORGERIES, DeliveryMaker, Payloads, events_of
from conformance.model import JSON, Case, Exchange
from conformance.targets import check_target, open_target
from conformance.targets.http import HttpTarget
from conformance.targets.opening import open_application

if TYPE_CHECKING:
    from conformance.seams import Target

INBOUND = "call_inbound"


def _wall_ms() -> int:
    return time.time_ns() // 1_000_000


class WebhookSender:
    """Sends signed webhooks to a receiver, each to a call of its own unless one is given.

        with WebhookSender("http://127.0.0.1:8000/webhook", key="…") as vendor:
            assert vendor.send("call_ended").response.status == 204

    Args:
        receiver: A URL, an ASGI or WSGI application, or `app:module:attribute`.
        key: What deliveries are signed with.
        path: Where an application takes them.
        timeout_s: Seconds to wait for an answer.
        clock: Milliseconds since the Unix epoch, for the signatures.
        seed: Equal seeds give equal payloads.

    Raises:
        UsageError: The receiver is no URL.
        TargetError: The application does not start.
    """

    def __init__(
        self,
        receiver: str | Any,
        key: str,
        *,
        path: str = "/",
        timeout_s: float = 10.0,
        clock: Callable[[], int] = _wall_ms,
        seed: int = 1,
    ) -> None:
        query = ""
        if isinstance(receiver, str) and receiver.startswith("app:"):
            check_target(receiver)
            self._target: Target = open_target(receiver, key="", timeout_seconds=timeout_s)
        elif isinstance(receiver, str):
            bare, _, query = receiver.partition("?")
            check_target(bare)
            parts = urlsplit(bare)
            path = parts.path or "/"
            self._target = HttpTarget(
                f"{parts.scheme}://{parts.netloc}", key="", timeout_seconds=timeout_s, name=receiver
            )
        else:
            self._target = open_application(receiver, name="app", key="", timeout_seconds=timeout_s)
        self._payloads = Payloads(seed=seed)
        self._cases = DeliveryMaker(key=key, path=path, query=query, timeout_ms=round(timeout_s * 1000), now_ms=clock)

    def send(
        self,
        event: str = "call_ended",
        *,
        call_type: str = "phone_call",
        edition: str = "v2",
        call: Mapping[str, JSON] | None = None,
        payload: bytes | Mapping[str, JSON] | None = None,
        forge: str | None = None,
    ) -> Exchange:
        """Send one webhook and wait for the answer. No answer is an exchange with `error`.

        Args:
            event: One of the edition, or `call_inbound`.
            call_type: `phone_call` or `web_call`.
            edition: Of V2.
            call: Members to put into the call, such as its `call_id`.
            payload: What to send in place of all that: a JSON object, or the bytes as they are.
            forge: How the signature is wrong, by the name of a forgery.

        Raises:
            UnknownName: There is no such event, type, edition or forgery.
        """
        if isinstance(payload, bytes):
            return self._target.send(self._cases.raw(payload))
        made = dict(payload) if payload is not None else made_payload(self._payloads, event, call_type, edition)
        if call is not None:
            made["call"] = {**made.get("call", {}), **call}
        return self._target.send(self._case({"event": event, **made}, forge))

    def _case(self, payload: Mapping[str, JSON], forge: str | None) -> Case:
        if forge is None:
            return self._cases.signed(payload, "by hand")
        if forge not in FORGERIES:
            raise UnknownName("forgery", forge, FORGERIES)
        return self._cases.forged(payload, forge, vouched=False)

    def close(self) -> None:
        """Release sockets and threads. May be called twice."""
        self._target.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def made_payload(payloads: Payloads, event: str, call_type: str, edition: str) -> dict[str, JSON]:
    """The usual payload of an event.

    Raises:
        UnknownName: There is no such event, type or edition.
    """
    if edition not in ERAS:
        raise UnknownName("edition", edition, ERAS, where="Webhooks are sent in editions of V2. ")
    if call_type not in CALL_TYPES:
        raise UnknownName("type of call", call_type, CALL_TYPES)
    if event == INBOUND:
        return payloads.inbound()
    if event not in events_of(edition):
        raise UnknownName("event", event, (*events_of(edition), INBOUND))
    return payloads.ordinary(edition, call_type, event)
