"""Where the contract's data lies, in a checkout and in an installed wheel, and how it is read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.errors import ContractError

if TYPE_CHECKING:
    from conformance.model import JSON

_PACKAGE = Path(__file__).resolve().parents[1]


def data_folder(name: str) -> Path:
    """The folder `schemas`, `suites` or `notebooks`: inside the package if installed, beside it in a checkout.

    Raises:
        ContractError: If neither place has it, so that the installation is incomplete.
    """
    places = (_PACKAGE / "_data" / name, _PACKAGE.parent / name)
    for place in places:
        if place.is_dir():
            return place
    message = f"No folder {name!r} at {places[0]} or {places[1]}. Install the package again."
    raise ContractError(message)


def read_json(path: Path) -> JSON:
    """What a JSON file holds.

    Raises:
        ContractError: If the file cannot be read or is no JSON; the message names file and line.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        message = f"{path}: cannot be read ({error.strerror}). Check the path."
    except json.JSONDecodeError as error:
        message = f"{path}:{error.lineno}: is no JSON ({error.msg}). Correct it there."
    except ValueError as error:
        message = f"{path}: is no JSON ({error}). Save it as UTF-8."
    raise ContractError(message)
