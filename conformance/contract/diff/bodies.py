"""What changed between two bodies, place by place along their structure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from conformance.contract.diff.contents import content_changes
from conformance.contract.diff.found import Found, Way, breaking
from conformance.contract.diff.nodes import Node, Variants
from conformance.contract.diff.rules import FieldRule, Rules
from conformance.contract.diff.values import Kind, Party
from conformance.contract.diff.words import counted, listed, name_of
from conformance.contract.engine import pointer as pointer_to
from conformance.model import JSON

__all__ = ["Bodies"]

_NOT_REFUSED = "It is not refused; whether it is still read is not stated."
_WAS_OPTIONAL = "Before, it was optional."
_UNSURE = "How much of it this changes is not told here."


@dataclass(frozen=True, slots=True, kw_only=True)
class Bodies:
    """Compares bodies that go one way.

    Attributes:
        chosen: The name of a property whose value is known already: `event` of one event.
    """

    way: Way
    rules: Rules
    chosen: str = ""

    def changes(self, before: Node, after: Node, at: str = "", within: tuple[object, ...] = ()) -> Iterator[Found]:
        """Everything that changed at a place and below it."""
        pair = (before.key, after.key)
        if pair in within:
            return
        inside = (*within, pair)
        yield from map(self._as_stated, content_changes(before, after, at, self.way))
        if _holds("object", before, after):
            yield from self._object(before, after, at, inside)
        if _holds("array", before, after):
            yield from self.changes(before.items, after.items, f"{at}/*", inside)

    def _as_stated(self, found: Found) -> Found:
        """A change of content; a bound that was only never stated before is no proof that anything changed."""
        came = found.kind is Kind.BOUND and found.before is None and self.way.sends
        stated = found.after or {}
        rule = next((each for each in self.rules.unstated if came and each.keyword in stated), None)
        if rule is None:
            return found
        return replace(
            found,
            text=found.text.replace(" now.", "."),
            breaks=frozenset(),
            note=rule.note,
            sources=tuple(each for each in found.sources if each.split(" ", maxsplit=1)[0] in rule.sources),
        )

    def _object(self, before: Node, after: Node, at: str, within: tuple[object, ...]) -> Iterator[Found]:
        old, new = before.variants, after.variants
        chosen = set() if at else {self.chosen}
        if old is not None and new is not None and old.name != new.name:
            yield _other_chooser(old, new, at)
            old = new = None
        either = old or new
        if either is None:
            yield from self._members(before, after, at, within, skip=chosen)
            return
        yield from self._chooser(before, after, at, either.name, within)
        forms = [
            (value, list(self._members(one, other, at, within, skip={either.name, *chosen})))
            for value, one, other in _pairs(old, new, before, after)
        ]
        yield from _folded(either.name, forms)

    def _chooser(self, before: Node, after: Node, at: str, name: str, within: tuple[object, ...]) -> Iterator[Found]:
        """What changed of the property that tells the forms apart."""
        old, new = before.members.get(name), after.members.get(name)
        if old and new:
            yield from self._both(before, after, at, name, within)
        elif new:
            forms = after.variants.forms if after.variants else {}
            yield replace(
                self._added(before, after, at, name),
                kind=Kind.SPLIT,
                pointer=at,
                text=f"Split in {counted(len(forms))}, told apart by `{name}`: {listed(list(forms))}.",
            )
        elif old:
            yield replace(
                self._removed(before, after, at, name),
                kind=Kind.JOINED,
                pointer=at,
                text=f"One kind in place of several; `{name}` is gone.",
            )

    def _members(
        self, before: Node, after: Node, at: str, within: tuple[object, ...], *, skip: set[str]
    ) -> Iterator[Found]:
        moved = list(self._moved(before, after))
        gone = {rule.before.split("/")[1] for rule in moved if rule.before.count("/") == 1}
        come = {rule.after.split("/")[1] for rule in moved if rule.after.count("/") == 1}
        for name in dict.fromkeys((*after.members, *before.members)):
            if name in skip:
                continue
            if name in before.members and name in after.members:
                yield from self._both(before, after, at, name, within)
            elif name in after.members and name not in come:
                yield self._added(before, after, at, name)
            elif name in before.members and name not in gone:
                yield self._removed(before, after, at, name)
        for rule in moved:
            yield from self._move(rule, before, after, at, within)
        yield from self._others(before, after, at, within)

    def _both(self, before: Node, after: Node, at: str, name: str, within: tuple[object, ...]) -> Iterator[Found]:
        place, old, new = _below(at, name), before.members[name], after.members[name]
        was, now = name in before.required, name in after.required
        if was != now:
            verb = (
                ("must be sent now", "may be left out now")
                if self.way.sends
                else ("is always there now", "may be missing now")
            )
            yield Found(
                kind=Kind.REQUIRED if now else Kind.OPTIONAL,
                pointer=place,
                before=was,
                after=now,
                text=f"{name_of(place)} {verb[0] if now else verb[1]}.",
                breaks=breaking(self.way, narrower=now, wider=was),
                origin=(old.origins(), new.origins()),
                sources=new.sources,
            )
        yield from self.changes(old, new, place, within)

    def _added(self, before: Node, after: Node, at: str, name: str) -> Found:
        place, new = _below(at, name), after.members[name]
        required = name in after.required
        tail = (" and must be sent" if self.way.sends else " and always there") if required else ""
        return Found(
            kind=Kind.ADDED,
            pointer=place,
            before=None,
            after=new.fragment(),
            text=f"{name_of(place)} is new{tail}.",
            breaks=breaking(self.way, narrower=required, wider=before.others is None),
            origin=((), new.origins()),
            sources=new.sources,
        )

    def _removed(self, before: Node, after: Node, at: str, name: str) -> Found:
        place, old = _below(at, name), before.members[name]
        required, still = name in before.required, self.rules.still(name, old.origins())
        refused = after.others is None
        if still:
            breaks, text, note = frozenset[Party](), f"{name_of(place)} is not documented any more.", still.note
        elif self.way.sends:
            breaks = breaking(self.way, narrower=required or refused)
            text = f"{name_of(place)} is {'refused now' if refused else 'gone'}{'; it had to be sent' * required}."
            note = "" if refused or required else _NOT_REFUSED
        else:
            breaks, text = breaking(self.way, wider=True), f"{name_of(place)} is gone."
            note = "" if required else _WAS_OPTIONAL
        return Found(
            kind=Kind.REMOVED,
            pointer=place,
            before=old.fragment(),
            after=None,
            text=text,
            breaks=breaks,
            note=note,
            origin=(old.origins(), ()),
            sources=still.sources if still else after.sources or old.sources,
        )

    def _moved(self, before: Node, after: Node) -> Iterator[FieldRule]:
        for rule in self.rules.fields:
            old, new = before.at(rule.before), after.at(rule.after)
            if old is None or new is None or after.at(rule.before) or before.at(rule.after):
                continue
            if self.rules.fits(rule, (before if not self.rules.backwards else after).key):
                yield rule

    def _move(self, rule: FieldRule, before: Node, after: Node, at: str, within: tuple[object, ...]) -> Iterator[Found]:
        old, new = before.at(rule.before), after.at(rule.after)
        if old is None or new is None:
            return
        name, place = rule.before.split("/")[1], at + rule.after
        must = rule.before == f"/{name}" and name in before.required
        must_now = rule.renames and rule.after[1:] in after.required
        yield Found(
            kind=Kind.RENAMED if rule.renames else Kind.MOVED,
            pointer=place,
            before=at + rule.before,
            after=place,
            text=f"`{rule.before[1:]}` is now `{rule.after[1:]}`.",
            breaks=breaking(self.way, narrower=must or must_now or after.others is None, wider=True),
            note=_NOT_REFUSED if self.way.sends and not must and after.others is not None else "",
            origin=(old.origins(), new.origins()),
            sources=rule.sources,
        )
        yield from self.changes(old, new, place, within)

    def _others(self, before: Node, after: Node, at: str, within: tuple[object, ...]) -> Iterator[Found]:
        old, new = before.others, after.others
        if old is not None and new is not None:
            yield from self.changes(old, new, f"{at}/*", within)
        elif (old is None) != (new is None):
            closed = new is None
            yield Found(
                kind=Kind.EXTRA,
                pointer=at,
                before=old is not None,
                after=new is not None,
                text=f"{_subject(at)} may have {'no other fields any more' if closed else 'other fields now'}.",
                breaks=breaking(self.way, narrower=closed, wider=not closed),
                origin=(before.origins("additionalProperties"), after.origins("additionalProperties")),
                sources=after.sources,
            )


def _holds(kind: str, before: Node, after: Node) -> bool:
    return kind in (before.types or ()) and kind in (after.types or ())


def _below(at: str, name: str) -> str:
    return at + pointer_to([name])


def _subject(at: str) -> str:
    text = name_of(at)
    return text[0].upper() + text[1:]


def _other_chooser(old: Variants, new: Variants, at: str) -> Found:
    return Found(
        kind=Kind.CONDITION,
        pointer=at,
        before=old.name,
        after=new.name,
        text=f"Another field tells the kinds of {name_of(at)} apart: `{new.name}`, before `{old.name}`.",
        note=_UNSURE,
    )


def _pairs(old: Variants | None, new: Variants | None, before: Node, after: Node) -> Iterator[tuple[JSON, Node, Node]]:
    """The forms that both editions have; where one has none, the object as it is stands for each."""
    for value in dict.fromkeys((*(new.forms if new else ()), *(old.forms if old else ()))):
        one = old.forms.get(value) if old else before
        other = new.forms.get(value) if new else after
        if one is not None and other is not None:
            yield value, one, other


def _folded(name: str, forms: Sequence[tuple[JSON, list[Found]]]) -> Iterator[Found]:
    """Changes of several forms, told once; those that are not so in all of them say in which."""
    first: dict[object, Found] = {}
    where: dict[object, list[JSON]] = {}
    for value, found in forms:
        for each in found:
            key: object = (each.pointer, each.when, each.facts)
            first.setdefault(key, each)
            where.setdefault(key, []).append(value)
    for key, each in first.items():
        everywhere = len(where[key]) == len(forms)
        yield each if everywhere or each.when else replace(each, when=(name, tuple(where[key])))
