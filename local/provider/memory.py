"""What the provider remembers: sign-ins, and the codes and tokens that came of them."""

import secrets
import time
from dataclasses import dataclass, field

from authlib.oauth2.rfc6749 import AuthorizationCodeMixin, TokenMixin

from local.provider.accounts import User
from local.provider.clients import RegisteredClient

# Certified providers give a code a minute; ours waits in a terminal until somebody pastes it.
CODE_SECONDS = 3600
ACCESS_TOKEN_SECONDS = 3600
REFRESH_TOKEN_SECONDS = 14 * 24 * 3600


@dataclass
class Authorization:
    """What a user allowed a client at one sign-in; all that was issued for it ends with it."""

    client: RegisteredClient
    user: User
    scope: str
    redirect_uri: str
    code_challenge: str
    nonce: str | None
    auth_time: int
    revoked: bool = False


@dataclass
class Code(AuthorizationCodeMixin):
    """An authorization code."""

    authorization: Authorization
    expires_at: float
    used: bool = False

    code_challenge_method = "S256"

    @property
    def code_challenge(self) -> str:
        """The challenge that the verifier must match."""
        return self.authorization.code_challenge

    def get_redirect_uri(self) -> str:
        """The redirect URI that the token request must repeat."""
        return self.authorization.redirect_uri

    def get_scope(self) -> str:
        """What was granted."""
        return self.authorization.scope


@dataclass
class Token(TokenMixin):
    """An access token or a refresh token."""

    authorization: Authorization
    scope: str
    expires_at: float
    refreshes: bool
    used: bool = False
    revoked: bool = False

    def check_client(self, client: RegisteredClient) -> bool:
        """True if it was issued to `client`."""
        return self.authorization.client == client

    def get_scope(self) -> str:
        """What it is good for."""
        return self.scope

    def is_active(self) -> bool:
        """True until it expires or is revoked, alone or with its sign-in."""
        return not (self.revoked or self.authorization.revoked or self.expires_at <= time.time())


@dataclass
class Memory:
    """Every code and token by its value."""

    codes: dict[str, Code] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)

    def add_code(self, value: str, authorization: Authorization) -> None:
        """Remember a code for one exchange."""
        self.codes[value] = Code(authorization, time.time() + CODE_SECONDS)

    def take_code(self, value: str, client: RegisteredClient) -> Code | None:
        """The code if `client` may exchange it; a second use ends its sign-in (RFC 6749 §4.1.2)."""
        code = self.codes.get(value)
        if code is None or code.authorization.client != client:
            return None
        code.authorization.revoked |= code.used
        return None if code.used or code.expires_at <= time.time() else code

    def add_access_token(self, value: str, authorization: Authorization, scope: str) -> None:
        """Remember an access token, for userinfo and revocation."""
        expires_at = time.time() + ACCESS_TOKEN_SECONDS
        self.tokens[value] = Token(authorization, scope, expires_at, refreshes=False)

    def add_refresh_token(self, value: str, authorization: Authorization) -> None:
        """Remember a refresh token; its scope is the whole grant, RFC 6749 §6."""
        expires_at = time.time() + REFRESH_TOKEN_SECONDS
        self.tokens[value] = Token(authorization, authorization.scope, expires_at, refreshes=True)

    def take_refresh_token(self, value: str, client: RegisteredClient) -> Token | None:
        """The refresh token if `client` may use it; reuse ends its family (RFC 9700 §4.14.2)."""
        token = self.tokens.get(value)
        if token is None or not token.refreshes or not token.check_client(client):
            return None
        token.authorization.revoked |= token.used
        return token if token.is_active() else None

    def take_access_token(self, value: str) -> Token | None:
        """The access token while it is active."""
        token = self.tokens.get(value)
        return token if token and not token.refreshes and token.is_active() else None


def new_value() -> str:
    """A code or a refresh token: 256 bits that say nothing."""
    return secrets.token_urlsafe(32)
