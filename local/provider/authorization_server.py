"""Authlib's authorization server, told about our clients, tokens and rules."""

from collections.abc import Collection, Iterable
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc9207 import IssuerParameter
from flask import Response

from local.provider.accounts import User
from local.provider.client_authentication import authenticate
from local.provider.clients import RegisteredClient
from local.provider.grants import (
    CodeGrant,
    CodeIdToken,
    RefreshedIdToken,
    RefreshGrant,
    S256CodeChallenge,
    SupportedParameters,
)
from local.provider.issuing import TokenIssuer
from local.provider.memory import Memory, Token


class StrictAuthorizationServer(AuthorizationServer):
    """The code flow with PKCE and refresh, for the clients it is given."""

    def __init__(self, clients: Iterable[RegisteredClient], issuer: TokenIssuer) -> None:
        super().__init__()
        self.memory = Memory()
        self.issuer = issuer
        self._clients = {client.client_id: client for client in clients}
        self._issuer_parameter = _OurIssuer(issuer.issuer)
        self.register_grant(
            CodeGrant, [S256CodeChallenge(), SupportedParameters(), CodeIdToken(issuer)]
        )
        self.register_grant(RefreshGrant, [RefreshedIdToken(issuer)])
        self.register_endpoint(_Revocation)

    def query_client(self, client_id: str) -> Any:
        """The registered client of that id."""
        return self._clients.get(client_id)

    def authenticate_client(
        self, request: Any, methods: Collection[str], endpoint: str = "token"
    ) -> RegisteredClient:
        """The client, by the one method that it is registered with."""
        del methods, endpoint
        client = authenticate(self.query_client, request.headers, request.form)
        request.auth_method = client.token_endpoint_auth_method
        return client

    def save_token(self, token: Any, request: Any) -> None:
        """Remember what was just issued, under the sign-in that it came from."""
        authorization = (request.authorization_code or request.refresh_token).authorization
        self.memory.add_access_token(token["access_token"], authorization, token["scope"])
        if "refresh_token" in token:
            self.memory.add_refresh_token(token["refresh_token"], authorization)

    def redirect(self, grant: Any, user: User | None) -> Response:
        """Back to the app, with a code for `user` or the news that nobody signed in."""
        return self._with_issuer(self.create_authorization_response(grant_user=user, grant=grant))

    def redirect_error(self, error: OAuth2Error) -> Response:
        """Back to the app, with what is wrong with its request."""
        return self._with_issuer(self.handle_response(*error()))

    def _with_issuer(self, response: Any) -> Response:
        # Errors too say who they come from (RFC 9207 §2), which Authlib's own hook forgets.
        self._issuer_parameter.add_issuer_parameter(self, response)
        named: Response = response
        return named


class _OurIssuer(IssuerParameter):
    def __init__(self, issuer: str) -> None:
        self._issuer = issuer

    def get_issuer(self) -> str:
        return self._issuer


class _Revocation(RevocationEndpoint):
    """RFC 7009."""

    def query_token(self, token_string: str, token_type_hint: str | None) -> Token | None:
        del token_type_hint  # both kinds are kept in one place
        token: Token | None = self.server.memory.tokens.get(token_string)
        return token

    def revoke_token(self, token: Token, request: Any) -> None:
        del request
        token.revoked = True
        if token.refreshes:  # §2.1: the access tokens go with it
            token.authorization.revoked = True
