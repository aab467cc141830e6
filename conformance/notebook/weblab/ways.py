"""The ways in which the lab sends a webhook: as it is, right but unusual, or broken in one named way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from conformance.contract.contract import Contract
from conformance.errors import UnknownName
from conformance.generate.deliveries import FORGERIES
from conformance.model import Requirement

__all__ = ["AS_IT_IS", "WAYS", "Way", "find_way", "judging_forgery"]

AS_IT_IS = "as-it-is"


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way to send.

    Attributes:
        label: As it stands in a list.
        text: What it is, in one sentence.
        due: What a correct receiver does.
        forged: Whether the signature is wrong.
    """

    name: str
    label: str
    text: str
    due: str
    forged: bool = False


_ACCEPT = "A correct receiver accepts it with any 2xx."
_RIGHT = (
    Way(name=AS_IT_IS, label="As it is", text="Signed now, with the right key, over exactly these bytes.", due=_ACCEPT),
    Way(
        name="late",
        label="Late: signed 4.5 minutes ago",
        text="Signed 4.5 minutes ago, which is still within the five minutes.",
        due=_ACCEPT,
    ),
    Way(
        name="repeated",
        label="Repeated: the same several times",
        text="The same webhook several times, each signed anew, as the vendor does when it was not sure.",
        due="A correct receiver accepts each with a 2xx, and acts on the first alone.",
    ),
    Way(
        name="reordered",
        label="Reordered: the end before the start",
        text="The three usual webhooks of one call in the wrong order: call_analyzed, call_ended, call_started.",
        due="A correct receiver accepts them in any order.",
    ),
)
_SENTENCES = {
    "missing": "There is no signature header, as if anybody had sent it.",
    "random-digest": "The header has the right form, but its digest is made up.",
    "last-character": "The digest is right up to its last character.",
    "first-half": "Only the first 32 of the 64 characters of the digest are right.",
    "half-digest": "The digest is right, but cut to its first 32 characters.",
    "empty-digest": "The header has a time, and nothing where the digest stands.",
    "longer-digest": "The digest is right, but two characters follow it.",
    "wrong-key": "It is signed as it should be, but with another key.",
    "other-body": "The signature is real, but belongs to another body.",
    "other-time": "The time in the header was changed after it was signed.",
    "stale": "The signature is real, but 5.5 minutes old: somebody may have kept a copy.",
    "hour-old": "The signature is real, but an hour old: somebody may have kept a copy.",
    "future": "The signature is real, but its time lies 5.5 minutes ahead.",
    "hour-ahead": "The signature is real, but its time lies an hour ahead.",
    "far-future": "The signature is real, but its time lies 30,000 years ahead.",
    "seconds": "The signature is real, but its time is in seconds, not milliseconds.",
    "garbage": "The header holds words that are no signature.",
    "blank": "The header is there, and empty.",
    "no-timestamp": "The header has a digest, but no time.",
    "no-digest": "The header has a time, but no digest.",
    "worded-timestamp": "The time in the header is a word, not a number.",
}
"""What each forgery is, as a sentence that stands alone."""


def _forged(name: str) -> Way:
    text = FORGERIES[name].text
    return Way(
        name=name,
        label=f"Broken: {text}",
        text=_SENTENCES.get(name, f"{text[:1].upper()}{text[1:]}."),
        due="A correct receiver refuses it with a 4xx, such as 401.",
        forged=True,
    )


WAYS: Mapping[str, Way] = MappingProxyType({way.name: way for way in (*_RIGHT, *map(_forged, FORGERIES))})
"""By name; what is right comes first."""


def find_way(name: str | None) -> Way:
    """The way of that name; None is as it is.

    Raises:
        UnknownName: There is none.
    """
    if name is None:
        return WAYS[AS_IT_IS]
    if name not in WAYS:
        raise UnknownName("way to send", name, WAYS, otherwise=f"Known: {', '.join(WAYS)}.")
    return WAYS[name]


def judging_forgery(name: str, contract: Contract) -> Requirement | None:
    """The requirement that a forgery puts to the test."""
    return next(
        (
            each
            for each in contract.requirements
            if each.check == "forged-refused" and name in each.parameters["forgeries"]
        ),
        None,
    )
