"""How a client proves itself (RFC 6749 §2.3.1, appendix B)."""

from base64 import b64decode
from urllib.parse import unquote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relying_party.protocol.client_authentication import (
    AuthenticationMethod,
    build_client_authentication,
)

BASIC = AuthenticationMethod.CLIENT_SECRET_BASIC
POST = AuthenticationMethod.CLIENT_SECRET_POST
NONE = AuthenticationMethod.NONE

text = st.text(st.characters(exclude_categories=["Cs"]))


def basic(client_id: str, secret: str) -> str:
    """Return what stands behind "Basic", decoded from base64."""
    header = build_client_authentication(BASIC, client_id, secret).headers["Authorization"]
    assert header.startswith("Basic ")
    return b64decode(header.removeprefix("Basic "), validate=True).decode("ascii")


def test_basic_matches_the_example_of_rfc_6749() -> None:
    authentication = build_client_authentication(BASIC, "s6BhdRkqt3", "gX1fBat3bV")

    assert authentication.headers == {"Authorization": "Basic czZCaGRSa3F0MzpnWDFmQmF0M2JW"}
    assert authentication.fields == {}


@pytest.mark.parametrize(
    ("client_id", "secret", "expected"),
    [
        pytest.param("a:b", "c:d", "a%3Ab:c%3Ad", id="colons"),
        pytest.param("a", "b+c", "a:b%2Bc", id="plus"),
        pytest.param("a", "b c", "a:b+c", id="a space"),
        pytest.param("a", "b%41", "a:b%2541", id="percent"),
        pytest.param("a", "p/=&?", "a:p%2F%3D%26%3F", id="what a form has a use for"),
        pytest.param("a", "ü€", "a:%C3%BC%E2%82%AC", id="beyond ASCII, as UTF-8"),
        pytest.param("https://app.example", "s", "https%3A%2F%2Fapp.example:s", id="a URL"),
    ],
)
def test_both_halves_are_form_encoded_first(client_id: str, secret: str, expected: str) -> None:
    assert basic(client_id, secret) == expected


@given(text, text)
def test_an_issuer_reads_back_whatever_they_hold(client_id: str, secret: str) -> None:
    first, colon, second = basic(client_id, secret).partition(":")

    assert (unquote_plus(first), colon, unquote_plus(second)) == (client_id, ":", secret)


def test_post_puts_both_into_the_form() -> None:
    authentication = build_client_authentication(POST, "a:b", "c+d")

    assert authentication.headers == {}
    assert authentication.fields == {"client_id": "a:b", "client_secret": "c+d"}


def test_a_client_without_a_secret_only_says_who_it_is() -> None:
    authentication = build_client_authentication(NONE, "app", "never sent")

    assert authentication.headers == {}
    assert authentication.fields == {"client_id": "app"}
