"""A server on 127.0.0.1 that reads whole requests and answers with the bytes that it is told to."""

from __future__ import annotations

import contextlib
import re
import socket
import threading


class RawServer:
    """Each connection gets one list of answers; after the last of them it is closed, or kept open for `None`.

    Args:
        connections: The answers for each connection in turn; the last list serves all further ones.
        tls: Wraps each connection, if given.
        whole: False if it answers as soon as something comes.
    """

    def __init__(self, *connections, tls=None, whole=True):
        self.connections, self.tls, self.whole = connections, tls, whole
        self.closed = threading.Semaphore(0)
        self.received: list[bytes] = []
        self._ended = threading.Event()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.url = f"http{'s' if tls else ''}://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._ended.set()
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(5)

    def _serve(self):
        for number in range(100):
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection, contextlib.suppress(OSError):
                connection.settimeout(5)
                self._converse(connection, self.connections[min(number, len(self.connections) - 1)])
            self.closed.release()

    def _converse(self, plain, answers):
        connection = self.tls.wrap_socket(plain, server_side=True) if self.tls else plain
        with connection:
            for answer in answers:
                request = self._read(connection)
                if not request:
                    return
                self.received.append(request)
                if answer is None:
                    self._ended.wait(5)
                    return
                connection.sendall(answer)

    def _read(self, connection):
        data = b""
        while b"\r\n\r\n" not in data and (self.whole or not data):
            part = connection.recv(65536)
            if not part:
                return data
            data += part
        head, _, body = data.partition(b"\r\n\r\n")
        length = re.search(rb"content-length: *(\d+)", head, re.IGNORECASE)
        while length and len(body) < int(length[1]):
            body += connection.recv(65536)
        return head + b"\r\n\r\n" + body


def http(status="200 OK", body=b"{}", *headers):
    """The bytes of a whole answer."""
    lines = [f"HTTP/1.1 {status}", f"content-length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode("latin-1") + body
