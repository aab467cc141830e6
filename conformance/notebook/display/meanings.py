"""What the contract says of each place of one value: which field it is, what it means, what its number stands for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from conformance.model import JSON
from conformance.notebook.display.places import Place
from conformance.notebook.display.readable import reading

__all__ = ["Asked", "Places", "words"]

UNKNOWN = "not in the contract, which is allowed"


class Asked(Mapping[str, str]):
    """Texts that are worked out when somebody looks at their place; there is no list of them."""

    def __init__(self, ask: Callable[[str], str]) -> None:
        self._ask = ask

    def __getitem__(self, pointer: str) -> str:
        return self._ask(pointer)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A place of a value.

    Attributes:
        here: What the contract says of it, if anything.
        unknown: Whether the contract knows what it stands in, and not itself.
    """

    value: JSON
    here: Place | None
    unknown: bool = False


class Places:
    """What the contract says of each place of a value; each is worked out once."""

    def __init__(self, *, root: Place, value: JSON) -> None:
        self._known = {"": Found(value=value, here=root.decided(value))}

    def note(self, pointer: str) -> str:
        """What a field is, in a line; "" if there is nothing to say."""
        found = self.at(pointer)
        if found.unknown:
            return UNKNOWN
        return words(found.here) if pointer and found.here else ""

    def reading(self, pointer: str) -> str:
        """What a number stands for: a date, a duration; "" if it says it itself."""
        found = self.at(pointer)
        return reading(found.value, found.here.note("x-unit")) if found.here else ""

    def at(self, pointer: str) -> Found:
        """What is known of a place, by its JSON pointer."""
        if pointer not in self._known:
            above, _, step = pointer.rpartition("/")
            self._known[pointer] = _below(self.at(above), step.replace("~1", "/").replace("~0", "~"))
        return self._known[pointer]


def _below(found: Found, step: str) -> Found:
    value, here = found.value, found.here
    if isinstance(value, Mapping):
        inner = value.get(step)
        place = None if here is None or here.opaque else here.member(step)
        told = here is not None and bool(here.member_schemas) and not here.opaque and not here.choices
        unknown = told and place is None
    elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
        inner, unknown = value[int(step)], False
        place = None if here is None or here.opaque else here.item()
    else:
        return Found(value=None, here=None)
    return Found(value=inner, here=place and place.decided(inner), unknown=unknown)


def words(place: Place) -> str:
    """A field in a line: its type, and the first sentence of what it means."""
    sentence = place.meaning.partition(". ")[0].rstrip(".")
    return f"{'' if place.values else f'{place.kind} · '}{sentence}" if sentence else place.kind
