"""What a provider may answer that gives back all it was sent, in every place of an answer."""

import json
import socket
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from local.server import WsgiApplication
from tests.integration.functions.observed_provider import drop

Made = tuple[int, Mapping[str, str], bytes]
"""Status, headers and body."""

_HTML, _JSON = {"Content-Type": "text/html"}, {"Content-Type": "application/json"}


def sent(environ: Any) -> str:
    """Return the credentials and the parameters of a request, as they were meant."""
    length = int(environ.get("CONTENT_LENGTH") or 0)
    parameters = parse_qsl(environ["wsgi.input"].read(length).decode())
    values = [environ.get("HTTP_AUTHORIZATION", ""), *(value for _, value in parameters)]
    return " ".join(" ".join(values).split())  # a line, whatever a PEM is


def echo(make: Callable[[str], Made]) -> WsgiApplication:
    """Return an application that answers what *make* makes of what it was sent."""

    def application(environ: Any, start_response: Any) -> Iterable[bytes]:
        status, headers, body = make(sent(environ))
        start_response(f"{status} X", list(headers.items()))
        return [body]

    return application


def raw(make: Callable[[str], str]) -> WsgiApplication:
    """Return one whose answer is no HTTP, or hardly any."""

    def application(environ: Any, start_response: Any) -> Iterable[bytes]:
        connection: socket.socket = environ["werkzeug.socket"]
        connection.sendall(make(sent(environ)).encode("latin-1", "replace"))
        return drop(environ, start_response)

    return application


def _refusal(error: str) -> Callable[[str], Made]:
    return lambda text: (
        400,
        _JSON,
        json.dumps({"error": error, "error_description": text, "error_uri": text}).encode(),
    )


def _tokens(member: str, **members: Any) -> Callable[[str], Made]:
    def make(text: str) -> Made:
        document = {"access_token": "a" * 43, "token_type": "Bearer", **members, member: [text]}
        return 200, _JSON, json.dumps(document).encode()

    return make


ECHOES: Mapping[str, WsgiApplication] = {
    "html as 500": echo(lambda text: (500, _HTML, f"<html>{text}</html>".encode())),
    "html as 400": echo(lambda text: (400, _HTML, text.encode())),
    "html as 200": echo(lambda text: (200, _HTML, text.encode())),
    "too many": echo(lambda text: (429, {**_JSON, "Retry-After": text}, text.encode())),
    "busy": echo(lambda text: (503, {**_HTML, "Retry-After": text}, text.encode())),
    "redirect": echo(lambda text: (302, {"Location": f"/{text}"}, text.encode())),
    "headers": echo(
        lambda text: (
            401,
            {"WWW-Authenticate": text, "Set-Cookie": f"a={text}", "X-Seen": text, "Date": text},
            b"",
        )
    ),
    "content type": echo(lambda text: (200, {"Content-Type": text}, b"{}")),
    "encoding": echo(lambda text: (200, {**_JSON, "Content-Encoding": "gzip"}, text.encode())),
    **{
        error: echo(_refusal(error))
        for error in ("invalid_grant", "invalid_client", "invalid_request", "login_required")
    },
    "error of its own": echo(
        lambda text: (400, _JSON, json.dumps({"error": text, text: text}).encode())
    ),
    "half a JSON document": echo(lambda text: (200, _JSON, json.dumps({"a": text})[:-1].encode())),
    "an array": echo(lambda text: (200, _JSON, json.dumps([text]).encode())),
    **{
        member: echo(_tokens(member))
        for member in ("access_token", "refresh_token", "id_token", "token_type", "scope")
    },
    "no bearer": echo(_tokens("refresh_token", token_type="DPoP")),
    "status line": raw(lambda text: f"{text}\r\n\r\n"),
    "header line": raw(lambda text: f"HTTP/1.1 200 OK\r\n{text}\r\nContent-Length: 0\r\n\r\n"),
    "header name": raw(lambda text: f"HTTP/1.1 200 OK\r\n {text}: 1\r\nA: b\r\n\r\n"),
    "length": raw(lambda text: f"HTTP/1.1 200 OK\r\nContent-Length: {text}\r\n\r\n{text}"),
    "chunk": raw(lambda text: f"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{text}\r\n"),
    "cut off": raw(lambda text: f"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n{text}"),
    "nothing": drop,
}
"""By where in the answer it stands."""
