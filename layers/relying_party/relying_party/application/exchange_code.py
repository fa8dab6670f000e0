"""The authorization code grant for an app that cannot keep a secret (RFC 6749 §4.1, RFC 7636)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

from relying_party.application.code_proof import (
    CodeExchange,
    CodeProof,
    proof_of_library,
    proof_of_login,
    proof_of_request,
)
from relying_party.application.grant_flow import GrantedTokens, GrantFlow
from relying_party.application.grant_request import GrantRequest
from relying_party.application.login_sessions import LoginSessions
from relying_party.errors import IssuerFailed
from relying_party.protocol.client import Client, require_client
from relying_party.protocol.grant import Grant
from relying_party.protocol.id_token import Expectations
from relying_party.protocol.sealing import SealedName, derive
from relying_party.protocol.token_endpoint import build_code_request

__all__ = ["CodeExchange", "ExchangeCode"]


@dataclass(frozen=True, slots=True)
class ExchangeCode:
    """Exchanges a code for tokens; the same request again gets the same tokens."""

    clients: Mapping[str, Client]
    flow: GrantFlow
    logins: LoginSessions

    def __call__(self, exchange: CodeExchange, *, deadline: float) -> GrantedTokens:
        """Return the token response of OIDC Core §3.1.3.3, its ID Token verified.

        What is wrong with the request itself is found before the code is spent.

        Raises:
            OAuthError: the request or the code is refused.
            Problem: nothing was decided about the code, or it is not known what was.
        """
        client = require_client(self.clients, exchange.client_id)
        if exchange.login_session is not None:
            return self._finish_login(client, exchange, exchange.login_session, deadline)
        return self._exchange(client, exchange, proof_of_request(client, exchange), deadline)

    def for_library(self, exchange: CodeExchange, *, deadline: float) -> GrantedTokens:
        """Return the same for an app whose library knows RFC 6749 alone.

        Raises:
            OAuthError, Problem: as above.
        """
        client = require_client(self.clients, exchange.client_id)
        return self._exchange(client, exchange, proof_of_library(client, exchange), deadline)

    def _finish_login(
        self, client: Client, exchange: CodeExchange, login_session: str, deadline: float
    ) -> GrantedTokens:
        """End a sign-in that began at ``/login``; one that fails may be tried again."""
        login = self.logins.open(client, exchange.required_state, login_session, exchange.code)
        proof = proof_of_login(client, exchange, login)
        tokens = self._exchange(client, exchange, proof, deadline)
        self.logins.end(login, exchange.code)
        return replace(tokens, user=login.user)

    def _exchange(
        self, client: Client, exchange: CodeExchange, proof: CodeProof, deadline: float
    ) -> GrantedTokens:
        build = partial(
            build_code_request,
            code=exchange.code,
            redirect_uri=proof.redirect_uri,
            code_verifier=proof.code_verifier,
        )
        expected = Expectations(nonce=proof.nonce, code=exchange.code)
        grant = self._begin(client, proof)
        where = _record(client, exchange.code, proof)
        asked = GrantRequest(where, grant.family, "", client.replay_window)
        tokens = self.flow.run(client, grant, build, asked, expected, deadline=deadline)
        if tokens.id_token is None and client.id_token_required:
            raise IssuerFailed("token response without an ID Token")
        return tokens

    def _begin(self, client: Client, proof: CodeProof) -> Grant:
        grant = self.flow.grants.begin(client)
        if client.issuer.refresh_with_code_verifier:
            return replace(grant, code_verifier=proof.code_verifier)
        return grant


def _record(client: Client, code: str, proof: CodeProof) -> SealedName | None:
    """Return the record of this exchange.

    Without a secret that only the app can repeat it gets none: a code must stay single-use
    for whoever merely intercepted it.
    """
    if proof.held is None or client.replay_window == 0:
        return None
    return derive("exchange", client.client_id, code, proof.redirect_uri or "", proof.held)
