"""Records that only their bearer can find and read.

What is kept about a code or a refresh token is named and sealed by keys derived from that
very secret, which we do not keep. So the table alone reveals no token, and neither does the
table together with this code.
"""

from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from relying_party.protocol import base64url

NONCE_OCTETS = 12
"""NIST SP 800-38D §5.2.1.1: the length that GCM is made for."""

_KEY_OCTETS = 32


@dataclass(frozen=True, slots=True)
class SealedName:
    """Where a record is, and what opens it."""

    name: str
    key: bytes = field(repr=False)


def derive(purpose: str, *secrets: str) -> SealedName:
    """Return the name and the key that *secrets* make for *purpose* (RFC 5869).

    The secrets carry the entropy; each is preceded by its length, so that no two lists of
    them spell the same octets.
    """
    material = b"".join(len(octets).to_bytes(4) + octets for octets in map(str.encode, secrets))
    name, key = (_hkdf(material, f"latchkey {purpose} {part}") for part in ("name", "key"))
    return SealedName(base64url.encode(name), key)


def _hkdf(material: bytes, info: str) -> bytes:
    return HKDF(SHA256(), _KEY_OCTETS, salt=None, info=info.encode()).derive(material)


def seal(where: SealedName, plaintext: bytes, nonce: bytes) -> bytes:
    """Return *plaintext* encrypted with AES-256-GCM, bound to the record's name.

    Args:
        where: the record.
        plaintext: what to keep.
        nonce: NONCE_OCTETS from a cryptographic source, never used twice.
    """
    return nonce + AESGCM(where.key).encrypt(nonce, plaintext, where.name.encode())


def unseal(where: SealedName, sealed: bytes) -> bytes:
    """Return what *sealed* holds.

    Raises:
        ValueError: it was not sealed for this record, or has been changed since.
    """
    nonce, ciphertext = sealed[:NONCE_OCTETS], sealed[NONCE_OCTETS:]
    try:
        return AESGCM(where.key).decrypt(nonce, ciphertext, where.name.encode())
    except InvalidTag:
        raise ValueError("not sealed for this record") from None
