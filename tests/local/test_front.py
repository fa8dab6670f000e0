"""The front's routes and limits."""

import json
import threading
from collections.abc import Mapping
from typing import Any

import pytest

from local.containers import FunctionError
from local.front import MAX_BODY_BYTES, MAX_HEADER_BYTES
from tests.local.echo_api import EchoApi


def test_path_parameters_are_taken_from_the_decoded_path(api: EchoApi) -> None:
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
def test_an_unknown_route_is_not_found(api: EchoApi, method: str, target: str) -> None:
    response, body = api.send(method, target)
    assert response.status == 404
    assert json.loads(body) == {"message": "Not Found"}


def test_headers_may_have_10240_bytes_and_not_one_more(api: EchoApi) -> None:
    line = "POST /echo HTTP/1.1"
    host = f"127.0.0.1:{api.port}"
    room = MAX_HEADER_BYTES - len(line) - len(host)
    assert api.send(headers=(("X-Large", "x" * room),))[0].status == 200
    response, body = api.send(headers=(("X-Large", "x" * (room + 1)),))
    assert response.status == 431
    assert json.loads(body) == {"message": "Request Header Fields Too Large"}


def test_a_body_over_ten_megabytes_is_refused(api: EchoApi) -> None:
    response, body = api.send(body=b"x" * (MAX_BODY_BYTES + 1))
    assert response.status == 413
    assert json.loads(body) == {"message": "Request Entity Too Large"}


def test_a_function_that_takes_too_long_is_cut_off(api: EchoApi) -> None:
    released = threading.Event()
    api.answer = lambda _: released.wait(10)
    response, body = api.send()
    released.set()
    assert response.status == 503
    assert json.loads(body) == {"message": "Service Unavailable"}


def test_a_function_that_fails_shows_the_caller_nothing_of_it(api: EchoApi) -> None:
    def fail(_: Mapping[str, Any]) -> Any:
        raise FunctionError("Echo raised ValueError: a secret")

    api.answer = fail
    response, body = api.send()
    assert response.status == 500
    assert json.loads(body) == {"message": "Internal Server Error"}
    assert "Echo raised ValueError: a secret" in api.lines


def test_requests_are_answered_side_by_side(api: EchoApi) -> None:
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


def test_each_request_is_one_line_in_the_terminal(api: EchoApi) -> None:
    api.send(target="/echo?code=secret")
    assert api.lines[-1].startswith("POST /echo 200 ")
    assert "secret" not in "".join(api.lines)
    api.send(target="/%1b%5B2J%0Afaked")
    assert api.lines[-1].startswith("POST /%1B%5B2J%0Afaked 404 ")
