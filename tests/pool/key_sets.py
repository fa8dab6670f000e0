"""The key set as a whole: what else is in it, and which key of it fits (RFC 7517 §5)."""

import json
from collections.abc import Mapping
from typing import Any

from relying_party.errors import Reason
from tests.pool import weak_keys
from tests.pool.case import Case, accepted, refused, unexaminable
from tests.pool.forge import claims, good, headed
from tests.pool.keys import ATTACKER, EC, PUBLISHED, RSA, without
from tests.tokens import NOW, SigningKey, key_set

UNKNOWN = Reason.UNKNOWN_KEY


def _beside_nonsense() -> list[Case]:
    nonsense: Mapping[str, Any] = {
        "null": None,
        "a string": "RSA",
        "a number": 1,
        "an array": [RSA.jwk],
        "an empty object": {},
        "an unknown kty": {"kty": "AKP", "alg": "ML-DSA-44", "pub": "AAAA", "kid": "rsa"},
        "a symmetric key of the same kid": {"kty": "oct", "k": "AAAA", "kid": "rsa"},
        "an RSA key without a modulus": {"kty": "RSA", "kid": "rsa", "e": "AQAB"},
        "a weak RSA key of the same kid": {**weak_keys.small_rsa(1024).jwk, "kid": "rsa"},
        "an encryption key of the same kid": {**ATTACKER.jwk, "use": "enc"},
        "a key of another kind of the same kid": {**EC.jwk, "kid": "rsa"},
        "an X25519 key of the same kid": {"kty": "OKP", "crv": "X25519", "x": "AA", "kid": "rsa"},
    }
    return [
        accepted(f"a good key behind {what}", good(), keys=key_set(member, RSA))
        for what, member in nonsense.items()
    ] + [
        accepted(
            "a good key before nonsense", good(), keys=key_set(RSA, {"kty": 1}, {"kty": "EC"})
        ),
        accepted(
            "a good key among five hundred",
            good(),
            keys=key_set(*({**EC.jwk, "kid": f"key-{number}"} for number in range(500)), RSA),
        ),
        accepted("a private key, which should not be there", good(), keys=key_set(RSA.private_jwk)),
    ]


def _chosen() -> list[Case]:
    same = {**ATTACKER.jwk, "kid": "rsa"}
    return [
        refused("two keys of one kid", good(), UNKNOWN, keys=key_set(same, RSA), by_choice=True),
        refused("the same key twice", good(), UNKNOWN, keys=key_set(RSA, RSA), by_choice=True),
        refused(
            "no kid, and two keys fit",
            headed(kid=None),
            UNKNOWN,
            keys=key_set(RSA, ATTACKER),
            by_choice=True,
        ),
        accepted(
            "two keys of one kid, one for another alg",
            good(),
            keys=key_set({**same, "alg": "PS256"}, RSA),
        ),
        accepted(
            "no kid in token and key",
            headed(kid=None),
            keys=key_set(without(RSA.jwk, "kid")),
        ),
        accepted("no kid, and the other keys are of other kinds", headed(kid=None)),
    ]


def _sets() -> list[Case]:
    documents: Mapping[str, bytes] = {
        "empty": b'{"keys": []}',
        "an object without keys": b"{}",
        "an array of keys": json.dumps([RSA.jwk]).encode(),
        "a lone key": json.dumps(RSA.jwk).encode(),
        "an object of keys": json.dumps({"keys": {"rsa": RSA.jwk}}).encode(),
        "null": b"null",
        "HTML": b"<!doctype html><title>Down for maintenance</title>",
        "nothing": b"",
        "cut off": PUBLISHED[:-2],
        "named twice": b'{"keys": [], ' + PUBLISHED[1:],
        "behind a byte order mark": b"\xef\xbb\xbf" + PUBLISHED,
        "of certificates alone": b'{"keys": [{"x5c": ["AAAA"]}]}',
        "of symmetric keys alone": b'{"keys": [{"kty": "oct", "k": "AAAA", "kid": "rsa"}]}',
        "of kinds that nobody knows": b'{"keys": [{"kty": "AKP", "kid": "rsa"}]}',
        "of weak keys alone": key_set(weak_keys.small_rsa(1024)),
        "certificates by kid": b'{"rsa": "-----BEGIN CERTIFICATE-----"}',
    }
    return [
        unexaminable(
            f"the key set is {what}",
            good(),
            keys=document,
            by_choice=what in ("named twice", "behind a byte order mark"),
        )
        for what, document in documents.items()
    ] + [
        accepted(
            "the key set has members beside its keys",
            good(),
            keys=b'{"exp": 1, "x": {"a": [1]}, ' + PUBLISHED[1:],
        ),
        unexaminable(
            "an unknown kid in a token so new that its key may yet be published",
            SigningKey("RS256", "new", ATTACKER.private).sign(claims(iat=NOW)),
        ),
    ]


CASES = [*_beside_nonsense(), *_chosen(), *_sets()]
