"""The issuer's revocation endpoint: what it is asked, and what it may say (RFC 7009)."""

from collections.abc import Mapping

import pytest

from relying_party.errors import (
    IssuerRefusedUs,
    RelyingPartyError,
    TemporarilyUnavailable,
    UnsupportedTokenType,
)
from relying_party.protocol.client_authentication import ClientAuthentication
from relying_party.protocol.http_message import HttpReply
from relying_party.protocol.revocation import build_revocation_request, require_revoked

URL = "https://issuer.example/revoke"
AUTHENTICATION = ClientAuthentication({"Authorization": "Basic x"}, {"client_id": "app"})


def reply(status: int, body: str = "", **headers: str) -> HttpReply:
    return HttpReply(status, headers, body.encode())


def test_the_token_is_sent_with_our_authentication_and_without_a_hint_that_nobody_gave() -> None:
    request = build_revocation_request(URL, AUTHENTICATION, "rt-1", None)
    assert (request.url, request.headers) == (URL, {"Authorization": "Basic x"})
    assert request.fields == {"token": "rt-1", "client_id": "app"}


def test_a_hint_is_passed_on() -> None:
    request = build_revocation_request(URL, AUTHENTICATION, "rt-1", "refresh_token")
    assert request.fields["token_type_hint"] == "refresh_token"


@pytest.mark.parametrize("body", ["", "{}", "<html>", '{"error": "invalid_token"}'])
def test_200_is_all_that_an_issuer_has_to_say(body: str) -> None:
    require_revoked(reply(200, body))


@pytest.mark.parametrize(
    ("status", "body", "headers", "failure"),
    [
        (400, '{"error": "unsupported_token_type"}', {}, UnsupportedTokenType),
        (401, '{"error": "invalid_client"}', {}, IssuerRefusedUs),
        (400, '{"error": "invalid_request"}', {}, IssuerRefusedUs),
        (400, '{"error": "unauthorized_client"}', {}, IssuerRefusedUs),
        (400, '{"error": "server_error"}', {}, TemporarilyUnavailable),
        (400, '{"error": ["unsupported_token_type"]}', {}, TemporarilyUnavailable),
        (400, "<html>", {}, TemporarilyUnavailable),
        (204, "", {}, TemporarilyUnavailable),
        (302, "", {"location": "/"}, TemporarilyUnavailable),
        (500, "", {}, TemporarilyUnavailable),
        (503, "", {"retry-after": "7"}, TemporarilyUnavailable),
    ],
)
def test_whatever_else_it_says_is_no_revocation(
    status: int, body: str, headers: Mapping[str, str], failure: type[RelyingPartyError]
) -> None:
    with pytest.raises(failure) as raised:
        require_revoked(reply(status, body, **headers))
    assert type(raised.value) is failure


@pytest.mark.parametrize(("headers", "seconds"), [({}, 1), ({"retry-after": "7"}, 7)])
def test_its_retry_after_is_passed_on(headers: Mapping[str, str], seconds: int) -> None:
    with pytest.raises(TemporarilyUnavailable) as raised:
        require_revoked(reply(503, **headers))
    assert raised.value.retry_after == seconds
