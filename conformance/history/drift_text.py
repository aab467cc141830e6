"""Drift as text, JSON and Markdown, for whoever compares two runs."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import asdict

from conformance.history.drift import Drift
from conformance.model import JSON

_NARROWEST = 40
_ALSO_SHOWN = 6
NOTHING = "No drift: what both runs saw has the same shapes."


def drift_lines(found: Sequence[Drift], *, width: int = 80) -> list[str]:
    """Drift as lines of text, at most `width` characters wide where no word is longer.

    What breaks clients begins with `!`.
    """
    if not found:
        return [NOTHING]
    lines = []
    for each in found:
        lines.extend(_wrapped(each.sentence, width, first="! " if each.breaking else "- "))
        lines.extend(_wrapped(f"Example: {each.example}", width, first="  "))
        if each.also:
            lines.extend(_wrapped(f"Also: {_also(each)}", width, first="  "))
    return lines


def drift_json(found: Sequence[Drift]) -> list[dict[str, JSON]]:
    """Drift as JSON; fields are only ever added."""
    return [{**asdict(each), "also": list(each.also)} for each in found]


def drift_markdown(found: Sequence[Drift]) -> str:
    """Drift as a Markdown table, or a sentence if there is none. Ends with a line break."""
    if not found:
        return f"{NOTHING}\n"
    rows = ["| breaks clients | where | what | before | now | example |", "| --- | --- | --- | --- | --- | --- |"]
    for each in found:
        place = f"{each.operation} ({each.call_type})" if each.call_type else each.operation
        where = "<br>".join([_cell(place), *([f"also {_cell(_also(each))}"] if each.also else [])])
        what = f"`{_code(each.path)}` {each.kind}" if each.path else each.kind
        cells = (_cell(each.before), _cell(each.after), f"`{_code(each.example)}`")
        rows.append(f"| {'**yes**' if each.breaking else 'no'} | {where} | {what} | {' | '.join(cells)} |")
    return "\n".join(rows) + "\n"


def _also(each: Drift) -> str:
    shown = ", ".join(each.also[:_ALSO_SHOWN])
    return f"{shown} and {len(each.also) - _ALSO_SHOWN} more" if len(each.also) > _ALSO_SHOWN else shown


def _wrapped(text: str, width: int, *, first: str) -> list[str]:
    return textwrap.wrap(
        text,
        width=max(width, _NARROWEST),
        initial_indent=first,
        subsequent_indent="  " if first.strip() else "    ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _cell(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")
    return escaped.replace("*", "\\*").replace("_", "\\_").replace("[", "\\[")


def _code(text: str) -> str:
    return text.replace("`", "'").replace("|", "\\|")
