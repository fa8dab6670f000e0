"""The wire to a provider, which counts what it carries and can be cut at any moment."""

import http.client
import socket
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from local.server import LoopbackServer

_SECONDS = 20
_HOP_BY_HOP = {"connection", "transfer-encoding", "keep-alive", "content-length"}


@dataclass(frozen=True)
class Reply:
    """What the provider answered."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


class Message:
    """One request under way."""

    def __init__(self, upstream: str, environ: Any, start_response: Any) -> None:
        self.path: str = environ["PATH_INFO"]
        self._body: bytes = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        self._authority = urlsplit(upstream).netloc
        self._environ = environ
        self._start_response = start_response

    @property
    def form(self) -> dict[str, str]:
        """The form that it posts."""
        return dict(parse_qsl(self._body.decode()))

    def deliver(self) -> Reply:
        """Have the provider carry it out."""
        headers = {"Content-Type": self._environ["CONTENT_TYPE"]}
        if authorization := self._environ.get("HTTP_AUTHORIZATION"):
            headers["Authorization"] = authorization
        connection = http.client.HTTPConnection(self._authority, timeout=_SECONDS)
        connection.request("POST", self.path, self._body, headers)
        response = connection.getresponse()
        reply = Reply(response.status, response.getheaders(), response.read())
        connection.close()
        return reply

    def answer(self, reply: Reply) -> Iterable[bytes]:
        """Hand *reply* to whoever asked."""
        headers = [pair for pair in reply.headers if pair[0].lower() not in _HOP_BY_HOP]
        headers.append(("Content-Length", str(len(reply.body))))
        self._start_response(f"{reply.status} X", headers)
        return [reply.body]

    def cut(self, sent: bytes = b"") -> Iterable[bytes]:
        """Close the connection when *sent* has been sent of the answer."""
        connection: socket.socket = self._environ["werkzeug.socket"]
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_RDWR)
        self._start_response("500 Cut", [])
        return []


Carry = Callable[[Message], Iterable[bytes]]
"""What becomes of one request."""


class Wire:
    """Stands where the clients file says that the provider's endpoints are."""

    def __init__(self, upstream: str) -> None:
        self._upstream = upstream
        self._lock = threading.Lock()
        self._server = LoopbackServer()
        self.begin()
        self._server.serve(self)

    def begin(self) -> None:
        """Forget what was carried, and carry all that comes."""
        self.carried: list[Message] = []
        self.next: list[Carry] = []
        """What becomes of the next requests, one after another."""
        self.usual: Carry = whole
        """What becomes of those that follow."""

    @property
    def url(self) -> str:
        """Where it is."""
        return self._server.url

    def forms(self, path: str) -> list[dict[str, str]]:
        """Return what was posted to *path*."""
        return [message.form for message in self.carried if message.path == path]

    def close(self) -> None:
        """Carry no more."""
        self._server.close()

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        """Carry one request."""
        message = Message(self._upstream, environ, start_response)
        with self._lock:
            self.carried.append(message)
            carry = self.next.pop(0) if self.next else self.usual
        return carry(message)


def whole(message: Message) -> Iterable[bytes]:
    """The provider answers."""
    return message.answer(message.deliver())


def cut_before(message: Message) -> Iterable[bytes]:
    """The connection closes before the provider has seen anything."""
    return message.cut()


def cut_without_answer(message: Message) -> Iterable[bytes]:
    """The provider acts, and not an octet of its answer arrives."""
    message.deliver()
    return message.cut()


def cut_in_the_answer(message: Message) -> Iterable[bytes]:
    """The provider acts, and half of its answer arrives."""
    reply = message.deliver()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(reply.body)}"
    return message.cut(f"{head}\r\n\r\n".encode() + reply.body[: len(reply.body) // 2])


def cut_after_the_answer(message: Message) -> Iterable[bytes]:
    """The provider acts, all of its answer arrives, and the connection closes at once."""
    reply = message.deliver()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(reply.body)}"
    return message.cut(f"{head}\r\n\r\n".encode() + reply.body)


class Graceful:
    """A provider with a grace interval: a replaced refresh token still gets its successor."""

    def __init__(self) -> None:
        self._replies: dict[str, Reply] = {}

    def __call__(self, message: Message) -> Iterable[bytes]:
        """Answer as the first time."""
        return message.answer(self._reply(message))

    def and_cut(self, message: Message) -> Iterable[bytes]:
        """Act as ever, and let nothing of the answer arrive."""
        self._reply(message)
        return message.cut()

    def _reply(self, message: Message) -> Reply:
        presented = message.form.get("refresh_token", "")
        if presented not in self._replies:
            self._replies[presented] = message.deliver()
        return self._replies[presented]


class Held:
    """A request whose answer is held back until it is released."""

    def __init__(self, *, acts_first: bool) -> None:
        self.arrived = threading.Event()
        self.released = threading.Event()
        self._acts_first = acts_first

    def __call__(self, message: Message) -> Iterable[bytes]:
        """Wait: with the provider's answer, or with a request that it will never see."""
        reply = message.deliver() if self._acts_first else None
        self.arrived.set()
        self.released.wait(_SECONDS)
        return message.cut() if reply is None else message.answer(reply)
