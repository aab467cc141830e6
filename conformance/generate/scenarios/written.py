"""Scenarios that people wrote out in suite files of their own.

What is sent is what was written, to the byte: nothing is put into it. A step that must hold within some seconds is
sent again until it does. Whether an answer is as expected is asked of `contract.expectations`; checks tell it.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias
from urllib.parse import quote, unquote, urlencode

from conformance.contract.expectations import ABSENT, first_gap, is_limited, lookup
from conformance.contract.scenarios import OTHER_REQUEST, Earlier, Expect, Step, Trial, Written
from conformance.contract.schemas import editions, load_schemas
from conformance.contract.variables import as_text, filled, spellings
from conformance.generate.cases import bracketed, effect_of
from conformance.generate.encode import encode
from conformance.generate.scenarios.base import Scenario, Script, Session, Steps
from conformance.model import JSON, Case, Effect, Exchange, Operation

_KEYS = {"right": "Bearer {key}", "none": None, "wrong": "Bearer key_00000000000000000000000000000000"}
_READS = frozenset({"GET", "HEAD", "OPTIONS"})
_RANK = list(Effect)
_VERSION = re.compile("v[0-9]+")
_PAUSE, _LONGEST_PAUSE = 0.25, 2.0

_Trying: TypeAlias = Generator[Case, Exchange | None, bool]


def scenario_of(written: Written) -> Scenario:
    """What a run plays for a scenario of somebody's own."""
    return Scenario(name="written", title=written.id, script=_script(written), reads_only=True)


def _script(written: Written) -> Script:
    def steps(session: Session) -> Steps:
        trouble = _hindrance(session, written)
        if trouble is not None:
            session.knowledge.why_not[written.id] = trouble
            return
        play = _Play(session=session, written=written, known=dict(written.variables))
        for step in written.steps:
            if not (yield from play.step(step)):
                return

    return steps


def _hindrance(session: Session, written: Written) -> str | None:
    """Why a scenario cannot be played at all, or None."""
    if written.needs:
        return f"needs {' and '.join(f'${name}' for name in written.needs)}"
    contract = session.contract
    for step in written.steps:
        if step.operation and step.operation not in contract.operations:
            return f"{step.label}: the edition {contract.edition} has no {step.operation}"
        if step.expect.schema is not None and step.expect.schema not in contract.schemas:
            return f"{step.label}: the edition {contract.edition} has no schema {step.expect.schema}"
    return None


@dataclass(slots=True, kw_only=True)
class _Play:
    """A scenario while it is played.

    Attributes:
        known: The values that `$name` stands for.
        answers: What the steps so far were answered.
    """

    session: Session
    written: Written
    known: dict[str, JSON]
    answers: list[JSON] = field(default_factory=list)

    def step(self, step: Step) -> _Trying:
        """Send one step, until it holds if it may be repeated; whether it held."""
        try:
            ready = self._ready(step)
            case = self._case(ready, step)
        except (ValueError, RecursionError):
            self._why_not(f"{step.label}: an earlier answer holds what cannot be sent")
            return False
        if not self._may_be_sent(case, ready):
            return False
        for pause in (*_pauses(ready.expect.within_seconds), None):
            exchange = yield case if pause is None else _not_last(case)
            if exchange is None or exchange.response is None:
                self._unanswered(ready, exchange)
                return False
            gap = first_gap(case.facts["written"], exchange.response, self.session.contract)
            if gap is None or gap.soft:
                self._keep(ready, exchange.response.json(ABSENT))
                return True
            if pause is not None:
                self.session.pause(pause)
            elif is_limited(case.facts["written"], exchange.response):
                self._why_not(f"{ready.label}: the server answers 429")
        return False

    def _why_not(self, reason: str) -> None:
        self.session.knowledge.why_not[self.written.id] = reason

    def _unanswered(self, step: Step, exchange: Exchange | None) -> None:
        """Why it is not judged: nothing was sent (whoever refused it says more), or nobody was there."""
        if exchange is not None and exchange.unreachable:
            self._why_not(f"{step.label}: {exchange.error}")

    def _may_be_sent(self, case: Case, step: Step) -> bool:
        profile = self.session.profile
        if profile.reads_only and case.effect is not Effect.READ:
            self._why_not(f"the profile {profile.name} only reads, and {step.label} does more")
            return False
        wrong = next((name for name, value in case.headers if not _fits_header(value)), None)
        if wrong is not None:
            self._why_not(f"{step.label}: the value of the header {wrong} is none that a header can hold")
        return wrong is None

    def _ready(self, step: Step) -> Step:
        """The step with every `$name` replaced."""
        known = self.known
        return replace(
            step,
            path_values={name: _segment(as_text(filled(each, known))) for name, each in step.path_values.items()},
            path=filled(step.path, {name: _segment(as_text(value)) for name, value in known.items()}),
            query=filled(dict(step.query), known),
            headers={name: as_text(filled(each, known)) for name, each in step.headers.items()},
            request=filled(step.request, known),
            expect=self._expected(step.expect),
        )

    def _expected(self, expect: Expect) -> Expect:
        known = self.known
        return replace(
            expect,
            values=tuple((pointer, _compared(each, known)) for pointer, each in expect.values),
            has_item=filled(expect.has_item, known),
            has_no_item=filled(expect.has_no_item, known),
            same_as=self._shown(expect.same_as),
            differs_from=self._shown(expect.differs_from),
        )

    def _shown(self, earlier: Earlier | None) -> Earlier | None:
        if earlier is None:
            return None
        answer = self.answers[earlier.step]
        return replace(earlier, shown=tuple(lookup(answer, pointer) for pointer in earlier.at))

    def _keep(self, step: Step, answer: JSON) -> None:
        self.answers.append(answer)
        private = self.session.contract.schemas.privacy_fields()
        for name, pointer in step.capture.items():
            self.known[name] = lookup(answer, pointer)
            if private.get(pointer.rsplit("/", 1)[-1]) == "secret":
                self.session.knowledge.secrets |= spellings(as_text(self.known[name]))

    def _case(self, ready: Step, step: Step) -> Case:
        trial = Trial(
            requirement=self.written.id,
            step=ready,
            place=f"{self.written.file}:{step.line}",
            final=step is self.written.steps[-1],
        )
        body = encode(ready.request) if ready.sends else None
        case = self._asked(ready, body)
        headers = (("content-type", "application/json"),) if body is not None else ()
        own = tuple((name.lower(), value) for name, value in ready.headers.items())
        return replace(
            case,
            headers=(*(each for each in headers if each[0] not in dict(own)), *own),
            authorization=_KEYS[ready.key],
            body=body,
            title=f"{ready.label} of {self.written.id}",
            facts={**case.facts, "written": trial, **({"alone": True} if own else {})},
        )

    def _asked(self, step: Step, body: bytes | None) -> Case:
        """What is asked of whom: an operation of the contract, or anything else of the target."""
        operation = self.session.contract.operations.get(step.operation)
        if operation is None:
            query = urlencode(_texts(step.query), doseq=True, errors="replace")
            known = self.session.contract.operations
            name, effect = other_request(step.method, step.path, known, body=body, query=query)
            return Case(
                operation=name,
                purpose="written",
                method=step.method,
                path=step.path,
                query=query,
                effect=effect,
                facts={"alone": True},
            )
        facts: dict[str, JSON] = {"valid": True} if is_valid(self.session, step) else {}
        if "call_id" in step.path_values:
            facts["call_id"] = unquote(step.path_values["call_id"])
        if facts.get("valid") and operation.name == "list-calls":
            asked = step.query if operation.request_in == "query" else step.request
            if "filter_criteria" not in asked:
                facts["list"] = dict(asked)
        query = bracketed(step.query)
        return Case(
            operation=operation.name,
            purpose="written",
            method=operation.method,
            path=operation.path_with(next(iter(step.path_values.values()), "")),
            query=query,
            effect=_effect(operation, body, query),
            facts=facts,
        )


def _not_last(case: Case) -> Case:
    """The same case, when it will be sent once more if it does not hold."""
    return replace(case, facts={**case.facts, "written": replace(case.facts["written"], last=False)})


def is_valid(session: Session, step: Step) -> bool:
    """Whether the contract calls the request of a step valid, so that an answer to it is judged like any other.

    In doubt it is not: then only its scenario judges it, and what holds for every answer.
    """
    operation = session.contract.operation(step.operation)
    expects_success = any(status == "2xx" or status in range(200, 300) for status in step.expect.statuses)
    if step.key != "right" or step.headers or not expects_success:
        return False
    if operation.request is None:
        return not step.sends and not step.query
    asked, other = (step.query, step.sends) if operation.request_in == "query" else (step.request, step.query)
    return isinstance(asked, dict) and not other and not session.contract.schemas.validate(operation.request, asked)


def other_request(
    method: str, path: str, known: Mapping[str, object], *, body: bytes | None = None, query: str = ""
) -> tuple[str, Effect]:
    """The name and the effect of a request that is written as method and path.

    A path that names an operation of any edition counts as that operation: it needs the same permission.

    Args:
        known: The operations of this edition.
    """
    name, effect = OTHER_REQUEST, Effect.READ if method in _READS else Effect.WRITES
    parts = re.split(r"[/\\;]", unquote(path).lower())
    for operation in _every_operation():
        verb = next(part for part in operation.path.split("/") if part and not _VERSION.fullmatch(part))
        counts = operation.method == method or operation.effect in {Effect.BILLS, Effect.DIALS}
        if not counts or not any(part.strip().startswith(verb) for part in parts):
            continue
        does = _effect(operation, body, query)
        if _RANK.index(does) >= _RANK.index(effect):
            name, effect = (operation.name if operation.name in known else OTHER_REQUEST), does
    return name, effect


def _effect(operation: Operation, body: bytes | None, query: str) -> Effect:
    """What it does if it is accepted; a server might take from the query what the body does not say."""
    return operation.effect if query else effect_of(operation.effect, operation.name, body)


def _every_operation() -> Iterator[Operation]:
    for edition in editions():
        yield from load_schemas(edition.id).operations()


def _compared(comparisons: Mapping[str, JSON], known: Mapping[str, JSON]) -> Mapping[str, JSON]:
    return {name: wanted if name == "matches" else filled(wanted, known) for name, wanted in comparisons.items()}


def _pauses(seconds: float) -> Iterator[float]:
    """How long is waited before each further try: a little at first, in all as long as was said."""
    pause, left = _PAUSE, seconds
    while left > 0:
        yield min(pause, left)
        left -= pause
        pause = min(2 * pause, _LONGEST_PAUSE)


def _segment(text: str) -> str:
    """A text as one part of a path, whatever it holds."""
    return text.replace(".", "%2E") if text in {".", ".."} else quote(text, safe="", errors="replace")


def _texts(query: Mapping[str, JSON]) -> dict[str, str | list[str]]:
    return {
        name: [as_text(each) for each in value] if isinstance(value, list) else as_text(value)
        for name, value in query.items()
    }


def _fits_header(value: str) -> bool:
    return value.isascii() and value.isprintable() and value.strip() == value
