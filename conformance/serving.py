"""A real server in a thread of its own, on the loopback interface unless another is named."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING

import uvicorn

from conformance.errors import TargetError

if TYPE_CHECKING:
    from starlette.types import ASGIApp

__all__ = ["Server"]

_PATIENCE_S = 10.0


class Server:
    """An application served until it is stopped. The socket listens as soon as this is made.

    Args:
        port: 0 for any free port.
        host: The address of the interface.

    Raises:
        TargetError: If the port is taken, or the server does not start.
    """

    def __init__(self, app: ASGIApp, *, port: int = 0, host: str = "127.0.0.1") -> None:
        listening = _listen(host, port)
        self.port: int = listening.getsockname()[1]
        self.url = f"http://{host}:{self.port}"
        config = uvicorn.Config(
            app, log_config=None, access_log=False, lifespan="off", ws="none", timeout_graceful_shutdown=1
        )
        self._server = _Announced(config)
        self._thread = threading.Thread(
            target=self._server.run,
            kwargs={"sockets": [listening]},
            name=f"serving {self.port}",
            daemon=True,
        )
        self._thread.start()
        if not self._server.ready.wait(_PATIENCE_S):
            self.stop()
            raise TargetError(f"The server did not start on {self.url}.")

    def stop(self) -> None:
        """End the server and free its port."""
        self._server.should_exit = True
        self._thread.join(_PATIENCE_S)


class _Announced(uvicorn.Server):
    """A server that says when it is ready."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


def _listen(host: str, port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except (OSError, OverflowError) as error:
        listening.close()
        reason = getattr(error, "strerror", None) or error
        raise TargetError(f"Port {port} cannot be used: {reason}. Choose another one, or 0 for any.") from error
    listening.listen(128)
    return listening
