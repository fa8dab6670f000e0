"""A signed token in compact serialization (RFC 7515 §3.1, RFC 7519 §7.2).

What comes out of ``parse_unverified`` is what the token says of itself. It may refuse the
token; only ``signature_fits`` with a key of the issuer's makes it worth believing.
"""

from dataclasses import dataclass
from functools import lru_cache

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

_DOTS_IN_JWE = 4
"""Between five segments (RFC 7516 §7.1), where a JWS has three (RFC 7515 §7.1)."""


@dataclass(slots=True, repr=False)
class UnverifiedJws:
    """A well-formed token that nobody vouches for yet."""

    alg: str
    kid: str | None
    typ: str | None
    unverified_claims: JsonObject
    signing_input: bytes
    signature: bytes

    def __repr__(self) -> str:
        """Tell of the header alone: the rest is the token."""
        return f"UnverifiedJws(alg={self.alg!r}, kid={self.kid!r}, typ={self.typ!r})"


Header = tuple[str, str | None, str | None]
"""``alg``, ``kid`` and ``typ``: all of a JOSE header that we go by (RFC 7515 §4.1)."""


def parse_unverified(token: str) -> UnverifiedJws:
    """Return *token* taken apart.

    Raises:
        InvalidToken: ``too_large``, ``encrypted``, ``malformed``, or ``unsupported_algorithm``
            where the ``alg`` is none that anyone here may accept.
    """
    if len(token) > MAX_TOKEN_OCTETS:
        raise InvalidToken(Reason.TOO_LARGE, f"{len(token)} characters")
    signing_input, _, signature = token.rpartition(".")
    head, _, payload = signing_input.partition(".")
    try:
        claims = parse_json_object(parse_base64url(payload))
        alg, kid, typ = _parse_header(head)
        octets = parse_base64url(signature)
    except ValueError as error:
        encrypted = token.count(".") == _DOTS_IN_JWE
        reason = Reason.ENCRYPTED if encrypted else Reason.MALFORMED
        raise InvalidToken(reason, type(error).__name__) from None
    return UnverifiedJws(alg, kid, typ, claims, signing_input.encode("ascii"), octets)


@lru_cache(maxsize=256)
def _parse_header(segment: str) -> Header:
    """Return the header in *segment*. An issuer's tokens have few different ones."""
    members = parse_json_object(parse_base64url(segment))
    # RFC 7515 §4.1.11: an extension that we do not understand makes the token invalid, and we
    # understand none. ``b64`` without ``crit`` breaks RFC 7797 §6, so it is refused as well.
    if "crit" in members or "b64" in members:
        raise InvalidToken(Reason.MALFORMED, "header names an extension")
    alg = members.get("alg")
    if not isinstance(alg, str):
        raise InvalidToken(Reason.MALFORMED, "header without alg")
    if alg not in ALGORITHMS and alg != SECRET_ALGORITHM:
        raise InvalidToken(Reason.UNSUPPORTED_ALGORITHM)
    typ = _optional_string(members, "typ")
    # RFC 7515 §4.1.9: a media type, which RFC 2045 §5.1 has compared whatever its case
    return alg, _optional_string(members, "kid"), typ and typ.lower()


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
    return ALGORITHMS[jws.alg].verify(jws.signing_input, key.public_key, jws.signature)
