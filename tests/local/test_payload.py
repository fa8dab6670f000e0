"""Requests as events and answers as responses, over real HTTP."""

import base64
import json
from contextlib import closing
from http.client import HTTPConnection

import pytest

from tests.local.echo_api import EchoApi


def test_a_request_becomes_an_event_of_format_2(api: EchoApi) -> None:
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


def test_what_a_request_lacks_is_left_out(api: EchoApi) -> None:
    event = api.event()
    absent = {"body", "cookies", "queryStringParameters", "pathParameters"}
    assert not absent & event.keys()
    assert event["isBase64Encoded"] is False


def test_repeated_query_keys_are_joined_and_the_raw_query_is_kept(api: EchoApi) -> None:
    event = api.event(target="/echo?a=1&b=%20x%2B&a=2,3&empty&c=")
    assert event["rawQueryString"] == "a=1&b=%20x%2B&a=2,3&empty&c="
    assert event["queryStringParameters"] == {"a": "1,2,3", "b": " x+", "empty": "", "c": ""}


def test_header_names_are_lowered_and_repeated_ones_joined(api: EchoApi) -> None:
    event = api.event(headers=(("X-Two", "a"), ("x-two", "b"), ("X-Three", "c,d")))
    assert event["headers"]["x-two"] == "a,b"
    assert event["headers"]["x-three"] == "c,d"
    assert all(name == name.lower() for name in event["headers"])


def test_cookies_leave_the_headers(api: EchoApi) -> None:
    event = api.event(headers=(("Cookie", "a=1; b=2;c=3;"),))
    assert event["cookies"] == ["a=1", "b=2", "c=3"]
    assert "cookie" not in event["headers"]


def test_forwarding_headers_are_the_gateways_own(api: EchoApi) -> None:
    headers = (("X-Forwarded-For", "203.0.113.9"), ("X-Forwarded-Proto", "gopher"))
    event = api.event(headers=headers)
    assert event["headers"]["x-forwarded-for"] == "203.0.113.9, 127.0.0.1"
    assert event["headers"]["x-forwarded-proto"] == "http"


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "Application/JSON; charset=utf-8", "text/plain", "application/xml"],
)
def test_text_bodies_arrive_as_text(api: EchoApi, content_type: str) -> None:
    event = api.event(headers=(("Content-Type", content_type),), body='{"ü":1}'.encode())
    assert (event["body"], event["isBase64Encoded"]) == ('{"ü":1}', False)


@pytest.mark.parametrize(
    "content_type",
    [None, "application/x-www-form-urlencoded", "application/octet-stream", "application/a+json"],
)
def test_all_other_bodies_arrive_in_base64(api: EchoApi, content_type: str | None) -> None:
    headers = (("Content-Type", content_type),) if content_type else ()
    event = api.event(headers=headers, body=b"a=1&b=\xff")
    assert base64.b64decode(event["body"]) == b"a=1&b=\xff"
    assert event["isBase64Encoded"] is True


def test_a_chunked_body_arrives_whole(api: EchoApi) -> None:
    headers = (("Content-Type", "text/plain"), ("Transfer-Encoding", "chunked"))
    connection = HTTPConnection("127.0.0.1", api.port, timeout=10)
    with closing(connection):
        connection.putrequest("POST", "/echo")
        for name, value in headers:
            connection.putheader(name, value)
        connection.endheaders(iter([b"one ", b"two"]), encode_chunked=True)
        assert json.loads(connection.getresponse().read())["body"] == "one two"


def test_an_answer_with_a_status_is_taken_as_it_is(api: EchoApi) -> None:
    response, body = api.answered(
        {"statusCode": 418, "headers": {"Content-Type": "text/tea", "X-Pot": 1}, "body": "ü"}
    )
    assert (response.status, body) == (418, "ü".encode())
    assert (response.headers["content-type"], response.headers["x-pot"]) == ("text/tea", "1")


def test_an_answer_without_content_type_is_plain_text(api: EchoApi) -> None:
    response, body = api.answered({"statusCode": "204"})
    assert (response.status, body) == (204, b"")
    response, _ = api.answered({"statusCode": 200, "body": "x"})
    assert response.headers.get_all("content-type") == ["text/plain;charset=utf-8"]


def test_each_cookie_of_an_answer_is_a_header(api: EchoApi) -> None:
    response, _ = api.answered({"statusCode": 200, "cookies": ["a=1; Secure", "b=2"]})
    assert response.headers.get_all("set-cookie") == ["a=1; Secure", "b=2"]


def test_a_base64_answer_is_decoded(api: EchoApi) -> None:
    answer = {"statusCode": 200, "body": "/wA=", "isBase64Encoded": True}
    assert api.answered(answer)[1] == b"\xff\x00"


@pytest.mark.parametrize(
    ("answer", "expected"), [({"a": [1]}, b'{"a": [1]}'), ("hi", b"hi"), (None, b"null")]
)
def test_an_answer_without_status_is_json_and_fine(
    api: EchoApi, answer: object, expected: bytes
) -> None:
    response, body = api.answered(answer)
    assert (response.status, body) == (200, expected)
    assert response.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    "answer", [{"statusCode": "teapot"}, {"statusCode": None}, {"statusCode": 200, "body": {}}]
)
def test_an_answer_that_is_no_response_is_the_functions_failure(
    api: EchoApi, answer: object
) -> None:
    assert api.answered(answer)[0].status == 500
