"""The signature algorithms we accept, each bound to the one kind of key it works with.

RFC 7518 §3.1 names them, RFC 8037 §3.1 adds EdDSA, RFC 9864 its fully specified names. Keys and
signatures are those of PyJWT's algorithm objects over ``cryptography``; what those do anew for
each signature is done once here (docs/decisions/0009).
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512, HashAlgorithm
from jwt.algorithms import (
    Algorithm,
    ECAlgorithm,
    HMACAlgorithm,
    OKPAlgorithm,
    RSAAlgorithm,
    RSAPSSAlgorithm,
)


class _Pkcs1(RSAAlgorithm):
    """RSASSA-PKCS1-v1_5 (RFC 7518 §3.3)."""

    def __init__(self, digest: type[HashAlgorithm]) -> None:
        super().__init__(digest)
        self._padding, self._digest = PKCS1v15(), digest()

    def verify(self, msg: bytes, key: Any, sig: bytes) -> bool:
        try:
            key.verify(sig, msg, self._padding, self._digest)
        except InvalidSignature:
            return False
        return True


class _Ecdsa(ECAlgorithm):
    """ECDSA, whose signature is R and S, one after the other (RFC 7518 §3.4).

    The key is one on the curve of the algorithm: ``VerificationKey.fits`` sees to that.
    """

    def __init__(self, digest: type[HashAlgorithm], octets: int) -> None:
        super().__init__(digest)
        self._scheme = ECDSA(digest())
        self._octets = octets

    def verify(self, msg: bytes, key: Any, sig: bytes) -> bool:
        if len(sig) != 2 * self._octets:
            return False
        r, s = sig[: self._octets], sig[self._octets :]
        in_der = encode_dss_signature(int.from_bytes(r), int.from_bytes(s))
        try:
            key.verify(in_der, msg, self._scheme)
        except InvalidSignature:
            return False
        return True


class _Eddsa(OKPAlgorithm):
    """EdDSA, whose key says the rest (RFC 8037 §3.1)."""

    def verify(self, msg: bytes | str, key: Any, sig: bytes | str) -> bool:
        try:
            key.verify(sig, msg)
        except InvalidSignature:
            return False
        return True


class SignatureAlgorithm(NamedTuple):
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
    return SignatureAlgorithm(name, "OKP", curves, _Eddsa().verify)


ALGORITHMS: dict[str, SignatureAlgorithm] = {
    algorithm.name: algorithm
    for algorithm in (
        _rsa("RS256", _Pkcs1(SHA256)),
        _rsa("RS384", _Pkcs1(SHA384)),
        _rsa("RS512", _Pkcs1(SHA512)),
        _rsa("PS256", RSAPSSAlgorithm(SHA256)),
        _rsa("PS384", RSAPSSAlgorithm(SHA384)),
        _rsa("PS512", RSAPSSAlgorithm(SHA512)),
        _ec("ES256", "P-256", _Ecdsa(SHA256, 32)),
        _ec("ES384", "P-384", _Ecdsa(SHA384, 48)),
        _ec("ES512", "P-521", _Ecdsa(SHA512, 66)),
        _okp("EdDSA", "Ed25519", "Ed448"),
        _okp("Ed25519", "Ed25519"),
        _okp("Ed448", "Ed448"),
    )
}
"""Every ``alg`` whose keys are in a JWK Set."""

SIGNING_ALGORITHMS = tuple(name for name in ALGORITHMS if name not in ("Ed25519", "Ed448"))
"""What a client may sign with: PyJWT knows EdDSA by its older name alone."""

SECRET_ALGORITHM = "HS256"
"""The one ``alg`` whose key is the client's secret, for clients that are pinned to it."""

MIN_SECRET_OCTETS = 32
"""RFC 7518 §3.2: a key "of the same size as the hash output or larger MUST be used"."""

SECRET_VERIFIER = HMACAlgorithm(HMACAlgorithm.SHA256)
