"""The authorization code grant for an app that cannot keep a secret (RFC 6749 §4.1, RFC 7636)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from relying_party.application.token_endpoint import TokenEndpoint
from relying_party.protocol.client import Client, require_client
from relying_party.protocol.id_token import Expectations
from relying_party.protocol.json_object import JsonObject
from relying_party.protocol.token_endpoint import build_code_request


@dataclass(frozen=True, slots=True)
class CodeExchange:
    """What the app brings back from the authorization response."""

    client_id: str
    code: str = field(repr=False)
    redirect_uri: str
    code_verifier: str | None = field(default=None, repr=False)
    nonce: str | None = field(default=None, repr=False)
    iss: str | None = None


@dataclass(frozen=True, slots=True)
class ExchangeCode:
    """Exchanges a code for tokens, once."""

    clients: Mapping[str, Client]
    endpoint: TokenEndpoint

    def __call__(self, exchange: CodeExchange, *, deadline: float) -> JsonObject:
        """Return the token response of OIDC Core §3.1.3.3, its ID Token verified.

        What is wrong with the request itself is found before the code is spent.

        Raises:
            OAuthError: the request or the code is refused.
            Problem: nothing was decided about the code.
        """
        client = require_client(self.clients, exchange.client_id)
        client.require_response_issuer(exchange.iss)
        build = partial(
            build_code_request,
            code=exchange.code,
            redirect_uri=client.require_redirect_uri(exchange.redirect_uri),
            code_verifier=client.require_pkce(exchange.code_verifier),
        )
        response = self.endpoint.request(
            client,
            build,
            Expectations(nonce=client.require_nonce(exchange.nonce), code=exchange.code),
            id_token_required=client.id_token_required,
            deadline=deadline,
        )
        return response.members
