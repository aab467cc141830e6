"""Flags of `conformance notebook`. Nothing here imports more than the standard library."""

from __future__ import annotations

import argparse
from collections.abc import Callable

FOLDER = "conformance-notebooks"


def add_notebook_command(add: Callable[[str, str, str, str], argparse.ArgumentParser]) -> None:
    """Add `notebook`.

    Args:
        add: Adds a command: its name, what it does in words, and the module and function that do it.
    """
    words = "copy the notebooks that ship with the harness into a folder"
    parser = add("notebook", words, "notebook_command", "copy_notebooks")
    parser.add_argument(
        "folder", metavar="FOLDER", nargs="?", default=FOLDER, help=f"where to (default: ./{FOLDER}); made if need be"
    )
    parser.add_argument("--force", action="store_true", help="overwrite files there that differ")
