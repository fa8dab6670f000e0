"""JWTs that prove a client: RFC 7523, and Apple's."""

from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import x25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from relying_party.protocol.algorithms import SIGNING_ALGORITHMS
from relying_party.protocol.client_assertion import (
    LIFETIME,
    SigningKey,
    build_apple_client_secret,
    build_client_assertion,
)
from tests.tokens import CLIENT_ID, NOW, private_key

TOKEN_ENDPOINT = "https://issuer.example/token"
APPLE = "https://appleid.apple.com"

_KIND = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521", "EdDSA": "Ed25519"}


def _pem(private: object, password: bytes | None = None) -> str:
    encryption = BestAvailableEncryption(password) if password else NoEncryption()
    octets = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)  # type: ignore[attr-defined]
    return str(octets.decode())


def _public_pem(private: object) -> str:
    public = private.public_key()  # type: ignore[attr-defined]
    return str(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode())


@pytest.mark.parametrize("alg", SIGNING_ALGORITHMS)
def test_an_assertion_says_what_rfc_7523_asks_and_verifies_with_the_public_key(alg: str) -> None:
    private = private_key(_KIND.get(alg, "RSA-2048"))
    key = SigningKey(_pem(private), "kid-1", alg)

    assertion = build_client_assertion(CLIENT_ID, TOKEN_ENDPOINT, key, now=NOW + 0.9, jti="j-1")

    assert jwt.get_unverified_header(assertion) == {"alg": alg, "kid": "kid-1", "typ": "JWT"}
    options: Any = {"verify_exp": False, "verify_iat": False}
    claims = jwt.decode(
        assertion, private.public_key(), [alg], audience=TOKEN_ENDPOINT, options=options
    )
    assert claims == {
        "iss": CLIENT_ID,
        "sub": CLIENT_ID,
        "aud": TOKEN_ENDPOINT,
        "jti": "j-1",
        "iat": NOW,
        "exp": NOW + LIFETIME,
    }


def test_apples_secret_says_what_apple_asks_and_verifies_with_the_public_key() -> None:
    key = SigningKey(_pem(private_key("P-256")), "KEY1234567", "ES256")

    secret = build_apple_client_secret("com.example.app", "TEAM123456", key, now=NOW)

    header = jwt.get_unverified_header(secret)
    assert (header["alg"], header["kid"]) == ("ES256", "KEY1234567")
    claims = jwt.decode(
        secret,
        private_key("P-256").public_key(),
        ["ES256"],
        audience=APPLE,
        options={"verify_exp": False, "verify_iat": False},
    )
    assert claims == {
        "iss": "TEAM123456",
        "sub": "com.example.app",
        "aud": APPLE,
        "iat": NOW,
        "exp": NOW + LIFETIME,
    }
    assert LIFETIME < 15_777_000


def test_a_key_without_a_name_leaves_kid_out() -> None:
    key = SigningKey(_pem(private_key("P-256")), None, "ES256")

    assertion = build_client_assertion(CLIENT_ID, TOKEN_ENDPOINT, key, now=NOW, jti="j")

    assert "kid" not in jwt.get_unverified_header(assertion)


BAD_KEYS = {
    "nothing": "",
    "a text": "s3cret-that-is-no-key",
    "no UTF-8": "\ud800",
    "a PEM of nothing": "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
    "a public key": _public_pem(private_key("P-256")),
    "an encrypted key": _pem(private_key("P-256"), b"password"),
    "another curve's": _pem(private_key("P-384")),
    "an RSA key": _pem(private_key("RSA-2048")),
    "a key that cannot sign": _pem(x25519.X25519PrivateKey.generate()),
}


@pytest.mark.parametrize("pem", BAD_KEYS.values(), ids=BAD_KEYS.keys())
def test_a_key_that_cannot_sign_is_a_value_error_that_does_not_hold_it(pem: str) -> None:
    key = SigningKey(pem, "kid-1", "ES256")

    with pytest.raises(ValueError, match=r"^the private key cannot sign$") as refused:
        build_client_assertion(CLIENT_ID, TOKEN_ENDPOINT, key, now=NOW, jti="j")
    assert refused.value.__suppress_context__


def test_a_public_rsa_key_signs_nothing() -> None:
    key = SigningKey(_public_pem(private_key("RSA-2048")), None, "RS256")

    with pytest.raises(ValueError, match="cannot sign"):
        build_client_assertion(CLIENT_ID, TOKEN_ENDPOINT, key, now=NOW, jti="j")


def test_a_signing_key_does_not_show_itself() -> None:
    assert "PRIVATE" not in repr(SigningKey(_pem(private_key("P-256")), "kid-1", "ES256"))
