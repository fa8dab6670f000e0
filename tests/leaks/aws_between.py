"""Stands between the functions and AWS, and has AWS fail while quoting all that it was sent."""

import http.client
import json
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from local.server import LoopbackServer
from tests.integration.functions.observed_provider import drop

Reply = tuple[int, bytes]
Fault = Callable[[str, bytes, Callable[[], Reply]], Reply | None]
"""Makes the answer, or none, of the operation, the request's body and the honest answer."""


class AwsBetween:
    """A proxy that is honest while it has no fault."""

    fault: Fault | None = None

    def __init__(self, upstream: str) -> None:
        self._upstream = urlsplit(upstream).netloc
        self._server = LoopbackServer()
        self._server.serve(self)

    @property
    def url(self) -> str:
        """Where the SDK finds it."""
        return self._server.url

    def close(self) -> None:
        """End it."""
        self._server.close()

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        """Answer one request."""
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        operation = environ["HTTP_X_AMZ_TARGET"].rpartition(".")[2]

        def honest() -> Reply:
            return self._forward(environ, body)

        reply = honest() if self.fault is None else self.fault(operation, body, honest)
        if reply is None:
            return drop(environ, start_response)
        start_response(f"{reply[0]} X", [("Content-Type", "application/x-amz-json-1.0")])
        return [reply[1]]

    def _forward(self, environ: Any, body: bytes) -> Reply:
        upstream = http.client.HTTPConnection(self._upstream, timeout=10)
        headers = {
            name[5:].replace("_", "-"): value
            for name, value in environ.items()
            if name.startswith("HTTP_") and name != "HTTP_HOST"
        }
        upstream.request("POST", "/", body, {**headers, "Content-Type": environ["CONTENT_TYPE"]})
        response = upstream.getresponse()
        answer = response.status, response.read()
        upstream.close()
        return answer


def refused(code: str, status: int = 400) -> Fault:
    """AWS refuses, and quotes the request and what would have been the answer."""

    def fault(_operation: str, body: bytes, honest: Callable[[], Reply]) -> Reply:
        quoted = (body + honest()[1]).decode()
        return status, json.dumps({"__type": f"x#{code}", "message": quoted}).encode()

    return fault


def cut_short(_operation: str, _body: bytes, honest: Callable[[], Reply]) -> Reply:
    """The answer is cut off: what is there is no JSON."""
    status, answer = honest()
    return status, answer[:-2]


def silent(_operation: str, _body: bytes, honest: Callable[[], Reply]) -> None:
    """What was asked is carried out, and never answered."""
    honest()
