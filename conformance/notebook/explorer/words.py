"""What the Explorer says about target, operation and body, as HTML."""

from __future__ import annotations

from conformance.contract.diff.clauses import source_words
from conformance.contract.schemas import SchemaSet
from conformance.model import Effect, Flaw, Operation
from conformance.notebook.explorer.casing import Request
from conformance.notebook.explorer.form import Broken
from conformance.notebook.explorer.session import TargetSession
from conformance.notebook.look import chip, esc
from conformance.reports.html.escape import prose

__all__ = ["VALID", "about_html", "header_html", "note_html", "state_html"]

VALID = "a valid example"
_EFFECTS = {
    Effect.READ: ("reads", "changes nothing"),
    Effect.WRITES: ("writes", "changes what is stored"),
    Effect.BILLS: ("bills", "makes a call that costs money"),
    Effect.DIALS: ("dials", "rings a real telephone"),
}


def header_html(session: TargetSession) -> str:
    """What is asked, and what is allowed there."""
    edition = session.contract.schemas.edition
    if session.is_mock:
        said = "a mock: nothing leaves this machine, nothing costs, nobody is called"
    elif session.local:
        said = "on this machine: everything may be sent"
    else:
        allowed = ", ".join(session.settings.allow)
        said = f"not on this machine: only what reads is sent{f', and {allowed}' if allowed else ''}"
    hidden = "" if session.shows_personal else " Personal data in answers are hidden."
    return (
        f'<h3>Explorer</h3><div class="cx-target"><code>{esc(session.name)}</code> <span class="cx-quiet">{esc(said)}.'
        f"{hidden} {esc(edition.id)}: {esc(edition.title)}.</span></div>"
    )


def about_html(operation: Operation, schemas: SchemaSet) -> str:
    """What an operation does, what that means in the world, and where it is written."""
    word, meaning = _EFFECTS[operation.effect]
    about = schemas.definition(operation.request).get("description", "") if operation.request else ""
    kind = "plain" if operation.effect is Effect.READ else "warned"
    source = source_words(operation.sources[0]) if operation.sources else ""
    optional = " Not every server offers it." if operation.optional else ""
    return (
        f"<div><code>{esc(operation.method)} {esc(operation.path)}</code> {chip(kind, word, glyph='→')}"
        f' <span class="cx-quiet">{esc(meaning)}</span></div><div>{prose(about)}{optional}'
        f' <span class="cx-quiet cx-clause">Answered with {operation.success}. Source: {esc(source)}.</span></div>'
    )


def state_html(request: Request, broken: Broken | None, flaw: Flaw | None, *, edge: str, is_shown: bool) -> str:
    """What the contract says of a body, before it is sent.

    Args:
        edge: What of it stands at an edge of JSON, or "".
        is_shown: Whether the form shows it.
    """
    if request.text is None:
        return ""
    if edge:
        why = f" {broken}" if broken is not None else ""
        form = "" if is_shown else " The form would change it, and keeps what it had."
        told = f"Correct servers differ there: any answer will do but a crash.{form}"
        return f'<div class="cx-note cx-warned"><b>! There is {esc(edge)}.</b>{esc(why)} {esc(told)}</div>'
    if broken is not None:
        kept = "The form keeps what it had. It can be sent as it is."
        return f'<div class="cx-note cx-failed"><b>✗ {esc(broken)}</b> {kept}</div>'
    if flaw is None:
        return f"<div>{chip('passed', 'valid')} The contract allows this body.</div>"
    firm = "must be refused" if flaw.firm else "may be refused; the sources leave it open"
    form = "" if is_shown else " The form is for objects and keeps what it had."
    return f"<div>{chip('failed', 'wrong')} {prose(flaw.text)}. It {firm}.{form}</div>"


def note_html(words: str, kind: str = "plain") -> str:
    """A message beside the buttons; "" for none."""
    sign = {"warned": "! ", "errored": "✗ ", "failed": "✗ "}.get(kind, "")
    return f'<div class="cx-note cx-{esc(kind)}" role="status">{sign}{esc(words)}</div>' if words else ""
