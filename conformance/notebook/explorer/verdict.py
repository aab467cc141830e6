"""What an answer means: whether it is what was to be expected, in one sentence, and what is wrong at which place."""

from __future__ import annotations

import http
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from conformance.checks.judging import Verdicts
from conformance.contract.contract import Contract
from conformance.model import Case, Exchange, Finding, Level, Mismatch, Outcome, Response
from conformance.notebook.explorer.form import read
from conformance.redact import Redactor
from conformance.testing.judging import judged

__all__ = ["Remark", "Verdict", "differs", "examine", "expected_of", "phrase"]

_SUCCESS, _REDIRECTS, _SERVER_ERRORS = range(200, 300), range(300, 400), range(500, 600)
_REFUSALS = frozenset({400, 422})
_NO_KEY, _NO_ROUTE, _LIMITED, _UNPAID = frozenset({401, 403}), frozenset({404, 405, 501}), 429, 402
_LATE = re.compile("time limit")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One sentence on an answer.

    Attributes:
        kind: `passed`, `failed`, `warned`, `errored`, or `skipped` where the contract leaves it open.
    """

    kind: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Something wrong at one place of an answer.

    Attributes:
        pointer: JSON pointer into the body; "" for the whole answer.
        kind: `failed` or `warned`.
        requirement: Its id, or "" where the schema alone tells it.
        clause: Where it is written.
    """

    pointer: str
    kind: str
    text: str
    requirement: str = ""
    clause: str = ""

    @property
    def told(self) -> str:
        """All of it in one line."""
        where = ": ".join(each for each in (self.requirement, self.clause) if each)
        return f"{self.text}{f' ({where})' if where else ''}"


def phrase(status: int) -> str:
    """A status with its words: `201 Created`."""
    try:
        return f"{status} {http.HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def examine(
    exchange: Exchange, contract: Contract, redactor: Redactor, repeat: str
) -> tuple[tuple[Finding, ...], tuple[Remark, ...]]:
    """What one answer alone shows. Nothing in the remarks must be hidden; findings keep their exchange as it was.

    Args:
        repeat: How the exchange is repeated by hand.

    Returns:
        The findings, the gravest first, those of one requirement in many places joined; and what is wrong at every
        place, by the checks and by the schema, each place told once for a reason.
    """
    verdicts = Verdicts(contract, lambda _exchange: repeat)
    verdicts.take(exchange)
    findings = [finding for result in verdicts.results({}) for finding in result.findings]
    shown = {each.requirement.id for each in findings}
    single = [_of_finding(each, redactor) for each in verdicts.findings() if each.requirement.id in shown]
    told = {(remark.pointer, expected): remark for remark, expected in single}
    named = {remark.clause: remark.requirement for remark, _ in single}
    for remark, expected in _of_value(exchange, contract, redactor):
        told.setdefault((remark.pointer, expected), replace(remark, requirement=named.get(remark.clause, "")))
    gravest = sorted(findings, key=lambda each: -each.outcome.rank)
    hidden = (replace(each, mismatch=redactor.mismatch(each.mismatch)) for each in gravest)
    return tuple(hidden), tuple(told.values())


def _of_finding(finding: Finding, redactor: Redactor) -> tuple[Remark, str]:
    requirement, mismatch = finding.requirement, redactor.mismatch(finding.mismatch)
    remark = Remark(
        pointer=finding.mismatch.pointer,
        kind="failed" if finding.outcome is Outcome.FAILED else "warned",
        text=differs(mismatch),
        requirement=requirement.id,
        clause=requirement.clause.partition(";")[0],
    )
    return remark, finding.mismatch.expected


def differs(mismatch: Mismatch) -> str:
    """A mismatch in one sentence."""
    told = f"{mismatch.message[:1].upper()}{mismatch.message[1:]}"
    return f"{told}: expected {mismatch.expected}, got {mismatch.actual}"


def _of_value(exchange: Exchange, contract: Contract, redactor: Redactor) -> Iterator[tuple[Remark, str]]:
    """What the value alone tells, at each of its places."""
    operation, answer = contract.operations.get(exchange.case.operation), exchange.response
    if operation is None or operation.response is None or answer is None or answer.status not in _SUCCESS:
        return
    value = answer.json(None)
    if value is None or exchange.case.purpose != "valid":
        return
    for each in judged(value, operation.response, contract):
        kind = "failed" if each.grave and each.mismatch.level is not Level.SHOULD else "warned"
        text = differs(redactor.mismatch(each.mismatch))
        yield Remark(pointer=each.mismatch.pointer, kind=kind, text=text, clause=each.clause), each.mismatch.expected


def expected_of(exchange: Exchange, contract: Contract, *, timeout_s: float) -> Verdict:
    """Whether the answer is what the contract lets one expect, and what to do where there is none."""
    answer, case = exchange.response, exchange.case
    if answer is None:
        return Verdict(kind="errored", text=_unanswered(exchange, timeout_s))
    trouble = _trouble(exchange, answer, has_path_value=bool(case.facts.get("parameter")))
    if trouble is not None:
        return trouble
    if case.purpose == "invalid" and case.flaw is not None:
        return _of_invalid(answer.status, case.flaw.text, firm=case.flaw.firm)
    left_open = _left_open(case, answer.status)
    if left_open is not None:
        return left_open
    if case.purpose in {"unknown-call", "deleted"}:
        refused = answer.status not in _SUCCESS
        told = f"This is {case.title}. It should be refused with 422,"
        return _compared(told, f"was ({answer.status})", f"was accepted ({answer.status})", good=refused)
    return _of_valid(answer, contract.operation(case.operation).success, proven=bool(case.facts.get("proven")))


def _left_open(case: Case, status: int) -> Verdict | None:
    """What is said where any answer may be right, or may still become right."""
    if case.purpose == "hostile":
        was = "accepted" if status in _SUCCESS else "refused"
        text = f"This is {case.title}. Correct servers differ there: any answer will do but a crash. It was {was}"
        return Verdict(kind="skipped", text=f"{text} with {status}.")
    if case.purpose == "deleted" and status in _SUCCESS and not case.facts.get("last"):
        text = "This is a call that was just deleted, and it is still there. Ask again in a few seconds."
        return Verdict(kind="warned", text=text)
    return None


def _of_invalid(status: int, flaw: str, *, firm: bool) -> Verdict:
    was = f"accepted with {status}" if status in _SUCCESS else f"refused with {status}"
    if not firm:
        text = f"This request is wrong: {flaw}. The sources leave open whether it must be refused; it was {was}."
        return Verdict(kind="skipped", text=text)
    told = f"This request is wrong: {flaw}. It should be refused with 400 or 422,"
    return _compared(told, f"was ({status})", f"was {was}", good=status in _REFUSALS)


def _compared(told: str, held: str, broken: str, *, good: bool) -> Verdict:
    return Verdict(kind="passed" if good else "failed", text=f"{told} {'and ' + held if good else 'but ' + broken}.")


def _of_valid(answer: Response, success: int, *, proven: bool) -> Verdict:
    status = answer.status
    told = f"A valid request: it should be accepted with {success},"
    if status == success:
        return Verdict(kind="passed", text=f"{told} and was.")
    if status in _SUCCESS or proven:
        return Verdict(kind="warned" if status in _SUCCESS else "failed", text=f"{told} but was answered {status}.")
    text = (
        f"{told} but was refused with {status}. Perhaps it names an agent, a number or a call that the target has not."
    )
    return Verdict(kind="warned", text=text)


def _unanswered(exchange: Exchange, timeout_s: float) -> str:
    parts = urlsplit(exchange.url)
    where = f"{parts.hostname}:{parts.port or (443 if parts.scheme == 'https' else 80)}"
    error = exchange.error or "there was no answer."
    if "refused" in error and exchange.unreachable:
        return f"Nothing listens at {where}. Start the target there, and send again."
    if _LATE.search(error):
        return f"There was no answer within {timeout_s:g} s. Send again, or give the Explorer a larger timeout_s."
    return f"{error[:1].upper()}{error[1:]}".replace("--timeout", "timeout_s")


def _trouble(exchange: Exchange, answer: Response, *, has_path_value: bool) -> Verdict | None:
    """What is to be said before any expectation: the answer tells nothing of the request itself."""
    status, name = answer.status, exchange.case.operation
    if status in _REDIRECTS:
        place = answer.header("location") or "an unnamed place"
        text = f"The target redirects ({status}) to {place}. Redirects are not followed: give the final base URL."
    elif status in _NO_KEY:
        text = f"The target refuses the key ({status}). Give the Explorer the right key=…."
    elif status == _LIMITED:
        wait = answer.header("retry-after")
        after = f"in {wait} s" if wait and wait.isdecimal() else "a little later"
        text = f"The target answers too many requests (429). Send again {after}."
    elif status == _UNPAID:
        text = "The account of the target is not paid (402). Look at its billing."
    elif status in _NO_ROUTE and not has_path_value:
        text = f"The target has no {name} ({status}). Check the base URL, or choose another edition."
    elif status in _SERVER_ERRORS:
        return Verdict(kind="failed", text=f"The target broke on this request ({status}). Look at its log.")
    else:
        return _no_json(answer)
    return Verdict(kind="errored", text=text)


def _no_json(answer: Response) -> Verdict | None:
    if not answer.body or answer.json(_trouble) is not _trouble:
        return None
    broken = read(answer.body.decode(errors="replace"))[1]
    if broken is not None and broken.limited:
        text = (
            f"The target answers {answer.status} with what is nested too deeply to be read here, or a number too long."
        )
        return Verdict(kind="errored", text=text)
    kind = (answer.header("content-type") or "no content type").split(";")[0]
    looks = answer.body.lstrip()[:1] in {b"[", b"{"}
    what = "with JSON that cannot be read" if looks else f"with {kind}, which is no JSON"
    ending = "Look at the body below." if looks else "Is this the base URL of the API?"
    return Verdict(kind="failed" if looks else "errored", text=f"The target answers {answer.status} {what}. {ending}")
