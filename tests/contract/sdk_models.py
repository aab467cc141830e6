"""Reads what the vendor's released SDKs say about an operation, out of the wheel and without importing it."""

from __future__ import annotations

import ast
import zipfile
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_PLAIN = {
    "str": "string",
    "int": "integer",
    "float": "number",
    "bool": "boolean",
    "object": "object",
    "None": "null",
}
_LISTS = {"List", "Iterable", "SequenceNotStr", "Sequence"}
_METHODS = {"_get", "_post", "_patch", "_put", "_delete"}


@dataclass(frozen=True, kw_only=True)
class Shape:
    """A type as both sides of the comparison can tell it.

    Attributes:
        kinds: JSON types; empty if `enum` or `variants` says it all.
        fields: The members of an object: their shapes, and whether they are required.
        variants: The objects of a union, by the values of the member that tells them apart.
    """

    kinds: frozenset[str] = frozenset()
    enum: frozenset[str] = frozenset()
    items: Shape | None = None
    values: Shape | None = None
    fields: Mapping[str, tuple[bool, Shape]] = field(default_factory=dict)
    variants: Mapping[str, Shape] = field(default_factory=dict)

    def text(self, *, null: bool = True) -> str:
        """In words: `integer|string`, `enum(inbound|outbound)`; without `null` if that cannot be told."""
        words = sorted(self.kinds if null else self.kinds - {"null"})
        if self.enum:
            words.insert(0, f"enum({'|'.join(sorted(self.enum))})")
        if self.variants:
            words.insert(0, "object")
        return "|".join(words)


@dataclass(frozen=True, kw_only=True)
class SdkOperation:
    """What a method of the SDK sends and returns; None where it is nothing."""

    method: str
    path: str
    request: Shape | None
    response: Shape | None


class Sdk:
    """One released wheel."""

    def __init__(self, wheel: Path) -> None:
        self._wheel = wheel
        self._modules: dict[str, ast.Module] = {}

    @cached_property
    def _files(self) -> Mapping[str, str]:
        with zipfile.ZipFile(self._wheel) as archive:
            return {
                name: archive.read(name).decode()
                for name in archive.namelist()
                if name.startswith(("retell/types/", "retell/resources/"))
            }

    def operation(self, resource: str, name: str) -> SdkOperation | None:
        """What `client.<resource>.<name>` sends and returns; None if this SDK has no such method."""
        module = f"retell/resources/{resource}.py"
        for node in ast.walk(self._module(module)):
            if isinstance(node, ast.FunctionDef) and node.name == name:
                return self._operation(module, node)
        return None

    def methods(self, resource: str) -> frozenset[str]:
        """The public methods of a resource that send a request."""
        tree = self._module(f"retell/resources/{resource}.py")
        functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
        return frozenset(node.name for node in functions if _request(node) is not None)

    def _operation(self, module: str, function: ast.FunctionDef) -> SdkOperation:
        request = _request(function)
        assert request is not None, f"{function.name} sends nothing"
        returns = function.returns
        assert returns is not None
        params = next(
            (node for node in ast.walk(function) if isinstance(node, ast.Attribute) and _is_params(node)),
            None,
        )
        return SdkOperation(
            method=request.func.attr.removeprefix("_").upper(),  # type: ignore[attr-defined] # see _request
            path=_path(request.args[0]),
            request=self._shape(params, module) if params else None,
            response=None if ast.unparse(returns) == "None" else self._shape(returns, module),
        )

    def _module(self, path: str) -> ast.Module:
        if path not in self._modules:
            self._modules[path] = ast.parse(self._files[path])
        return self._modules[path]

    def _shape(self, node: ast.expr, module: str) -> Shape:
        if isinstance(node, ast.Constant):
            if isinstance(node.value, str):
                return self._shape(ast.parse(node.value, mode="eval").body, module)
            return Shape(kinds=frozenset({"null"}))
        if isinstance(node, ast.Name):
            if node.id in _PLAIN:
                return Shape(kinds=frozenset({_PLAIN[node.id]}))
            return self._named(node.id, module)
        if isinstance(node, ast.Attribute):
            assert isinstance(node.value, ast.Name)
            return self._named(node.attr, f"retell/types/{node.value.id}.py")
        assert isinstance(node, ast.Subscript), ast.dump(node)
        return self._generic(ast.unparse(node.value), _arguments(node), module)

    def _generic(self, name: str, arguments: list[ast.expr], module: str) -> Shape:
        if name in {"Required", "Annotated"}:
            return self._shape(arguments[0], module)
        if name == "Literal":
            return Shape(enum=frozenset(str(ast.literal_eval(each)) for each in arguments))
        shapes = [self._shape(each, module) for each in arguments]
        if name in _LISTS:
            return Shape(kinds=frozenset({"array"}), items=shapes[0])
        if name == "Dict":
            return Shape(kinds=frozenset({"object"}), values=shapes[1])
        if name == "Optional":
            shapes.append(Shape(kinds=frozenset({"null"})))
        assert name in {"Optional", "Union"}, name
        return _union(shapes)

    def _named(self, name: str, module: str) -> Shape:
        for node in self._module(module).body:
            if isinstance(node, ast.ClassDef) and node.name == name:
                return self._class(node, module)
            if isinstance(node, ast.AnnAssign | ast.Assign) and node.value is not None:
                target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
                if isinstance(target, ast.Name) and target.id == name:
                    return self._shape(node.value, module)
            if isinstance(node, ast.ImportFrom) and any(each.name == name for each in node.names):
                stem = (node.module or "").rsplit(".", 1)[-1]
                return self._named(name, f"retell/types/{stem}.py")
        message = f"{self._wheel.name}: {module} has no {name}"
        raise LookupError(message)

    def _class(self, node: ast.ClassDef, module: str) -> Shape:
        fields: dict[str, tuple[bool, Shape]] = {}
        for base in node.bases:
            if ast.unparse(base) not in {"BaseModel", "TypedDict"}:
                fields.update(self._shape(base, module).fields)
        typed_dict = any(ast.unparse(base) == "TypedDict" for base in node.bases)
        partial = any(each.arg == "total" for each in node.keywords)
        for statement in node.body:
            if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
                text = ast.unparse(statement.annotation)
                required = (not partial or text.startswith("Required[")) if typed_dict else statement.value is None
                fields[_alias(statement)] = (required, self._shape(statement.annotation, module))
        return Shape(kinds=frozenset({"object"}), fields=fields)


def _union(shapes: list[Shape]) -> Shape:
    objects = [each for each in shapes if each.fields]
    if len(objects) > 1:
        kinds = frozenset(kind for each in shapes if not each.fields for kind in each.kinds)
        found: dict[str, Shape] = {}
        for each in objects:
            tellers = (each.fields[name][1] for name in ("role", "call_type") if name in each.fields)
            teller = next(tellers, Shape(enum=frozenset({f"member {len(found)}"})))
            found["|".join(sorted(teller.enum))] = each
        return Shape(kinds=kinds, variants=found)
    telling = next((each for each in shapes if each.kinds != {"null"}), Shape())
    return Shape(
        kinds=frozenset().union(*(each.kinds for each in shapes)),
        enum=telling.enum,
        items=telling.items,
        values=telling.values,
        fields=telling.fields,
        variants=telling.variants,
    )


def _request(function: ast.FunctionDef) -> ast.Call | None:
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _METHODS:
            return node
    return None


def _is_params(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and node.attr.endswith("Params")


def _path(node: ast.expr) -> str:
    if isinstance(node, ast.Call):
        node = node.args[0]
    if isinstance(node, ast.JoinedStr):
        return ast.unparse(node).removeprefix("f").strip("'\"")
    value = ast.literal_eval(node)
    assert isinstance(value, str)
    return value


def _arguments(node: ast.Subscript) -> list[ast.expr]:
    return list(node.slice.elts) if isinstance(node.slice, ast.Tuple) else [node.slice]


def _alias(statement: ast.AnnAssign) -> str:
    """The name on the wire: that of the attribute, unless the SDK gives another."""
    assert isinstance(statement.target, ast.Name)
    return next(_keyword(statement, "alias"), statement.target.id)


def _keyword(node: ast.AST, name: str) -> Iterator[str]:
    for each in ast.walk(node):
        if isinstance(each, ast.keyword) and each.arg == name:
            yield str(ast.literal_eval(each.value))
