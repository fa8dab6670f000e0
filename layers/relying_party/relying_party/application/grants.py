"""The records of a grant's tokens: written with each answer, found again by any token of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from relying_party.application.grant_ports import GrantStore, SealedGrant
from relying_party.application.ports import Clock, Observe, StoreThrottled, StoreUnavailable
from relying_party.errors import InvalidGrant, TemporarilyUnavailable
from relying_party.protocol.client import Client
from relying_party.protocol.grant import (
    Grant,
    dump_grant,
    family_of_unknown,
    parse_grant,
    token_record,
)
from relying_party.protocol.sealing import NONCE_OCTETS, seal, unseal
from relying_party.protocol.token_endpoint import TokenResponse

_ACCESS_TOKEN_LIFETIME = 86400
"""Seconds, where the issuer does not say."""


@dataclass(frozen=True, slots=True)
class Grants:
    """Finds and describes grants."""

    store: GrantStore
    clock: Clock
    entropy: Callable[[int], bytes]
    observe: Observe

    def begin(self, client: Client) -> Grant:
        """Return the grant of a new sign-in."""
        return Grant(client.client_id, family=self.entropy(16).hex())

    def find(self, client: Client, token: str) -> Grant:
        """Return the grant that *token* belongs to.

        A token that nobody here has handed out, or whose record is out of reach, is a grant
        of its own: it is checked alone, and counted. A store that is merely busy is asked
        again later, and so is one without which the issuer could not be asked rightly.

        Raises:
            InvalidGrant: it was handed out to another client.
            TemporarilyUnavailable: nothing should be sent without the record.
        """
        try:
            return self.look_up(client, token)
        except StoreUnavailable as error:
            self.observe("store_unavailable", cause=str(error))
            if isinstance(error, StoreThrottled) or client.issuer.refresh_with_code_verifier:
                raise TemporarilyUnavailable("the grant's record is out of reach") from None
            return _unknown(client, token)

    def look_up(self, client: Client, token: str) -> Grant:
        """Return the same, where nothing may be decided without the record.

        Raises:
            InvalidGrant: it was handed out to another client.
            StoreUnavailable: the record is out of reach.
        """
        where = token_record(token)
        sealed = self.store.read_grant(where.name, self.clock())
        if sealed is None:
            self.observe("grant_not_on_record")
            return _unknown(client, token)
        try:
            grant = parse_grant(unseal(where, sealed))
        except ValueError:
            self.observe("grant_unreadable")
            return _unknown(client, token)
        if grant.client_id != client.client_id:
            raise InvalidGrant("the token was handed out to another client")
        return grant

    def require_live(self, grant: Grant) -> None:
        """Refuse a grant that was revoked.

        Raises:
            InvalidGrant: it has a tombstone.
        """
        try:
            revoked = self.store.is_revoked(grant.family, self.clock())
        except StoreUnavailable as error:
            self.observe("store_unavailable", cause=str(error))
            return  # the issuer, who was told as well, is about to be asked
        if revoked:
            raise InvalidGrant("the grant was revoked")

    def learn(self, client: Client, grant: Grant, refresh_token: str) -> None:
        """Write down whose *grant* it is, now that its ID Token says so.

        Where that fails the next refreshed ID Token is taken at its word.
        """
        lifetime = client.issuer.refresh_token_lifetime
        try:
            self.store.keep([self._seal(refresh_token, grant, lifetime)])
        except StoreUnavailable as error:
            self.observe("answer_not_stored", cause=str(error))

    def describe(
        self, client: Client, grant: Grant, response: TokenResponse, presented: str = ""
    ) -> Sequence[SealedGrant]:
        """Return the records of the tokens in *response*.

        Args:
            client: whose tokens they are.
            grant: what they belong to.
            response: the issuer's.
            presented: the refresh token that goes on where none came (RFC 6749 §6).
        """
        refresh_token = response.refresh_token or presented
        lifetime = response.lifetime or _ACCESS_TOKEN_LIFETIME
        # To revoke by an access token its family is enough
        anonymous = Grant(grant.client_id, grant.family)
        records = [self._seal(response.access_token, anonymous, lifetime)]
        if refresh_token:
            lifetime = client.issuer.refresh_token_lifetime
            records.append(self._seal(refresh_token, grant, lifetime))
        return records

    def _seal(self, token: str, grant: Grant, lifetime: int) -> SealedGrant:
        where = token_record(token)
        sealed = seal(where, dump_grant(grant), self.entropy(NONCE_OCTETS))
        return SealedGrant(where.name, sealed, self.clock() + lifetime)


def _unknown(client: Client, token: str) -> Grant:
    return Grant(client.client_id, family_of_unknown(client.client_id, token))
