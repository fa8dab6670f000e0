import base64
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from http.client import HTTPConnection, HTTPResponse
from typing import Any

import pytest

from local.containers import FunctionError
from local.front import MAX_BODY_BYTES, MAX_HEADER_BYTES, Front
from local.server import LoopbackServer
from local.template import Route

ROUTES = (
    Route("POST", "/echo", "Echo"),
    Route("GET", "/people/{name}/pets/{pet}", "Echo"),
)
Handler = Callable[[Mapping[str, Any]], Any]


class Api:
    """A front with one function behind it, and raw HTTP to talk to it."""

    def __init__(self, server: LoopbackServer) -> None:
        self.answer: Handler = lambda event: {"statusCode": 200, "body": json.dumps(event)}
        self.lines: list[str] = []
        self._server = server
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
        connection = HTTPConnection("127.0.0.1", self._server.port, timeout=10)
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


@pytest.fixture
def api() -> Iterator[Api]:
    with closing(LoopbackServer()) as server:
        yield Api(server)


def test_a_request_becomes_an_event_of_format_2(api: Api) -> None:
    event = api.event(headers=(("User-Agent", "phone/1"),))
    assert (event["version"], event["routeKey"]) == ("2.0", "POST /echo")
    assert (event["rawPath"], event["rawQueryString"]) == ("/echo", "")
    context = event["requestContext"]
    assert context["http"] == {
        "method": "POST",
        "path": "/echo",
        "protocol": "HTTP/1.1",
        "sourceIp": "127.0.0.1",
        "userAgent": "phone/1",
    }
    assert context["routeKey"] == "POST /echo"
    assert context["stage"] == "$default"
    assert context["domainName"] == "127.0.0.1"
    assert context["requestId"] != api.event()["requestContext"]["requestId"]
    assert isinstance(context["timeEpoch"], int)


def test_what_a_request_lacks_is_left_out(api: Api) -> None:
    event = api.event()
    absent = {"body", "cookies", "queryStringParameters", "pathParameters"}
    assert not absent & event.keys()
    assert event["isBase64Encoded"] is False


def test_repeated_query_keys_are_joined_and_the_raw_query_is_kept(api: Api) -> None:
    event = api.event(target="/echo?a=1&b=%20x%2B&a=2,3&empty&c=")
    assert event["rawQueryString"] == "a=1&b=%20x%2B&a=2,3&empty&c="
    assert event["queryStringParameters"] == {"a": "1,2,3", "b": " x+", "empty": "", "c": ""}


def test_header_names_are_lowered_and_repeated_ones_joined(api: Api) -> None:
    event = api.event(headers=(("X-Two", "a"), ("x-two", "b"), ("X-Three", "c,d")))
    assert event["headers"]["x-two"] == "a,b"
    assert event["headers"]["x-three"] == "c,d"
    assert all(name == name.lower() for name in event["headers"])


def test_cookies_leave_the_headers(api: Api) -> None:
    event = api.event(headers=(("Cookie", "a=1; b=2;c=3;"),))
    assert event["cookies"] == ["a=1", "b=2", "c=3"]
    assert "cookie" not in event["headers"]


def test_forwarding_headers_are_the_gateways_own(api: Api) -> None:
    headers = (("X-Forwarded-For", "203.0.113.9"), ("X-Forwarded-Proto", "gopher"))
    event = api.event(headers=headers)
    assert event["headers"]["x-forwarded-for"] == "203.0.113.9, 127.0.0.1"
    assert event["headers"]["x-forwarded-proto"] == "http"


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "Application/JSON; charset=utf-8", "text/plain", "application/xml"],
)
def test_text_bodies_arrive_as_text(api: Api, content_type: str) -> None:
    event = api.event(headers=(("Content-Type", content_type),), body='{"ü":1}'.encode())
    assert (event["body"], event["isBase64Encoded"]) == ('{"ü":1}', False)


@pytest.mark.parametrize(
    "content_type",
    [None, "application/x-www-form-urlencoded", "application/octet-stream", "application/a+json"],
)
def test_all_other_bodies_arrive_in_base64(api: Api, content_type: str | None) -> None:
    headers = (("Content-Type", content_type),) if content_type else ()
    event = api.event(headers=headers, body=b"a=1&b=\xff")
    assert base64.b64decode(event["body"]) == b"a=1&b=\xff"
    assert event["isBase64Encoded"] is True


def test_a_chunked_body_arrives_whole(api: Api) -> None:
    headers = (("Content-Type", "text/plain"), ("Transfer-Encoding", "chunked"))
    connection = HTTPConnection("127.0.0.1", api._server.port, timeout=10)
    with closing(connection):
        connection.putrequest("POST", "/echo")
        for name, value in headers:
            connection.putheader(name, value)
        connection.endheaders(iter([b"one ", b"two"]), encode_chunked=True)
        assert json.loads(connection.getresponse().read())["body"] == "one two"


def test_path_parameters_are_taken_from_the_decoded_path(api: Api) -> None:
    event = api.event("GET", "/people/j%C3%BCrgen/pets/caf%C3%A9")
    assert event["rawPath"] == "/people/jürgen/pets/café"
    assert event["pathParameters"] == {"name": "jürgen", "pet": "café"}
    assert event["routeKey"] == "GET /people/{name}/pets/{pet}"


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("GET", "/echo"),
        ("POST", "/ech"),
        ("POST", "/echo/"),
        ("POST", "/Echo"),
        ("GET", "/people/a/b/pets/c"),
    ],
)
def test_an_unknown_route_is_not_found(api: Api, method: str, target: str) -> None:
    response, body = api.send(method, target)
    assert response.status == 404
    assert json.loads(body) == {"message": "Not Found"}


def test_headers_may_have_10240_bytes_and_not_one_more(api: Api) -> None:
    line = "POST /echo HTTP/1.1"
    host = f"127.0.0.1:{api._server.port}"
    room = MAX_HEADER_BYTES - len(line) - len(host)
    assert api.send(headers=(("X-Large", "x" * room),))[0].status == 200
    response, body = api.send(headers=(("X-Large", "x" * (room + 1)),))
    assert response.status == 431
    assert json.loads(body) == {"message": "Request Header Fields Too Large"}


def test_a_body_over_ten_megabytes_is_refused(api: Api) -> None:
    response, body = api.send(body=b"x" * (MAX_BODY_BYTES + 1))
    assert response.status == 413
    assert json.loads(body) == {"message": "Request Entity Too Large"}


def test_a_function_that_takes_too_long_is_cut_off(api: Api) -> None:
    released = threading.Event()
    api.answer = lambda _: released.wait(10)
    response, body = api.send()
    released.set()
    assert response.status == 503
    assert json.loads(body) == {"message": "Service Unavailable"}


def test_a_function_that_fails_shows_the_caller_nothing_of_it(api: Api) -> None:
    def fail(_: Mapping[str, Any]) -> Any:
        raise FunctionError("Echo raised ValueError: a secret")

    api.answer = fail
    response, body = api.send()
    assert response.status == 500
    assert json.loads(body) == {"message": "Internal Server Error"}
    assert "Echo raised ValueError: a secret" in api.lines


def test_an_answer_with_a_status_is_taken_as_it_is(api: Api) -> None:
    response, body = api.answered(
        {"statusCode": 418, "headers": {"Content-Type": "text/tea", "X-Pot": 1}, "body": "ü"}
    )
    assert (response.status, body) == (418, "ü".encode())
    assert (response.headers["content-type"], response.headers["x-pot"]) == ("text/tea", "1")


def test_an_answer_without_content_type_is_plain_text(api: Api) -> None:
    response, body = api.answered({"statusCode": "204"})
    assert (response.status, body) == (204, b"")
    response, _ = api.answered({"statusCode": 200, "body": "x"})
    assert response.headers.get_all("content-type") == ["text/plain;charset=utf-8"]


def test_each_cookie_of_an_answer_is_a_header(api: Api) -> None:
    response, _ = api.answered({"statusCode": 200, "cookies": ["a=1; Secure", "b=2"]})
    assert response.headers.get_all("set-cookie") == ["a=1; Secure", "b=2"]


def test_a_base64_answer_is_decoded(api: Api) -> None:
    answer = {"statusCode": 200, "body": "/wA=", "isBase64Encoded": True}
    assert api.answered(answer)[1] == b"\xff\x00"


@pytest.mark.parametrize(
    ("answer", "expected"), [({"a": [1]}, b'{"a": [1]}'), ("hi", b"hi"), (None, b"null")]
)
def test_an_answer_without_status_is_json_and_fine(
    api: Api, answer: object, expected: bytes
) -> None:
    response, body = api.answered(answer)
    assert (response.status, body) == (200, expected)
    assert response.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    "answer", [{"statusCode": "teapot"}, {"statusCode": None}, {"statusCode": 200, "body": {}}]
)
def test_an_answer_that_is_no_response_is_the_functions_failure(api: Api, answer: object) -> None:
    assert api.answered(answer)[0].status == 500


def test_requests_are_answered_side_by_side(api: Api) -> None:
    barrier = threading.Barrier(4, timeout=5)
    api.answer = lambda _: barrier.wait() >= 0
    statuses: list[int] = []
    threads = [
        threading.Thread(target=lambda: statuses.append(api.send()[0].status)) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 4


def test_each_request_is_one_line_in_the_terminal(api: Api) -> None:
    api.send(target="/echo?code=secret")
    assert api.lines[-1].startswith("POST /echo 200 ")
    assert "secret" not in "".join(api.lines)
