"""Checks by name.

A check is a pure function that yields what differs, with a predicate that says whether it applies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from conformance.checks.view import View
from conformance.model import JSON, Exchange, Mismatch

Given: TypeAlias = Mapping[str, JSON]
"""The parameters of a requirement: the `with` of its suite file."""

Judge: TypeAlias = Callable[[View, Given], Iterator[Mismatch]]
When: TypeAlias = Callable[[View, Given], bool]
Silence: TypeAlias = Callable[[Exchange, Given], Sequence[Mismatch] | None]
"""What no answer at all tells; None if the check does not apply."""
GroupJudge: TypeAlias = Callable[[Sequence[View], Given], Iterator[Mismatch]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One exchange is judged alone.

    Attributes:
        silence: Judges an exchange that got no answer; None for checks that then say nothing.
    """

    name: str
    when: When
    judge: Judge
    silence: Silence | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """Several exchanges are judged together: those of one operation, or of one group of a scenario.

    Attributes:
        group: `operation`, or the name that the cases carry as the fact `group`.
        when: Which of the exchanges take part.
    """

    name: str
    group: str
    when: When
    judge: GroupJudge


CHECKS: dict[str, Check] = {}
RELATIONS: dict[str, Relation] = {}


def check(name: str, *, when: When, silence: Silence | None = None) -> Callable[[Judge], Judge]:
    """File a check under the name that suites use."""

    def register(judge: Judge) -> Judge:
        _free(name)
        CHECKS[name] = Check(name=name, when=when, judge=judge, silence=silence)
        return judge

    return register


def relation(name: str, *, group: str, when: When) -> Callable[[GroupJudge], GroupJudge]:
    """File a relation under the name that suites use."""

    def register(judge: GroupJudge) -> GroupJudge:
        _free(name)
        RELATIONS[name] = Relation(name=name, group=group, when=when, judge=judge)
        return judge

    return register


def _free(name: str) -> None:
    if name in CHECKS or name in RELATIONS:
        raise ValueError(f"two checks are called {name!r}")
