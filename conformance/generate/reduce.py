"""A failing JSON body made smaller, step by step, whatever it was that made it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from conformance.model import JSON


def smaller(value: JSON) -> Iterator[JSON]:
    """Simpler variants of a value, big steps first; each is strictly simpler, so that following them ends."""
    if isinstance(value, dict):
        yield from _smaller_object(value)
    elif isinstance(value, list):
        yield from _smaller_array(value)
    elif isinstance(value, str):
        yield from _smaller_string(value)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield from _smaller_number(value)
    elif value is True:
        yield False


def reduce_value(
    value: JSON,
    still_fails: Callable[[JSON], bool],
    *,
    most: int,
    is_candidate: Callable[[JSON], bool] = lambda _value: True,
) -> JSON:
    """The smallest variant found that still fails.

    No single step of `smaller` from it still fails, unless `most` ran out.

    Args:
        value: A value that fails.
        still_fails: Asks the target; never twice for the same value.
        most: How often `still_fails` may be called.
        is_candidate: Keeps the kind of the value, such as valid ones valid; costs nothing.
    """
    asked = {repr(value)}
    current, left = value, most
    while left > 0:
        for candidate in smaller(current):
            mark = repr(candidate)
            if mark in asked or not is_candidate(candidate):
                continue
            if left <= 0:
                return current
            asked.add(mark)
            left -= 1
            if still_fails(candidate):
                current = candidate
                break
        else:
            return current
    return current


def _smaller_object(value: dict[str, JSON]) -> Iterator[JSON]:
    names = list(value)
    size = len(names)
    if names:
        yield {}
    while size > 1:
        size = (size + 1) // 2
        for start in range(0, len(names), size):
            gone = set(names[start : start + size])
            if len(gone) < len(names):
                yield {name: member for name, member in value.items() if name not in gone}
        if size == 1:
            break
    for name in names:
        for member in smaller(value[name]):
            yield {**value, name: member}


def _smaller_array(value: list[JSON]) -> Iterator[JSON]:
    size = len(value)
    if value:
        yield []
    while size > 1:
        size = (size + 1) // 2
        for start in range(0, len(value), size):
            if size < len(value):
                yield value[:start] + value[start + size :]
        if size == 1:
            break
    for index, item in enumerate(value):
        for each in smaller(item):
            yield [*value[:index], each, *value[index + 1 :]]


def _smaller_string(value: str) -> Iterator[JSON]:
    if not value:
        return
    yield ""
    plain = "a" * len(value)
    if len(value) > 1:
        half = len(value) // 2
        yield from (value[:half], value[half:], value[:-1], value[1:])
    if value != plain:
        yield plain
        yield from (value[:at] + "a" + value[at + 1 :] for at in range(min(len(value), 64)) if value[at] != "a")


def _smaller_number(value: float) -> Iterator[JSON]:
    if value == 0:
        return
    yield 0
    if isinstance(value, float):
        yield int(value)
    if value < 0:
        yield -value
    sign, step = (1 if value > 0 else -1), abs(int(value)) // 2
    while isinstance(value, int) and step > 0:
        yield value - sign * step
        step //= 2
