"""The records of a grant's tokens: written with each answer, found again by any token of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from relying_party.application.grant_ports import GrantStore, SealedGrant
from relying_party.application.ports import Clock, Observe, StoreUnavailable
from relying_party.errors import InvalidGrant
from relying_party.protocol.client import Client
from relying_party.protocol.grant import (
    Grant,
    dump_grant,
    family_of_unknown,
    parse_grant,
    token_record,
)
from relying_party.protocol.sealing import NONCE_OCTETS, SealedName, seal, unseal
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
        return Grant(client=client.name, family=self.entropy(16).hex())

    def find(self, client: Client, token: str) -> Grant:
        """Return the grant that *token* belongs to.

        A token that nobody here has handed out, or whose record is out of reach, is a grant
        of its own: it is checked alone, and counted.

        Raises:
            InvalidGrant: it was handed out to another client.
        """
        where = token_record(client.client_id, token)
        grant = self._read(where)
        if grant is None:
            self.observe("grant_not_on_record")
            return Grant(client.name, family_of_unknown(client.client_id, token))
        if grant.client != client.name:
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
        anonymous = Grant(client=grant.client, family=grant.family)
        records = [self._seal(client, response.access_token, anonymous, lifetime)]
        if refresh_token:
            lifetime = client.issuer.refresh_token_lifetime
            records.append(self._seal(client, refresh_token, grant, lifetime))
        return records

    def _seal(self, client: Client, token: str, grant: Grant, lifetime: int) -> SealedGrant:
        where = token_record(client.client_id, token)
        sealed = seal(where, dump_grant(grant), self.entropy(NONCE_OCTETS))
        return SealedGrant(where.name, sealed, self.clock() + lifetime)

    def _read(self, where: SealedName) -> Grant | None:
        try:
            sealed = self.store.read_grant(where.name, self.clock())
            return None if sealed is None else parse_grant(unseal(where, sealed))
        except StoreUnavailable as error:
            self.observe("store_unavailable", cause=str(error))
        except ValueError:
            self.observe("grant_unreadable")
        return None
