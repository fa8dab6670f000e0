"""The signatures of the JOSE cookbook fit, and fit nothing else (RFC 7520 §3, §4)."""

import json
from typing import Any

import pytest

from relying_party.errors import InvalidToken, Reason
from relying_party.protocol.base64url import parse_base64url
from relying_party.protocol.jwk_set import parse_key_set
from relying_party.protocol.jws import (
    UnverifiedJws,
    parse_unverified,
    secret_signature_fits,
    signature_fits,
)
from tests.published import vectors

COOKBOOK = vectors("cookbook")
KEYS = parse_key_set(json.dumps({"keys": [key["jwk"] for key in COOKBOOK["keys"]]}).encode())
BY_KEY = [vector for vector in COOKBOOK["signatures"] if vector["alg"] != "HS256"]
BY_SECRET = next(vector for vector in COOKBOOK["signatures"] if vector["alg"] == "HS256")
SHARED = next(key["jwk"] for key in COOKBOOK["keys"] if key["jwk"]["kty"] == "oct")


def parts(jws: str) -> UnverifiedJws:
    """Return the cookbook's token taken apart; its payload is prose, so ours will not do it."""
    header, _, signature = jws.split(".")
    members: dict[str, Any] = json.loads(parse_base64url(header))
    return UnverifiedJws(
        alg=members["alg"],
        kid=members["kid"],
        typ=None,
        unverified_claims={},
        signing_input=jws.rpartition(".")[0].encode(),
        signature=parse_base64url(signature),
    )


@pytest.mark.parametrize("vector", BY_KEY, ids=lambda vector: vector["alg"])
def test_the_published_key_fits_the_published_signature(vector: Any) -> None:
    jws = parts(vector["jws"])

    key = KEYS.find(jws)

    assert key is not None
    assert signature_fits(jws, key)


@pytest.mark.parametrize("vector", BY_KEY, ids=lambda vector: vector["alg"])
def test_another_published_signature_does_not_fit(vector: Any) -> None:
    jws = parts(vector["jws"])
    other = next(each for each in BY_KEY if each is not vector)
    forged = parts(f"{vector['jws'].rpartition('.')[0]}.{other['jws'].rpartition('.')[2]}")

    key = KEYS.find(jws)

    assert key is not None
    assert not signature_fits(forged, key)


def test_the_shared_key_verifies_nothing_even_beside_public_keys() -> None:
    jws = parts(BY_SECRET["jws"])

    assert len(KEYS.keys) == len(COOKBOOK["keys"]) - 1
    assert not secret_signature_fits(jws, SHARED["k"])


def test_the_prose_of_the_cookbook_is_no_jwt() -> None:
    with pytest.raises(InvalidToken) as refusal:
        parse_unverified(BY_KEY[0]["jws"])

    assert refusal.value.reason is Reason.MALFORMED
