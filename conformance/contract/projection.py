"""A schema as it stands describes the newest edition of its folder; here it is turned into an earlier one.

Pure: applies `x-since`, `x-until` and `x-editions` and takes them out. See `schemas/README.md`.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from conformance.errors import ContractError

if TYPE_CHECKING:
    from conformance.model import JSON

_ONE = frozenset({"items", "additionalProperties", "contains", "propertyNames", "if", "then", "else", "not", "x-send"})
_MANY = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
_NAMED = frozenset({"properties", "patternProperties", "dependentSchemas", "$defs"})
_SPENT = frozenset({"x-since", "x-until", "x-editions"})


def applies(node: JSON, edition: str, order: Sequence[str]) -> bool:
    """Whether a property, definition, branch or operation exists in an edition.

    Args:
        node: What may carry `x-since` and `x-until`.
        edition: The edition asked for.
        order: All editions, oldest first.

    Raises:
        ContractError: If an annotation names an edition that is not in `order`.
    """
    if not isinstance(node, Mapping):
        return True
    first, last = node.get("x-since", order[0]), node.get("x-until", order[-1])
    return _place(first, order) <= _place(edition, order) <= _place(last, order)


def project(node: JSON, edition: str, order: Sequence[str]) -> JSON:
    """A schema or an operation as it is in one edition, without the annotations that were applied.

    Args:
        node: A schema, or a row of `operations.json`. It is not changed.
        edition: The edition asked for.
        order: All editions, oldest first.

    Raises:
        ContractError: If an annotation names an edition that is not in `order`.
    """
    if not isinstance(node, Mapping):
        return copy.deepcopy(node)
    patched = merge_patch(node, node.get("x-editions", {}).get(edition, {}))
    if patched.get("x-growing"):
        patched["x-known"] = _known(node, patched.get("enum", ()))
    gone = {name for name, value in patched.get("properties", {}).items() if not applies(value, edition, order)}
    result = {key: _keyword(key, value, edition, order) for key, value in patched.items() if key not in _SPENT}
    required = [name for name in patched.get("required", ()) if name not in gone]
    if required:
        result["required"] = required
    else:
        result.pop("required", None)
    return result


def merge_patch(target: JSON, patch: JSON) -> JSON:
    """RFC 7396: a copy of `target` with the members of `patch`, without those that it sets to null."""
    if not isinstance(patch, Mapping):
        return copy.deepcopy(patch)
    result = dict(target) if isinstance(target, Mapping) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merge_patch(result.get(key), value)
    return result


def _keyword(key: str, value: JSON, edition: str, order: Sequence[str]) -> JSON:
    if key in _ONE:
        return project(value, edition, order)
    if key in _MANY:
        return [project(each, edition, order) for each in value if applies(each, edition, order)]
    if key in _NAMED:
        return {name: project(each, edition, order) for name, each in value.items() if applies(each, edition, order)}
    return copy.deepcopy(value)


def _known(node: Mapping[str, JSON], listed: Sequence[JSON]) -> list[JSON]:
    """The values that some edition has and this one has not, in the order in which the file names them."""
    patches = node.get("x-editions", {}).values()
    every = [
        *node.get("enum", ()),
        *node.get("x-known", ()),
        *(value for patch in patches for value in patch.get("enum", ())),
    ]
    return [value for value in dict.fromkeys(every) if value is not None and value not in listed]


def _place(edition: str, order: Sequence[str]) -> int:
    try:
        return order.index(edition)
    except ValueError:
        message = f"Edition {edition!r} is not in editions.json ({', '.join(order)})."
        raise ContractError(message) from None
