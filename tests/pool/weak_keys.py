"""Keys that nobody should publish, each with a token that it really signed."""

from functools import cache
from math import prod

from cryptography.hazmat.primitives.asymmetric import rsa

from relying_party.protocol import base64url
from tests.tokens import Json, SigningKey, private_key

_SMALL_PRIMES = [n for n in range(2, 702) if all(n % d for d in range(2, int(n**0.5) + 1))]
_GENERATOR = 65537


@cache
def small_rsa(bits: int) -> SigningKey:
    """Return an RSA key of *bits*, published like any other."""
    return SigningKey("RS256", "weak", private_key(f"RSA-{bits}"))


@cache
def cubic_rsa() -> SigningKey:
    """Return an RSA key with the exponent 3, which is unusual and sound."""
    return SigningKey("RS256", "weak", rsa.generate_private_key(3, 2048))


@cache
def roca_rsa() -> SigningKey:
    """Return an RSA key of the kind that Infineon's chips made (CVE-2017-15361).

    Both its primes are k * M + (65537^a mod M), M being the product of the first 126 primes
    (Nemec et al., "The Return of Coppersmith's Attack", CCS 2017, §2.1).
    """
    p, q = _roca_prime(start=2**53 + 12345), _roca_prime(start=2**53 + 98765)
    e = 65537
    d = pow(e, -1, (p - 1) * (q - 1))
    numbers = rsa.RSAPrivateNumbers(
        p=p,
        q=q,
        d=d,
        dmp1=d % (p - 1),
        dmq1=d % (q - 1),
        iqmp=pow(q, -1, p),
        public_numbers=rsa.RSAPublicNumbers(e, p * q),
    )
    return SigningKey("RS256", "weak", numbers.private_key())


def _roca_prime(start: int) -> int:
    product = prod(_SMALL_PRIMES)
    exponent, k = start % 1009, start
    while True:
        candidate = k * product + pow(_GENERATOR, exponent, product)
        if candidate % 2 and all(pow(base, candidate - 1, candidate) == 1 for base in (2, 3)):
            return candidate
        k += 1


def published(key: SigningKey, **changes: object) -> Json:
    """Return the JWK of *key* with *changes*; None takes a member away."""
    members = {**key.jwk, **changes}
    return {name: value for name, value in members.items() if value is not None}


def spelled_number(number: int) -> str:
    """Return *number* as a JWK spells it (RFC 7518 §2, Base64urlUInt)."""
    return base64url.encode(number.to_bytes(max(1, (number.bit_length() + 7) // 8), "big"))
