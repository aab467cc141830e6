"""Tables, lists and columns that read well with the style and without it, and the same as plain text."""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Iterable, Iterator, Sequence

from conformance.notebook.look import esc
from conformance.reports.html.escape import esc as safe
from conformance.reports.html.escape import prose
from conformance.reports.wording import printable

__all__ = [
    "WIDTH",
    "and_more",
    "code",
    "columns",
    "facts",
    "folded",
    "keep",
    "listed",
    "plain_facts",
    "prose",
    "safe",
    "screen",
    "table",
    "titled",
    "wrapped",
]

WIDTH = 100
"""Columns of plain text."""
_NARROWEST = 24
_SCREEN = 60


def code(text: object) -> str:
    """A name as HTML."""
    return f"<code>{safe(text)}</code>"


def keep(text: object) -> str:
    """A text that is never broken into lines, such as a date, as HTML."""
    return f'<span class="cx-keep">{safe(text)}</span>'


def table(head: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: Collection[int] = (), label: str = "") -> str:
    """A table whose first column names its rows.

    Args:
        head: Texts.
        rows: Cells as HTML.
        numbers: Columns that hold numbers, counted from 0.
        label: What the table shows, for those who do not see it.
    """
    kinds = [' class="cx-number"' if place in numbers else "" for place in range(len(head))]
    names = "".join(f'<th scope="col"{kind}>{safe(text)}</th>' for text, kind in zip(head, kinds, strict=True))
    named = f' aria-label="{esc(label)}"' if label else ""
    body = "".join(f"<tr>{_cells(row, kinds)}</tr>" for row in rows)
    return (
        f'<div class="cx-wide"><table class="cx-table"{named}><thead><tr>{names}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _cells(row: Sequence[str], kinds: Sequence[str]) -> str:
    first, *others = row
    return f'<th scope="row">{first}</th>' + "".join(
        f"<td{kind}>{cell}</td>" for cell, kind in zip(others, kinds[1:], strict=True)
    )


def facts(rows: Iterable[tuple[str, str]]) -> str:
    """Labels (texts) with what they tell (HTML); what is empty is left out."""
    told = "".join(f"<dt>{safe(label)}</dt><dd>{shown}</dd>" for label, shown in rows if shown)
    return f'<dl class="cx-facts">{told}</dl>' if told else ""


def titled(title: str, inner: str) -> str:
    """A part with a heading (a text), or nothing where there is nothing to show."""
    return f"<h4>{safe(title)}</h4>{inner}" if inner else ""


def folded(title: str, inner: str, *, is_open: bool = False) -> str:
    """A part that unfolds.

    Args:
        title: HTML.
    """
    return f'<details class="cx-fold"{" open" if is_open else ""}><summary>{title}</summary>{inner}</details>'


def listed(items: Iterable[str]) -> str:
    """A list of HTML, or nothing."""
    told = "".join(f"<li>{each}</li>" for each in items)
    return f'<ul class="cx-list">{told}</ul>' if told else ""


def and_more(number: int, what: str = "") -> str:
    """`… and 3 more`, or "" if nothing is left."""
    return f"… and {number:,} more{what and ' '}{what}" if number > 0 else ""


def wrapped(text: str, *, indent: str = "", more: str | None = None) -> list[str]:
    """A text as lines that fit."""
    return textwrap.wrap(
        printable(text),
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent if more is None else more,
        break_on_hyphens=False,
    )


def plain_facts(rows: Iterable[tuple[str, str]], *, indent: str = "") -> Iterator[str]:
    """Labels with texts beside them; what is empty is left out."""
    shown = [(label, text) for label, text in rows if text]
    wide = max((len(label) for label, _ in shown), default=0) + 2
    for label, text in shown:
        yield from wrapped(text, indent=f"{indent}{label:<{wide}}", more=" " * (len(indent) + wide))


def columns(rows: Sequence[Sequence[str]], *, indent: str = "") -> Iterator[str]:
    """Rows in columns; the last one takes the room that is left, and is wrapped below itself."""
    if not rows:
        return
    widths = [max(len(printable(row[place])) for row in rows) for place in range(len(rows[0]) - 1)]
    at = len(indent) + sum(widths) + 2 * len(widths)
    for row in rows:
        head = indent + "".join(f"{printable(cell):<{wide}}  " for cell, wide in zip(row, widths, strict=False))
        lines = textwrap.wrap(printable(row[-1]), max(_NARROWEST, WIDTH - at), break_on_hyphens=False) or [""]
        yield (head + lines[0]).rstrip()
        yield from (" " * at + line for line in lines[1:])


def screen(lines: Iterable[str], most: int = _SCREEN) -> str:
    """Lines as one text, cut to about a screen."""
    safely = map(printable, lines)
    every = [line if len(line) <= WIDTH else f"{line[: WIDTH - 1]}…" for line in safely]
    kept = every if len(every) <= most else [*every[: most - 1], and_more(len(every) - most + 1, "lines")]
    return "\n".join(kept)
