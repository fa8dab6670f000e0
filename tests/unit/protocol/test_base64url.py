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
    assert parse_base64url(text.encode()) == bytes.fromhex(octets)


@pytest.mark.parametrize(
    "segment",
    [
        pytest.param(b"Zg==", id="padding"),
        pytest.param(b"Zm8=", id="one padding character"),
        pytest.param(b"=", id="padding alone"),
        pytest.param(b"Z", id="a length that no octets have"),
        pytest.param(b"Zm9vY", id="a length that no octets have, longer"),
        pytest.param(b"Zh", id="bits behind one octet"),
        pytest.param(b"Zm9", id="bits behind two octets"),
        pytest.param(b"+_8", id="plus, of the standard alphabet"),
        pytest.param(b"_/8", id="slash, of the standard alphabet"),
        pytest.param(b"Zm9v\n", id="a line feed at the end"),
        pytest.param(b" Zm9", id="a space at the start"),
        pytest.param(b"Zm\r\n9v", id="a line break within"),
        pytest.param(b"Zm9\x00", id="NUL"),
        pytest.param(b"Zm9v.m9", id="a dot"),
        pytest.param("Zm9ü".encode(), id="beyond ASCII"),
    ],
)
def test_any_other_spelling_is_refused(segment: bytes) -> None:
    with pytest.raises(ValueError, match="base64url"):
        parse_base64url(segment)


@given(st.binary())
def test_what_is_encoded_is_read_back(octets: bytes) -> None:
    assert parse_base64url(encode(octets).encode()) == octets


@given(st.text(ALPHABET, max_size=12).map(str.encode) | st.binary(max_size=12))
def test_no_two_texts_spell_the_same_octets(segment: bytes) -> None:
    try:
        octets = parse_base64url(segment)
    except ValueError:
        return

    assert encode(octets).encode() == segment
