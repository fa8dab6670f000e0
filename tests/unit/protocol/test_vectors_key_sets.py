"""The key sets of RFC 7517's appendices, and the JWTs that RFC 7519 and RFC 7797 print."""

import hashlib
import hmac
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from relying_party.protocol import base64url
from relying_party.protocol.algorithms import ALGORITHMS
from relying_party.protocol.jwk_set import KeySet, parse_key_set
from tests.pool.case import Case
from tests.pool.judge import judge
from tests.published import vectors

SETS = vectors("key_sets")
JWTS = vectors("jwts")
RSA_KID, EC_KID = "2011-04-29", "1"


def key_set(name: str) -> KeySet:
    return parse_key_set(json.dumps(SETS[name]["document"]).encode())


@pytest.mark.parametrize("name", ["public", "private"])
def test_the_key_for_signatures_is_used_and_the_one_for_encryption_is_not(name: str) -> None:
    keys = {key.kid: key for key in key_set(name).keys}

    assert keys[RSA_KID].fits(ALGORITHMS["RS256"], RSA_KID)
    assert not keys[RSA_KID].fits(ALGORITHMS["PS256"], RSA_KID)
    assert not keys[EC_KID].fits(ALGORITHMS["ES256"], EC_KID)


@pytest.mark.parametrize("name", ["public", "private"])
def test_a_published_key_is_read_as_its_thumbprint_has_it(name: str) -> None:
    [key] = [key for key in key_set(name).keys if key.kid == RSA_KID]

    assert isinstance(key.public_key, RSAPublicKey), "never the private half"
    assert thumbprint(key.public_key) == SETS["thumbprints"][RSA_KID]


def thumbprint(key: RSAPublicKey) -> str:
    """Return the SHA-256 thumbprint (RFC 7638 §3)."""
    numbers = key.public_numbers()
    e, n = (base64url.encode(_octets(number)) for number in (numbers.e, numbers.n))
    members = json.dumps({"e": e, "kty": "RSA", "n": n}, separators=(",", ":"))
    return base64url.encode(hashlib.sha256(members.encode()).digest())


def _octets(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def test_a_set_of_symmetric_keys_is_none() -> None:
    with pytest.raises(ValueError, match="no key"):
        key_set("symmetric")


def test_a_certificate_beside_a_key_is_no_obstacle() -> None:
    [key] = key_set("certified").keys

    assert key.fits(ALGORITHMS["RS256"], "1b94c")


@pytest.mark.parametrize("vector", JWTS, ids=lambda vector: vector["source"])
def test_what_is_a_jwt_but_no_token_of_an_issuer_is_refused(vector: dict[str, Any]) -> None:
    assert judge(Case("published", frozenset(), vector["jwt"])) == vector["reason"]


def test_the_jwt_by_a_shared_secret_is_refused_though_its_mac_is_right() -> None:
    [vector] = [vector for vector in JWTS if "k" in vector]
    head, _, mac = vector["jwt"].rpartition(".")
    secret = base64url.parse_base64url(vector["k"])

    assert base64url.encode(hmac.digest(secret, head.encode(), "sha256")) == mac
