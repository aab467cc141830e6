"""A change as people read it: whom it breaks, where it is, what it says, and where that is said."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from importlib.resources import files

from conformance.contract.diff.values import Change, Difference, Party
from conformance.notebook.differences.counterparts import counterparts
from conformance.notebook.differences.marking import pair, versus
from conformance.notebook.look import chip, esc
from conformance.reports.html.escape import prose, word_count

__all__ = [
    "BREAKS",
    "NOBODY",
    "NOTHING",
    "counted",
    "head",
    "heading",
    "opened",
    "style_of_panel",
    "told_style",
    "values",
    "whom",
    "whom_chip",
]

BREAKS = {Party.SENDER: "senders", Party.READER: "readers"}
"""The two parties in words."""
NOBODY = "\N{EN DASH}"
"""The sign of what breaks nobody."""
NOTHING = "Nothing changed between {before} and {after}."
_MOST_PLACES = 6
_MOST_NAMES = 3


@functools.cache
def told_style() -> str:
    """The style of what differs and of what has to change; every rule in it stands below the class `cx`."""
    return f"<style>{files(__package__).joinpath('told.css').read_text(encoding='utf-8')}</style>"


def style_of_panel() -> str:
    """The rules of the panel: the list, its rows, the filters."""
    return "".join(files(__package__).joinpath(name).read_text(encoding="utf-8") for name in ("told.css", "rows.css"))


def whom(change: Change) -> tuple[str, str, str]:
    """Whom a change breaks: class, sign and words."""
    if not change.breaks:
        return "plain", NOBODY, "breaks nobody"
    parties = " and ".join(BREAKS[each] for each in Party if each in change.breaks)
    return "failed", "✗", "breaks both" if len(change.breaks) > 1 else f"breaks {parties}"


def whom_chip(change: Change) -> str:
    """The same as HTML."""
    kind, glyph, words = whom(change)
    return chip(kind, words, glyph=glyph)


def counted(changes: Sequence[Change]) -> str:
    """How many changes there are and how many of them break whom, in words."""
    parts = [
        f"{number} {'breaks' if number == 1 else 'break'} {words}"
        for party, words in BREAKS.items()
        if (number := sum(party in each.breaks for each in changes))
    ]
    return f"{word_count(len(changes), 'change')}: {', '.join(parts) or 'none breaks anybody'}"


def heading(operation: str, changes: Sequence[Change]) -> str:
    """What stands above the changes of an operation or event, as HTML."""
    broken = sum(each.breaking for each in changes)
    told = chip("failed", f"{broken} breaking", glyph="✗") if broken else chip("plain", "breaks nobody", glyph=NOBODY)
    return (
        f'<span class="cx-name">{esc(operation)}</span> {told}'
        f' <span class="cx-quiet">{word_count(len(changes), "change")}</span>'
    )


def head(change: Change) -> str:
    """What is always seen of a change, as the summary of a `<details>`."""
    when = f"({change.when})" if change.when else ""
    parts = (change.area if change.area != "operation" else "", change.pointer, when)
    where = " ".join(part for part in parts if part)
    place = f' <code class="cx-place cx-quiet">{esc(where)}</code>' if where else ""
    beside = " · ".join(part for part in (change.clause, _also_in(change)) if part)
    clause = f'<span class="cx-clause cx-quiet">{esc(beside)}</span>' if beside else ""
    return (
        f'<summary><span class="cx-who">{whom_chip(change)}</span>'
        f'<span class="cx-what"><span class="cx-verb">{esc(change.kind.verb)}</span>{place}:'
        f' <span class="cx-text">{prose(change.text)}</span>{clause}</span></summary>'
    )


def _also_in(change: Change) -> str:
    """The other operations and events where a change is met, in words."""
    names = list(dict.fromkeys(name for _, name, _ in change.met if name != change.operation))
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return f"also in {', '.join(names[:_MOST_NAMES])}{more}" if names else ""


def opened(difference: Difference, change: Change, examples: str = "") -> str:
    """What is seen of a change when it is open.

    Args:
        examples: HTML of examples at this place, before and after.
    """
    note = f'<p class="cx-note">{prose(change.note)}</p>' if change.note else ""
    return f'<div class="cx-opened">{note}{values(difference, change)}{examples}{_facts(change)}</div>'


def values(difference: Difference, change: Change) -> str:
    """What the two editions say at this place, beside each other."""
    if change.before is None and change.after is None:
        return ""
    old, new = versus(change.before, change.after)
    columns = [(difference.before, old), (difference.after, new)]
    return pair(columns, label="what the contract says, before and after")


def _facts(change: Change) -> str:
    facts: list[tuple[str, str]] = []
    others = [each for each in change.met if each != (change.area, change.operation, change.pointer)]
    if others:
        facts.append(("also met in", _places(others)))
    found = counterparts(change)
    if found:
        told = "<br>".join(f"<code>conformance explain {esc(each.id)}</code> {prose(each.title)}" for each in found)
        facts.append(("required by", told))
    return _listed(facts) if facts else ""


def _listed(facts: Iterable[tuple[str, str]]) -> str:
    return '<dl class="cx-facts">{}</dl>'.format("".join(f"<dt>{name}</dt><dd>{told}</dd>" for name, told in facts))


def _places(places: Sequence[tuple[str, str, str]]) -> str:
    told = [f"<code>{esc(' '.join(part for part in (name, area, at) if part))}</code>" for area, name, at in places]
    more = f" and {len(told) - _MOST_PLACES} more" if len(told) > _MOST_PLACES else ""
    return ", ".join(told[:_MOST_PLACES]) + more
