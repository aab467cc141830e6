"""What the lab says, as HTML. Everything that somebody typed or sent is escaped here."""

from __future__ import annotations

import json
from collections.abc import Sequence

from conformance.contract.signature import HEADER
from conformance.model import Exchange, Requirement
from conformance.notebook.display.tree import json_tree
from conformance.notebook.look import chip, esc
from conformance.notebook.weblab.bench import Sent
from conformance.notebook.weblab.reading import Reading, marks_of
from conformance.notebook.weblab.signing import Signing, curl, python, utc
from conformance.notebook.weblab.ways import Way
from conformance.redact import Redactor

__all__ = [
    "answer_html",
    "checked_html",
    "cites_html",
    "note_html",
    "sent_html",
    "signature_html",
    "tree_html",
    "way_html",
]

_MOST_PLACES = 5
_HEAD, _TAIL = 44, 20
_LONGEST_ANSWER = 4_000


def note_html(text: str, kind: str = "") -> str:
    """A remark in a frame; the kind of an outcome gives it its colour."""
    return f'<p class="cx-note{f" cx-{esc(kind)}" if kind else ""}" role="status">{esc(text)}</p>' if text else ""


def checked_html(reading: Reading, *, text: str, edition: str) -> str:
    """Whether what stands in the editor is a webhook of the contract, and where it is not."""
    if reading.problem is not None:
        told = f"{reading.problem} It can be sent as it is."
        return f'<div role="status">{chip("failed", "no JSON")} {esc(told)}</div>'
    if not reading.told:
        told = f'{chip("passed", "as the contract says")} <span class="cx-quiet">{esc(edition)}</span>'
        return f'<div role="status">{told}</div>'
    grave = sum(each.grave for each in reading.told)
    kind, number = ("failed", grave) if grave else ("warned", len(reading.told))
    places = f"{number} place{'' if number == 1 else 's'}"
    word = f"{places} not as the contract says" if grave else f"{places} not as it should be"
    lines = "".join(
        f"<li><code>{esc(each.mismatch.pointer or 'the whole')}</code>{_line_of(text, each.mismatch.pointer)}: "
        f"expected {esc(each.mismatch.expected)}, got {esc(each.mismatch.actual)}</li>"
        for each in reading.told[:_MOST_PLACES]
    )
    left = len(reading.told) - _MOST_PLACES
    more = f"<li>and {left} more</li>" if left > 0 else ""
    return f'<div role="status">{chip(kind, word)}<ul class="cx-places">{lines}{more}</ul></div>'


def _line_of(text: str, pointer: str) -> str:
    """In which line the last name of a place stands, where that is beyond doubt."""
    name = json.dumps(pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~"), ensure_ascii=False)
    found = [number for number, line in enumerate(text.splitlines(), 1) if line.lstrip().startswith(f"{name}:")]
    return f" (line {found[0]})" if len(found) == 1 and text.count("\n") else ""


def tree_html(reading: Reading) -> str:
    """The payload as a tree, with what is wrong marked at its place."""
    if reading.problem is not None:
        return ""
    return json_tree(reading.value, marks_of(reading.told), label="Payload")


def signature_html(signed: Signing, *, url: str) -> str:
    """How the signature comes about, and the same as a command and as a program."""
    text = signed.body.decode(errors="replace")
    shown = text if len(text) <= _HEAD + _TAIL else f"{text[:_HEAD]} … {text[-_TAIL:]}"
    shown = " ".join(shown.split())
    steps = (
        ("The raw body", f"{len(signed.body):,} bytes, exactly as they stand in the editor", shown),
        (
            "+ the time",
            f"in milliseconds, right behind the last byte; it is {utc(signed.timestamp_ms)}",
            str(signed.timestamp_ms),
        ),
        ("→ HMAC-SHA256", "of both, under your API key (not shown)", signed.digest),
        ("→ the header", f"good until {signed.good_until}: five minutes", f"{HEADER}: {signed.header}"),
    )
    items = "".join(
        f'<li><b>{esc(name)}</b> <span class="cx-quiet">{esc(what)}</span>'
        f'<code class="cx-bytes">{esc(value)}</code></li>'
        for name, what, value in steps
    )
    command = curl(signed, url) if url else ""
    instead = "Too large for a command line." if url else "An application in this process has no URL to send to."
    return (
        f'<ol class="cx-steps">{items}</ol>'
        f"<details><summary>As a curl command (good for five minutes)</summary>"
        f"<pre>{esc(command or instead)}</pre></details>"
        f"<details><summary>Python that verifies it</summary><pre>{esc(python(signed))}</pre></details>"
    )


def way_html(way: Way, requirement: Requirement | None) -> str:
    """What a way to send is, and what a correct receiver does."""
    cited = f' <span class="cx-quiet">({esc(requirement.id)})</span>' if requirement else ""
    return f"<p>{esc(way.text)} {esc(way.due)}{cited}</p>"


def cites_html(cites: tuple[Requirement, ...]) -> str:
    """The requirements behind a verdict, each with its clause."""
    items = "".join(
        f"<li><b>{esc(each.id)}</b> {esc(each.title)} "
        f'<span class="cx-quiet">{esc(each.level)}; {esc(each.clause)}</span></li>'
        for each in cites
    )
    return f'<ul class="cx-cites">{items}</ul>' if items else ""


def answer_html(sent: Sent, redactor: Redactor) -> str:
    """The answer to what was sent, and what it is worth."""
    verdict, exchange = sent.verdict, sent.exchange
    again = f", a replay of {sent.replay_of}" if sent.replay_of else ""
    title = f"{sent.number}. {exchange.case.operation}{again}"
    advice = f"<p><b>To do:</b> {esc(verdict.advice)}</p>" if verdict.advice else ""
    return (
        f'<div role="status"><h4>{esc(redactor.text(title))}</h4>'
        f'<p class="cx-note cx-{esc(verdict.kind)}">{chip(verdict.kind, verdict.word)} '
        f"{esc(redactor.text(verdict.text))}</p>"
        f"{advice}{cites_html(verdict.cites)}{_answer(exchange, redactor)}</div>"
    )


def sent_html(sent: Sequence[Sent], redactor: Redactor) -> str:
    """What was sent as a plain table, for where no widget can be shown."""
    rows = "".join(
        f"<tr><td>{each.number}</td><td>{esc(redactor.text(each.exchange.case.operation))}</td>"
        f"<td>{esc(each.way.label)}</td><td>{each.exchange.response.status if each.exchange.response else 'none'}</td>"
        f"<td>{esc(redactor.text(each.verdict.text))}</td></tr>"
        for each in sent
    )
    head = "<tr><th>no.</th><th>event</th><th>how</th><th>answer</th><th>verdict</th></tr>"
    return f'<table class="cx-table"><thead>{head}</thead><tbody>{rows}</tbody></table>' if rows else ""


def _answer(exchange: Exchange, redactor: Redactor) -> str:
    shown = redactor.exchange(exchange).response
    if shown is None:
        return f'<p class="cx-quiet">No answer within {exchange.seconds * 1000:,.0f} ms.</p>'
    told = f"<p>Answer: <b>{shown.status}</b> in {exchange.seconds * 1000:,.0f} ms</p>"
    if not shown.body:
        return f'{told}<p class="cx-quiet">Without a body.</p>'
    value = shown.json(None)
    if isinstance(value, dict | list):
        return told + json_tree(value, label="Answer")
    text = shown.body.decode(errors="replace")
    cut = f" … and {len(text) - _LONGEST_ANSWER:,} more characters" if len(text) > _LONGEST_ANSWER else ""
    return f"{told}<pre>{esc(text[:_LONGEST_ANSWER])}{esc(cut)}</pre>"
