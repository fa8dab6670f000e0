"""Metadata and keys: fetched whole and in time, or not at all."""

import gzip
import time
from collections.abc import Callable

import pytest

from relying_party.adapters.issuer_http import MAX_BODY_OCTETS, IssuerHttp
from relying_party.application.ports import FetchFailed
from relying_party.protocol.issuer import Issuer
from tests.integration.adapters.misbehaving_issuer import (
    HOST,
    JWKS,
    METADATA,
    Answer,
    MisbehavingIssuer,
    Wire,
    nobody_there,
    reply,
    reply_json,
)
from tests.tokens import key_set, signing_key

SHORT, LONG = 0.4, 10.0
BOMB = gzip.compress(b" " * 40 * MAX_BODY_OCTETS)


def failure(issuer: Issuer, timeout: float = LONG) -> FetchFailed:
    with pytest.raises(FetchFailed) as caught:
        IssuerHttp().fetch_keys(issuer, timeout=timeout)
    return caught.value


def test_a_fetch_brings_keys_metadata_and_the_headers_of_the_key_set(
    server: MisbehavingIssuer, issuer: Issuer
) -> None:
    document = key_set(signing_key(kid="1")).replace(b"}]}", b'}], "note": "as it came"}')
    server.answers[JWKS] = reply(200, document, Cache_Control="max-age=600")
    fetched = IssuerHttp().fetch_keys(issuer, timeout=LONG)
    assert fetched.document == document.decode()
    assert [key.kid for key in fetched.keys.keys] == ["1"]
    assert fetched.metadata == server.metadata
    assert fetched.headers["cache-control"] == "max-age=600"


def test_with_both_endpoints_configured_no_metadata_are_asked_for(
    server: MisbehavingIssuer, issuer: Issuer
) -> None:
    endpoints = {name: url for name, url in server.metadata.items() if name != "issuer"}
    IssuerHttp().fetch_keys(issuer._replace(endpoints=endpoints), timeout=LONG)
    assert [request.path for request in server.received] == [JWKS]


def test_a_configured_endpoint_wins_over_the_metadata(
    server: MisbehavingIssuer, issuer: Issuer
) -> None:
    server.answers["/other"] = server.answers[JWKS]
    elsewhere = issuer._replace(endpoints={"jwks_uri": f"{server.url}/other"})
    IssuerHttp().fetch_keys(elsewhere, timeout=LONG)
    assert [request.path for request in server.received] == [METADATA, "/other"]


def dropped(wire: Wire) -> None:
    wire.drop()


def half(wire: Wire) -> None:
    wire.send(b'HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{"keys": [')
    wire.drop()


BROKEN: dict[str, Answer] = {
    "500": reply(500, b"boom"),
    "404": reply(404, b"{}"),
    "204": reply(204, b""),
    "html": reply(200, b"<html>We'll be back soon</html>", Content_Type="text/html"),
    "redirect": reply(302, b"", Location="/jwks"),
    "array": reply(200, b"[]"),
    "no_utf8": reply(200, b"\xff\xfe{}"),
    "empty_object": reply(200, b"{}"),
    "oversize": reply(200, b'{"keys": []' + b" " * MAX_BODY_OCTETS + b"}"),
    "gzip_bomb": reply(200, BOMB, Content_Encoding="gzip"),
    "dropped": dropped,
    "truncated": half,
}


@pytest.mark.parametrize("answer", BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("document", [METADATA, JWKS])
def test_a_document_that_is_no_use_fails_the_fetch(
    server: MisbehavingIssuer, issuer: Issuer, document: str, answer: Answer
) -> None:
    server.answers[document] = answer
    failure(issuer)
    assert [request.path for request in server.received][-1] == document, "it went on after it"


@pytest.mark.parametrize("keys", [[], [{"kty": "oct", "k": "c2VjcmV0"}], "none", None])
def test_a_key_set_without_a_usable_key_fails_the_fetch(
    server: MisbehavingIssuer, issuer: Issuer, keys: object
) -> None:
    server.answers[JWKS] = reply_json({"keys": keys})
    failure(issuer)


Change = Callable[[str], dict[str, object]]


@pytest.mark.parametrize(
    "change",
    [
        lambda url: {"issuer": f"{url}/"},
        lambda url: {"issuer": "https://somebody.example"},
        lambda url: {"issuer": None},
        lambda url: {"jwks_uri": None},
        lambda url: {"jwks_uri": "http://issuer.example/jwks"},
        lambda url: {"jwks_uri": "https://169.254.169.254/latest"},
        lambda url: {"token_endpoint": "file:///etc/passwd"},
    ],
    ids=["slash", "another", "none", "no_jwks", "plain_http", "link_local", "file"],
)
def test_metadata_that_lead_elsewhere_fail_the_fetch(
    server: MisbehavingIssuer, issuer: Issuer, change: Change
) -> None:
    server.answers[METADATA] = reply_json({**server.metadata, **change(server.url)})
    failure(issuer)
    assert [request.path for request in server.received] == [METADATA]


def test_loopback_is_called_only_where_the_file_allows_it(
    server: MisbehavingIssuer, issuer: Issuer
) -> None:
    strict = issuer._replace(allow_loopback_http=False)
    failure(strict)
    assert [request.path for request in server.received] == [METADATA]


@pytest.mark.parametrize("status", [429, 503])
def test_what_the_issuer_says_about_coming_back_is_passed_on(
    server: MisbehavingIssuer, issuer: Issuer, status: int
) -> None:
    server.answers[JWKS] = reply(status, b"", Retry_After="17")
    assert failure(issuer).retry_after == 17


@pytest.mark.parametrize("value", ["soon", "-1", "Wed, 21 Oct 2026 07:28:00 GMT", "", "٣"])
def test_what_cannot_be_read_as_seconds_is_no_wish(
    server: MisbehavingIssuer, issuer: Issuer, value: str
) -> None:
    head = f"HTTP/1.1 429 X\r\nContent-Length: 0\r\nRetry-After: {value}\r\n\r\n".encode()
    server.answers[JWKS] = lambda wire: wire.send(head)
    assert failure(issuer).retry_after is None


def test_a_wish_of_five_thousand_digits_breaks_nothing(
    server: MisbehavingIssuer, issuer: Issuer
) -> None:
    server.answers[JWKS] = reply(429, b"", Retry_After="9" * 5000)
    assert str(failure(issuer)) == "status 429"


def drip(wire: Wire) -> None:
    wire.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n")
    wire.drip(b" ")


def drip_in_a_header(wire: Wire) -> None:
    wire.send(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    wire.drip()


@pytest.mark.parametrize("answer", [drip, drip_in_a_header, lambda wire: wire.stay_silent()])
@pytest.mark.parametrize("document", [METADATA, JWKS])
def test_both_documents_together_get_one_budget_and_no_more(
    server: MisbehavingIssuer, issuer: Issuer, document: str, answer: Answer
) -> None:
    server.answers[document] = answer
    started = time.monotonic()
    failure(issuer, SHORT)
    assert time.monotonic() - started < LONG


def test_an_issuer_where_nobody_listens_fails_the_fetch() -> None:
    with nobody_there() as port:
        failure(Issuer("issuer", f"http://{HOST}:{port}", allow_loopback_http=True))
