"""What both grants have in common: ask once, remember, verify what came."""

from dataclasses import dataclass, field
from functools import partial

from relying_party.application.grant_request import GrantRequest, Issuing
from relying_party.application.grants import Grants
from relying_party.application.retry_safe import RetrySafe
from relying_party.application.revoke_token import RevokeToken
from relying_party.application.token_endpoint import BuildRequest, TokenEndpoint
from relying_party.protocol.client import Client
from relying_party.protocol.grant import Grant, with_id_token
from relying_party.protocol.id_token import Expectations
from relying_party.protocol.json_object import JsonObject
from relying_party.protocol.token_endpoint import TokenResponse
from relying_party.protocol.verified_token import VerifiedToken


@dataclass(frozen=True, slots=True)
class GrantedTokens:
    """Tokens for the app, and what is known of whose they are."""

    response: TokenResponse
    id_token: VerifiedToken | None
    replayed: bool = False
    """Whether an earlier request got them from the issuer."""
    user: JsonObject | None = field(default=None, repr=False)
    """What the provider told about the user, once, unsigned (Apple)."""


@dataclass(frozen=True, slots=True)
class GrantFlow:
    """The way of every grant request, whatever it presents."""

    endpoint: TokenEndpoint
    retry_safe: RetrySafe
    grants: Grants
    revoke: RevokeToken

    def run(  # noqa: PLR0913 - what is asked, for whom, and by when
        self,
        client: Client,
        grant: Grant,
        build: BuildRequest,
        asked: GrantRequest,
        expected: Expectations,
        *,
        deadline: float,
    ) -> GrantedTokens:
        """Return the tokens that the issuer answers, or answered to the same request before.

        Args:
            client: who asks.
            grant: what the presented secret belongs to.
            build: makes the request to the issuer.
            asked: the same as a record knows it.
            expected: what the ID Token must agree with.
            deadline: seconds since the epoch by which the answer must be ready.

        Raises:
            OAuthError: what the issuer says about the grant; or it was revoked.
            Problem: nothing was decided, or it is not known what was.
        """
        self.endpoint.require_at_hand(client, deadline=deadline)
        issuing = Issuing(
            ask=partial(self.endpoint.ask, client, build, deadline=deadline),
            describe=partial(self.grants.describe, client, grant, presented=asked.presented),
            give_back=partial(self.revoke.give_back, client, deadline=deadline),
        )
        # What the issuer gave is written down before anything is made of it: verifying may
        # have to wait for keys, and whoever repeats the request verifies it then.
        answer = self.retry_safe.run(asked, issuing, deadline=deadline)
        verified = self.endpoint.verified(client, answer.response, expected, deadline=deadline)
        refresh_token = answer.response.refresh_token or asked.presented
        if verified is not None and refresh_token and not (grant.subject or answer.replayed):
            self.grants.learn(client, with_id_token(grant, verified), refresh_token)
        return GrantedTokens(answer.response, verified, answer.replayed)
