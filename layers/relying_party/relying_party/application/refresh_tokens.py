"""The refresh token grant (RFC 6749 §6, OIDC Core §12)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from relying_party.application.token_endpoint import TokenEndpoint
from relying_party.protocol.client import Client, require_client
from relying_party.protocol.id_token import Expectations
from relying_party.protocol.json_object import JsonObject
from relying_party.protocol.pkce import require_code_verifier
from relying_party.protocol.token_endpoint import build_refresh_request


@dataclass(frozen=True, slots=True)
class TokenRefresh:
    """What the app sends when its access token runs out."""

    client_id: str
    refresh_token: str = field(repr=False)
    scope: str | None = None
    code_verifier: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class RefreshTokens:
    """Refreshes tokens, once."""

    clients: Mapping[str, Client]
    endpoint: TokenEndpoint

    def __call__(self, refresh: TokenRefresh, *, deadline: float) -> JsonObject:
        """Return the token response of RFC 6749 §5.1; an ID Token in it is verified.

        An issuer need not send one (OIDC Core §12.2), nor a new refresh token (RFC 6749 §6):
        the app then goes on with the one it has.

        Raises:
            OAuthError: the request or the refresh token is refused.
            Problem: nothing was decided about the refresh token.
        """
        client = require_client(self.clients, refresh.client_id)
        if refresh.code_verifier is not None:
            require_code_verifier(refresh.code_verifier)
        build = partial(
            build_refresh_request,
            refresh_token=refresh.refresh_token,
            scope=refresh.scope,
            code_verifier=refresh.code_verifier,
        )
        response = self.endpoint.request(
            client, build, Expectations(), id_token_required=False, deadline=deadline
        )
        return response.members
