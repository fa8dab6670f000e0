"""The signature algorithms we accept, each bound to the one kind of key it works with.

RFC 7518 §3.1 names them, RFC 8037 §3.1 adds EdDSA, RFC 9864 its fully specified names. The
signature itself is checked by PyJWT's algorithm objects over ``cryptography``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from jwt.algorithms import (
    Algorithm,
    ECAlgorithm,
    HMACAlgorithm,
    OKPAlgorithm,
    RSAAlgorithm,
    RSAPSSAlgorithm,
)


@dataclass(frozen=True, slots=True)
class SignatureAlgorithm:
    """How one ``alg`` is verified, and with which keys."""

    name: str
    kty: str
    curves: tuple[str, ...]
    """The ``crv`` values that fit; empty where the key type has none."""
    verify: Callable[[bytes, Any, bytes], bool]
    """Tells whether a key made, of the signing input, the signature."""


def _rsa(name: str, verifier: Algorithm) -> SignatureAlgorithm:
    return SignatureAlgorithm(name, "RSA", (), verifier.verify)


def _ec(name: str, curve: str, verifier: Algorithm) -> SignatureAlgorithm:
    # RFC 7518 §3.4: each ES… algorithm has exactly one curve
    return SignatureAlgorithm(name, "EC", (curve,), verifier.verify)


def _okp(name: str, *curves: str) -> SignatureAlgorithm:
    return SignatureAlgorithm(name, "OKP", curves, OKPAlgorithm().verify)


ALGORITHMS: dict[str, SignatureAlgorithm] = {
    algorithm.name: algorithm
    for algorithm in (
        _rsa("RS256", RSAAlgorithm(RSAAlgorithm.SHA256)),
        _rsa("RS384", RSAAlgorithm(RSAAlgorithm.SHA384)),
        _rsa("RS512", RSAAlgorithm(RSAAlgorithm.SHA512)),
        _rsa("PS256", RSAPSSAlgorithm(RSAPSSAlgorithm.SHA256)),
        _rsa("PS384", RSAPSSAlgorithm(RSAPSSAlgorithm.SHA384)),
        _rsa("PS512", RSAPSSAlgorithm(RSAPSSAlgorithm.SHA512)),
        _ec("ES256", "P-256", ECAlgorithm(ECAlgorithm.SHA256)),
        _ec("ES384", "P-384", ECAlgorithm(ECAlgorithm.SHA384)),
        _ec("ES512", "P-521", ECAlgorithm(ECAlgorithm.SHA512)),
        _okp("EdDSA", "Ed25519", "Ed448"),
        _okp("Ed25519", "Ed25519"),
        _okp("Ed448", "Ed448"),
    )
}
"""Every ``alg`` whose keys are in a JWK Set."""

SECRET_ALGORITHM = "HS256"
"""The one ``alg`` whose key is the client's secret, for clients that are pinned to it."""

MIN_SECRET_OCTETS = 32
"""RFC 7518 §3.2: a key "of the same size as the hash output or larger MUST be used"."""

SECRET_VERIFIER = HMACAlgorithm(HMACAlgorithm.SHA256)
