"""`conformance list` and `conformance explain`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from conformance.contract.contract import Contract


def list_things(options: argparse.Namespace) -> int:
    """List what the contract holds."""
    as_json = options.format == "json"
    if options.what == "faults":
        return print_faults(as_json=as_json)
    from conformance.contract.contract import load_contract  # noqa: PLC0415 - costly

    rows = _ROWS[options.what](load_contract(options.edition))
    return _print(rows, as_json=as_json)


def print_faults(*, as_json: bool) -> int:
    """List the faults that the mock vendor can have."""
    from conformance.mockvendor import faults  # noqa: PLC0415 - costly

    return _print(
        [{"fault": each.name, "breaks": each.breaks, "text": each.text} for each in faults()], as_json=as_json
    )


def explain(options: argparse.Namespace) -> int:
    """Print one requirement in full."""
    from conformance.contract.contract import load_contract  # noqa: PLC0415 - costly

    requirement = load_contract(options.edition).requirement(options.requirement)
    lines = [
        f"{requirement.id}  {requirement.title}",
        "",
        f"level       {requirement.level}",
        f"evidence    {requirement.evidence}",
        f"clause      {requirement.clause}",
        f"sources     {', '.join(requirement.sources)}",
        f"operations  {', '.join(requirement.operations) or 'all'}",
        f"check       {requirement.check} {json.dumps(dict(requirement.parameters)) if requirement.parameters else ''}".rstrip(),
        f"suite       {requirement.suite}:{requirement.line}",
        f"fix         {requirement.advice}",
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


def _requirements(contract: Contract) -> list[dict[str, Any]]:
    return [
        {
            "id": each.id,
            "level": str(each.level),
            "evidence": str(each.evidence),
            "area": each.area,
            "title": each.title,
        }
        for each in contract.requirements
    ]


def _operations(contract: Contract) -> list[dict[str, Any]]:
    return [
        {
            "operation": each.name,
            "method": each.method,
            "path": each.path,
            "success": each.success,
            "effect": str(each.effect),
        }
        for each in contract.operations.values()
    ]


def _suites(contract: Contract) -> list[dict[str, Any]]:
    from conformance.contract.suites import areas  # noqa: PLC0415 - costly

    return [
        {"suite": area, "requirements": len(members), "file": members[0].suite}
        for area, members in areas(contract.requirements).items()
    ]


def _editions(contract: Contract) -> list[dict[str, Any]]:
    from conformance.contract.schemas import editions  # noqa: PLC0415 - costly

    return [
        {"edition": each.id, "title": each.title, "dates": each.dates, "default": each.id == contract.edition}
        for each in editions()
    ]


_ROWS = {"requirements": _requirements, "operations": _operations, "suites": _suites, "editions": _editions}


def _print(rows: Sequence[dict[str, Any]], *, as_json: bool) -> int:
    if as_json:
        sys.stdout.write(json.dumps(list(rows), ensure_ascii=False, indent=2) + "\n")
        return 0
    from rich.console import Console  # noqa: PLC0415 - costly
    from rich.table import Table  # noqa: PLC0415 - costly
    from rich.text import Text  # noqa: PLC0415 - costly

    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", pad_edge=False)
    for index, heading in enumerate(rows[0] if rows else ()):
        last = index == len(rows[0]) - 1
        table.add_column(heading, no_wrap=not last, overflow="fold")
    for row in rows:
        table.add_row(
            *(Text("yes" if value is True else "" if value is False else str(value)) for value in row.values())
        )
    Console(file=sys.stdout, highlight=False).print(table)
    return 0
