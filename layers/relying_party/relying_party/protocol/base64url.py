"""Base64url without padding, canonical forms only (RFC 7515 §2, RFC 4648 §3.5)."""

from base64 import urlsafe_b64encode
from binascii import Error, a2b_base64

# The URL-safe alphabet becomes the standard one; what only the standard one has becomes invalid.
_TO_STANDARD = bytes.maketrans(b"-_+/=", b"+/\x00\x00\x00")

# RFC 4648 §3.5: the unused bits of the last character must be zero. No octets are spelt by
# one character beyond a multiple of four.
_LAST_OF: tuple[frozenset[int], ...] = (
    frozenset(),
    frozenset(),
    frozenset(b"AQgw"),
    frozenset(b"AEIMQUYcgkosw048"),
)
_PADDING = (b"", b"", b"==", b"=")


def encode(data: bytes) -> str:
    """Return *data* as unpadded base64url (RFC 7515 appendix C)."""
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def parse_base64url(segment: bytes) -> bytes:
    """Return the octets that *segment* spells.

    Only the one canonical spelling is taken, so that no two different tokens carry the same
    signature octets.

    Raises:
        ValueError: a character outside the alphabet, padding, a length no octets have, or
            bits set behind the last octet.
    """
    tail = len(segment) % 4
    if tail and segment[-1] not in _LAST_OF[tail]:
        raise ValueError("not canonical base64url")
    try:
        return a2b_base64(segment.translate(_TO_STANDARD) + _PADDING[tail], strict_mode=True)
    except Error:
        raise ValueError("not base64url") from None
