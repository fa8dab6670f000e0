"""The attacks of the advisories of node's libraries: jose, jsonwebtoken, fast-jwt and others."""

import pytest

from tests.advisories.verdicts import Form, pem, pkcs1, verdict
from tests.pool.forge import claims, good, headed, keyed, resigned, signature_of, unsigned
from tests.pool.keys import ATTACKER, EC, ED25519, RSA, UNBOUND, without
from tests.pool.signatures import ED25519_ORDER
from tests.tokens import ISSUER, encode_json, key_set


def test_jsonwebtoken_cve_2015_9235_hs256_where_rs256_is_expected() -> None:
    assert verdict(keyed(pem(RSA), kid="rsa")) == "unsupported_algorithm"


def test_jsonwebtoken_cve_2022_23539_an_algorithm_on_a_key_of_another_kind() -> None:
    ec_key_called_rsa = key_set({**EC.jwk, "alg": "RS256"}, ED25519)

    assert verdict(RSA.sign(claims(), kid="p256"), keys=ec_key_called_rsa) == "unknown_key"


def test_jsonwebtoken_cve_2022_23540_none_where_there_is_no_key() -> None:
    no_key_fits = key_set(ED25519)

    assert verdict(unsigned({"alg": "none"}), keys=no_key_fits) == "unsupported_algorithm"


def test_jsonwebtoken_cve_2022_23541_a_key_looked_up_for_one_algorithm_used_by_another() -> None:
    unbound = key_set(without(RSA.jwk, "alg", "use"))

    assert verdict(keyed(pem(RSA), kid="rsa"), keys=unbound) == "unsupported_algorithm"


def test_node_jose_cve_2018_0114_a_key_in_the_tokens_own_header() -> None:
    assert verdict(ATTACKER.sign(claims(), jwk=ATTACKER.jwk)) == "bad_signature"
    assert verdict(ATTACKER.sign(claims(), jwk=ATTACKER.jwk, kid="own")) == "unknown_key"


def test_jose_cve_2022_36083_a_billion_rounds_of_key_derivation() -> None:
    header = encode_json({"alg": "PBES2-HS512+A256KW", "enc": "A256GCM", "p2c": 10**9})

    assert verdict(f"{header}.AAAA.AAAA.AAAA.AAAA") == "encrypted"


def test_jose_cve_2024_28176_a_compressed_encrypted_token() -> None:
    header = encode_json({"alg": "RSA-OAEP", "enc": "A256GCM", "zip": "DEF"})

    assert verdict(f"{header}.AAAA.AAAA.AAAA.AAAA") == "encrypted"


@pytest.mark.parametrize("form", [pem, pkcs1])
def test_fast_jwt_cve_2023_48223_a_public_key_with_blanks_as_a_secret(form: Form) -> None:
    assert verdict(keyed(b" " + form(RSA))) == "unsupported_algorithm"


def test_fast_jwt_cve_2025_30144_an_array_of_issuers_one_of_them_right() -> None:
    assert verdict(good(iss=["https://attacker.example", ISSUER])) == "invalid_claim"


def test_fast_jwt_cve_2026_35042_an_unknown_member_named_critical() -> None:
    assert verdict(headed(RSA, **{"crit": ["x-policy"], "x-policy": 1})) == "malformed"


@pytest.mark.parametrize("alg", ["HS256", "none", "ES256", "PS256"])
def test_hono_cve_2026_22818_a_key_without_alg_takes_none_from_the_header(alg: str) -> None:
    header = encode_json({"alg": alg, "kid": "rsa"})
    token = RSA.sign_segments(header, encode_json(claims()))

    assert verdict(token, keys=UNBOUND) != "accepted"


def test_elliptic_cve_2024_42459_an_eddsa_signature_of_another_length() -> None:
    token = good(ED25519)

    assert verdict(resigned(token, signature_of(token) + b"\0")) == "bad_signature"


def test_elliptic_cve_2024_42461_an_ecdsa_signature_in_ber() -> None:
    token = good(EC)
    octets = signature_of(token)
    integers = b"".join(b"\x02\x21\0" + half for half in (octets[:32], octets[32:]))

    assert verdict(resigned(token, b"\x30\x81\x46" + integers)) == "bad_signature"


def test_elliptic_cve_2024_48949_an_eddsa_signature_beyond_the_order() -> None:
    token = good(ED25519)
    octets = signature_of(token)
    beyond = int.from_bytes(octets[32:], "little") + ED25519_ORDER

    malleated = resigned(token, octets[:32] + beyond.to_bytes(32, "little"))

    assert verdict(malleated) == "bad_signature"
