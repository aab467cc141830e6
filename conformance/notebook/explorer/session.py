"""The target of an Explorer: what it is asked, what it answers, what that means, and what is known of it."""

from __future__ import annotations

import contextlib
import functools
import math
import os
import re
import time
from dataclasses import dataclass, field, replace
from typing import Any

from conformance.contract.contract import Contract, load_contract
from conformance.errors import UsageError
from conformance.generate.cases import CaseMaker
from conformance.generate.knowledge import Knowledge
from conformance.generate.scenarios.base import status_of
from conformance.guard import Budget, Guard, Permission, is_local
from conformance.mockvendor import MockVendor
from conformance.model import Case, Effect, Exchange, Finding
from conformance.notebook.explorer.casing import Casing, Request
from conformance.notebook.explorer.commands import Commands, Place, commands
from conformance.notebook.explorer.form import read
from conformance.notebook.explorer.making import FICTIONAL_NUMBER, Maker
from conformance.notebook.explorer.verdict import Remark, Verdict, examine, expected_of
from conformance.redact import Redactor
from conformance.testing.opening import Opened, opened, served_at

__all__ = ["Sent", "Settings", "TargetSession"]

_NO_LIMIT = Budget(requests=10**9, calls=10**9, seconds=math.inf)
_NUMBERS = re.compile(r"\+[0-9]{7,}")
_SUCCESS, _REDIRECTS = range(200, 300), range(300, 400)
_LOOKED_AT = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What an Explorer was made with."""

    target: Any = "mock"
    edition: str = "v2"
    key: str | None = None
    agents: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    to_numbers: tuple[str, ...] = ()
    timeout_s: float = 10.0
    seed: int = 1
    personal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A request with its answer, and what that means.

    Attributes:
        number: 1 for the first.
        clock: When, as `12:30:05`.
        redactor: Hides what must not be shown of the exchange.
        commands: How to send it again elsewhere.
    """

    number: int
    clock: str
    edition: str
    request: Request
    exchange: Exchange
    verdict: Verdict
    redactor: Redactor
    findings: tuple[Finding, ...] = ()
    remarks: tuple[Remark, ...] = ()
    commands: Commands = field(default_factory=lambda: Commands(curl="", httpx="", call_api=""))


@functools.lru_cache(maxsize=8)
def _contract(edition: str) -> Contract:
    return load_contract(edition, chosen=False).judging("server")


class TargetSession:
    """Asks one target, in one edition after the other.

    Raises:
        UsageError: It is no target, or it needs a key.
        UnknownName: There is no such edition.
        TargetError: An application or a mock does not start.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._own = settings.target == "mock"
        self.vendor: MockVendor | None = settings.target if isinstance(settings.target, MockVendor) else None
        self.is_mock = self._own or self.vendor is not None
        self.shows_personal = self.is_mock or settings.personal
        self._stack = contextlib.ExitStack()
        self._opened: Opened | None = None
        self._address: str | None = None
        self._told = 0
        self.begin(settings.edition)

    def begin(self, edition: str) -> None:
        """Speak an edition from now on; a mock of our own is made anew for it. What was known is forgotten."""
        contract = _contract(edition)
        if self._own:
            fresh = MockVendor(edition=edition, seed=self.settings.seed).start()
            self._stop_own()
            self.vendor = fresh
        self.contract = contract
        settings, vendor = self.settings, self.vendor
        self.knowledge = Knowledge(agents=[*settings.agents, *(vendor.agents if vendor else ())])
        self.knowledge.from_numbers = list(vendor.numbers if vendor else ())
        self.knowledge.to_numbers = list(settings.to_numbers) or [FICTIONAL_NUMBER]
        self.looked = False
        self._cases = CaseMaker(contract, tag=None)
        self.maker = Maker(contract, self.knowledge, seed=settings.seed, shows_personal=self.shows_personal)
        self.casing = Casing(contract, self.knowledge, self.maker, seed=settings.seed)
        self._open()

    def _stop_own(self) -> None:
        if self._own and self.vendor is not None:
            self.vendor.stop()

    def close(self) -> None:
        """Close the connections, and stop a mock of our own. May be called twice."""
        self._stack.close()
        self._stop_own()

    # the connection

    def _open(self) -> Opened:
        """The target, opened anew where a mock has come back at another address."""
        address = served_at(self.vendor) if self.vendor is not None else None
        if self._opened is not None and address in {self._address, None}:
            return self._opened
        self._stack.close()
        self._address = address
        chosen: Any = self.vendor if self.vendor is not None else self.settings.target
        self._opened = self._stack.enter_context(opened(chosen, self._key(), timeout_s=self.settings.timeout_s))
        self._guard = Guard(
            _NO_LIMIT,
            Permission(operations=frozenset(self.settings.allow), to_numbers=self.settings.to_numbers),
            local=self._opened.target.local,
        )
        return self._opened

    def _key(self) -> str | None:
        """The key that was given; off this machine else that of the environment."""
        target = self.settings.target
        if self.settings.key is None and isinstance(target, str) and "://" in target and not is_local(target):
            return os.environ.get("RETELL_API_KEY") or None
        return self.settings.key

    @property
    def name(self) -> str:
        """What the target is called: its URL, or the name of the application."""
        return self._address or (self._opened.target.name if self._opened else str(self.settings.target))

    @property
    def local(self) -> bool:
        """Whether nothing that is sent leaves this machine."""
        return self._guard.local

    # what is sent

    def offers(self, name: str) -> tuple[str, ...]:
        """Values for a field of that name which the target is known to have."""
        return self.maker.offers(name)

    def refusal(self, case: Case) -> str | None:
        """Why a case is not sent, and what to do, in one sentence; None if it may be sent."""
        refusal = self._guard.judge(case)
        if refusal is None:
            return None
        does = {Effect.DIALS: "dials a number", Effect.BILLS: "makes a call that is billed"}.get(
            case.effect, "changes something"
        )
        if case.operation not in self.settings.allow:
            words = f"allow=[{case.operation!r}]"
            words += " and to_numbers=[…]" if case.effect is Effect.DIALS else ""
            return (
                f"Not sent: {case.operation} {does}, and {self.name} is not on this machine. Give the Explorer {words}."
            )
        return (
            "Not sent: it would dial a number that is not among to_numbers. Choose one of those, or give the Explorer"
            " to_numbers=[…] with this one."
        )

    # sending

    def exchange(self, case: Case) -> Exchange:
        """Send a case that may be sent, and wait for its answer.

        Raises:
            UsageError: The guard refuses it.
        """
        target = self._open().target
        refusal = self.refusal(case)
        if refusal is not None:
            raise UsageError(refusal)
        self._guard.admit(case, elapsed=0.0)
        return target.send(case)

    def judged(self, request: Request, exchange: Exchange) -> Sent:
        """An exchange with what it means. What it tells of the target is learned."""
        self.knowledge.learn(exchange)
        self._note_working(exchange)
        if request.operation == "delete-call" and status_of(exchange) in _SUCCESS:
            self.casing.note_deleted(request.parameter)
        self._told += 1
        redactor = self.redactor(exchange)
        shown = replace(exchange, case=redactor.case(self._hiding_secrets(exchange).case), response=None)
        how = commands(shown, self._place(), parameter=request.parameter or None)
        verdict = expected_of(exchange, self.contract, timeout_s=self.settings.timeout_s)
        sent = Sent(
            number=self._told,
            clock=time.strftime("%H:%M:%S"),
            edition=self.contract.edition,
            request=request,
            exchange=exchange,
            verdict=replace(verdict, text=redactor.text(verdict.text)),
            redactor=redactor,
            commands=how,
        )
        if exchange.response is None or exchange.response.status in _REDIRECTS:
            return sent
        findings, remarks = examine(exchange, self.contract, redactor, how.curl)
        return replace(sent, findings=findings, remarks=remarks)

    def _note_working(self, exchange: Exchange) -> None:
        if status_of(exchange) not in _SUCCESS or exchange.case.purpose != "valid" or exchange.case.body is None:
            return
        document, _ = read(exchange.case.body.decode(errors="replace"))
        if isinstance(document, dict) and isinstance(document.get("agent_id"), str):
            self.knowledge.working_agents.add(document["agent_id"])

    def look(self) -> str | None:
        """Read the calls of the target once, so that its agents, numbers and calls can be offered.

        Returns:
            Why nothing could be read, or None.
        """
        if self.looked or "list-calls" not in self.contract.operations:
            return None
        exchange = self.exchange(self._cases.listing({"limit": _LOOKED_AT}, title="what the target knows"))
        if status_of(exchange) not in _SUCCESS:
            return expected_of(exchange, self.contract, timeout_s=self.settings.timeout_s).text
        self.knowledge.learn(exchange)
        self.looked = True
        self.casing.forget_flaws()
        return None

    # what may be shown

    def _place(self) -> Place:
        target, settings = self.settings.target, self.settings
        name = self.name
        base = name if "://" in name else ""
        in_process = "app" if self.vendor is None else "vendor"
        word = f'"{base or target}"' if base or isinstance(target, str) else in_process
        return Place(
            base=base,
            word=word,
            edition=self.contract.edition,
            timeout_s=settings.timeout_s,
            allow=settings.allow,
            to_numbers=settings.to_numbers,
        )

    def redactor(self, exchange: Exchange) -> Redactor:
        """What hides secrets, and personal data unless they may be shown."""
        fields = self.contract.schemas.privacy_fields()
        secrets = {self._open().key} | ({self.settings.key} if self.settings.key else set())
        if self.shows_personal:
            held = [exchange.case.body or b"", exchange.response.body if exchange.response else b""]
            held.append(exchange.case.url_path.encode("utf-8", "replace").replace(b"%2B", b"+"))
            shown = frozenset(_NUMBERS.findall(b" ".join(held).decode(errors="replace")))
            secret = {name: kind for name, kind in fields.items() if kind == "secret"}
            return Redactor(fields=secret, shown=shown).knowing(secrets)
        return Redactor(fields=fields, aliases=self._aliases(exchange)).knowing(secrets)

    def _aliases(self, exchange: Exchange) -> dict[str, str]:
        """Names for the numbers of a request, so that its commands can still be repeated."""
        document, _ = read((exchange.case.body or b"").decode(errors="replace"))
        found = document if isinstance(document, dict) else {}
        pairs = ((found.get("to_number"), "$TO_NUMBER"), (found.get("from_number"), "$FROM_NUMBER"))
        return {number: name for number, name in pairs if isinstance(number, str) and _NUMBERS.fullmatch(number)}

    def _hiding_secrets(self, exchange: Exchange) -> Exchange:
        """The exchange with the secrets of its own body hidden, such as a password that somebody typed."""
        fields = {name: kind for name, kind in self.contract.schemas.privacy_fields().items() if kind == "secret"}
        body = exchange.case.body
        if body is None or not any(name.encode() in body for name in fields):
            return exchange
        numbers = frozenset(_NUMBERS.findall(body.decode(errors="replace")))
        hidden = Redactor(fields=fields, shown=numbers).body(body)
        return replace(exchange, case=replace(exchange.case, body=hidden))
