"""One JSON Web Key: what it may be used for, and the public key in it (RFC 7517 §4)."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm
from jwt.exceptions import PyJWTError

from relying_party.protocol.algorithms import SignatureAlgorithm
from relying_party.protocol.profile import TENANT

MIN_RSA_BITS = 2048
"""RFC 7518 §3.3: "A key of size 2048 bits or larger MUST be used"."""

MAX_RSA_BITS = 16384
"""Longer keys only cost time: a verification takes the square of their length."""

# By small prime, how many powers of 65537 there are modulo it, where those are not all residues
_ROCA_ORDERS = {
    11: 2, 13: 6, 17: 8, 19: 9, 37: 3, 53: 26, 61: 20, 71: 35, 73: 24,
    79: 13, 97: 6, 103: 51, 107: 53, 109: 54, 127: 42, 151: 50, 157: 78,
}  # fmt: skip

# The members that make the public key (RFC 7518 §6, RFC 8037 §2). Nothing else is handed to
# PyJWT, so that a private key published by mistake is still only its public half here.
_PUBLIC_MEMBERS = {
    "RSA": ("kty", "n", "e"),
    "EC": ("kty", "crv", "x", "y"),
    "OKP": ("kty", "crv", "x"),
}

_READERS = {
    "RSA": RSAAlgorithm.from_jwk,
    "EC": ECAlgorithm.from_jwk,
    "OKP": OKPAlgorithm.from_jwk,
}


class VerificationKey:
    """One member of a JWK Set. The public key in it is built at its first use, then kept."""

    def __init__(self, jwk: Mapping[str, Any]) -> None:
        self._jwk = jwk
        self.kid = jwk.get("kid")
        self.names_issuer = "issuer" in jwk

    def fits(self, algorithm: SignatureAlgorithm, kid: str | None) -> bool:
        """Tell whether a signature by *algorithm* under *kid* may be checked with this key.

        Every member that is present must agree; an absent one permits (RFC 7517 §4.2-4.5).
        """
        return (
            self._jwk.get("kty") == algorithm.kty
            and (not algorithm.curves or self._jwk.get("crv") in algorithm.curves)
            and self._jwk.get("alg", algorithm.name) in _names_for(algorithm, self._jwk)
            and (kid is None or self.kid == kid)
            and self.can_verify
        )

    def vouches_for(self, claims: Mapping[str, Any]) -> bool:
        """Tell whether this key may sign a token with *claims*.

        A key that names its issuer signs for that one alone: Microsoft publishes the keys of
        all tenants together ("Access tokens in the Microsoft identity platform").
        """
        if not self.names_issuer:
            return True
        issuer, tenant = self._jwk["issuer"], claims.get("tid")
        if not isinstance(issuer, str):
            return False
        return claims.get("iss") == issuer.replace(TENANT, str(tenant))

    @property
    def can_verify(self) -> bool:
        """Whether this is a sound key, meant for signatures (RFC 7517 §4.2, §4.3)."""
        return (
            self._jwk.get("use", "sig") == "sig"
            and _permits_verify(self._jwk.get("key_ops"))
            and self.public_key is not None
        )

    @cached_property
    def public_key(self) -> Any | None:
        """The key itself; None where the members do not make a sound one."""
        kty = self._jwk["kty"]
        members = {name: self._jwk.get(name) for name in _PUBLIC_MEMBERS[kty]}
        if not all(isinstance(value, str) for value in members.values()):
            return None
        try:
            key: Any = _READERS[kty](members)
        except (PyJWTError, ValueError):
            return None
        return key if kty != "RSA" or _is_sound(key) else None


def _is_sound(key: Any) -> bool:
    in_bounds = MIN_RSA_BITS <= key.key_size <= MAX_RSA_BITS
    return in_bounds and not _is_roca(key.public_numbers().n)


def _is_roca(modulus: int) -> bool:
    """Tell whether *modulus* was made by the chips of CVE-2017-15361, and can be factored.

    Modulo every small prime it is then a power of 65537 (Nemec et al., "The Return of
    Coppersmith's Attack", CCS 2017, §3). One sound modulus in 2^27 is so by chance.
    """
    return all(pow(modulus, order, prime) == 1 for prime, order in _ROCA_ORDERS.items())


def _names_for(algorithm: SignatureAlgorithm, jwk: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what a key's ``alg`` may say: RFC 9864 §2.2 has two names for one EdDSA key."""
    return ("EdDSA", jwk["crv"]) if algorithm.kty == "OKP" else (algorithm.name,)


def _permits_verify(key_ops: object) -> bool:
    return key_ops is None or (isinstance(key_ops, list) and "verify" in key_ops)
