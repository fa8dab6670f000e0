"""What ``requests`` would do of itself: read a redirect's body, follow it, keep cookies."""

import pytest

from relying_party.adapters.issuer_http import MAX_BODY_OCTETS, MAX_STORED_OCTETS, IssuerHttp
from relying_party.application.ports import FetchFailed
from relying_party.errors import NoAnswer
from relying_party.protocol.http_message import FormRequest
from relying_party.protocol.issuer import Issuer
from tests.integration.adapters.misbehaving_issuer import (
    JWKS,
    TOKEN,
    MisbehavingIssuer,
    Wire,
    reply,
    reply_json,
)
from tests.tokens import key_set, signing_key

LONG = 10.0
CHUNK = b" " * 64 * 1024
CHUNKS = 64 * MAX_BODY_OCTETS // len(CHUNK)


def test_no_more_is_read_of_a_redirect_than_of_any_reply(server: MisbehavingIssuer) -> None:
    sent = []

    def answer(wire: Wire) -> None:
        wire.send(b"HTTP/1.1 302 X\r\nLocation: /elsewhere\r\nConnection: close\r\n\r\n")
        for _ in range(CHUNKS):
            wire.send(CHUNK)
            sent.append(CHUNK)
        wire.drop()

    server.answers[TOKEN] = answer
    with pytest.raises(NoAnswer):
        IssuerHttp().post_form(FormRequest(server.url + TOKEN, {}), timeout=LONG)
    assert len(sent) < CHUNKS


@pytest.mark.parametrize("location", ["http://[", "//", "\u00ff", "file:///etc/passwd"])
def test_where_a_redirect_leads_is_not_even_parsed(
    server: MisbehavingIssuer, location: str
) -> None:
    server.answers[TOKEN] = reply(302, b"", Location=location)
    found = IssuerHttp().post_form(FormRequest(server.url + TOKEN, {}), timeout=LONG)
    assert found.status == 302


def test_one_user_s_cookies_are_not_sent_with_the_next_one_s_code(
    server: MisbehavingIssuer,
) -> None:
    server.answers[TOKEN] = reply_json({}, Set_Cookie="session=of-alice; Path=/")
    http = IssuerHttp()
    for code in ("alice", "bob"):
        http.post_form(FormRequest(server.url + TOKEN, {"code": code}), timeout=LONG)
    assert ["cookie" in request.headers for request in server.received] == [False, False]


def test_a_key_set_that_the_table_cannot_hold_fails_the_fetch(
    server: MisbehavingIssuer, issuer: Issuer
) -> None:
    jwk, filler = signing_key().jwk, "A" * MAX_STORED_OCTETS
    server.answers[JWKS] = reply(200, key_set({**jwk, "x5c": [filler]}))
    IssuerHttp().fetch_keys(issuer, timeout=LONG)  # certificates are not stored

    server.answers[JWKS] = reply(200, key_set({**jwk, "note": filler}))
    with pytest.raises(FetchFailed, match="octets to store"):
        IssuerHttp().fetch_keys(issuer, timeout=LONG)
