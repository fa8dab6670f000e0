"""One published key: weak, broken, or not for this (RFC 7517 §4, RFC 7518 §6)."""

from collections.abc import Mapping
from typing import Any

from relying_party.errors import Reason
from relying_party.protocol import base64url
from tests.pool import weak_keys
from tests.pool.case import Case, Setting, accepted, refused
from tests.pool.forge import good
from tests.pool.keys import EC, ED448, ED25519, RSA
from tests.pool.weak_keys import spelled_number
from tests.tokens import ISSUER, Json, SigningKey, key_set

UNKNOWN = Reason.UNKNOWN_KEY
ANY = Setting(algorithms=("RS256", "ES256", "EdDSA"))

MISSING = object()


def _changed(key: SigningKey, changes: Mapping[str, Any]) -> bytes:
    """Return a key set with *key* changed; MISSING takes a member away."""
    members: Json = {**key.jwk, **changes}
    return _beside({name: value for name, value in members.items() if value is not MISSING})


def _beside(key: SigningKey | Json) -> bytes:
    """Return a key set with *key* and one that fits nothing here, for there must be a good one."""
    return key_set(key, ED448)


def _octets(value: str) -> bytes:
    return base64url.parse_base64url(value)


def _weak() -> list[Case]:
    modulus = RSA.private.public_key().public_numbers().n
    exponents = {"0": 0, "1": 1, "2": 2, "65536": 65536, "the modulus": modulus}
    sound = weak_keys.cubic_rsa()
    return (
        [
            refused(f"an RSA key of {bits} bits", good(key), UNKNOWN, keys=_beside(key))
            for bits in (1024, 1536, 2047)
            for key in [weak_keys.small_rsa(bits)]
        ]
        + [
            refused(
                f"an RSA key with the exponent {what}",
                good(),
                UNKNOWN,
                keys=_changed(RSA, {"e": spelled_number(exponent)}),
            )
            for what, exponent in exponents.items()
        ]
        + [
            refused(
                "an RSA key that a chip made whose keys can be factored (ROCA)",
                good(weak_keys.roca_rsa()),
                UNKNOWN,
                keys=_beside(weak_keys.roca_rsa()),
                by_choice=True,
            ),
            accepted("an RSA key with the exponent 3", good(sound), keys=key_set(sound)),
            accepted(
                "an RSA key of 3072 bits",
                good(weak_keys.small_rsa(3072)),
                keys=key_set(weak_keys.small_rsa(3072)),
            ),
        ]
    )


_X, _Y = EC.jwk["x"], EC.jwk["y"]
_FIELD = 2**256 - 2**224 + 2**192 + 2**96 - 1

_BROKEN: tuple[tuple[str, SigningKey, Mapping[str, Any]], ...] = (
    ("n is missing", RSA, {"n": MISSING}),
    ("e is missing", RSA, {"e": MISSING}),
    ("n is null", RSA, {"n": None}),
    ("n is a number", RSA, {"n": 12345}),
    ("n is an array", RSA, {"n": [RSA.jwk["n"]]}),
    ("n is empty", RSA, {"n": ""}),
    ("e is empty", RSA, {"e": ""}),
    ("e is a number", RSA, {"e": 65537}),
    ("n is no base64url", RSA, {"n": "ключ"}),
    ("n is one zero octet", RSA, {"n": "AA"}),
    ("n and e are exchanged", RSA, {"n": "AQAB", "e": RSA.jwk["n"]}),
    ("kty is another kind's", RSA, {"kty": "EC"}),
    ("the point is not on its curve", EC, {"x": _Y, "y": _X}),
    ("the point is at infinity", EC, {"x": "", "y": ""}),
    ("the point is the origin", EC, {"x": base64url.encode(bytes(32)), "y": "A" * 43}),
    ("x is an octet too short", EC, {"x": base64url.encode(_octets(_X)[1:])}),
    ("x is an octet too long", EC, {"x": base64url.encode(b"\0" + _octets(_X))}),
    ("y is missing", EC, {"y": MISSING}),
    ("y is not reduced", EC, {"y": spelled_number(int.from_bytes(_octets(_Y), "big") + _FIELD)}),
    ("crv is another curve", EC, {"crv": "P-384"}),
    ("crv is in lower case", EC, {"crv": "p-256"}),
    ("crv is missing", EC, {"crv": MISSING}),
    ("crv is an array", EC, {"crv": ["P-256"]}),
    ("x is an octet too short", ED25519, {"x": base64url.encode(bytes(31))}),
    ("x is an octet too long", ED25519, {"x": base64url.encode(bytes(33))}),
    ("crv is one for key agreement", ED25519, {"crv": "X25519"}),
    ("crv is missing", ED25519, {"crv": MISSING}),
    ("x is missing", ED25519, {"x": MISSING}),
)

_NO_KEYS: Mapping[str, Mapping[str, Any]] = {
    "missing": {"kty": MISSING},
    "null": {"kty": None},
    "in lower case": {"kty": "rsa"},
    "an array": {"kty": ["RSA"]},
    "one that nobody knows": {"kty": "AKP"},
    "symmetric": {"kty": "oct", "k": RSA.jwk["n"]},
}

_NOT_FOR_THIS: Mapping[str, Mapping[str, Any]] = {
    "use is enc": {"use": "enc"},
    "use is in capitals": {"use": "SIG"},
    "use is null": {"use": None},
    "use is an array": {"use": ["sig"]},
    "key_ops is sign alone": {"key_ops": ["sign"]},
    "key_ops is encrypt": {"key_ops": ["encrypt"]},
    "key_ops is empty": {"key_ops": []},
    "key_ops is a string": {"key_ops": "verify"},
    "use is enc and key_ops is verify": {"use": "enc", "key_ops": ["verify"]},
    "alg is another": {"alg": "RS512"},
    "alg is for encryption": {"alg": "RSA-OAEP"},
    "alg is none": {"alg": "none"},
    "alg is null": {"alg": None},
    "alg is an array": {"alg": ["RS256"]},
    "issuer is another": {"issuer": "https://attacker.example"},
    "issuer is a number": {"issuer": 1},
    "issuer is null": {"issuer": None},
    "kid is another": {"kid": "another"},
    "kid is in capitals": {"kid": "RSA"},
    "kid is a number": {"kid": 1},
    "kid is null": {"kid": None},
    "kid is an array": {"kid": ["rsa"]},
    "kid is missing, and the token names one": {"kid": MISSING},
}

_ODD: Mapping[str, Mapping[str, Any]] = {
    "alg and use are missing": {"alg": MISSING, "use": MISSING},
    "key_ops is verify": {"key_ops": ["verify"]},
    "key_ops is sign and verify": {"key_ops": ["sign", "verify"], "use": MISSING},
    "it names the issuer": {"issuer": ISSUER},
    "there are members that nobody knows": {"foo": [1], "exp": 1, "revoked": False},
    "x5c is nonsense": {"x5c": ["nonsense"], "x5t": "nonsense"},
    "n has a zero octet before it": {"n": base64url.encode(b"\0" + _octets(RSA.jwk["n"]))},
}


def _members() -> list[Case]:
    return (
        [
            refused(
                f"{key.alg}: {what}", good(key), UNKNOWN, setting=ANY, keys=_changed(key, changes)
            )
            for what, key, changes in _BROKEN
        ]
        + [
            refused(f"a key's kty is {what}", good(), UNKNOWN, keys=_changed(RSA, changes))
            for what, changes in _NO_KEYS.items()
        ]
        + [
            refused(
                f"a key's {what}",
                good(),
                UNKNOWN,
                keys=_changed(RSA, changes),
                by_choice=what.startswith("kid") or what.endswith("null"),
            )
            for what, changes in _NOT_FOR_THIS.items()
        ]
        + [
            accepted(f"an odd key: {what}", good(), keys=_changed(RSA, changes))
            for what, changes in _ODD.items()
        ]
    )


CASES = [*_weak(), *_members()]
