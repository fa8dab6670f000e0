"""Where a request carries its token, and how it is challenged without one (RFC 6750 §2, §3)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relying_party.errors import InvalidRequest, InvalidToken, MissingToken, Reason
from relying_party.protocol.bearer import build_challenge, parse_authorization, require_one_token


@pytest.mark.parametrize(
    "authorization", ["Bearer aA0-._~+/==", "bearer aA0-._~+/==", "BEARER  aA0-._~+/== "]
)
def test_the_scheme_is_bearer_in_any_case(authorization: str) -> None:
    assert parse_authorization(authorization) == "aA0-._~+/=="


@pytest.mark.parametrize("authorization", [None, "", "Basic eDp5", "Bearertoken", "DPoP x"])
def test_another_scheme_carries_no_token(authorization: str | None) -> None:
    assert parse_authorization(authorization) is None


@pytest.mark.parametrize(
    "authorization",
    [
        pytest.param("Bearer", id="nothing behind it"),
        pytest.param("Bearer ", id="a space behind it"),
        pytest.param("Bearer a b", id="two tokens"),
        pytest.param("Bearer a,Bearer b", id="two headers, joined by the gateway"),
        pytest.param("Bearer a, Bearer b", id="two headers, joined with a space"),
        pytest.param("Bearer =", id="padding alone"),
        pytest.param("Bearer a=b", id="padding within"),
        pytest.param('Bearer "a"', id="quotes"),
        pytest.param("Bearer ä", id="beyond ASCII"),
        pytest.param("Bearer a\nb", id="a line feed"),
    ],
)
def test_bearer_with_anything_but_one_token_is_refused(authorization: str) -> None:
    with pytest.raises(InvalidRequest, match="one bearer token"):
        parse_authorization(authorization)


def test_a_token_is_taken_from_the_header_or_from_the_body() -> None:
    assert require_one_token("Bearer a", None) == "a"
    assert require_one_token(None, "b") == "b"
    assert require_one_token("Basic eDp5", "b") == "b"


def test_a_token_in_both_places_is_refused_even_if_it_is_the_same() -> None:
    with pytest.raises(InvalidRequest, match="header and in the body"):
        require_one_token("Bearer a", "a")


@pytest.mark.parametrize("authorization", [None, "Basic eDp5"])
def test_no_token_is_told_apart_from_a_bad_one(authorization: str | None) -> None:
    with pytest.raises(MissingToken) as missing:
        require_one_token(authorization, None)

    assert build_challenge(missing.value) == "Bearer"


@pytest.mark.parametrize("reason", list(Reason))
def test_a_challenge_is_well_formed_and_names_the_error(reason: Reason) -> None:
    challenge = build_challenge(InvalidToken(reason, 'detail "with" quotes'))

    assert challenge.startswith('Bearer error="invalid_token", error_description="')
    assert challenge.count('"') == 4
    assert "detail" not in challenge


@given(st.text())
def test_no_header_ends_in_anything_but_a_token_none_or_a_refusal(authorization: str) -> None:
    try:
        token = parse_authorization(authorization)
    except InvalidRequest:
        return

    assert token is None or (token.isascii() and " " not in token)
