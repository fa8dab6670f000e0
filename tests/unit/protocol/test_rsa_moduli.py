"""Which RSA moduli are used: by their length, and by how they were made (RFC 7518 §3.3)."""

import pytest

from relying_party.protocol import jwk
from relying_party.protocol.jwk import MAX_RSA_BITS, MIN_RSA_BITS, VerificationKey
from tests.pool.weak_keys import roca_rsa, spelled_number


def is_used(modulus: int) -> bool:
    members = {"kty": "RSA", "e": "AQAB", "n": spelled_number(modulus)}
    return VerificationKey(members).public_key is not None


@pytest.mark.parametrize(
    ("bits", "used"),
    [
        (MIN_RSA_BITS - 1, False),
        (MIN_RSA_BITS, True),
        (MAX_RSA_BITS, True),
        (MAX_RSA_BITS + 1, False),
    ],
)
def test_a_modulus_is_neither_short_nor_endless(bits: int, used: bool) -> None:  # noqa: FBT001
    assert is_used(2 ** (bits - 1) + 1) is used


def test_the_bounds_are_those_of_the_specification_and_of_openssl() -> None:
    assert (MIN_RSA_BITS, MAX_RSA_BITS) == (2048, 16384)


def test_the_fingerprint_of_roca_is_what_65537_generates() -> None:
    powers = {prime: {pow(65537, n, prime) for n in range(prime)} for prime in jwk._ROCA_ORDERS}

    assert {prime: len(found) for prime, found in powers.items()} == jwk._ROCA_ORDERS
    assert all(prime % divisor for prime in powers for divisor in range(2, prime))
    assert all(len(found) < prime - 1 for prime, found in powers.items())


def test_a_modulus_with_the_fingerprint_is_refused_and_its_neighbours_are_not() -> None:
    modulus = roca_rsa().private.public_key().public_numbers().n

    assert not is_used(modulus)
    assert is_used(modulus + 2)
    assert is_used(modulus - 2)
