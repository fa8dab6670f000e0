"""Base64url without padding, canonical forms only (RFC 7515 §2, RFC 4648 §3.5)."""

from base64 import urlsafe_b64encode
from binascii import a2b_base64

# RFC 4648 §3.5: the unused bits of the last character must be zero. No octets are spelt by
# one character beyond a multiple of four.
_LAST_OF = ("", "", "AQgw", "AEIMQUYcgkosw048")
_PADDING = ("", "", "==", "=")


def encode(data: bytes) -> str:
    """Return *data* as unpadded base64url (RFC 7515 appendix C)."""
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def parse_base64url(text: str) -> bytes:
    """Return the octets that *text* spells.

    Only the one canonical spelling is taken, so that no two different tokens carry the same
    signature octets.

    Raises:
        ValueError: a character outside the alphabet, padding, a length no octets have, or
            bits set behind the last octet.
    """
    if "+" in text or "/" in text or "=" in text:
        raise ValueError("the standard alphabet, or padding")
    tail = len(text) % 4
    if tail and text[-1] not in _LAST_OF[tail]:
        raise ValueError("not canonical")
    # One character at a time: few payloads have either, and str.translate takes thirty times as
    # long
    standard = text.replace("-", "+").replace("_", "/")
    return a2b_base64(standard + _PADDING[tail], strict_mode=True)
