"""An answer as HTML: what it means, what is wrong with it, and its body with the wrong places marked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from conformance.contract.schemas import load_schemas
from conformance.model import JSON, Finding, Outcome
from conformance.notebook.display.hiding import prepared
from conformance.notebook.display.meanings import Asked, Places
from conformance.notebook.display.places import place_of
from conformance.notebook.display.tree import Mark, json_tree
from conformance.notebook.explorer.session import Sent
from conformance.notebook.explorer.verdict import Remark, differs, phrase
from conformance.notebook.look import chip, esc
from conformance.reports.html.escape import prose, word_count

__all__ = ["PAGE", "head_html", "history_line", "items_in", "page_html", "static_html"]

PAGE = 20
"""So many calls of a list are shown at once."""
_LONGEST_TEXT = 20_000
_MOST_FINDINGS, _LONGEST_LINE = 12, 56
_UNFOLDED, _LINES_OF_AN_ITEM = 2, 90
_WORDS = {
    "passed": "status as expected",
    "failed": "not as expected",
    "warned": "look at this",
    "errored": "no judgement",
    "skipped": "left open",
}
_SIGNS = {"passed": "✓", "failed": "✗", "warned": "!", "errored": "?", "skipped": "·"}
_NAMING = ("call_type", "call_status", "agent_id")
_NO_JSON: JSON = object()


def state_of(sent: Sent) -> str:
    """The gravest of what is said of an answer: a kind of verdict."""
    kinds = {sent.verdict.kind, *(each.kind for each in sent.remarks)}
    kinds |= {"failed" if each.outcome is Outcome.FAILED else "warned" for each in sent.findings}
    return next(kind for kind in ("errored", "failed", "warned", "skipped", "passed") if kind in kinds)


def history_line(sent: Sent) -> str:
    """An exchange in one short line of plain text."""
    answer = sent.exchange.response
    status = str(answer.status) if answer else "no answer"
    flaw = sent.exchange.case.flaw
    wrong = f" · {sent.redactor.text(flaw.text)}" if flaw else ""
    line = f"{sent.number} · {_SIGNS[state_of(sent)]} {status} · {sent.request.operation}{wrong}"
    return line if len(line) <= _LONGEST_LINE else f"{line[: _LONGEST_LINE - 1]}…"


def head_html(sent: Sent) -> str:
    """What was sent, what came, what that means and what is wrong."""
    return f"{_title(sent)}{_verdict(sent)}{_findings(sent)}{_headers(sent)}"


def _title(sent: Sent) -> str:
    exchange, redactor = sent.exchange, sent.redactor
    answer = exchange.response
    facts = [f"{exchange.seconds * 1000:,.0f} ms"]
    if answer is not None:
        facts += [_size(len(answer.body)), (answer.header("content-type") or "no content type").split(";")[0]]
    status = f"<b class='cx-status'>{esc(phrase(answer.status) if answer else 'No answer')}</b>"
    asked = f"<code>{esc(exchange.case.method)} {esc(redactor.text(exchange.case.url_path))}</code>"
    return (
        f'<div class="cx-said" data-number="{sent.number}">{status} <span class="cx-quiet">'
        f"{esc(' · '.join(facts))}</span></div>"
        f'<div class="cx-asked cx-quiet">{sent.number} · {esc(sent.clock)} · {asked}</div>'
    )


def _size(count: int) -> str:
    return f"{count:,} B" if count < 1000 else f"{count / 1000:,.1f} kB"  # noqa: PLR2004 - a kilobyte


def _verdict(sent: Sent) -> str:
    kind = sent.verdict.kind
    mark = chip(kind, _WORDS[kind], glyph=_SIGNS[kind])
    return f'<p class="cx-verdict">{mark} {esc(sent.verdict.text)}</p>'


def _findings(sent: Sent) -> str:
    shown = "".join(_finding(each) for each in sent.findings[:_MOST_FINDINGS])
    more = len(sent.findings) - _MOST_FINDINGS
    rest = f"<li>and {more} more</li>" if more > 0 else ""
    named = {each.requirement.id for each in sent.findings}
    places = [each for each in sent.remarks if each.requirement not in named]
    others = _other_places(places)
    if not shown and not others:
        return "" if sent.exchange.response is None else _nothing(sent)
    title = f"<h4>{word_count(len(sent.findings), 'finding')}</h4>" if shown else "<h4>Other places</h4>"
    return f'{title}<ul class="cx-findings">{shown}{rest}{others}</ul>'


def _nothing(sent: Sent) -> str:
    return '<p class="cx-quiet">The checks find nothing wrong with it.</p>' if sent.verdict.kind == "passed" else ""


def _finding(finding: Finding) -> str:
    requirement, mismatch = finding.requirement, finding.mismatch
    kind = "failed" if finding.outcome is Outcome.FAILED else "warned"
    where = f" at <code>{esc(mismatch.pointer)}</code>" if mismatch.pointer else ""
    advice = f'<div class="cx-quiet">{prose(requirement.advice)}</div>' if requirement.advice else ""
    return (
        f"<li>{chip(kind, requirement.id)} {prose(requirement.title)}<div>{prose(differs(mismatch))}{where}.</div>"
        f'<div class="cx-quiet">{esc(requirement.level)}; {prose(requirement.clause)}</div>{advice}</li>'
    )


def _other_places(places: Sequence[Remark]) -> str:
    """What only the schema tells, or the same in further places: marked in the body."""
    if not places:
        return ""
    kind = "failed" if any(each.kind == "failed" for each in places) else "warned"
    first = prose(places[0].told)
    more = f" {word_count(len(places), 'place')} marked below; the first:" if len(places) > 1 else ""
    return f"<li>{chip(kind, 'by the schema')}{more} <code>{esc(places[0].pointer)}</code> {first}</li>"


def _headers(sent: Sent) -> str:
    answer = sent.exchange.response
    if answer is None:
        return ""
    rows = "".join(
        f"<tr><th scope='row'>{esc(name.lower())}</th><td>{esc(value)}</td></tr>"
        for name, value in sent.redactor.headers(answer.headers)
    )
    return (
        f'<details class="cx-headers"><summary>{word_count(len(answer.headers), "header")}</summary>'
        f'<table class="cx-table"><tbody>{rows}</tbody></table></details>'
    )


def items_in(sent: Sent) -> int:
    """How many items the answer lists; 0 if it is no list that needs pages."""
    value = _value(sent)
    return len(value) if isinstance(value, list) and len(value) > PAGE else 0


def _value(sent: Sent) -> JSON:
    answer = sent.exchange.response
    return prepared(answer.json(_NO_JSON)) if answer is not None and answer.body else _NO_JSON


def page_html(sent: Sent, first: int = 0) -> str:
    """The body of an answer; of a long list the page that begins with the item `first`."""
    answer, value = sent.exchange.response, _value(sent)
    if answer is None:
        return ""
    if not answer.body:
        return '<p class="cx-quiet">The answer has no body.</p>'
    if value is _NO_JSON:
        return _text(sent)
    if isinstance(value, list) and value:
        return _items(sent, value, first)
    readings = Asked(_reading(sent, value))
    return json_tree(sent.redactor.value(value), _marks(sent.remarks), readings=readings, label="Body of the answer")


def _reading(sent: Sent, value: JSON) -> Callable[[str], str]:
    """What tells of a place what its number stands for, such as a date."""
    schemas, answer = load_schemas(sent.edition), sent.exchange.response
    known = {each.name: each for each in schemas.operations()}.get(sent.request.operation)
    if known is None or known.response is None or answer is None or answer.status != known.success:
        return lambda _pointer: ""
    bundle = schemas.bundle(known.response)
    return Places(root=place_of(bundle["$defs"], bundle), value=value).reading


def _text(sent: Sent) -> str:
    answer = sent.exchange.response
    shown = (sent.redactor.body(answer.body if answer else b"") or b"").decode(errors="replace")
    more = f"\n… and {len(shown) - _LONGEST_TEXT:,} more characters" if len(shown) > _LONGEST_TEXT else ""
    return f'<pre tabindex="0">{esc(shown[:_LONGEST_TEXT] + more)}</pre>'


def _marks(remarks: Sequence[Remark], above: str = "") -> Mapping[str, Sequence[Mark]]:
    """Marks by pointer, of what lies below a place, as if that were the whole."""
    found: dict[str, list[Mark]] = {}
    for each in remarks:
        if each.pointer and (each.pointer == above or each.pointer.startswith(f"{above}/")):
            found.setdefault(each.pointer.removeprefix(above), []).append(Mark(text=each.told, kind=each.kind))
    return found


def _items(sent: Sent, value: Sequence[JSON], first: int) -> str:
    by_item: dict[str, list[Remark]] = {}
    for each in sent.remarks:
        by_item.setdefault(each.pointer.split("/")[1] if each.pointer else "", []).append(each)
    page = value[first : first + PAGE]
    unfolded = 0
    shown = []
    reading = _reading(sent, value)
    for index, item in enumerate(page, start=first):
        remarks = by_item.get(str(index), [])
        is_open = unfolded < _UNFOLDED and (bool(remarks) or len(value) == 1)
        unfolded += is_open
        tree = json_tree(
            sent.redactor.value(item),
            _marks(remarks, f"/{index}"),
            readings=Asked(lambda pointer, above=f"/{index}": reading(above + pointer)),  # type: ignore[misc]
            opened=1,
            label=f"Item {index + 1}",
            most=_LINES_OF_AN_ITEM,
        )
        shown.append(_item(index, sent.redactor.value(item), remarks, tree, is_open=is_open))
    return f'<div class="cx-items">{"".join(shown)}</div>'


def _item(index: int, item: JSON, remarks: Sequence[Remark], tree: str, *, is_open: bool) -> str:
    call = item if isinstance(item, dict) else {}
    words = " · ".join(esc(_short(call[name])) for name in _NAMING if name in call)
    kind = "failed" if any(each.kind == "failed" for each in remarks) else "warned"
    wrong = f" {chip(kind, word_count(len(remarks), 'wrong place'))}" if remarks else ""
    name = f"<code>{esc(_short(call.get('call_id', 'item')))}</code>"
    return (
        f'<details class="cx-item"{" open" if is_open else ""}><summary><span class="cx-index">{index + 1}</span> '
        f'{name}{wrong} <span class="cx-quiet">{words}</span></summary>{tree}</details>'
    )


def _short(value: JSON) -> str:
    text = value if isinstance(value, str) else str(value)
    return text if len(text) <= 40 else f"{text[:39]}…"  # noqa: PLR2004 - as long as an id


def static_html(sent: Sent) -> str:
    """An exchange for where no widget can be shown."""
    count = items_in(sent)
    more = f'<p class="cx-quiet">The first {PAGE} of {count:,}.</p>' if count else ""
    return f"{head_html(sent)}{page_html(sent)}{more}"
