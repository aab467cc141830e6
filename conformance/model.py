"""The vocabulary as values: frozen, slotted, keyword-only, without input or output."""

from __future__ import annotations

import enum
import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from conformance.showing import Shown

JSON: TypeAlias = Any
"""A value that `json.loads` can return."""


class Effect(enum.StrEnum):
    """What a request does in the world if it is accepted, in rising order of harm."""

    READ = "read"
    WRITES = "writes"
    BILLS = "bills"
    DIALS = "dials"


class Level(enum.StrEnum):
    """How binding a requirement is, as in RFC 2119."""

    MUST = "must"
    SHOULD = "should"
    MAY = "may"


class Evidence(enum.StrEnum):
    """How well the sources support a requirement, best first."""

    GUIDE = "guide"
    DOCUMENTED = "documented"
    SDK = "sdk"
    ASSUMED = "assumed"


class Outcome(enum.StrEnum):
    """What became of a requirement. The highest wins; skipped is never green."""

    SKIPPED = "skipped"
    PASSED = "passed"
    WARNED = "warned"
    FAILED = "failed"
    ERRORED = "errored"

    @property
    def rank(self) -> int:
        """Its place in the order skipped < passed < warned < failed < errored."""
        return list(Outcome).index(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation(Shown):
    """One method and path of the contract.

    Attributes:
        name: Kebab-case, as in `create-web-call`.
        path: With templates: `/v2/get-call/{call_id}`.
        request: The name of the request schema, or None if the operation takes none.
        request_in: `body` or `query`.
        success: The documented success status.
        errors: The documented error statuses.
        response: The name of the response schema, or None if the answer is empty.
        optional: True if not every server of this edition offers it.
    """

    name: str
    method: str
    path: str
    effect: Effect
    success: int
    errors: tuple[int, ...] = ()
    request: str | None = None
    request_in: str = "body"
    response: str | None = None
    optional: bool = False
    sources: tuple[str, ...] = ()

    def path_with(self, value: str) -> str:
        """The path with a value, already percent-encoded, in the place of its one parameter."""
        return "/".join(value if part.startswith("{") else part for part in self.path.split("/"))

    @property
    def path_parameters(self) -> tuple[str, ...]:
        """The names inside `{}` in the path."""
        return tuple(part[1:-1] for part in self.path.split("/") if part.startswith("{"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement(Shown):
    """One sentence that must, should or may hold.

    Attributes:
        id: Never reused, as in `LIST-007`.
        area: The chapter: the stem of its suite file.
        check: The name of the check that judges it.
        parameters: What the check needs to know, such as the field or the status.
        clause: Where it comes from, for people: source, place, date.
        sources: The source tags behind the clause.
        yields_to: Requirements that say the same more closely; where one of them failed, this one is not told.
        advice: What to change when it fails, or "".
        judges: `server` or `receiver`: whose promise it is.
        deliveries: True if it is judged on the webhooks that a server sends: alone if its suite is about those,
            else beside the answers.
    """

    id: str
    area: str
    title: str
    level: Level
    evidence: Evidence
    check: str
    clause: str
    sources: tuple[str, ...]
    operations: tuple[str, ...] = ()
    parameters: Mapping[str, JSON] = field(default_factory=dict)
    yields_to: tuple[str, ...] = ()
    advice: str = ""
    suite: str = ""
    line: int = 0
    judges: str = "server"
    deliveries: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """In which one way an invalid case is wrong.

    Attributes:
        kind: The named way: `missing`, `wrong-type`, `null`, `outside-enum`, `too-short`, `not-json`, …
        pointer: JSON pointer to the wrong place in the body; "" is the whole body.
        text: For people: "agent_id is missing".
        firm: True if the contract says that it must be refused; False if some source allows it or is silent.
        required: True if the wrong place is a required field of the body.
    """

    kind: str
    pointer: str
    text: str
    firm: bool = True
    required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Case(Shown):
    """One request to be sent.

    Attributes:
        operation: Name of the operation that it exercises.
        purpose: What it is sent for; checks choose their exchanges by it: `valid`, `invalid`, `auth`, `gone`, …
        authorization: The Authorization header, in which the target puts the key; None sends none.
        body: The exact bytes of the body, or None for no body.
        flaw: How it is wrong, or None if the contract says that it is valid.
        effect: What happens if the target accepts it.
        facts: What else a check needs to know about it (the value of a filter, the role in a sequence).
    """

    operation: str
    purpose: str
    method: str
    path: str
    effect: Effect
    query: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    authorization: str | None = "Bearer {key}"
    body: bytes | None = None
    flaw: Flaw | None = None
    title: str = ""
    facts: Mapping[str, JSON] = field(default_factory=dict)

    def __repr__(self) -> str:
        """Without headers and body, which hold what must not be shown."""
        flaw = f", {self.flaw.text}" if self.flaw else ""
        return f"<Case {self.operation}: {self.method} {self.path}, {self.purpose}{flaw}>"

    @property
    def url_path(self) -> str:
        """Path and query as they are sent."""
        return f"{self.path}?{self.query}" if self.query else self.path

    def json(self) -> JSON:
        """The body as JSON; raises ValueError if it is none."""
        return json.loads(self.body or b"")


_MISSING = object()


@functools.lru_cache(maxsize=4)
def _parsed(body: bytes) -> JSON:
    """Each answer is read by several readers, one after the other; none of them changes it."""
    return json.loads(body)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Response:
    """What came back: status, headers in order, raw body."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def __repr__(self) -> str:
        """Without headers and body, which hold what must not be shown."""
        return f"<Response {self.status}, {len(self.body)} bytes>"

    def header(self, name: str) -> str | None:
        """The first header of that name, whatever its case."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)

    def json(self, default: JSON = _MISSING) -> JSON:
        """The body as JSON. With a default, anything that is no JSON gives that; without, ValueError."""
        try:
            return _parsed(self.body)
        except (ValueError, RecursionError) as error:
            if default is _MISSING:
                raise ValueError(str(error)) from error
            return default


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Exchange(Shown):
    """A case, the request as it was sent, and what came of it: a response or a transport error.

    Attributes:
        url: The absolute URL that was asked for.
        sent: Every header that went out.
        seconds: From the first byte sent to the last byte read.
        unreachable: True if not even a connection came about.
        received: True for a delivery of the target: it sent the request, and the response is ours.
        at: Seconds since the run began.
    """

    case: Case
    url: str
    sent: tuple[tuple[str, str], ...] = ()
    response: Response | None = None
    error: str | None = None
    unreachable: bool = False
    received: bool = False
    seconds: float = 0.0
    at: float = 0.0

    def __repr__(self) -> str:
        """Without what was sent, which holds the key."""
        came = self.response.status if self.response else self.error or "no answer"
        return f"<Exchange {self.case.method} {self.case.path}: {came}>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mismatch(Shown):
    """What a check yields: what was expected, what came, and where.

    Attributes:
        message: One sentence.
        pointer: JSON pointer into the response body, or "" for the whole answer. In a delivery that was received, into
            the body of the request.
        level: How grave this one is where it differs from its requirement; a `should` only warns.
        cause: Mismatches of equal cause are one finding; defaults to the pointer without its indices.
        exchange: The exchange that shows it, where a check looks at several.
    """

    message: str
    expected: str
    actual: str
    pointer: str = ""
    level: Level | None = None
    cause: str | None = None
    exchange: Exchange | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """Somebody accepted a finding for a while.

    Attributes:
        until: The last day: `2026-12-31`.
    """

    reason: str
    owner: str
    until: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding(Shown):
    """A mismatch with its requirement and the smallest exchange that shows it.

    Attributes:
        outcome: `failed` or `warned`.
        seen: How many exchanges showed the same.
        repeat: A command line that repeats it.
        causes: Why it is told apart from others of its requirement and operation; several if it stands for them.
        known: Somebody accepted it; it counts as what it is, and fails no run.
    """

    requirement: Requirement
    operation: str
    outcome: Outcome
    mismatch: Mismatch
    exchange: Exchange
    repeat: str
    seen: int = 1
    causes: tuple[str, ...] = ()
    known: Acceptance | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Result(Shown):
    """What became of one requirement: how many exchanges exercised it, and its findings.

    Attributes:
        exercised: How many of them were of each operation or event; empty where nobody counted.
    """

    requirement: Requirement
    outcome: Outcome
    cases: int = 0
    reason: str | None = None
    findings: tuple[Finding, ...] = ()
    exercised: Mapping[str, int] = field(default_factory=dict)

    def fails(self, *, strict: bool = False) -> bool:
        """Whether it fails a run: it failed, or if strict warned, and not with known findings alone."""
        counting = {Outcome.FAILED, Outcome.WARNED} if strict else {Outcome.FAILED}
        if self.outcome not in counting:
            return False
        grave = [finding for finding in self.findings if finding.outcome in counting]
        return not grave or any(finding.known is None for finding in grave)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run(Shown):
    """One target at one time.

    Attributes:
        complete: False if it was cut short: interrupted, out of budget, connection lost.
        stopped: Why it was cut short, or None.
        created: Ids of the calls that it created and that may still exist.
        notes: What a reader should know beside the findings.
        outdated: What is wrong with the list of known findings, in sentences; each fails the run.
    """

    edition: str
    target: str
    seed: int
    started_at: str
    seconds: float
    requests: int
    complete: bool
    results: tuple[Result, ...]
    stopped: str | None = None
    created: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    outdated: tuple[str, ...] = ()

    def count(self, outcome: Outcome) -> int:
        """How many requirements came out so."""
        return sum(result.outcome is outcome for result in self.results)

    def failing(self, *, strict: bool = False) -> int:
        """How many requirements fail the run: what failed with known findings alone does not.

        Args:
            strict: Warnings count too.
        """
        return sum(result.fails(strict=strict) for result in self.results)
