"""API Gateway's part: finds the route, keeps the limits, hands events to functions."""

import json
import re
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote

from werkzeug import Request, Response
from werkzeug.exceptions import RequestEntityTooLarge

from local.containers import FunctionError
from local.iam import AWS_IAM, parse_caller
from local.payload import MalformedAnswerError, build_event, build_response
from local.template import Route

# The quotas of HTTP APIs: request line and header values, payload, integration timeout.
MAX_HEADER_BYTES = 10_240
MAX_BODY_BYTES = 10 * 1024 * 1024
INTEGRATION_SECONDS = 30.0

Invoke = Callable[[str, Mapping[str, Any]], Any]


class Front:
    """A WSGI application in front of the functions; `invoke` takes a function's id and an event."""

    def __init__(
        self,
        routes: Iterable[Route],
        invoke: Invoke,
        log: Callable[[str], None],
        integration_seconds: float = INTEGRATION_SECONDS,
    ) -> None:
        self._routes = [(_path_pattern(route.path), route) for route in routes]
        self._invoke = invoke
        self._log = log
        self._integration_seconds = integration_seconds
        # A function that is cut off goes on until its own timeout, as on Lambda: hence threads
        # beside those of the requests.
        self._integrations = ThreadPoolExecutor(max_workers=64, thread_name_prefix="integration")

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        """Answer one request and write one line about it."""
        request = Request(environ)
        request.max_content_length = MAX_BODY_BYTES
        started = time.monotonic()
        response = self._respond(request)
        milliseconds = (time.monotonic() - started) * 1000
        # Quoted: no path may write to the terminal. Without the query, which may hold secrets.
        path = quote(request.path)
        self._log(f"{request.method} {path} {response.status_code} {milliseconds:.0f} ms")
        return response(environ, start_response)

    def close(self) -> None:
        """Start nothing more."""
        self._integrations.shutdown(wait=False, cancel_futures=True)

    def _respond(self, request: Request) -> Response:
        if _header_bytes(request) > MAX_HEADER_BYTES:
            return _message(431, "Request Header Fields Too Large")
        for pattern, route in self._routes:
            match = pattern.fullmatch(request.path)
            if match and route.method == request.method:
                if not _may_call(request, route):
                    return _message(403, "Forbidden")
                return self._integrate(request, route, match.groupdict())
        return _message(404, "Not Found")

    def _integrate(
        self, request: Request, route: Route, path_parameters: Mapping[str, str]
    ) -> Response:
        try:
            event = build_event(request, route, path_parameters)
            answer = self._integrations.submit(self._invoke, route.function, event)
            return build_response(answer.result(self._integration_seconds))
        except RequestEntityTooLarge:
            return _message(413, "Request Entity Too Large")
        except TimeoutError:
            return _message(503, "Service Unavailable")
        except (FunctionError, MalformedAnswerError) as error:
            self._log(str(error))
            return _message(500, "Internal Server Error")


def _may_call(request: Request, route: Route) -> bool:
    """False for a route with an authorizer, unless it is IAM and somebody signed."""
    return route.auth is None or (route.auth == AWS_IAM and parse_caller(request) is not None)


def _header_bytes(request: Request) -> int:
    line = f"{request.method} {request.environ['REQUEST_URI']} {request.environ['SERVER_PROTOCOL']}"
    return len(line) + sum(len(value) for value in request.headers.values())


def _path_pattern(path: str) -> re.Pattern[str]:
    """`/login/callback/{client}` as a pattern with one group per parameter."""
    return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(path)))


def _message(status: int, message: str) -> Response:
    return Response(json.dumps({"message": message}), status, content_type="application/json")
