"""A token is taken apart strictly; only its issuer's key makes it worth believing (RFC 7515)."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relying_party.errors import InvalidToken, Reason
from relying_party.protocol import base64url
from relying_party.protocol.algorithms import ALGORITHMS
from relying_party.protocol.jwk import VerificationKey
from relying_party.protocol.jws import (
    MAX_TOKEN_OCTETS,
    UnverifiedJws,
    parse_unverified,
    signature_fits,
)
from tests.published import vectors
from tests.tokens import encode_json, id_token_claims, signing_key, tampered

HEADER = encode_json({"alg": "RS256", "kid": "key-1"})
PAYLOAD = encode_json({"sub": "user-1"})
SIGNATURE = base64url.encode(b"signature")


def segment(text: str | bytes) -> str:
    return base64url.encode(text.encode() if isinstance(text, str) else text)


def refusal_of(token: str) -> Reason:
    with pytest.raises(InvalidToken) as refusal:
        parse_unverified(token)
    return refusal.value.reason


def test_a_token_is_taken_apart_into_what_it_says_of_itself() -> None:
    token = signing_key().sign({"sub": "user-1", "aud": ["a", "b"]})

    jws = parse_unverified(token)

    assert (jws.alg, jws.kid, jws.typ) == ("RS256", "key-1", "jwt")
    assert jws.unverified_claims == {"sub": "user-1", "aud": ["a", "b"]}
    assert jws.signing_input == token.rpartition(".")[0].encode()
    assert base64url.encode(jws.signature) == token.rpartition(".")[2]


@pytest.mark.parametrize("alg", sorted(ALGORITHMS))
def test_a_signature_fits_its_own_key_and_no_other(alg: str) -> None:
    key, other = signing_key(alg), signing_key(alg, number=1)
    token = key.sign(id_token_claims())

    assert signature_fits(parse_unverified(token), VerificationKey(key.jwk))
    assert not signature_fits(parse_unverified(token), VerificationKey(other.jwk))
    assert not signature_fits(parse_unverified(tampered(token)), VerificationKey(key.jwk))


@pytest.mark.parametrize("alg", ["RS256", "PS256", "ES256", "EdDSA"])
@pytest.mark.parametrize("changed", [0, 1])
def test_whatever_is_changed_in_header_or_claims_breaks_the_signature(
    alg: str, changed: int
) -> None:
    key = signing_key(alg)
    segments = key.sign(id_token_claims()).split(".")
    members = json.loads(base64url.parse_base64url(segments[changed]))
    segments[changed] = encode_json({**members, "x": 1})

    assert not signature_fits(parse_unverified(".".join(segments)), VerificationKey(key.jwk))


@pytest.mark.parametrize(("signed", "claimed"), [("RS256", "PS256"), ("PS256", "RS256")])
def test_the_two_kinds_of_rsa_signature_are_not_each_other(signed: str, claimed: str) -> None:
    key = signing_key(signed)
    header = encode_json({"alg": claimed})

    jws = parse_unverified(key.sign_segments(header, encode_json(id_token_claims())))

    assert not signature_fits(jws, VerificationKey(key.jwk))


@pytest.mark.parametrize(
    "signature",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\x00" * 64, id="zeros (CVE-2022-21449)"),
        pytest.param(b"\x00" * 32, id="half"),
        pytest.param(b"\x01" * 65, id="one octet too many"),
        pytest.param(b"\x30\x06\x02\x01\x01\x02\x01\x01", id="DER, not R and S"),
        pytest.param(b"\xff" * 64, id="beyond the order"),
    ],
)
@pytest.mark.parametrize("alg", ["ES256", "EdDSA", "RS256"])
def test_a_signature_that_is_none_does_not_fit(alg: str, signature: bytes) -> None:
    key = signing_key(alg)
    head = key.sign(id_token_claims()).rpartition(".")[0]

    jws = parse_unverified(f"{head}.{base64url.encode(signature)}")

    assert not signature_fits(jws, VerificationKey(key.jwk))


@pytest.mark.parametrize("vector", vectors("signatures"), ids=lambda vector: vector["source"])
def test_published_signatures_fit(vector: dict[str, Any]) -> None:
    head, _, signature = vector["jws"].rpartition(".")
    octets = base64url.parse_base64url(signature)
    jws = UnverifiedJws(vector["name"], None, None, {}, head.encode(), octets)
    broken = UnverifiedJws(vector["name"], None, None, {}, head.encode()[:-1], octets)

    assert signature_fits(jws, VerificationKey(vector["jwk"]))
    assert not signature_fits(broken, VerificationKey(vector["jwk"]))


@pytest.mark.parametrize(
    "alg", ["none", "None", "NONE", "nOnE", "HS384", "HS512", "ES256K", "RS1", "dir", ""]
)
def test_an_algorithm_that_nobody_may_accept_is_refused(alg: str) -> None:
    for signature in ("", SIGNATURE):
        token = f"{encode_json({'alg': alg})}.{PAYLOAD}.{signature}"
        assert refusal_of(token) is Reason.UNSUPPORTED_ALGORITHM


@pytest.mark.parametrize(
    "header",
    [
        pytest.param({}, id="no alg"),
        pytest.param({"alg": None}, id="alg null"),
        pytest.param({"alg": 256}, id="alg a number"),
        pytest.param({"alg": ["RS256"]}, id="alg an array"),
        pytest.param({"alg": "RS256", "kid": 1}, id="kid a number"),
        pytest.param({"alg": "RS256", "kid": None}, id="kid null"),
        pytest.param({"alg": "RS256", "typ": ["JWT"]}, id="typ an array"),
        pytest.param({"alg": "RS256", "crit": ["exp"]}, id="crit"),
        pytest.param({"alg": "RS256", "crit": []}, id="crit, empty"),
        pytest.param({"alg": "RS256", "crit": None}, id="crit, null"),
        pytest.param({"alg": "RS256", "b64": False, "crit": ["b64"]}, id="b64 and crit"),
        pytest.param({"alg": "RS256", "b64": False}, id="b64 without crit"),
        pytest.param({"alg": "RS256", "b64": True}, id="b64, as by default"),
    ],
)
def test_a_header_that_is_unsound_or_asks_for_more_is_refused(header: dict[str, Any]) -> None:
    assert refusal_of(f"{encode_json(header)}.{PAYLOAD}.{SIGNATURE}") is Reason.MALFORMED


@pytest.mark.parametrize(
    "token",
    [
        pytest.param("", id="nothing"),
        pytest.param("..", id="three empty segments"),
        pytest.param(f"{HEADER}.{PAYLOAD}", id="two segments"),
        pytest.param(f"{HEADER}.{PAYLOAD}.{SIGNATURE}.", id="four segments"),
        pytest.param(f"{HEADER}.{PAYLOAD}.{SIGNATURE}....", id="seven segments"),
        pytest.param(f"{HEADER}.{PAYLOAD}.{SIGNATURE}=", id="padding"),
        pytest.param(f"{HEADER}.{PAYLOAD}.{SIGNATURE}\n", id="a line feed at the end"),
        pytest.param(f" {HEADER}.{PAYLOAD}.{SIGNATURE}", id="a space at the start"),
        pytest.param(f"{HEADER}.{PAYLOAD}.Zh", id="a signature that is not canonical"),
        pytest.param(f"{HEADER}.{PAYLOAD}.+/8", id="the standard alphabet"),
        pytest.param(f"{HEADER}.{PAYLOAD}.\u0661", id="digits beyond ASCII"),
        pytest.param(f"{HEADER}.{PAYLOAD}.\ud800", id="half a surrogate pair"),
        pytest.param(f"{segment('[]')}.{PAYLOAD}.{SIGNATURE}", id="a header that is an array"),
        pytest.param(f"{HEADER}..{SIGNATURE}", id="detached content"),
        pytest.param(f"{HEADER}.{segment('Payload')}.{SIGNATURE}", id="claims that are no JSON"),
        pytest.param(f"{HEADER}.{segment('[1]')}.{SIGNATURE}", id="claims that are an array"),
        pytest.param(f"{HEADER}.{segment(bytes([255]))}.{SIGNATURE}", id="claims not in UTF-8"),
        pytest.param("x.y.z", id="letters"),
    ],
)
def test_what_is_no_compact_jwt_is_malformed(token: str) -> None:
    assert refusal_of(token) is Reason.MALFORMED


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('{"sub": "a", "sub": "b"}', id="a claim named twice"),
        pytest.param('{"exp": NaN}', id="NaN"),
        pytest.param('{"exp": 1e999}', id="a number beyond every float"),
        pytest.param('{"sub": "\\ud800"}', id="half a surrogate pair"),
        pytest.param('{"a":' * 50 + "{}" + "}" * 50, id="nested deeply"),
    ],
)
def test_ambiguous_json_in_a_token_is_malformed(text: str) -> None:
    assert refusal_of(f"{HEADER}.{segment(text)}.{SIGNATURE}") is Reason.MALFORMED
    assert refusal_of(f"{segment(text)}.{PAYLOAD}.{SIGNATURE}") is Reason.MALFORMED


def test_an_encrypted_token_is_told_apart() -> None:
    header = encode_json({"alg": "RSA-OAEP", "enc": "A256GCM"})

    assert refusal_of(f"{header}.a.b.c.d") is Reason.ENCRYPTED


def test_a_token_over_16_kib_is_refused_before_anything_in_it_is_read() -> None:
    assert refusal_of("x" * MAX_TOKEN_OCTETS) is Reason.MALFORMED
    assert refusal_of("x" * (MAX_TOKEN_OCTETS + 1)) is Reason.TOO_LARGE


@given(st.text() | st.lists(st.text("AQgwéx_-=+", max_size=6), max_size=6).map(".".join))
def test_no_text_ends_in_anything_but_a_refusal(token: str) -> None:
    with pytest.raises(InvalidToken) as refusal:
        parse_unverified(token)

    assert refusal.value.reason in (Reason.MALFORMED, Reason.ENCRYPTED)
    assert len(token) < 10 or token not in refusal.value.detail


def test_what_is_printed_of_a_token_is_no_token() -> None:
    token = signing_key().sign(id_token_claims())
    printed = repr(parse_unverified(token))
    assert "RS256" in printed
    claims, signature = token.split(".")[1:]
    for secret in (claims, signature, "user-1", repr(parse_unverified(token).signature)):
        assert secret not in printed
