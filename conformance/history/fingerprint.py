"""The shapes that were seen in a run, without what stood in them: what is kept, and its form as JSON.

    {"format": 1, "edition": "v2",
     "groups": [{"operation": "list-calls", "call_type": "web_call", "seen": 40, "ids": ["call_…"],
                 "shown": {"ended": 0},
                 "paths": {"/call_status": {"types": {"string": [40, 0]}, "values": {"ended": [40, 0]},
                                            "in": {"ended": [40, 0]}}}}],
     "statuses": {"get-call valid": {"200": 21}}, "content": {"get-call success": {"application/json": 21}}}

A count stands with the index, in `ids`, of a call that shows it (-1 for none). `in` tells by state of the call how
often a path was there, and how often only in a part of its places; `of`, how often there was something that could
have it. `own` marks calls that the run made itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from conformance.errors import UsageError
from conformance.model import JSON

FORMAT = 1
ERROR = "error"
"""The call type of refusals."""
UNKNOWN_EVENT = "webhook"
"""What stands for the operation of a webhook whose event the contract does not know."""
_REPEATED = 3
"""How often a word must have been seen to be one of a few, and not something of one call."""
Counts = dict[str, list[int]]
"""By what was seen: how often, and the index of a call that shows it."""


@dataclass(slots=True, kw_only=True)
class Trace:
    """What was seen at one path of one group.

    Attributes:
        values: Of a list that the contract closes, or lets grow.
        tokens: Of a text that is always one of a few short words; the contract does not list them.
        open: There are too many of those, so none is kept.
        seen: By state of the call: in how many pictures it was, and in how many only in some of its places.
        of: By state: in how many pictures there was an object or array that can have something below this path.
        unknown: The contract does not know the path.
        missing: By state: the index of a call that lacks it, though it has its parent.
        lengths: Shortest and longest, of an array.
    """

    types: Counts = field(default_factory=dict)
    formats: Counts = field(default_factory=dict)
    values: Counts = field(default_factory=dict)
    tokens: Counts = field(default_factory=dict)
    open: bool = False
    seen: Counts = field(default_factory=dict)
    of: dict[str, int] = field(default_factory=dict)
    unknown: bool = False
    missing: dict[str, int] = field(default_factory=dict)
    lengths: tuple[int, int] | None = None

    @property
    def count(self) -> int:
        """In how many pictures it was."""
        return sum(each[0] for each in self.seen.values())

    def as_json(self) -> dict[str, JSON]:
        """What is not empty."""
        told = {
            "types": self.types,
            "formats": self.formats,
            "values": self.values,
            "tokens": {} if self.open else {name: each for name, each in self.tokens.items() if each[0] >= _REPEATED},
            "open": self.open,
            "in": self.seen,
            "of": self.of,
            "unknown": self.unknown,
            "missing": self.missing,
            "lengths": self.lengths and list(self.lengths),
        }
        return {name: each for name, each in told.items() if each}

    @staticmethod
    def from_json(told: Mapping[str, JSON]) -> Trace:
        """What `as_json` gave."""
        lengths = told.get("lengths")
        return Trace(
            types=told.get("types", {}),
            formats=told.get("formats", {}),
            values=told.get("values", {}),
            tokens=told.get("tokens", {}),
            open=told.get("open", False),
            seen=told.get("in", {}),
            of=told.get("of", {}),
            unknown=told.get("unknown", False),
            missing=told.get("missing", {}),
            lengths=(lengths[0], lengths[1]) if lengths else None,
        )


@dataclass(slots=True, kw_only=True)
class Group:
    """What was seen of one operation and call type.

    Attributes:
        pictures: How many different pictures were looked into: calls, or other answers.
        ids: Of calls that show something.
        shown: By state: the index of a call that was in it.
        paths: By path, in which `*` stands for any index.
    """

    pictures: int = 0
    ids: list[str] = field(default_factory=list)
    shown: dict[str, int] = field(default_factory=dict)
    paths: dict[str, Trace] = field(default_factory=dict)

    def as_json(self) -> dict[str, JSON]:
        """As JSON."""
        paths = {path: trace.as_json() for path, trace in self.paths.items()}
        return {"seen": self.pictures, "ids": self.ids, "shown": self.shown, "paths": paths}

    @staticmethod
    def from_json(told: Mapping[str, JSON]) -> Group:
        """What `as_json` gave."""
        paths = {path: Trace.from_json(each) for path, each in told["paths"].items()}
        return Group(pictures=told["seen"], ids=told["ids"], shown=told["shown"], paths=paths)


Key = tuple[str, str, bool]
"""Operation or event, call type, and whether the run made the calls itself.

The call type is `error` for refusals, and "" for what is no call.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """The shapes that were seen in one run.

    Attributes:
        statuses: Statuses by operation and what was sent for.
        content: Content types by operation and `success` or `error`.
    """

    edition: str
    groups: Mapping[Key, Group] = field(default_factory=dict)
    statuses: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    content: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def as_json(self) -> dict[str, JSON]:
        """The form in which it is kept."""
        groups = [
            {"operation": key[0], "call_type": key[1], **({"own": True} if key[2] else {}), **group.as_json()}
            for key, group in sorted(self.groups.items())
        ]
        return {
            "format": FORMAT,
            "edition": self.edition,
            "groups": groups,
            "statuses": {name: dict(each) for name, each in sorted(self.statuses.items())},
            "content": {name: dict(each) for name, each in sorted(self.content.items())},
        }

    @staticmethod
    def from_json(told: JSON) -> Fingerprint:
        """What `as_json` gave.

        Raises:
            UsageError: It is none, or of a newer harness.
        """
        if not isinstance(told, Mapping) or told.get("format") != FORMAT:
            raise UsageError(
                f"These shapes are not of format {FORMAT}, which this harness reads. Use the version that kept them."
            )
        try:
            groups = {
                (each["operation"], each["call_type"], each.get("own", False)): Group.from_json(each)
                for each in told["groups"]
            }
            return Fingerprint(
                edition=told["edition"], groups=groups, statuses=told["statuses"], content=told["content"]
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise UsageError(f"These shapes are damaged: {error!r}. Compare with another run.") from error
