"""Records that only their bearer can find and read."""

import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relying_party.protocol import base64url
from relying_party.protocol.sealing import NONCE_OCTETS, SealedName, derive, seal, unseal

NONCE = bytes(range(NONCE_OCTETS))
WHERE = derive("refresh", "client", "secret")
SEALED = seal(WHERE, b"the answer", NONCE)

some_secrets = st.lists(st.text(max_size=12), min_size=1, max_size=4)


@given(some_secrets, some_secrets)
def test_two_lists_of_secrets_share_name_and_key_only_if_they_are_the_same(
    ours: list[str], theirs: list[str]
) -> None:
    one, other = derive("refresh", *ours), derive("refresh", *theirs)
    assert (one.name == other.name) is (ours == theirs)
    assert (one.key == other.key) is (ours == theirs)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("ab", "c"), ("a", "bc")),
        (("abc",), ("abc", "")),
        (("", "abc"), ("abc", "")),
        (("a\0\0\0\1b",), ("a", "b")),
    ],
)
def test_where_one_secret_ends_and_the_next_begins_makes_a_difference(
    one: tuple[str, ...], other: tuple[str, ...]
) -> None:
    assert derive("refresh", *one) != derive("refresh", *other)


def test_the_same_secret_has_another_name_and_key_for_every_purpose() -> None:
    places = [derive(purpose, "secret") for purpose in ("exchange", "refresh", "token", "family")]
    assert len({place.name for place in places}) == len({place.key for place in places}) == 4


def test_name_and_key_are_outputs_of_rfc_5869_and_stay_so_in_every_version() -> None:
    """Another derivation would forget every grant at the moment of an update."""
    material = b"\0\0\0\x06client" + b"\0\0\0\x06secret"
    extracted = hmac.digest(bytes(32), material, "sha256")
    name = hmac.digest(extracted, b"latchkey refresh name\x01", "sha256")
    key = hmac.digest(extracted, b"latchkey refresh key\x01", "sha256")
    assert SealedName(base64url.encode(name), key) == WHERE


def test_the_key_shows_in_no_text_of_a_record() -> None:
    assert WHERE.key.hex() not in repr(WHERE)
    assert repr(WHERE.key) not in repr(WHERE)


@given(st.binary(max_size=200), st.binary(min_size=NONCE_OCTETS, max_size=NONCE_OCTETS))
def test_what_was_sealed_is_what_comes_out(plaintext: bytes, nonce: bytes) -> None:
    assert unseal(WHERE, seal(WHERE, plaintext, nonce)) == plaintext


def test_two_seals_of_the_same_have_nothing_in_common() -> None:
    other = seal(WHERE, b"the answer", bytes(NONCE_OCTETS))
    assert SEALED[:NONCE_OCTETS] == NONCE
    assert SEALED[NONCE_OCTETS:] != other[NONCE_OCTETS:]


@given(st.integers(0, len(SEALED) - 1), st.integers(1, 255))
def test_whatever_octet_is_changed_it_is_refused(place: int, change: int) -> None:
    changed = bytearray(SEALED)
    changed[place] ^= change
    with pytest.raises(ValueError, match="not sealed for this record"):
        unseal(WHERE, bytes(changed))


@pytest.mark.parametrize("length", [0, 1, NONCE_OCTETS, NONCE_OCTETS + 15, len(SEALED) - 1])
def test_what_was_cut_off_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match=r"not sealed|Nonce"):
        unseal(WHERE, SEALED[:length])


@pytest.mark.parametrize(
    "where",
    [
        SealedName("another name", WHERE.key),
        SealedName(WHERE.name, bytes(32)),
        derive("refresh", "client", "another secret"),
    ],
    ids=["moved to another record", "another key", "another secret"],
)
def test_it_opens_for_this_record_alone(where: SealedName) -> None:
    with pytest.raises(ValueError, match="not sealed for this record"):
        unseal(where, SEALED)
