"""Compares one projected schema with the type that an SDK has for the same thing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sdk_models import Shape


@dataclass(frozen=True, order=True)
class Difference:
    """One place where they differ.

    Attributes:
        place: Definition and path in it: `call-filter.version`, `transcript-entry[dtmf].digit`.
        ours: What the schema says; `-` if it does not have the place.
        sdk: What the SDK says; `-` if it does not have the place.
    """

    place: str
    ours: str
    sdk: str


class Comparison:
    """A bundle on our side against a shape on theirs.

    Args:
        request: Whether it is a request. In answers an SDK does not tell null from absence.
    """

    def __init__(self, bundle: Mapping[str, Any], *, request: bool) -> None:
        self._definitions = bundle["$defs"]
        self._root = bundle
        self._request = request

    def differences(self, sdk: Shape) -> Iterator[Difference]:
        """Every place where they differ."""
        return self._compare(self._root, sdk, "", required=True)

    def _compare(self, node: Mapping[str, Any], sdk: Shape, place: str, *, required: bool) -> Iterator[Difference]:
        while "$ref" in node:
            name = node["$ref"].removeprefix("#/$defs/")
            opaque = node.get("x-opaque")
            node, place = self._definitions[name], name
            if opaque:
                node = {**node, "x-opaque": True}
        whole = self._merged(node)
        yield from _kinds(_shape(whole), sdk, place, null=self._request or required)
        if not whole.get("x-opaque"):
            yield from self._inside(whole, sdk, place)

    def _inside(self, whole: Mapping[str, Any], sdk: Shape, place: str) -> Iterator[Difference]:
        if whole["variants"] or sdk.variants:
            yield from self._variants(whole["variants"], sdk.variants, place)
        elif whole["properties"] or sdk.fields:
            yield from self._fields(whole, sdk, place)
        if "items" in whole and sdk.items:
            yield from self._compare(whole["items"], sdk.items, f"{place}[]", required=True)
        if isinstance(whole.get("additionalProperties"), Mapping):
            yield from self._compare(
                whole["additionalProperties"], sdk.values or Shape(), f"{place}{{}}", required=True
            )

    def _variants(self, ours: Mapping[str, Any], sdk: Mapping[str, Shape], place: str) -> Iterator[Difference]:
        for key in sorted({*ours, *sdk}):
            if key in ours and key in sdk:
                yield from self._compare(ours[key], sdk[key], f"{place}[{key}]", required=True)
            else:
                yield Difference(f"{place}[{key}]", _presence(key in ours), _presence(key in sdk))

    def _fields(self, whole: Mapping[str, Any], sdk: Shape, place: str) -> Iterator[Difference]:
        for name in sorted({*whole["properties"], *sdk.fields}):
            where = f"{place}.{name}"
            if name not in sdk.fields:
                yield Difference(where, _presence(there=True), "-")
            elif name not in whole["properties"]:
                yield Difference(where, "-", sdk.fields[name][1].text(null=self._request))
            else:
                must, shape = sdk.fields[name]
                mine = name in whole["required"]
                if mine != must:
                    yield Difference(f"{where} required", str(mine), str(must))
                yield from self._compare(whole["properties"][name], shape, where, required=must)

    def _merged(self, node: Mapping[str, Any]) -> dict[str, Any]:
        """The node with what it takes over by `allOf`; the branches of a union under `variants`."""
        whole: dict[str, Any] = {**node, "properties": {}, "required": set(), "variants": {}}
        for branch in node.get("allOf", ()):
            if "if" in branch:
                whole["variants"].update({_chosen_by(branch["if"]): branch["then"]})
            else:
                base = self._merged(self._definitions[branch["$ref"].removeprefix("#/$defs/")])
                whole = {**base, **whole, "properties": base["properties"], "required": base["required"]}
        whole["properties"] = {**whole["properties"], **node.get("properties", {})}
        whole["required"] = {*whole["required"], *node.get("required", ())}
        return whole


def _chosen_by(condition: Mapping[str, Any]) -> str:
    (value,) = condition["properties"].values()
    return "|".join(sorted(value.get("enum", [value.get("const")])))


def _kinds(ours: Shape, sdk: Shape, place: str, *, null: bool) -> Iterator[Difference]:
    if ours.enum and sdk.enum:
        for value in sorted(ours.enum ^ sdk.enum):
            yield Difference(f"{place} = {value}", _presence(value in ours.enum), _presence(value in sdk.enum))
        ours, sdk = Shape(kinds=ours.kinds), Shape(kinds=sdk.kinds)
    if ours.text(null=null) != sdk.text(null=null):
        yield Difference(place, ours.text(null=null), sdk.text(null=null))


def _shape(node: Mapping[str, Any]) -> Shape:
    kinds = node.get("type", [])
    values = node.get("enum", [node["const"]] if "const" in node else [])
    return Shape(
        kinds=frozenset([kinds] if isinstance(kinds, str) else kinds)
        | (frozenset({"null"}) if None in values else frozenset()),
        enum=frozenset(str(value) for value in values if value is not None),
    )


def _presence(there: bool) -> str:  # noqa: FBT001 - the only argument of a private function
    return "present" if there else "-"
