"""A signed token in compact serialization (RFC 7515 §3.1, RFC 7519 §7.2).

What comes out of ``parse_unverified`` is what the token says of itself. It may refuse the
token; only ``signature_fits`` with a key of the issuer's makes it worth believing.
"""

from dataclasses import dataclass

from relying_party.errors import InvalidToken, Reason
from relying_party.protocol.algorithms import (
    ALGORITHMS,
    MIN_SECRET_OCTETS,
    SECRET_ALGORITHM,
    SECRET_VERIFIER,
)
from relying_party.protocol.base64url import parse_base64url
from relying_party.protocol.json_object import JsonObject, parse_json_object
from relying_party.protocol.jwk import VerificationKey

MAX_TOKEN_OCTETS = 16 * 1024
"""Longer tokens are refused before anything in them is read."""

_SIGNED, _ENCRYPTED = 3, 5
"""Segments of a JWS (RFC 7515 §7.1) and of a JWE (RFC 7516 §7.1)."""


@dataclass(frozen=True, slots=True)
class UnverifiedJws:
    """A well-formed token that nobody vouches for yet."""

    alg: str
    kid: str | None
    typ: str | None
    unverified_claims: JsonObject
    signing_input: bytes
    signature: bytes


def parse_unverified(token: str) -> UnverifiedJws:
    """Return *token* taken apart.

    Raises:
        InvalidToken: ``too_large``, ``encrypted``, ``malformed``, or ``unsupported_algorithm``
            where the ``alg`` is none that anyone here may accept.
    """
    if len(token) > MAX_TOKEN_OCTETS:
        raise InvalidToken(Reason.TOO_LARGE, f"{len(token)} characters")
    segments = token.split(".")
    if len(segments) == _ENCRYPTED:
        raise InvalidToken(Reason.ENCRYPTED)
    if len(segments) != _SIGNED:
        raise InvalidToken(Reason.MALFORMED, f"{len(segments)} segments")
    try:
        header, payload, signature = (parse_base64url(part.encode("ascii")) for part in segments)
        return _build(parse_json_object(header), parse_json_object(payload), token, signature)
    except ValueError as error:
        raise InvalidToken(Reason.MALFORMED, type(error).__name__) from None


def _build(header: JsonObject, claims: JsonObject, token: str, signature: bytes) -> UnverifiedJws:
    # RFC 7515 §4.1.11: an extension that we do not understand makes the token invalid, and we
    # understand none. ``b64`` without ``crit`` breaks RFC 7797 §6, so it is refused as well.
    if "crit" in header or "b64" in header:
        raise InvalidToken(Reason.MALFORMED, "header names an extension")
    alg = header.get("alg")
    if not isinstance(alg, str):
        raise InvalidToken(Reason.MALFORMED, "header without alg")
    if alg not in ALGORITHMS and alg != SECRET_ALGORITHM:
        raise InvalidToken(Reason.UNSUPPORTED_ALGORITHM)
    return UnverifiedJws(
        alg=alg,
        kid=_optional_string(header, "kid"),
        typ=_optional_string(header, "typ"),
        unverified_claims=claims,
        signing_input=token.rpartition(".")[0].encode("ascii"),
        signature=signature,
    )


def _optional_string(header: JsonObject, name: str) -> str | None:
    value = header.get(name)
    if name in header and not isinstance(value, str):
        raise InvalidToken(Reason.MALFORMED, f"header member {name} is no string")
    return value


def secret_signature_fits(jws: UnverifiedJws, secret: str) -> bool:
    """Tell whether *secret* made the signature of *jws*: symmetric algorithms, nothing else.

    The octets of the secret are the key (OIDC Core §10.1).
    """
    key = secret.encode()
    return (
        jws.alg == SECRET_ALGORITHM
        and len(key) >= MIN_SECRET_OCTETS
        and SECRET_VERIFIER.verify(jws.signing_input, key, jws.signature)
    )


def signature_fits(jws: UnverifiedJws, key: VerificationKey) -> bool:
    """Tell whether *key* made the signature of *jws* (RFC 7515 §5.2)."""
    verifier = ALGORITHMS[jws.alg].verifier
    return verifier.verify(jws.signing_input, key.public_key, jws.signature)
