"""The one verification: cheap and offline first, and then who signed it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import HMACAlgorithm

from relying_party.application.ports import FetchFailed
from relying_party.application.verify_token import VerifyToken
from relying_party.errors import InvalidToken, KeysUnavailable, Reason
from relying_party.protocol import base64url
from relying_party.protocol.client import Client
from relying_party.protocol.id_token import Expectations
from relying_party.protocol.issuer import Issuer
from relying_party.protocol.verified_token import TokenUse
from tests.fakes import Fleet
from tests.tokens import (
    CLIENT_ID,
    ISSUER,
    NONCE,
    NOW,
    encode_json,
    id_token_claims,
    signing_key,
    tampered,
)

KEY = signing_key()
GOOD = KEY.sign(id_token_claims())


def judge(
    verify: VerifyToken,
    token: str,
    clients: Sequence[Client],
    expected: Expectations | None = None,
    token_use: TokenUse = TokenUse.ID_TOKEN,
) -> Reason | None:
    """Return why *token* is refused, or None if it is not."""
    try:
        verify.judge(token, tuple(clients), token_use, expected or Expectations(), deadline=NOW + 8)
    except InvalidToken as refusal:
        return refusal.reason
    return None


def hmac_signed(secret: bytes, **header: Any) -> str:
    """Return a token whose signature anyone can make who knows *secret*."""
    head = f"{encode_json({'alg': 'HS256', **header})}.{encode_json(id_token_claims())}"
    signature = HMACAlgorithm(HMACAlgorithm.SHA256).sign(head.encode(), secret)
    return f"{head}.{base64url.encode(signature)}"


def test_a_good_token_says_for_whom_it_is_and_what_it_claims(
    verify: VerifyToken, client: Client
) -> None:
    verified = verify.judge(
        GOOD, (client,), TokenUse.ID_TOKEN, Expectations(nonce=NONCE), deadline=NOW + 8
    )

    assert (verified.token_use, verified.issuer, verified.client) == ("id_token", ISSUER, "app")
    assert verified.claims == id_token_claims()
    assert "user-1" not in repr(verified)


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        pytest.param("x", Reason.MALFORMED, id="malformed"),
        pytest.param("x" * 16385, Reason.TOO_LARGE, id="too large"),
        pytest.param("a.b.c.d.e", Reason.ENCRYPTED, id="encrypted"),
        pytest.param(
            f"{encode_json({'alg': 'none'})}.{encode_json(id_token_claims())}.",
            Reason.UNSUPPORTED_ALGORITHM,
            id="alg none",
        ),
        pytest.param(
            signing_key("PS256").sign(id_token_claims()),
            Reason.UNSUPPORTED_ALGORITHM,
            id="an algorithm that is not the client's",
        ),
        pytest.param(KEY.sign(id_token_claims(), typ="at+jwt"), Reason.WRONG_TYPE, id="type"),
        pytest.param(KEY.sign(id_token_claims(iss="https://x")), Reason.UNKNOWN_ISSUER, id="iss"),
        pytest.param(KEY.sign(id_token_claims(aud="x")), Reason.WRONG_AUDIENCE, id="aud"),
        pytest.param(KEY.sign(id_token_claims(azp="x")), Reason.WRONG_AUTHORIZED_PARTY, id="azp"),
        pytest.param(KEY.sign(id_token_claims(exp=NOW - 60)), Reason.EXPIRED, id="exp"),
        pytest.param(KEY.sign(id_token_claims(nbf=NOW + 61)), Reason.NOT_YET_VALID, id="nbf"),
        pytest.param(KEY.sign(id_token_claims(iat=NOW + 61)), Reason.ISSUED_IN_FUTURE, id="iat"),
        pytest.param(KEY.sign(id_token_claims(nonce="x")), Reason.WRONG_NONCE, id="nonce"),
        pytest.param(KEY.sign(id_token_claims(at_hash="x")), Reason.WRONG_TOKEN_HASH, id="at_hash"),
        pytest.param(KEY.sign(id_token_claims(sub=None)), Reason.MISSING_CLAIM, id="no sub"),
        pytest.param(KEY.sign(id_token_claims(sub=1)), Reason.INVALID_CLAIM, id="sub a number"),
        pytest.param(KEY.sign(id_token_claims(auth_time=0)), Reason.TOO_OLD, id="auth_time"),
    ],
)
def test_what_a_token_says_is_judged_without_asking_anybody(
    fleet: Fleet, verify: VerifyToken, client: Client, token: str, expected: Reason
) -> None:
    known = Expectations(nonce=NONCE, access_token="at", max_age=60)

    assert judge(verify, token, [client], known) is expected
    assert fleet.issuer.fetches == 0
    assert fleet.store.calls == []


def test_a_signature_is_judged_last(verify: VerifyToken, client: Client) -> None:
    assert judge(verify, tampered(GOOD), [client]) is Reason.BAD_SIGNATURE
    assert judge(verify, tampered(KEY.sign(id_token_claims(exp=1))), [client]) is Reason.EXPIRED


def test_a_kid_that_the_issuer_does_not_publish_is_an_unknown_key(
    fleet: Fleet, verify: VerifyToken, client: Client
) -> None:
    fleet.clock.advance(60)

    assert judge(verify, KEY.sign(id_token_claims(), kid="other"), [client]) is Reason.UNKNOWN_KEY


def test_the_public_key_is_no_secret_for_an_hmac(verify: VerifyToken, client: Client) -> None:
    public = KEY.private.public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    modulus = base64url.parse_base64url(KEY.jwk["n"])

    for known in (pem, pem.strip(), der, modulus, KEY.jwk["n"].encode(), b"", b"s3cret"):
        for header in ({}, {"kid": "key-1"}):
            assert judge(verify, _padded(known, header), [client]) is Reason.UNSUPPORTED_ALGORITHM


def _padded(secret: bytes, header: dict[str, str]) -> str:
    # An HMAC pads its key with zeros, so that short ones are the same as before
    return hmac_signed(secret.ljust(64, b"\0") if len(secret) < 64 else secret, **header)


def test_a_token_of_another_issuer_is_not_checked_with_our_issuers_keys(
    verify: VerifyToken, client: Client
) -> None:
    other = replace(client, issuer=Issuer("other", "https://other.example"))

    assert judge(verify, GOOD, [other]) is Reason.UNKNOWN_ISSUER
    assert judge(verify, GOOD, [other, client]) is None


def test_of_several_clients_the_first_that_fits_is_named(
    verify: VerifyToken, client: Client
) -> None:
    strict = replace(client, name="strict", required_claims={"tid": ("t1",)})
    android = replace(client, name="android", client_id="android")

    verified = verify.judge(
        GOOD,
        (android, strict, client),
        TokenUse.ID_TOKEN,
        Expectations(),
        deadline=NOW + 8,
    )

    assert verified.client == "app"


def test_of_several_refusals_the_one_that_came_furthest_is_told(
    verify: VerifyToken, client: Client
) -> None:
    stranger = replace(client, client_id="stranger")
    elsewhere = replace(client, issuer=Issuer("other", "https://other.example"))
    expired = KEY.sign(id_token_claims(exp=1))

    for clients in ([elsewhere, stranger, client], [client, stranger, elsewhere]):
        assert judge(verify, expired, clients) is Reason.EXPIRED
    for clients in ([elsewhere, stranger], [stranger, elsewhere]):
        assert judge(verify, GOOD, clients) is Reason.WRONG_AUDIENCE


def test_neither_kind_of_token_passes_for_the_other(verify: VerifyToken, client: Client) -> None:
    client = replace(client, access_token_audiences=frozenset({"https://api.example"}))
    claims = id_token_claims(aud="https://api.example", client_id=CLIENT_ID, nonce=None)
    access_token = KEY.sign(claims, typ="at+jwt")

    assert judge(verify, access_token, [client], token_use=TokenUse.ACCESS_TOKEN) is None
    assert judge(verify, access_token, [client]) is Reason.WRONG_TYPE
    assert judge(verify, GOOD, [client], token_use=TokenUse.ACCESS_TOKEN) is Reason.WRONG_TYPE
    unmarked = KEY.sign(claims)
    assert judge(verify, unmarked, [client], token_use=TokenUse.ACCESS_TOKEN) is Reason.WRONG_TYPE


def test_a_client_without_an_api_of_its_own_has_no_good_access_tokens(
    verify: VerifyToken, client: Client
) -> None:
    token = KEY.sign(id_token_claims(client_id=CLIENT_ID), typ="at+jwt")

    assert judge(verify, token, [client], token_use=TokenUse.ACCESS_TOKEN) is Reason.WRONG_AUDIENCE


def test_a_token_that_could_not_be_examined_is_not_called_invalid(
    fleet: Fleet, verify: VerifyToken, client: Client
) -> None:
    fleet.issuer.failure = FetchFailed("ConnectTimeout")

    with pytest.raises(KeysUnavailable):
        judge(verify, GOOD, [client])
