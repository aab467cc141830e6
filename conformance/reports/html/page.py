"""The page: one file that asks nobody for anything.

A policy in its head lets only its own style and script through, by their hashes; the text of a run is never in either.
"""

from __future__ import annotations

import base64
import functools
import hashlib
from collections.abc import Sequence
from importlib import resources

from conformance.model import Outcome, Run
from conformance.reports.html.cells import columns_of
from conformance.reports.html.changes import Changes
from conformance.reports.html.escape import esc, word_count
from conformance.reports.html.findings import findings_html
from conformance.reports.html.marks import ORDER, SIGNS, WORDS, area_title
from conformance.reports.html.matrix import matrix_html
from conformance.reports.html.summary import summary_html
from conformance.reports.html.trend import Earlier
from conformance.reports.html.verdict import verdict
from conformance.reports.wording import by_area

_CREATED_SHOWN = 200


def text(run: Run, *, earlier: Sequence[Earlier] = (), changes: Changes | None = None, strict: bool = False) -> str:
    """The report as one HTML document.

    Args:
        run: Already redacted; nothing is hidden here.
        earlier: When earlier runs of this target began, and their counts by outcome; oldest first.
        changes: What changed since an earlier run, or None if there is nothing to compare with.
        strict: Warnings fail the run, as they do for the exit code.
    """
    style, script = _part("page.css"), _part("page.js")
    headline = verdict(run, strict=strict).headline
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_policy(style, script)}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="referrer" content="no-referrer">'
        f"<title>{esc(headline)} · {esc(run.target)} · conformance</title><style>{style}</style></head><body>"
        f'<a class="skip" href="#findings">Skip to the findings</a>{_top()}<main>'
        f"{summary_html(run, earlier=earlier, changes=changes, strict=strict)}{_filters(run)}"
        f"{matrix_html(run)}{findings_html(run, changes)}{_unjudged(run)}{_created(run)}</main>"
        "<footer>A self-contained file: it loads nothing and sends nothing. Keys and personal data are hidden in it."
        "</footer>"
        f"<script>{script}</script></body></html>\n"
    )


@functools.cache
def _part(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


def _policy(style: str, script: str) -> str:
    return (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}';"
        " base-uri 'none'; form-action 'none'"
    )


def _hash(source: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()}"


def _top() -> str:
    return (
        '<header class="top"><span class="brand">Conformance report</span>'
        '<nav aria-label="Sections"><a href="#matrix">Matrix</a><a href="#findings">Findings</a></nav>'
        '<button type="button" id="theme" class="js" aria-label="Switch between light and dark">Dark</button></header>'
    )


def _filters(run: Run) -> str:
    buttons = "".join(
        f'<button type="button" class="toggle {each}" data-outcome="{each}" aria-pressed="false">'
        f'<span aria-hidden="true">{SIGNS[each]}</span> {WORDS[each]}</button>'
        for each in ORDER
        if run.count(each)
    )
    areas = "".join(f'<option value="{esc(area)}">{area_title(area)}</option>' for area in by_area(run))
    names = "".join(f"<option>{esc(column.name)}</option>" for column in columns_of(run))
    return (
        '<form class="filters js" id="filters" role="search" aria-label="Filter requirements and findings">'
        f'<div class="outcomes" role="group" aria-label="Outcome">{buttons}</div>'
        f'<select id="area" aria-label="Area"><option value="">All areas</option>{areas}</select>'
        f'<select id="operation" aria-label="Operation"><option value="">All operations</option>{names}</select>'
        '<input id="search" type="search" placeholder="Search  ( / )" aria-label="Search"'
        ' autocomplete="off" spellcheck="false">'
        '<button type="button" id="reset" disabled>Reset</button>'
        '<output id="shown" aria-live="polite"></output></form>'
    )


def _unjudged(run: Run) -> str:
    """What was not judged, by its reason."""
    reasons: dict[str, list[str]] = {}
    for result in run.results:
        if result.outcome in {Outcome.SKIPPED, Outcome.ERRORED}:
            reasons.setdefault(result.reason or "not exercised", []).append(result.requirement.id)
    if not reasons:
        return ""
    rows = "".join(f"<div><dt>{esc(reason)}</dt><dd>{_links(names)}</dd></div>" for reason, names in reasons.items())
    number = sum(map(len, reasons.values()))
    return (
        '<section id="unjudged" aria-labelledby="unjudged-title"><h2 id="unjudged-title">Not judged, and why '
        f'<span class="many">{number}</span></h2><dl class="reasons">{rows}</dl></section>'
    )


def _links(names: Sequence[str]) -> str:
    return " ".join(f'<a href="#{esc(name)}">{esc(name)}</a>' for name in names)


def _created(run: Run) -> str:
    if not run.created:
        return ""
    shown = " ".join(f"<code>{esc(name)}</code>" for name in run.created[:_CREATED_SHOWN])
    left = len(run.created) - _CREATED_SHOWN
    more = f" … and {left} more, in the JSON report" if left > 0 else ""
    return (
        f'<details class="created"><summary>{word_count(len(run.created), "call")} that the run made and that may still'
        f" exist</summary><p>{shown}{more}</p></details>"
    )
