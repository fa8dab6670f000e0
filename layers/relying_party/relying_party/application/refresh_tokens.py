"""The refresh token grant (RFC 6749 §6, OIDC Core §12)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from relying_party.application.grant_flow import GrantedTokens, GrantFlow
from relying_party.application.grant_request import GrantRequest
from relying_party.errors import IdTokenRefused
from relying_party.protocol.client import Client, require_client
from relying_party.protocol.grant import agrees
from relying_party.protocol.id_token import Expectations
from relying_party.protocol.pkce import require_code_verifier
from relying_party.protocol.replay import canonical_scope
from relying_party.protocol.sealing import SealedName, derive
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
    """Refreshes tokens; the same request again gets the same tokens."""

    clients: Mapping[str, Client]
    flow: GrantFlow

    def __call__(self, refresh: TokenRefresh, *, deadline: float) -> GrantedTokens:
        """Return the token response of RFC 6749 §5.1; an ID Token in it is verified.

        An issuer need not send one (OIDC Core §12.2), nor a new refresh token (RFC 6749 §6):
        the app then goes on with the one it has.

        Raises:
            OAuthError: the request or the refresh token is refused.
            Problem: nothing was decided about the refresh token, or it is not known what was.
        """
        client = require_client(self.clients, refresh.client_id)
        if refresh.code_verifier is not None:
            require_code_verifier(refresh.code_verifier)
        grant = self.flow.grants.find(client, refresh.refresh_token)
        self.flow.grants.require_live(grant)
        scope = refresh.scope or client.refresh_scope
        build = partial(
            build_refresh_request,
            refresh_token=refresh.refresh_token,
            scope=scope,
            code_verifier=refresh.code_verifier or grant.code_verifier,
        )
        asked = GrantRequest(
            where=_record(client, refresh),
            family=grant.family,
            scope=canonical_scope(scope),
            window=client.replay_window,
            presented=refresh.refresh_token,
            grace=client.issuer.rotation_grace,
        )
        tokens = self.flow.run(client, grant, build, asked, Expectations(), deadline=deadline)
        if tokens.id_token is not None and not agrees(grant, tokens.id_token):
            raise IdTokenRefused("the refreshed ID Token is not the sign-in's (OIDC Core §12.2)")
        return tokens


def _record(client: Client, refresh: TokenRefresh) -> SealedName | None:
    if client.replay_window == 0:
        return None
    return derive("refresh", refresh.client_id, refresh.refresh_token)
