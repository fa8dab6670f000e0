"""The same tokens through other libraries, each with its keys in memory, as its documentation says.

What is judged is the same everywhere: signature, issuer, audience, times, nonce. A library that
leaves one of them to its user has it done here in one line.
"""

import json
import secrets
from collections.abc import Callable
from typing import Any

import google.auth.jwt
import jwt
from authlib.jose import JsonWebKey, JsonWebToken
from authlib.oidc.core import CodeIDToken
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jose import jwt as python_jose_jwt
from joserfc import jwt as joserfc_jwt
from joserfc.jwk import KeySet

from bench.subject import CLIENT_ID, DOCUMENT, ISSUER, NONCE
from tests.tokens import SigningKey

Verify = Callable[[str], object]

_OPTIONS: dict[str, Any] = {
    "iss": {"essential": True, "value": ISSUER},
    "aud": {"essential": True, "value": CLIENT_ID},
    "exp": {"essential": True},
    "iat": {"essential": True},
    "nonce": {"essential": True, "value": NONCE},
}


class _KnownKeys(jwt.PyJWKClient):
    """PyJWT's client of key sets, with one that it never has to fetch."""

    def fetch_data(self) -> Any:
        data = json.loads(DOCUMENT)
        if self.jwk_set_cache is not None:
            self.jwk_set_cache.put(data)
        return data


def peers(key: SigningKey) -> dict[str, Verify]:
    """Return how each library verifies tokens that *key* signed; left out is who cannot."""
    able = {
        "pyjwt": _pyjwt(key),
        "pyjwkclient": _pyjwkclient(key),
        "joserfc": _joserfc(key),
        "authlib": _authlib(key),
    }
    if key.alg in ("RS256", "ES256"):
        able |= {"python_jose": _python_jose(key), "google_auth": _google_auth(key)}
    return able


def _pyjwt(key: SigningKey) -> Verify:
    public = jwt.PyJWK(key.jwk)

    def verify(token: str) -> None:
        _require_nonce(_decode(token, public, key.alg))

    return verify


def _pyjwkclient(key: SigningKey) -> Verify:
    client = _KnownKeys(f"{ISSUER}/jwks", lifespan=86400)

    def verify(token: str) -> None:
        _require_nonce(_decode(token, client.get_signing_key_from_jwt(token), key.alg))

    return verify


def _decode(token: str, public: jwt.PyJWK, alg: str) -> dict[str, Any]:
    required = ["exp", "iat", "iss", "aud", "sub"]
    claims: dict[str, Any] = jwt.decode(
        token,
        public,
        algorithms=[alg],
        audience=CLIENT_ID,
        issuer=ISSUER,
        leeway=60,
        options={"require": required},
    )
    return claims


def _joserfc(key: SigningKey) -> Verify:
    keys = KeySet.import_key_set(json.loads(DOCUMENT))

    def verify(token: str) -> None:
        claims = joserfc_jwt.decode(token, keys, algorithms=[key.alg]).claims
        joserfc_jwt.JWTClaimsRegistry(leeway=60, **_OPTIONS).validate(claims)

    return verify


def _authlib(key: SigningKey) -> Verify:
    keys = JsonWebKey.import_key_set(json.loads(DOCUMENT))
    reader, params = JsonWebToken([key.alg]), {"nonce": NONCE, "client_id": CLIENT_ID}

    def verify(token: str) -> None:
        claims = reader.decode(token, keys, CodeIDToken, _OPTIONS, params)
        claims.validate(leeway=60)

    return verify


def _python_jose(key: SigningKey) -> Verify:
    def verify(token: str) -> None:
        options = {"leeway": 60, "verify_at_hash": False}
        claims = python_jose_jwt.decode(
            token, key.jwk, [key.alg], audience=CLIENT_ID, issuer=ISSUER, options=options
        )
        _require_nonce(claims)

    return verify


def _google_auth(key: SigningKey) -> Verify:
    public = key.private.public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def verify(token: str) -> None:
        claims = google.auth.jwt.decode(
            token, certs={key.kid: pem}, audience=CLIENT_ID, clock_skew_in_seconds=60
        )
        if claims["iss"] != ISSUER:
            raise ValueError("another issuer")
        _require_nonce(claims)

    return verify


def _require_nonce(claims: Any) -> None:
    if not secrets.compare_digest(claims["nonce"], NONCE):
        raise ValueError("another nonce")


def refuses(verify: Verify, token: str) -> bool:
    """Tell whether *verify* refuses *token*: one that takes everything is quick."""
    try:
        verify(token)
    except Exception:  # noqa: BLE001 - each library has its own
        return True
    return False
