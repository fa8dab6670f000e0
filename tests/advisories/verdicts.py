"""Asks for a verdict the short way."""

from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.pool.case import Case, Setting
from tests.pool.judge import judge
from tests.tokens import SigningKey

Form = Callable[[SigningKey], bytes]
"""A way in which a public key may lie about."""

EVERY_ALGORITHM = Setting(
    algorithms=("RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "ES512", "EdDSA", "Ed448")
)
"""A client that takes whatever a key set can verify: nothing is refused for want of trust."""


def verdict(token: str, **more: Any) -> str:
    """Return what is said about *token* to a client that takes every algorithm."""
    return judge(Case("advisory", frozenset(), token, **{"setting": EVERY_ALGORITHM, **more}))


def pem(key: SigningKey) -> bytes:
    """Return the public half of *key* as PEM."""
    public = key.private.public_key()
    octets: bytes = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return octets


def openssh(key: SigningKey) -> bytes:
    """Return the public half of *key* as a line of ``authorized_keys``."""
    octets: bytes = key.private.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
    return octets


def pkcs1(key: SigningKey) -> bytes:
    """Return the public half of an RSA *key* as PKCS #1 PEM."""
    octets: bytes = key.private.public_key().public_bytes(Encoding.PEM, PublicFormat.PKCS1)
    return octets
