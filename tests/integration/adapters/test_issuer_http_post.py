"""A form that spends something: sent once, answered in time, or clear about what was sent."""

import gzip
import socket
import time
from contextlib import AbstractContextManager
from typing import Any

import pytest

from relying_party.adapters.issuer_http import MAX_BODY_OCTETS, IssuerHttp
from relying_party.errors import NoAnswer, TemporarilyUnavailable
from relying_party.protocol.http_message import FormRequest
from relying_party.protocol.issuer import Issuer
from tests.integration.adapters.misbehaving_issuer import (
    HOST,
    TOKEN,
    Answer,
    MisbehavingIssuer,
    Wire,
    nobody_there,
    raw_server,
    reply,
    reply_json,
)

SHORT = 0.4
"""Seconds that a call gets where it is to run out of time."""

LONG = 10.0
"""Seconds that a call gets where something else must end it."""

CODE = FormRequest("", {"code": "a+b c", "grant_type": "authorization_code"}, {"X-Ours": "1"})
BOMB = gzip.compress(b" " * 40 * MAX_BODY_OCTETS)
HTML = b"<html>Bad Gateway</html>"


def to(url: str) -> FormRequest:
    return FormRequest(url, CODE.fields, CODE.headers)


def post(server: MisbehavingIssuer, answer: Answer, timeout: float = LONG) -> Any:
    server.answers[TOKEN] = answer
    return IssuerHttp().post_form(to(server.url + TOKEN), timeout=timeout)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b'{"access_token": "a"}'),
        (302, b""),
        (400, b'{"error": "invalid_grant"}'),
        (429, b""),
        (500, b"boom"),
        (502, HTML),
        (200, b""),
    ],
)
def test_a_whole_reply_is_brought_back_as_it_is(
    server: MisbehavingIssuer, status: int, body: bytes
) -> None:
    found = post(server, reply(status, body, Retry_After="7", Location="/elsewhere"))
    assert (found.status, found.body, found.retry_after()) == (status, body, 7)
    assert [request.path for request in server.received] == [TOKEN], "a redirect was followed"


def test_the_form_arrives_encoded_with_the_headers_given(server: MisbehavingIssuer) -> None:
    post(server, reply_json({}))
    (received,) = server.received
    assert received.form == dict(CODE.fields)
    assert received.headers["content-type"] == "application/x-www-form-urlencoded"
    assert received.headers["x-ours"] == "1"


def test_a_compressed_reply_is_brought_back_unpacked(server: MisbehavingIssuer) -> None:
    found = post(server, reply(200, gzip.compress(b"{}"), Content_Encoding="gzip"))
    assert found.body == b"{}"


def test_the_largest_reply_allowed_is_brought_back(server: MisbehavingIssuer) -> None:
    assert len(post(server, reply(200, b" " * MAX_BODY_OCTETS)).body) == MAX_BODY_OCTETS


def drop_before_answering(wire: Wire) -> None:
    wire.drop()


def drop_while_answering(wire: Wire) -> None:
    wire.send(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{")
    wire.drop()


def end_before_the_body_does(wire: Wire) -> None:
    wire.send(b'HTTP/1.1 200 OK\r\nContent-Length: 500\r\nConnection: close\r\n\r\n{"a": 1}')
    wire.drop()


def end_between_two_chunks(wire: Wire) -> None:
    wire.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n")
    wire.drop()


def answer_something_else_than_http(wire: Wire) -> None:
    wire.send(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")
    wire.drop()


@pytest.mark.parametrize(
    "answer",
    [
        drop_before_answering,
        drop_while_answering,
        end_before_the_body_does,
        end_between_two_chunks,
        answer_something_else_than_http,
        pytest.param(reply(200, b" " * (MAX_BODY_OCTETS + 1)), id="one_octet_too_many"),
        pytest.param(reply(200, BOMB, Content_Encoding="gzip"), id="gzip_bomb"),
        pytest.param(reply(200, b"no gzip", Content_Encoding="gzip"), id="broken_gzip"),
    ],
)
def test_an_answer_that_does_not_come_whole_leaves_the_outcome_unknown(
    server: MisbehavingIssuer, answer: Answer
) -> None:
    with pytest.raises(NoAnswer):
        post(server, answer)
    assert len(server.received) == 1, "it was sent again"


def drip_in_the_status_line(wire: Wire) -> None:
    wire.send(b"HTTP/1.1 200 O")
    wire.drip()


def drip_in_a_header(wire: Wire) -> None:
    wire.send(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    wire.drip()


def drip_in_the_body(wire: Wire) -> None:
    wire.send(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n")
    wire.drip()


def drip_in_a_body_without_a_length(wire: Wire) -> None:
    wire.send(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{}")
    wire.drip(b" ")


def never_answer(wire: Wire) -> None:
    wire.stay_silent()


@pytest.mark.parametrize(
    "answer",
    [
        drip_in_the_status_line,
        drip_in_a_header,
        drip_in_the_body,
        drip_in_a_body_without_a_length,
        never_answer,
    ],
)
def test_an_answer_that_takes_too_long_is_cut_off_and_leaves_the_outcome_unknown(
    server: MisbehavingIssuer, answer: Answer
) -> None:
    started = time.monotonic()
    with pytest.raises(NoAnswer):
        post(server, answer, SHORT)
    assert time.monotonic() - started < LONG


def test_a_connection_that_is_reset_leaves_the_outcome_unknown() -> None:
    def reset(wire: Wire) -> None:
        wire.receive()
        wire.reset()

    with raw_server(reset) as port, pytest.raises(NoAnswer):
        IssuerHttp().post_form(to(f"http://{HOST}:{port}/token"), timeout=LONG)


def test_where_nobody_listens_nothing_was_sent() -> None:
    with nobody_there() as port, pytest.raises(TemporarilyUnavailable):
        IssuerHttp().post_form(to(f"http://{HOST}:{port}/token"), timeout=LONG)


@pytest.mark.parametrize("timeout", [0.0, -1.0])
def test_without_any_time_nothing_is_sent(server: MisbehavingIssuer, timeout: float) -> None:
    with pytest.raises(TemporarilyUnavailable):
        post(server, reply_json({}), timeout)
    assert server.received == []


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(lambda wire: wire.stay_silent(), id="silent"),
        pytest.param(lambda wire: (wire.send(b"\x16\x03\x03\x40\x00"), wire.drip()), id="drip"),
        pytest.param(lambda wire: wire.send(b"HTTP/1.1 400 Bad Request\r\n\r\n"), id="no_tls"),
    ],
)
def test_where_tls_is_never_agreed_on_nothing_was_sent(answer: Answer) -> None:
    started = time.monotonic()
    with raw_server(answer) as port, pytest.raises(TemporarilyUnavailable):
        IssuerHttp().post_form(to(f"https://{HOST}:{port}/token"), timeout=SHORT)
    assert time.monotonic() - started < LONG


def test_where_the_name_takes_all_the_time_nothing_is_sent_any_more(
    server: MisbehavingIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    look_up = socket.getaddrinfo

    def look_up_slowly(*args: Any, **kwargs: Any) -> Any:
        time.sleep(2 * SHORT)
        return look_up(*args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", look_up_slowly)
    with pytest.raises(TemporarilyUnavailable):
        post(server, never_answer, SHORT)
    assert server.received == []


def test_a_form_never_travels_on_a_connection_that_was_kept(
    server: MisbehavingIssuer, issuer: Issuer
) -> None:
    """On a stale one nobody could tell whether the code had been spent."""
    http = IssuerHttp()
    server.answers[TOKEN] = reply_json({})
    http.fetch_keys(issuer, timeout=LONG)
    http.post_form(to(server.url + TOKEN), timeout=LONG)
    http.post_form(to(server.url + TOKEN), timeout=LONG)
    metadata, jwks, *posts = (request.client_port for request in server.received)
    assert metadata == jwks, "the two of one fetch share a connection"
    assert len({jwks, *posts}) == 3


def test_what_the_environment_says_about_proxies_and_passwords_changes_nothing(
    server: MisbehavingIssuer, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text(f"machine {HOST} login somebody password something\n")
    monkeypatch.setenv("NETRC", str(netrc))
    proxy: AbstractContextManager[int] = nobody_there()
    with proxy as port:
        monkeypatch.setenv("HTTP_PROXY", f"http://{HOST}:{port}")
        post(server, reply_json({}))
    assert "authorization" not in server.received[0].headers
