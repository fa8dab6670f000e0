"""The provider's signing keys."""

import secrets
from typing import Any

from joserfc import jwt
from joserfc.jwk import RSAKey

ALGORITHM = "RS256"


class SigningKeys:
    """The key that signs, and the one before it: still published, so that its tokens stay good."""

    def __init__(self) -> None:
        self._keys = [_generate()]

    def rotate(self) -> str:
        """Sign with a new key from now on; the last but one leaves the JWK Set."""
        self._keys = [_generate(), self._keys[0]]
        return str(self._keys[0].kid)

    def jwk_set(self) -> dict[str, Any]:
        """The public halves, RFC 7517 §5."""
        return {"keys": [key.as_dict(private=False) for key in self._keys]}

    def sign(self, claims: dict[str, Any], typ: str) -> str:
        """`claims` as a JWS in compact form under the current key."""
        key = self._keys[0]
        return jwt.encode({"alg": ALGORITHM, "kid": key.kid, "typ": typ}, claims, key, [ALGORITHM])


def _generate() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": secrets.token_hex(8), "use": "sig", "alg": ALGORITHM})
