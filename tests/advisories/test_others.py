"""The attacks of advisories elsewhere: Java, Go, PHP, .NET, Ruby, and the keys themselves."""

import json
from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from relying_party.protocol.jwk import VerificationKey
from tests.advisories.verdicts import verdict
from tests.pool import weak_keys
from tests.pool.case import Asked
from tests.pool.forge import claims, good, headed, keyed, resigned, signing_input, unsigned
from tests.pool.keys import ATTACKER, EC, ED25519, RSA, without
from tests.tokens import CLIENT_ID, NOW, encode_json, key_set, tampered


def test_java_cve_2022_21449_psychic_signatures() -> None:
    token = good(EC)

    assert verdict(resigned(token, bytes(64))) == "bad_signature"
    assert verdict(resigned(token, bytes.fromhex("3006020100020100"))) == "bad_signature"


def test_infineon_cve_2017_15361_a_modulus_that_can_be_factored() -> None:
    key = weak_keys.roca_rsa()

    assert verdict(good(key), keys=key_set(key, ED25519)) == "unknown_key"


@given(st.integers(2**2046, 2**2047 - 1).map(lambda half: 2 * half + 1))
def test_infineon_cve_2017_15361_another_modulus_is_not_taken_for_one(modulus: int) -> None:
    jwk = {"kty": "RSA", "e": "AQAB", "n": weak_keys.spelled_number(modulus)}

    assert VerificationKey(jwk).public_key is not None


def test_openssl_cve_2006_4339_a_cube_root_for_a_signature() -> None:
    key = weak_keys.cubic_rsa()
    token = good(key)
    digest = sha256(signing_input(token)).digest()
    told = b"\0\1" + b"\xff" * 8 + b"\0" + SHA256_INFO + digest
    forged = _cube_root(int.from_bytes(told.ljust(256, b"\0"), "big")) + 1

    assert (forged**3).to_bytes(256, "big").startswith(told), "a lax verifier would take it"
    assert verdict(token, keys=key_set(key)) == "accepted"
    assert (
        verdict(resigned(token, forged.to_bytes(256, "big")), keys=key_set(key)) == "bad_signature"
    )


SHA256_INFO = bytes.fromhex("3031300d060960864801650304020105000420")
"""What stands before a SHA-256 hash in a signature (RFC 8017 §9.2, note 1)."""


def _cube_root(number: int) -> int:
    low, high = 0, 1 << (number.bit_length() // 3 + 2)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if middle**3 <= number else (low, middle)
    return low


def test_servicestack_cve_2020_28042_an_empty_signature() -> None:
    assert verdict(resigned(good(), b"")) == "bad_signature"


def test_google_oauth_client_cve_2021_22573_a_signature_that_nobody_checks() -> None:
    assert verdict(tampered(good())) == "bad_signature"


def test_php_jwt_cve_2021_46743_a_kid_that_names_a_key_of_another_kind() -> None:
    assert verdict(RSA.sign(claims(), kid="p256")) == "unknown_key"
    assert verdict(EC.sign(claims(), kid="rsa")) == "unknown_key"


def test_express_jwt_cve_2020_15084_an_algorithm_that_nobody_chose() -> None:
    unbound = key_set(without(RSA.jwk, "alg"))

    assert verdict(keyed(b"", kid="rsa"), keys=unbound) == "unsupported_algorithm"
    assert verdict(unsigned({"alg": "none", "kid": "rsa"}), keys=unbound) == "unsupported_algorithm"


def test_jwt_go_cve_2020_26160_an_audience_that_is_an_array() -> None:
    assert verdict(good(aud=["another"])) == "wrong_audience"
    assert verdict(good(aud=[])) == "invalid_claim"
    assert verdict(good(aud=[""])) == "invalid_claim"


def test_golang_jwt_cve_2024_51744_expired_and_forged_at_once() -> None:
    assert verdict(tampered(good(exp=NOW - 3600))) == "expired"
    assert verdict(tampered(good(exp=NOW + 3600))) == "bad_signature"


def test_golang_jwt_cve_2025_30204_and_go_jose_cve_2025_27144_nothing_but_dots() -> None:
    assert verdict("." * 16_000) == "malformed"
    assert verdict("." * 10_000_000) == "too_large"


def test_python_jwt_cve_2022_39227_two_serializations_in_one_token() -> None:
    header, payload, signature = good().split(".")
    forged = encode_json(claims(sub="somebody else"))
    polyglot = json.dumps(
        {
            f"  {header}.{forged}.": "",
            "protected": header,
            "payload": payload,
            "signature": signature,
        }
    )

    assert verdict(polyglot) == "malformed"


def test_jwcrypto_cve_2022_3102_and_json_jwt_cve_2023_51774_encrypted_for_signed() -> None:
    header = encode_json({"alg": "RSA-OAEP-256", "enc": "A256GCM", "kid": "rsa", "cty": "JWT"})

    assert verdict(f"{header}.{'A' * 342}.{'A' * 16}.{encode_json(claims())}.AAAA") == "encrypted"


def test_jwcrypto_cve_2024_28102_a_compressed_encrypted_token() -> None:
    header = encode_json({"alg": "A256KW", "enc": "A256GCM", "zip": "DEF"})

    assert verdict(f"{header}.AAAA.AAAA.{'A' * 10_000}.AAAA") == "encrypted"


def test_microsoft_identitymodel_cve_2024_21643_keys_where_the_token_says() -> None:
    token = ATTACKER.sign(claims(), kid="own", jku="https://attacker.example/keys")

    assert verdict(token) == "unknown_key"


def test_spring_security_cve_2018_15801_an_issuer_that_nobody_compares() -> None:
    assert verdict(good(iss="https://attacker.example")) == "unknown_issuer"


def test_nginx_openid_connect_cve_2024_10318_a_nonce_that_nobody_compares() -> None:
    assert verdict(good(nonce="of the attacker's sign-in")) == "wrong_nonce"
    assert verdict(good(nonce=None)) == "wrong_nonce"


def test_rfc_8725_section_2_7_a_token_of_the_same_issuer_for_somebody_else() -> None:
    assert verdict(good(aud="another", azp=CLIENT_ID)) == "wrong_audience"
    assert verdict(headed(typ="secevent+jwt")) == "wrong_type"
    assert verdict(good(), asked=Asked(token_use="access_token", nonce=None)) == "wrong_type"
