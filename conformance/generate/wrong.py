"""What would be wrong at one place: candidates, each with how firmly it is wrong, still to be proven."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from conformance.generate.flat import TYPES, Flat, json_type, same
from conformance.model import JSON

_LONGEST = 100_000
_MOST_ITEMS = 1_000
_CONTAINERS = frozenset({"object", "array"})
_SAMPLES: Mapping[str, JSON] = {
    "string": "wrong",
    "integer": 7,
    "number": 7.5,
    "boolean": True,
    "object": {},
    "array": [],
}
_NAMES = {
    "string": "a string",
    "integer": "a number",
    "number": "a fractional number",
    "boolean": "a boolean",
    "object": "an object",
    "array": "an array",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """A wrong value for one place: its kind, what to say after the name, and whether it must be refused."""

    kind: str
    text: str
    value: JSON
    firm: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What is known about one place.

    Attributes:
        flats: What its schema says, one for each branch that is possible.
        required: Whether the object around it requires it.
        valid: A value that is valid there, or None.
        items: The types that the items of an array there may have.
    """

    flats: tuple[Flat, ...]
    required: bool
    valid: JSON = None
    items: frozenset[str] = frozenset()

    @property
    def types(self) -> frozenset[str]:
        """The types that some branch allows."""
        return frozenset[str]().union(*(_types(flat) for flat in self.flats))

    def note(self, name: str) -> JSON:
        """An annotation of any branch."""
        return next((flat.notes[name] for flat in self.flats if name in flat.notes), None)


def wrong_values(place: Place) -> Iterator[Wrong]:
    """Every candidate for one place, in a fixed order."""
    yield from _of_other_types(place)
    for flat in place.flats:
        yield from _outside_enum(place, flat)
        if flat.enum is None and "string" in flat.types:
            yield from _strings(place, flat)
        if flat.enum is None and "integer" in flat.types:
            yield from _numbers(place, flat)
        if "array" in flat.types and isinstance(place.valid, list):
            yield from _lists(place, flat, place.valid)


def _types(flat: Flat) -> frozenset[str]:
    values = flat.values()
    return flat.types if values is None else frozenset(map(json_type, values))


def _of_other_types(place: Place) -> Iterator[Wrong]:
    allowed, lenient = place.types, frozenset(place.note("x-lenient") or ())
    if lenient & {"integer", "number"}:
        lenient |= {"integer", "number"}
    if "null" not in allowed | lenient:
        yield Wrong(kind="null", text="is null", value=None, firm=place.required)
    expected = " or ".join(
        name for name in TYPES if name in allowed and not (name == "integer" and "number" in allowed)
    )
    for name, sample in _SAMPLES.items():
        if name in allowed | lenient or (name == "number" and "integer" not in allowed):
            continue  # where no number is allowed, a whole one is enough
        text = f"is {_NAMES[name]} instead of {expected}"
        yield Wrong(kind="wrong-type", text=text, value=sample, firm=_is_firm(place, allowed, name))


def _is_firm(place: Place, allowed: frozenset[str], actual: str) -> bool:
    """Whether no correct server turns one type into the other."""
    if actual == "number" and "integer" in allowed:
        return False
    if "array" in allowed and actual in place.items:
        return False
    if place.required:
        return not ("string" in allowed and actual == "integer")
    expected = allowed - {"null"}
    return not expected & _CONTAINERS if actual in _CONTAINERS else expected <= _CONTAINERS


def _outside_enum(place: Place, flat: Flat) -> Iterator[Wrong]:
    values = flat.values()
    if not values:
        return
    growing, known = bool(place.note("x-growing")), place.note("x-known") or ()
    texts = [each for each in values if isinstance(each, str)]
    numbers = [each for each in values if isinstance(each, int) and not isinstance(each, bool)]
    candidates: list[tuple[JSON, bool]] = []
    if texts:
        candidates += [
            ("no_such_value", not growing),
            (texts[0].upper(), False),
            (texts[0].capitalize(), False),
        ]
    if numbers:
        candidates.append((max(numbers) + 1, not growing))
    if len(values) == 1 and isinstance(values[0], bool):
        candidates.append((not values[0], not growing))
    listed = ", ".join("null" if each is None else str(each) for each in values[:6])
    for value, firm in candidates:
        if not any(same(value, each) for each in (*values, *known)):
            text = f"is {value!r}, which is none of {listed}{', …' if len(values) > 6 else ''}"  # noqa: PLR2004
            yield Wrong(kind="outside-enum", text=text, value=value, firm=firm)


def _strings(place: Place, flat: Flat) -> Iterator[Wrong]:
    valid = place.valid if isinstance(place.valid, str) else ""
    low, high = int(flat.limits.get("minLength", 0)), flat.limits.get("maxLength")
    if low:
        text = "is empty" if low == 1 else f"is shorter than {low} characters"
        yield Wrong(kind="too-short", text=text, value=(valid + "a" * low)[: low - 1], firm=place.required)
    if high is not None and high < _LONGEST:
        longer = (valid or "a") * (int(high) // max(len(valid), 1) + 2)
        text = f"is longer than {int(high)} characters"
        yield Wrong(kind="too-long", text=text, value=longer[: int(high) + 1], firm=place.required)
    for pattern in flat.patterns:
        for value in (f"{valid}!", f"{valid} ", f" {valid}", valid.swapcase(), "~", "!" * max(low, 1)):
            long_enough = low <= len(value) and (high is None or len(value) <= high)
            if long_enough and not re.search(pattern, value):
                text = f"is {value!r}, which does not match {pattern}"
                yield Wrong(kind="pattern", text=text, value=value, firm=place.required)
                break


def _numbers(place: Place, flat: Flat) -> Iterator[Wrong]:
    for keyword, kind, step in (
        ("minimum", "below-minimum", -1),
        ("exclusiveMinimum", "below-minimum", 0),
        ("maximum", "above-maximum", 1),
        ("exclusiveMaximum", "above-maximum", 0),
    ):
        if keyword in flat.limits:
            limit = flat.limits[keyword]
            side = "below the minimum of" if step < 0 else "above the maximum of" if step else "not beyond"
            yield Wrong(kind=kind, text=f"is {side} {limit}", value=limit + step, firm=place.required)


def _lists(place: Place, flat: Flat, valid: Sequence[JSON]) -> Iterator[Wrong]:
    low, high = int(flat.limits.get("minItems", 0)), int(flat.limits.get("maxItems", _MOST_ITEMS))
    if low and len(valid) >= low:
        text = "has no item" if low == 1 else f"has fewer than {low} items"
        yield Wrong(kind="too-few", text=text, value=list(valid[: low - 1]), firm=place.required)
    if high < _MOST_ITEMS and valid and not flat.unique:
        value = (list(valid) * (high // len(valid) + 1))[: high + 1]
        yield Wrong(kind="too-many", text=f"has more than {high} items", value=value, firm=place.required)
