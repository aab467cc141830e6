"""From JSON Schema to a tree of nodes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TypeAlias

from conformance.contract.engine import fastest_places
from conformance.errors import ContractError
from conformance.generate.containers import ArrayNode, Entries, ObjectNode
from conformance.generate.flat import Flat, Schema, both, branch, flatten, json_type, same
from conformance.generate.keywords import check_keywords
from conformance.generate.nodes import (
    ENDLESS,
    NULL,
    BoxNode,
    CheckedNode,
    Node,
    OneOfNode,
    PickNode,
    ShapedTextNode,
    TextNode,
    boxed,
)
from conformance.generate.numeric import integer_node, number_node
from conformance.generate.text import TextPolicy
from conformance.generate.userdata import KeyNode, UserDataNode
from conformance.model import JSON

Judge: TypeAlias = Callable[[JSON], bool]
_MOST_ITEMS = 4  # more than the fewest, of items in blocks of their own
_MOST_SMALL_ITEMS = 6
_MOST_ENTRIES = 4
_EXTRA_KEYS = 2
_EVERYTHING = Flat()


def compile_schema(
    schema: Schema,
    *,
    policy: TextPolicy,
    extra_keys: bool = False,
    overrides: Mapping[str, Node | JSON] | None = None,
) -> Node:
    """A node that makes values of a self-contained schema, narrowed by its `x-send`.

    Args:
        schema: JSON Schema 2020-12; references point into it.
        policy: What strings are made of.
        extra_keys: Whether open objects also get members that the schema does not declare.
        overrides: A node, or a schema to narrow it by, for members of the outermost object.

    Raises:
        ContractError: If the schema cannot be generated from; the message names the keyword and its pointer.
    """
    check_keywords(schema)
    compiler = Compiler(schema, policy, extra_keys=extra_keys)
    node = compiler.root(overrides or {})
    if node is None:
        raise ContractError("The schema allows no value. Look for contradicting keywords and overrides.")
    compiler.settle()
    if node.height >= ENDLESS:
        raise ContractError("The schema requires itself without end. Make one of the references optional.")
    return BoxNode(inner=node)


def judge(schema: Schema, root: JSON) -> Judge:
    """A function that tells whether a value fits a schema whose references point into `root`."""
    if isinstance(schema, bool):
        return lambda _value: schema
    definitions = root.get("$defs", {}) if isinstance(root, Mapping) else {}
    places = fastest_places({"$defs": definitions, "allOf": [schema]})
    return lambda value: not any(True for _ in places(value))


class Compiler:
    """Makes nodes for the schemas of one document, each once.

    Args:
        root: The document that references point into.
        policy: What strings are made of.
        extra_keys: Whether open objects also get members that no schema declares.
    """

    def __init__(self, root: Schema, policy: TextPolicy, *, extra_keys: bool) -> None:
        self.document, self.policy, self.extra_keys = root, policy, extra_keys
        self.known: dict[str, BoxNode | Node | None] = {}
        self.picks: list[PickNode] = []
        self.recursive = False

    def root(self, overrides: Mapping[str, Node | JSON]) -> Node | None:
        """The node of the document itself, its members replaced or narrowed by overrides."""
        flat = self.flatten(self.document)
        if not overrides:
            return self.of_flat(flat)
        flat.types &= {"object"}
        flat.required = tuple(dict.fromkeys((*flat.required, *overrides)))
        given: dict[str, Node] = {}
        for name, value in overrides.items():
            if not isinstance(value, Mapping):
                given[name] = value
                continue
            narrowed = both(flat.properties.get(name, True), value)
            if self.of(narrowed) is None:  # what the user gives wins
                given[name] = OneOfNode(values=(value["const"],))
            else:
                flat.properties[name] = narrowed
        return self.of_flat(flat, given)

    def settle(self) -> None:
        """Let the simplest values of recursive schemas end; to be called before any is made."""
        if self.recursive:
            for pick in self.picks:
                pick.lowest_first()

    def flatten(self, schema: Schema) -> Flat:
        """What a schema says, narrowed by `x-send`."""
        return flatten(schema, self.document, send=True)

    def of(self, schema: Schema) -> Node | None:
        """The node of a schema, made once; None if it allows nothing."""
        mark = json.dumps(schema, sort_keys=True)
        if mark in self.known:
            found = self.known[mark]
            self.recursive = self.recursive or (isinstance(found, BoxNode) and found.inner is None)
            return found
        waiting = BoxNode()
        self.known[mark] = waiting
        node = self.of_flat(self.flatten(schema))
        waiting.inner = node
        self.known[mark] = None if node is None else boxed(node)
        return self.known[mark]

    def of_flat(self, flat: Flat, given: Mapping[str, Node] | None = None) -> Node | None:
        """The node of what is said about one place; None if it allows nothing."""
        if not flat.types or self._impossible(flat):
            return None
        if flat.choices:
            return self._choice(flat, given)
        node = self._decided(flat, given or {})
        if node is not None and flat.enum is None and any(json_type(each) in flat.types for each in flat.excluded):
            node = CheckedNode(inner=node, accepts=lambda value: not any(same(value, each) for each in flat.excluded))
        if node is not None and flat.refused:
            accepts = judge({"not": {"anyOf": list(flat.refused)}}, self.document)
            return CheckedNode(inner=node, accepts=accepts)
        return node

    def _impossible(self, flat: Flat) -> bool:
        if flat.types != {"object"}:
            return False
        fixed = (flat.properties.get(name) for name in flat.required)
        return any(self._empty(each) for each in fixed if each is not None)

    def _empty(self, schema: Schema) -> bool:
        """Whether a glance shows that nothing fits."""
        if isinstance(schema, bool):
            return not schema
        flat = self.flatten(schema) if "$ref" not in schema else _EVERYTHING
        return not flat.types or flat.values() == ()

    def _choice(self, flat: Flat, given: Mapping[str, Node] | None) -> Node | None:
        choice = flat.choices[0]
        found: list[Node] = []
        for each in choice.branches:
            node = self.of_flat(branch(flat, each, self.document, send=True), given)
            if node is not None:
                found.append(node)
        node = self._pick(found)
        if node is not None and choice.checked and not self._disjoint(choice.branches):
            return CheckedNode(inner=node, accepts=judge({"oneOf": list(choice.branches)}, self.document))
        return node

    def _pick(self, found: list[Node]) -> Node | None:
        if len(found) <= 1:
            return found[0] if found else None
        if NULL in found:  # last, so that it is drawn now and then and never the simplest
            found = [each for each in found if each != NULL] + [NULL]
        pick = PickNode(options=tuple(boxed(each) for each in found))
        self.picks.append(pick)
        return pick

    def _disjoint(self, branches: tuple[Schema, ...]) -> bool:
        flats = [self.flatten(each) for each in branches]
        return all(_apart(one, other, self) for at, one in enumerate(flats) for other in flats[:at])

    def _decided(self, flat: Flat, given: Mapping[str, Node]) -> Node | None:
        values = flat.values()
        if values is not None:
            return OneOfNode(values=values, width=1 if len(values) <= 256 else 2) if values else None  # noqa: PLR2004
        if flat.types == _EVERYTHING.types and replace(flat, notes={}) == _EVERYTHING:
            return UserDataNode(policy=self.policy, anything=True)
        types = flat.types - {"integer"} if "number" in flat.types else flat.types
        found = [self._of_type(name, flat, given) for name in sorted(types, key=_ORDER.index)]
        return self._pick([each for each in found if each is not None])

    def _of_type(self, name: str, flat: Flat, given: Mapping[str, Node]) -> Node | None:
        makers: Mapping[str, Callable[[], Node | None]] = {
            "string": lambda: self._text(flat),
            "integer": lambda: integer_node(flat),
            "number": lambda: number_node(flat),
            "boolean": lambda: _fixed((False, True), flat),
            "object": lambda: self._object(flat, given),
            "array": lambda: self._array(flat),
            "null": lambda: _fixed((None,), flat),
        }
        return makers[name]()

    def _text(self, flat: Flat) -> Node | None:
        low, high = int(flat.limits.get("minLength", 0)), flat.limits.get("maxLength")
        most = None if high is None else int(high)
        if most is not None and low > most:
            return None
        node: Node
        if flat.format or flat.patterns:
            shape = flat.format or ("e164" if _for_telephone_numbers(flat.patterns) else None)
            node = ShapedTextNode(format=shape, patterns=flat.patterns, low=low, high=most)
        else:
            node = TextNode(low=low, high=most, policy=self.policy)
        return node

    def _object(self, flat: Flat, given: Mapping[str, Node]) -> Node | None:
        least, most = int(flat.limits.get("minProperties", 0)), flat.limits.get("maxProperties")
        free = not flat.properties and not flat.required and not flat.patterned and flat.names is True
        if free and flat.additional is True and not least and most is None:
            return UserDataNode(policy=self.policy)
        required, optional = dict[str, Node](), dict[str, Node]()
        names = (*flat.properties, *(each for each in flat.required if each not in flat.properties))
        for name in names:
            node = given[name] if name in given else self._member(flat, name)
            if name in flat.required:
                if node is None:
                    return None
                required[name] = node
            elif node is not None:
                optional[name] = node
        if most is not None and len(required) > most:
            return None
        return ObjectNode(
            required=required,
            optional=optional,
            entries=self._entries(flat),
            dependent=flat.dependent,
            least=least,
            most=None if most is None else int(most),
        )

    def _member(self, flat: Flat, name: str) -> Node | None:
        schema = flat.properties.get(name, True)
        matched = [value for each, value in flat.patterned.items() if re.search(each, name)]
        if name not in flat.properties and not matched:
            schema = flat.additional
        for each in matched:
            schema = both(schema, each)
        if name not in flat.required and isinstance(schema, Mapping) and "x-needs" in self.flatten(schema).notes:
            return None
        return self.of(schema)

    def _entries(self, flat: Flat) -> Entries | None:
        opened = flat.additional is True and flat.properties and not flat.notes.get("x-opaque")
        if flat.additional is False and not flat.patterned:
            return None
        if opened and not flat.patterned and not self.extra_keys:
            return None
        names, values = self._names(flat), flat.additional
        if flat.patterned:
            pattern, values = next(iter(flat.patterned.items()))
            names = self._text(replace(_EVERYTHING, patterns=(pattern,)))
        node = self.of(values)
        if node is None or names is None:
            return None
        taken = {*flat.properties, *flat.required}
        names = CheckedNode(inner=names, accepts=lambda name: name not in taken and name != "__proto__")
        return Entries(names=names, values=node, most=_EXTRA_KEYS if opened else _MOST_ENTRIES)

    def _names(self, flat: Flat) -> Node | None:
        if flat.names is not True:
            narrowed = both(flat.names, {"type": "string"})
            found = self.flatten(narrowed)
            if found.limits.keys() or found.patterns or found.format or found.enum or found.choices:
                return self.of(narrowed)
        return KeyNode(policy=self.policy, plain=not flat.notes.get("x-opaque"))

    def _array(self, flat: Flat) -> Node | None:
        low, high = int(flat.limits.get("minItems", 0)), int(flat.limits.get("maxItems", 10**9))
        prefix = [self.of(each) for each in flat.prefix[:high]]
        if None in prefix:
            prefix = prefix[: prefix.index(None)]
            high = min(high, len(prefix))
        item = self.of(flat.items)
        if item is None:
            high = min(high, len(prefix))
        needed, fewest = None, 0
        if flat.contains is not None:
            wanted, fewest = flat.contains
            needed = self.of(both(flat.items, wanted)) if fewest else None
            if fewest and needed is None:
                return None
        low = max(low, 1 if needed else 0)
        if low > high:
            return None
        more = _MOST_ITEMS if item is None or isinstance(item, BoxNode) else _MOST_SMALL_ITEMS
        node = ArrayNode(
            prefix=tuple(each for each in prefix if each is not None),
            item=item,
            needed=needed,
            low=low,
            high=min(high, max(low, len(prefix)) + more),
            unique=flat.unique,
        )
        if flat.contains is not None and fewest != 1:
            keyword = {"contains": flat.contains[0], "minContains": fewest}
            return CheckedNode(inner=node, accepts=judge(keyword, self.document))
        return node


def _fixed(values: tuple[JSON, ...], flat: Flat) -> Node | None:
    left = tuple(each for each in values if not any(each is other for other in flat.excluded))
    return OneOfNode(values=left) if left else None


def _for_telephone_numbers(patterns: Iterable[str]) -> bool:
    """Whether patterns ask for telephone numbers, so that only fictional ones may be made up."""
    return all(re.search(each, "+14155550100") for each in patterns) and not any(
        all(re.search(each, other) for each in patterns) for other in ("a", "a1", "+", "1")
    )


_ORDER = ("string", "integer", "number", "boolean", "object", "array", "null")


def _apart(one: Flat, other: Flat, compiler: Compiler) -> bool:
    """Whether no value can fit both, as far as a glance shows."""
    common = one.types & other.types
    if not common:
        return True
    if one.enum is not None and other.enum is not None:
        return not any(json_type(each) in common and each in other.enum for each in one.enum)
    if common != {"object"}:
        return False
    for name in {*one.required} & {*other.required} & one.properties.keys() & other.properties.keys():
        merged = compiler.flatten(both(one.properties[name], other.properties[name]))
        if not merged.types or merged.values() == ():
            return True
    return False
