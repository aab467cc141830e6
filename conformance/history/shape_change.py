"""One change of shape, and a path in two groups of shapes to look for changes at."""

from __future__ import annotations

from dataclasses import dataclass, field

from conformance.history.chance import Share
from conformance.history.fingerprint import Counts, Trace
from conformance.history.promises import Promise

_VERBS = {
    "appeared": "appeared",
    "vanished": "vanished",
    "presence dropped": "is not always there any more",
    "became null": "became null",
    "null no longer": "is not null any more",
    "type changed": "changed its type",
    "new enum value": "has a new value",
    "format changed": "changed its format",
    "status changed": "changed",
    "content type changed": "changed",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShapeChange:
    """One thing that differs in one group.

    Attributes:
        what: Tells it from others of its kind and path: the new type, value, format.
        allowed: Whether the contract allows what is seen now.
        was: How often what is told was seen before; `now` likewise.
        likely: How likely chance explains it.
        sure: Chance is not asked: the contract knows nothing of what appeared.
        reason: Why a client breaks or not.
        subject: What it is about, where that is no path.
    """

    kind: str
    path: str
    before: str
    after: str
    example: str
    was: Share
    now: Share
    likely: float
    what: str = ""
    breaking: bool = False
    allowed: bool = True
    sure: bool = False
    reason: str = ""
    subject: str = ""

    @property
    def verb(self) -> str:
        """What became of it, in words."""
        if self.kind == "presence dropped" and not self.now.some:
            return "is not there any more"
        return _VERBS[self.kind]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One path in both groups.

    Attributes:
        promise: What the contract says of it.
        ids: Of calls that show something now.
        unit: What was counted, in the plural.
    """

    path: str
    promise: Promise
    before: Trace
    after: Trace
    ids: list[str] = field(default_factory=list)
    unit: str = "calls"

    def example(self, shown: int, text: str) -> str:
        """What a call shows, with its id if that is known."""
        told = f"{self.path or 'the body'} {text}"
        return f"{self.ids[shown]}: {told}" if 0 <= shown < len(self.ids) else told

    @property
    def allowed_types(self) -> str:
        """What the contract allows, in words."""
        return " or ".join(sorted(self.promise.types or ()))


def is_allowed(promise: Promise, kind: str) -> bool:
    """Whether the contract allows a type, or some source of it does, or it says nothing."""
    if not promise.known or promise.types is None:
        return True
    kinds = {kind, "number"} if kind == "integer" else {kind}
    return not kinds.isdisjoint(promise.types | promise.lenient)


def of_type(trace: Trace, kind: str) -> Share:
    """How often a type was seen, of all pictures that have the path."""
    return Share(some=trace.types.get(kind, [0])[0], all=trace.count)


def usual_of(counts: Counts) -> str:
    """What was seen most often, or ""."""
    return max(counts, key=lambda each: counts[each][0], default="")


def article(kind: str) -> str:
    """A type with its article."""
    return kind if kind == "null" else f"an {kind}" if kind[0] in "aio" else f"a {kind}"
