"""What comes back for a code, and what it means to the app (RFC 6749 §5, OIDC Core §3.1.3.7)."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from relying_party.errors import (
    IdTokenRefused,
    InvalidGrant,
    IssuerFailed,
    NoAnswer,
    Problem,
    RelyingPartyError,
    TemporarilyUnavailable,
)
from relying_party.protocol.http_message import HttpReply
from relying_party.protocol.id_token import build_token_hash
from tests.fakes import FakeTokenEndpoint
from tests.grants import EXCHANGE, token_reply
from tests.tokens import id_token_claims, signing_key, tampered

KEY = signing_key()
Exchange = Callable[..., dict[str, Any]]


def test_an_id_token_of_another_sign_in_is_the_end_of_this_one(
    exchange: Exchange, issuer: FakeTokenEndpoint
) -> None:
    for nonce in ("another", None):
        issuer.reply = token_reply(KEY.sign(id_token_claims(nonce=nonce)))
        with pytest.raises(InvalidGrant):
            exchange(replace(EXCHANGE, code=f"code-{nonce}"))


@pytest.mark.parametrize(
    "id_token",
    [
        pytest.param("x", id="malformed"),
        pytest.param(tampered(KEY.sign(id_token_claims())), id="signature"),
        pytest.param(KEY.sign(id_token_claims(iss="https://x")), id="issuer"),
        pytest.param(KEY.sign(id_token_claims(aud="x")), id="audience"),
        pytest.param(KEY.sign(id_token_claims(exp=1)), id="expired"),
        pytest.param(KEY.sign(id_token_claims(at_hash="x")), id="another access token's"),
        pytest.param(KEY.sign(id_token_claims(c_hash="x")), id="another code's"),
        pytest.param(signing_key("PS256").sign(id_token_claims()), id="algorithm"),
    ],
)
def test_an_id_token_that_must_not_be_believed_is_the_issuers_fault_and_not_the_apps(
    exchange: Exchange, issuer: FakeTokenEndpoint, id_token: str
) -> None:
    issuer.reply = token_reply(id_token)

    with pytest.raises(IdTokenRefused) as refusal:
        exchange()

    assert refusal.value.status == 502
    assert id_token == "x" or id_token not in refusal.value.detail


def test_hashes_of_the_right_access_token_and_code_are_fine(
    exchange: Exchange, issuer: FakeTokenEndpoint
) -> None:
    hashes = {
        "at_hash": build_token_hash("at-1", "RS256"),
        "c_hash": build_token_hash("code-1", "RS256"),
    }
    issuer.reply = token_reply(KEY.sign(id_token_claims(**hashes)))

    assert exchange()["access_token"] == "at-1"


def test_an_id_token_must_come_unless_it_is_optional(
    exchange: Exchange, issuer: FakeTokenEndpoint
) -> None:
    issuer.reply = token_reply(None)

    with pytest.raises(IssuerFailed):
        exchange()
    assert exchange(id_token_required=False)["access_token"] == "at-1"


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        pytest.param(HttpReply(400, {}, b'{"error":"invalid_grant"}'), InvalidGrant, id="refused"),
        pytest.param(HttpReply(500, {}, b'{"error":"invalid_grant"}'), IssuerFailed, id="500"),
        pytest.param(HttpReply(200, {}, b"<html>"), IssuerFailed, id="HTML"),
        pytest.param(NoAnswer("ReadTimeout"), NoAnswer, id="no answer"),
        pytest.param(TemporarilyUnavailable("ConnectTimeout"), TemporarilyUnavailable, id="unsent"),
    ],
)
def test_only_the_issuers_own_word_ends_a_grant(
    exchange: Exchange,
    issuer: FakeTokenEndpoint,
    reply: HttpReply | Exception,
    expected: type[RelyingPartyError],
) -> None:
    issuer.reply = reply

    with pytest.raises(expected) as failure:
        exchange()

    assert len(issuer.requests) == 1
    assert isinstance(failure.value, Problem) is (expected is not InvalidGrant)
    assert "code-1" not in failure.value.detail
