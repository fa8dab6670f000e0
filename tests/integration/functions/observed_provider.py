"""The embedded provider, watched: what it was asked is remembered, and it can be made to fail."""

import base64
import io
import json
import socket
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import parse_qsl, unquote_plus

from local.provider.app import build_app
from local.provider.clients import RegisteredClient
from local.server import LoopbackServer, WsgiApplication

JWKS, METADATA, TOKEN = "/jwks", "/.well-known/openid-configuration", "/token"
REVOCATION = "/revoke"


@dataclass(frozen=True)
class Seen:
    """One request that the provider got."""

    path: str
    authorization: str | None
    form: Mapping[str, str]

    @property
    def basic(self) -> tuple[str, str]:
        """Client id and secret of the Authorization header, decoded (RFC 6749 §2.3.1)."""
        scheme, _, credentials = str(self.authorization).partition(" ")
        assert scheme == "Basic"
        client_id, _, secret = base64.b64decode(credentials).decode().partition(":")
        return unquote_plus(client_id), unquote_plus(secret)


class Provider(Protocol):
    """Whatever can be signed in at."""

    @property
    def url(self) -> str:
        """Its issuer identifier."""


class ObservedProvider:
    """A WSGI application around the provider's own."""

    seen: list[Seen]
    instead: dict[str, WsgiApplication]
    """What answers a path in the provider's place."""
    added: dict[str, str]
    """Parameters that the provider finds in a token request beside those sent."""
    released: threading.Event
    """Set when whoever is kept waiting may go."""

    def __init__(self) -> None:
        self._server = LoopbackServer()
        self._app: WsgiApplication
        self.begin()

    def begin(self) -> None:
        """Forget what was asked, and have no faults any more."""
        self.seen, self.instead, self.added = [], {}, {}
        self.released = threading.Event()

    @property
    def url(self) -> str:
        """Its issuer identifier."""
        return self._server.url

    def serve(self, clients: Iterable[RegisteredClient]) -> None:
        """Begin to answer."""
        self._app = build_app(self.url, clients).wsgi_app
        self._server.serve(self)

    def close(self) -> None:
        """End it, and whatever still waits."""
        self.released.set()
        self._server.close()

    @property
    def token_requests(self) -> list[Seen]:
        """What its token endpoint got: each of these may have spent something."""
        return [request for request in self.seen if request.path == TOKEN]

    def count(self, path: str) -> int:
        """How often *path* was asked for."""
        return sum(request.path == path for request in self.seen)

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        """Remember one request, and have it answered."""
        path = environ["PATH_INFO"]
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        form = dict(parse_qsl(body.decode()))
        self.seen.append(Seen(path, environ.get("HTTP_AUTHORIZATION"), form))
        if path == TOKEN:
            body += "".join(f"&{name}={value}" for name, value in self.added.items()).encode()
        answer = self.instead.get(path, self._app)
        changed = {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}
        return answer({**environ, **changed}, start_response)

    def stall(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        """Take the request, and never answer it."""
        self.released.wait(30)
        return drop(environ, start_response)


def drop(environ: Any, start_response: Any) -> Iterable[bytes]:
    """End the connection without an answer."""
    environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    start_response("500 Gone", [])
    return []


def answer_with(
    status: int, body: bytes, content_type: str = "text/html", **headers: str
) -> WsgiApplication:
    """An application that always says the same; a header's underscores stand for hyphens."""
    named = [(name.replace("_", "-"), value) for name, value in headers.items()]

    def application(_: Any, start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response(f"{status} X", [("Content-Type", content_type), *named])
        return [body]

    return application


def answer_with_json(document: Any, status: int = 200, **headers: str) -> WsgiApplication:
    """The same with JSON."""
    return answer_with(status, json.dumps(document).encode(), "application/json", **headers)
