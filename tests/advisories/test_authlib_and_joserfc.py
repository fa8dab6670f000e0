"""The attacks of the advisories of Authlib and joserfc."""

import zlib

import pytest

from relying_party.errors import InvalidToken
from relying_party.protocol import base64url
from relying_party.protocol.jws import MAX_TOKEN_OCTETS, parse_unverified
from tests.advisories.verdicts import Form, openssh, pem, verdict
from tests.pool.case import Asked
from tests.pool.forge import claims, headed, keyed, unsigned
from tests.pool.keys import ATTACKER, EC, ED25519, RSA
from tests.tokens import SigningKey, encode_json


@pytest.mark.parametrize("key", [RSA, EC, ED25519], ids=lambda key: key.alg)
@pytest.mark.parametrize("form", [pem, openssh])
def test_authlib_cve_2024_37568_a_public_key_as_a_secret(form: Form, key: SigningKey) -> None:
    assert verdict(keyed(form(key), kid=key.kid)) == "unsupported_algorithm"


@pytest.mark.parametrize("name", ["bork", "cnf"])
def test_authlib_cve_2025_59420_an_unknown_member_named_critical(name: str) -> None:
    assert verdict(headed(RSA, **{"crit": [name], name: {"jkt": "x"}})) == "malformed"


@pytest.mark.parametrize("segment", range(3))
def test_authlib_cve_2025_61920_a_segment_of_any_size(segment: int) -> None:
    segments = ["eyJhbGciOiJSUzI1NiJ9", "e30", "AAAA"]
    segments[segment] = "A" * 2**22

    assert verdict(".".join(segments)) == "too_large"


def test_authlib_cve_2025_62706_an_encrypted_token_that_inflates() -> None:
    header = encode_json({"alg": "dir", "enc": "A256GCM", "zip": "DEF"})
    bomb = base64url.encode(zlib.compress(bytes(8 * 2**20)))

    assert verdict(f"{header}..AAAA.{bomb}.AAAA") == "encrypted"


@pytest.mark.parametrize("kid", ["rsa", "stranger", None])
def test_authlib_cve_2026_27962_a_key_in_the_tokens_own_header(kid: str | None) -> None:
    token = ATTACKER.sign(claims(), kid=kid, jwk=ATTACKER.jwk)

    assert verdict(token) in {"bad_signature", "unknown_key"}


def test_authlib_cve_2026_28802_no_algorithm_and_an_empty_signature() -> None:
    assert verdict(unsigned({"alg": "none"})) == "unsupported_algorithm"


@pytest.mark.parametrize("alg", ["CUSTOM_ALG", "XX999", ""])
def test_authlib_cve_2026_28498_an_algorithm_for_which_no_hash_is_known(alg: str) -> None:
    forged = RSA.sign(claims(at_hash="anything"), alg=alg)

    assert verdict(forged, asked=Asked(access_token="x")) == "unsupported_algorithm"


def test_joserfc_cve_2025_65015_an_oversized_token_in_the_error() -> None:
    with pytest.raises(InvalidToken) as refusal:
        parse_unverified("secret" * MAX_TOKEN_OCTETS)

    assert len(str(refusal.value)) < 100
    assert "secret" not in str(refusal.value)


def test_joserfc_cve_2026_27932_a_billion_rounds_of_key_derivation() -> None:
    header = encode_json({"alg": "PBES2-HS256+A128KW", "enc": "A128GCM", "p2c": 2**31 - 1})

    assert verdict(f"{header}.AAAA.AAAA.AAAA.AAAA") == "encrypted"
