"""ID Tokens and access tokens."""

import secrets
import time
from typing import Any

from authlib.oidc.core.util import create_half_hash

from local.provider.keys import ALGORITHM, SigningKeys
from local.provider.memory import ACCESS_TOKEN_SECONDS, Authorization

ID_TOKEN_SECONDS = 3600


class TokenIssuer:
    """Signs what the issuer says about a sign-in."""

    def __init__(self, issuer: str, keys: SigningKeys) -> None:
        self.issuer = issuer
        self.keys = keys

    def access_token(self, authorization: Authorization, scope: str) -> str:
        """A JWT access token for our own userinfo endpoint, RFC 9068 §2."""
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": authorization.user.sub,
            "aud": f"{self.issuer}/userinfo",
            "client_id": authorization.client.client_id,
            "scope": scope,
            "auth_time": authorization.auth_time,
            "iat": now,
            "exp": now + ACCESS_TOKEN_SECONDS,
            "jti": secrets.token_urlsafe(16),
        }
        return self.keys.sign(claims, "at+jwt")

    def id_token(
        self,
        authorization: Authorization,
        scope: str,
        *,
        access_token: str | None = None,
        nonce: str | None = None,
        age: int = 0,
    ) -> str:
        """An ID Token, OIDC Core §2; `age` is how many seconds ago it was issued."""
        now = int(time.time()) - age
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "aud": authorization.client.client_id,
            "iat": now,
            "exp": now + ID_TOKEN_SECONDS,
            "auth_time": authorization.auth_time - age,
            **authorization.user.claims(scope),
        }
        if nonce is not None:
            claims["nonce"] = nonce
        if access_token is not None:
            at_hash = create_half_hash(access_token, ALGORITHM) or b""
            claims["at_hash"] = at_hash.decode()
        return self.keys.sign(claims, "JWT")
