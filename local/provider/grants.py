"""The code grant and the refresh grant, with Authlib's loose ends tied.

`Any` stands where Authlib hands back what we gave it: its own types know only mixins.
"""

import re
import time
from typing import Any

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import BaseGrant, InvalidRequestError
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant, RefreshTokenGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import OpenIDCode, OpenIDToken

from local.provider.accounts import User
from local.provider.issuing import TokenIssuer
from local.provider.memory import ACCESS_TOKEN_SECONDS, Authorization, Code, Token, new_value

_S256_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
# OIDC Core §3.1.2.6: what we do not do is refused, never passed over.
_UNSUPPORTED_PARAMETERS = {
    "request": "request_not_supported",
    "request_uri": "request_uri_not_supported",
    "registration": "registration_not_supported",
}


class _Issuing(BaseGrant):
    """Makes the tokens from the sign-in that the presented code or token belongs to."""

    request: Any

    def generate_token(self, *_: Any, scope: str | None = None, **__: Any) -> dict[str, Any]:
        """The token response without its ID Token."""
        presented = self.request.authorization_code or self.request.refresh_token
        token = {
            "token_type": "Bearer",
            "access_token": self.server.issuer.access_token(presented.authorization, scope),
            "expires_in": ACCESS_TOKEN_SECONDS,
            "scope": scope,
        }
        if "offline_access" in presented.authorization.scope.split():
            token["refresh_token"] = new_value()
        return token


class CodeGrant(_Issuing, AuthorizationCodeGrant):
    """RFC 6749 §4.1."""

    def generate_authorization_code(self) -> str:
        """A fresh code."""
        return new_value()

    def save_authorization_code(self, code: str, request: Any) -> None:
        """Remember what the user has just allowed."""
        parameters = request.payload.data
        authorization = Authorization(
            client=request.client,
            user=request.user,
            scope=request.scope,
            redirect_uri=parameters["redirect_uri"],
            code_challenge=parameters["code_challenge"],
            nonce=parameters.get("nonce"),
            auth_time=int(time.time()),
        )
        self.server.memory.add_code(code, authorization)

    def query_authorization_code(self, code: str, client: Any) -> Any:
        """The code, if it is still good."""
        return self.server.memory.take_code(code, client)

    def delete_authorization_code(self, authorization_code: Code) -> None:
        """Keep it as used: only so can a second use be told from a made-up code."""
        authorization_code.used = True

    def authenticate_user(self, authorization_code: Code) -> User:
        """Who signed in."""
        return authorization_code.authorization.user


class RefreshGrant(_Issuing, RefreshTokenGrant):
    """RFC 6749 §6 with rotation, RFC 9700 §4.14.2."""

    def authenticate_refresh_token(self, refresh_token: str) -> Any:
        """The refresh token, if it is still good."""
        return self.server.memory.take_refresh_token(refresh_token, self.request.client)

    def authenticate_user(self, refresh_token: Token) -> User:
        """Who signed in."""
        return refresh_token.authorization.user

    def revoke_old_credential(self, refresh_token: Any) -> None:
        """Keep it as used, so that its reuse is noticed."""
        refresh_token.used = True


class S256CodeChallenge(CodeChallenge):
    """RFC 7636, for every client and with S256 alone."""

    SUPPORTED_CODE_CHALLENGE_METHOD = ["S256"]  # noqa: RUF012 - Authlib says list

    def validate_code_challenge(self, grant: Any, redirect_uri: str) -> None:
        """Refuse a request without a challenge, or with one that S256 cannot have made."""
        parameters = grant.request.payload.data
        if parameters.get("code_challenge_method") != "S256":
            raise InvalidRequestError("code_challenge_method must be S256")
        if not _S256_CHALLENGE.fullmatch(parameters.get("code_challenge", "")):
            raise InvalidRequestError("code_challenge must be 43 characters of base64url")
        super().validate_code_challenge(grant, redirect_uri)


class SupportedParameters:
    """Refuses the optional parts of OpenID Connect that this provider leaves out."""

    def __call__(self, grant: BaseGrant) -> None:
        """Have the authorization request looked at."""
        grant.register_hook("after_validate_authorization_request_payload", self.require)

    def require(self, grant: Any, redirect_uri: str) -> None:
        """Raise for the first parameter that we cannot serve."""
        del redirect_uri
        parameters = grant.request.payload.data
        for name, error in _UNSUPPORTED_PARAMETERS.items():
            if name in parameters:
                raise OAuth2Error(f"{name} is not supported", error=error)
        if parameters.get("response_mode", "query") != "query":
            raise InvalidRequestError("response_mode must be query")
        if not parameters.get("max_age", "0").isdecimal():
            raise InvalidRequestError("max_age must be a number of seconds")


class CodeIdToken(OpenIDCode):
    """The ID Token of a code exchange; it carries the nonce."""

    def __init__(self, issuer: TokenIssuer) -> None:
        super().__init__()
        self._issuer = issuer

    def exists_nonce(self, nonce: str, request: Any) -> bool:
        """Never: a nonce is the client's to compare."""
        del nonce, request
        return False

    def encode_id_token(self, token: dict[str, str], request: Any) -> str:
        """The ID Token that goes with `token`."""
        authorization = request.authorization_code.authorization
        return self._issuer.id_token(
            authorization,
            token["scope"],
            access_token=token["access_token"],
            nonce=authorization.nonce,
        )


class RefreshedIdToken(OpenIDToken):
    """The ID Token of a refresh; OIDC Core §12.2 advises against a nonce in it."""

    def __init__(self, issuer: TokenIssuer) -> None:
        self._issuer = issuer

    def encode_id_token(self, token: dict[str, str], request: Any) -> str:
        """The ID Token that goes with `token`."""
        authorization = request.refresh_token.authorization
        return self._issuer.id_token(
            authorization, token["scope"], access_token=token["access_token"]
        )
