"""What a stored key set is relieved of, and what it keeps (RFC 7517 §4.6-4.9, RFC 7518 §6)."""

import json

import pytest

from relying_party.protocol.jwk_set import parse_key_set, without_ballast
from relying_party.protocol.jws import parse_unverified, signature_fits
from tests.tokens import id_token_claims, key_set, signing_key

KEY = signing_key()


@pytest.mark.parametrize(
    "name", [*("x5c", "x5t", "x5t#S256", "x5u"), *("d", "p", "q", "dp", "dq", "qi", "oth", "k")]
)
def test_certificates_and_private_members_are_left_out(name: str) -> None:
    document = key_set({**KEY.jwk, name: "anything"}).decode()

    assert json.loads(without_ballast(document)) == {"keys": [KEY.jwk]}


def test_all_else_is_kept() -> None:
    members = {**KEY.jwk, "issuer": "https://issuer.example", "key_ops": ["verify"]}
    document = json.dumps({"keys": [members, None, "RSA"], "exp": 1})

    assert json.loads(without_ballast(document)) == json.loads(document)


def test_what_is_kept_verifies_as_before() -> None:
    jws = parse_unverified(KEY.sign(id_token_claims()))
    found = parse_key_set(without_ballast(key_set(KEY.private_jwk).decode()).encode()).find(jws)

    assert found is not None
    assert signature_fits(jws, found)
