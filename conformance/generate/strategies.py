"""The way in: from a schema to a Hypothesis strategy, to the simplest value, or to values of a seed."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from conformance.errors import ContractError
from conformance.generate.compiler import compile_schema
from conformance.generate.nodes import GivenNode, Node
from conformance.generate.source import (
    Drawer,
    HypothesisDrawer,
    NothingFits,
    RandomDrawer,
    Source,
    ZeroDrawer,
)
from conformance.generate.text import TextPolicy
from conformance.model import JSON

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

_REFUSED_IN_A_ROW = 1_000


def strategy_for(
    schema: Mapping[str, JSON],
    *,
    text: TextPolicy | None = None,
    extra_keys: bool = False,
    overrides: Mapping[str, SearchStrategy[JSON] | JSON] | None = None,
) -> SearchStrategy[JSON]:
    """A strategy for the values that a schema allows and that are worth sending.

    `x-send` narrows what is drawn, optional fields with `x-needs` are left out, `x-opaque` objects hold any
    user data. It shrinks to the least object that is valid.

    Args:
        schema: JSON Schema 2020-12 that needs no other document, as made by `SchemaSet.bundle`.
        text: What strings are made of.
        extra_keys: Whether open objects also get members that the schema does not declare.
        overrides: For members of the outermost object: the value that they always have, or a strategy for it.

    Raises:
        ContractError: If the schema cannot be generated from; the message names the keyword and its place.
    """
    from hypothesis import strategies as st  # noqa: PLC0415 - costly; the command line starts without it

    node = _compiled(schema, text, extra_keys, overrides)

    @st.composite
    def values(draw: DrawFn) -> JSON:
        return _value(node, HypothesisDrawer(draw))

    return values()


def sample(
    schema: Mapping[str, JSON],
    *,
    seed: int,
    text: TextPolicy | None = None,
    extra_keys: bool = False,
    overrides: Mapping[str, JSON] | None = None,
) -> Iterator[JSON]:
    """Endlessly many values like those of `strategy_for`, without Hypothesis and many times faster.

    Equal seeds give equal values. Nothing shrinks by itself; see `reduce_value`.

    Raises:
        ContractError: As for `strategy_for`; also if hardly any value can be found.
    """
    node = _compiled(schema, text, extra_keys, overrides)
    drawer, refused = RandomDrawer(random.Random(seed)), 0  # noqa: S311 - test data, not secrets
    while refused < _REFUSED_IN_A_ROW:
        try:
            value = _value(node, drawer)
        except NothingFits:
            refused += 1
        else:
            refused = 0
            yield value
    raise ContractError("Hardly any value fits the schema. Say what is allowed rather than what is not.")


def simplest(schema: Mapping[str, JSON], *, overrides: Mapping[str, JSON] | None = None) -> JSON:
    """The least value that a schema allows: of an object the required members only.

    Raises:
        ContractError: As for `strategy_for`; also if the least one is not easily found.
    """
    try:
        return _value(_compiled(schema, None, extra_keys=False, overrides=overrides), ZeroDrawer())
    except NothingFits:
        raise ContractError("No simplest value fits the schema. Narrow it with x-send.") from None


def _value(node: Node, drawer: Drawer) -> JSON:
    return node.build(b"", 0, Source(drawer))


def _compiled(
    schema: Mapping[str, JSON],
    text: TextPolicy | None,
    extra_keys: bool,  # noqa: FBT001 - private
    overrides: Mapping[str, SearchStrategy[JSON] | JSON] | None,
) -> Node:
    narrowed: dict[str, Node | JSON] = {}
    for name, value in (overrides or {}).items():
        narrowed[name] = GivenNode(strategy=value) if _is_strategy(value) else {"const": value}
    return compile_schema(schema, policy=text or TextPolicy(), extra_keys=extra_keys, overrides=narrowed)


def _is_strategy(value: JSON) -> bool:
    return not isinstance(value, Mapping | list | str | int | float | bool | None)
