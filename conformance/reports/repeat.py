"""The command line that repeats an exchange by hand, with the key in the environment."""

from __future__ import annotations

import shlex
import unicodedata

from conformance.model import Exchange
from conformance.redact import KEY_VARIABLE

NUMBER_VARIABLES = ("$FROM_NUMBER", "$TO_NUMBER")

_SKIPPED = frozenset({"host", "user-agent", "accept-encoding", "connection", "content-length", "authorization"})
_LONGEST = 4000


def curl(exchange: Exchange, *, base: str) -> str:
    """A curl command for a POSIX shell.

    Args:
        base: The base URL to show, without a slash at the end.
    """
    case = exchange.case
    words = ["curl", "-sS", "-i"]
    if case.method != "GET":
        words += ["-X", case.method]
    command = [shlex.join([*words, base + case.url_path])]
    if case.authorization is not None:
        value = case.authorization.replace("{key}", KEY_VARIABLE)
        quoted = f'"Authorization: {value}"' if KEY_VARIABLE in value else shlex.quote(f"Authorization: {value}")
        command.append(f"-H {quoted}")
    command += [f"-H {shlex.quote(f'{name}: {value}')}" for name, value in case.headers if name.lower() not in _SKIPPED]
    if case.body is not None:
        command.append(f"--data-raw {_data(case.body)}")
    return " ".join(command)


def _is_control(character: str) -> bool:
    return unicodedata.category(character) == "Cc"


def _with_variables(quoted: str) -> str:
    """Numbers that stand in the environment, in a text that is otherwise taken to the letter."""
    for name in NUMBER_VARIABLES:
        quoted = quoted.replace(name, f"'\"{name}\"'")
    return quoted


def _data(body: bytes) -> str:
    text = body.decode("utf-8", errors="replace")
    if len(text) > _LONGEST:
        text = f"{text[:_LONGEST]}…"
    if not any(_is_control(each) for each in text):
        return _with_variables(shlex.quote(text))
    escaped = "".join(f"\\x{ord(each):02x}" if _is_control(each) else each for each in text.replace("\\", "\\\\"))
    return "$'" + escaped.replace("'", "\\'") + "'"
