"""Makes tokens: as the issuer does, and as nobody should."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from relying_party.protocol import base64url
from tests.pool.keys import RSA
from tests.tokens import NOW, Json, SigningKey, encode_json, id_token_claims

ISSUED_AT = NOW - 120
"""Long enough ago for every key to have been published since."""

_DIGESTS = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}


def claims(**changes: Any) -> Json:
    """Return the claims of a good ID Token, two minutes old."""
    return id_token_claims(**{"iat": ISSUED_AT, **changes})


def good(key: SigningKey = RSA, **changes: Any) -> str:
    """Return the issuer's token with *changes* to its claims."""
    return key.sign(claims(**changes))


def headed(key: SigningKey = RSA, **header: Any) -> str:
    """Return the issuer's token with more, or None for less, in its header."""
    return key.sign(claims(), **header)


def with_null(name: str) -> str:
    """Return the issuer's token with the claim *name* null."""
    return RSA.sign({**claims(), name: None})


def spelled(
    payload: str | bytes | None = None,
    header: str | bytes | None = None,
    key: SigningKey = RSA,
) -> str:
    """Return a token, rightly signed, whose JSON texts are given letter by letter."""
    texts = [
        json.dumps({"alg": key.alg, "kid": key.kid}) if header is None else header,
        json.dumps(claims()) if payload is None else payload,
    ]
    segments = [
        base64url.encode(text.encode() if isinstance(text, str) else text) for text in texts
    ]
    return key.sign_segments(*segments)


def members(extra: str, **changes: Any) -> str:
    """Return the JSON text of good claims, with the members *extra* spelled behind them."""
    return f"{json.dumps(claims(**changes))[:-1]}, {extra}}}"


def unsigned(header: Mapping[str, Any], signature: bytes = b"") -> str:
    """Return good claims under *header* with any *signature* at all."""
    return f"{encode_json(header)}.{encode_json(claims())}.{base64url.encode(signature)}"


def keyed(secret: bytes, alg: str = "HS256", **header: Any) -> str:
    """Return good claims with a MAC by *secret*."""
    head = f"{encode_json({'alg': alg, 'typ': 'JWT', **header})}.{encode_json(claims())}"
    return f"{head}.{base64url.encode(hmac.digest(secret, head.encode(), _DIGESTS[alg]))}"


def signature_of(token: str) -> bytes:
    """Return the octets of a token's signature."""
    return base64url.parse_base64url(token.rpartition(".")[2])


def signing_input(token: str) -> bytes:
    """Return what a token's signature is over."""
    return token.rpartition(".")[0].encode()


def resigned(token: str, signature: bytes) -> str:
    """Return *token* with another *signature*."""
    return f"{token.rpartition('.')[0]}.{base64url.encode(signature)}"
