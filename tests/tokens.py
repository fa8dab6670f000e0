"""Real keys and really signed tokens, made at test time: good ones, and wrong ones on purpose."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from jwt.algorithms import get_default_algorithms

from relying_party.protocol import base64url

NOW = 1_750_000_000
"""When the tests take place."""

ISSUER = "https://issuer.example"
CLIENT_ID = "app-at-issuer"
SUBJECT = "user-1"
NONCE = "n-0S6_WzA2Mj"

Json = dict[str, Any]

_CURVES: dict[str, type[ec.EllipticCurve]] = {
    "P-256": ec.SECP256R1,
    "P-384": ec.SECP384R1,
    "P-521": ec.SECP521R1,
    "secp256k1": ec.SECP256K1,
}
_KIND_FOR = {
    "ES256": "P-256",
    "ES384": "P-384",
    "ES512": "P-521",
    "EdDSA": "Ed25519",
    "Ed25519": "Ed25519",
    "Ed448": "Ed448",
}
# The fully specified names of RFC 9864 are ones that PyJWT does not know
_SIGNED_AS = {"Ed25519": "EdDSA", "Ed448": "EdDSA"}


@dataclass(frozen=True)
class SigningKey:
    """A private key, and what its owner says about it in public."""

    alg: str
    kid: str | None
    private: Any = field(repr=False)

    @property
    def jwk(self) -> Json:
        """The member of a JWK Set that a good issuer publishes."""
        algorithm = get_default_algorithms()[_SIGNED_AS.get(self.alg, self.alg)]
        members: Json = json.loads(algorithm.to_jwk(self.private.public_key()))
        members.pop("key_ops", None)
        named = {"kid": self.kid} if self.kid is not None else {}
        return {**members, **named, "alg": self.alg, "use": "sig"}

    @property
    def private_jwk(self) -> Json:
        """What no issuer should publish."""
        algorithm = get_default_algorithms()[_SIGNED_AS.get(self.alg, self.alg)]
        members: Json = json.loads(algorithm.to_jwk(self.private))
        members.pop("key_ops", None)
        return {**members, **self.jwk}

    def sign(self, claims: Mapping[str, Any], **header: Any) -> str:
        """Return a token: *header* adds to what is usual, and None takes a member away."""
        members = {"alg": self.alg, "typ": "JWT", "kid": self.kid, **header}
        present = {name: value for name, value in members.items() if value is not None}
        return self.sign_segments(encode_json(present), encode_json(claims))

    def sign_segments(self, header: str, payload: str) -> str:
        """Return a token of two segments that may hold anything."""
        algorithm = get_default_algorithms()[_SIGNED_AS.get(self.alg, self.alg)]
        signature = algorithm.sign(f"{header}.{payload}".encode("ascii"), self.private)
        return f"{header}.{payload}.{base64url.encode(signature)}"


@cache
def private_key(kind: str, number: int = 0) -> Any:
    """Return key *number* of its *kind*: ``RSA-2048`` and the like, or a curve."""
    if kind.startswith("RSA-"):
        return rsa.generate_private_key(public_exponent=65537, key_size=int(kind[4:]))
    if kind == "Ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    if kind == "Ed448":
        return ed448.Ed448PrivateKey.generate()
    return ec.generate_private_key(_CURVES[kind]())


def signing_key(alg: str = "RS256", kid: str | None = "key-1", number: int = 0) -> SigningKey:
    """Return a key that fits *alg*; another *number* is another key."""
    return SigningKey(alg, kid, private_key(_KIND_FOR.get(alg, "RSA-2048"), number))


def encode_json(value: Any) -> str:
    """Return *value* as a segment of a token."""
    return base64url.encode(json.dumps(value).encode())


def key_set(*keys: SigningKey | Json) -> bytes:
    """Return the JWK Set with *keys*, or with whatever stands in a key's place."""
    members = [key.jwk if isinstance(key, SigningKey) else key for key in keys]
    return json.dumps({"keys": members}).encode()


def id_token_claims(**changes: Any) -> Json:
    """Return the claims of a good ID Token at NOW; None takes a claim away."""
    claims = {
        "iss": ISSUER,
        "sub": SUBJECT,
        "aud": CLIENT_ID,
        "iat": NOW,
        "exp": NOW + 300,
        "nonce": NONCE,
        **changes,
    }
    return {name: value for name, value in claims.items() if value is not None}


def tampered(token: str) -> str:
    """Return *token* with another signature, as well-formed as it was."""
    head, _, signature = token.rpartition(".")
    octets = bytearray(base64url.parse_base64url(signature))
    octets[len(octets) // 2] ^= 1
    return f"{head}.{base64url.encode(bytes(octets))}"
