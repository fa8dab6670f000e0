"""What is kept of an issuer's JWK Set for the containers that read it later."""

import json

from relying_party.protocol.jwk_set import parse_key_set, without_ballast
from relying_party.protocol.jws import parse_unverified, signature_fits
from tests.tokens import id_token_claims, key_set, signing_key

RSA, EC = signing_key("RS256", "rsa"), signing_key("ES256", "ec")
CERTIFIED = {**RSA.jwk, "x5c": ["MIIC" * 500], "x5t": "abc", "issuer": "https://issuer.example"}


def test_the_keys_that_are_kept_verify_what_the_published_ones_do() -> None:
    kept = parse_key_set(without_ballast(key_set(CERTIFIED, EC).decode()).encode())
    for key in (RSA, EC):
        jws = parse_unverified(key.sign(id_token_claims()))
        found = kept.find(jws)
        assert found is not None
        assert signature_fits(jws, found)


def test_certificates_and_private_members_are_not_kept_and_all_else_is() -> None:
    published = key_set({**CERTIFIED, **RSA.private_jwk, "kid": "leaked"}, EC, {"odd": 1})
    kept = json.loads(without_ballast(published.decode()))["keys"]
    assert kept == [
        {**RSA.jwk, "kid": "leaked", "issuer": "https://issuer.example"},
        EC.jwk,
        {"odd": 1},
    ]


def test_members_that_are_no_keys_are_left_as_they_are() -> None:
    published = '{"keys": [7, "x5c", ' + json.dumps(EC.jwk) + '], "note": "x"}'
    assert json.loads(without_ballast(published)) == json.loads(published)
