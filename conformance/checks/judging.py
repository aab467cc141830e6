"""From exchanges to the results of a run.

Which requirement each mismatch breaks, and mismatches of one cause joined.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from conformance.checks.registry import CHECKS, RELATIONS, Check, Relation
from conformance.checks.view import View
from conformance.errors import UnknownName
from conformance.model import Exchange, Finding, Level, Mismatch, Outcome, Requirement, Result

if TYPE_CHECKING:
    from conformance.contract.contract import Contract

LACKING = "the server has no "
"""How a reason begins that an operation is missing; several are told in one."""
_SEPARATE, _NAMED = 3, 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """One mismatch with the requirement that it breaks and the exchange that shows it."""

    requirement: Requirement
    mismatch: Mismatch
    exchange: Exchange

    @property
    def outcome(self) -> Outcome:
        """`failed` for a must, else `warned`; a mismatch may be milder than its requirement."""
        must = self.requirement.level is Level.MUST and self.mismatch.level in {None, Level.MUST}
        return Outcome.FAILED if must else Outcome.WARNED

    @property
    def cause(self) -> tuple[str, str, Outcome, str]:
        """Judgements of equal cause are one finding."""
        pointer = "/".join("*" if step.isdigit() else step for step in self.mismatch.pointer.split("/"))
        return (
            self.requirement.id,
            self.exchange.case.operation,
            self.outcome,
            self.mismatch.cause if self.mismatch.cause is not None else pointer,
        )


@dataclass(slots=True)
class _Tally:
    cases: int = 0
    findings: dict[tuple[str, str, Outcome, str], Finding] = field(default_factory=dict)
    exercised: dict[str, int] = field(default_factory=dict)

    def count(self, exchange: Exchange) -> None:
        """One more exchange exercised the requirement."""
        self.cases += 1
        operation = exchange.case.operation
        self.exercised[operation] = self.exercised.get(operation, 0) + 1


class Verdicts:
    """Takes exchanges as they come, and tells at the end what became of each requirement.

    Args:
        contract: The edition and its requirements.
        repeat: Tells how an exchange can be repeated by hand.

    Raises:
        UnknownName: A requirement names a check that does not exist.
    """

    def __init__(self, contract: Contract, repeat: Callable[[Exchange], str]) -> None:
        self._contract, self._repeat = contract, repeat
        self._tallies = {requirement.id: _Tally() for requirement in contract.requirements}
        self._singles: list[tuple[Requirement, Check]] = []
        self._relations: list[tuple[Requirement, Relation]] = []
        for requirement in contract.requirements:
            self._file(requirement)
        self._kept: dict[tuple[str, str], list[View]] = {}
        self._last_shown: dict[tuple[str, str, Outcome, str], Exchange] = {}

    def _file(self, requirement: Requirement) -> None:
        if requirement.check in CHECKS:
            self._singles.append((requirement, CHECKS[requirement.check]))
        elif requirement.check in RELATIONS:
            self._relations.append((requirement, RELATIONS[requirement.check]))
        else:
            where = f"{requirement.suite}:{requirement.line}: "
            raise UnknownName("check", requirement.check, (*CHECKS, *RELATIONS), where=where)

    def take(self, exchange: Exchange) -> tuple[Finding, ...]:
        """Judge one exchange; the findings that are new. One without a response tells little."""
        if exchange.response is None:
            judgements = self._unanswered(exchange)
        else:
            view = View(exchange, self._contract)
            self._keep(view)
            judgements = self._judge(view)
        return tuple(new for judgement in judgements if (new := self._file_finding(judgement)) is not None)

    def _unanswered(self, exchange: Exchange) -> Iterator[Judgement]:
        for requirement, check in self._singles:
            if check.silence is None or not _concerns(requirement, exchange):
                continue
            mismatches = check.silence(exchange, requirement.parameters)
            if mismatches is not None:
                self._tallies[requirement.id].count(exchange)
                yield from _judged(requirement, mismatches, exchange)

    def _keep(self, view: View) -> None:
        self._kept.setdefault(("operation", view.case.operation), []).append(view)
        self._kept.setdefault(("run", "run"), []).append(view)
        group = view.case.facts.get("group")
        if group is not None:
            self._kept.setdefault((group.split(" ")[0], group), []).append(view)

    def _judge(self, view: View) -> Iterator[Judgement]:
        for requirement, check in self._singles:
            if _concerns(requirement, view.exchange) and check.when(view, requirement.parameters):
                self._tallies[requirement.id].count(view.exchange)
                yield from _judged(requirement, check.judge(view, requirement.parameters), view.exchange)

    def breaks(self, exchange: Exchange, requirement: Requirement) -> bool:
        """Whether an exchange alone shows a mismatch of the requirement. Counts nothing; for shrinking."""
        return any(
            Judgement(requirement=requirement, mismatch=each, exchange=exchange).outcome is Outcome.FAILED
            or requirement.level is not Level.MUST
            for each in self._mismatches(exchange, requirement)
        )

    def _mismatches(self, exchange: Exchange, requirement: Requirement) -> Iterable[Mismatch]:
        check = CHECKS.get(requirement.check)
        if check is None:
            return ()
        if exchange.response is None:
            return (check.silence and check.silence(exchange, requirement.parameters)) or ()
        view = View(exchange, self._contract)
        return check.judge(view, requirement.parameters) if check.when(view, requirement.parameters) else ()

    def conclude(self) -> tuple[Finding, ...]:
        """Judge what only several exchanges together show; the findings that are new."""
        found = []
        for requirement, relation in self._relations:
            for (group, _), views in self._kept.items():
                taking_part = [
                    view
                    for view in views
                    if _concerns(requirement, view.exchange) and relation.when(view, requirement.parameters)
                ]
                if group != relation.group or not taking_part:
                    continue
                for view in taking_part:
                    self._tallies[requirement.id].count(view.exchange)
                for mismatch in relation.judge(taking_part, requirement.parameters):
                    shown = mismatch.exchange or taking_part[0].exchange
                    judgement = Judgement(requirement=requirement, mismatch=mismatch, exchange=shown)
                    if (new := self._file_finding(judgement)) is not None:
                        found.append(new)
        return tuple(found)

    def _file_finding(self, judgement: Judgement) -> Finding | None:
        findings = self._tallies[judgement.requirement.id].findings
        known = findings.get(judgement.cause)
        if known is not None:
            shown = judgement if _size(judgement.exchange) < _size(known.exchange) else None
            again = self._last_shown.get(judgement.cause) is not judgement.exchange
            findings[judgement.cause] = self._seen_again(replace(known, seen=known.seen + again), shown)
            self._last_shown[judgement.cause] = judgement.exchange
            return None
        finding = Finding(
            requirement=judgement.requirement,
            operation=judgement.exchange.case.operation,
            outcome=judgement.outcome,
            mismatch=judgement.mismatch,
            exchange=judgement.exchange,
            repeat=self._repeat(judgement.exchange),
            causes=(judgement.cause[-1],),
        )
        findings[judgement.cause] = finding
        self._last_shown[judgement.cause] = judgement.exchange
        return finding

    def _seen_again(self, known: Finding, smaller: Judgement | None) -> Finding:
        if smaller is None:
            return known
        return replace(
            known,
            mismatch=smaller.mismatch,
            exchange=smaller.exchange,
            repeat=self._repeat(smaller.exchange),
        )

    def findings(self) -> tuple[Finding, ...]:
        """Every finding so far, before those of many places are joined."""
        return tuple(finding for tally in self._tallies.values() for finding in tally.findings.values())

    def swap(self, old: Finding, new: Finding) -> None:
        """Put a smaller finding in the place of one."""
        findings = self._tallies[old.requirement.id].findings
        for cause, finding in findings.items():
            if finding is old:
                findings[cause] = new
                return

    def shown_by(self, finding: Finding, exchange: Exchange) -> Finding:
        """The same finding, shown by another exchange that breaks its requirement."""
        mismatch = next(iter(self._mismatches(exchange, finding.requirement)), finding.mismatch)
        return replace(finding, mismatch=mismatch, exchange=exchange, repeat=self._repeat(exchange))

    def results(self, reasons: Mapping[str, str], *, unfinished: str | None = None) -> tuple[Result, ...]:
        """What became of each requirement, in the order of the suites.

        Args:
            reasons: Why a requirement may not have been exercised, by id or by operation.
            unfinished: Why the run was cut short, if it was.
        """
        return tuple(self._result(requirement, reasons, unfinished) for requirement in self._contract.requirements)

    def _result(self, requirement: Requirement, reasons: Mapping[str, str], unfinished: str | None) -> Result:
        tally = self._tallies[requirement.id]
        findings = _joined([each for each in tally.findings.values() if not self._overshadowed(each)])
        if findings:
            outcome = max((finding.outcome for finding in findings), key=lambda each: each.rank)
        else:
            outcome = Outcome.PASSED if tally.cases else Outcome.SKIPPED
        reason = None if tally.cases else _reason(requirement, reasons, unfinished)
        return Result(
            requirement=requirement,
            outcome=outcome,
            cases=tally.cases,
            reason=reason,
            findings=findings,
            exercised=dict(tally.exercised),
        )

    def _overshadowed(self, finding: Finding) -> bool:
        """Whether another finding says the same more closely.

        A doubtful refusal is not told where a firm one of the same place is; nor what yields to another requirement
        with findings as grave.
        """
        every = [each for each in self.findings() if each.outcome.rank >= finding.outcome.rank]
        if {each.requirement.id for each in every} & set(finding.requirement.yields_to):
            return True
        if finding.requirement.check != "refused" or finding.outcome is not Outcome.WARNED:
            return False
        firm = [each for each in every if each.outcome is Outcome.FAILED and each.requirement.check == "refused"]
        return any(_covers(each, finding) for each in firm)


def _covers(firm: Finding, doubtful: Finding) -> bool:
    one, other = firm.exchange.case.flaw, doubtful.exchange.case.flaw
    return (
        firm.operation == doubtful.operation
        and one is not None
        and other is not None
        and f"{other.pointer}/".startswith(f"{one.pointer}/")
    )


def _reason(requirement: Requirement, reasons: Mapping[str, str], unfinished: str | None) -> str:
    wanted = [requirement.id, *requirement.operations]
    told = dict.fromkeys(reasons[each] for each in wanted if each in reasons)
    missing = [each.removeprefix(LACKING) for each in told if each.startswith(LACKING)]
    others = [each for each in told if not each.startswith(LACKING)]
    sentences = ([LACKING + ", ".join(missing)] if missing else []) + others
    return unfinished or "; ".join(sentences) or reasons.get("") or "nothing that was sent exercises it"


def _concerns(requirement: Requirement, exchange: Exchange) -> bool:
    if exchange.received and not requirement.deliveries:
        return False
    if exchange.case.facts.get("alone") and requirement.check != "written":
        return False
    return not requirement.operations or exchange.case.operation in requirement.operations


def _judged(requirement: Requirement, mismatches: Iterable[Mismatch], exchange: Exchange) -> Iterator[Judgement]:
    for mismatch in mismatches:
        yield Judgement(requirement=requirement, mismatch=mismatch, exchange=exchange)


def _size(exchange: Exchange) -> int:
    answer = exchange.response
    return 4 * len(exchange.case.body or b"") + (len(answer.body) if answer else 0)


def _joined(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Findings of one requirement; the same defect in more than a few places of one operation is told once."""
    by_place: dict[tuple[str, Outcome], list[Finding]] = {}
    for finding in findings:
        by_place.setdefault((finding.operation, finding.outcome), []).append(finding)
    return tuple(each for group in by_place.values() for each in _join(group))


def _join(group: list[Finding]) -> list[Finding]:
    if len(group) <= _SEPARATE:
        return group
    first, others = group[0], group[1:]
    places = list(dict.fromkeys(_place(finding) for finding in others))
    more = f"; {len(others)} more alike: {', '.join(places[:_NAMED])}{', …' if len(places) > _NAMED else ''}"
    mismatch = replace(first.mismatch, message=first.mismatch.message + more)
    causes = tuple(dict.fromkeys(cause for finding in group for cause in finding.causes))
    return [replace(first, mismatch=mismatch, seen=sum(finding.seen for finding in group), causes=causes)]


def _place(finding: Finding) -> str:
    flaw = finding.exchange.case.flaw
    return (flaw.text if flaw else "") or finding.mismatch.pointer or finding.mismatch.message
