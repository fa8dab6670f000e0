"""A small threaded HTTP server on loopback, for the front and for the embedded provider."""

import socket
import threading
from collections.abc import Callable, Iterable
from typing import Any

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

HOST = "127.0.0.1"
_BACKLOG = 128
_POLL_SECONDS = 0.05  # how soon it notices that it is to stop
WsgiApplication = Callable[[Any, Any], Iterable[bytes]]


class PortInUseError(Exception):
    """Something else listens there already, or this user may not."""


class LoopbackServer:
    """Holds its port from the start, so that an application can be told its own address first."""

    def __init__(self, port: int = 0) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.bind((HOST, port))
            self._socket.listen(_BACKLOG)
        except OSError as error:
            self._socket.close()
            raise PortInUseError(
                f"port {port} of {HOST} cannot be used: {error.strerror}"
            ) from None
        self._server: BaseWSGIServer | None = None

    @property
    def port(self) -> int:
        """The port, also where the operating system chose it."""
        port: int = self._socket.getsockname()[1]
        return port

    @property
    def url(self) -> str:
        """Where it is, without a slash at the end."""
        return f"http://{HOST}:{self.port}"

    def serve(self, application: WsgiApplication) -> None:
        """Answer requests with `application`, each in a thread of its own."""
        self._server = make_server(
            HOST,
            self.port,
            application,
            threaded=True,
            request_handler=_QuietHandler,
            fd=self._socket.fileno(),
        )
        threading.Thread(
            target=self._server.serve_forever, args=(_POLL_SECONDS,), daemon=True
        ).start()

    def close(self) -> None:
        """Answer no more; requests under way are left to end by themselves."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
        self._socket.close()


class _QuietHandler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing: the front writes its own line, and the provider's are noise."""
