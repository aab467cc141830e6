"""Servers on loopback that are no receivers: each connection is dealt with by one function."""

from __future__ import annotations

import re
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Deal = Callable[[socket.socket, int], None]
"""Given a connection whose request was read, and its number from 1."""

ACCEPTED = b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n"


@contextmanager
def server(deal: Deal, *, ends_after: int | None = None) -> Iterator[str]:
    """Yields its URL. With `ends_after` nothing listens any more after so many connections."""
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    thread = threading.Thread(target=_serve, args=(listening, deal, ends_after), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{port}/webhook"
    finally:
        with suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(10)


def _serve(listening: socket.socket, deal: Deal, ends_after: int | None) -> None:
    number = 0
    while number != ends_after:
        try:
            connection, _ = listening.accept()
        except OSError:
            return
        number += 1
        with connection, suppress(OSError):
            connection.settimeout(10)
            _read(connection)
            deal(connection, number)
    listening.close()


def _read(connection: socket.socket) -> None:
    head, _, body = b"", b"", b""
    while b"\r\n\r\n" not in head and (part := connection.recv(65536)):
        head += part
    head, _, body = head.partition(b"\r\n\r\n")
    length = re.search(rb"content-length: *(\d+)", head, re.IGNORECASE)
    while length and len(body) < int(length[1]) and (part := connection.recv(65536)):
        body += part


def accept(connection: socket.socket, _number: int) -> None:
    connection.sendall(ACCEPTED)


def garbage(connection: socket.socket, _number: int) -> None:
    connection.sendall(b"220 mail.example.test ready\r\n\r\n")


def reset(connection: socket.socket, _number: int) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def hang_up(connection: socket.socket, _number: int) -> None:
    connection.close()


def cut_short(connection: socket.socket, _number: int) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nabc")


def be_silent(connection: socket.socket, _number: int) -> None:
    """Until the other side has had enough."""
    connection.recv(1)


def move_away(connection: socket.socket, _number: int) -> None:
    connection.sendall(b"HTTP/1.1 302 Found\r\nlocation: /login\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
