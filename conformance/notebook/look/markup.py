"""HTML that is safe to show: what a target sent is escaped here, and nowhere else."""

from __future__ import annotations

import functools
import html
import json
import re
from importlib.resources import files

from conformance.model import JSON
from conformance.reports.html.marks import SIGNS

_HALVES = re.compile("[\ud800-\udfff]")


def esc(text: object) -> str:
    """Text for between tags and inside quoted attributes."""
    return html.escape(str(text), quote=True)


@functools.cache
def style() -> str:
    """The one `<style>` element; every rule in it stands below the class `cx`."""
    sheets = (files(__package__).joinpath(name).read_text(encoding="utf-8") for name in ("look.css", "values.css"))
    return f"<style>{''.join(sheets)}</style>"


def frame(inner: str, *, label: str = "") -> str:
    """A piece of HTML that stands alone, with its style.

    Args:
        label: What the piece is, for those who do not see it.
    """
    named = f' role="group" aria-label="{esc(label)}"' if label else ""
    return f'{style()}<div class="cx cx-alone"{named}>{inner}</div>'


def chip(kind: str, text: str = "", *, glyph: str = "") -> str:
    """A word on its own colour: `chip("failed")`, `chip("warned", "should")`, `chip("plain", "v2")`."""
    sign = glyph or next((sign for outcome, sign in SIGNS.items() if outcome == kind), "")
    return f'<span class="cx-chip cx-{esc(kind)}">{esc(sign)}{" " if sign else ""}{esc(text or kind)}</span>'


def json_text(value: JSON) -> str:
    """JSON for people: indented, with characters as they are; halves of characters, which no page takes, escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    return _HALVES.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
