"""How changes are said."""

from __future__ import annotations

import json
from collections.abc import Iterable

from conformance.model import JSON

__all__ = ["bound_words", "counted", "listed", "name_of", "sentence", "type_words"]

_TEXTS = {"minLength": "{0} or more characters long", "maxLength": "{0} or fewer characters long"}
_BOUNDS = {
    "minimum": "{0} or more",
    "maximum": "{0} or less",
    "exclusiveMinimum": "more than {0}",
    "exclusiveMaximum": "less than {0}",
    "minItems": "{0} or more items",
    "maxItems": "{0} or fewer items",
    "pattern": "of the form {0}",
    "format": "of the format {0}",
    "multipleOf": "a multiple of {0}",
    **_TEXTS,
}
_ONE = {"minLength": "not empty", "minItems": "not empty"}


def name_of(pointer: str) -> str:
    """The last name of a pointer in quotes: "`words`", "an item of `words`", "the body"."""
    steps = pointer.split("/")[1:]
    names = [step for step in steps if step != "*"]
    if not names:
        return "each item" if steps else "the body"
    name = f"`{names[-1].replace('~1', '/').replace('~0', '~')}`"
    return f"an item of {name}" if steps[-1] == "*" else name


def sentence(text: str) -> str:
    """A text with a capital in front."""
    return text[:1].upper() + text[1:]


def counted(number: int) -> str:
    """A small number as a word."""
    return {2: "two", 3: "three", 4: "four"}.get(number, str(number))


def listed(values: Iterable[JSON], *, joint: str = "and") -> str:
    """Values in a row: "a, b and null"."""
    words = [value if isinstance(value, str) else json.dumps(value, ensure_ascii=False) for value in values]
    return f"{', '.join(words[:-1])} {joint} {words[-1]}" if len(words) > 1 else "".join(words)


def type_words(types: frozenset[str] | None) -> str:
    """Types with their articles, null aside."""
    if types is None:
        return "anything"
    names = sorted(types - {"null"}) or ["null"]
    return " or ".join(each if each == "null" else f"an {each}" if each[0] in "aio" else f"a {each}" for each in names)


def bound_words(keyword: str, value: JSON) -> str:
    """A bound as it follows after "must be"."""
    if value == 1 and keyword in _ONE:
        return _ONE[keyword]
    return _BOUNDS.get(keyword, keyword + " {0}").format(listed([value]))
