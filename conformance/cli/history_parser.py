"""Flags of the commands about runs that were kept. Nothing here imports more than the standard library."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TypeAlias

AddCommand: TypeAlias = Callable[[str, str, str, str], argparse.ArgumentParser]
"""Adds a command: its name, what it does in words, and the module and function that do it."""
_MODULE = "history_command"
_RUN = "a run: its id (2026-11-22.3), a day (its last run), last, previous or baseline"


def add_history_commands(add: AddCommand) -> None:
    """Add `history`, `show`, `compare` and `accept`."""
    _history(add("history", "list the runs that were kept", _MODULE, "list_runs"))
    _show(add("show", "one run that was kept", _MODULE, "show_run"))
    _compare(add("compare", "what changed between two runs that were kept", _MODULE, "compare_runs"))
    _accept(add("accept", "accept a finding for a while, so that it fails no run", _MODULE, "accept_finding"))


def add_keeping(group: argparse._ArgumentGroup) -> None:
    """Add the flags of `run` that keep it, and that name the known findings."""
    group.add_argument("--save", action="store_true", default=None, help="keep the run, to be compared later")
    _file(group)
    group.add_argument(
        "--known", metavar="FILE", help="findings that are accepted for a while (YAML; see `conformance accept`)"
    )


def _file(parser: argparse.ArgumentParser | argparse._ArgumentGroup) -> None:
    parser.add_argument("--history", metavar="FILE", help="where runs are kept (default: .conformance/history.sqlite3)")


def _common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--target", metavar="TARGET", help="only runs of this target")
    _file(parser)


def _history(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--limit", metavar="N", type=int, default=20, help="at most so many (default: 20)")
    parser.add_argument("--baseline", metavar="RUN", help="mark this run as the baseline of its target, and list none")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="text (default) or json")
    _common(parser)


def _show(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", metavar="RUN", help=_RUN)
    parser.add_argument("--format", choices=("text", "json"), default="text", help="text (default) or json")
    parser.add_argument(
        "--report",
        metavar="FORMAT=PATH",
        action="append",
        default=[],
        help="write a report of it, as `conformance run` does (- for stdout; repeatable)",
    )
    _common(parser)


def _compare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "before",
        metavar="A",
        nargs="?",
        default="previous",
        help=f"{_RUN} (default: previous, the last complete one before B of its target, edition and profile)",
    )
    parser.add_argument("after", metavar="B", nargs="?", default="last", help="the later run (default: last)")
    parser.add_argument(
        "--format", choices=("text", "json", "markdown"), default="text", help="text (default), json or markdown"
    )
    _common(parser)


def _accept(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", metavar="RUN", help=_RUN)
    parser.add_argument("finding", metavar="FINDING", help="as `conformance show` names it: LIST-007.3fa9c1")
    parser.add_argument("--reason", metavar="TEXT", required=True, help="why it is accepted")
    parser.add_argument("--owner", metavar="NAME", required=True, help="who sees to it")
    parser.add_argument("--until", metavar="DAY", required=True, help="the last day, as in 2026-12-31")
    parser.add_argument("--file", metavar="FILE", help="the list to add it to (default: known.yaml)")
    _common(parser)
