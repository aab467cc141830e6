"""`conformance list` and `conformance explain`."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from conformance.contract.contract import Contract


def list_things(options: argparse.Namespace) -> int:
    """List what the contract holds."""
    as_json = options.format == "json"
    if options.what == "faults":
        return print_faults(as_json=as_json, receivers=True)
    from conformance.contract.contract import load_contract  # noqa: PLC0415 - costly

    rows = _ROWS[options.what](load_contract(options.edition))
    return _print(rows, as_json=as_json)


def print_faults(*, as_json: bool, receivers: bool = False) -> int:
    """List the faults that the mock vendor can have, and if wanted those of the mock receiver."""
    from conformance import mockreceiver, mockvendor  # noqa: PLC0415 - costly

    rows = [(each.name, each.breaks, each.text) for each in mockvendor.faults()]
    if receivers:
        rows += [(each.name, each.breaks, each.text) for each in mockreceiver.faults()]
    return _print([{"fault": name, "breaks": breaks, "text": text} for name, breaks, text in rows], as_json=as_json)


def explain(options: argparse.Namespace) -> int:
    """Print one requirement in full."""
    from conformance.contract.contract import load_contract  # noqa: PLC0415 - costly

    requirement = load_contract(options.edition).requirement(options.requirement)
    parameters = json.dumps(dict(requirement.parameters)) if requirement.parameters else ""
    lines = [
        f"{requirement.id}  {requirement.title}",
        "",
        f"level       {requirement.level}",
        f"evidence    {requirement.evidence}",
        f"clause      {requirement.clause}",
        f"sources     {', '.join(requirement.sources)}",
        f"operations  {', '.join(requirement.operations) or 'all'}",
        f"check       {requirement.check} {parameters}".rstrip(),
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
    from conformance.contract.contract import DEFAULT_EDITION  # noqa: PLC0415 - costly
    from conformance.contract.schemas import editions  # noqa: PLC0415 - costly

    del contract
    return [
        {"edition": each.id, "default": each.id == DEFAULT_EDITION, "title": each.title, "dates": each.dates}
        for each in editions()
    ]


_ROWS = {"requirements": _requirements, "operations": _operations, "suites": _suites, "editions": _editions}


def _print(rows: Sequence[dict[str, Any]], *, as_json: bool) -> int:
    if as_json:
        sys.stdout.write(json.dumps(list(rows), ensure_ascii=False, indent=2) + "\n")
        return 0
    if rows:
        cells = [list(rows[0]), *([_cell(value) for value in row.values()] for row in rows)]
        for line in _columns(cells, _width()):
            sys.stdout.write(line + "\n")
    return 0


def _cell(value: object) -> str:
    return {True: "yes", False: ""}.get(value, str(value)) if isinstance(value, bool) else str(value)


def _width() -> int | None:
    """Columns of the terminal; None where there is none, so that nothing is wrapped in a file or a pipe."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def _columns(rows: Sequence[Sequence[str]], width: int | None) -> Iterator[str]:
    """Rows in columns; the last one takes the room that is left, and is wrapped below itself."""
    widths = [max(len(row[index]) for row in rows) for index in range(len(rows[0]) - 1)]
    indent = sum(widths) + 2 * len(widths)
    for row in rows:
        head = "".join(f"{cell:<{widths[index]}}  " for index, cell in enumerate(row[:-1]))
        room = max(20, width - indent) if width else max(1, len(row[-1]))
        lines = textwrap.wrap(row[-1], room) or [""]
        yield (head + lines[0]).rstrip()
        yield from (" " * indent + line for line in lines[1:])
