"""Commands and flags. Nothing here imports more than the standard library."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from typing import Any, NoReturn

from conformance.cli.diff_command import add_diff_command
from conformance.cli.history_parser import add_history_commands, add_keeping
from conformance.cli.notebook_parser import add_notebook_command

_EXIT_CODES = """exit codes:
  0  all that must hold holds
  1  findings
  2  the command or its input is wrong
  3  the run could not be carried through"""


_CHOICE = re.compile(r"argument (?P<what>\S+): invalid choice: '(?P<given>.*)' \(choose from (?P<known>.*)\)$")
"""How argparse says it; the quotes around the choices differ between releases of Python."""


class _Parser(argparse.ArgumentParser):
    """Says in one line what is wrong, and which flag is nearest."""

    def error(self, message: str) -> NoReturn:
        unknown = message.removeprefix("unrecognized arguments: ")
        choice = _CHOICE.match(message)
        if unknown != message:
            message = self._unknown(unknown.split()[0])
        elif choice:
            known = re.findall(r"[a-z]+", choice["known"])
            what = {"what": "list"}.get(choice["what"], choice["what"].lower())
            message = f"there is no {what} {choice['given']!r}; choose from {', '.join(known)}"
        self.exit(2, f"conformance: {message}{'' if message.endswith('?') else '.'} See `{self.prog} --help`.\n")

    def _unknown(self, word: str) -> str:
        known = [option for action in self._every_action() for option in action.option_strings]
        close = get_close_matches(word.split("=", maxsplit=1)[0], known, n=1)
        what = "flag" if word.startswith("-") else "argument"
        return f"there is no {what} {word!r}" + (f"; did you mean {close[0]!r}?" if close else "")

    def _every_action(self) -> list[argparse.Action]:
        found = list(self._actions)
        for action in self._actions:
            if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 - argparse offers no other way
                for parser in action.choices.values():
                    found += parser._actions  # noqa: SLF001 - the same
        return found


def build_parser() -> argparse.ArgumentParser:
    """The parser of `conformance`."""
    parser = _Parser(
        prog="conformance",
        description="Conformance harness for the Call API V2: judges servers that speak it, and plays one.",
        epilog=_EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and exit")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _run(_command(commands, "run", "run the suites against a target", _lazy("run_command", "run_target")))
    _mock(_command(commands, "mock", "serve the mock vendor", _lazy("mock_command", "serve_mock")))
    _webhook(
        _command(
            commands,
            "webhook",
            "send webhooks to a receiver and judge it",
            _lazy("webhook_command", "send_webhooks"),
        )
    )
    _list(
        _command(
            commands,
            "list",
            "list requirements, operations, suites, editions, faults",
            _lazy("list_command", "list_things"),
        )
    )
    _explain(_command(commands, "explain", "one requirement in full", _lazy("list_command", "explain")))
    _schema(_command(commands, "schema", "the JSON Schema of a file format", _lazy("schema_command", "give_schema")))

    def add(name: str, words: str, module: str, call: str) -> argparse.ArgumentParser:
        return _command(commands, name, words, _lazy(module, call))

    add_diff_command(add)
    add_history_commands(add)
    add_notebook_command(add)
    return parser


def _command(
    commands: Any, name: str, words: str, function: Callable[[argparse.Namespace], int]
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(
        name,
        help=words,
        description=f"{words[0].upper()}{words[1:]}.",
        epilog=_EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.set_defaults(command=function)
    return parser


def _lazy(module: str, function: str) -> Callable[[argparse.Namespace], int]:
    def call(options: argparse.Namespace) -> int:
        import importlib  # noqa: PLC0415 - commands are imported when they are called

        return int(getattr(importlib.import_module(f"conformance.cli.{module}"), function)(options))

    return call


def _run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "target",
        nargs="?",
        metavar="TARGET",
        help="a URL, `mock` (default: the embedded mock), or `app:module:attribute` (ASGI or WSGI, in this process)",
    )
    what = parser.add_argument_group("what is judged")
    what.add_argument(
        "--edition",
        metavar="NAME",
        help="edition of the contract (default: v2; see `conformance list editions`)",
    )
    what.add_argument(
        "--suite", metavar="NAME", action="append", help="only this suite, or this file of your own (repeatable)"
    )
    what.add_argument("--requirement", metavar="ID", action="append", help="only this requirement (repeatable)")
    what.add_argument("--tag", metavar="NAME", action="append", help="only scenarios with this tag (repeatable)")
    what.add_argument(
        "--environment", metavar="NAME", help="which `environments` of suite files gives variables their values"
    )
    what.add_argument("--profile", metavar="NAME", help="smoke (reads, at most 40 requests), standard (default), deep")
    what.add_argument("--seed", metavar="N", type=int, help="equal seeds send equal requests (default: 1)")
    account = parser.add_argument_group("the account")
    account.add_argument(
        "--api-key-env",
        metavar="NAME",
        help="environment variable that holds the API key (default: RETELL_API_KEY)",
    )
    account.add_argument(
        "--agent-id",
        metavar="ID",
        action="append",
        help="agent to make calls with (repeatable; else seen in list-calls)",
    )
    account.add_argument(
        "--from-number",
        metavar="N",
        action="append",
        help="number of the account to call from (else seen in list-calls)",
    )
    account.add_argument("--to-number", metavar="N", action="append", help="number that may be dialled (repeatable)")
    safety = parser.add_argument_group("what may happen outside this machine")
    safety.add_argument(
        "--allow",
        metavar="OPERATION",
        action="append",
        help="let this operation write, bill or dial (repeatable)",
    )
    safety.add_argument(
        "--max-requests", metavar="N", type=int, help="send at most so many requests (default: by profile)"
    )
    safety.add_argument(
        "--max-calls",
        metavar="N",
        type=int,
        help="create at most so many calls (default: 500 on this machine, 25 elsewhere)",
    )
    safety.add_argument("--max-time", metavar="S", type=float, help="stop after so many seconds (default: 3600)")
    safety.add_argument("--timeout", metavar="S", type=float, help="wait so many seconds for an answer (default: 30)")
    safety.add_argument("--clean-up", action="store_true", default=None, help="delete every call that the run created")
    safety.add_argument(
        "--plan", action="store_true", help="print what would be sent, and the ceiling, and send nothing"
    )
    safety.add_argument(
        "--resume",
        action="store_true",
        default=None,
        help="go on with an interrupted run without asking again what was answered, and let this one be gone on with",
    )
    _listening(parser.add_argument_group("webhooks that the target sends"))
    _telling(parser.add_argument_group("telling others"))
    add_keeping(parser.add_argument_group("earlier runs"))
    _reports(parser.add_argument_group("reports"))
    parser.add_argument(
        "--fault",
        metavar="NAME",
        action="append",
        help="with the embedded mock: a defect that it has on purpose (repeatable)",
    )


def _reports(report: argparse._ArgumentGroup) -> None:
    report.add_argument(
        "--report",
        metavar="FORMAT=PATH",
        action="append",
        help="also write a report: json, junit, markdown, html or sarif=PATH (- for stdout; repeatable)",
    )
    report.add_argument("--strict", action="store_true", default=None, help="warnings fail the run too")
    report.add_argument("--quiet", action="store_true", default=None, help="findings and summary only, no progress")


def _telling(others: argparse._ArgumentGroup) -> None:
    others.add_argument(
        "--notify-url",
        metavar="URL",
        help="post a short JSON there when the run has ended (default: $CONFORMANCE_NOTIFY_URL)",
    )
    others.add_argument("--notify", metavar="WHEN", help="on-failure (default), on-change, always")


def _listening(webhooks: argparse._ArgumentGroup) -> None:
    webhooks.add_argument(
        "--webhook-listen",
        metavar="HOST:PORT[/PATH]",
        help="receive them here, and judge them too (default path: /webhook; port 0: any free one)",
    )
    webhooks.add_argument(
        "--webhook-key-env",
        metavar="NAME",
        help="environment variable that holds the key that signs them, the one with the webhook badge",
    )
    webhooks.add_argument(
        "--webhook-timeout",
        metavar="S",
        type=float,
        help="how long the agent is set to wait for an answer (default: 10)",
    )
    webhooks.add_argument(
        "--webhook-wait", metavar="S", type=float, help="wait so many seconds at most for them (default: 30)"
    )


def _mock(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--port",
        metavar="N",
        type=int,
        default=8787,
        help="port on 127.0.0.1 (default: 8787; 0 for any free one)",
    )
    parser.add_argument("--edition", metavar="NAME", default="v2", help="edition to speak (default: v2)")
    parser.add_argument(
        "--fault",
        metavar="NAME",
        action="append",
        default=[],
        help="have this defect (repeatable; see --list-faults)",
    )
    parser.add_argument(
        "--calls",
        metavar="N",
        type=int,
        default=150,
        help="calls in the history to begin with (default: 150)",
    )
    parser.add_argument("--seed", metavar="N", type=int, default=0, help="seed of that history (default: 0)")
    parser.add_argument("--latency", metavar="MS", type=float, default=0, help="answer each request so much later")
    parser.add_argument("--rate-limit", metavar="N", type=int, help="answer 429 above so many requests a second")
    parser.add_argument("--webhook-url", metavar="URL", help="send webhooks there, about the calls that requests make")
    parser.add_argument(
        "--webhook-event",
        metavar="NAME",
        action="append",
        help="send this event (repeatable; default: call_started, call_ended, call_analyzed)",
    )
    parser.add_argument(
        "--pace",
        metavar="X",
        type=float,
        default=1.0,
        help="let new calls live so many times as long (default: 1; 0.01 for a hundredth)",
    )
    parser.add_argument("--list-faults", action="store_true", help="list the faults and exit")


def _webhook(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "url",
        metavar="URL",
        help="where the receiver takes webhooks: a URL, `mock`, or `app:module:attribute` (ASGI or WSGI)",
    )
    parser.add_argument("--path", metavar="PATH", help="with app:module:attribute: where it takes them (default: /)")
    what = parser.add_argument_group("what is judged")
    what.add_argument("--edition", metavar="NAME", help="webhooks of this edition alone (default: every one of V2)")
    what.add_argument("--requirement", metavar="ID", action="append", help="only this requirement (repeatable)")
    what.add_argument("--profile", metavar="NAME", help="smoke (plain ones, few forged), standard (default), deep")
    what.add_argument("--seed", metavar="N", type=int, help="equal seeds send equal payloads (default: 1)")
    what.add_argument(
        "--api-key-env",
        metavar="NAME",
        help="environment variable that holds the key to sign with (default: RETELL_API_KEY)",
    )
    what.add_argument("--timeout", metavar="S", type=float, help="wait so many seconds for an answer (default: 10)")
    what.add_argument("--max-requests", metavar="N", type=int, help="send at most so many (default: by profile)")
    what.add_argument("--max-time", metavar="S", type=float, help="stop after so many seconds (default: 3600)")
    hand = parser.add_argument_group("by hand, without judging")
    hand.add_argument("--event", metavar="NAME", help="send this event, signed; call_inbound asks the inbound question")
    hand.add_argument("--call-type", metavar="TYPE", help="with --event: web or phone (default: phone)")
    hand.add_argument("--payload", metavar="FILE", help="send these bytes as they are, signed (- for stdin)")
    hand.add_argument("--repeat", metavar="N", type=int, help="with --event or --payload: send it so many times")
    hand.add_argument("--forward", action="store_true", help="let the mock vendor make two calls, and send theirs")
    _reports(parser.add_argument_group("reports"))
    parser.add_argument(
        "--fault",
        metavar="NAME",
        action="append",
        help="with `mock`: a defect that the mock receiver has on purpose (repeatable)",
    )


def _list(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "what",
        nargs="?",
        default="requirements",
        choices=("requirements", "operations", "suites", "editions", "faults"),
        help="what to list (default: requirements)",
    )
    parser.add_argument("--edition", metavar="NAME", help="edition of the contract (default: v2)")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="text (default) or json")


def _explain(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("requirement", metavar="ID", help="a requirement id, as in LIST-007")
    parser.add_argument("--edition", metavar="NAME", help="edition of the contract (default: v2)")


def _schema(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "what",
        nargs="?",
        default="suite",
        choices=("suite", "report", "diff", "vectors"),
        help="suite files (default), JSON reports, differences of editions, signature vectors",
    )
    parser.add_argument("-o", "--output", metavar="FILE", help="write it there, for an editor (default: stdout)")


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *rest: object) -> NoReturn:
        del rest
        from conformance.reports.json_report import version  # noqa: PLC0415 - only when asked for

        print(f"conformance {version()}", file=sys.stdout)  # noqa: T201 - the command line
        parser.exit(0)


__all__: Sequence[str] = ["build_parser"]
