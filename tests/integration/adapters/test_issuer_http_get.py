"""A document for whoever holds an access token: the UserInfo Endpoint's."""

import pytest

from relying_party.adapters.issuer_http import MAX_BODY_OCTETS, IssuerHttp
from relying_party.application.ports import FetchFailed
from tests.integration.adapters.misbehaving_issuer import (
    HOST,
    MisbehavingIssuer,
    nobody_there,
    reply,
    reply_json,
)

PATH = "/userinfo"


def test_the_token_goes_in_the_header_and_nowhere_else(server: MisbehavingIssuer) -> None:
    server.answers[PATH] = reply_json({"sub": "user-1"})
    got = IssuerHttp().get_with_token(f"{server.url}{PATH}", "at-1", timeout=5)
    assert (got.status, got.json_object()) == (200, {"sub": "user-1"})
    (request,) = server.received
    assert request.headers["authorization"] == "Bearer at-1"
    assert (request.method, request.path, request.form) == ("GET", PATH, {})


def test_an_error_is_a_reply_too(server: MisbehavingIssuer) -> None:
    server.answers[PATH] = reply(401, b"{}")
    got = IssuerHttp().get_with_token(f"{server.url}{PATH}", "at-1", timeout=5)
    assert got.status == 401


def test_a_redirect_does_not_take_the_token_elsewhere(server: MisbehavingIssuer) -> None:
    server.answers[PATH] = reply(302, b"", Location=f"{server.url}/elsewhere")
    got = IssuerHttp().get_with_token(f"{server.url}{PATH}", "at-1", timeout=5)
    assert got.status == 302
    assert [request.path for request in server.received] == [PATH]


def test_a_reply_that_is_too_large_is_none(server: MisbehavingIssuer) -> None:
    server.answers[PATH] = reply(200, b" " * (MAX_BODY_OCTETS + 1))
    with pytest.raises(FetchFailed):
        IssuerHttp().get_with_token(f"{server.url}{PATH}", "at-1", timeout=5)


@pytest.mark.parametrize("token", ["line\r\nX-Injected: 1", "\u4e2d", "\ud800"], ids=ascii)
def test_a_token_that_fits_into_no_header_is_not_sent(
    server: MisbehavingIssuer, token: str
) -> None:
    server.answers[PATH] = reply_json({"sub": "user-1"})
    with pytest.raises(FetchFailed):
        IssuerHttp().get_with_token(f"{server.url}{PATH}", token, timeout=5)
    assert not server.received


def test_nobody_there_is_told_as_such() -> None:
    with nobody_there() as port, pytest.raises(FetchFailed, match="ConnectionError"):
        IssuerHttp().get_with_token(f"http://{HOST}:{port}{PATH}", "at-1", timeout=5)
