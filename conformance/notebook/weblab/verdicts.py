"""What an answer is worth, in words: judged by the checks of `conformance webhook`, as far as one delivery tells."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass

from conformance.checks.judging import Verdicts
from conformance.contract.contract import Contract
from conformance.model import Exchange, Finding, Level, Outcome, Requirement, Result
from conformance.notebook.weblab.cases import BORDERLINE, GROWN_RIGHT
from conformance.notebook.weblab.reading import contract_of
from conformance.notebook.weblab.ways import judging_forgery
from conformance.webhooks.sender import INBOUND

__all__ = ["Verdict", "judge"]

_OK, _REDIRECTS = range(200, 300), range(300, 400)
_TOO_MANY, _CRASHED = 429, 500
_UNSURE_KEY = (401, 403)
_OTHER_KEY = "Give the lab the key that the receiver has: WebhookLab(…, key=…). If it has it: "
_LEFT_OPEN = {
    BORDERLINE: "Its time is so near the limit of five minutes that the clocks decide; nothing is judged",
    GROWN_RIGHT: "Its time lay ahead when it was first sent, and has come by now, so it may be accepted",
}
_QUESTION = "No requirement speaks of the question before a call"
_PROMISED_NOT = "Nothing promises how a webhook is answered that is not as the contract says"
"""What is said where no check has anything to say, by what it was sent for."""
_TELLING = ("forged-refused", "some-delivery-accepted", "delivery-accepted", "delivery-accepted-alike")
"""The checks that say whether an answer was the right one, as against how quick and whole it was."""
_SEVERAL = frozenset({"delivery-accepted-alike"})
"""What several deliveries show only; one that was refused would pass."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is to be said of an answer.

    Attributes:
        kind: `passed`, `failed`, `warned`, `errored`, or `skipped` where nothing promises how it is answered.
        word: The kind for people, short: `accepted a forged one`.
        text: One sentence.
        cites: The requirements that it is judged by.
        advice: What to do, or "".
    """

    kind: str
    word: str
    text: str
    cites: tuple[Requirement, ...] = ()
    advice: str = ""


@functools.lru_cache(maxsize=8)
def _promises(edition: str) -> Contract:
    return contract_of(edition).judging("receiver")


def judge(exchange: Exchange, edition: str, *, vouched: bool = True) -> Verdict:
    """Judge the answer to one delivery.

    Args:
        vouched: Whether the receiver accepted a delivery with a right signature before. If not, a refusal tells little.
    """
    if exchange.unreachable:
        return _unreachable(exchange)
    if _status(exchange) == _TOO_MANY:
        return Verdict(
            kind="skipped",
            word="asked to wait",
            text="It answered 429: it has had too much for now. Nothing is judged.",
            advice="Wait a little, and send it again.",
        )
    contract = _promises(edition)
    verdicts = Verdicts(contract, lambda _: "")
    verdicts.take(exchange)
    verdicts.conclude()
    results = [each for each in verdicts.results({}) if each.outcome is not Outcome.SKIPPED]
    broken = sorted((each for each in results if each.findings), key=lambda each: -each.outcome.rank)
    if broken:
        return _broken(exchange, broken, vouched=vouched)
    if exchange.response is None:
        return Verdict(kind="errored", word="no answer", text=_sentence(exchange.error or "nothing came"))
    if exchange.case.flaw is not None:
        return _refused(exchange, contract, vouched=vouched)
    return _answered(exchange, [each for each in results if each.requirement.check not in _SEVERAL])


def _unreachable(exchange: Exchange) -> Verdict:
    return Verdict(
        kind="errored",
        word="not reached",
        text=_sentence(f"It was not sent: {exchange.error or 'nothing listens there'}"),
        advice="Start the receiver, or check host, port and path.",
    )


def _status(exchange: Exchange) -> int:
    return exchange.response.status if exchange.response else 0


def _broken(exchange: Exchange, broken: list[Result], *, vouched: bool) -> Verdict:
    """What is wrong; the first is the gravest."""
    finding = broken[0].findings[0]
    kind = "failed" if finding.outcome is Outcome.FAILED else "warned"
    doubt = _OTHER_KEY if not vouched and exchange.case.flaw is None and _status(exchange) in _UNSURE_KEY else ""
    word, text = _wrong(exchange, finding)
    return Verdict(
        kind=kind,
        word=word,
        text=_sentence(text),
        cites=tuple(each.requirement for each in broken),
        advice=f"{doubt}{finding.requirement.advice}",
    )


def _wrong(exchange: Exchange, finding: Finding) -> tuple[str, str]:
    """A short word and a sentence for a finding."""
    status, check = _status(exchange), finding.requirement.check
    flaw = exchange.case.flaw
    if check == "forged-refused" and flaw is not None:
        return (
            "accepted a forged one",
            f"It accepted a forged webhook with {status} although {flaw.text}: {_harm(flaw.kind)}",
        )
    if check == "some-delivery-accepted":
        return "not accepted", f"It answered {status} to a webhook that is rightly signed and as the contract says"
    if check == "delivery-not-redirected":
        return "redirected", f"{_capital(finding.mismatch.message)}, and redirects are not followed: it is lost"
    if exchange.response is None:
        return "no answer", _capital(finding.mismatch.message)
    told = f"{_capital(finding.mismatch.message)}: expected {finding.mismatch.expected}, got {finding.mismatch.actual}"
    if check == "forged-not-crashing":
        return ("redirected" if status in _REDIRECTS else "crashed" if status >= _CRASHED else "not refused"), told
    return "not accepted", told


_TIMES = frozenset({"stale", "hour-old", "future", "hour-ahead", "far-future"})


def _harm(kind: str) -> str:
    return "whoever kept a copy could send it again" if kind in _TIMES else "anybody could send it"


def _refused(exchange: Exchange, contract: Contract, *, vouched: bool) -> Verdict:
    """A forged one was refused; no check had anything against it."""
    flaw = exchange.case.flaw
    requirement = judging_forgery(flaw.kind, contract) if flaw else None
    cites = (requirement,) if requirement else ()
    text = f"It refused a forged webhook with {_status(exchange)}"
    if vouched:
        return Verdict(kind="passed", word="refused", text=f"{text}, as it must.", cites=cites)
    return Verdict(
        kind="skipped",
        word="refused",
        text=f"{text}. It has accepted nothing yet, so it may refuse everything.",
        cites=cites,
        advice="Send a right one first, then this again.",
    )


def _answered(exchange: Exchange, results: list[Result]) -> Verdict:
    """A right one was answered; no check had anything against it."""
    status = _status(exchange)
    order = {check: place for place, check in enumerate(_TELLING)}
    telling = sorted(
        (each.requirement for each in results if each.requirement.check in order),
        key=lambda requirement: order[requirement.check],
    )
    if exchange.case.operation == INBOUND and status in _OK:
        return _to_the_question(exchange)
    if telling and status in _OK:
        due = "must" if telling[0].level is Level.MUST else "should"
        text = f"It accepted the webhook with {status}, as it {due}."
        return Verdict(kind="passed", word="accepted", text=text, cites=(telling[0],))
    return Verdict(
        kind="skipped",
        word="accepted" if status in _OK else "answered",
        text=f"It answered {status}. {_left_open(exchange)}.",
    )


def _left_open(exchange: Exchange) -> str:
    if exchange.case.operation == INBOUND:
        return _QUESTION
    return _LEFT_OPEN.get(exchange.case.facts["sending"]["aspect"], _PROMISED_NOT)


def _to_the_question(exchange: Exchange) -> Verdict:
    """The answer to `call_inbound` is read by the vendor."""
    answer, example = exchange.response.json(None) if exchange.response else None, json.dumps({INBOUND: {}})
    if exchange.response is not None and not exchange.response.body:
        return Verdict(
            kind="skipped",
            word="no answer",
            text="It accepted the question and said nothing. What the vendor makes of that is not stated.",
            advice=f"If it is there for such questions, answer with JSON, such as {example}.",
        )
    if answer is None:
        errors = "it is no JSON"
    else:
        found = contract_of("v2").schemas.validate("inbound-response", answer)
        errors = "; ".join(f"{each.pointer or 'the answer'}: expected {each.expected}" for each in found)
    if not errors:
        return Verdict(kind="passed", word="accepted", text="It answered the question as the vendor expects it.")
    return Verdict(
        kind="failed",
        word="wrong answer",
        text=_sentence(f"It accepted the question, but the vendor cannot use its answer: {errors}"),
        advice=f"Answer with JSON, such as {example}.",
    )


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _sentence(text: str) -> str:
    told = _capital(text.strip().rstrip("."))
    return told if told.endswith("?") else f"{told}."
