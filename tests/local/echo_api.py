"""A front with one function behind it that says what it was asked."""

import json
from collections.abc import Callable, Mapping
from contextlib import closing
from http.client import HTTPConnection, HTTPResponse
from typing import Any

from local.front import Front
from local.server import LoopbackServer
from local.template import Route

ROUTES = (
    Route("POST", "/echo", "Echo"),
    Route("GET", "/people/{name}/pets/{pet}", "Echo"),
)
Handler = Callable[[Mapping[str, Any]], Any]


class EchoApi:
    """The front, and raw HTTP to talk to it."""

    def __init__(self, server: LoopbackServer) -> None:
        self.answer: Handler = lambda event: {"statusCode": 200, "body": json.dumps(event)}
        self.lines: list[str] = []
        self.port = server.port
        server.serve(Front(ROUTES, self._invoke, self.lines.append, integration_seconds=0.5))

    def _invoke(self, function: str, event: Mapping[str, Any]) -> Any:
        assert function == "Echo"
        return self.answer(event)

    def send(
        self,
        method: str = "POST",
        target: str = "/echo",
        headers: tuple[tuple[str, str], ...] = (),
        body: bytes = b"",
    ) -> tuple[HTTPResponse, bytes]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.putrequest(method, target, skip_accept_encoding=True)
        for name, value in headers:
            connection.putheader(name, value)
        if body:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        response = connection.getresponse()
        with closing(connection):
            return response, response.read()

    def event(self, *arguments: Any, **named: Any) -> Any:
        response, body = self.send(*arguments, **named)
        assert response.status == 200
        return json.loads(body)

    def answered(self, answer: Any) -> tuple[HTTPResponse, bytes]:
        self.answer = lambda _: answer
        return self.send()
