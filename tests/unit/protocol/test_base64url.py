"""Base64url has one spelling for every sequence of octets (RFC 7515 §2, RFC 4648 §3.5)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relying_party.protocol.base64url import encode, parse_base64url
from tests.published import vectors

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@pytest.mark.parametrize(("octets", "text"), vectors("base64url")["pairs"])
def test_published_vectors(octets: str, text: str) -> None:
    assert encode(bytes.fromhex(octets)) == text
    assert parse_base64url(text) == bytes.fromhex(octets)


@pytest.mark.parametrize(
    "segment",
    [
        pytest.param("Zg==", id="padding"),
        pytest.param("Zm8=", id="one padding character"),
        pytest.param("=", id="padding alone"),
        pytest.param("Z", id="a length that no octets have"),
        pytest.param("Zm9vY", id="a length that no octets have, longer"),
        pytest.param("Zh", id="bits behind one octet"),
        pytest.param("Zm9", id="bits behind two octets"),
        pytest.param("+_8", id="plus, of the standard alphabet"),
        pytest.param("_/8", id="slash, of the standard alphabet"),
        pytest.param("Zm9v\n", id="a line feed at the end"),
        pytest.param(" Zm9", id="a space at the start"),
        pytest.param("Zm\r\n9v", id="a line break within"),
        pytest.param("Zm9\x00", id="NUL"),
        pytest.param("Zm9v.m9", id="a dot"),
        pytest.param("Zm9ü", id="beyond ASCII"),
        pytest.param("Zm9v\n\n\n\n", id="line feeds that make up a multiple of four"),
        pytest.param("Zm9v    ", id="spaces that do"),
        pytest.param("Zm9v....", id="dots that do"),
        pytest.param("Zm9v\0\0\0\0", id="NULs that do"),
        pytest.param("Zm9v\n\n\n\nZm9v", id="line feeds within that do"),
        pytest.param("....Zm9v", id="dots before that do"),
        pytest.param("Zg==Zm9v", id="padding within"),
        pytest.param("====Zm9v", id="padding before"),
    ],
)
def test_any_other_spelling_is_refused(segment: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the message is for nobody
        parse_base64url(segment)


@pytest.mark.parametrize("last", ALPHABET)
def test_only_the_last_characters_without_bits_behind_them_are_taken(last: str) -> None:
    for begin, canonical in (("Z", "AQgw"), ("Zm", "AEIMQUYcgkosw048"), ("Zm9", ALPHABET)):
        if last in canonical:
            assert encode(parse_base64url(begin + last)) == begin + last
        else:
            with pytest.raises(ValueError):  # noqa: PT011 - the message is for nobody
                parse_base64url(begin + last)


@given(st.binary())
def test_what_is_encoded_is_read_back(octets: bytes) -> None:
    assert parse_base64url(encode(octets)) == octets


@given(
    st.text(ALPHABET, max_size=12) | st.text(max_size=12) | st.text(ALPHABET + "+/=\n", max_size=9)
)
def test_no_two_texts_spell_the_same_octets(segment: str) -> None:
    try:
        octets = parse_base64url(segment)
    except ValueError:
        return

    assert encode(octets) == segment
