"""The command line: thin, and quick to start. Each command imports what it needs when it is called."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Sequence
from typing import TextIO

from conformance.cli.parser import build_parser
from conformance.errors import ConformanceError

_INTERRUPTED = 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns:
        0 if all that must hold holds, 1 for findings, 2 if the command or its input is wrong, 3 if the run could not be
        carried through.
    """
    parser = build_parser()
    try:
        options = parser.parse_args(arguments)
        return int(options.command(options))
    except ConformanceError as error:
        _complain(sys.stderr, str(error))
        return error.exit_code
    except KeyboardInterrupt:
        _complain(sys.stderr, "interrupted.")
        return _INTERRUPTED
    except BrokenPipeError:
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _complain(stream: TextIO, message: str) -> None:
    from conformance.cli.hiding import hiding  # noqa: PLC0415 - only where something went wrong
    from conformance.reports.wording import printable  # noqa: PLC0415 - the same

    print(f"conformance: {printable(hiding(os.environ).text(message))}", file=stream)


if __name__ == "__main__":
    sys.exit(main())
