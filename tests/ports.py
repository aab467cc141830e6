"""Ports that are held for whoever listens on them next, or for nobody."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def reserved_port() -> Iterator[int]:
    """A port on loopback on which nothing listens, and which nobody else is given until the block ends.

    Who binds it by its number and allows reuse, as servers do, gets it. A port that was looked up and let go
    may by then belong to another test's server, or be the near end of somebody's connection.
    """
    with socket.socket() as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]
