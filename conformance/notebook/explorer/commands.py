"""How to send the same request without the Explorer: a command, and two programs. Keys stay in the environment."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from conformance.contract.contract import DEFAULT_EDITION
from conformance.generate.encode import encode
from conformance.model import JSON, Case, Exchange
from conformance.notebook.explorer.flaws import edge_of, strict
from conformance.reports.repeat import NUMBER_VARIABLES, curl

__all__ = ["Commands", "Place", "commands"]

_KEY = 'os.environ["RETELL_API_KEY"]'
_WIDTH = 96
_SERVED = "http://127.0.0.1:8000"
_NO_PATH = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a request went.

    Attributes:
        base: The base URL, or "" for an application in this process.
        word: How the target is written in Python.
        allow: Operations that were allowed off this machine.
        to_numbers: Numbers that were allowed to be dialled.
    """

    base: str
    word: str
    edition: str
    timeout_s: float
    allow: tuple[str, ...] = ()
    to_numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Commands:
    """The same request three times; `call_api` is "" where that client does not know the edition."""

    curl: str
    httpx: str
    call_api: str


def commands(exchange: Exchange, place: Place, *, parameter: str | None) -> Commands:
    """The three ways to repeat an exchange, which must be redacted already.

    Args:
        parameter: What stands in the path, if the operation has a place for it.
    """
    base = place.base or _SERVED
    command = curl(_compact(exchange), base=base)
    if not place.base:
        command = f"# Serve the application at {base} first.\n{command}"
    speaks = place.edition.startswith("v2")
    return Commands(
        curl=command,
        httpx=_with_httpx(exchange.case, base, place),
        call_api=_with_call_api(exchange.case, place, parameter) if speaks else "",
    )


def _compact(exchange: Exchange) -> Exchange:
    """The exchange with its body on one line, where that says the same."""
    body = exchange.case.body
    if body is None or not _is_plain(body):
        return exchange
    return replace(exchange, case=replace(exchange.case, body=encode(json.loads(body))))


def _is_plain(body: bytes) -> bool:
    """Whether a body is JSON that every reader reads alike, and that can be written anew."""
    text = body.decode(errors="replace")
    return strict(text) and not edge_of(text)


def _with_httpx(case: Case, base: str, place: Place) -> str:
    lines = [f'    "{case.method}",', f"    {_literal(base + case.url_path)},"]
    headers = [f'"Authorization": f"Bearer {{{_KEY.replace(chr(34), chr(39))}}}"']
    lines.append(f"    headers={{{', '.join([*headers, *_content_type(case)])}}},")
    lines += [_indented(f"{argument},", "    ") for argument in _body(case)]
    lines.append(f"    timeout={place.timeout_s:g},")
    return "\n".join(
        ["import os", "", "import httpx", "", "answer = httpx.request(", *lines, ")", _SHOW.format(indent="")]
    )


_SHOW = "{indent}print(answer.status_code, answer.text)"


def _content_type(case: Case) -> list[str]:
    """Only where httpx does not set it itself."""
    return ['"Content-Type": "application/json"'] if case.body is not None and _parsed(case.body) is _NO_PATH else []


def _with_call_api(case: Case, place: Place, parameter: str | None) -> str:
    arguments = [place.word, f"{_KEY}"]
    if place.edition != DEFAULT_EDITION:
        arguments.append(f"edition={_literal(place.edition)}")
    permitted = (("allow", place.allow), ("to_numbers", place.to_numbers))
    arguments += [f"{name}={_literal(list(each))}" for name, each in permitted if each]
    lines = [
        "import os",
        "",
        "from conformance.testing import CallApi",
        "",
        f"with CallApi({', '.join(arguments)}) as api:",
        *_sending(case, parameter),
        _SHOW.format(indent="    "),
    ]
    return "\n".join(lines)


def _sending(case: Case, parameter: str | None) -> list[str]:
    """By the name of the operation where that sends the same bytes in spirit, else by method and path."""
    told = _body(case)
    if case.query or any(each.startswith("content=") for each in told) or not _is_object(case.body):
        words = [f'"{case.method}"', _literal(case.url_path), *told]
        if any(each.startswith("content=") for each in told):
            words.append('headers={"Content-Type": "application/json"}')
        return _call("api.client.request", words)
    words = [_literal(case.operation)]
    if parameter is not None:
        words.append(f"call_id={_literal(parameter)}")
    words += [each.replace("json=", "body=", 1) for each in told]
    return _call("api.send", words)


def _call(name: str, words: Sequence[str]) -> list[str]:
    whole = f"    answer = {name}({', '.join(words)})"
    if len(whole) <= _WIDTH and "\n" not in whole:
        return [whole]
    return [f"    answer = {name}(", *(_indented(f"{each},", "        ") for each in words), "    )"]


def _indented(text: str, indent: str) -> str:
    return "\n".join(f"{indent}{line}" for line in text.split("\n"))


def _body(case: Case) -> list[str]:
    """The argument that carries the body: as a value where it is JSON, else as its bytes."""
    if case.body is None:
        return []
    value = _parsed(case.body)
    return [f"content={case.body!r}"] if value is _NO_PATH else [f"json={_literal(value)}"]


def _is_object(body: bytes | None) -> bool:
    return body is None or isinstance(_parsed(body), dict)


def _parsed(body: bytes) -> JSON:
    """The value, if writing it again says the same; else a mark."""
    if not _is_plain(body):
        return _NO_PATH
    try:
        value = json.loads(body)
        encode(value)
    except (ValueError, RecursionError):
        return _NO_PATH
    return value


def _literal(value: JSON, indent: str = "") -> str:
    """A value in Python, over several lines where it is long; numbers that stand in the environment come from there."""
    whole = _on_a_line(value)
    if len(whole) + len(indent) <= _WIDTH - 30 or not value or not isinstance(value, dict | list):
        return whole
    inner = f"{indent}    "
    if isinstance(value, dict):
        lines = [f"{inner}{_quoted(name)}: {_literal(each, inner)}," for name, each in value.items()]
        return "\n".join(["{", *lines, f"{indent}}}"])
    return "\n".join(["[", *(f"{inner}{_literal(each, inner)}," for each in value), f"{indent}]"])


def _on_a_line(value: JSON) -> str:
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_quoted(name)}: {_on_a_line(each)}' for name, each in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_on_a_line, value))}]"
    return _quoted(value) if isinstance(value, str) else repr(value)


def _quoted(text: str) -> str:
    """A text as Python writes it, in double quotes where that needs no escape."""
    if text in NUMBER_VARIABLES:
        return f'os.environ["{text.removeprefix("$")}"]'
    quoted = repr(text)
    return f'"{quoted[1:-1]}"' if quoted.startswith("'") and '"' not in quoted else quoted
