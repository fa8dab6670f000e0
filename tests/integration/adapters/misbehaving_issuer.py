"""An issuer on loopback that does whatever a test needs an issuer to do wrong."""

import contextlib
import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

HOST = "127.0.0.1"
METADATA, JWKS, TOKEN = "/.well-known/openid-configuration", "/jwks", "/token"

_DRIP_SECONDS = 0.02
_LONGEST_DRIP = 1500
"""Half a minute of it: a test that waits that long has failed."""


@dataclass(frozen=True)
class Received:
    """One request, as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    form: dict[str, str]
    client_port: int


class Wire:
    """The connection to a client, and what can be done to it."""

    def __init__(self, connection: socket.socket, closing: threading.Event) -> None:
        self._connection = connection
        self._closing = closing

    def receive(self) -> None:
        """Wait for the first of what the client sends."""
        self._connection.recv(1)

    def send(self, data: bytes) -> None:
        """Send all of it at once."""
        self._connection.sendall(data)

    def drip(self, octet: bytes = b"x") -> None:
        """Send one octet after another, so that no single read ever times out."""
        for _ in range(_LONGEST_DRIP):
            if self._closing.wait(_DRIP_SECONDS):
                return
            self.send(octet)

    def stay_silent(self) -> None:
        """Hold the connection and say nothing more."""
        self._closing.wait(_DRIP_SECONDS * _LONGEST_DRIP)

    def drop(self) -> None:
        """End the connection, in the middle of whatever is on its way."""
        self._connection.shutdown(socket.SHUT_RDWR)

    def reset(self) -> None:
        """End it the hard way, as a router does that has forgotten it."""
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._connection.close()


Answer = Callable[[Wire], None]


def reply(status: int, body: bytes, **headers: str) -> Answer:
    """Answer properly; a header's underscores stand for hyphens."""
    lines = {"Content-Length": str(len(body)), **headers}
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in lines.items())
    return lambda wire: wire.send(f"HTTP/1.1 {status} X\r\n{head}\r\n".encode() + body)


def reply_json(document: Any, status: int = 200, **headers: str) -> Answer:
    """Answer with JSON."""
    return reply(status, json.dumps(document).encode(), Content_Type="application/json", **headers)


class MisbehavingIssuer:
    """Answers each path as `answers` says, and remembers what it was asked."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.answers: dict[str, Answer] = {}
        self._closing = threading.Event()
        self._server = ThreadingHTTPServer((HOST, 0), self._handler())
        self._server.daemon_threads = True
        self._server.block_on_close = False
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def url(self) -> str:
        """Its issuer identifier."""
        return f"http://{HOST}:{self._server.server_address[1]}"

    @property
    def metadata(self) -> dict[str, str]:
        """Its metadata, as they should be."""
        endpoints = {"token_endpoint": self.url + TOKEN, "jwks_uri": self.url + JWKS}
        return {"issuer": self.url, **endpoints}

    def close(self) -> None:
        """End it, and all that still drips."""
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                length = int(self.headers.get("Content-Length", "0"))
                form = dict(parse_qsl(self.rfile.read(length).decode()))
                headers = {name.lower(): value for name, value in self.headers.items()}
                port = self.client_address[1]
                issuer.received.append(Received(self.command, self.path, headers, form, port))
                with contextlib.suppress(OSError):  # the client may have had enough
                    issuer.answers[self.path](Wire(self.connection, issuer._closing))

            def do_POST(self) -> None:
                self.do_GET()

            def log_message(self, *_: object) -> None:
                pass

            def finish(self) -> None:
                with contextlib.suppress(OSError, ValueError):
                    super().finish()

        return Handler


@contextlib.contextmanager
def raw_server(answer: Answer) -> Iterator[int]:
    """Accept connections on a port and *answer* at once, whatever is asked; yields the port."""
    closing = threading.Event()
    with socket.create_server((HOST, 0)) as listener:

        def serve() -> None:
            with contextlib.suppress(OSError):
                connection, _ = listener.accept()
                with connection:
                    answer(Wire(connection, closing))

        threading.Thread(target=serve, daemon=True).start()
        yield listener.getsockname()[1]
        closing.set()


@contextlib.contextmanager
def nobody_there() -> Iterator[int]:
    """Hold a port on which nobody listens, so that every connection to it is refused."""
    with socket.socket() as reserved:
        reserved.bind((HOST, 0))
        yield reserved.getsockname()[1]
