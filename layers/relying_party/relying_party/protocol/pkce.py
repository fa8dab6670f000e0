"""Proof Key for Code Exchange (RFC 7636): both sides of it, S256 only.

``plain`` is left out on purpose: it would hand the verifier to whoever sees the
authorization request (RFC 7636 §4.2, RFC 9700 §2.1.1).
"""

import re
from enum import StrEnum
from hashlib import sha256
from hmac import compare_digest

from relying_party.errors import InvalidRequest
from relying_party.protocol import base64url

CHALLENGE_METHOD = "S256"

# RFC 7636 §4.1: code-verifier = 43*128unreserved
_CODE_VERIFIER = re.compile(r"[A-Za-z0-9\-._~]{43,128}")

# RFC 7636 §4.2: BASE64URL(SHA256(…)) is always 43 characters, the last of them spelling 4 bits
_CODE_CHALLENGE = re.compile(r"[A-Za-z0-9\-_]{42}[AEIMQUYcgkosw048]")

_VERIFIER_OCTETS = 32


class PkceMode(StrEnum):
    """What a client has to prove when its code is exchanged (the names are Mosaic's)."""

    ALLOW_ALONGSIDE = "allow_alongside_client_credentials"
    """The secret always; PKCE where the app uses it."""

    ENFORCE_ALONGSIDE = "enforce_alongside_client_credentials"
    """The secret and PKCE, both always."""

    ENFORCE_INSTEAD = "enforce_instead_of_client_credentials"
    """PKCE always; no secret is ever sent."""

    @property
    def requires_verifier(self) -> bool:
        """Whether an exchange without a ``code_verifier`` is refused."""
        return self is not PkceMode.ALLOW_ALONGSIDE

    @property
    def sends_secret(self) -> bool:
        """Whether the client authenticates at the token endpoint."""
        return self is not PkceMode.ENFORCE_INSTEAD


def build_code_verifier(entropy: bytes) -> str:
    """Return the ``code_verifier`` that *entropy* makes.

    Args:
        entropy: 32 octets from a cryptographic source (RFC 7636 §4.1, §7.1).
    """
    assert len(entropy) == _VERIFIER_OCTETS, "RFC 7636 §7.1 wants 256 bits"  # noqa: S101
    return base64url.encode(entropy)


def build_code_challenge(code_verifier: str) -> str:
    """Return the S256 ``code_challenge`` of *code_verifier* (RFC 7636 §4.2)."""
    return base64url.encode(sha256(code_verifier.encode("ascii")).digest())


def require_code_verifier(value: str) -> str:
    """Return *value* if it is a well-formed ``code_verifier`` (RFC 7636 §4.1).

    The issuer checks the same; we check first so that a verifier that cannot be right never
    spends the single-use code (RFC 6749 §4.1.2).

    Raises:
        InvalidRequest: wrong length, or a character outside ``unreserved``.
    """
    if not _CODE_VERIFIER.fullmatch(value):
        raise InvalidRequest("code_verifier must be 43 to 128 unreserved characters")
    return value


def require_code_challenge(value: str) -> str:
    """Return *value* if it can be an S256 ``code_challenge`` (RFC 7636 §4.2).

    Raises:
        InvalidRequest: it is no base64url of 32 octets.
    """
    if not _CODE_CHALLENGE.fullmatch(value):
        raise InvalidRequest("code_challenge must be 43 base64url characters")
    return value


def verifier_matches(code_verifier: str, code_challenge: str) -> bool:
    """Tell whether *code_verifier* is the one behind *code_challenge* (RFC 7636 §4.6)."""
    return compare_digest(build_code_challenge(code_verifier), code_challenge)
