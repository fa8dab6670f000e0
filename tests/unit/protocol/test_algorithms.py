"""Our algorithm objects say of every signature what PyJWT's own say (RFC 7518 §3)."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import given
from hypothesis import strategies as st
from jwt.algorithms import get_default_algorithms

from relying_party.protocol.algorithms import ALGORITHMS
from tests.tokens import signing_key

MESSAGE = b"header.payload"
THEIRS = get_default_algorithms()
NAMES = sorted(ALGORITHMS.keys() & THEIRS.keys())


def signed(name: str) -> bytes:
    signature: bytes = THEIRS[name].sign(MESSAGE, signing_key(name).private)
    return signature


@st.composite
def changed(draw: st.DrawFn, signature: bytes) -> bytes:
    """Draw what a stranger makes of a good signature: other octets, fewer, more, or the same."""
    begin, end = sorted(draw(st.tuples(st.integers(0, len(signature)), st.integers(0, 600))))
    return signature[:begin] + draw(st.binary(max_size=4)) + signature[end:]


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
def test_no_signature_is_judged_otherwise_than_by_pyjwt(name: str, data: st.DataObject) -> None:
    key = signing_key(name).private.public_key()
    signature = data.draw(changed(signed(name)))
    message = data.draw(st.sampled_from([MESSAGE, b"another"]))

    verdict = ALGORITHMS[name].verify(message, key, signature)
    assert verdict is THEIRS[name].verify(message, key, signature)


@pytest.mark.parametrize("name", NAMES)
def test_a_good_signature_fits_and_no_other_message(name: str) -> None:
    key, signature = signing_key(name).private.public_key(), signed(name)

    assert ALGORITHMS[name].verify(MESSAGE, key, signature)
    assert not ALGORITHMS[name].verify(MESSAGE + b".", key, signature)


@pytest.mark.parametrize("name", ["ES256", "ES384", "ES512"])
@pytest.mark.parametrize("octets", [b"\0", b"\xff"])
def test_numbers_that_no_signature_has_are_refused(name: str, octets: bytes) -> None:
    key, good = signing_key(name).private.public_key(), signed(name)
    half = len(good) // 2
    wrong = octets * half

    for signature in (wrong + good[half:], good[:half] + wrong, wrong + wrong):
        assert not ALGORITHMS[name].verify(MESSAGE, key, signature)


@pytest.mark.parametrize("name", ["ES256", "ES384", "ES512"])
def test_one_signature_is_not_spelt_in_two_ways(name: str) -> None:
    key, good = signing_key(name).private.public_key(), signed(name)
    half = len(good) // 2

    assert not ALGORITHMS[name].verify(MESSAGE, key, good[:half] + b"\0" + good[half:])


def test_an_ecdsa_signature_in_der_is_no_jws_signature() -> None:
    key = signing_key("ES256")

    in_der = key.private.sign(MESSAGE, ECDSA(SHA256()))
    assert not ALGORITHMS["ES256"].verify(MESSAGE, key.private.public_key(), in_der)
