"""Ask an issuer's token endpoint for tokens, once, and believe the ID Token only if it is good."""

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from relying_party.application.client_credentials import ClientCredentials
from relying_party.application.key_cache import KeyCache
from relying_party.application.ports import Clock, PostForm
from relying_party.application.verify_token import VerifyToken
from relying_party.errors import (
    ClientRefused,
    IdTokenRefused,
    InvalidGrant,
    InvalidToken,
    IssuerFailed,
    Reason,
    TemporarilyUnavailable,
)
from relying_party.protocol.client import Client
from relying_party.protocol.client_authentication import (
    ClientAuthentication,
)
from relying_party.protocol.http_message import FormRequest, HttpReply
from relying_party.protocol.id_token import Expectations
from relying_party.protocol.token_endpoint import TokenResponse, parse_token_response
from relying_party.protocol.verified_token import TokenUse, VerifiedToken

CALL_BUDGET = 15.0
"""Seconds for one call to a token endpoint in all."""

_FOR_THE_ANSWER = 4.0
"""Seconds kept back to store what comes, which takes three where the store hangs, to verify it
and to answer: an invocation that ends before has lost it."""

BuildRequest = Callable[[str, ClientAuthentication], FormRequest]
"""Makes the request from the token endpoint's URL and the client's authentication."""


@dataclass(frozen=True, slots=True)
class TokenEndpoint:
    """The way to every configured issuer's token endpoint."""

    caches: Mapping[str, KeyCache]
    post: PostForm
    credentials: ClientCredentials
    verify: VerifyToken
    clock: Clock

    def require_at_hand(self, client: Client, *, deadline: float) -> None:
        """Make sure of all that asking, and verifying the answer, will need.

        Whatever may fail without the issuer having seen the request fails here: a code or a
        rotated refresh token is spent once it has.

        Args:
            client: whose request it will be.
            deadline: seconds since the epoch by which the caller wants to know.

        Raises:
            Problem: keys, metadata or the secret are out of reach.
        """
        self.credentials.current(client, self._endpoint(client, deadline))

    def ask(self, client: Client, build: BuildRequest, *, deadline: float) -> TokenResponse:
        """Return what the issuer answers; nothing in it is verified yet.

        Where it does not accept the client's secret, it has not looked at the grant, so the
        secret is read again, and the one before it is tried too: it may be being rotated.

        Raises:
            OAuthError: what the issuer says about the grant.
            Problem: nothing was decided about the grant, or it is not known what was.
        """
        url = self._endpoint(client, deadline)
        try:
            return self.send(build(url, self.credentials.current(client, url)), deadline=deadline)
        except ClientRefused as refusal:
            for authentication in self.credentials.others(client, url):
                with contextlib.suppress(ClientRefused):
                    return self.send(build(url, authentication), deadline=deadline)
            raise refusal from None

    def revocation_endpoint(self, client: Client, deadline: float) -> str | None:
        """Return the revocation endpoint's URL, where the issuer has one."""
        metadata = self.caches[client.issuer.name].current(deadline).metadata
        return metadata.get("revocation_endpoint")

    def exchange_form(
        self, client: Client, url: str, build: BuildRequest, *, deadline: float
    ) -> HttpReply:
        """Return the reply of the issuer's *url* to what *build* makes, as *client*."""
        request = build(url, self.credentials.current(client, url))
        return self.post(request, timeout=min(CALL_BUDGET, deadline - self.clock()))

    def send(self, request: FormRequest, *, deadline: float) -> TokenResponse:
        """Return what the issuer answers to *request*; nothing in it is verified yet.

        Raises:
            OAuthError: what the issuer says about the grant.
            Problem: nothing was decided about the grant, or it is not known what was.
        """
        budget = min(CALL_BUDGET, deadline - self.clock() - _FOR_THE_ANSWER)
        if budget <= 0:
            raise TemporarilyUnavailable("no time is left to ask the issuer")
        return parse_token_response(self.post(request, timeout=budget))

    def verified(
        self, client: Client, response: TokenResponse, expected: Expectations, *, deadline: float
    ) -> VerifiedToken | None:
        """Return the ID Token in *response* verified, or None where none came.

        Raises:
            InvalidGrant: it is of another sign-in.
            IdTokenRefused: it must not be believed.
            TemporarilyUnavailable: it could not be examined.
        """
        if response.id_token is None:
            return None
        expected = replace(expected, access_token=response.access_token)
        try:
            return self.verify.judge(
                response.id_token, (client,), TokenUse.ID_TOKEN, expected, deadline=deadline
            )
        except InvalidToken as refusal:
            raise _refusal_of_response(refusal) from None

    def _endpoint(self, client: Client, deadline: float) -> str:
        """Return the token endpoint's URL; the keys for what it answers are then at hand."""
        metadata = self.caches[client.issuer.name].current(deadline).metadata
        if "token_endpoint" not in metadata:
            raise IssuerFailed("the metadata has no token_endpoint")
        return str(metadata["token_endpoint"])


def _refusal_of_response(refusal: InvalidToken) -> InvalidGrant | IdTokenRefused:
    """Return what a bad ID Token from the issuer itself means to the app.

    Another sign-in's nonce is a stolen code (OIDC Core §15.5.2), so the app must start over.
    Anything else is between the issuer and this service.
    """
    if refusal.reason is Reason.WRONG_NONCE:
        return InvalidGrant("nonce of the ID Token is another sign-in's")
    return IdTokenRefused(f"{refusal.reason}: {refusal.detail}")
