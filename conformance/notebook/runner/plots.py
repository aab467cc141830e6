"""Plots as inline SVG: they follow the theme, and the same figures stand beside them as a table."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TypeAlias

from conformance.history.values import Kept
from conformance.model import Outcome
from conformance.notebook.look import esc
from conformance.notebook.runner.watching import Latency
from conformance.reports.html.escape import word_count
from conformance.reports.html.marks import ORDER, SIGNS, WORDS

__all__ = ["latency_plot", "outcome_plot"]

_At: TypeAlias = Callable[[float], float]
_WIDTH, _LEFT, _RIGHT, _ROW, _TOP, _FOOT = 620, 178, 92, 24, 24, 40
_TICKS = 5
_TALL, _GUTTER, _FLOOR = 150, 46, 46
_MOST, _FEW, _BAR = 30, 12, 0.62
_STACK = (Outcome.FAILED, Outcome.WARNED, Outcome.ERRORED, Outcome.PASSED, Outcome.SKIPPED)
"""From the ground up: what is bad is compared most easily where it begins at the same height."""


def latency_plot(latencies: Sequence[Latency]) -> str:
    """Half of the answers as a dot, nineteen of twenty as the end of a line, by operation; "" if nothing answered."""
    if not latencies:
        return ""
    highest, step = _axis(max(each.p95 for each in latencies))
    room = _WIDTH - _LEFT - _RIGHT
    bottom = _TOP + _ROW * len(latencies)

    def at(ms: float) -> float:
        return round(_LEFT + room * ms / highest, 1)

    ticks = "".join(
        f'<line class="cx-tick" x1="{at(ms)}" x2="{at(ms)}" y1="{_TOP}" y2="{bottom}"/>'
        f'<text x="{at(ms)}" y="{bottom + 15}" text-anchor="middle">{ms:g}</text>'
        for ms in _steps(highest, step)
    )
    rows = "".join(_latency_row(each, _TOP + _ROW * index + _ROW / 2, at) for index, each in enumerate(latencies))
    title = "Latency by operation, in milliseconds: p50 and p95"
    middle = _LEFT + room / 2
    heads = f'<text x="{_WIDTH}" y="{_TOP - 8}" text-anchor="end" class="cx-axis">p50 / p95 ms</text>'
    axis = (
        f'<text x="{middle}" y="{bottom + 33}" text-anchor="middle" class="cx-axis">milliseconds until answered</text>'
    )
    return _figure(
        "cx-latency",
        "How long answers took",
        "● p50: half of the answers were at least so fast. ─┤ p95: nineteen of twenty were.",
        _svg(_WIDTH, bottom + _FOOT, title, ticks + heads + rows + axis),
        _table(
            ("operation", "answers", "p50 ms", "p95 ms", "longest ms"),
            [(each.operation, str(each.answers), *map(_ms, (each.p50, each.p95, each.longest))) for each in latencies],
        ),
    )


def _latency_row(latency: Latency, y: float, at: _At) -> str:
    p50, p95 = at(latency.p50), at(latency.p95)
    told = (
        f"{latency.operation}: p50 {_ms(latency.p50)} ms, p95 {_ms(latency.p95)} ms,"
        f" {word_count(latency.answers, 'answer')}"
    )
    return (
        f"<g><title>{esc(told)}</title>"
        f'<text x="{_LEFT - 10}" y="{y + 4}" text-anchor="end">{esc(latency.operation)}</text>'
        f'<line class="cx-whisker" x1="{p50}" x2="{p95}" y1="{y}" y2="{y}"/>'
        f'<line class="cx-whisker" x1="{p95}" x2="{p95}" y1="{y - 5}" y2="{y + 5}"/>'
        f'<circle cx="{p50}" cy="{y}" r="4.5"/>'
        f'<text x="{_WIDTH}" y="{y + 4}" text-anchor="end" class="cx-figure">'
        f"{_ms(latency.p50)} / {_ms(latency.p95)}</text></g>"
    )


def outcome_plot(runs: Sequence[Kept], own: Sequence[str] = ()) -> str:
    """How many requirements came out how, one column for each run; "" if there is none.

    Args:
        runs: The oldest first; the latest thirty are shown.
        own: Ids of those that this panel made.
    """
    if not runs:
        return ""
    shown = runs[-_MOST:]
    highest, step = _axis(max(sum(run.outcomes.values()) for run in shown))
    pitch = min(64.0, (_WIDTH - _GUTTER) / len(shown))
    width = round(_GUTTER + pitch * max(len(shown), 4))
    ground = _TOP + 16 + _TALL
    ticks = "".join(
        f'<line class="cx-tick" x1="{_GUTTER}" x2="{width}" y1="{y}" y2="{y}"/>'
        f'<text x="{_GUTTER - 6}" y="{y + 4}" text-anchor="end">{number:g}</text>'
        for number in _steps(highest, step)
        for y in (round(ground - _TALL * number / highest, 1),)
    )
    bars = "".join(
        _bar(run, _GUTTER + pitch * index, pitch, ground, highest, named=_is_named(index, len(shown)))
        for index, run in enumerate(shown)
    )
    middle = ground - _TALL / 2
    axes = (
        f'<text x="12" y="{middle}" text-anchor="middle" class="cx-axis" transform="rotate(-90 12 {middle})">'
        "requirements</text>"
        f'<text x="{(_GUTTER + width) / 2}" y="{ground + 42}" text-anchor="middle" class="cx-axis">run, by the time'
        " (UTC) at which it began</text>"
    )
    legend = "".join(f'<li class="cx-{each}"><i></i>{SIGNS[each]} {WORDS[each]}</li>' for each in _STACK)
    rows = [
        (
            run.id + (" (this panel)" if run.id in own else ""),
            _when(run.started_at),
            *(str(run.outcomes.get(each, 0)) for each in ORDER),
            "yes" if run.complete else "no",
        )
        for run in shown[::-1]
    ]
    title = f"Outcomes of the last {word_count(len(shown), 'run')}"
    return _figure(
        "cx-outcomes",
        "Outcomes over time",
        "The number above each column is how many failed.",
        f'<ul class="cx-legend">{legend}</ul>' + _svg(width, ground + _FLOOR, title, ticks + bars + axes),
        _table(("run", "began", *(WORDS[each] for each in ORDER), "complete"), rows),
    )


def _bar(run: Kept, left: float, pitch: float, ground: float, highest: float, *, named: bool) -> str:
    wide, middle = pitch * _BAR, round(left + pitch / 2, 1)
    parts, y = [], ground
    for outcome in _STACK:
        tall = round(_TALL * run.outcomes.get(outcome, 0) / highest, 1)
        if tall:
            y -= tall
            parts.append(
                f'<rect class="cx-{outcome}" x="{round(middle - wide / 2, 1)}" y="{round(y, 1)}"'
                f' width="{round(wide, 1)}" height="{tall}"/>'
            )
    told = ", ".join(f"{run.outcomes[each]} {WORDS[each]}" for each in ORDER if run.outcomes.get(each))
    cut = "" if run.complete else ", not complete"
    failed = run.outcomes.get(Outcome.FAILED, 0)
    mark = "" if run.complete else "…"
    head = f'<text x="{middle}" y="{round(y - 5, 1)}" text-anchor="middle" class="cx-failing">{failed}{mark}</text>'
    name = (
        f'<text x="{middle}" y="{ground + 14}" text-anchor="middle">{esc(run.started_at[11:16])}</text>'
        f'<text x="{middle}" y="{ground + 26}" text-anchor="middle" class="cx-axis">{esc(run.started_at[5:10])}</text>'
    )
    return f"<g><title>{esc(f'{run.id}: {told}{cut}')}</title>{''.join(parts)}{head}{name if named else ''}</g>"


def _is_named(index: int, number: int) -> bool:
    return number <= _FEW or index in {0, number - 1}


def _axis(highest: float) -> tuple[float, float]:
    """Where an axis ends, and the step between its marks, both round."""
    rough = max(highest, 1e-3) / _TICKS
    unit = 10.0 ** math.floor(math.log10(rough))
    step = next(unit * factor for factor in (1, 2, 2.5, 5, 10) if unit * factor >= rough)
    return step * math.ceil(max(highest, 1e-3) / step), step


def _steps(highest: float, step: float) -> list[float]:
    return [round(step * index, 6) for index in range(round(highest / step) + 1)]


def _ms(value: float) -> str:
    return f"{value:.1f}" if value < 10 else f"{value:.0f}"  # noqa: PLR2004 - two digits tell enough


def _when(moment: str) -> str:
    return f"{moment[:10]} {moment[11:16]}"


def _svg(width: float, height: float, title: str, inner: str) -> str:
    return (
        f'<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" aria-label="{esc(title)}">'
        f"<title>{esc(title)}</title>{inner}</svg>"
    )


def _figure(kind: str, head: str, told: str, svg: str, table: str) -> str:
    return (
        f'<figure class="cx-plot {kind}"><figcaption><h3>{esc(head)}</h3><p class="cx-quiet">{esc(told)}</p>'
        f"</figcaption>{svg}<details><summary>The same as a table</summary>{table}</details></figure>"
    )


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    top = "".join(
        f'<th scope="col"{"" if index == 0 else _NUMBER}>{esc(head)}</th>' for index, head in enumerate(heads)
    )
    body = "".join(
        f'<tr><th scope="row">{esc(first)}</th>{"".join(f"<td{_NUMBER}>{esc(each)}</td>" for each in rest)}</tr>'
        for first, *rest in rows
    )
    return (
        f'<div class="cx-wide"><table class="cx-table"><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>'
    )


_NUMBER = ' class="cx-number"'
