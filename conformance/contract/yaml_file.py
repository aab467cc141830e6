"""YAML as our files use it: safe, booleans as in YAML 1.2, no duplicate keys, errors with line numbers.

The only module that imports PyYAML.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from conformance.errors import ContractError

_SafeLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


_NOT_IN_1_2 = {"tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp"}
"""What YAML 1.2 reads otherwise (`yes` and `on` are texts there) or not at all (dates are)."""


class Located(dict[str, Any]):
    """A mapping that knows the line it starts on (from 1)."""

    line: int = 0


class _Loader(_SafeLoader):  # type: ignore[misc]  # the C loader has no types
    yaml_implicit_resolvers = {  # noqa: RUF012 - the class attribute that PyYAML reads
        first: [(tag, pattern) for tag, pattern in rules if tag not in _NOT_IN_1_2]
        for first, rules in _SafeLoader.yaml_implicit_resolvers.items()
    }


def _mapping(loader: Any, node: yaml.MappingNode) -> Located:
    found = Located()
    found.line = node.start_mark.line + 1
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, str):
            raise yaml.constructor.ConstructorError(
                None, None, f"a key must be a string, not {key!r}", key_node.start_mark
            )
        if key in found:
            raise yaml.constructor.ConstructorError(
                None, None, f"the key {key!r} stands here twice", key_node.start_mark
            )
        found[key] = loader.construct_object(value_node, deep=True)
    return found


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile("^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)


def read_yaml(path: Path) -> Any:
    """Read one YAML document.

    Raises:
        ContractError: The file cannot be read or is no such YAML; the message has the line.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ContractError(f"{path}: cannot be read ({error.strerror}). Check the path.") from error
    except UnicodeDecodeError as error:
        raise ContractError(f"{path}: is not UTF-8 text. Save it as UTF-8.") from error
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader, made stricter
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f":{mark.line + 1}" if mark else ""
        problem = str(error.problem or error.context)
        if problem.startswith("but "):
            problem = f"{error.context} {problem}"
        raise ContractError(f"{path}{line}: {problem}. Correct the YAML there.") from error
    except yaml.YAMLError as error:
        raise ContractError(f"{path}: {' '.join(str(error).split())}. Correct the YAML there.") from error
    except RecursionError as error:
        raise ContractError(f"{path}: is nested too deeply. Make it flatter.") from error
