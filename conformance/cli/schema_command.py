"""`conformance schema`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from conformance.errors import UsageError


def give_schema(options: argparse.Namespace) -> int:
    """Print the schema of a file format, or write it where an editor finds it."""
    from conformance.contract.files import data_folder  # noqa: PLC0415 - costly

    file = data_folder("schemas") / "harness" / f"{options.what}.schema.json"
    text = file.read_text(encoding="utf-8")
    if options.output is None:
        sys.stdout.write(text)
        return 0
    try:
        Path(options.output).write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{options.output}: cannot be written ({error.strerror}). Check the path.") from error
    return 0
