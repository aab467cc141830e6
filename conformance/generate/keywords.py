"""Which JSON Schema keywords are understood: an unknown one is refused before anything is made from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from conformance.errors import ContractError
from conformance.generate.formats import FORMATS
from conformance.generate.patterns import parse_pattern
from conformance.model import JSON

_ONE = frozenset({"items", "additionalProperties", "propertyNames", "contains", "if", "then", "else", "not", "x-send"})
_MANY = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
_NAMED = frozenset({"properties", "patternProperties", "$defs"})
_VALUES = {"type", "enum", "const", "$ref", "format", "pattern", "minLength", "maxLength"}
_NUMBERS = {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}
_MEMBERS = {"required", "dependentRequired", "minProperties", "maxProperties"}
_ITEMS = {"minItems", "maxItems", "uniqueItems", "minContains"}
_IDENTITY = {"$schema", "$id", "$comment", "$anchor"}
_WORDS = {"title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly"}

_KNOWN = _ONE | _MANY | _NAMED | _VALUES | _NUMBERS | _MEMBERS | _ITEMS | _IDENTITY | _WORDS


def resolve(root: JSON, reference: str) -> JSON:
    """What a reference into the same document (`#/$defs/latency`) points at.

    Raises:
        ContractError: If it leads nowhere or out of the document.
    """
    node = root
    if not reference.startswith("#"):
        raise ContractError(f"$ref {reference!r} leads out of the schema. Bundle the schema first.")
    for step in reference.removeprefix("#").split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(node, Mapping) and name in node:
            node = node[name]
        elif isinstance(node, list) and name.isdigit() and int(name) < len(node):
            node = node[int(name)]
        else:
            raise ContractError(f"$ref {reference!r} leads nowhere. Add the definition to $defs.")
    return node


def check_keywords(schema: JSON) -> None:
    """Read the whole document once.

    Raises:
        ContractError: If it uses a keyword, a format, a pattern or a reference that cannot be generated from;
            the message names the keyword and its JSON pointer.
    """
    for at, node in _schemas(schema, ""):
        for keyword, value in node.items():
            _check(schema, keyword, value, f"{at}/{keyword}")


def _check(root: JSON, keyword: str, value: JSON, at: str) -> None:
    if keyword not in _KNOWN and not keyword.startswith("x-"):
        raise ContractError(f"Schema keyword {keyword!r} at {at} is not supported. Say it with other keywords.")
    try:
        if keyword == "$ref":
            resolve(root, value)
        elif keyword == "format":
            _check_format(value)
        elif keyword == "pattern":
            parse_pattern(value)
        elif keyword == "patternProperties":
            for name in value:
                parse_pattern(name)
    except ContractError as error:
        raise ContractError(f"Schema keyword {keyword!r} at {at}: {error}") from None


def _check_format(name: str) -> None:
    if name not in FORMATS:
        raise ContractError(f"format {name!r} is not supported. Known: {', '.join(sorted(FORMATS))}.")


def _schemas(node: JSON, at: str) -> Iterator[tuple[str, Mapping[str, JSON]]]:
    """Every schema object below a node, with its pointer, itself included."""
    if not isinstance(node, Mapping):
        return
    yield at, node
    for keyword, value in node.items():
        place = f"{at}/{keyword}"
        if keyword in _ONE:
            yield from _schemas(value, place)
        elif keyword in _MANY:
            for index, each in enumerate(value):
                yield from _schemas(each, f"{place}/{index}")
        elif keyword in _NAMED:
            for name, each in value.items():
                yield from _schemas(each, f"{place}/{name.replace('~', '~0').replace('/', '~1')}")
