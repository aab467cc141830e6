"""The one door through which text comes into the page: nothing an answer says can become markup."""

from __future__ import annotations

import html
import re

from conformance.reports.wording import printable


def esc(text: object) -> str:
    """A text as HTML, for elements and quoted attributes alike; control characters are spelled out."""
    return html.escape(printable(str(text)))


def prose(text: object) -> str:
    """A sentence as HTML; what stands between backticks is code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", esc(text))


def word_count(number: int, word: str, plural: str = "") -> str:
    """A number with its noun: `1 finding`, `2 findings`."""
    return f"{number} {word if number == 1 else plural or f'{word}s'}"
