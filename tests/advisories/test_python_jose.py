"""The attacks of python-jose's advisories."""

import zlib

import pytest

from relying_party.protocol import base64url
from tests.advisories.verdicts import Form, openssh, pem, verdict
from tests.pool.forge import claims, keyed, unsigned
from tests.pool.keys import EC, RSA
from tests.tokens import encode_json


@pytest.mark.parametrize("form", [openssh, pem])
def test_cve_2024_33663_an_ecdsa_public_key_as_a_secret(form: Form) -> None:
    assert verdict(keyed(form(EC), kid=EC.kid)) == "unsupported_algorithm"


def test_cve_2024_33664_an_encrypted_token_that_inflates_to_a_bomb() -> None:
    header = encode_json({"alg": "dir", "enc": "A128CBC-HS256", "zip": "DEF"})
    bomb = base64url.encode(zlib.compress(bytes(4 * 2**20)))

    assert verdict(f"{header}..AAAA.{bomb}.AAAA") == "encrypted"


def test_cve_2024_33664_a_signed_token_that_claims_to_be_compressed() -> None:
    header = encode_json({"alg": "RS256", "kid": "rsa", "zip": "DEF"})
    bomb = base64url.encode(zlib.compress(bytes(4 * 2**20)))

    assert verdict(RSA.sign_segments(header, bomb)) == "malformed"


def test_cve_2025_61152_no_algorithm_and_no_signature() -> None:
    assert verdict(unsigned({"alg": "none", "typ": "JWT"})) == "unsupported_algorithm"
    assert verdict(f"{encode_json({'alg': 'none'})}.{encode_json(claims())}") == "malformed"
