"""How earlier runs came out, as a small chart in the page: a bar for each, the latest at the right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from conformance.reports.html.escape import esc

Earlier: TypeAlias = tuple[str, Mapping[str, int]]
"""When a run began, and how many requirements came out how."""

_MOST = 30
_WIDTH, _STEP, _HEIGHT = 8, 11, 44
_STUB = 3


def trend_html(earlier: Sequence[Earlier], now: Earlier) -> str:
    """Failed and warned requirements of the latest runs; "" if there was none before.

    Args:
        earlier: Oldest first.
    """
    if not earlier:
        return ""
    runs = [*earlier[-(_MOST - 1) :], now]
    highest = max(1, *(_bad(counts) for _, counts in runs))
    bars = "".join(_bar(index, each, highest, last=index == len(runs) - 1) for index, each in enumerate(runs))
    failed = ", ".join(str(counts.get("failed", 0)) for _, counts in runs)
    return (
        f'<figure class="trend"><svg viewBox="0 0 {len(runs) * _STEP} {_HEIGHT + 4}" width="{len(runs) * _STEP}"'
        f' height="{_HEIGHT + 4}" role="img" aria-label="Failed requirements in the last {len(runs)} runs: {failed}">'
        f"{bars}</svg><figcaption>Failed and warned in the last {len(runs)} runs, since {esc(runs[0][0][:10])}"
        "</figcaption></figure>"
    )


def _bad(counts: Mapping[str, int]) -> int:
    return counts.get("failed", 0) + counts.get("warned", 0)


def _bar(index: int, run: Earlier, highest: int, *, last: bool) -> str:
    when, counts = run
    failed, warned = counts.get("failed", 0), counts.get("warned", 0)
    title = f"{when[:16].replace('T', ' ')}: {failed} failed, {warned} warned, {counts.get('passed', 0)} passed"
    tall, low = (_scaled(number, highest) for number in (failed, warned))
    parts = _part(index, _HEIGHT - tall, tall, "failed") + _part(index, _HEIGHT - tall - low, low, "warned")
    if not parts:
        parts = _part(index, _HEIGHT - _STUB, _STUB, "passed")
    mark = f'<rect class="now" x="{index * _STEP + 1}" y="{_HEIGHT + 2}" width="{_WIDTH}" height="2"/>' if last else ""
    return f"<g><title>{esc(title)}</title>{parts}{mark}</g>"


def _scaled(number: int, highest: int) -> int:
    return max(_STUB, round(number / highest * (_HEIGHT - 4))) if number else 0


def _part(index: int, top: int, height: int, kind: str) -> str:
    if not height:
        return ""
    return f'<rect class="{kind}" x="{index * _STEP + 1}" y="{top}" width="{_WIDTH}" height="{height}"/>'
