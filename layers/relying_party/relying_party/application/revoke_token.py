"""End a grant: forgotten here first, then at the issuer (RFC 7009)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from relying_party.application.grant_ports import GrantStore
from relying_party.application.grants import Grants
from relying_party.application.ports import Clock, Observe, StoreUnavailable
from relying_party.application.token_endpoint import TokenEndpoint
from relying_party.errors import (
    NoAnswer,
    RelyingPartyError,
    TemporarilyUnavailable,
    UnsupportedTokenType,
)
from relying_party.protocol.client import Client, require_client
from relying_party.protocol.revocation import build_revocation_request, require_revoked
from relying_party.protocol.token_endpoint import TokenResponse


@dataclass(frozen=True, slots=True)
class Revocation:
    """What the app asks for."""

    client_id: str
    token: str = field(repr=False)
    token_type_hint: str | None = None


@dataclass(frozen=True, slots=True)
class RevokeToken:
    """Revokes the family of a token: by the old refresh token, the new, or an access token."""

    clients: Mapping[str, Client]
    endpoint: TokenEndpoint
    grants: Grants
    store: GrantStore
    clock: Clock
    observe: Observe

    def __call__(self, revocation: Revocation, *, deadline: float) -> None:
        """End the grant of the token. An unknown token is as good as revoked (RFC 7009 §2.2).

        Raises:
            OAuthError: the request is refused; or the issuer revokes no such tokens.
            Problem: the issuer has not been told. Here the grant is forgotten already, unless
                the store was out of reach as well.
        """
        client = require_client(self.clients, revocation.client_id)
        self._forget(client, revocation.token)
        self._tell_issuer(client, revocation.token, revocation.token_type_hint, deadline)

    def give_back(self, client: Client, response: TokenResponse, *, deadline: float) -> None:
        """Have the issuer revoke what it just gave, as far as it does."""
        by_access_token = client.issuer.profile.revocation_parameter == "access_token"
        refresh_token = None if by_access_token else response.refresh_token
        token = refresh_token or response.access_token
        try:
            self._tell_issuer(client, token, None, deadline)
        except RelyingPartyError as failure:
            self.observe("grant_not_given_back", cause=failure.detail)

    def _forget(self, client: Client, token: str) -> None:
        until = self.clock() + client.issuer.refresh_token_lifetime
        try:
            self.store.revoke(self.grants.look_up(client, token).family, until)
        except StoreUnavailable as error:
            raise TemporarilyUnavailable(str(error)) from None
        self.observe("grant_revoked")

    def _tell_issuer(self, client: Client, token: str, hint: str | None, deadline: float) -> None:
        url = self.endpoint.revocation_endpoint(client, deadline)
        if url is None:
            raise UnsupportedTokenType("the issuer has no revocation endpoint")
        parameter = client.issuer.profile.revocation_parameter
        build = partial(build_revocation_request, token=token, hint=hint, parameter=parameter)
        try:
            require_revoked(self.endpoint.exchange_form(client, url, build, deadline=deadline))
        except NoAnswer as error:
            raise TemporarilyUnavailable(error.detail) from None
