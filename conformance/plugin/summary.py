"""The section at the end: how each suite came out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import pytest

from conformance.plugin.options import in_flags
from conformance.plugin.sharing import facts_of
from conformance.plugin.state import state_of

__all__ = ["summarize"]

_OUTCOMES = ("passed", "failed", "warned", "skipped", "errored")


def summarize(terminal: pytest.TerminalReporter, config: pytest.Config, reports: Iterable[Any]) -> None:
    """Write a table by suite, and a line on each run."""
    counted = _counted(reports)
    if not counted:
        return
    terminal.section("conformance")
    width = max(len(area) for area in (*counted, "suite"))
    terminal.line("  ".join(["suite".ljust(width), *_OUTCOMES]))
    for area, outcomes in counted.items():
        cells = (str(outcomes[name] or "").rjust(len(name)) for name in _OUTCOMES)
        terminal.line("  ".join([area.ljust(width), *cells]).rstrip())
    for facts in facts_of(config):
        for line in _facts(facts, state_of(config).target):
            terminal.line(line)


def _counted(reports: Iterable[Any]) -> dict[str, Counter[str]]:
    """How many requirements of each suite came out how: once for each, as the report of its teardown tells."""
    found: dict[str, Counter[str]] = {}
    for report in reports:
        told = dict(getattr(report, "user_properties", ()))
        if "requirement" in told and getattr(report, "when", "") == "teardown":
            found.setdefault(told["area"], Counter())[told.get("outcome", "skipped")] += 1
    return found


def _facts(facts: dict[str, Any], target: str | None) -> list[str]:
    if facts["error"]:
        return [f"No run: {in_flags(facts['error'])}"]
    name = "mock" if target == "mock" and "127.0.0.1" in facts["target"] else facts["target"]
    requests = "1 request" if facts["requests"] == 1 else f"{facts['requests']} requests"
    line = f"{name} · {requests} · {facts['seconds']:.1f} s · edition {facts['edition']} · seed {facts['seed']}"
    stopped = [f"Not complete: {facts['stopped']}."] if facts["stopped"] else []
    return [line, *facts["notes"], *stopped]
