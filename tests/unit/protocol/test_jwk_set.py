"""Which key checks a token: parsed leniently, chosen from strictly (RFC 7517 §4, §5)."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relying_party.protocol.jwk_set import MAX_KEYS, parse_key_set
from relying_party.protocol.jws import UnverifiedJws, parse_unverified, signature_fits
from tests.tokens import Json, SigningKey, id_token_claims, key_set, private_key, signing_key

RSA, EC, ED = signing_key("RS256"), signing_key("ES256"), signing_key("EdDSA")


def token_of(key: SigningKey, **header: Any) -> UnverifiedJws:
    return parse_unverified(key.sign(id_token_claims(), **header))


def without(jwk: Json, *names: str) -> Json:
    return {name: value for name, value in jwk.items() if name not in names}


@pytest.mark.parametrize(
    "alg", ["RS256", "RS512", "PS256", "ES256", "ES384", "ES512", "EdDSA", "Ed25519", "Ed448"]
)
def test_a_token_finds_the_key_that_made_it(alg: str) -> None:
    key = signing_key(alg)
    others = [signing_key(alg, "key-2", number=1), signing_key("ES256", "key-3")]
    jws = token_of(key)

    found = parse_key_set(key_set(*others, key)).find(jws)

    assert found is not None
    assert signature_fits(jws, found)


@pytest.mark.parametrize(
    ("jwk", "found"),
    [
        pytest.param(RSA.jwk, True, id="as published"),
        pytest.param(without(RSA.jwk, "alg", "use"), True, id="without alg and use"),
        pytest.param({**RSA.jwk, "key_ops": ["verify"]}, True, id="key_ops verify"),
        pytest.param({**RSA.jwk, "key_ops": ["sign", "verify"]}, True, id="key_ops and more"),
        pytest.param({**RSA.jwk, "x5c": ["nonsense"], "exp": 1}, True, id="members unknown here"),
        pytest.param({**RSA.jwk, "use": "enc"}, False, id="use enc"),
        pytest.param({**RSA.jwk, "use": None}, False, id="use null"),
        pytest.param({**RSA.jwk, "use": ["sig"]}, False, id="use an array"),
        pytest.param({**RSA.jwk, "key_ops": ["encrypt"]}, False, id="key_ops encrypt"),
        pytest.param({**RSA.jwk, "key_ops": []}, False, id="key_ops empty"),
        pytest.param({**RSA.jwk, "key_ops": "verify"}, False, id="key_ops a string"),
        pytest.param({**RSA.jwk, "alg": "RS512"}, False, id="another alg"),
        pytest.param({**RSA.jwk, "alg": "PS256"}, False, id="the other RSA signature"),
        pytest.param({**RSA.jwk, "alg": ["RS256"]}, False, id="alg an array"),
        pytest.param({**RSA.jwk, "kid": "key-2"}, False, id="another kid"),
        pytest.param({**RSA.jwk, "kid": "KEY-1"}, False, id="a kid in capitals"),
        pytest.param(without(RSA.jwk, "kid"), False, id="no kid"),
        pytest.param({**RSA.jwk, "kid": ["key-1"]}, False, id="a kid that is an array"),
        pytest.param({**RSA.jwk, "n": None}, False, id="no modulus"),
        pytest.param({**RSA.jwk, "n": 5}, False, id="a modulus that is a number"),
        pytest.param({**RSA.jwk, "n": "!"}, False, id="a modulus that is no base64url"),
        pytest.param({**RSA.jwk, "n": ""}, False, id="an empty modulus"),
        pytest.param({**RSA.jwk, "e": "AA"}, False, id="exponent zero"),
        pytest.param({**RSA.jwk, "e": ""}, False, id="an empty exponent"),
        pytest.param({**RSA.jwk, "n": "A" * 9000}, False, id="a modulus of zeros"),
    ],
)
def test_every_member_of_a_key_must_agree_with_the_token(jwk: Json, *, found: bool) -> None:
    assert (parse_key_set(key_set(jwk, EC)).find(token_of(RSA)) is not None) is found


@pytest.mark.parametrize("bits", [1024, 2040])
def test_an_rsa_key_under_2048_bits_is_none(bits: int) -> None:
    weak = SigningKey("RS256", "key-1", private_key(f"RSA-{bits}"))

    assert parse_key_set(key_set(weak, EC)).find(token_of(weak)) is None


def test_an_es256_token_never_meets_a_key_on_another_curve() -> None:
    for curve in ("P-384", "P-521", "secp256k1"):
        other = SigningKey("ES384", "key-1", private_key(curve))
        jwk = {**without(other.jwk, "alg"), "crv": curve}
        assert parse_key_set(key_set(jwk, RSA)).find(token_of(EC)) is None
        pretending = {**jwk, "crv": "P-256"}
        assert parse_key_set(key_set(pretending, RSA)).find(token_of(EC)) is None


def test_a_point_that_is_not_on_the_curve_is_no_key() -> None:
    off_curve = {**EC.jwk, "y": EC.jwk["x"]}

    assert parse_key_set(key_set(off_curve, RSA)).find(token_of(EC)) is None


def test_the_names_of_rfc_9864_fit_the_keys_of_rfc_8037_and_the_reverse() -> None:
    for named in ("EdDSA", "Ed25519"):
        keys = parse_key_set(key_set({**ED.jwk, "alg": named}))
        assert keys.find(token_of(ED)) is not None
        assert keys.find(token_of(ED, alg="Ed25519")) is not None
        assert keys.find(token_of(ED, alg="Ed448")) is None


def test_without_a_kid_one_fitting_key_is_taken() -> None:
    keys = parse_key_set(key_set(EC, ED, {**RSA.jwk, "kid": "key-9"}))

    assert keys.find(token_of(RSA, kid=None)) is not None


def test_without_a_kid_two_fitting_keys_are_none() -> None:
    keys = parse_key_set(key_set(RSA, signing_key("RS256", "key-2", number=1)))

    assert keys.find(token_of(RSA, kid=None)) is None
    assert keys.find(token_of(RSA)) is not None


def test_one_kid_for_keys_of_different_types_is_no_trouble() -> None:
    keys = parse_key_set(key_set(RSA, EC, ED))

    for key in (RSA, EC, ED):
        jws = token_of(key)
        found = keys.find(jws)
        assert found is not None
        assert signature_fits(jws, found)


def test_one_kid_for_two_keys_that_fit_alike_is_ambiguous() -> None:
    assert parse_key_set(key_set(RSA, signing_key("RS256", number=1))).find(token_of(RSA)) is None


def test_a_public_key_cannot_become_the_secret_of_an_hmac() -> None:
    symmetric = {"kty": "oct", "k": "c2VjcmV0", "kid": "key-1", "alg": "HS256"}

    keys = parse_key_set(key_set(symmetric, RSA))

    assert [key.kid for key in keys.keys] == ["key-1"]
    assert keys.find(token_of(RSA)) is not None


def test_of_a_private_key_published_by_mistake_only_the_public_half_is_read() -> None:
    found = parse_key_set(key_set(RSA.private_jwk)).find(token_of(RSA))

    assert found is not None
    assert not hasattr(found.public_key, "private_numbers")


@pytest.mark.parametrize(
    "nonsense",
    [None, 1, "RSA", [], {}, {"kty": None}, {"kty": ["RSA"]}, {"kty": "oct", "k": "AA"}]
    + [{"kty": kty} for kty in ("RSA", "EC", "OKP", "AKP", "rsa")]
    + [{**EC.jwk, "x": "AA"}, {**ED.jwk, "x": "AA"}, {**ED.jwk, "crv": "X25519"}],
)
def test_nonsense_beside_a_good_key_costs_nothing(nonsense: Any) -> None:
    document = json.dumps({"keys": [nonsense, RSA.jwk, nonsense]}).encode()

    assert parse_key_set(document).find(token_of(RSA)) is not None


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"<html>", id="HTML"),
        pytest.param(b"[]", id="an array"),
        pytest.param(b"{}", id="no keys"),
        pytest.param(b'{"keys": null}', id="keys null"),
        pytest.param(b'{"keys": {}}', id="keys an object"),
        pytest.param(b'{"keys": []}', id="an empty set"),
        pytest.param(b'{"keys": [], "keys": []}', id="keys twice"),
        pytest.param(b'{"keys": [{"kty": "oct", "k": "AA"}]}', id="a symmetric key alone"),
        pytest.param(b'{"keys": [{"kty": "RSA", "n": "!", "e": "AQAB"}]}', id="a broken key alone"),
        pytest.param(key_set({**RSA.jwk, "use": "enc"}), id="an encryption key alone"),
    ],
)
def test_a_set_without_a_usable_key_is_refused_so_that_it_never_replaces_a_good_one(
    document: bytes,
) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - of several kinds
        parse_key_set(document)


def test_members_beyond_the_bound_are_not_looked_at() -> None:
    stuffing = [{"kty": "oct"}] * (MAX_KEYS - 1)

    assert parse_key_set(key_set(*stuffing, RSA)).find(token_of(RSA)) is not None
    assert parse_key_set(key_set(EC, *stuffing, RSA)).find(token_of(RSA)) is None


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=5,
)
jwks = st.fixed_dictionaries(
    {"kty": st.sampled_from(["RSA", "EC", "OKP"])},
    optional=dict.fromkeys(["n", "e", "x", "y", "crv", "use", "alg", "kid"], json_values),
)


@given(st.lists(json_values | jwks, max_size=5))
def test_no_members_whatever_hide_a_good_key(members: list[Any]) -> None:
    document = json.dumps({"keys": [*members, RSA.jwk]}).encode()

    assert parse_key_set(document).find(token_of(RSA)) is not None
