"""The authorization code grant for an app that cannot keep a secret (RFC 6749 §4.1, RFC 7636)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from relying_party.application.grant_flow import GrantedTokens, GrantFlow
from relying_party.application.grant_request import GrantRequest
from relying_party.errors import IssuerFailed
from relying_party.protocol.client import Client, require_client
from relying_party.protocol.grant import Grant
from relying_party.protocol.id_token import Expectations
from relying_party.protocol.sealing import SealedName, derive
from relying_party.protocol.token_endpoint import build_code_request


@dataclass(frozen=True, slots=True)
class CodeExchange:
    """What the app brings back from the authorization response."""

    client_id: str
    code: str = field(repr=False)
    redirect_uri: str | None = None
    code_verifier: str | None = field(default=None, repr=False)
    nonce: str | None = field(default=None, repr=False)
    iss: str | None = None


@dataclass(frozen=True, slots=True)
class ExchangeCode:
    """Exchanges a code for tokens; the same request again gets the same tokens."""

    clients: Mapping[str, Client]
    flow: GrantFlow

    def __call__(self, exchange: CodeExchange, *, deadline: float) -> GrantedTokens:
        """Return the token response of OIDC Core §3.1.3.3, its ID Token verified.

        What is wrong with the request itself is found before the code is spent.

        Raises:
            OAuthError: the request or the code is refused.
            Problem: nothing was decided about the code, or it is not known what was.
        """
        client = require_client(self.clients, exchange.client_id)
        client.require_response_issuer(exchange.iss)
        build = partial(
            build_code_request,
            code=exchange.code,
            redirect_uri=client.exchange_redirect_uri(exchange.redirect_uri),
            code_verifier=client.require_pkce(exchange.code_verifier),
        )
        expected = Expectations(nonce=client.require_nonce(exchange.nonce), code=exchange.code)
        grant = self._begin(client, exchange)
        asked = GrantRequest(_record(client, exchange), grant.family, "", client.replay_window)
        tokens = self.flow.run(client, grant, build, asked, expected, deadline=deadline)
        if tokens.id_token is None and client.id_token_required:
            raise IssuerFailed("token response without an ID Token")
        return tokens

    def _begin(self, client: Client, exchange: CodeExchange) -> Grant:
        grant = self.flow.grants.begin(client)
        if client.issuer.refresh_with_code_verifier:
            return replace(grant, code_verifier=exchange.code_verifier)
        return grant


def _record(client: Client, exchange: CodeExchange) -> SealedName | None:
    """Return the record of this exchange.

    Without a verifier it gets none: a code must stay single-use for whoever merely
    intercepted it.
    """
    if exchange.code_verifier is None or client.replay_window == 0:
        return None
    return derive(
        "exchange",
        exchange.client_id,
        exchange.code,
        exchange.redirect_uri or "",
        exchange.code_verifier,
    )
