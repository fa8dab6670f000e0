"""Proof Key for Code Exchange, both sides of it (RFC 7636)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relying_party.errors import InvalidRequest
from relying_party.protocol.pkce import (
    PkceMode,
    build_code_challenge,
    build_code_verifier,
    require_code_challenge,
    require_code_verifier,
    verifier_matches,
)
from tests.published import vectors

UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

verifiers = st.text(UNRESERVED, min_size=43, max_size=128)


def test_s256_matches_rfc_7636_appendix_b() -> None:
    vector = vectors("pkce")

    assert build_code_verifier(bytes(vector["code_verifier_octets"])) == vector["code_verifier"]
    assert build_code_challenge(vector["code_verifier"]) == vector["code_challenge"]
    assert verifier_matches(vector["code_verifier"], vector["code_challenge"])


@pytest.mark.parametrize(
    "verifier",
    [
        pytest.param("a" * 43, id="shortest"),
        pytest.param("a" * 128, id="longest"),
        pytest.param("-._~" * 11, id="every mark"),
        pytest.param("AZaz09" * 8, id="letters and digits"),
    ],
)
def test_a_well_formed_verifier_is_taken(verifier: str) -> None:
    assert require_code_verifier(verifier) == verifier


@pytest.mark.parametrize(
    "verifier",
    [
        pytest.param("", id="empty"),
        pytest.param("a" * 42, id="one too short"),
        pytest.param("a" * 129, id="one too long"),
        pytest.param("a" * 43 + "\n", id="a line feed at the end"),
        pytest.param("a" * 42 + "\n", id="a line feed instead of the last character"),
        pytest.param("a" * 43 + " ", id="a space"),
        pytest.param("a" * 43 + "+", id="plus, which a form takes for a space"),
        pytest.param("a" * 43 + "=", id="padding"),
        pytest.param("a" * 43 + "/", id="slash"),
        pytest.param("a" * 43 + "%2D", id="percent-encoding"),
        pytest.param("ä" * 43, id="letters beyond ASCII"),
        pytest.param("\u0661" * 43, id="digits beyond ASCII"),
        pytest.param("a" * 43 + "\x00", id="NUL"),
    ],
)
def test_a_malformed_verifier_is_refused_before_it_spends_a_code(verifier: str) -> None:
    with pytest.raises(InvalidRequest, match="code_verifier") as refusal:
        require_code_verifier(verifier)

    assert verifier == "" or verifier not in refusal.value.detail


@pytest.mark.parametrize(
    "challenge",
    [
        pytest.param("", id="empty"),
        pytest.param(CHALLENGE[:-1], id="one too short"),
        pytest.param(CHALLENGE + "A", id="one too long"),
        pytest.param(CHALLENGE + "=", id="padding"),
        pytest.param(CHALLENGE[:-1] + "N", id="bits behind the last octet"),
        pytest.param(CHALLENGE[:-1] + "\n", id="a line feed at the end"),
        pytest.param("+" + CHALLENGE[1:], id="the standard alphabet"),
        pytest.param("." + CHALLENGE[1:], id="a verifier sent as its own challenge (plain)"),
    ],
)
def test_what_cannot_be_an_s256_challenge_is_refused(challenge: str) -> None:
    with pytest.raises(InvalidRequest, match="code_challenge"):
        require_code_challenge(challenge)


@given(st.binary(min_size=32, max_size=32))
def test_what_we_make_is_well_formed_and_fits(entropy: bytes) -> None:
    verifier = require_code_verifier(build_code_verifier(entropy))
    challenge = require_code_challenge(build_code_challenge(verifier))

    assert verifier_matches(verifier, challenge)


@given(verifiers, verifiers)
def test_only_the_verifier_itself_fits_its_challenge(one: str, other: str) -> None:
    assert verifier_matches(one, build_code_challenge(other)) is (one == other)


def test_the_verifier_itself_is_no_proof() -> None:
    assert not verifier_matches(VERIFIER, VERIFIER)


@pytest.mark.parametrize("octets", [0, 31, 33])
def test_a_verifier_is_made_of_256_bits_and_nothing_else(octets: int) -> None:
    with pytest.raises(AssertionError, match="256 bits"):
        build_code_verifier(bytes(octets))


@pytest.mark.parametrize(
    ("mode", "requires_verifier", "sends_secret"),
    [
        ("allow_alongside_client_credentials", False, True),
        ("enforce_alongside_client_credentials", True, True),
        ("enforce_instead_of_client_credentials", True, False),
    ],
)
def test_what_each_mode_means(mode: str, requires_verifier: bool, sends_secret: bool) -> None:  # noqa: FBT001
    assert PkceMode(mode).requires_verifier is requires_verifier
    assert PkceMode(mode).sends_secret is sends_secret
