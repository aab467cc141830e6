"""`conformance diff`: what changed between two editions, and whose code it breaks."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from conformance.contract.diff.told import Line

AddCommand: TypeAlias = Callable[[str, str, str, str], argparse.ArgumentParser]
_FORMATS = ("terminal", "markdown", "json")
_COLUMNS = 100
_STYLES = {"title": "bold", "head": "bold", "clause": "dim"}


def add_diff_command(add: AddCommand) -> None:
    """Add `diff`."""
    parser = add("diff", "what changed between two editions, and whose code it breaks", "diff_command", "show_diff")
    parser.add_argument("before", metavar="EDITION", help="the edition that code was written for (v1)")
    parser.add_argument(
        "after", metavar="EDITION", help="the edition that it moves to (see `conformance list editions`)"
    )
    parser.add_argument("--operation", metavar="NAME", help="only what is met in this operation, or webhook event")
    parser.add_argument("--breaking", action="store_true", help="only what breaks somebody's code")
    parser.add_argument("--format", choices=_FORMATS, default="terminal", help="terminal (default), markdown or json")


def show_diff(options: argparse.Namespace) -> int:
    """Print what changed. Changes are no failure."""
    from conformance.contract.diff import diff, met_in  # noqa: PLC0415 - costly
    from conformance.contract.diff.told import lines, markdown  # noqa: PLC0415 - the same

    difference = diff(options.before, options.after)
    if options.operation is not None:
        difference = met_in(difference, options.operation)
    if options.breaking:
        difference = difference.among(breaking=True)
    of = ", ".join([options.operation] * bool(options.operation) + ["breaking"] * options.breaking)
    if options.format == "json":
        sys.stdout.write(json.dumps(difference.document(), ensure_ascii=False, indent=2) + "\n")
    elif options.format == "markdown":
        sys.stdout.write(markdown(difference, of=of))
    else:
        width = shutil.get_terminal_size((_COLUMNS, 24)).columns
        _print(lines(difference, width=width, of=of, leave_out="--breaking"))
    return 0


def _print(lines: Sequence[Line]) -> None:
    if not sys.stdout.isatty():
        sys.stdout.write("".join(f"{line.text}\n" for line in lines))
        return
    from rich.console import Console  # noqa: PLC0415 - costly
    from rich.text import Text  # noqa: PLC0415 - the same

    console = Console(file=sys.stdout, highlight=False, soft_wrap=True)
    for line in lines:
        text = Text(line.text, style=_STYLES.get(line.role, ""))
        if line.role == "breaking":
            text.stylize("bold red", 0, len(line.text[:12].rstrip()))
        console.print(text)


__all__ = ["add_diff_command", "show_diff"]
