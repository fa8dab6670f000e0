"""JWTs by which a client proves itself: its own (RFC 7523 §2.2), and Apple's kind of secret."""

from dataclasses import dataclass, field
from typing import Any

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from jwt.exceptions import PyJWTError

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

LIFETIME = 300
"""Seconds. Apple would take half a year; one for each request never runs out."""

_APPLE_AUDIENCE = "https://appleid.apple.com"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """The private key that a client has registered the public half of."""

    pem: str = field(repr=False)
    kid: str | None
    alg: str


def build_client_assertion(
    client_id: str, audience: str, key: SigningKey, *, now: float, jti: str
) -> str:
    """Return the assertion for ``private_key_jwt`` (OIDC Core §9).

    Args:
        client_id: the issuer's name for the client.
        audience: the token endpoint's URL.
        key: what to sign with.
        now: seconds since the epoch.
        jti: random, never used twice.

    Raises:
        ValueError: the key is none that *alg* can sign with. The message does not hold it.
    """
    claims = {
        "iss": client_id,
        "sub": client_id,
        "aud": audience,
        "jti": jti,
        "iat": int(now),
        "exp": int(now) + LIFETIME,
    }
    return _sign(claims, key)


def build_apple_client_secret(client_id: str, team_id: str, key: SigningKey, *, now: float) -> str:
    """Return what Apple takes for a client secret ("Creating a client secret").

    Raises:
        ValueError: as above.
    """
    claims = {
        "iss": team_id,
        "sub": client_id,
        "aud": _APPLE_AUDIENCE,
        "iat": int(now),
        "exp": int(now) + LIFETIME,
    }
    return _sign(claims, key)


def _sign(claims: dict[str, object], key: SigningKey) -> str:
    headers = {} if key.kid is None else {"kid": key.kid}
    try:
        private: Any = load_pem_private_key(key.pem.encode(), password=None)
        return jwt.encode(claims, private, algorithm=key.alg, headers=headers)
    except (PyJWTError, ValueError, TypeError, UnsupportedAlgorithm):
        raise ValueError("the private key cannot sign") from None
