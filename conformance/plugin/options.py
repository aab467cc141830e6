"""The options of the plugin, as flags and as ini settings. Imported whenever pytest starts: standard library alone."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["FOLDER_FILES", "OPTIONS", "Option", "in_flags"]

FOLDER_FILES = ("conformance.yaml", "pyproject.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One setting: `--conformance-<name>` and, as an ini setting, `conformance_<name>`.

    Attributes:
        kind: `text`, `list` (repeatable) or `switch`.
    """

    name: str
    metavar: str
    help: str
    kind: str = "text"

    @property
    def flag(self) -> str:
        """As it stands on the command line."""
        return f"--conformance-{self.name.replace('_', '-')}"

    @property
    def key(self) -> str:
        """As it stands in an ini file, and where pytest keeps the flag."""
        return f"conformance_{self.name}"


OPTIONS = (
    Option(
        name="target",
        metavar="TARGET",
        help="add a test for each requirement on what speaks the Call API: a URL, `mock` (the embedded mock vendor),"
        " `app:module:attribute` (ASGI or WSGI, in this process), or `fixture` (what conftest.py's fixture"
        " conformance_target returns)",
    ),
    Option(name="edition", metavar="NAME", help="edition of the contract (default: v2)"),
    Option(name="suite", metavar="NAME|FILE", kind="list", help="only this suite, by name or by its file (repeatable)"),
    Option(name="requirement", metavar="ID", kind="list", help="only this requirement (repeatable)"),
    Option(name="tag", metavar="NAME", kind="list", help="only written-out scenarios that have this tag (repeatable)"),
    Option(name="environment", metavar="NAME", help="which environment's values the variables of suite files have"),
    Option(name="profile", metavar="NAME", help="smoke (reads, at most 40 requests), standard (default), deep"),
    Option(name="seed", metavar="N", help="equal seeds send equal requests (default: 1)"),
    Option(name="strict", metavar="", kind="switch", help="what would be a warning fails its test"),
    Option(
        name="api_key_env",
        metavar="NAME",
        help="environment variable that holds the API key (default: RETELL_API_KEY)",
    ),
    Option(name="max_requests", metavar="N", help="send at most so many requests (default: by profile)"),
    Option(name="timeout", metavar="S", help="wait so many seconds for an answer (default: 30)"),
    Option(
        name="webhook_listen",
        metavar="HOST:PORT/PATH",
        help="receive the webhooks of the target there while it is judged",
    ),
    Option(
        name="report",
        metavar="FORMAT=PATH",
        kind="list",
        help="also write a report of the harness, as in json=report.json (repeatable)",
    ),
)

_FLAG = re.compile(rf"(?<![\w-])--({'|'.join(each.name.replace('_', '-') for each in OPTIONS)})(?![\w-])")


def in_flags(text: str) -> str:
    """What a run says of flags, in those of the plugin."""
    return _FLAG.sub(r"--conformance-\1", text)
